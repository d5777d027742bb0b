"""How large an outline is, for the agreement's caps (judgement.md, Who gives way; boundary.md, danger
areas)."""

from __future__ import annotations

import math
from itertools import pairwise

from geographiclib.geodesic import Geodesic

from steerclear.space.geodesic import MEAN_M, inverse
from steerclear.space.volume import Circle, Corridor, Outline, Polygon, Ring

_EARTH_M2 = 510_065_621_724_089
"""Area of the WGS84 ellipsoid, rounded up."""


def area_mm2(outline: Outline) -> int:
    """Area on the ellipsoid in square millimetres: polygons to a square metre, circles to 1 %, corridors as
    if they neither bent nor overlapped themselves (never too small by more than 1 %). Never raises; legal
    outlines only make sense.
    """
    match outline:
        case Polygon(exterior, holes):
            square_m = _ring_m2(exterior) - sum(_ring_m2(hole) for hole in holes)
        case Circle(_, radius_mm):
            angle = min(max(radius_mm, 0) / 1000 / MEAN_M, math.pi)
            square_m = 4 * math.pi * (MEAN_M * math.sin(angle / 2)) ** 2
        case Corridor(line, half_width_mm):
            half_m = max(half_width_mm, 0) / 1000
            places = [(lat / 1e7, lon / 1e7) for lat, lon in line if abs(lat) <= 900_000_000]
            length = sum(inverse(a, b)[0] for a, b in pairwise(places))
            square_m = length * 2 * half_m + math.pi * half_m**2
    return math.ceil(min(max(square_m, 0.0), _EARTH_M2) * 1_000_000)


def area_km2(outline: Outline) -> int:
    """The same in whole square kilometres, rounded up."""
    return -(-area_mm2(outline) // 10**12)


def _ring_m2(ring: Ring) -> float:
    polygon = Geodesic.WGS84.Polygon()
    for lat, lon in ring:
        if abs(lat) <= 900_000_000:
            polygon.AddPoint(lat / 1e7, lon / 1e7)
    return abs(float(polygon.Compute(False, True)[2]))  # of the smaller side
