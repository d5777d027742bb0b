"""One mover that two kinds of receivers see under two names: what an own sensor measures where a mover says that it is.

A radar names its tracks by numbers of its own. Taken as another mover, each of them would lose separation from itself.
So what is measured is left out of a look where it cannot be told from one that states its own position: within both
errors in place, height and velocity. Whoever is farther off than that is somebody else. Pure.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from steerclear.feeds.batch import Flags
from steerclear.feeds.quality import SIGMA_TO_95_CIRCULAR
from steerclear.kernels import Movers

M_PER_DEG: Final = 111_320.0
LEAST_M, LEAST_MPS = 300.0, 15.0
"""At least so far apart two sources may see one mover: clocks and manoeuvres between two reports (ours)."""


def twice(moving: Movers, stated: Flags) -> Flags:
    """Rows that are measured (not `stated`) and cannot be told from a stated one. States are carried to one instant."""
    out = np.zeros(len(moving), np.bool_)
    known = np.flatnonzero(stated)
    if not len(known) or len(known) == len(moving):
        return out
    order = known[np.argsort(moving.lat_deg[known])]
    lats = moving.lat_deg[order]
    error = moving.sigma_pos_m * SIGMA_TO_95_CIRCULAR
    widest = float(error[order].max())
    for row in np.flatnonzero(~stated).tolist():
        reach = (error[row] + widest + LEAST_M) / M_PER_DEG
        band = order[np.searchsorted(lats, moving.lat_deg[row] - reach) :]
        band = band[: np.searchsorted(moving.lat_deg[band], moving.lat_deg[row] + reach, side="right")]
        out[row] = len(band) > 0 and bool(_like(moving, row, band, error).any())
    return out


def _like(moving: Movers, row: int, others: np.ndarray, error: np.ndarray) -> Flags:
    north = (moving.lat_deg[others] - moving.lat_deg[row]) * M_PER_DEG
    turn = (moving.lon_deg[others] - moving.lon_deg[row] + 180.0) % 360.0 - 180.0
    east = turn * M_PER_DEG * np.cos(np.radians(moving.lat_deg[row]))
    near = np.hypot(north, east) <= np.maximum(error[others] + error[row], LEAST_M)
    apart = np.hypot(moving.ve_mps[others] - moving.ve_mps[row], moving.vn_mps[others] - moving.vn_mps[row])
    sigma = moving.sigma_vel_mps
    speed = apart <= np.maximum((sigma[others] + sigma[row]) * SIGMA_TO_95_CIRCULAR, LEAST_MPS)
    level = (moving.alt_low_m[others] <= moving.alt_high_m[row]) & (
        moving.alt_high_m[others] >= moving.alt_low_m[row]
    )
    found: Flags = near & speed & level
    return found
