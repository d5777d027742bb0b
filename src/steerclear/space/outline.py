"""An outline made ready: a core (area, line or point) of short geodesic pieces, and the radius drawn around
it.

A circle is a point and its radius, a corridor a line and its half-width, a polygon an area and nothing around
it; the distance of two outlines is the distance of their cores less both radii. Each piece carries its own
frame: along, sideways and up. Everything is earth-centred, so ±180° and the poles are places like any other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from steerclear.errors import Malformed
from steerclear.space.chain import MAX_PIECES, Chain, chain_of, ends
from steerclear.space.geodesic import (
    MEAN_M,
    Flags,
    Floats,
    Ints,
    normals_at,
    surface,
)
from steerclear.space.volume import Circle, Corridor, Outline, Polygon, Ring

Kind = Literal["area", "line", "point"]

MAX_CAP_RAD = math.radians(80)
"""An outline must fit into a cap of 80°, radius included, so that its smaller side is beyond doubt."""
BLOCK = 500_000
"""Pairs of points and pieces that are looked at in one go, so that no outline costs more than some
megabytes."""
_AXIS_ENDS = surface(np.vstack([np.eye(3), -np.eye(3)]))


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """k short geodesic pieces: `first[i]` = i → `last[i]`, frames as (k, 3) unit vectors with their offsets (k,).

    For a point Q: `Q·side − side0` is its distance sideways from the plane of the piece, `Q·along − along0`
    how far it is along the chord of `length`, `Q·up − up0` its height over the chord; `bend` is half the
    curvature. `turn` (3, k), of areas: on which side of the plane through Q and a point outside `first` is, by the
    sign of `Q·turn`. All of these are rows of `frame` (17, k), so that many outlines are put side by side at once.
    """

    first: Ints
    last: Ints
    frame: Floats

    @property
    def side(self) -> Floats:
        rows: Floats = self.frame[0:3].T
        return rows

    @property
    def side0(self) -> Floats:
        rows: Floats = self.frame[3]
        return rows

    @property
    def along(self) -> Floats:
        rows: Floats = self.frame[4:7].T
        return rows

    @property
    def along0(self) -> Floats:
        rows: Floats = self.frame[7]
        return rows

    @property
    def up(self) -> Floats:
        rows: Floats = self.frame[8:11].T
        return rows

    @property
    def up0(self) -> Floats:
        rows: Floats = self.frame[11]
        return rows

    @property
    def length(self) -> Floats:
        rows: Floats = self.frame[12]
        return rows

    @property
    def bend(self) -> Floats:
        rows: Floats = self.frame[13]
        return rows

    @property
    def turn(self) -> Floats:
        rows: Floats = self.frame[14:17]
        return rows


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """A prepared outline. `points` (n, 3) are vertices and cuts; `tries` are the points together with, for an
    area, one point well inside (the last row), so that equal outlines are known to overlap in more than their
    edges.

    `middle`, `ball_m`: a ball that holds the core; `bulge_m`: the most that a piece rises over its chord.
    `low`, `high`: corners of the earth-centred box that holds the whole outline, radius included, m.
    `outside`, `outside_left`: a point certainly outside an area, and on which side of each piece it is.
    """

    kind: Kind
    radius_mm: int
    points: Floats
    tries: Floats
    pieces: Pieces
    middle: Floats
    ball_m: float
    bulge_m: float
    outside: Floats
    outside_left: Flags
    low: Floats
    high: Floats


@lru_cache(maxsize=4_096)
def build(outline: Outline) -> Core:
    """An outline with at least one vertex of legal latitude → its core. Repeated neighbours are dropped.

    Raises `Malformed` with rule `no-outline`, `too-many-vertices` or `too-large`; whatever else is wrong with
    it is for `check_volume` and `prepare_protective` to find. Cached, since a desk, a preparation and each
    round of a recurrence ask for the same outline.
    """
    match outline:
        case Circle(centre, radius_mm):
            return _core("point", [chain_of((centre,), closed=False)], radius_mm)
        case Corridor(line, half_width_mm):
            chain = chain_of(line, closed=False)
            return _core("line" if chain.vertices > 1 else "point", [chain], half_width_mm)
        case Polygon(exterior, holes):
            return build_area(exterior, holes, 0)


def build_area(exterior: Ring, holes: tuple[Ring, ...], radius_mm: int) -> Core:
    """As `build` for a polygon, with a radius drawn around it; two places make a line, one a point."""
    ring = chain_of(exterior, closed=True)
    if ring.vertices > 2:
        inner = [chain for hole in holes if hole and (chain := chain_of(hole, closed=True)).vertices > 2]
        return _core("area", [ring, *inner], radius_mm)
    return _core("line" if ring.vertices == 2 else "point", [chain_of(exterior, closed=False)], radius_mm)


def sideways(core: Core, queries: Floats) -> Floats:
    """(m, k) signed distance of each of the (m, 3) points from the plane of each piece, m."""
    offsets: Floats = queries @ core.pieces.side.T
    offsets -= core.pieces.side0
    return offsets


def inside(core: Core, queries: Floats, left: Flags) -> Flags:
    """(m,) which of the (m, 3) points are in the area, exact but for those within the error bound of its
    edges.

    `left` (m, k) is `sideways(core, queries) >= 0`. Counts how often the way from the query to a point known
    to be outside crosses the edges; no projection, so no place on Earth is special.
    """
    if len(queries) * len(core.points) > BLOCK and len(queries) > 1:
        half = len(queries) // 2
        parts = inside(core, queries[:half], left[:half]), inside(core, queries[half:], left[half:])
        return np.concatenate(parts)
    pieces = core.pieces
    turned = queries @ pieces.turn >= 0
    crossed = turned.take(pieces.last, axis=1)
    crossed ^= turned
    crossed &= left ^ core.outside_left
    odd = np.add.reduce(crossed.view(np.int8), axis=1, dtype=np.int8) & 1
    apart = queries - core.middle
    held: Flags = odd.view(np.bool_) & ((apart * apart).sum(axis=1) <= core.ball_m**2)
    return held


def chords(pieces: Pieces, queries: Floats, offsets: Floats) -> tuple[Floats, Floats]:
    """(square of the straight distance, place along the chord) of each of m points and the nearest point of each
    of k pieces, m² and m. `offsets` is `sideways` of the same.
    """
    beyond = queries @ pieces.along.T
    beyond -= pieces.along0
    place = np.maximum(beyond, 0.0)
    np.minimum(place, pieces.length, out=place)
    beyond -= place
    beyond *= beyond
    rise = pieces.length - place
    rise *= place
    rise *= pieces.bend
    height = queries @ pieces.up.T
    height -= pieces.up0
    height -= rise
    height *= height
    height += beyond
    height += offsets * offsets
    return height, place


def on_piece(core: Core, piece: int, place_m: float) -> Floats:
    """The earth-centred point of a piece at a place along its chord."""
    pieces = core.pieces
    rise = place_m * (float(pieces.length[piece]) - place_m) * float(pieces.bend[piece])
    point: Floats = core.points[pieces.first[piece]] + pieces.along[piece] * place_m + pieces.up[piece] * rise
    return point


def _core(kind: Kind, chains: list[Chain], radius_mm: int) -> Core:
    sizes = tuple(len(chain.points) for chain in chains)
    if sum(sizes) > MAX_PIECES:
        remedy = f"use at most {MAX_PIECES} vertices and pieces of edge of 100 km"
        raise Malformed("too-many-vertices", remedy=remedy)
    normals, points = chains[0].normals, chains[0].points
    if len(chains) > 1:
        normals = np.concatenate([chain.normals for chain in chains])
        points = np.concatenate([chain.points for chain in chains])
    first, last = ends(sizes, kind == "area")
    pieces = _pieces(normals, points, first, last)
    middle, cap = cap_of(normals)
    if cap + radius_mm / 1000 / 6_335_000 > MAX_CAP_RAD:
        raise Malformed(
            "too-large",
            remedy="an outline must fit into a circle of 8,800 km radius: divide it into several volumes",
        )
    heart = surface(middle[None])[0]
    ball_m = float(np.sqrt(((points - heart) ** 2).sum(axis=1).max())) + 1.0
    outside = _beyond(middle, cap)
    pieces.turn[:] = _turns(points, outside) if kind == "area" else 0.0
    core = Core(
        kind=kind,
        radius_mm=radius_mm,
        points=points,
        tries=points,
        pieces=pieces,
        middle=heart,
        ball_m=ball_m,
        bulge_m=float((pieces.length**2 * pieces.bend).max()) / 4 if len(pieces.length) else 0.0,
        outside=outside,
        outside_left=pieces.side @ outside - pieces.side0 >= 0,
        low=points.min(axis=0),
        high=points.max(axis=0),
    )
    return _finish(core)


def _finish(core: Core) -> Core:
    """Adds the point well inside, and widens the box by bulge, radius and the axis ends that an area holds.

    An earth-centred coordinate has its extremes over an area on the area's edge or at an end of its axis.
    """
    pad = core.bulge_m + core.radius_mm / 1000 + 1.0
    low, high, tries = core.low, core.high, core.tries
    if core.kind == "area":
        apart = _AXIS_ENDS - core.middle
        near = _AXIS_ENDS[(apart * apart).sum(axis=1) <= core.ball_m**2]
        held = near[inside(core, near, sideways(core, near) >= 0)] if len(near) else near
        if len(held):
            low, high = np.minimum(low, held.min(axis=0)), np.maximum(high, held.max(axis=0))
        heart = _heart(core)
        tries = core.points if heart is None else np.concatenate([core.points, heart[None]])
    return replace(core, points=tries[: len(core.points)], tries=tries, low=low - pad, high=high + pad)


def _heart(core: Core) -> Floats | None:
    """Of the mean and of up to a dozen corners' triangles (of all, if none of those is): the point deepest inside."""
    points = core.points
    around = (
        np.concatenate([points[-1:], points[:-1]]) + points + np.concatenate([points[1:], points[:1]])
    ) / 3
    some = np.concatenate([points.mean(axis=0)[None], around[:: max(1, len(points) // 12)]])
    for guesses in (surface(normals_at(some)), surface(normals_at(around[:500]))):
        offsets = sideways(core, guesses)
        good = np.flatnonzero(inside(core, guesses, offsets >= 0))
        if len(good):
            squares = chords(core.pieces, guesses[good], offsets[good])[0].min(axis=1)
            heart: Floats = guesses[good[int(np.flatnonzero(squares >= squares.max() * (1 - 1e-9))[0])]]
            return heart
    return None


def _pieces(normals: Floats, points: Floats, first: Ints, last: Ints) -> Pieces:
    """Frames of the pieces but for `turn`; `bend` from the turn of the normal over the piece."""
    frame = np.empty((17, len(first)))
    starts, stops = points.T.take(first, axis=1), points.T.take(last, axis=1)
    begin, end = normals.T.take(first, axis=1), normals.T.take(last, axis=1)
    side, along, up = frame[0:3], frame[4:7], frame[8:11]
    length, bend = frame[12], frame[13]
    np.subtract(stops, starts, out=along)
    np.sqrt((along * along).sum(axis=0), out=length)
    along /= length
    np.add(begin, end, out=up)
    end -= begin
    np.sqrt((end * end).sum(axis=0), out=bend)
    bend /= length
    bend *= 0.5
    up -= along * (up * along).sum(axis=0)
    up /= np.sqrt((up * up).sum(axis=0))
    np.multiply(along[_NEXT], up[_AFTER], out=side)
    side -= along[_AFTER] * up[_NEXT]
    for row, axis in ((3, side), (7, along), (11, up)):
        (axis * starts).sum(axis=0, out=frame[row])
    return Pieces(first, last, frame)


_NEXT, _AFTER = [1, 2, 0], [2, 0, 1]


def _turns(points: Floats, outside: Floats) -> Floats:
    """(3, n) each point × the point outside."""
    x, y, z = outside.tolist()
    turns: Floats = np.array([[0.0, z, -y], [-z, 0.0, x], [y, -x, 0.0]]) @ points.T
    return turns


def cap_of(normals: Floats) -> tuple[Floats, float]:
    """(unit vector, angle) of a cap that holds every point; π where the points are all around the Earth."""
    mean = normals.mean(axis=0)
    size = float(np.sqrt(mean @ mean))
    if size < 1e-3:
        return np.array([0.0, 0.0, 1.0]), math.pi
    middle = np.asarray(mean / size)
    return middle, float(np.arccos(np.clip((normals @ middle).min(), -1.0, 1.0)))


def _beyond(middle: Floats, cap: float) -> Floats:
    """A point of the surface outside the cap, in a direction that no axis or meridian shares."""
    aside = np.array([0.537, -0.311, 0.784])
    if abs(float(aside @ middle)) > 0.9:
        aside = np.array([-0.643, 0.729, 0.235])
    aside = aside - middle * float(aside @ middle)
    aside /= math.sqrt(float(aside @ aside))
    angle = min(cap * 1.1 + 200 / MEAN_M, cap + 0.05)
    beyond: Floats = surface((middle * math.cos(angle) + aside * math.sin(angle))[None])[0]
    return beyond
