"""What the geometry is checked against: geographiclib alone, by sampling and minimising, slow and plain.

Nothing here uses `steerclear.space` but its wire structs.
"""

from __future__ import annotations

import itertools
import math
import random

from geographiclib.geodesic import Geodesic

from steerclear.space.volume import Circle, Corridor, Polygon

WGS84 = Geodesic.WGS84
GOLDEN = (math.sqrt(5) - 1) / 2


def e7(lat, lon):
    return round(lat * 1e7), (round(lon * 1e7) + 1_800_000_000) % 3_600_000_000 - 1_800_000_000


def degrees(point):
    return point[0] / 1e7, point[1] / 1e7


def distance(a, b):
    """Metres between two [lat, lon] in degrees."""
    return WGS84.Inverse(*a, *b)["s12"]


def go(place, azimuth, metres):
    there = WGS84.Direct(*place, azimuth, metres)
    return there["lat2"], there["lon2"]


def edge(a, b):
    """A function metres → place along the shortest path, and its length."""
    line = WGS84.InverseLine(*a, *b)

    def at(metres):
        there = line.Position(metres)
        return there["lat2"], there["lon2"]

    return at, line.s13


def to_edge(point, a, b):
    """(least distance from a point to an edge in m, where along it): 33 samples, golden section to 2 cm, and the
    rest by the angle under which the point is then seen.
    """
    at, length = edge(a, b)
    best = min(range(33), key=lambda i: distance(point, at(length * i / 32)))
    low, high = length * max(best - 1, 0) / 32, length * min(best + 1, 32) / 32
    while high - low > 0.02:
        one, two = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if distance(point, at(one)) < distance(point, at(two)):
            high = two
        else:
            low = one
    where = min((low, (low + high) / 2, high), key=lambda m: distance(point, at(m)))
    foot = WGS84.InverseLine(*a, *b).Position(where)
    seen = WGS84.Inverse(foot["lat2"], foot["lon2"], *point)
    ahead = seen["s12"] * math.cos(math.radians(seen["azi1"] - foot["azi2"]))
    if abs(ahead) > 0.03 or not 0 <= where + ahead <= length:
        return seen["s12"], where
    return math.sqrt(max(seen["s12"] ** 2 - ahead**2, 0.0)), where + ahead


def side(point, a, b):
    """Left (positive) or right (negative) of the way from a to b, by the azimuths at the foot."""
    _, where = to_edge(point, a, b)
    line = WGS84.InverseLine(*a, *b)
    foot = line.Position(where)
    to_point = WGS84.Inverse(foot["lat2"], foot["lon2"], *point)["azi1"]
    return math.sin(math.radians(foot["azi2"] - to_point))


def edges_of(outline):
    match outline:
        case Polygon(exterior, holes):
            for ring in (exterior, *holes):
                places = [degrees(p) for p in ring]
                yield from zip(places, places[1:] + places[:1], strict=True)
        case Corridor(line, _):
            places = [degrees(p) for p in line]
            yield from itertools.pairwise(places)
        case Circle():
            return


def vertices_of(outline):
    match outline:
        case Polygon(exterior, holes):
            return [degrees(p) for ring in (exterior, *holes) for p in ring]
        case Corridor(line, _):
            return [degrees(p) for p in line]
        case Circle(centre, _):
            return [degrees(centre)]


def radius_m(outline):
    match outline:
        case Circle(_, radius_mm):
            return radius_mm / 1000
        case Corridor(_, half_width_mm):
            return half_width_mm / 1000
        case _:
            return 0.0


def edge_distance(one, two):
    """Least distance of two cores' edges and vertices, m, where they do not cross."""
    found = [distance(p, q) for p in vertices_of(one) for q in vertices_of(two)]
    found += [to_edge(p, *e)[0] for p in vertices_of(one) for e in edges_of(two)]
    found += [to_edge(p, *e)[0] for p in vertices_of(two) for e in edges_of(one)]
    return min(found)


def holds(polygon, place, step_m=2_000.0):
    """Whether a polygon holds a place: the azimuth from it to a walker on each ring turns once around, or not."""
    turns = 0
    for ring in (polygon.exterior, *polygon.holes):
        places = [degrees(p) for p in ring]
        total, last = 0.0, None
        for a, b in zip(places, places[1:] + places[:1], strict=True):
            at, length = edge(a, b)
            count = max(1, math.ceil(length / step_m))
            for i in range(count + 1):
                azimuth = WGS84.Inverse(*place, *at(length * i / count))["azi1"]
                if last is not None:
                    total += (azimuth - last + 180) % 360 - 180
                last = azimuth
        turns += round(abs(total) / 360)
    return turns % 2 == 1


def star(rng: random.Random, centre, radius, count, ragged=0.5):
    """A simple ring around a place: vertices at even azimuths, at `1 − ragged` to 1 of the radius."""
    return tuple(e7(*go(centre, 360 * i / count, radius * (1 - ragged * rng.random()))) for i in range(count))
