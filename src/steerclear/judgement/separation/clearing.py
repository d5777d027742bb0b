"""Well clear in the live alert, where the agreement names a table: which pairs of a look will not be well clear,
and when that begins (wellclear.py). And the level of an alert, one rule for looks and judgements."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from steerclear.judgement.separation import wellclear
from steerclear.judgement.separation.levels import Levels, apart
from steerclear.judgement.separation.tables import minima_of
from steerclear.kernels import Minima, Movers, pairs
from steerclear.kernels.pairwise import Geometry, pairwise
from steerclear.speech.kinds.alert import AlertLevel, AlertRule
from steerclear.speech.parameters import Parameters
from steerclear.speech.separation import Separation

_ROUNDING: Final = 1.001
"""The search is strict and well clear is not: it takes in a little more, and each pair is computed."""


def level_of(begins_ms: float | None, row: Separation, clear_ms: float | None = None) -> AlertLevel | None:
    """Warning where a loss (in the worst case) or the end of well clear begins within the one time of the agreement's
    row, caution within the other, bounds included. None: none begins."""
    first = min((one for one in (begins_ms, clear_ms) if one is not None), default=None)
    if first is None or first > row.caution_ms:
        return None
    return "warning" if first <= row.warning_ms else "caution"


def raised_by(
    begins_ms: Mapping[AlertRule, float | None], row: Separation
) -> tuple[AlertLevel | None, AlertRule]:
    """The level that several rules ask for together, and the first of them that asks for it; no level and the first
    rule where none does."""
    found = {rule: level_of(at, row) for rule, at in begins_ms.items()}
    for level in ("warning", "caution"):
        for rule, one in found.items():
            if one == level:
                return one, rule
    return None, next(iter(begins_ms))


def violations_ms(
    movers: Movers, parameters: Parameters, levels: Levels | None = None, percent: int = 100
) -> dict[tuple[int, int], float]:
    """Pairs (i, j), i < j, and in how many milliseconds they are no longer well clear, within the time of a caution.
    None where the agreement names no table. Within DMOD a pair is at the latest τ* after it begins. `percent` widens
    distances and times of the table alike (hysteresis), as it does the simple minima."""
    if parameters.well_clear == "none":
        return {}
    table = wellclear.widened(wellclear.tables()[parameters.well_clear], percent)
    base = minima_of(parameters, percent, "caution")
    asked = Minima(
        np.where(base.horizontal_m > 0, table.dmod_m * _ROUNDING, 0.0),
        np.full_like(base.vertical_m, np.inf),
        base.look_ahead_s + table.tau_mod_s,
        0.0,
    )
    near = pairs(movers, asked)
    i, j = near.i, near.j
    if not len(i):
        return {}
    ahead_s = base.look_ahead_s[movers.group[i], movers.group[j]]
    g = pairwise(movers.rows(i), movers.rows(j), table.dmod_m, math.inf, ahead_s)
    out: dict[tuple[int, int], float] = {}
    for k in np.flatnonzero(g.judged).tolist():
        held = _held(g, k, table, float(ahead_s[k]))
        if held is not None and not _levels_apart(levels, i[k : k + 1], j[k : k + 1], g, k, table, held):
            out[int(i[k]), int(j[k])] = held[0] * 1000
    return out


def _held(g: Geometry, k: int, table: wellclear.Table, ahead_s: float) -> wellclear.Interval | None:
    flat = wellclear.horizontal_violation(float(g.ss[k]), float(g.sv[k]), float(g.vv[k]), table)
    heights = float(g.low_m[k]), float(g.high_m[k]), float(g.low_mps[k]), float(g.high_mps[k])
    return wellclear.violation(flat, wellclear.vertical_violation(*heights, table), ahead_s)


def _levels_apart(
    levels: Levels | None,
    i: Any,
    j: Any,
    g: Geometry,
    k: int,
    table: wellclear.Table,
    held: wellclear.Interval,
) -> bool:
    """Whether two of one pressure setting stay more than the vertical threshold apart all the time."""
    if levels is None:
        return False
    near_m = max(table.zthr_m, table.tcoa_s * max(abs(float(g.low_mps[k])), abs(float(g.high_mps[k]))))
    return bool(apart(levels, i, j, math.floor(near_m * 1e4) + 1, held[0], held[1])[0])
