"""Outlines in terms of formats that know fewer: corners for a circle, one outline a leg of a corridor, a
circle around all.

Protective throughout: what is made holds what it was made from.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

import numpy as np

from steerclear.space.geodesic import LatLon, direct, inverse, to_e7
from steerclear.space.volume import Circle, Corridor, Outline, Point, Polygon, Ring, points_of
from steerclear.speech.watermark import ring

HALF_TURN: Final = 12
"""Pieces of half a turn around the end of a leg."""


def polygons(outline: Outline) -> tuple[tuple[Polygon, ...], str]:
    """(polygons that together hold the outline, the flag that says how; empty where it is the outline
    itself).
    """
    match outline:
        case Polygon():
            return (outline,), ""
        case Circle():
            return (Polygon(ring(b"corners", outline)),), "circle-as-corners"
        case Corridor(line, half_width_mm):
            legs = [_leg(_degrees(a), _degrees(b), half_width_mm / 1000) for a, b in pairwise(line)]
            return tuple(Polygon(one) for one in legs), "corridor-in-pieces"


def circle_around(outline: Outline) -> tuple[LatLon, float]:
    """(centre in degrees, radius in metres) of a circle that holds the outline; not the smallest."""
    places = [_degrees(one) for one in points_of(outline)]
    lat, lon = np.radians([one[0] for one in places]), np.radians([one[1] for one in places])
    x, y, z = (np.cos(lat) * np.cos(lon)).sum(), (np.cos(lat) * np.sin(lon)).sum(), np.sin(lat).sum()
    centre = math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
    reach = max(inverse(centre, one)[0] for one in places)
    match outline:
        case Circle(_, radius_mm):
            return places[0], radius_mm / 1000
        case Corridor(_, half_width_mm):
            return centre, reach + half_width_mm / 1000
    return centre, reach


def arc(
    centre: LatLon, radius_m: float, start_deg: float, end_deg: float, *, clockwise: bool = True
) -> list[Point]:
    """Points of an arc, both ends among them, at most a degree apart."""
    turn = (end_deg - start_deg) % 360 if clockwise else -((start_deg - end_deg) % 360)
    count = max(math.ceil(abs(turn)), 1)
    return [to_e7(direct(centre, start_deg + turn * i / count, radius_m)) for i in range(count + 1)]


def _leg(a: LatLon, b: LatLon, half_m: float) -> Ring:
    """Around both ends of one leg, outside of the half-width."""
    outside_m = half_m / math.cos(math.pi / HALF_TURN / 2) * 1.0001 + 0.05
    there = inverse(a, b)[1]
    back = inverse(b, a)[1]
    around: list[Point] = []
    for place, towards in ((b, back + 180), (a, there + 180)):
        for i in range(HALF_TURN + 1):
            around.append(to_e7(direct(place, towards - 90 + 180 * i / HALF_TURN, outside_m)))
    return tuple(around)


def _degrees(point: Point) -> LatLon:
    return point[0] / 1e7, point[1] / 1e7
