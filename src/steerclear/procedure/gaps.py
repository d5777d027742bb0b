"""Gaps: how long routine contact ceased (A1); a list for the audit view and the period report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from steerclear.procedure.acts import Acts
from steerclear.procedure.context import Suspended
from steerclear.procedure.said import Said, ordered
from steerclear.speech import table


class Gap(msgspec.Struct, frozen=True):
    """Routine contact ceased from one entry to the next (`to_ms` null: still); what passed in it."""

    from_ms: int
    to_ms: int | None
    duration_ms: int
    suspended_by: tuple[str, ...]
    reasons: tuple[str, ...]
    life_safety: int


ROUTINE_FAMILIES = frozenset({"activity", "area", "change", "answer", "contact", "talks"})


def gaps(entries: Iterable[Said], done: Acts, least_ms: int, now_ms: int) -> tuple[Gap, ...]:
    """Times without routine contact of at least `least_ms` (A1): between one routine entry and the next, and
    from the last to `now`. Life safety, checks and what is about the line or the record itself is no routine
    contact.
    """
    said = ordered(entries)
    routine = sorted(row.at_ms for row in said if _routine(row))
    vital = [row.at_ms for row in said if row.header.life_safety]
    out = []
    ends = [*routine[1:], None] if routine else []
    for start, end in zip(routine, ends, strict=True):
        until = now_ms if end is None else end
        if until - start < least_ms:
            continue
        off = [row for row in done.suspended if _overlaps(row, said, start, until)]
        out.append(
            Gap(
                start,
                end,
                until - start,
                tuple(sorted({row.party for row in off})),
                tuple(dict.fromkeys(row.reason for row in off if row.reason)),
                sum(1 for at in vital if start < at < until),
            )
        )
    return tuple(out)


def _routine(said: Said) -> bool:
    row = table.kind(said.kind)
    return row is not None and row.family in ROUTINE_FAMILIES and not said.header.life_safety


def _overlaps(row: Suspended, said: Sequence[Said], start: int, end: int) -> bool:
    began = row.since_ms or 0
    ended = next((other.at_ms for other in said if other.key == row.end), None)
    return began < end and (ended is None or ended > start)
