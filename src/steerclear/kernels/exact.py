"""The exact test of pairs, vectorised: when separation is lost, in metres on the ellipsoid.

Displacement and relative velocity are taken in the plane that touches the ellipsoid at the pair's middle; the chord
becomes the arc, and velocities are those of an azimuthal equidistant map about that middle, so that straight lines
stand for geodesics to better than `geometry_error_m`. Only +, −, ×, ÷ and √ in a
fixed order: `pairs.c` does the same and gets the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from steerclear.kernels.movers import Floats, Ints
from steerclear.kernels.sweep import E2, MEAN_M, Prepared

LEAST_VV: Final = 1e-18
"""Square of the relative speed (1 nm/s) below which two movers keep their distance."""


def geometry_error_m(range_m: float, way_m: float) -> float:
    """Bound of what the plane leaves out of a horizontal distance, against geodesics on WGS84, m: 2 cm and 12e-6 m for
    the cube of the kilometres that either goes, or of half of those that they are apart, whichever is more. 5 NM:
    2 cm; two minutes of an airliner: 0.35 m (tests/kernels/test_known_defects.py measures it)."""
    return float(0.02 + 12e-6 * (max(way_m, range_m / 2) / 1000) ** 3)


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """Pairs in their plane: |s|², s·v, |v|²; vertical bounds of sz, 0.1 mm, and of its rate."""

    ss: Floats
    sv: Floats
    vv: Floats
    low: Floats
    high: Floats
    low_rate: Floats
    high_rate: Floats


def flatten(p: Prepared, i: Ints, j: Ints) -> Flat:
    """Pairs (i, j) on the plane of their middle."""
    return flat_of(p.state[i], p.state[j], p.height[i], p.height[j])


def flat_of(state_a: Floats, state_b: Floats, height_a: Floats, height_b: Floats) -> Flat:
    """As `flatten`, of rows of `Prepared.state` and `Prepared.height`: the first with the first, and so on."""
    a, b = state_a.T, state_b.T
    sx, sy, sz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = b[3] - a[3], b[4] - a[4], b[5] - a[5]
    nx, ny, nz = b[0] + a[0], b[1] + a[1], (b[2] + a[2]) / (1 - E2)
    nn = nx * nx + ny * ny + nz * nz
    up, climb = sx * nx + sy * ny + sz * nz, vx * nx + vy * ny + vz * nz
    ss = sx * sx + sy * sy + sz * sz - up * up / nn
    sv = sx * vx + sy * vy + sz * vz - up * climb / nn
    vv = vx * vx + vy * vy + vz * vz - climb * climb / nn
    ss, moving = np.maximum(ss, 0.0), vv >= LEAST_VV
    sv, vv = np.where(moving, sv, 0.0), np.where(moving, vv, 0.0)
    bent = ss / (MEAN_M * MEAN_M)
    across, along = 1 + bent / 24, 1 + bent / 8
    radial = np.divide(sv * sv, ss, out=np.zeros_like(ss), where=ss > 0)
    vv = vv * across * across + radial * (along * along - across * across)
    sv = sv * across * along
    ss = ss * across * across
    ha, hb = height_a.T, height_b.T
    return Flat(ss, sv, vv, hb[0] - ha[1], hb[1] - ha[0], hb[2] - ha[3], hb[3] - ha[2])


def horizontal(f: Flat, radius: Floats, growth: Floats) -> tuple[Floats, Floats]:
    """The open interval, unbounded, in which |s + v·t| < radius + growth·t for t ≥ 0; (+inf, −inf) if there is none."""
    a = f.vv - growth * growth
    b = f.sv - radius * growth
    c = f.ss - radius * radius
    root_of = b * b - a * c
    root = np.sqrt(np.maximum(root_of, 0.0))
    q = np.where(b >= 0, -(b + root), root - b)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        by_a, by_q, line = q / a, c / q, -c / (2 * b)
    inf = np.inf
    first = np.where(b >= 0, by_a, by_q)
    last = np.where(b >= 0, by_q, by_a)
    lost = (a > 0) & (root_of > 0)
    first, last = np.where(lost, first, inf), np.where(lost, last, -inf)
    # the disc grows faster than they part: once inside, always
    grows = a < 0
    first = np.where(grows, np.where(c < 0, -inf, np.where(b >= 0, by_a, by_q)), first)
    last = np.where(grows, inf, last)
    level = a == 0
    first = np.where(level, np.where(b < 0, line, np.where((b > 0) | (c < 0), -inf, inf)), first)
    last = np.where(level, np.where(b > 0, line, np.where((b < 0) | (c < 0), inf, -inf)), last)
    return first, last


def _below(start: Floats, rate: Floats, limit: Floats) -> tuple[Floats, Floats]:
    """The open interval in which start + rate·t < limit."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        cross = (limit - start) / rate
    inf = np.inf
    flat = np.where(start < limit, -inf, inf)
    first = np.where(rate < 0, cross, np.where(rate > 0, -inf, flat))
    last = np.where(rate > 0, cross, np.where(rate < 0, inf, -flat))
    return first, last


def vertical(f: Flat, limit: Floats) -> tuple[Floats, Floats]:
    """The open interval in which the altitude intervals come nearer than `limit`."""
    first, last = _below(f.low, f.low_rate, limit)
    other, until = _below(-f.high, -f.high_rate, limit)
    return np.maximum(first, other), np.minimum(last, until)


def inflation(p: Prepared, i: Ints, j: Ints) -> tuple[Floats, Floats]:
    """z·σ_pos and z·σ_vel of both."""
    return inflation_of(p.z, p.sigma[i], p.sigma[j])


def inflation_of(z: float, sigma_a: Floats, sigma_b: Floats) -> tuple[Floats, Floats]:
    """As `inflation`, of rows of `Prepared.sigma`."""
    a, b = sigma_a.T, sigma_b.T
    return z * np.sqrt(a[0] * a[0] + b[0] * b[0]), z * np.sqrt(a[1] * a[1] + b[1] * b[1])


def approach(f: Flat) -> tuple[Floats, Floats, Floats]:
    """(t_cpa, horizontal distance then in m, least vertical distance then in m)."""
    t = np.divide(-f.sv, f.vv, out=np.zeros_like(f.vv), where=f.vv > 0)
    t = np.maximum(t, 0.0)
    then = np.sqrt(np.maximum(f.ss + t * (2 * f.sv + t * f.vv), 0.0))
    low, high = f.low + f.low_rate * t, f.high + f.high_rate * t
    return t, then, np.maximum(np.maximum(low, -high), 0.0) / 1e4


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """Of every pair the open intervals in which it loses separation, unbounded in time, s: `first`/`last` on the
    inflated minima, `first_v`/`last_v` in the vertical alone; first ≥ last where there is none."""

    first: Floats
    last: Floats
    first_v: Floats
    last_v: Floats

    def within(self, ahead: Floats) -> NDArray[np.bool_]:
        """Whether the loss meets [0, ahead]."""
        return meets(self.first, self.last, ahead)


def meets(first: Floats, last: Floats, ahead: Floats) -> NDArray[np.bool_]:
    """Whether the open interval meets [0, ahead]."""
    held: NDArray[np.bool_] = (first < last) & (first < ahead) & (last > 0)
    return held


def loss(f: Flat, horizontal_m: Floats, vertical_tmm: Floats, grown: Floats, growth: Floats) -> Loss:
    """|s + v·t| < horizontal_m + grown + growth·t and |sz| < vertical_tmm."""
    first_v, last_v = vertical(f, vertical_tmm)
    first, last = horizontal(f, horizontal_m + grown, growth)
    return Loss(np.maximum(first, first_v), np.minimum(last, last_v), first_v, last_v)


def figures(f: Flat, lost: Loss, horizontal_m: Floats, ahead: Floats) -> Floats:
    """(k, 8): the figures of `Pairs`, in its order, of pairs that lose separation within `ahead`."""
    begin, end = horizontal(f, horizontal_m, np.zeros_like(horizontal_m))
    begin, end = np.maximum(begin, lost.first_v), np.minimum(end, lost.last_v)
    real = meets(begin, end, ahead)
    t_cpa, hmd, vmd = approach(f)
    return np.stack(
        [
            np.maximum(lost.first, 0.0),
            np.minimum(lost.last, ahead),
            np.where(real, np.maximum(begin, 0.0), np.nan),
            np.where(real, np.minimum(end, ahead), np.nan),
            t_cpa,
            np.sqrt(f.ss),
            hmd,
            vmd,
        ],
        axis=1,
    )
