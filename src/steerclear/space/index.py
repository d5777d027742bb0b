"""Which volumes could conflict with a new one: an index that may name too many and never too few.

Earth-centred boxes, so ±180° and the poles are places like any other. Each volume stands in one cell, chosen
by the middle and the size of its box; a query looks at all cells at once, then at the volumes of the few that
it meets. Cost: one comparison a cell (some thousands on a full Earth) and one a volume nearby, whatever the
total is.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Hashable
from typing import Generic, TypeVar

import numpy as np

from steerclear.space.geodesic import Floats
from steerclear.space.overlap import NO_MINIMA, Minima
from steerclear.space.prepare import PreparedVolume

Key = TypeVar("Key", bound=Hashable)
_Cell = tuple[int, int, int, int]

_SMALLEST_M = 300_000.0
_DAY_MS = 86_400_000.0
_GAP = np.array([0.001, 0.001, 0.001, 0.0, 0.0])
"""Metres that the horizontal error bound may add."""


class SpaceIndex(Generic[Key]):
    """Keys with their prepared volumes. Not thread-safe: one owner, as all views (house.md)."""

    def __init__(self) -> None:
        self._slots: dict[Key, int] = {}
        self._keys: list[Key | None] = []
        self._free: list[int] = []
        self._low = np.empty((5, 64))
        self._high = np.empty((5, 64))
        self._cells: dict[_Cell, int] = {}
        self._members: list[array[int]] = []
        self._place: list[tuple[int, int]] = []
        self._cell_low = np.empty((5, 64))
        self._cell_high = np.empty((5, 64))

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, key: Key) -> bool:
        return key in self._slots

    def add(self, key: Key, volume: PreparedVolume) -> None:
        """Puts a volume in; a key that is there already is replaced."""
        self.remove(key)
        slot = self._new_slot()
        self._slots[key], self._keys[slot] = slot, key
        self._low[:, slot], self._high[:, slot] = volume.low, volume.high
        number = self._cell_of(volume)
        members = self._members[number]
        self._place[slot] = number, len(members)
        members.append(slot)
        low, high = self._cell_low[:, number], self._cell_high[:, number]
        np.minimum(low, volume.low, out=low)
        np.maximum(high, volume.high, out=high)

    def remove(self, key: Key) -> bool:
        """Takes a volume out; False when the key is not there."""
        slot = self._slots.pop(key, None)
        if slot is None:
            return False
        number, at = self._place[slot]
        members = self._members[number]
        moved = members.pop()
        if moved != slot:
            members[at] = moved
            self._place[moved] = number, at
        if not members:
            self._cell_low[:, number], self._cell_high[:, number] = math.inf, -math.inf
        self._keys[slot] = None
        self._free.append(slot)
        return True

    def candidates(self, volume: PreparedVolume, minima: Minima = NO_MINIMA) -> list[Key]:
        """Every key whose volume could conflict with this one under the minima, and some more; in the order
        in which they were put in, but for places that were freed and taken again. The asked volume itself is
        not left out.
        """
        reach = np.array(
            [minima.horizontal_mm / 1000] * 3 + [float(minima.vertical_tmm), float(minima.time_ms)]
        )
        low, high = volume.low - reach - _GAP, volume.high + reach + _GAP
        count = len(self._members)
        near = _meets(self._cell_low[:, :count], self._cell_high[:, :count], low, high)
        if not len(near):
            return []
        slots = np.concatenate(
            [np.frombuffer(self._members[number], dtype=np.int64) for number in near.tolist()]
        )
        found = slots[_meets(self._low[:, slots], self._high[:, slots], low, high)]
        found.sort()
        return [key for slot in found.tolist() if (key := self._keys[slot]) is not None]

    def _new_slot(self) -> int:
        if self._free:
            return self._free.pop()
        slot = len(self._keys)
        if slot == self._low.shape[1]:
            self._low, self._high = _doubled(self._low), _doubled(self._high)
        self._keys.append(None)
        self._place.append((0, 0))
        return slot

    def _cell_of(self, volume: PreparedVolume) -> int:
        """The cell of a box: cells as large as the box or up to twice, at least 300 km, from the Earth's
        centre; and apart by the length of the window, so that a few long ones do not stretch a cell of short
        ones.
        """
        x, y, z = ((volume.low[:3] + volume.high[:3]) / 2).tolist()
        extent = float((volume.high[:3] - volume.low[:3]).max())
        level = max(0, math.ceil(math.log2(max(extent, 1.0) / _SMALLEST_M)))
        size = _SMALLEST_M * 2**level
        long = int(volume.high[4] - volume.low[4] > 7 * _DAY_MS)
        key = (2 * level + long, math.floor(x / size), math.floor(y / size), math.floor(z / size))
        number = self._cells.get(key)
        if number is None:
            number = self._cells[key] = len(self._members)
            self._members.append(array("q"))
            if number == self._cell_low.shape[1]:
                self._cell_low, self._cell_high = _doubled(self._cell_low), _doubled(self._cell_high)
            self._cell_low[:, number], self._cell_high[:, number] = math.inf, -math.inf
        return number


def _meets(
    lows: Floats, highs: Floats, low: Floats, high: Floats
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Which of the n boxes (5, n) share a point with the box; axis by axis, which is three times as fast."""
    hit = lows[0] <= high[0]
    hit &= highs[0] >= low[0]
    for axis in range(1, 5):
        hit &= lows[axis] <= high[axis]
        hit &= highs[axis] >= low[axis]
    return np.flatnonzero(hit)


def _doubled(columns: Floats) -> Floats:
    return np.concatenate([columns, np.empty_like(columns)], axis=1)
