"""Whether two outlines meet, or come closer than a minimum, and where and by how much.

Decided on exact outlines to `ERROR_MM`: two edges cross, or one core holds a point of the other, or their
least distance is below both radii and the minimum. Within the bound the answer is yes (judgement.md,
"Geometry that must be right").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from steerclear.space.deep import Deep, Looked, look
from steerclear.space.geodesic import (
    ERROR_MM,
    Flags,
    Floats,
    Ints,
    LatLon,
    arc_error_m,
    direct,
    inverse,
    latlon,
    to_e7,
)
from steerclear.space.nearest import Nearest, depths, nearest
from steerclear.space.outline import BLOCK, Core, inside, on_piece, sideways

_ERROR_M = ERROR_MM / 1000


class Meeting(NamedTuple):
    """Where two outlines meet or nearly do: a point of both, or the middle of the gap.

    `gap_mm` is the least distance, rounded down, 0 where they meet. `depth_mm` is how far one reaches into
    the other, rounded up: the greatest distance, of the vertices and inner points of one that lie in the
    other, from the other's edge (for a radius: how much of it is covered); 0 where they only touch or do not
    meet.
    """

    where: tuple[int, int]
    gap_mm: int
    depth_mm: int


class Other(NamedTuple):
    """An outline to look at beside one: the minimum asked of the pair, and whether the one comes first in it."""

    core: Core
    minimum_mm: int
    one_first: bool


def meet(a: Core, b: Core, minimum_mm: int) -> Meeting | None:
    """None where the outlines are at least `minimum_mm` apart (0: where they do not touch), else the witness.

    Symmetric in decision and figures; the witness point is the first in the order (b in a, then a in b).
    """
    return meet_all(a, (Other(b, minimum_mm, True),))[0]


def meet_all(one: Core, others: Sequence[Other]) -> list[Meeting | None]:
    """`meet` of one outline with each of others, in their order; what most areas need is done for all at once."""
    found: list[Meeting | None] = [None] * len(others)
    near = _boxes_within(one, others)
    looked: dict[int, Looked] = {}
    if one.kind == "area":
        width = len(one.tries)
        areas = [
            i for i in near if others[i].core.kind == "area" and width * len(others[i].core.tries) <= BLOCK
        ]
        cores, first = [others[i].core for i in areas], [others[i].one_first for i in areas]
        looked = dict(zip(areas, look(one, cores, first), strict=True))
    for i in near:
        core, minimum_mm, one_first = others[i]
        seen = looked.get(i, False)
        if isinstance(seen, Deep):
            found[i] = _reaching(seen, one.radius_mm + core.radius_mm)
        elif not (seen and one.radius_mm + core.radius_mm + minimum_mm == 0):
            found[i] = _meet(one, core, minimum_mm) if one_first else _meet(core, one, minimum_mm)
    return found


def _meet(a: Core, b: Core, minimum_mm: int) -> Meeting | None:
    """`meet` of two whose boxes do, whatever they are."""
    radius_mm = a.radius_mm + b.radius_mm
    left_a, touch_a = _left(a, b.tries)
    left_b, touch_b = _left(b, a.tries)
    crossed = _crossings(a, b, left_a, left_b)
    crossing = bool(crossed.any())
    if crossing or _holds(a, b, left_a) or _holds(b, a, left_b):
        deep = _deepest(a, b, left_a, left_b) or (_across(a, b, np.argwhere(crossed)) if crossing else None)
        if deep is not None and deep.depth_m > _ERROR_M:
            return _reaching(deep, radius_mm)
        touching = nearest(a, b, 10 * _ERROR_M)
        if touching is not None:
            return Meeting(to_e7(touching.at_a), 0, radius_mm)
        if deep is not None:
            return _reaching(deep, radius_mm)
    if radius_mm + minimum_mm == 0 and not (touch_a or touch_b):
        return None
    within_mm = radius_mm + minimum_mm + ERROR_MM
    near = nearest(a, b, within_mm / 1000)
    if near is None or (near.distance_m * 1000 >= within_mm and minimum_mm):
        return None
    if near.distance_m <= _ERROR_M:
        deep = _deepest(a, b, left_a, left_b)
        if deep is not None:
            return _reaching(deep, radius_mm)
    gap = near.distance_m * 1000 - radius_mm
    depth = math.ceil(-gap + ERROR_MM) if gap < -ERROR_MM else 0
    return Meeting(_between(near, a, b), max(0, math.floor(gap - ERROR_MM)), depth)


def _reaching(deep: Deep, radius_mm: int) -> Meeting:
    return Meeting(
        deep.where, 0, (math.ceil(deep.depth_m * 1000) if deep.depth_m > _ERROR_M else 0) + radius_mm
    )


def _boxes_within(one: Core, others: Sequence[Other]) -> list[int]:
    """Which of the others' boxes come as near as their minimum."""
    if not others:
        return []
    if len(others) == 1:
        core, minimum_mm, _ = others[0]
        apart = np.maximum(one.low - core.high, core.low - one.high)
        return [0] if apart.max() <= minimum_mm / 1000 else []
    low, high = np.array([row.core.low for row in others]), np.array([row.core.high for row in others])
    gaps = np.maximum(one.low - high, low - one.high).max(axis=1)
    near: list[int] = np.flatnonzero(gaps <= np.array([row.minimum_mm for row in others]) / 1000).tolist()
    return near


def _left(core: Core, queries: Floats) -> tuple[Flags, bool]:
    """(m, k) on which side of each piece each point is, and whether any is within the error bound of a
    plane."""
    width = len(core.pieces.first)
    if len(queries) * width > BLOCK and len(queries) > 1:
        half = len(queries) // 2
        (one, close), (two, near) = _left(core, queries[:half]), _left(core, queries[half:])
        return np.concatenate([one, two]), close or near
    if not width:
        return np.zeros((len(queries), 0), dtype=np.bool_), True
    offsets = sideways(core, queries)
    return offsets >= 0, bool(np.abs(offsets).min() <= 2 * _ERROR_M)


def _crossings(a: Core, b: Core, left_a: Flags, left_b: Flags) -> Flags:
    """(k of b, k of a) which pieces cross."""
    over = _sides_change(b, left_a)
    over &= _sides_change(a, left_b).T
    if over.any():  # two planes meet on both sides of the Earth
        facing = b.points[b.pieces.first] @ a.points[a.pieces.first].T
        over &= facing > 0
    return over


def _sides_change(core: Core, left: Flags) -> Flags:
    """(k, …) whether the two ends of each piece of a core are on different sides."""
    change = left.take(core.pieces.last, axis=0)
    change ^= left[: len(change)]
    return change


def _holds(area: Core, other: Core, left: Flags) -> bool:
    """Whether an area holds the first vertex of the other, which says it for all where no edges cross."""
    return area.kind == "area" and bool(inside(area, other.tries[:1], left[:1])[0])


def _deepest(a: Core, b: Core, left_a: Flags, left_b: Flags) -> Deep | None:
    """The point that reaches deepest into the other core; None where none is beyond the error bound."""
    found: list[tuple[Floats, float]] = []
    for area, other, left in ((a, b, left_a), (b, a, left_b)):
        if area.kind == "area":
            within = other.tries[inside(area, other.tries, left)]
            if len(within):
                deep = depths(area, within)
                best = int(np.flatnonzero(deep >= deep.max() - _ERROR_M / 2)[0])
                found.append((within[best], float(deep.max())))
    if not found:
        return None
    depth = max(one[1] for one in found)
    point = next(one[0] for one in found if one[1] >= depth - _ERROR_M / 2)
    return Deep(to_e7(latlon(point)), depth + arc_error_m(depth)) if depth > _ERROR_M else None


def _across(a: Core, b: Core, crossed: Ints) -> Deep:
    """Two cores that cross with no vertex of one deep in the other: the deepest of the points halfway between the
    crossings of an edge (or a crossing and the edge's end) that lie in the other, else the first crossing.
    """
    best: tuple[Floats, float] | None = None
    for core, other, mine, theirs in ((a, b, 1, 0), (b, a, 0, 1)):
        if other.kind != "area":
            continue
        halfway = []
        for piece in sorted(set(crossed[:, mine].tolist())):
            partners = crossed[crossed[:, mine] == piece, theirs].tolist()
            places = [_crossing_place(core, piece, other, partner) for partner in partners]
            places = sorted([0.0, *places, float(core.pieces.length[piece])])
            halfway += [on_piece(core, piece, (low + high) / 2) for low, high in pairwise(places)]
        points = np.array(halfway)
        points = points[inside(other, points, sideways(other, points) >= 0)]
        if len(points):
            deep = depths(other, points)
            first = int(np.flatnonzero(deep >= deep.max() - _ERROR_M / 2)[0])
            if best is None or deep.max() > best[1] + _ERROR_M / 2:
                best = points[first], float(deep.max())
    if best is not None:
        return Deep(to_e7(latlon(best[0])), best[1] + arc_error_m(best[1]))
    piece_b, piece_a = (int(number) for number in crossed[0])
    return Deep(to_e7(latlon(on_piece(a, piece_a, _crossing_place(a, piece_a, b, piece_b)))), 0.0)


def _crossing_place(core: Core, piece: int, other: Core, across: int) -> float:
    """Where along a piece it crosses another, m along the chord, by regula falsi on the distance from the
    other's plane."""
    side, offset = other.pieces.side[across], float(other.pieces.side0[across])
    low, high = 0.0, float(core.pieces.length[piece])
    at_low = float(on_piece(core, piece, low) @ side) - offset
    at_high = float(on_piece(core, piece, high) @ side) - offset
    place = low
    for _ in range(4):
        if at_high == at_low:
            return place
        place = low - at_low * (high - low) / (at_high - at_low)
        here = float(on_piece(core, piece, place) @ side) - offset
        if (here >= 0) == (at_low >= 0):
            low, at_low = place, here
        else:
            high, at_high = place, here
    return place


def _between(near: Nearest, a: Core, b: Core) -> tuple[int, int]:
    """The middle of what both radii cover of the way from a to b, or of the gap between them."""
    if near.distance_m < _ERROR_M:
        return to_e7(near.at_a)
    reach_a = min(a.radius_mm / 1000, near.distance_m)
    reach_b = max(near.distance_m - b.radius_mm / 1000, 0.0)
    at: LatLon = near.at_a
    _, azimuth = inverse(near.at_a, near.at_b)
    return to_e7(direct(at, azimuth, (reach_a + reach_b) / 2))
