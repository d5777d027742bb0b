"""A whole scan: unit after unit, or many at once, with what is done already taken from where it was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from steerclear.archive import keeping
from steerclear.archive.encounter import Encounter, joined
from steerclear.archive.scan import Found, Judged
from steerclear.archive.work import Unit, scan_unit

Mapper = Callable[[Callable[[Unit], Found], Iterable[Unit]], Iterable[Found]]
"""`map`, an executor's `map`, or a cluster's: calls the function for each unit, answers in the order of the units."""


class Scan(msgspec.Struct, frozen=True):
    """The encounters, joined across windows, by time; what was judged in all; how many units were computed now and
    how many taken from where they were kept."""

    encounters: tuple[Encounter, ...]
    judged: Judged
    computed: int
    kept: int


def scan(
    units: Sequence[Unit],
    *,
    keep: Path | None = None,
    mapper: Mapper = map,
    step: Callable[[int, int], None] = lambda done, total: None,
) -> Scan:
    """All units. With `keep`, a folder, the answer of each is kept there under its key as soon as it is there
    (keeping.py says which are), and one that is there already is not computed again. `step(done, total)` counts
    samples."""
    total, done = sum(unit.samples for unit in units), 0
    found: dict[str, Found] = {}
    for unit in units:
        answer = keeping.read(keep, unit)
        if answer is not None:
            found[unit.key] = answer
            done += unit.samples
    left = [unit for unit in units if unit.key not in found]
    step(done, total)
    for unit, answer in zip(left, mapper(scan_unit, left), strict=True):
        found[unit.key] = answer
        if keep is not None:
            keeping.write(keep, unit, answer)
        done += unit.samples
        step(done, total)
    answers = [found[unit.key] for unit in units]
    rows = joined(
        (row for answer in answers for row in answer.encounters), units[0].terms.join_ms if units else 0
    )
    return Scan(tuple(rows), _sum(answer.judged for answer in answers), len(left), len(units) - len(left))


def _sum(rows: Iterable[Judged]) -> Judged:
    """Movers are counted in each window anew: the most of one window, not their sum."""
    total: dict[str, Any] = msgspec.to_builtins(Judged())
    for row in rows:
        for name, value in msgspec.to_builtins(row).items():
            total[name] = max(total[name], value) if name == "movers" else total[name] + value
    return Judged(**total)
