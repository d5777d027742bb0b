"""Well clear in the terms of RTCA DO-365, as an option beside simple minima; its parameters are data
(`data/wellclear.toml`).

Two are not well clear while, horizontally, |s| ≤ DMOD, or HMD ≤ HMD* and 0 ≤ τ_mod ≤ τ*; and, vertically,
|sz| ≤ ZTHR or 0 ≤ TCOA ≤ TCOA*. Bounds included, as the standard has it (simple minima are strict). The interval in
which that holds has a closed form: Muñoz et al., "A family of well-clear boundary models for the integration of UAS
in the NAS" (AIAA 2014), and Narkawicz and Muñoz on their violation intervals. States are nominal here: the
uncertainty widens the simple minima alone.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files

from steerclear.judgement.separation.measures import hmd
from steerclear.units import TENTH_MM_PER_FOOT

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Table:
    """Parameters in metres and seconds."""

    dmod_m: float
    hmd_m: float
    zthr_m: float
    tau_mod_s: float
    tcoa_s: float


@lru_cache(maxsize=1)
def tables() -> dict[str, Table]:
    """The standard's tables by name. Raises `ValueError` where HMD is not DMOD: the closed form needs that."""
    text = files("steerclear.judgement.separation").joinpath("data/wellclear.toml").read_text("utf-8")
    rows = tomllib.loads(text)
    if any(row["hmd_ft"] != row["dmod_ft"] for row in rows.values()):
        raise ValueError("wellclear.toml: hmd_ft is dmod_ft")
    return {
        name: Table(
            row["dmod_ft"] * TENTH_MM_PER_FOOT / 1e4,
            row["hmd_ft"] * TENTH_MM_PER_FOOT / 1e4,
            row["zthr_ft"] * TENTH_MM_PER_FOOT / 1e4,
            float(row["tau_mod_s"]),
            float(row["tcoa_s"]),
        )
        for name, row in rows.items()
    }


def widened(table: Table, percent: int) -> Table:
    """The same with all distances and times at so many hundredths."""
    by = percent / 100
    return Table(*(getattr(table, one.name) * by for one in fields(table)))


def horizontal_violation(ss: float, sv: float, vv: float, table: Table) -> Interval | None:
    """The closed interval, unbounded in time, in which the horizontal part is violated; None where it never is."""
    dd = table.dmod_m * table.dmod_m
    if vv == 0:
        return (-math.inf, math.inf) if ss <= dd else None
    if hmd_of_line(ss, sv, vv) > table.hmd_m:
        return None
    # within DMOD: |s + v·t|² ≤ DMOD²; τ_mod ≤ τ* while closing: |s + v·t|² + τ*·(s·v + |v|²·t) ≤ DMOD²
    first, last = _roots(vv, 2 * sv, ss - dd)
    entry, _ = _roots(vv, 2 * sv + table.tau_mod_s * vv, ss + table.tau_mod_s * sv - dd)
    return min(entry, first), last


def vertical_violation(
    low: float, high: float, low_rate: float, high_rate: float, table: Table
) -> Interval | None:
    """The same of the vertical part, in m and m/s, of a difference that lies in [low, high]: when it may be
    violated. A TCOA* widens the way in by the fastest rate."""
    near = max(table.zthr_m, table.tcoa_s * max(abs(low_rate), abs(high_rate)))
    one, two = _at_most(low, low_rate, near), _at_most(-high, -high_rate, near)
    if one is None or two is None:
        return None
    first, last = max(one[0], two[0]), min(one[1], two[1])
    return (first, last) if first <= last else None


def _at_most(start: float, rate: float, limit: float) -> Interval | None:
    """When start + rate·t ≤ limit."""
    if rate == 0:
        return (-math.inf, math.inf) if start <= limit else None
    cross = (limit - start) / rate
    return (-math.inf, cross) if rate > 0 else (cross, math.inf)


def violation(horizontal: Interval | None, vertical: Interval | None, ahead: float) -> Interval | None:
    """Both at once within [0, ahead]."""
    if horizontal is None or vertical is None:
        return None
    first, last = max(horizontal[0], vertical[0], 0.0), min(horizontal[1], vertical[1], ahead)
    return (first, last) if first <= last else None


def hmd_of_line(ss: float, sv: float, vv: float) -> float:
    """Least distance on the whole line, past and future, m."""
    return math.sqrt(max(0.0, ss - sv * sv / vv)) if vv > 0 else hmd(ss, sv, vv)


def _roots(a: float, b: float, c: float) -> Interval:
    """Of a·t² + b·t + c; where rounding leaves none, the place where they would meet."""
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
