"""The report of a period from entries and their folds: columns, unanswered, reviews, what differs by reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from steerclear.procedure.acts import Acts
from steerclear.procedure.attestations import attestations
from steerclear.procedure.context import Context, current
from steerclear.procedure.flood import not_life_safety
from steerclear.procedure.gaps import Gap, gaps
from steerclear.procedure.judged_notice import AsRead
from steerclear.procedure.ledger import by_day, ledger
from steerclear.procedure.report import (
    FORM,
    STANDING,
    Basis,
    Column,
    Heartbeats,
    Notices,
    OpenReview,
    Report,
    Status,
    Unanswered,
    Unread,
)
from steerclear.procedure.report_judged import conflicts, silences, verdicts
from steerclear.procedure.review import review
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.record.texts import PLAY
from steerclear.speech import table
from steerclear.speech.kinds.encounter_report import EncounterReport
from steerclear.units import format_time

GAP_MS = 86_400_000
NOTICE_FAMILIES = frozenset({"activity", "area", "humanitarian"})


def at_the_end(said: Said, end_ms: int) -> Said:
    """The entry as it was proved by the end of the period, so that what comes later moves nothing; without what is no
    other party's to read: what stays at home, what is for its addressee alone, and safety accounts (messages.md,
    encounter.report).
    """
    made = replace(
        said,
        before_ms=said.before_ms if said.before_ms is None or said.before_ms < end_ms else None,
        delivered={party: at for party, at in said.delivered.items() if at < end_ms},
    )
    if not _kept_back(said):
        return made
    return replace(made, held="not_addressed", inner=None, body=None, raw=None, marks=(), readback="")


def _kept_back(said: Said) -> bool:
    row = table.kind(said.kind)
    if not said.header.commitment:
        return False
    if not said.header.to or (row is not None and row.apart):
        return True
    return isinstance(said.body, EncounterReport) and said.body.form != "statement"


@dataclass(frozen=True)
class Period:
    """[start, end) of one line: everything `said` before its end in fold order, as `at_the_end` gives it; `subjects`
    folded at the end by nobody, by `given`; `read`: what is known of each plan besides itself."""

    start_ms: int
    end_ms: int
    said: Sequence[Said]
    subjects: Sequence[Subject]
    done: Acts
    given: Context
    read: Mapping[str, AsRead]

    @cached_property
    def inside(self) -> list[Said]:
        """What was said in it."""
        return [one for one in self.said if self.holds(one.at_ms)]

    @cached_property
    def begun(self) -> frozenset[str]:
        return frozenset(one.id for one in self.inside)

    @cached_property
    def mine(self) -> list[Subject]:
        """The subjects that began in it."""
        return [one for one in self.subjects if one.id in self.begun]

    @cached_property
    def spoken(self) -> list[Said]:
        return [one for one in self.inside if one.header.commitment]

    @cached_property
    def modes(self) -> list[str]:
        return sorted({one.header.mode for one in self.spoken})

    def holds(self, at_ms: int) -> bool:
        return self.start_ms <= at_ms < self.end_ms


def report(basis: Basis, period: Period, *, names: Mapping[str, str] | None = None, copy: str = "") -> Report:
    """The report of a period. `names`: the maker's own for the parties; `copy` as `Report.copy`."""
    start, end, members = period.start_ms, period.end_ms, period.given.members
    by_entry = {entry: one for one in period.subjects for entry in one.entries}
    by_id = {one.id: one for one in period.said}
    rows = ledger(period.mine, by_entry, members)
    real = not period.given.exercise_line and set(period.modes) <= {"REAL"}
    play = "" if real else PLAY
    return Report(
        banner=play,
        form=FORM,
        line=period.given.line,
        start=format_time(start),
        end=format_time(end),
        start_ms=start,
        end_ms=end,
        standing=STANDING,
        members=tuple(members),
        names=dict(sorted((names or {}).items())),
        basis=basis,
        columns=tuple(_column(party, mode, period) for party in members for mode in period.modes),
        allegations=rows,
        by_day=by_day(rows),
        attestations=tuple(one for one in attestations(period.said) if one.entry in period.begun),
        life_safety=not_life_safety(period.mine),
        gaps=tuple(_gaps(period)),
        statuses=tuple(_statuses(period)),
        unanswered=_unanswered(period),
        silences=silences(period.said, start, end),
        conflicts=conflicts(
            period.subjects, by_id, period.read, current(period.done.in_force, end), start, end
        ),
        conduct=verdicts(period.subjects, by_id, period.given, period.begun),
        reviews=tuple(_reviews(period.subjects)),
        talks=review(period.inside, period.subjects, period.done.suspended, members, start, end),
        differs_by_reader=tuple(_unread(period.spoken, members)),
        copy=copy,
        banner_end=play,
    )


def _gaps(period: Period) -> Iterable[Gap]:
    for one in gaps(period.said, period.done, GAP_MS, period.end_ms):
        if (period.end_ms if one.to_ms is None else one.to_ms) > period.start_ms:
            yield one


def _statuses(period: Period) -> Iterable[Status]:
    for one in period.inside:
        if one.kind == "line.status":
            yield Status(one.author, getattr(one.body, "status", ""), one.id, one.at_ms)


def _column(party: str, mode: str, period: Period) -> Column:
    inside, subjects = period.inside, period.subjects
    quiet_ms = 2 * current(period.done.in_force, period.end_ms).parameters.check_machine_ms
    own = [one for one in inside if one.author == party and one.header.mode == mode]
    due = [
        row
        for one in subjects
        if one.mode == mode
        for row in one.deadlines
        if row.party == party and period.holds(row.due_ms)
    ]
    checks = [one for one in own if one.kind == "line.check"]
    met, late, disputed, missed = (
        counted(row.rule for row in due if row.state == state)
        for state in ("met", "late", "disputed", "missed")
    )
    notices = [one for one in period.mine if one.author == party and one.mode == mode]
    times = [one.at_ms for one in period.said if one.author == party]
    return Column(
        party,
        mode,
        counted(one.kind for one in own if one.header.commitment),
        tuple(_notices(notices)),
        met,
        late,
        disputed,
        missed,
        counted(getattr(one.body, "by", "") or "not read" for one in checks),
        tuple(_heartbeats(checks)),
        _quiet(times, period.start_ms, period.end_ms, quiet_ms),
    )


def counted(words: Iterable[str]) -> dict[str, int]:
    """How often each, by name."""
    return dict(sorted(Counter(words).items()))


def _notices(subjects: Sequence[Subject]) -> Iterable[Notices]:
    """One party's notices by kind."""
    kinds = sorted({one.kind for one in subjects if one.family in NOTICE_FAMILIES})
    for kind in kinds:
        rows = [one for one in subjects if one.kind == kind]
        yield Notices(
            kind,
            len(rows),
            sum(1 for one in rows if len(one.versions) > 1),
            sum(1 for one in rows if one.life == "cancelled"),
            counted(mark for one in rows for mark in one.marks),
        )


def _heartbeats(checks: Sequence[Said]) -> Iterable[Heartbeats]:
    """Each peer's heartbeats over one party's own check calls."""
    beats = [beat for one in checks for beat in getattr(one.body, "beats", ())]
    for peer in sorted({beat.peer for beat in beats}):
        rows = [beat for beat in beats if beat.peer == peer]
        yield Heartbeats(peer, sum(row.expected for row in rows), sum(row.heard for row in rows))


def _quiet(times: Sequence[int], start_ms: int, end_ms: int, least_ms: int) -> tuple[tuple[int, int], ...]:
    """Stretches of the period of at least `least_ms` in which a log took up nothing, after its first entry."""
    if not times:
        return ()
    known = sorted({min(max(at, start_ms), end_ms) for at in [max(start_ms, min(times)), end_ms, *times]})
    return tuple((one, two) for one, two in pairwise(known) if two - one >= least_ms)


def _unanswered(period: Period) -> tuple[Unanswered, ...]:
    rows = [
        Unanswered(
            one.id, one.kind, one.mode, one.author, row.party, row.rule, row.step, row.due_ms, row.state
        )
        for one in period.subjects
        for row in one.deadlines
        if row.state in ("missed", "late") and row.party != one.author and period.holds(row.due_ms)
    ]
    return tuple(sorted(rows, key=lambda row: (row.due_ms, row.subject, row.rule, row.step, row.party)))


def _reviews(subjects: Sequence[Subject]) -> Iterable[OpenReview]:
    for one in sorted(subjects, key=lambda row: (row.released_ms, row.id)):
        if one.stop is not None and one.stop.pattern_of and not one.stop.reviewed:
            yield OpenReview(one.id, one.kind, one.author, one.mode, one.stop.pattern_of, one.released_ms)
        if one.radio is not None and one.radio.review == "open":
            yield OpenReview(one.id, one.kind, one.author, one.mode, one.radio.row, one.released_ms)


def _unread(spoken: Sequence[Said], members: Sequence[str]) -> Iterable[Unread]:
    """What a report by another reader may show otherwise; what is kept back from every report differs for nobody."""
    for one in spoken:
        if _kept_back(one):
            continue
        everybody = {*one.header.to, one.author} >= set(members)
        if one.held not in ("held", "malformed") or not everybody:
            held = "" if one.held == "held" else one.held
            yield Unread(one.id, one.kind, one.author, held)
