"""The WGS84 ellipsoid: positions as earth-centred vectors, distances along it, edges cut where they are long.

A straight piece stands for a geodesic as the section of the ellipsoid by the plane through its two ends and
the normal in its middle. That section leaves the geodesic by 0.65 mm at the most at 100 km (it grows with the
cube; tests/space/test_geodesic.py measures it), so `PIECE_M` = 100 km keeps both outlines of a pair well
inside the bound `ERROR_MM` that judgement.md, "Geometry that must be right", asks for: within it the answer
is conflict.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.intp]
LatLon: TypeAlias = tuple[float, float]

EQUATOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
E2 = FLATTENING * (2 - FLATTENING)
POLE_M = EQUATOR_M * (1 - FLATTENING)
MEAN_M = 6_371_008.8
"""WGS84 (NIMA TR8350.2) semi-axes, first eccentricity squared, mean radius."""

ERROR_MM = 2
"""Every horizontal comparison is right to 2 mm; what is closer than that to its bound counts as conflict."""
PIECE_M = 100_000.0

_WGS84 = Geodesic.WGS84
_E7 = 1e-7


def vectors(points_e7: Floats) -> tuple[Floats, Floats]:
    """(n, 2) positions in 1e-7 degree → (n, 3) unit normals and (n, 3) earth-centred points on the ellipsoid,
    m."""
    radians = np.radians(points_e7 * _E7)
    sine, cosine = np.sin(radians), np.cos(radians)
    normals = np.empty((len(points_e7), 3))
    normals[:, 0] = cosine[:, 0] * cosine[:, 1]
    normals[:, 1] = cosine[:, 0] * sine[:, 1]
    normals[:, 2] = sine[:, 0]
    return normals, surface(normals)


def surface(normals: Floats) -> Floats:
    """(n, 3) unit normals → the points of the ellipsoid that they stand on, m."""
    radius = EQUATOR_M / np.sqrt(1 - E2 * normals[:, 2] ** 2)
    points: Floats = normals * radius[:, None]
    points[:, 2] *= 1 - E2
    return points


def normals_at(points: Floats) -> Floats:
    """(n, 3) earth-centred points near the surface → unit normals of the ellipsoid there."""
    normals = points.copy()
    normals[:, 2] /= 1 - E2
    normals /= np.sqrt((normals * normals).sum(axis=1))[:, None]
    return normals


def latlon(point: Floats) -> LatLon:
    """An earth-centred point within a kilometre of the surface → latitude and longitude, degrees (below
    1e-12)."""
    x, y, z = float(point[0]), float(point[1]), float(point[2])
    across = math.hypot(x, y)
    reduced = math.atan2(z * EQUATOR_M, across * POLE_M)
    second = E2 / (1 - E2)
    lat = math.atan2(
        z + second * POLE_M * math.sin(reduced) ** 3, across - E2 * EQUATOR_M * math.cos(reduced) ** 3
    )
    return math.degrees(lat), math.degrees(math.atan2(y, x)) if across else 0.0


def point_at(place: LatLon) -> Floats:
    """Latitude and longitude in degrees → the earth-centred point on the ellipsoid, m."""
    lat, lon = math.radians(place[0]), math.radians(place[1])
    radius = EQUATOR_M / math.sqrt(1 - E2 * math.sin(lat) ** 2)
    return np.array(
        [
            radius * math.cos(lat) * math.cos(lon),
            radius * math.cos(lat) * math.sin(lon),
            radius * (1 - E2) * math.sin(lat),
        ]
    )


def inverse(a: LatLon, b: LatLon) -> tuple[float, float]:
    """(distance in m, azimuth at a in degrees) of the shortest path between two positions."""
    answer = _WGS84.Inverse(a[0], a[1], b[0], b[1], Geodesic.DISTANCE | Geodesic.AZIMUTH)
    return answer["s12"], answer["azi1"]


def direct(a: LatLon, azimuth_deg: float, distance_m: float) -> LatLon:
    """The position at a distance from a in a direction."""
    answer = _WGS84.Direct(a[0], a[1], azimuth_deg, distance_m, Geodesic.LATITUDE | Geodesic.LONGITUDE)
    return answer["lat2"], answer["lon2"]


def onward(a: LatLon, azimuth_deg: float, distance_m: float) -> tuple[float, float, float]:
    """As `direct`, with the azimuth (degrees) in which the geodesic goes on there."""
    answer = _WGS84.Direct(
        a[0], a[1], azimuth_deg, distance_m, Geodesic.LATITUDE | Geodesic.LONGITUDE | Geodesic.AZIMUTH
    )
    return answer["lat2"], answer["lon2"], answer["azi2"]


def to_e7(place: LatLon) -> tuple[int, int]:
    """Degrees → the nearest 1e-7 degree, longitude in [−180°, 180°)."""
    lat_e7 = min(max(round(place[0] * 1e7), -900_000_000), 900_000_000)
    return lat_e7, (round(place[1] * 1e7) + 1_800_000_000) % 3_600_000_000 - 1_800_000_000


def cuts(a_e7: tuple[int, int], b_e7: tuple[int, int]) -> list[LatLon]:
    """Positions strictly between two ends that cut their geodesic into equal pieces of at most `PIECE_M`."""
    a, b = (a_e7[0] * _E7, a_e7[1] * _E7), (b_e7[0] * _E7, b_e7[1] * _E7)
    line = _WGS84.InverseLine(a[0], a[1], b[0], b[1])
    pieces = math.ceil(line.s13 / PIECE_M)
    places = []
    for step in range(1, pieces):
        at = line.Position(line.s13 * step / pieces, Geodesic.LATITUDE | Geodesic.LONGITUDE)
        places.append((at["lat2"], at["lon2"]))
    return places


def arc_m(chord_m: float) -> float:
    """Distance along the Earth of two points a straight `chord_m` apart; off by at most `arc_error_m`."""
    return 2 * MEAN_M * math.asin(min(1.0, chord_m / (2 * MEAN_M)))


def arc_error_m(distance_m: float) -> float:
    """Bound of the error of a coarse distance: curvature other than the mean one, and a foot beside the true
    one."""
    return 0.001 + 6e-4 * distance_m**3 / MEAN_M**2
