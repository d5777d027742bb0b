"""One mover that two kinds of receivers see under two names: what an own sensor measures where a mover says that it is.

A radar names its tracks by numbers of its own. Taken as another mover, each of them would lose separation from itself.
So what is measured is left out of a look where it cannot be told from one that states its own position: within both
errors in place, height and velocity, nearer than half of the pair's minimum, and the nearest of its source to it.
Whoever is farther off than that, or second, is somebody else; so is whoever an alert stands about. Pure.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from steerclear.feeds.batch import Flags, Floats
from steerclear.feeds.quality import SIGMA_TO_95_CIRCULAR
from steerclear.kernels import Movers

M_PER_DEG: Final = 111_320.0
LEAST_M, LEAST_MPS = 300.0, 15.0
"""At least so far apart two sources may see one mover: clocks and manoeuvres between two reports (ours)."""
OF_MINIMUM: Final = 0.5
"""Never farther apart than this part of their minimum: beyond it two are judged, whatever the errors (ours)."""


def twice(moving: Movers, stated: Flags, source: Any, minimum_m: Floats, standing: Flags) -> Flags:
    """Rows that are measured (not `stated`) and cannot be told from a stated one: of each `source` (one number a row)
    one at most for each stated row, the nearest, and never one of `standing` alerts. `minimum_m`: the horizontal
    minima by group and group; 0 asks nothing. States are carried to one instant."""
    out = np.zeros(len(moving), np.bool_)
    known = np.flatnonzero(stated)
    if not len(known) or len(known) == len(moving):
        return out
    order = known[np.argsort(moving.lat_deg[known])]
    lats = moving.lat_deg[order]
    error = moving.sigma_pos_m * SIGMA_TO_95_CIRCULAR
    widest = float(error[order].max())
    found: list[tuple[float, int, int]] = []
    for row in np.flatnonzero(~stated & ~standing).tolist():
        reach = (error[row] + widest + LEAST_M) / M_PER_DEG
        band = order[np.searchsorted(lats, moving.lat_deg[row] - reach) :]
        band = band[: np.searchsorted(moving.lat_deg[band], moving.lat_deg[row] + reach, side="right")]
        if len(band):
            far = _apart(moving, row, band)
            like = _like(moving, row, band, error, far, minimum_m)
            found += zip(far[like].tolist(), [row] * int(like.sum()), band[like].tolist(), strict=True)
    taken: set[tuple[int, int]] = set()
    for _, row, other in sorted(found):
        if not out[row] and (key := (int(source[row]), other)) not in taken:
            taken.add(key)
            out[row] = True
    return out


def _apart(moving: Movers, row: int, others: np.ndarray) -> Floats:
    """Metres from a row to others near it."""
    north = (moving.lat_deg[others] - moving.lat_deg[row]) * M_PER_DEG
    turn = (moving.lon_deg[others] - moving.lon_deg[row] + 180.0) % 360.0 - 180.0
    far: Floats = np.hypot(north, turn * M_PER_DEG * np.cos(np.radians(moving.lat_deg[row])))
    return far


def _like(
    moving: Movers, row: int, others: np.ndarray, error: Floats, far: Floats, minimum_m: Floats
) -> Flags:
    least = minimum_m[moving.group[row], moving.group[others]]
    most = np.where(least > 0, least * OF_MINIMUM, np.inf)
    near = far <= np.minimum(np.maximum(error[others] + error[row], LEAST_M), most)
    apart = np.hypot(moving.ve_mps[others] - moving.ve_mps[row], moving.vn_mps[others] - moving.vn_mps[row])
    sigma = moving.sigma_vel_mps
    speed = apart <= np.maximum((sigma[others] + sigma[row]) * SIGMA_TO_95_CIRCULAR, LEAST_MPS)
    level = (moving.alt_low_m[others] <= moving.alt_high_m[row]) & (
        moving.alt_high_m[others] >= moving.alt_low_m[row]
    )
    found: Flags = near & speed & level
    return found
