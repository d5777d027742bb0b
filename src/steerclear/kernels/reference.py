"""The search in numpy: which pairs of boxes meet, then the exact test. It says what is right; `pairs.c` is its twin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from steerclear.kernels import exact
from steerclear.kernels.movers import Floats, Ints
from steerclear.kernels.sweep import ALT_BITS, TURN, Prepared, rows_of

CHUNK = 1 << 21
"""Places compared at once: bounds the memory."""
FIGURES = 8
Rows = TypeVar("Rows", exact.Flat, exact.Loss)


def find(p: Prepared) -> tuple[Ints, Ints, Floats]:
    """(i, j, (k, 8) figures): indices into the prepared movers, i < j; the figures in the order of `Pairs`."""
    found = [_judged(p, i, j) for i, j in _candidates(p)]
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, FIGURES))
    i, j, figures = (np.concatenate([one[part] for one in found]) for part in range(3))
    order = np.lexsort((j, i))
    return i[order], j[order], figures[order]


def _judged(p: Prepared, i: Ints, j: Ints) -> tuple[Ints, Ints, Floats]:
    """Of these pairs (i < j), those that lose separation within their look-ahead."""
    flat = exact.flatten(p, i, j)
    asked = p.table[p.group[i], p.group[j]]
    lost = exact.loss(flat, asked[:, 0], asked[:, 1], *exact.inflation(p, i, j))
    keep = np.flatnonzero(lost.within(asked[:, 2]))
    flat, lost = _kept(flat, keep), _kept(lost, keep)
    return i[keep], j[keep], exact.figures(flat, lost, asked[keep, 0], asked[keep, 2])


def _kept(arrays: Rows, keep: Ints) -> Rows:
    return type(arrays)(*(getattr(arrays, name)[keep] for name in arrays.__slots__))


def _candidates(p: Prepared) -> Iterator[tuple[Ints, Ints]]:
    """Pairs whose boxes meet, each once, i < j; and everybody with those that are too wide for the grid."""
    if len(p.use) < 2:
        return
    mover, cell = _places(p)
    key = (cell << ALT_BITS) | p.level[mover, 0]
    order = np.argsort(key)
    key, mover, cell = key[order], mover[order], cell[order]
    # sorted by cell and then by lowest altitude: whoever may meet a place stands right behind it
    until = np.searchsorted(key, (cell << ALT_BITS) | p.level[mover, 1], side="right")
    counts = until - np.arange(1, len(key) + 1)
    first_row, _ = rows_of(p.box, p.row_height)
    for begin, end in _chunks(counts):
        some = counts[begin:end]
        one = np.repeat(np.arange(begin, end), some)
        two = np.arange(len(one)) - np.repeat(np.cumsum(some) - some, some) + one + 1
        a, b = mover[one], mover[two]
        meet, edge = _meet(p.box, a, b)
        a, b, edge, here = a[meet], b[meet], edge[meet], cell[one[meet]]
        row = np.maximum(first_row[a], first_row[b])
        once = np.flatnonzero(p.before[row] + (edge * p.columns[row] // TURN) == here)
        a, b = a[once], b[once]
        yield np.minimum(a, b), np.maximum(a, b)
    yield from _with_everybody(p)


def _places(p: Prepared) -> tuple[Ints, Ints]:
    """(mover, cell) for every cell that a box touches."""
    first, last = rows_of(p.box, p.row_height)
    narrow = np.flatnonzero(~p.wide)
    mover, step = _spread(narrow, last[narrow] - first[narrow] + 1)
    row = first[mover] + step
    columns = p.columns[row]
    west = p.box[mover, 2]
    start = west * columns // TURN
    count = np.minimum((west + p.box[mover, 3]) * columns // TURN - start + 1, columns)
    place, step = _spread(np.arange(len(mover)), count)
    cell = p.before[row[place]] + (start[place] + step) % columns[place]
    return mover[place], cell


def _spread(values: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Each value as often as its count says, with the number of the repetition."""
    total = np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(values, counts), np.arange(len(total)) - total


def _chunks(counts: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of places with about `CHUNK` comparisons each."""
    reached = np.cumsum(counts)
    begin = 0
    while begin < len(counts):
        goal = (reached[begin - 1] if begin else 0) + CHUNK
        end = max(begin + 1, int(np.searchsorted(reached, goal, side="right")))
        yield begin, end
        begin = end


def _meet(box: Ints, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """(which pairs of boxes meet, for every pair the western edge of what they share)."""
    west_a, west_b = box[a, 2], box[b, 2]
    b_in_a = ((west_b - west_a) & (TURN - 1)) <= box[a, 3]
    a_in_b = ((west_a - west_b) & (TURN - 1)) <= box[b, 3]
    meet = (b_in_a | a_in_b) & (box[a, 0] <= box[b, 1]) & (box[b, 0] <= box[a, 1])
    lower_first = a < b  # both may hold: then the edge must not depend on the order of places
    by_b = b_in_a & (lower_first | ~a_in_b)
    return np.flatnonzero(meet), np.where(by_b, west_b, west_a)


def _with_everybody(p: Prepared) -> Iterator[tuple[Ints, Ints]]:
    others = np.arange(len(p.use))
    for one in np.flatnonzero(p.wide).tolist():
        # two wide ones meet once: where the lower of them asks
        some = others[(others != one) & (~p.wide | (others > one))]
        yield np.minimum(some, one), np.maximum(some, one)
