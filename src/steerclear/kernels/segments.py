"""Which legs of recorded tracks may come near each other: a search in time slabs and cells that never leaves one out.

A *leg* is the straight line between two samples of one mover. All legs of a mover inside a slab of time are one
*piece* with a box around it; boxes are grown by half of the greatest minimum and by the piece's own reach, and
entered into the cells of an earth-centred grid (so no seam at ±180° and no pole); pieces that share a cell are
compared, box by box. What is left are pairs of legs with the time that both last; `meeting.py` judges them exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FAR_TMM: Final = 1e15
"""An altitude that is not known reaches from -FAR_TMM to FAR_TMM."""

LEAST_CELL_M: Final = 1_000.0  # 14 bits of cell number hold ±8,191 cells: more than the Earth's radius
LEAST_SLAB_MS, MOST_SLAB_MS = 10_000, 120_000
LEGS_A_PIECE: Final = 4  # few enough for a tight box, many enough for few pieces; any number finds the same
_BITS: Final = 14
_HALF: Final = 1 << (_BITS - 1)
_CHUNK: Final = 400_000


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Sorted by mover, then time; the legs of one mover do not overlap in time. Times are ms from any origin, at
    least 0 and below 2^36; positions metres, earth-centred, of the point on the ellipsoid below or above the
    mover."""

    mover: Ints
    t0_ms: Ints
    t1_ms: Ints
    p0_m: Floats
    """(3, n), as `p1_m`."""
    p1_m: Floats
    reach_m: Floats
    """How far from the line the mover may really have been: error of the samples and what it may have turned
    between."""
    low0_tmm: Floats
    """Altitude interval above the ellipsoid at both ends."""
    high0_tmm: Floats
    low1_tmm: Floats
    high1_tmm: Floats
    std0_tmm: Floats
    """Pressure altitude at both ends, NaN where unknown."""
    std1_tmm: Floats
    kind: Ints
    """The mover's class, a row of `Minima`."""
    own: Flags

    def __len__(self) -> int:
        return len(self.mover)


@dataclass(frozen=True, slots=True, eq=False)
class Minima:
    """By [is one of the two own (0, 1)][class][class], symmetric; a horizontal minimum of 0 or less: not looked for.
    A vertical one of `FAR_TMM` or more: the vertical does not count (two ships)."""

    horizontal_m: Floats
    vertical_tmm: Floats
    std_error_tmm: float = 0.0
    """Error of one pressure altitude; two are compared as such where both are known."""

    @property
    def most_m(self) -> float:
        return float(self.horizontal_m.max(initial=0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """Pairs of legs (`a`, `b` indices, mover of a < mover of b) with the time in which both may be near each
    other."""

    a: Ints
    b: Ints
    lo_ms: Ints
    hi_ms: Ints

    def __len__(self) -> int:
        return len(self.a)


def near(legs: Legs, start_ms: int, end_ms: int, minima: Minima) -> Iterator[Met]:
    """Every pair of legs of two movers that may be within its minimum at an instant of [start, end), in parts of
    bounded size; a pair appears once for each slab in which both may be near. None is left out; some are not near
    after all.
    """
    if len(legs) < 2 or minima.most_m <= 0 or end_ms <= start_ms:
        return
    pieces = _pieces(legs, start_ms, end_ms)
    if len(pieces) < 2:
        return
    for i, j in _sharing(pieces, minima):
        yield from _legs_of(legs, pieces, i, j, start_ms, end_ms)


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    slab_ms: int
    slab: Ints
    first: Ints
    size: Ints
    mover: Ints
    kind: Ints
    own: Flags
    low_m: Floats
    high_m: Floats
    reach_m: Floats
    bottom_tmm: Floats
    top_tmm: Floats
    std_bottom_tmm: Floats
    std_top_tmm: Floats
    all_std: Flags

    def __len__(self) -> int:
        return len(self.slab)


def _pieces(legs: Legs, start_ms: int, end_ms: int) -> _Pieces:
    typical = float(np.median(legs.t1_ms - legs.t0_ms))
    slab_ms = int(min(max(LEGS_A_PIECE * typical, LEAST_SLAB_MS), MOST_SLAB_MS))
    first = (np.maximum(legs.t0_ms, start_ms) - start_ms) // slab_ms
    last = (np.minimum(legs.t1_ms, end_ms) - 1 - start_ms) // slab_ms
    leg, slab = expanded(np.maximum(last - first + 1, 0), first)
    mover = legs.mover[leg]
    change = np.ones(len(leg), np.bool_)
    change[1:] = (mover[1:] != mover[:-1]) | (slab[1:] != slab[:-1])
    at = np.flatnonzero(change)
    head = leg[at]

    def least(one: Floats, other: Floats) -> Floats:
        return np.minimum.reduceat(np.minimum(one, other)[..., leg], at, axis=-1)

    def most(one: Floats, other: Floats) -> Floats:
        return np.maximum.reduceat(np.maximum(one, other)[..., leg], at, axis=-1)

    known = ~(np.isnan(legs.std0_tmm) | np.isnan(legs.std1_tmm))
    std0, std1 = np.where(known, legs.std0_tmm, FAR_TMM), np.where(known, legs.std1_tmm, FAR_TMM)
    std_bottom = least(std0, std1)
    std_top = most(np.where(known, std0, -FAR_TMM), np.where(known, std1, -FAR_TMM))
    return _Pieces(
        slab_ms,
        slab[at],
        head,
        np.diff(np.append(at, len(leg))),
        mover[at],
        legs.kind[head],
        legs.own[head],
        least(legs.p0_m, legs.p1_m),
        most(legs.p0_m, legs.p1_m),
        most(legs.reach_m, legs.reach_m),
        least(legs.low0_tmm, legs.low1_tmm),
        most(legs.high0_tmm, legs.high1_tmm),
        std_bottom,
        std_top,
        np.logical_and.reduceat(known[leg], at),
    )


def expanded(count: Ints, first: Ints) -> tuple[Ints, Ints]:
    """(index of the row, first + 0, 1, … count - 1) for each row, one after the other."""
    row = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    return row, np.arange(len(row)) - before[row] + first[row]


def _sharing(pieces: _Pieces, minima: Minima) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of pieces whose boxes come within the pair's own minimum, each once, the smaller mover first."""
    grown = minima.most_m / 2 + pieces.reach_m
    low, high = pieces.low_m - grown, pieces.high_m + grown
    cell_m = max(LEAST_CELL_M, 2 * float(np.median((high - low).max(axis=0))))
    from_, to = np.floor(low / cell_m).astype(np.int64), np.floor(high / cell_m).astype(np.int64)
    wide = to - from_ + 1
    piece, number = expanded(wide.prod(axis=0), np.zeros(len(pieces), np.int64))
    x, rest = number % wide[0, piece], number // wide[0, piece]
    y, z = rest % wide[1, piece], rest // wide[1, piece]
    key = _key(pieces.slab[piece], from_[0, piece] + x, from_[1, piece] + y, from_[2, piece] + z)
    order = np.argsort(key, kind="stable")
    key, piece = key[order], piece[order]
    at = np.arange(len(key) - 1)
    step = 0
    while True:
        step += 1
        at = at[at + step < len(key)]
        at = at[key[at] == key[at + step]]
        if not len(at):
            return
        for begin in range(0, len(at), _CHUNK):
            part = at[begin : begin + _CHUNK]
            i, j, k = piece[part], piece[part + step], key[part]
            i, j, k = _own_classes(pieces, minima, i, j, k)
            i, j, k = _boxes(pieces, minima, i, j, k)
            corner = np.floor(np.maximum(low[:, i], low[:, j]) / cell_m).astype(np.int64)
            mine = k == _key(pieces.slab[i], *corner)  # of all cells that two boxes share, one is theirs
            i, j = i[mine], j[mine]
            if len(i):
                swap = pieces.mover[i] > pieces.mover[j]
                yield np.where(swap, j, i), np.where(swap, i, j)


def _key(slab: Ints, x: Ints, y: Ints, z: Ints) -> Ints:
    return (((((slab << _BITS) | (x + _HALF)) << _BITS) | (y + _HALF)) << _BITS) | (z + _HALF)


def _own_classes(pieces: _Pieces, minima: Minima, i: Ints, j: Ints, k: Ints) -> tuple[Ints, Ints, Ints]:
    """Without a mover and itself, and without classes that no minimum is given for."""
    own = (pieces.own[i] | pieces.own[j]).astype(np.int64)
    kept = (pieces.mover[i] != pieces.mover[j]) & (
        minima.horizontal_m[own, pieces.kind[i], pieces.kind[j]] > 0
    )
    return i[kept], j[kept], k[kept]


def _boxes(pieces: _Pieces, minima: Minima, i: Ints, j: Ints, k: Ints) -> tuple[Ints, Ints, Ints]:
    own = (pieces.own[i] | pieces.own[j]).astype(np.int64)
    kinds = pieces.kind[i], pieces.kind[j]
    far = minima.horizontal_m[own, *kinds] + pieces.reach_m[i] + pieces.reach_m[j]
    for low, high in zip(pieces.low_m, pieces.high_m, strict=True):
        kept = np.flatnonzero((low[i] - high[j] <= far) & (low[j] - high[i] <= far))
        i, j, k, own, far = i[kept], j[kept], k[kept], own[kept], far[kept]
    high_tmm = minima.vertical_tmm[own, pieces.kind[i], pieces.kind[j]]
    above = (pieces.bottom_tmm[i] - pieces.top_tmm[j] < high_tmm) & (
        pieces.bottom_tmm[j] - pieces.top_tmm[i] < high_tmm
    )
    high_tmm = high_tmm + 2 * minima.std_error_tmm
    std = (pieces.std_bottom_tmm[i] - pieces.std_top_tmm[j] < high_tmm) & (
        pieces.std_bottom_tmm[j] - pieces.std_top_tmm[i] < high_tmm
    )
    near = std | (above & ~(pieces.all_std[i] & pieces.all_std[j]))
    return i[near], j[near], k[near]


def _legs_of(legs: Legs, pieces: _Pieces, i: Ints, j: Ints, start_ms: int, end_ms: int) -> Iterator[Met]:
    """The legs of two pieces that last at the same time, inside the slab."""
    turn = np.int64(1) << 36
    begins, ends = legs.mover * turn + legs.t0_ms, legs.mover * turn + legs.t1_ms
    share = max(1, _CHUNK // max(1, int(pieces.size.max(initial=1))))
    for begin in range(0, len(i), share):
        one, other = i[begin : begin + share], j[begin : begin + share]
        row, a = expanded(pieces.size[one], pieces.first[one])
        floor = start_ms + pieces.slab[one][row] * pieces.slab_ms
        lo = np.maximum(legs.t0_ms[a], floor)
        hi = np.minimum(legs.t1_ms[a], np.minimum(floor + pieces.slab_ms, end_ms))
        mover = pieces.mover[other][row] * turn
        first = np.searchsorted(ends, mover + lo, side="right")
        last = np.searchsorted(begins, mover + hi, side="left")
        row, b = expanded(np.maximum(last - first, 0) * (hi > lo), first)
        a, lo, hi = a[row], np.maximum(lo[row], legs.t0_ms[b]), np.minimum(hi[row], legs.t1_ms[b])
        kept = hi > lo
        if kept.any():
            yield Met(a[kept], b[kept], lo[kept], hi[kept])
