"""The measures of separation by their names, for one pair in the horizontal plane and one in the vertical.

Pure functions of s (where the second is, seen from the first) and v (its relative velocity), given by |s|², s·v and
|v|², which is all that they need: metres and seconds. judgement.md, Separation; RTCA DO-365, appendix C; the strict
forms follow Muñoz et al., "A family of well-clear boundary models" (AIAA 2014). None where a measure has no value.

VMD here is the vertical distance at the horizontal CPA; where altitudes are intervals, the least that they allow.
"""

from __future__ import annotations

import math


def cpa(sv: float, vv: float) -> float:
    """Seconds to the horizontal closest point of approach: max(0, −(s·v)/|v|²); 0 without relative velocity."""
    return max(0.0, -sv / vv) if vv > 0 else 0.0


def distance_at(ss: float, sv: float, vv: float, t: float) -> float:
    """Horizontal distance after t seconds, m."""
    return math.sqrt(max(0.0, ss + t * (2 * sv + t * vv)))


def hmd(ss: float, sv: float, vv: float) -> float:
    """Horizontal miss distance, m: the distance at the CPA."""
    return distance_at(ss, sv, vv, cpa(sv, vv))


def vmd(low: float, high: float, low_rate: float, high_rate: float, t: float) -> float:
    """Least vertical distance after t seconds of two whose difference lies in [low, high] and changes at a rate in
    [low_rate, high_rate]; 0 where they may be level."""
    return max(low + low_rate * t, -(high + high_rate * t), 0.0)


def tau(ss: float, sv: float) -> float | None:
    """τ = −|s|²/(s·v), s: range over closing speed; None where they do not close."""
    return -ss / sv if sv < 0 else None


def tau_mod(ss: float, sv: float, dmod: float) -> float | None:
    """τ_mod = (DMOD² − |s|²)/(s·v), s; 0 within DMOD, None where they do not close."""
    if ss <= dmod * dmod:
        return 0.0
    return (dmod * dmod - ss) / sv if sv < 0 else None


def tcoa(low: float, high: float, low_rate: float, high_rate: float) -> float | None:
    """Time to co-altitude, s: −sz/vz, the earliest that the intervals allow; 0 where they may be level now, None where
    they cannot become so."""
    if low <= 0 <= high:
        return 0.0
    gap, rate = (low, low_rate) if low > 0 else (-high, -high_rate)
    return gap / -rate if rate < 0 else None


def loss_interval(ss: float, sv: float, vv: float, distance: float) -> tuple[float, float] | None:
    """The open interval, unbounded in time, in which |s + v·t| < distance, strictly; None where there is none. The
    same figures as `kernels` compute for very many (exact.horizontal)."""
    inside = ss - distance * distance
    if vv == 0:
        return (-math.inf, math.inf) if inside < 0 else None
    root_of = sv * sv - vv * inside
    if not root_of > 0:
        return None
    root = math.sqrt(root_of)
    far = -(sv + root) if sv >= 0 else root - sv
    one, two = far / vv, inside / far
    return min(one, two), max(one, two)
