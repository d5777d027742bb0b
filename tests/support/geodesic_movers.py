"""Two movers on the ellipsoid by geographiclib alone: each along its geodesic at constant speed, distances exact."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geographiclib.geodesic import Geodesic

_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Going:
    """Latitude and longitude in degrees, velocity east and north in m/s."""

    lat: float
    lon: float
    east: float
    north: float

    def at(self, t: float) -> tuple[float, float]:
        speed = math.hypot(self.east, self.north)
        if not speed:
            return self.lat, self.lon
        azimuth = math.degrees(math.atan2(self.east, self.north))
        there = Geodesic.WGS84.Direct(self.lat, self.lon, azimuth, speed * t, _PLACE)
        return there["lat2"], there["lon2"]


_PLACE = Geodesic.LATITUDE | Geodesic.LONGITUDE


def apart(a: Going, b: Going, t: float) -> float:
    """Geodesic distance after t seconds, m."""
    return float(Geodesic.WGS84.Inverse(*a.at(t), *b.at(t), Geodesic.DISTANCE)["s12"])


def least(a: Going, b: Going, first: float, last: float, steps: int = 40) -> tuple[float, float]:
    """(seconds, metres) of the least distance within [first, last]: golden section, to 1e-8 of the interval.
    Right where they come nearer once, as two straight courses of some minutes do."""
    low, high = first, last
    one, two = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_one, at_two = apart(a, b, one), apart(a, b, two)
    for _ in range(steps):
        if at_one < at_two:
            high, two, at_two = two, one, at_one
            one = high - _GOLDEN * (high - low)
            at_one = apart(a, b, one)
        else:
            low, one, at_one = one, two, at_two
            two = low + _GOLDEN * (high - low)
            at_two = apart(a, b, two)
    times = [first, last, (low + high) / 2]
    best = min(times, key=lambda t: apart(a, b, t))
    return best, apart(a, b, best)
