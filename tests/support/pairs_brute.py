"""Every pair of movers against every other by other means than the kernels: no grid, no roots of quadratics.

Positions are earth-centred vectors; the plane is that of the two positions' middle, by its own east and north. Whether
separation is lost is the least of a convex function over the time in which the heights allow it, found by thirds.
A pair nearer to its minimum than `margin_m` is for neither side to miss: `close`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steerclear.kernels import Minima, Movers

A, F = 6_378_137.0, 1 / 298.257223563
E2 = F * (2 - F)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """Index pairs i < j: `lost` certainly, `close` within the margin of either answer."""

    lost: set[tuple[int, int]]
    close: set[tuple[int, int]]


def answers(movers: Movers, minima: Minima, margin_m: float = 0.0) -> Answers:
    """Of all pairs of these movers (n² of them: keep n small)."""
    i, j = np.triu_indices(len(movers), 1)
    short, possible = shortfall(movers, minima, i, j)
    reach = margin_m + 3e-5 * np.abs(_distance(movers, i, j))
    lost = possible & (short < -reach)
    close = possible & (np.abs(short) <= reach)
    return Answers(_pairs(i, j, lost), _pairs(i, j, close))


def _pairs(i: Any, j: Any, which: Any) -> set[tuple[int, int]]:
    return set(zip(i[which].tolist(), j[which].tolist(), strict=True))


def shortfall(m: Movers, minima: Minima, i: Any, j: Any) -> tuple[Floats, NDArray[np.bool_]]:
    """(least of distance minus what is asked, m, while heights are lost in the look-ahead; whether they are)."""
    group = m.group[i], m.group[j]
    asked, high, ahead = (t[group] for t in (minima.horizontal_m, minima.vertical_m, minima.look_ahead_s))
    first, last = _vertical(m, i, j, high)
    possible = (first < last) & (first < ahead) & (last > 0) & (asked + minima.z > 0)
    speed = np.hypot(m.ve_mps, m.vn_mps) + minima.z * m.sigma_vel_mps
    reach = asked + minima.z * (m.sigma_pos_m[i] + m.sigma_pos_m[j]) + (speed[i] + speed[j]) * ahead
    possible &= _distance(m, i, j) <= 1.01 * reach + 10.0
    short = np.full(len(i), np.inf)
    k = np.flatnonzero(possible)
    times = np.maximum(first[k], 0.0), np.minimum(last[k], ahead[k])
    short[k] = _least(m, i[k], j[k], asked[k], minima.z, *times)
    return short, possible


def _least(m: Movers, i: Any, j: Any, asked: Floats, z: float, first: Floats, last: Floats) -> Floats:
    (sx, sy), (vx, vy) = _flat(m, i, j)
    grown = asked + z * np.hypot(m.sigma_pos_m[i], m.sigma_pos_m[j])
    growth = z * np.hypot(m.sigma_vel_mps[i], m.sigma_vel_mps[j])

    def short(t: Floats) -> Floats:
        return np.hypot(sx + vx * t, sy + vy * t) - grown - growth * t

    low, up = first, last
    for _ in range(80):
        third = (up - low) / 3
        left, right = low + third, up - third
        better = short(left) < short(right)
        low, up = np.where(better, low, left), np.where(better, right, up)
    return np.minimum(np.minimum(short(first), short(last)), short((low + up) / 2))


def _vertical(m: Movers, i: Any, j: Any, high: Floats) -> tuple[Floats, Floats]:
    """Between which instants the altitude intervals are nearer than `high`; whole tenths of a millimetre."""
    low = np.rint(m.alt_low_m * 1e4), np.rint(m.alt_high_m * 1e4)
    limit = np.rint(high * 1e4)
    first, last = np.full(len(i), -np.inf), np.full(len(i), np.inf)
    sides = (
        (low[0][j] - low[1][i], m.vu_low_mps[j] - m.vu_high_mps[i]),
        (low[0][i] - low[1][j], m.vu_low_mps[i] - m.vu_high_mps[j]),
    )
    for gap, rate in sides:
        gap, rate = gap.copy(), rate * 1e4
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = (limit - gap) / rate
        last = np.where(rate > 0, np.minimum(last, cross), last)
        first = np.where(rate < 0, np.maximum(first, cross), first)
        never = (rate == 0) & ~(gap < limit)
        last = np.where(never, -np.inf, last)
    return first, last


def _earth(m: Movers) -> tuple[Floats, Floats, Floats]:
    """Positions on the ellipsoid, and unit vectors east and north there, each (n, 3)."""
    lat, lon = np.radians(m.lat_deg), np.radians(m.lon_deg)
    prime = A / np.sqrt(1 - E2 * np.sin(lat) ** 2)
    up = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    place = up * prime[:, None]
    place[:, 2] *= 1 - E2
    east = np.stack([-np.sin(lon), np.cos(lon), np.zeros_like(lon)], axis=1)
    return place, east, np.cross(up, east)


def _flat(m: Movers, i: Any, j: Any) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Relative position and velocity on two axes of the plane across the middle's vertical."""
    place, east, north = _earth(m)
    speed = m.ve_mps[:, None] * east + m.vn_mps[:, None] * north
    middle = place[i] + place[j]
    middle[:, 2] /= 1 - E2
    middle /= np.linalg.norm(middle, axis=1)[:, None]
    aside = np.where(np.abs(middle[:, 2:]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
    x = np.cross(aside, middle)
    x /= np.linalg.norm(x, axis=1)[:, None]
    y = np.cross(middle, x)
    s, v = place[j] - place[i], speed[j] - speed[i]
    return ((s * x).sum(1), (s * y).sum(1)), ((v * x).sum(1), (v * y).sum(1))


def _distance(m: Movers, i: Any, j: Any) -> Floats:
    place, _, _ = _earth(m)
    return np.linalg.norm(place[j] - place[i], axis=1)
