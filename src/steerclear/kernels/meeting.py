"""When two legs are below a minimum and how near they come: in continuous time, each instant of it, no samples.

Both movers go straight and steadily from one sample to the next, so their difference is a straight line in time:
inside the horizontal minimum between two roots of a quadratic, inside the vertical one between two of a line.
Strictly: exactly at the minimum is no loss (spec/judgement.md, Separation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steerclear.kernels.segments import FAR_TMM, Flags, Floats, Ints, Legs, Met, Minima


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """One row for each pair of legs that is, or within its uncertainty may be, below both minima; times in ms.

    `from_ms … to_ms`: possible loss, the minima grown by the reach of both and the altitudes taken as intervals.
    `sure_from_ms … sure_to_ms`: loss on the straight lines themselves, NaN where there is none.
    `at_ms`: when the horizontal distance is least inside the possible loss, `horizontal_m` and `vertical_tmm` then;
    `vertical_tmm` is NaN where one altitude is not known. `by_std`: the two pressure altitudes were compared.
    """

    a: Ints
    b: Ints
    from_ms: Floats
    to_ms: Floats
    sure_from_ms: Floats
    sure_to_ms: Floats
    at_ms: Floats
    horizontal_m: Floats
    vertical_tmm: Floats
    horizontal_error_m: Floats
    vertical_error_tmm: Floats
    by_std: Flags

    def __len__(self) -> int:
        return len(self.a)


def losses(legs: Legs, met: Met, minima: Minima) -> Losses:
    """The pairs of `met` that lose separation, or may. Nothing is sampled and nothing is rounded here."""
    a, b = met.a, met.b
    own = (legs.own[a] | legs.own[b]).astype(np.int64)
    near_m = minima.horizontal_m[own, legs.kind[a], legs.kind[b]]
    near_tmm = minima.vertical_tmm[own, legs.kind[a], legs.kind[b]]
    lasts_s = (met.hi_ms - met.lo_ms) / 1000
    fa, ga = _shares(legs, a, met)
    fb, gb = _shares(legs, b, met)
    begin_m = _between(legs.p0_m[:, a], legs.p1_m[:, a], fa) - _between(legs.p0_m[:, b], legs.p1_m[:, b], fb)
    end_m = _between(legs.p0_m[:, a], legs.p1_m[:, a], ga) - _between(legs.p0_m[:, b], legs.p1_m[:, b], gb)
    reach_m = legs.reach_m[a] + legs.reach_m[b]
    path = _Path(begin_m, (end_m - begin_m) / lasts_s, lasts_s)
    wide = path.inside(near_m + reach_m)
    sure = path.inside(near_m)
    up = _vertical(legs, met, (fa, ga, fb, gb), minima.std_error_tmm)
    wide_up = _below(up.over0, up.over1, up.under0, up.under1, near_tmm + up.error, lasts_s)
    sure_up = _below(up.gap0, up.gap1, -up.gap0, -up.gap1, near_tmm, lasts_s)
    everywhere = up.unknown | (near_tmm >= FAR_TMM)
    wide_up = _widened(wide_up, everywhere, lasts_s)
    sure_up = _widened(sure_up, everywhere, lasts_s)
    lo, hi = np.maximum(wide[0], wide_up[0]), np.minimum(wide[1], wide_up[1])
    kept = np.flatnonzero(hi > lo)
    sure_lo, sure_hi = np.maximum(sure[0], sure_up[0]), np.minimum(sure[1], sure_up[1])
    none = ~(sure_hi > sure_lo)
    sure_lo, sure_hi = np.where(none, np.nan, sure_lo), np.where(none, np.nan, sure_hi)
    at = np.clip(path.nearest(), np.where(none, lo, sure_lo), np.where(none, hi, sure_hi))
    share = at / lasts_s
    vertical = np.abs(up.gap0 + (up.gap1 - up.gap0) * share)
    begin = met.lo_ms.astype(np.float64)
    return Losses(
        a[kept],
        b[kept],
        (begin + lo * 1000)[kept],
        (begin + hi * 1000)[kept],
        (begin + sure_lo * 1000)[kept],
        (begin + sure_hi * 1000)[kept],
        (begin + at * 1000)[kept],
        path.distance(at)[kept],
        np.where(up.unknown, np.nan, vertical)[kept],
        reach_m[kept],
        np.where(up.unknown, np.nan, up.half)[kept],
        up.by_std[kept],
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """The difference of two straight ways: (3, n) metres at its begin, metres a second, and how long it lasts."""

    begin_m: Floats
    speed_mps: Floats
    lasts_s: Floats

    def nearest(self) -> Floats:
        """Seconds from the begin to the least distance; 0 where the two keep their distance."""
        square = (self.speed_mps**2).sum(axis=0)
        along = (self.begin_m * self.speed_mps).sum(axis=0)
        still = square == 0
        return np.where(still, 0.0, np.clip(-along / np.where(still, 1.0, square), 0.0, self.lasts_s))

    def distance(self, at_s: Floats) -> Floats:
        return np.asarray(np.sqrt(((self.begin_m + self.speed_mps * at_s) ** 2).sum(axis=0)))

    def inside(self, near_m: Floats) -> tuple[Floats, Floats]:
        """From when to when the distance is below `near_m`; (1, 0) times its length where it never is."""
        square = (self.speed_mps**2).sum(axis=0)
        along = (self.begin_m * self.speed_mps).sum(axis=0)
        over = (self.begin_m**2).sum(axis=0) - near_m**2
        still = square == 0
        moving = np.where(still, 1.0, square)
        middle = -along / moving
        # the roots from the least distance: no difference of great squares where the two keep almost still
        closest = ((self.begin_m + self.speed_mps * middle) ** 2).sum(axis=0)
        inner = (near_m**2 - closest) / moving
        half = np.sqrt(np.maximum(inner, 0.0))
        within = np.where(still, over < 0, inner > 0)
        lo = np.where(still, 0.0, np.maximum(middle - half, 0.0))
        hi = np.where(still, self.lasts_s, np.minimum(middle + half, self.lasts_s))
        return np.where(within, lo, self.lasts_s), np.where(within, hi, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Up:
    """The vertical difference at begin (0) and end (1) of the time of both. `gap` of the middles; `over`, `under` the
    least that the one may be over the other, or under it; `error` what is added to the minimum besides."""

    gap0: Floats
    gap1: Floats
    over0: Floats
    over1: Floats
    under0: Floats
    under1: Floats
    half: Floats
    error: Floats
    unknown: Flags
    by_std: Flags


def _vertical(
    legs: Legs, met: Met, shares: tuple[Floats, Floats, Floats, Floats], std_error_tmm: float
) -> _Up:
    a, b = met.a, met.b
    fa, ga, fb, gb = shares
    std_a = [_between(legs.std0_tmm[a], legs.std1_tmm[a], share) for share in (fa, ga)]
    std_b = [_between(legs.std0_tmm[b], legs.std1_tmm[b], share) for share in (fb, gb)]
    std = [one - other for one, other in zip(std_a, std_b, strict=True)]
    by_std = ~(np.isnan(std[0]) | np.isnan(std[1]))
    low_a = [_between(legs.low0_tmm[a], legs.low1_tmm[a], share) for share in (fa, ga)]
    high_a = [_between(legs.high0_tmm[a], legs.high1_tmm[a], share) for share in (fa, ga)]
    low_b = [_between(legs.low0_tmm[b], legs.low1_tmm[b], share) for share in (fb, gb)]
    high_b = [_between(legs.high0_tmm[b], legs.high1_tmm[b], share) for share in (fb, gb)]
    far = np.maximum(np.maximum(high_a[0], high_a[1]), np.maximum(high_b[0], high_b[1])) >= FAR_TMM / 2
    gap, over, under = [], [], []
    for k in (0, 1):
        middle = (low_a[k] + high_a[k]) / 2 - (low_b[k] + high_b[k]) / 2
        gap.append(np.where(by_std, std[k], middle))
        over.append(np.where(by_std, std[k], low_a[k] - high_b[k]))
        under.append(np.where(by_std, -std[k], low_b[k] - high_a[k]))
    half = np.where(by_std, 2 * std_error_tmm, (high_a[0] - low_a[0] + high_b[0] - low_b[0]) / 2)
    error = np.where(by_std, 2 * std_error_tmm, 0.0)
    return _Up(gap[0], gap[1], over[0], over[1], under[0], under[1], half, error, far & ~by_std, by_std)


def _below(
    over0: Floats, over1: Floats, under0: Floats, under1: Floats, near: Floats, lasts_s: Floats
) -> tuple[Floats, Floats]:
    """From when to when two lines in time are both strictly below `near`."""
    first = _line_below(over0, over1, near, lasts_s)
    second = _line_below(under0, under1, near, lasts_s)
    return np.maximum(first[0], second[0]), np.minimum(first[1], second[1])


def _line_below(begin: Floats, end: Floats, near: Floats, lasts_s: Floats) -> tuple[Floats, Floats]:
    change = end - begin
    flat = change == 0
    cross = (near - begin) / np.where(flat, 1.0, change) * lasts_s
    falls = change < 0
    lo = np.where(falls, np.maximum(cross, 0.0), 0.0)
    hi = np.where(~flat & ~falls, np.minimum(cross, lasts_s), lasts_s)
    never = flat & ~(begin < near)
    return np.where(never, lasts_s, lo), np.where(never, 0.0, hi)


def _widened(inside: tuple[Floats, Floats], everywhere: Flags, lasts_s: Floats) -> tuple[Floats, Floats]:
    return np.where(everywhere, 0.0, inside[0]), np.where(everywhere, lasts_s, inside[1])


def _shares(legs: Legs, which: Ints, met: Met) -> tuple[Floats, Floats]:
    """How much of the leg is over at the begin and at the end of the time of both."""
    lasts = (legs.t1_ms[which] - legs.t0_ms[which]).astype(np.float64)
    return (met.lo_ms - legs.t0_ms[which]) / lasts, (met.hi_ms - legs.t0_ms[which]) / lasts


def _between(begin: Floats, end: Floats, share: Floats) -> Floats:
    return begin + (end - begin) * share
