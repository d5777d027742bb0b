"""Two who fly on one pressure setting are apart by what their levels say, exactly.

As intervals above the ellipsoid two level flights 1,000 ft apart are never surely 1,000 ft apart, and a
respected tool reported 590 of 590 of them (judgement.md, Known defects). What the setting and the weather
do to the one they do to the other: so pairs of one datum are compared in it, in whole tenths of a
millimetre, and the intervals count for all other pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Rows as the movers'. `datum` 0: no other can share it. `value_tmm` above the datum at the look's
    instant; `low_tmm_s` to `high_tmm_s` the rates at which it may change, both 0 in level flight.
    """

    datum: NDArray[np.uint8]
    value_tmm: NDArray[np.int64]
    low_tmm_s: NDArray[np.float64]
    high_tmm_s: NDArray[np.float64]


def apart(levels: Levels, i: Any, j: Any, least_tmm: Any, from_s: Any, until_s: Any) -> NDArray[np.bool_]:
    """Pairs of one datum that are `least_tmm` or more apart all the time between: exactly at the minimum
    is legal.
    """
    same = (levels.datum[i] == levels.datum[j]) & (levels.datum[i] > 0)
    now = (levels.value_tmm[j] - levels.value_tmm[i]).astype(np.float64)
    low_rate = levels.low_tmm_s[j] - levels.high_tmm_s[i]
    high_rate = levels.high_tmm_s[j] - levels.low_tmm_s[i]
    with np.errstate(invalid="ignore"):
        above = np.minimum(now + low_rate * from_s, now + low_rate * until_s)
        below = np.minimum(-now - high_rate * from_s, -now - high_rate * until_s)
    return np.asarray(same & ((above >= least_tmm) | (below >= least_tmm)))
