"""The report of a period from entries and their folds: columns, unanswered, reviews, what differs by reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from steerclear.procedure.acts import Acts
from steerclear.procedure.attestations import attestations
from steerclear.procedure.context import Context, current
from steerclear.procedure.flood import not_life_safety
from steerclear.procedure.gaps import gaps
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


def report(
    basis: Basis,
    said: Sequence[Said],
    subjects: Sequence[Subject],
    done: Acts,
    members: Sequence[str],
    line: str,
    start_ms: int,
    end_ms: int,
    *,
    given: Context,
    seen: Mapping[str, Mapping[str, int]],
    names: Mapping[str, str] | None = None,
    copy: str = "",
) -> Report:
    """`said` in fold order, as `at_the_end` gives them; `subjects` folded at `end_ms` by nobody, by `given`. `seen`:
    for an entry how much of each log its author had mirrored."""
    inside = [one for one in said if start_ms <= one.at_ms < end_ms]
    begun = {one.id for one in inside}
    mine = [one for one in subjects if one.id in begun]
    by_entry = {entry: one for one in subjects for entry in one.entries}
    spoken = [one for one in inside if one.header.commitment]
    modes = sorted({one.header.mode for one in spoken})
    rows = ledger(mine, by_entry, members)
    everything = attestations(said)
    by_id = {one.id: one for one in said}
    quiet_ms = 2 * done.in_force[-1].parameters.check_machine_ms
    play = PLAY if given.exercise_line or any(mode != "REAL" for mode in modes) else ""
    return Report(
        banner=play,
        form=FORM,
        line=line,
        start=format_time(start_ms),
        end=format_time(end_ms),
        start_ms=start_ms,
        end_ms=end_ms,
        standing=STANDING,
        members=tuple(members),
        names=dict(sorted((names or {}).items())),
        basis=basis,
        columns=tuple(
            _column(party, mode, said, inside, subjects, begun, start_ms, end_ms, quiet_ms)
            for party in members
            for mode in modes
        ),
        allegations=rows,
        by_day=by_day(rows),
        attestations=tuple(one for one in everything if one.entry in begun),
        life_safety=not_life_safety(mine),
        gaps=tuple(
            one
            for one in gaps(said, done, GAP_MS, end_ms)
            if (end_ms if one.to_ms is None else one.to_ms) > start_ms
        ),
        statuses=tuple(
            Status(one.author, getattr(one.body, "status", ""), one.id, one.at_ms)
            for one in inside
            if one.kind == "line.status"
        ),
        unanswered=_unanswered(subjects, start_ms, end_ms),
        silences=silences(said, start_ms, end_ms),
        conflicts=conflicts(subjects, by_id, seen, current(done.in_force, end_ms), start_ms, end_ms),
        conduct=verdicts(subjects, by_id, given, begun),
        reviews=tuple(_reviews(subjects)),
        talks=review(inside, subjects, done.suspended, members, start_ms, end_ms),
        differs_by_reader=tuple(_unread(spoken, members)),
        copy=copy,
        banner_end=play,
    )


def _column(
    party: str,
    mode: str,
    said: Sequence[Said],
    inside: Sequence[Said],
    subjects: Sequence[Subject],
    begun: set[str],
    start_ms: int,
    end_ms: int,
    quiet_ms: int,
) -> Column:
    own = [one for one in inside if one.author == party and one.header.mode == mode]
    due = [
        row
        for one in subjects
        if one.mode == mode
        for row in one.deadlines
        if row.party == party and start_ms <= row.due_ms < end_ms
    ]
    checks = [one for one in own if one.kind == "line.check"]
    met, late, disputed, missed = (
        counted(row.rule for row in due if row.state == state)
        for state in ("met", "late", "disputed", "missed")
    )
    notices = [one for one in subjects if one.id in begun and one.author == party and one.mode == mode]
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
        _quiet([one.at_ms for one in said if one.author == party], start_ms, end_ms, quiet_ms),
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


def _unanswered(subjects: Sequence[Subject], start_ms: int, end_ms: int) -> tuple[Unanswered, ...]:
    rows = [
        Unanswered(
            one.id, one.kind, one.mode, one.author, row.party, row.rule, row.step, row.due_ms, row.state
        )
        for one in subjects
        for row in one.deadlines
        if row.state in ("missed", "late") and row.party != one.author and start_ms <= row.due_ms < end_ms
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
