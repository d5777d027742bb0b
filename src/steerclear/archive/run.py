"""A whole scan: unit after unit, or many at once, with what is done already taken from where it was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from steerclear.archive import manifest
from steerclear.archive.encounter import Encounter, joined
from steerclear.archive.scan import Found, Judged
from steerclear.archive.work import Unit, scan_unit
from steerclear.errors import Malformed

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
    """All units. With `keep`, a folder, the answer of each is kept there under its key as soon as it is there, and
    one that is there already is not computed again. `step(done, total)` counts samples."""
    total, done = sum(unit.samples for unit in units), 0
    found: dict[str, Found] = {}
    for unit in units:
        answer = read_kept(keep, unit)
        if answer is not None:
            found[unit.key] = answer
            done += unit.samples
    left = [unit for unit in units if unit.key not in found]
    step(done, total)
    for unit, answer in zip(left, mapper(scan_unit, left), strict=True):
        found[unit.key] = answer
        if keep is not None:
            manifest.replace(_path(keep, unit), msgspec.json.encode(answer))
        done += unit.samples
        step(done, total)
    answers = [found[unit.key] for unit in units]
    rows = joined(
        (row for answer in answers for row in answer.encounters), units[0].terms.join_ms if units else 0
    )
    return Scan(tuple(rows), _sum(answer.judged for answer in answers), len(left), len(units) - len(left))


def read_kept(keep: Path | None, unit: Unit) -> Found | None:
    """What is kept of a unit; None where nothing is, or a file that was cut short."""
    path = _path(keep, unit) if keep is not None else None
    if path is None or not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Found)
    except msgspec.DecodeError:
        return None


def _path(keep: Path, unit: Unit) -> Path:
    if keep.exists() and not keep.is_dir():
        raise Malformed("not-a-folder", field=str(keep), remedy="name a folder for the kept results")
    return keep / f"{unit.key}.json"


def _sum(rows: Iterable[Judged]) -> Judged:
    """Movers are counted in each window anew: the most of one window, not their sum."""
    total: dict[str, Any] = msgspec.to_builtins(Judged())
    for row in rows:
        for name, value in msgspec.to_builtins(row).items():
            total[name] = max(total[name], value) if name == "movers" else total[name] + value
    return Judged(**total)
