"""The latitudes and longitudes that an outline may touch, for whatever varies from place to place (the
geoid)."""

from __future__ import annotations

import math

import numpy as np

from steerclear.space.geodesic import normals_at
from steerclear.space.geoid import GeoBox
from steerclear.space.outline import Core

_LEAST_RADIUS_M = 6_335_000.0
_TURN_E7 = 3_600_000_000
_POLAR_RAD = 0.02
"""Outlines that come nearer to a pole than 127 km get the whole cap: meridians are too close there to be of
use."""


def geo_box(core: Core) -> GeoBox:
    """A box that holds the whole outline, radius included: never too small, near a pole wider than need
    be."""
    points = normals_at(core.points)
    middle = normals_at(core.middle[None])[0]
    lats = np.degrees(np.arcsin(np.clip(points[:, 2], -1.0, 1.0)))
    south, north = float(lats.min()), float(lats.max())
    radius = core.radius_mm / 1000 / _LEAST_RADIUS_M
    reach = 2 * math.asin(min(1.0, core.ball_m * 1.01 / (2 * _LEAST_RADIUS_M))) + radius + _POLAR_RAD
    if reach >= math.acos(min(abs(float(middle[2])), 1.0)):
        pad = math.degrees(radius + _POLAR_RAD)
        if middle[2] >= 0:
            return _box(south - pad, -180.0, 90.0, 180.0)
        return _box(-90.0, -180.0, north + pad, 180.0)
    steep = math.radians(max(abs(south), abs(north)))
    pad = radius + core.bulge_m / _LEAST_RADIUS_M * math.tan(steep) + 1e-8
    lons = np.degrees(np.arctan2(points[:, 1], points[:, 0]))
    home = math.degrees(math.atan2(float(middle[1]), float(middle[0])))
    apart = (lons - home + 180.0) % 360.0 - 180.0
    wide = math.degrees(math.asin(min(1.0, math.sin(pad) / math.cos(steep + pad))))
    lat_pad = math.degrees(pad)
    west, east = home + float(apart.min()) - wide, home + float(apart.max()) + wide
    return _box(south - lat_pad, west, north + lat_pad, east)


def _box(south: float, west: float, north: float, east: float) -> GeoBox:
    """Degrees rounded outwards; longitudes turned into ±180°, so that `west > east` where the box crosses
    it."""
    if east - west >= 360:
        west, east = -180.0, 180.0
    return GeoBox(
        max(math.floor(south * 1e7), -900_000_000),
        _turned(math.floor(west * 1e7)),
        min(math.ceil(north * 1e7), 900_000_000),
        _turned(math.ceil(east * 1e7)),
    )


def _turned(lon_e7: int) -> int:
    half = _TURN_E7 // 2
    return lon_e7 if abs(lon_e7) <= half else (lon_e7 + half) % _TURN_E7 - half
