"""The agreement's rows as the tables of the kernels: one group for each class of movers."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numpy as np

from steerclear.kernels import Minima
from steerclear.speech.parameters import Parameters
from steerclear.speech.separation import CLASSES, Separation, moving_class

GROUPS: Final = ("*", *CLASSES)
"""The group of a mover is the place of its class here; `*` where it is not known."""


def group_of(mover: str) -> int:
    """The kernels' group of a class of plans or of movers."""
    return GROUPS.index(moving_class(mover))


def straight_ms(parameters: Parameters, mover: str) -> int:
    """How long such a mover may be carried straight on without declared intent."""
    return parameters.straight_sea_ms if moving_class(mover) == "ship" else parameters.straight_air_ms


def ahead_ms(parameters: Parameters, row: Separation, a: str, b: str) -> int:
    """How far ahead two such movers are judged on straight courses."""
    return min(row.look_ahead_ms, straight_ms(parameters, a), straight_ms(parameters, b))


@lru_cache(maxsize=64)
def minima_of(
    parameters: Parameters, percent: int = 100, reach: Literal["look_ahead", "caution"] = "look_ahead"
) -> Minima:
    """Tables for `kernels.pairs`, movers grouped by `group_of`, on straight courses. `percent` widens distances and
    times alike (hysteresis: Parameters.alert_widened_percent); `reach`: all that is looked for, or cautions alone."""
    size = (len(GROUPS), len(GROUPS))
    horizontal, vertical, ahead = np.zeros(size), np.full(size, np.inf), np.zeros(size)
    for i, a in enumerate(GROUPS):
        for j, b in enumerate(GROUPS):
            row = parameters.separation_for(a, b)
            horizontal[i, j] = row.horizontal_mm * percent / 100_000
            if row.vertical_tmm is not None:
                vertical[i, j] = row.vertical_tmm * percent / 1_000_000
            until = ahead_ms(parameters, row, a, b)
            ahead[i, j] = (min(until, row.caution_ms) if reach == "caution" else until) * percent / 100_000
    return Minima(horizontal, vertical, ahead, parameters.separation_z_percent / 100)
