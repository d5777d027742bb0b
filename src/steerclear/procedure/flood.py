"""Floods: more than six life-safety entries in ten minutes from one party ring once; all are stored (AT41).

Grouping is of the alarm, never of the storage, and the ratio of those marked `not-life-safety` blocks
nothing. Each mode counts for itself (messages.md, Header: what is not REAL has its own counters), so that no exercise
groups a real alarm away; and alerts on movers count for themselves, since nodes say them without anybody, so that they
group away nothing that a person said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from steerclear.procedure.said import Said, ordered
from steerclear.procedure.subject import Alarm, Subject
from steerclear.procedure.worded import alarm
from steerclear.speech.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Flood:
    """One run of life-safety entries by `party` in one `mode`, each within the window of more than the agreed
    number.
    """

    party: str
    mode: str
    from_ms: int
    to_ms: int
    ids: tuple[str, ...]


class Ratio(msgspec.Struct, frozen=True):
    """Of one party's life-safety subjects of one mode, how many somebody else marked `not-life-safety` (audit view)."""

    party: str
    mode: str
    marked: int
    total: int


def floods(entries: Iterable[Said], parameters: Parameters) -> tuple[Flood, ...]:
    """Runs in which any window of `flood_window_ms` holds more than `flood_count` life-safety entries that
    begin something (answers to life safety do not count), by party, mode, and whether a node said them; half-open
    windows.
    """
    by_party: dict[tuple[str, str, bool], list[Said]] = {}
    for said in ordered(entries):
        if said.header.life_safety and said.kind not in _ANSWERS:
            by_party.setdefault((said.author, said.header.mode, said.kind == "alert"), []).append(said)
    out: list[Flood] = []
    for (party, mode, _), said_by in sorted(by_party.items()):
        rows = sorted(said_by, key=lambda said: (said.at_ms, said.id))
        inside: set[int] = set()
        first = 0
        for last, row in enumerate(rows):
            while row.at_ms - rows[first].at_ms >= parameters.flood_window_ms:
                first += 1
            if last - first + 1 > parameters.flood_count:
                inside.update(range(first, last + 1))
        out += _runs(party, mode, rows, sorted(inside))
    return tuple(out)


_ANSWERS = frozenset({"receipt", "reply", "dissemination", "complete", "amend", "withdraw"})


def _runs(party: str, mode: str, rows: Sequence[Said], inside: Sequence[int]) -> list[Flood]:
    runs: list[list[int]] = []
    for index in inside:
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return [
        Flood(party, mode, rows[run[0]].at_ms, rows[run[-1]].at_ms, tuple(rows[index].id for index in run))
        for run in runs
    ]


def grouped(subjects: Iterable[Subject], flooded: Sequence[Flood]) -> tuple[Alarm, ...]:
    """All alarms of all subjects, those of flooded subjects folded into one alarm per flood; NO PLAY never
    is.
    """
    flood_of = {entry: flood for flood in flooded for entry in flood.ids}
    out: list[Alarm] = []
    hidden: dict[Flood, list[str]] = {}
    for subject in subjects:
        flood = flood_of.get(subject.id)
        for ring in subject.alarms:
            if flood is None or ring.rule == "no-play":
                out.append(ring)
            else:
                hidden.setdefault(flood, []).append(ring.id)
    out += [_one(flood, ids) for flood, ids in hidden.items()]
    return tuple(sorted(out, key=lambda alarm: (alarm.since_ms, alarm.id)))


def _one(flood: Flood, ids: Sequence[str]) -> Alarm:
    count = len(flood.ids)
    return alarm(
        f"{flood.ids[0]}/flood/{count}:{flood.party}",
        flood.ids[0],
        "flood",
        str(count),
        "alarms.flood",
        flood.from_ms,
        flood.party,
        True,
        tuple(sorted(ids)),
        count=count,
        mode=flood.mode,
        party=flood.party[:8],
    )


def not_life_safety(subjects: Iterable[Subject]) -> tuple[Ratio, ...]:
    """Per author of life-safety subjects and their mode, in this order."""
    counts: dict[tuple[str, str], list[int]] = {}
    for subject in subjects:
        if subject.life_safety:
            row = counts.setdefault((subject.author, subject.mode), [0, 0])
            row[0] += "not-life-safety" in subject.marks
            row[1] += 1
    return tuple(
        Ratio(party, mode, marked, total) for (party, mode), (marked, total) in sorted(counts.items())
    )
