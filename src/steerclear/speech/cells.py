"""The agreed cell: how a place and a time are coarsened before an officer releases what a local feed showed.

boundary.md, No track file of the other side: "stays on the node until an officer releases it, coarsened to the agreed
cell and time".
"""

from __future__ import annotations

from math import cos, radians
from typing import Final, NamedTuple

MM_PER_E7: Final = 11.132  # of a degree of the meridian, rounded up: cells come out no smaller than agreed
_POLE: Final = 900_000_000
_TURN: Final = 3_600_000_000


class Cell(NamedTuple):
    """The middle of the cell that holds a point, and how far off any point of it may be."""

    lat_e7: int
    lon_e7: int
    error_mm: int


def cell_of(lat_e7: int, lon_e7: int, cell_mm: int) -> Cell:
    """The cell of a grid whose rows are at least `cell_mm` high and whose columns, at the row's edge nearer to the
    pole, at least as wide. Every point of a cell gives the same answer, and the answer gives itself."""
    if cell_mm <= 0:
        return Cell(lat_e7, lon_e7, 0)
    high = max(1, -(-cell_mm * 1000 // round(MM_PER_E7 * 1000)))
    row = lat_e7 // high
    middle = min(max(row * high + high // 2, -_POLE), _POLE)
    columns = _columns(row, high, cell_mm)
    wide = -(-_TURN // columns)
    column = ((lon_e7 + _TURN // 2) % _TURN) // wide
    across = min(column * wide + wide // 2, _TURN - 1) - _TURN // 2
    ew_mm = wide * MM_PER_E7 * cos(radians(min(abs(row * high), abs((row + 1) * high)) / 1e7)) / 2
    ns_mm = high * MM_PER_E7 / 2
    return Cell(middle, across, int((ew_mm**2 + ns_mm**2) ** 0.5) + 1)


def _columns(row: int, high: int, cell_mm: int) -> int:
    """How many columns a row has; one where it touches a pole."""
    farthest = max(abs(row * high), abs((row + 1) * high))
    round_mm = _TURN * MM_PER_E7 * cos(radians(min(farthest, _POLE) / 1e7))
    return max(1, int(round_mm // cell_mm))


def slot_of(at_ms: int, slot_ms: int) -> tuple[int, int]:
    """[start, end) of the agreed time slot that holds an instant; the instant itself where none is agreed."""
    if slot_ms <= 0:
        return at_ms, at_ms
    start = at_ms // slot_ms * slot_ms
    return start, start + slot_ms
