"""Samples into legs: straight lines between two samples of one mover, with what is not known of them.

A leg's *reach* is how far the mover may have been from the line: the error of the position, and what it may have
turned and come back between the samples (half of the gap away from the line and back at acceleration a: a·gap²/8).
Over a gap longer than the terms allow there is no leg, and nothing is said about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from steerclear.archive.points import Points
from steerclear.archive.terms import Terms
from steerclear.feeds.codes import MOVER, MOVERS
from steerclear.kernels.segments import FAR_TMM, Floats, Ints, Legs

A_M: Final = 6_378_137.0
F: Final = 1 / 298.257223563
E2: Final = F * (2 - F)
"""WGS84 (NGA.STND.0036)."""
SEA_LOW_M, SEA_HIGH_M = -107.0, 86.0
"""Between these mean sea level lies everywhere on the ellipsoid (EGM96)."""
MAST_M: Final = 60.0
AFLOAT: Final = MOVER["ship"]


@dataclass(frozen=True)
class Left:
    """What no leg was made of: `resumed` samples after a silence longer than the gap (first ones of a window are
    none), `jumps` that no mover of the class can make, `grounded` legs of aircraft on the ground."""

    resumed: int
    jumps: int
    grounded: int


def legs_of(points: Points, origin_ms: int, terms: Terms, start_ms: int, end_ms: int) -> tuple[Legs, Left]:
    """The legs that touch [start, end), times counted from `origin_ms` (no sample is before it)."""
    one = np.flatnonzero(points.mover[1:] == points.mover[:-1])
    two = one + 1
    lasts = points.at_ms[two] - points.at_ms[one]
    touches = (points.at_ms[two] > start_ms) & (points.at_ms[one] < end_ms)
    long = lasts > terms.gap_ms
    resumed = int((touches & long).sum())
    kept = touches & ~long
    one, two, lasts = one[kept], two[kept], lasts[kept]
    at = earth_centred(points.lat_deg, points.lon_deg)
    kind = points.kind[points.mover[one]]
    p0, p1 = at[:, one], at[:, two]
    error = np.where(np.isnan(points.error_m), terms.error_mm / 1000, points.error_m)
    worse = np.maximum(error[one], error[two])
    way2 = ((p1 - p0) ** 2).sum(axis=0)
    jump = way2 > (_by_class(terms.speed)[kind] * lasts / 1000 + 2 * worse) ** 2
    ground = points.on_ground[one] & points.on_ground[two] & (kind != AFLOAT) & ~jump
    good = np.flatnonzero(~(jump | ground))
    if len(good) < len(one):
        one, two, lasts, kind, worse = one[good], two[good], lasts[good], kind[good], worse[good]
        p0, p1 = p0[:, good], p1[:, good]
    low, high = heights(points, terms)
    legs = Legs(
        points.mover[one],
        points.at_ms[one] - origin_ms,
        points.at_ms[two] - origin_ms,
        p0,
        p1,
        worse + _by_class(terms.turn)[kind] * (lasts / 1000) ** 2 / 8,
        low[one],
        high[one],
        low[two],
        high[two],
        points.baro_ft[one] * 3048,
        points.baro_ft[two] * 3048,
        kind,
        points.own[points.mover[one]],
    )
    return legs, Left(resumed, int(jump.sum()), int(ground.sum()))


def earth_centred(lat_deg: Floats, lon_deg: Floats) -> Floats:
    """(3, n) metres of points on the ellipsoid."""
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    sin, cos = np.sin(lat), np.cos(lat)
    across = A_M / np.sqrt(1 - E2 * sin**2)
    return np.stack([across * cos * np.cos(lon), across * cos * np.sin(lon), across * (1 - E2) * sin])


def on_ellipsoid(at_m: Floats) -> tuple[Floats, Floats]:
    """(latitude, longitude) in degrees of (3, n) earth-centred points within some kilometres of the ellipsoid:
    Bowring's formula, good to 1e-9 degree there."""
    x, y, z = at_m
    across = np.hypot(x, y)
    polar = A_M * (1 - F)
    theta = np.arctan2(z * A_M, across * polar)
    second = E2 / (1 - E2)
    up = z + second * polar * np.sin(theta) ** 3
    out = across - E2 * A_M * np.cos(theta) ** 3
    return np.degrees(np.arctan2(up, out)), np.degrees(np.arctan2(y, x))


def heights(points: Points, terms: Terms) -> tuple[Floats, Floats]:
    """Interval above the ellipsoid of each sample, tmm: geometric altitude with its error, else the pressure altitude
    as if above the sea with what it may be off, else for what floats the sea with a mast, else everything."""
    error = np.where(np.isnan(points.geom_error_m), terms.geom_error_tmm / 10_000, points.geom_error_m)
    low, high = (points.geom_m - error) * 10_000, (points.geom_m + error) * 10_000
    bare = np.flatnonzero(np.isnan(low))
    std = points.baro_ft[bare] * 3048
    low[bare] = std - terms.std_to_geom_tmm + SEA_LOW_M * 1e4
    high[bare] = std + terms.std_to_geom_tmm + SEA_HIGH_M * 1e4
    bare = bare[np.isnan(std)]
    afloat = points.afloat[bare] | (points.kind[points.mover[bare]] == AFLOAT)
    low[bare] = np.where(afloat, SEA_LOW_M * 1e4, -FAR_TMM)
    high[bare] = np.where(afloat, (SEA_HIGH_M + MAST_M) * 1e4, FAR_TMM)
    return low, high


def pressure_alone(points: Points, mover: int, at_ms: int) -> bool:
    """Whether the height of a mover at an instant rests on a pressure altitude alone, by the samples on either side."""
    first, after = np.searchsorted(points.mover, [mover, mover + 1])
    later = first + int(np.searchsorted(points.at_ms[first:after], at_ms, "right"))
    near = np.clip([later - 1, later], first, after - 1)
    return bool((np.isnan(points.geom_m[near]) & ~np.isnan(points.baro_ft[near])).any())


def _by_class(figures: Mapping[str, int]) -> Floats:
    """A figure of the terms by class code, in metres; a class without one has that of `*`."""
    return np.array([figures.get(name, figures["*"]) / 1000 for name in MOVERS])


def seconds(legs: Legs, start: int, end: int) -> Ints:
    """Milliseconds of each leg inside [start, end), counted as the legs' own times."""
    return np.asarray(np.maximum(np.minimum(legs.t1_ms, end) - np.maximum(legs.t0_ms, start), 0), np.int64)
