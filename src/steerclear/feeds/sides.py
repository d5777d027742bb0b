"""Rows of a picture as sides of a meeting: the state as its source gave it, in the wire's integers,
rounded so that nothing looks surer than it is.
"""

from __future__ import annotations

import re
from math import ceil, floor, isfinite
from typing import Final

from steerclear.feeds.codes import MOVERS, TRUST
from steerclear.feeds.picture import Picture
from steerclear.feeds.quality import SIGMA_TO_95_CIRCULAR
from steerclear.judgement.separation.meeting import Side, Source
from steerclear.kernels import Movers
from steerclear.speech.kinds.alert import SHARED_ID
from steerclear.speech.parameters import Mover

_BROADCAST: Final = re.compile(SHARED_ID)
SHARED_IDS: Final[dict[str, Source]] = {"icao": "adsb", "mmsi": "ais", "rid": "remote_id"}
"""What a mover broadcasts of itself, by the space of its ident, and what such a state came from."""


def side(
    picture: Picture, movers: Movers, row: int, *, own: bool, manned: bool | None = None, notice: str = ""
) -> Side:
    """`movers` are `movers_of(picture, …)`, row for row. `own`: this party's; `manned` of an own one, by
    default as its class says (one of no known class is not taken for manned); `notice`: the own notice
    that it moves under.
    """
    state = picture.state
    handle = state.ident[row].decode()
    space = handle.partition(":")[0]
    mover: Mover = MOVERS[int(state.mover[row])]  # type: ignore[assignment]
    seconds = picture.age_ms[row] / 1e3
    drift = float(movers.sigma_vel_mps[row])
    sigma = max(float(movers.sigma_pos_m[row]) ** 2 - (drift * seconds) ** 2, 0.0) ** 0.5
    up = float(movers.vu_low_mps[row]), float(movers.vu_high_mps[row])
    low, high = (
        float(movers.alt_low_m[row]) - up[0] * seconds,
        float(movers.alt_high_m[row]) - up[1] * seconds,
    )
    known = isfinite(low) and isfinite(high)
    shared = bool(picture.trust[row] == TRUST["shared"])
    return Side(
        handle=handle,
        shared_id=handle if _BROADCAST.match(handle) else "",
        shared=shared,
        own=own,
        manned=own and (manned if manned is not None else mover not in ("*", "unmanned")),
        mover=mover,
        at_ms=int(state.at_ms[row]),
        lat_e7=round(float(state.lat_deg[row]) * 1e7),
        lon_e7=_turned(round(float(state.lon_deg[row]) * 1e7)),
        error_mm=ceil(sigma * SIGMA_TO_95_CIRCULAR * 1e3),
        low_tmm=floor(min(low, high) * 1e4) if known else None,
        high_tmm=ceil(max(low, high) * 1e4) if known else None,
        east_mm_s=round(float(movers.ve_mps[row]) * 1e3),
        north_mm_s=round(float(movers.vn_mps[row]) * 1e3),
        up_low_mm_s=floor(up[0] * 1e3),
        up_high_mm_s=ceil(up[1] * 1e3),
        velocity_error_mm_s=ceil(drift * SIGMA_TO_95_CIRCULAR * 1e3),
        source=SHARED_IDS.get(space, "own") if shared else "own",
        notice=notice,
    )


def _turned(lon_e7: int) -> int:
    return (lon_e7 + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
