"""The published movers that `bench.pairs` searches: airliners, drones over cities, Europe; each from a seed."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.random import Generator

from steerclear.kernels import Minima, Movers

SEED = 20_261_122
AIR = Minima.one(9_260.0, 304.8, 120.0)
"""5 NM and 1,000 ft, two minutes ahead: the agreement's defaults between aircraft."""
DRONES = Minima.one(100.0, 30.0, 60.0)
"""The defaults between unmanned aircraft."""
BUSY = (
    (0.25, (35.0, 60.0), (-10.0, 30.0)),
    (0.25, (25.0, 50.0), (-125.0, -70.0)),
    (0.25, (18.0, 45.0), (70.0, 145.0)),
)
"""Share of the airliners, latitudes and longitudes: Europe, North America, Asia; the rest anywhere."""


def airliners(n: int, seed: int = SEED) -> Movers:
    """World-wide between 60° S and 75° N, three in four over the busy parts."""
    r = np.random.default_rng(seed)
    lat, lon = _spread(r, n, (-60.0, 75.0), (-180.0, 180.0))
    at = 0
    for share, south_north, west_east in BUSY:
        k = int(share * n)
        lat[at : at + k], lon[at : at + k] = _spread(r, k, south_north, west_east)
        at += k
    return _flying(r, lat, lon)


def europe(n: int, seed: int = SEED) -> Movers:
    """Over Europe alone: 5,000 is a busy day's peak, 50,000 ten times that."""
    r = np.random.default_rng(seed)
    return _flying(r, *_spread(r, n, (35.0, 60.0), (-10.0, 30.0)))


def drones(cities: int, each: int = 1_000, seed: int = SEED) -> Movers:
    """`each` over every city of 20 × 20 km, at 0 to 120 m and 0 to 20 m/s; a mover of every city in turn."""
    r = np.random.default_rng(seed)
    n = cities * each
    lat, lon = _spread(r, cities, (-45.0, 60.0), (-180.0, 180.0))
    city = np.arange(n) % cities
    lat = lat[city] + r.uniform(-10_000.0, 10_000.0, n) / 111_195.0
    lon = lon[city] + r.uniform(-10_000.0, 10_000.0, n) / (111_195.0 * np.cos(np.radians(lat)))
    height, course, speed = r.uniform(0.0, 120.0, n), r.uniform(0.0, 2 * np.pi, n), r.uniform(0.0, 20.0, n)
    return Movers.of(
        lat,
        (lon + 180.0) % 360.0 - 180.0,
        alt_low_m=height,
        alt_high_m=height,
        ve_mps=speed * np.sin(course),
        vn_mps=speed * np.cos(course),
    )


def sha256(movers: Movers) -> str:
    """Over every array's bytes, positions rounded to 1e-7 degree so that a library's last bit does not count."""
    total = hashlib.sha256()
    for name in Movers.__slots__:
        total.update(
            np.rint(np.nan_to_num(getattr(movers, name), posinf=1e6, neginf=-1e6) * 1e7)
            .astype("<i8")
            .tobytes()
        )
    return total.hexdigest()


def _spread(
    r: Generator, n: int, south_north: tuple[float, float], west_east: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Evenly over the area."""
    low, high = np.sin(np.radians(south_north))
    return np.degrees(np.arcsin(r.uniform(low, high, n))), r.uniform(*west_east, n)


def _flying(r: Generator, lat: np.ndarray, lon: np.ndarray) -> Movers:
    """Four in five level on flight levels 280 to 410, the rest climbing or descending below; 180 to 260 m/s."""
    n = len(lat)
    course, speed = r.uniform(0.0, 2 * np.pi, n), r.uniform(180.0, 260.0, n)
    level = r.random(n) < 0.8
    height = np.where(level, r.choice(np.arange(280, 420, 10), n) * 30.48, r.uniform(500.0, 8_500.0, n))
    climb = np.where(level, 0.0, r.choice([-10.0, 10.0], n))
    return Movers.of(
        lat,
        lon,
        alt_low_m=height,
        alt_high_m=height,
        vu_low_mps=climb,
        vu_high_mps=climb,
        ve_mps=speed * np.sin(course),
        vn_mps=speed * np.cos(course),
    )
