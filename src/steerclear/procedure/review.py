"""The review of a period, from the record alone: what was met about, agreed, said, suspended, left undone.

messages.md, Talks: a yearly review built from the record. Every figure says whose it is; nothing is summed up
over the parties, and nothing is judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from steerclear.procedure.context import Suspended
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject


class MeetingLine(msgspec.Struct, frozen=True):
    """One meeting that was proposed, or held, in the period. `actions`: state → numbers."""

    id: str
    author: str
    state: str
    form: str
    level: str
    round: int | None
    proposed_ms: int
    convened_ms: int | None
    actions: dict[str, tuple[int, ...]]
    confirmed: tuple[str, ...]
    differ: tuple[str, ...]
    tracks: tuple[str, ...]


class ProvisionLine(msgspec.Struct, frozen=True):
    """One provision as it stood at the end of the period."""

    id: str
    number: str
    state: str
    since_ms: int | None
    in_force: bool


class ActLine(msgspec.Struct, frozen=True):
    """One act of an agreement in the period."""

    entry: str
    party: str
    act: str
    at_ms: int


class SuspensionLine(msgspec.Struct, frozen=True):
    """A suspension that covered some of the period; `open`: it stands still."""

    party: str
    categories: tuple[str, ...]
    entry: str
    since_ms: int | None
    reason: str
    terms: str
    open: bool


class PartyLine(msgspec.Struct, frozen=True):
    """What one party said in the period, by kind, and which of its deadlines passed unmet, by rule."""

    party: str
    said: dict[str, int]
    missed: dict[str, int]
    late: dict[str, int]


class Review(msgspec.Struct, frozen=True):
    """[start, end) in Unix ms."""

    start_ms: int
    end_ms: int
    meetings: tuple[MeetingLine, ...]
    provisions: tuple[ProvisionLine, ...]
    acts: tuple[ActLine, ...]
    suspensions: tuple[SuspensionLine, ...]
    parties: tuple[PartyLine, ...]


def review(
    entries: Iterable[Said],
    subjects: Sequence[Subject],
    suspended: Sequence[Suspended],
    members: Sequence[str],
    start_ms: int,
    end_ms: int,
) -> Review:
    """`entries` and `subjects` of the line, as they stand; those outside the period are left out."""

    def inside(at_ms: int | None) -> bool:
        return at_ms is not None and start_ms <= at_ms < end_ms

    said = [one for one in entries if inside(one.at_ms)]
    talks = sorted(subjects, key=lambda one: (one.released_ms, one.id))
    return Review(
        start_ms,
        end_ms,
        tuple(
            _meeting(one)
            for one in talks
            if one.meeting is not None and (inside(one.released_ms) or inside(one.meeting.convened_ms))
        ),
        tuple(_provision(one) for one in talks if one.provision is not None and one.released_ms < end_ms),
        tuple(
            ActLine(one.id, one.author, getattr(one.body, "act", ""), one.at_ms)
            for one in said
            if one.kind == "agreement"
        ),
        tuple(
            SuspensionLine(
                row.party, row.categories, row.entry, row.since_ms, row.reason, row.terms, row.end is None
            )
            for row in suspended
            if (row.since_ms or 0) < end_ms
        ),
        tuple(_party(party, said, subjects, start_ms, end_ms) for party in members),
    )


def _meeting(one: Subject) -> MeetingLine:
    found = one.meeting
    assert found is not None
    states: dict[str, tuple[int, ...]] = {}
    for row in found.actions:
        states[row.state] = (*states.get(row.state, ()), row.number)
    return MeetingLine(
        one.id,
        one.author,
        found.state,
        found.form,
        found.level,
        found.round,
        one.released_ms,
        found.convened_ms,
        states,
        found.confirmed,
        found.differ,
        tuple(dict.fromkeys(f"{row.track}: {row.name}" for row in found.tracks)),
    )


def _provision(one: Subject) -> ProvisionLine:
    found = one.provision
    assert found is not None
    since = found.steps[-1].since_ms if found.steps else None
    return ProvisionLine(one.id, found.number, found.state, since, found.in_force)


def _party(party: str, said: Sequence[Said], subjects: Sequence[Subject], start: int, end: int) -> PartyLine:
    kinds = Counter(one.kind for one in said if one.author == party and one.header.commitment)
    missed: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for subject in subjects:
        for row in subject.deadlines:
            if row.party == party and start <= row.due_ms < end:
                missed[row.rule] += row.state == "missed"
                late[row.rule] += row.state == "late"
    return PartyLine(party, dict(sorted(kinds.items())), _kept(missed), _kept(late))


def _kept(found: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(found.items()) if count}
