"""The closest points of two cores that do not meet, by distance along the ellipsoid.

The least distance of two shortest paths that do not cross is found at an end of one of them (the Earth curves
so that a common perpendicular between them is a longest distance, not a shortest), so points against pieces
suffice. Straight distances choose the few pairs that could be the closest; geodesics measure those.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from steerclear.space.geodesic import (
    MEAN_M,
    Floats,
    LatLon,
    arc_error_m,
    arc_m,
    inverse,
    latlon,
    normals_at,
)
from steerclear.space.outline import BLOCK, Core, chords, on_piece, sideways

_SAME_M = 0.0005
"""Distances that differ by less are one: the first pair in the order of writing is the witness, whatever the
last digits of a sum are on this machine."""
_STRAIGHT_M = 20_000.0


class Nearest(NamedTuple):
    """Distance of two cores, and the points of a and b where it is."""

    distance_m: float
    at_a: LatLon
    at_b: LatLon


class _Pair(NamedTuple):
    chord: float
    from_b: bool
    query: int
    piece: int
    place: float


def nearest(a: Core, b: Core, within_m: float) -> Nearest | None:
    """The closest points of two cores, or None when they are certainly farther apart than `within_m`."""
    if not len(a.pieces.first) and not len(b.pieces.first):
        at_a, at_b = latlon(a.points[0]), latlon(b.points[0])
        distance, _ = inverse(at_a, at_b)
        return Nearest(distance, at_a, at_b) if distance <= within_m else None
    pairs = [*_pairs(a, b, from_b=True), *_pairs(b, a, from_b=False)]
    least = min(pair.chord for pair in pairs)
    coarse = arc_m(least)
    error = arc_error_m(coarse)
    if coarse - error > within_m:
        return None
    found: dict[tuple[bool, int, int], Nearest] = {}
    for pair in pairs:
        if pair.chord <= least + 2 * error:
            core, other = (a, b) if pair.from_b else (b, a)
            key = pair.from_b, pair.query, _foot_key(core, pair)
            if key not in found:
                distance, foot, query = _measure(core, pair, latlon(other.points[pair.query]))
                found[key] = Nearest(distance, foot, query) if pair.from_b else Nearest(distance, query, foot)
    best = min(one.distance_m for one in found.values())
    first = next(one for one in found.values() if one.distance_m <= best + _SAME_M)
    return Nearest(best, first.at_a, first.at_b) if best <= within_m else None


def depths(core: Core, queries: Floats) -> Floats:
    """(m,) distance of each of the (m, 3) points from the nearest piece, m, to the error of `arc_error_m`."""
    least = [
        chords(core.pieces, queries[rows], sideways(core, queries[rows]))[0].min(axis=1)
        for rows in _blocks(len(queries), len(core.pieces.first))
    ]
    straight = np.sqrt(least[0] if len(least) == 1 else np.concatenate(least))
    arcs: Floats = 2 * MEAN_M * np.arcsin(straight / (2 * MEAN_M))
    return arcs


def _pairs(core: Core, other: Core, *, from_b: bool) -> Iterator[_Pair]:
    """Each point of `other` with each piece of `core` that could be the closest, in the order of writing."""
    if not len(core.pieces.first):
        return
    for rows in _blocks(len(other.points), len(core.pieces.first)):
        queries = other.points[rows]
        square, place = chords(core.pieces, queries, sideways(core, queries))
        least = math.sqrt(square.min())
        most = least + 2 * arc_error_m(arc_m(least))
        for number in np.flatnonzero(square <= most * most).tolist():
            query, piece = divmod(number, square.shape[1])
            chord, at = math.sqrt(square[query, piece]), float(place[query, piece])
            yield _Pair(chord, from_b, rows.start + query, piece, at)


def _blocks(count: int, width: int) -> Iterator[slice]:
    step = max(1, BLOCK // max(1, width))
    for start in range(0, count, step):
        yield slice(start, min(count, start + step))


def _foot_key(core: Core, pair: _Pair) -> int:
    """The same number for the two pieces that share the vertex nearest to a query."""
    pieces = core.pieces
    if pair.place <= 0:
        return int(pieces.first[pair.piece])
    if pair.place >= pieces.length[pair.piece]:
        return int(pieces.last[pair.piece])
    return -1 - pair.piece


def _measure(core: Core, pair: _Pair, query: LatLon) -> tuple[float, LatLon, LatLon]:
    """(distance, foot on the piece, query). Far away the foot is moved until the path stands upright on the
    piece."""
    place, length = pair.place, float(core.pieces.length[pair.piece])
    for _ in range(8):
        point = on_piece(core, pair.piece, place)
        foot = latlon(point)
        distance, azimuth = inverse(foot, query)
        if distance < _STRAIGHT_M:
            break
        lean = math.cos(math.radians(azimuth - _course(core, pair.piece, place, point)))
        angle = distance / MEAN_M
        off = MEAN_M * math.atan(math.tan(angle) * lean) if angle < 1.4 else distance * lean
        moved = min(max(place + off, 0.0), length)
        if abs(moved - place) < 0.5:
            break
        place = moved
    return distance, foot, query


def _course(core: Core, piece: int, place: float, point: Floats) -> float:
    """Azimuth of a piece at a place along it, degrees."""
    pieces = core.pieces
    tilt = (float(pieces.length[piece]) - 2 * place) * float(pieces.bend[piece])
    heading = pieces.along[piece] + pieces.up[piece] * tilt
    x, y, z = normals_at(point[None])[0].tolist()
    across = math.hypot(x, y)
    sine, cosine = (y / across, x / across) if across else (0.0, 1.0)
    hx, hy, hz = heading.tolist()
    north = across * hz - z * (cosine * hx + sine * hy)
    return math.degrees(math.atan2(cosine * hy - sine * hx, north))
