"""Answers of the conflict check computed again by other means: geodesics of geographiclib, cut every 5 km, dropped on
the plane that touches the Earth between the two, and shapely there. Nothing of `steerclear.space` but wire structs.

The plane keeps what meets what; distances near its rim come out up to 0.02 % short. What lies within `CLOSE_M` of a
bound is not for this to say: those pairs are told apart and decided by `tests.support.geodesics`, which minimises
geodesic distances (slow, to a centimetre).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import shapely
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray

from bench.conflict_set import MINIMUM_MM, MINIMUM_TMM
from steerclear.judgement import Notice
from steerclear.space.altitude import Altitude
from steerclear.space.volume import Polygon

CLOSE_M = 5.0
STEP_M = 5_000.0
_A, _F = 6_378_137.0, 1 / 298.257223563
_E2 = _F * (2 - _F)
Answer = Literal["conflict", "apart", "close"]


class Standing:
    """Every standing notice as a ball, and its outline in dense points once it is asked for."""

    def __init__(self, notices: Sequence[Notice]) -> None:
        self.notices = notices
        balls = [_ball(notice) for notice in notices]
        self._middle = np.array([middle for middle, _ in balls])
        self._radius = np.array([radius for _, radius in balls])
        self._dense: dict[str, NDArray[np.float64]] = {}

    def answers(self, new: Notice) -> dict[str, Answer]:
        """Notice id → answer, of everything that is not certainly far away ("apart" where it is not named)."""
        middle, radius = _ball(new)
        reach = self._radius + radius + MINIMUM_MM / 1000 + 100
        near = np.flatnonzero(((self._middle - middle) ** 2).sum(axis=1) <= reach**2)
        return {self.notices[i].id: self._pair(new, self.notices[i]) for i in near.tolist()}

    def shape(self, notice: Notice, middle: NDArray[np.float64]) -> shapely.Polygon:
        """The outline on the plane that touches the Earth under a point."""
        return shapely.Polygon(_flat(self._points(notice), middle))

    def _pair(self, a: Notice, b: Notice) -> Answer:
        if a.party == b.party or a.mode != b.mode:
            return "apart"
        wanted = "unmanned" in (a.mover, b.mover)
        high = max(_feet(a)[0] - _feet(b)[1], _feet(b)[0] - _feet(a)[1])
        if high > 0 and (not wanted or high * 3_048 >= MINIMUM_TMM):
            return "apart"
        (start, end), (first, last) = _window(a), _window(b)
        if start >= last or first >= end:
            return "apart"
        one, two = self._points(a), self._points(b)
        middle = (one.mean(axis=0) + two.mean(axis=0)) / 2
        x, y = shapely.Polygon(_flat(one, middle)), shapely.Polygon(_flat(two, middle))
        distance = x.distance(y)
        if distance == 0:
            depth = shapely.buffer(x, -CLOSE_M / 2).distance(shapely.buffer(y, -CLOSE_M / 2))
            return "conflict" if wanted or depth == 0 else "close"
        if not wanted:
            return "apart" if distance > CLOSE_M else "close"
        short = distance - MINIMUM_MM / 1000
        return "close" if abs(short) <= CLOSE_M else "conflict" if short < 0 else "apart"

    def _points(self, notice: Notice) -> NDArray[np.float64]:
        known = self._dense.get(notice.id)
        if known is None:
            known = self._dense[notice.id] = _earth(_dense(_ring(notice)))
        return known


def slowly(a: Notice, b: Notice) -> Answer:
    """A pair within `CLOSE_M` of its bound, by minimised geodesic distances; "close" within a centimetre still."""
    from tests.support.geodesics import degrees, edge_distance, holds

    one, two = a.volumes[0].outline, b.volumes[0].outline
    assert isinstance(one, Polygon) and isinstance(two, Polygon)
    if any(holds(one, degrees(p)) for p in two.exterior) or any(holds(two, degrees(p)) for p in one.exterior):
        return "conflict"
    wanted = MINIMUM_MM / 1000 if "unmanned" in (a.mover, b.mover) else 0.0
    short = edge_distance(one, two) - wanted
    return "close" if abs(short) <= 0.01 else "conflict" if short < 0 else "apart"


def _ring(notice: Notice) -> tuple[tuple[float, float], ...]:
    outline = notice.volumes[0].outline
    assert isinstance(outline, Polygon)
    return tuple((lat / 1e7, lon / 1e7) for lat, lon in outline.exterior)


def _feet(notice: Notice) -> tuple[int, int]:
    low, high = notice.volumes[0].lower, notice.volumes[0].upper
    assert isinstance(low, Altitude) and isinstance(high, Altitude)
    assert (low.unit, low.ref, high.unit, high.ref) == ("ft", "MSL", "ft", "MSL")
    return low.value, high.value


def _window(notice: Notice) -> tuple[str, str]:
    """Both as text: one format and one zone sort as their instants do."""
    return notice.volumes[0].start, notice.volumes[0].end


def _dense(ring: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    places = []
    for a, b in pairwise((*ring, ring[0])):
        line = Geodesic.WGS84.InverseLine(*a, *b)
        steps = max(1, math.ceil(line.s13 / STEP_M))
        for step in range(steps):
            at = line.Position(line.s13 * step / steps, Geodesic.LATITUDE | Geodesic.LONGITUDE)
            places.append((at["lat2"], at["lon2"]))
    return np.array(places)


def _earth(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) degrees → (n, 3) earth-centred metres."""
    lat, lon = np.radians(places).T
    prime = _A / np.sqrt(1 - _E2 * np.sin(lat) ** 2)
    flat = prime * np.cos(lat)
    return np.stack([flat * np.cos(lon), flat * np.sin(lon), prime * (1 - _E2) * np.sin(lat)], axis=1)


def _flat(points: NDArray[np.float64], middle: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3) → (n, 2) on the plane across the direction of `middle`."""
    up = middle / np.linalg.norm(middle)
    aside = np.array([0.0, 0.0, 1.0]) if abs(up[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    east = np.cross(aside, up)
    east /= np.linalg.norm(east)
    return (points - middle) @ np.stack([east, np.cross(up, east)], axis=1)


def _ball(notice: Notice) -> tuple[NDArray[np.float64], float]:
    """A ball that holds the outline: its edges rise over their chords by less than 200 m."""
    corners = _earth(np.array(_ring(notice)))
    middle = corners.mean(axis=0)
    return middle, float(np.linalg.norm(corners - middle, axis=1).max()) + 200
