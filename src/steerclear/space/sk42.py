"""SK-42 (Pulkovo 1942, Krassovsky's ellipsoid): geodetic or Gauss-Krüger coordinates ↔ WGS84.

Seven parameters of GOST R 51794-2008 (EPSG:5044), position-vector form. `ERROR_MM` is ours: the standard says
3 m for Russia; maps of SK-42 elsewhere rest on local nets that are off by up to 20 m from these parameters.
"""

from __future__ import annotations

import math

from steerclear.space.projections import KRASSOVSKY, WGS84, Ellipsoid, from_transverse, to_transverse

ERROR_MM = 25_000
_SHIFT_M = (23.57, -140.95, -79.8)
_TURN_RAD = (0.0, math.radians(0.35 / 3600), math.radians(0.79 / 3600))
_SCALE = -0.22e-6


def sk42_to_wgs84(lat_deg: float, lon_deg: float) -> tuple[float, float]:
    """Geodetic degrees on Krassovsky's ellipsoid → WGS84."""
    x, y, z = _cartesian(lat_deg, lon_deg, KRASSOVSKY)
    return _geodetic(*_turn(x, y, z, 1), WGS84)


def wgs84_to_sk42(lat_deg: float, lon_deg: float) -> tuple[float, float]:
    """The inverse, exact to under a millimetre (fixed-point iteration on the sphere of shifts)."""
    lat, lon = lat_deg, lon_deg
    for _ in range(4):
        back_lat, back_lon = sk42_to_wgs84(lat, lon)
        lat += lat_deg - back_lat
        lon += (lon_deg - back_lon + 540) % 360 - 180
    return lat, (lon + 540) % 360 - 180


def gauss_kruger_to_wgs84(north_m: float, east_m: float) -> tuple[float, float]:
    """x (north) and y (east, the zone in front: 7 412 345 is zone 7) → WGS84 degrees."""
    zone = int(east_m // 1_000_000)
    lat, lon = from_transverse(east_m - zone * 1_000_000 - 500_000, north_m, 6 * zone - 3, 1.0, KRASSOVSKY)
    return sk42_to_wgs84(lat, lon)


def wgs84_to_gauss_kruger(lat_deg: float, lon_deg: float) -> tuple[float, float]:
    """(x north, y east with the zone in front), metres."""
    lat, lon = wgs84_to_sk42(lat_deg, lon_deg)
    zone = min(int(lon % 360 // 6) + 1, 60)
    east, north = to_transverse(lat, lon, 6 * zone - 3, 1.0, KRASSOVSKY)
    return north, east + 500_000 + zone * 1_000_000


def _cartesian(lat_deg: float, lon_deg: float, ellipsoid: Ellipsoid) -> tuple[float, float, float]:
    lat, lon = math.radians(lat_deg), math.radians(lon_deg)
    prime = ellipsoid.a / math.sqrt(1 - ellipsoid.e2 * math.sin(lat) ** 2)
    flat = prime * math.cos(lat)
    return flat * math.cos(lon), flat * math.sin(lon), prime * (1 - ellipsoid.e2) * math.sin(lat)


def _turn(x: float, y: float, z: float, sign: int) -> tuple[float, float, float]:
    rx, ry, rz = (sign * angle for angle in _TURN_RAD)
    grow = 1 + sign * _SCALE
    return (
        sign * _SHIFT_M[0] + grow * (x - rz * y + ry * z),
        sign * _SHIFT_M[1] + grow * (rz * x + y - rx * z),
        sign * _SHIFT_M[2] + grow * (-ry * x + rx * y + z),
    )


def _geodetic(x: float, y: float, z: float, ellipsoid: Ellipsoid) -> tuple[float, float]:
    """Latitude by iteration (Bowring's starting value); the height is dropped, which moves nothing on the
    ground.
    """
    flat = math.hypot(x, y)
    lat = math.atan2(z, flat * (1 - ellipsoid.e2))
    for _ in range(6):
        prime = ellipsoid.a / math.sqrt(1 - ellipsoid.e2 * math.sin(lat) ** 2)
        lat = math.atan2(z + ellipsoid.e2 * prime * math.sin(lat), flat)
    return math.degrees(lat), math.degrees(math.atan2(y, x))
