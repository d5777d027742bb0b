"""Movers to search among, drawn from a seed: crowded, polar, over ±180°, hovering, in formation, at one place."""

from __future__ import annotations

from typing import Any

import numpy as np

from steerclear.kernels import Minima, Movers

SHAPES = ("spread", "dense", "pole", "antimeridian", "hovering", "formation", "one_place", "mixed", "fast")


def scene(shape: str, n: int, seed: int, groups: int = 1) -> Movers:
    """`n` movers of one shape; altitudes on levels and as intervals, some unknown."""
    r = np.random.default_rng(seed)
    lat, lon = _places(shape, n, r)
    course = r.uniform(0, 2 * np.pi, n)
    speed = r.uniform(0, {"fast": 30_000.0, "mixed": 600.0}.get(shape, 260.0), n)
    speed = np.where(r.random(n) < 0.1, 0.0, speed)
    if shape == "hovering":
        speed = np.zeros(n)
    if shape == "formation":
        course, speed = np.full(n, r.uniform(0, 6)), np.full(n, 200.0)
    level = r.choice(np.arange(290, 330, 10), n) * 30.48
    unsure = np.where(r.random(n) < 0.2, r.uniform(0, 200, n), 0.0)
    low, high = level - unsure, level + unsure
    unknown = r.random(n) < 0.05
    climb = np.where(r.random(n) < 0.3, r.uniform(-15, 15, n), 0.0)
    return Movers.of(
        lat,
        lon,
        alt_low_m=np.where(unknown, -np.inf, low),
        alt_high_m=np.where(unknown, np.inf, high),
        ve_mps=speed * np.sin(course),
        vn_mps=speed * np.cos(course),
        vu_low_mps=climb,
        vu_high_mps=climb + np.where(r.random(n) < 0.1, 3.0, 0.0),
        sigma_pos_m=r.uniform(0, 50, n),
        sigma_vel_mps=r.uniform(0, 3, n),
        group=r.integers(0, groups, n),
    )


def _places(shape: str, n: int, r: Any) -> tuple[Any, Any]:
    if shape == "pole":
        sign = r.choice([-1.0, 1.0])
        return sign * (90 - np.abs(r.normal(0, 0.4, n)) * (r.random(n) < 0.95)), r.uniform(-180, 180, n)
    if shape == "antimeridian":
        return r.uniform(-70, 70) + r.normal(0, 0.4, n), (180 + r.normal(0, 0.6, n) + 180) % 360 - 180
    if shape in ("dense", "hovering", "formation"):
        return r.uniform(-85, 85) + r.normal(0, 0.3, n), r.uniform(-170, 170) + r.normal(0, 0.5, n)
    if shape == "one_place":
        return np.full(n, r.uniform(-90, 90)), np.full(n, r.choice([-180.0, 180.0, 0.0]))
    if shape in ("mixed", "fast"):
        return r.uniform(-90, 90, n), r.uniform(-180, 180, n)
    return r.uniform(40, 55, n), r.uniform(0, 20, n)


def minima(seed: int, groups: int = 1, z: float = 0.0) -> Minima:
    """Symmetric tables, some pairs of groups asking nothing of altitude, some nothing at all."""
    r = np.random.default_rng(seed)

    def table(values: Any) -> Any:
        half = r.choice(values, (groups, groups))
        return np.triu(half) + np.triu(half, 1).T

    high = table([304.8, 150.0, 30.0])
    if groups > 1:
        high[0, 0] = np.inf
    return Minima(
        table([9_260.0, 1_000.0, 0.0, 20_000.0][: 1 + groups]), high, table([120.0, 60.0, 0.0][:groups]), z
    )
