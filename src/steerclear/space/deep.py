"""One area against many in one go: which certainly reach into each other, where and how deep, and which certainly
keep apart. What this does not decide is for `meet` to look at pair by pair.

All that is looked at for each of some thousand pairs of points and pieces stands in a few matrices. Sums of these may
differ in their last digit (1e-9 m) with the company in which a pair is looked at; they choose which point is deepest,
to a millimetre, and never make a figure. Figures are made by `_squares`, whose every operation is rounded by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from steerclear.space.geodesic import ERROR_MM, MEAN_M, Flags, Floats, arc_error_m, latlon, to_e7
from steerclear.space.outline import Core

_ERROR_M = ERROR_MM / 1000
_TOGETHER = 60_000
"""Pairs of points and pieces that are looked at together, about half a megabyte."""


class Deep(NamedTuple):
    """A point of one core in the other, and its depth there, m, rounded up to the error."""

    where: tuple[int, int]
    depth_m: float


Looked = Deep | bool
"""How two areas stand: deep in each other, certainly apart (True), or not decided (False)."""


def look(one: Core, others: Sequence[Core], first: Sequence[bool]) -> list[Looked]:
    """Each of `others` beside `one`, all areas; `first[i]` says whether `one` comes first in the pair, which
    chooses the witness. A depth is above the error bound; "apart" leaves radii and minima to the caller."""
    found: list[Looked] = []
    start = size = 0
    width = len(one.tries)
    for end, other in enumerate(others):
        size += len(other.tries)
        if size * width > _TOGETHER and end > start:
            found += _block(one, others[start:end], first[start:end])
            start, size = end, len(other.tries)
    return found + _block(one, others[start:], first[start:]) if others else found


def _block(one: Core, others: Sequence[Core], first: Sequence[bool]) -> list[Looked]:
    side = _Beside(one, others)
    held, holds = side.inside_others(), side.inside_one()
    in_other = side.deepest_in_others(held)
    in_one = side.deepest_in_one(holds)
    depth_there, depth_here = side.exact(in_other, in_one)
    found: list[Looked] = []
    for i, other in enumerate(others):
        there, here = depth_there[i], depth_here[i]
        depth = max(there, here)
        if depth > _ERROR_M:
            ours = here < depth - _ERROR_M / 2 if first[i] else there >= depth - _ERROR_M / 2
            point = one.tries[in_other[i]] if ours else other.tries[in_one[i]]
            found.append(Deep(to_e7(latlon(point)), depth + arc_error_m(depth)))
        else:
            found.append(depth < 0 and side.apart(i))
    return found


class _Beside:
    """The matrices of one area and others: rows of `one`, columns of all others. `starts` and `t_starts` are where each
    one's pieces and tries begin."""

    def __init__(self, one: Core, others: Sequence[Core]) -> None:
        self.one, self.others = one, others
        self.sizes = np.array([len(other.points) for other in others])
        self.t_sizes = np.array([len(other.tries) for other in others])
        self.starts = self.sizes.cumsum() - self.sizes
        self.t_starts = self.t_sizes.cumsum() - self.t_sizes
        self.frame = np.concatenate([other.pieces.frame for other in others], axis=1)
        self.tries = np.concatenate([other.tries for other in others])
        self.off_others = _with_one(one.tries) @ self.frame[0:4]
        self.off_one = one.pieces.frame[0:4].T @ _with_one(self.tries).T

    def inside_others(self) -> Flags:
        """(tries of one, others): which are inside which; as `outline.inside`, all at once."""
        turned = self.one.tries @ self.frame[14:17] >= 0
        last = np.concatenate([other.pieces.last for other in self.others])
        begins = self.starts.repeat(self.sizes)
        ends = np.flatnonzero(last != np.arange(1, len(last) + 1) - begins)
        crossed = np.empty_like(turned)
        crossed[:, :-1] = turned[:, 1:]
        crossed[:, ends] = turned[:, last[ends] + begins[ends]]
        crossed ^= turned
        left = self.off_others >= 0
        left ^= np.concatenate([other.outside_left for other in self.others])
        crossed &= left
        odd = np.bitwise_xor.reduceat(crossed.view(np.int8), self.starts, axis=1)
        apart = self.one.tries[:, None, :] - np.array([other.middle for other in self.others])
        balls = np.array([other.ball_m for other in self.others])
        held: Flags = odd.view(np.bool_) & (np.einsum("ijk,ijk->ij", apart, apart) <= balls * balls)
        return held

    def inside_one(self) -> Flags:
        """(tries of all others,): which are inside the one."""
        one = self.one
        turned = one.pieces.turn.T @ self.tries.T >= 0
        crossed = turned.take(one.pieces.last, axis=0)
        crossed ^= turned
        left = self.off_one >= 0
        left ^= one.outside_left[:, None]
        crossed &= left
        odd = np.bitwise_xor.reduce(crossed.view(np.int8), axis=0)
        apart = self.tries - one.middle
        held: Flags = odd.view(np.bool_) & ((apart * apart).sum(axis=1) <= one.ball_m**2)
        return held

    def deepest_in_others(self, held: Flags) -> list[int]:
        """The try of one that lies deepest in each other, −1 where none is inside; the first within a millimetre."""
        rows = np.flatnonzero(held.any(axis=1))
        if not len(rows):
            return [-1] * len(self.others)
        squares = _near(self.frame, self.one.tries[rows], self.off_others[rows])
        deep = np.minimum.reduceat(squares, self.starts, axis=1)
        deep[~held[rows]] = -1.0
        chosen = rows[(deep >= _little_less(deep.max(axis=0))).argmax(axis=0)]
        return np.where(held.any(axis=0), chosen, -1).tolist()  # type: ignore[no-any-return]

    def deepest_in_one(self, held: Flags) -> list[int]:
        """The try of each other that lies deepest in the one, counted within the other; −1 where none is inside."""
        found = [-1] * len(self.others)
        at = np.flatnonzero(held)
        if not len(at):
            return found
        squares = _near(self.one.pieces.frame, self.tries[at], self.off_one[:, at].T)
        deep = squares.min(axis=1)
        owner = self.t_starts.searchsorted(at, side="right") - 1
        begins = np.flatnonzero(np.diff(owner, prepend=-1))
        least = _little_less(np.maximum.reduceat(deep, begins))
        good = np.flatnonzero(deep >= least.repeat(np.diff(begins, append=len(at))))
        for place in good[good.searchsorted(begins)].tolist():
            other = int(owner[place])
            found[other] = int(at[place] - self.t_starts[other])
        return found

    def exact(self, in_others: list[int], in_one: list[int]) -> tuple[list[float], list[float]]:
        """Depths, m, of the chosen tries of one in each other, and of each other's in the one; −1 for none."""
        there = [-1.0] * len(in_others)
        here = list(there)
        if max(in_others) >= 0:
            points = self.one.tries[in_others].repeat(self.sizes, axis=0)
            least = np.minimum.reduceat(_squares(self.frame, points.T), self.starts)
            there = [
                _arc(square) if at >= 0 else -1.0
                for square, at in zip(least.tolist(), in_others, strict=True)
            ]
        if max(in_one) >= 0:
            points = self.tries[self.t_starts + in_one]
            least = _squares(self.one.pieces.frame[:, None, :], points.T[:, :, None]).min(axis=1)
            here = [
                _arc(square) if at >= 0 else -1.0 for square, at in zip(least.tolist(), in_one, strict=True)
            ]
        return there, here

    def apart(self, i: int) -> bool:
        """Whether no point of one is near any piece's plane, no two pieces cross and neither holds the other, for which
        none inside is enough: areas that meet without a point inside have pieces that cross."""
        one, other = self.one, self.others[i]
        columns = slice(int(self.starts[i]), int(self.starts[i] + self.sizes[i]))
        tries = slice(int(self.t_starts[i]), int(self.t_starts[i] + self.t_sizes[i]))
        ours, theirs = self.off_others[:, columns], self.off_one[:, tries]
        if min(np.abs(ours).min(), np.abs(theirs).min()) <= 2 * _ERROR_M:
            return False
        left, right = ours >= 0, theirs >= 0
        over = left.take(one.pieces.last, axis=0) ^ left[: len(one.points)]
        over &= right.take(other.pieces.last, axis=1) ^ right[:, : len(other.points)]
        return not over.any()


def _with_one(points: Floats) -> Floats:
    """(n, 4) points with a −1 behind, so that one product takes the offset of a plane off."""
    wide = np.empty((len(points), 4))
    wide[:, :3] = points
    wide[:, 3] = -1.0
    return wide


def _near(frame: Floats, points: Floats, offsets: Floats) -> Floats:
    """(m, k) squares of straight distances of points and pieces, m²; as `outline.chords`, offsets given."""
    wide = _with_one(points)
    beyond = wide @ frame[4:8]
    place = np.maximum(beyond, 0.0)
    np.minimum(place, frame[12], out=place)
    beyond -= place
    beyond *= beyond
    rise = frame[12] - place
    rise *= place
    rise *= frame[13]
    height = wide @ frame[8:12]
    height -= rise
    height *= height
    height += beyond
    np.multiply(offsets, offsets, out=beyond)
    height += beyond
    return height


def _squares(frame: Floats, points: Floats) -> Floats:
    """Squares of straight distances of points (3, …) and pieces (17, …), shapes joined; each product and sum rounded
    by itself, so that a pair gets the same figure in any company and on any machine."""
    x, y, z = points
    offset = x * frame[0] + y * frame[1] + z * frame[2] - frame[3]
    along = x * frame[4] + y * frame[5] + z * frame[6] - frame[7]
    height = x * frame[8] + y * frame[9] + z * frame[10] - frame[11]
    place = np.minimum(np.maximum(along, 0.0), frame[12])
    height -= (frame[12] - place) * place * frame[13]
    along -= place
    squares: Floats = offset * offset + along * along + height * height
    return squares


def _arc(square: float) -> float:
    """Along the mean sphere, m, from the square of the straight distance."""
    return 2 * MEAN_M * math.asin(math.sqrt(square) / (2 * MEAN_M))


def _little_less(squares: Floats) -> Floats:
    """Squares of straight distances that are half the error bound shorter along the Earth; 0 for none."""
    arcs = 2 * MEAN_M * np.arcsin(np.sqrt(np.maximum(squares, 0.0)) / (2 * MEAN_M)) - _ERROR_M / 2
    shorter: Floats = (2 * MEAN_M * np.sin(np.maximum(arcs, 0.0) / (2 * MEAN_M))) ** 2
    return shorter
