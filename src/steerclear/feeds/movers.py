"""From a picture to the kernels' `Movers`: all states carried to one instant, errors as standard deviations.

A mover goes straight on from when its position held to now, and its error grows with the error of its
velocity. What a source left unstated is taken from `data/unstated.toml`, wide enough to err on the safe
side: a mover of unknown velocity stands still with an uncertainty as large as its class is fast.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from steerclear.feeds.altitude import Heights
from steerclear.feeds.batch import Codes, Flags, Floats
from steerclear.feeds.codes import MOVERS, REFERENCE
from steerclear.feeds.picture import Picture
from steerclear.feeds.quality import SIGMA_TO_95_CIRCULAR
from steerclear.judgement.separation.levels import Levels
from steerclear.kernels import Movers

SEMI_MAJOR_M: Final = 6_378_137.0
ECCENTRICITY_2: Final = 6.694_379_990_141_32e-3
"""WGS84."""


def movers_of(picture: Picture, heights: Heights, group: Any) -> Movers:
    """Every row of the picture at `picture.now_ms`; `group` is each row's row in the kernels' minima.
    `heights` are those of `picture.state`. Leave out what is not `picture.fresh` before you alert.
    """
    state, seconds = picture.state, picture.age_ms / 1000
    still = np.isnan(picture.ve_mps) | np.isnan(picture.vn_mps)
    ve, vn = (np.where(still, 0.0, one) for one in (picture.ve_mps, picture.vn_mps))
    lat, lon = carried(state.lat_deg, state.lon_deg, ve, vn, seconds)
    unstated = np.where(
        still, _of("velocity_unknown_mps", state.mover), _of("velocity_error_mps", state.mover)
    )
    sigma_v = (
        np.where(still | np.isnan(picture.v_error_mps), unstated, picture.v_error_mps) / SIGMA_TO_95_CIRCULAR
    )
    position = np.where(np.isnan(state.error_m), _table()["position"]["error_m"], state.error_m)
    up_low, up_high = _climb(state.vu_mps, state.on_ground, state.mover)
    return Movers.of(
        lat,
        lon,
        alt_low_m=heights.low_m + up_low * seconds,
        alt_high_m=heights.high_m + up_high * seconds,
        ve_mps=ve,
        vn_mps=vn,
        vu_low_mps=up_low,
        vu_high_mps=up_high,
        sigma_pos_m=np.hypot(position / SIGMA_TO_95_CIRCULAR, sigma_v * seconds),
        sigma_vel_mps=sigma_v,
        group=group,
    )


def levels_of(picture: Picture, heights: Heights) -> Levels:
    """Every row's pressure altitude at `picture.now_ms`, for comparison with others on 1013.25 hPa. A rate
    below the table's is level flight, as it was sent; one that was not sent is what the class can do.
    """
    state, table = picture.state, _table()["climb_error_mps"]
    low, high = _climb(state.vu_mps, state.on_ground, state.mover)
    level = np.abs(state.vu_mps) < table["level"]
    low, high = np.where(level, 0.0, low), np.where(level, 0.0, high)
    risen_tmm = np.where(level, 0.0, np.nan_to_num(state.vu_mps)) * picture.age_ms * 10
    flown = (heights.datum == REFERENCE["STD"]) & ~state.on_ground
    return Levels(
        datum=np.where(flown, heights.datum, 0).astype(np.uint8),
        value_tmm=heights.value_tmm + np.round(risen_tmm).astype(np.int64),
        low_tmm_s=low * 1e4,
        high_tmm_s=high * 1e4,
    )


def carried(
    lat_deg: Floats, lon_deg: Floats, ve_mps: Floats, vn_mps: Floats, seconds: Floats
) -> tuple[Floats, Floats]:
    """Where each is after going straight on; by the normal to the ellipsoid, so that poles and ±180° are
    no edges.
    """
    lat = np.radians(lat_deg)
    bulge = 1 - ECCENTRICITY_2 * np.sin(lat) ** 2
    prime = SEMI_MAJOR_M / np.sqrt(bulge)
    meridian = SEMI_MAJOR_M * (1 - ECCENTRICITY_2) / bulge**1.5
    east, north = ve_mps * seconds / prime, vn_mps * seconds / meridian
    x = np.cos(lat) - north * np.sin(lat)
    z = np.sin(lat) + north * np.cos(lat)
    return np.degrees(np.arctan2(z, np.hypot(x, east))), (
        lon_deg + np.degrees(np.arctan2(east, x)) + 180.0
    ) % 360.0 - 180.0


def _climb(vu_mps: Floats, on_ground: Flags, mover: Codes) -> tuple[Floats, Floats]:
    """The vertical rates that are possible: as sent with its error, else what the class can do; none on
    the surface.
    """
    error = np.where(np.isnan(vu_mps), _of("climb_unknown_mps", mover), _table()["climb_error_mps"]["error"])
    error = np.where(on_ground, 0.0, error)
    middle = np.where(on_ground | np.isnan(vu_mps), 0.0, vu_mps)
    return middle - error, middle + error


def _of(name: str, mover: Codes) -> Floats:
    made: Floats = _by_class(name)[mover]
    return made


@lru_cache(maxsize=4)
def _by_class(name: str) -> Floats:
    given = _table()[name]
    return np.array([given.get(one, given["*"]) for one in MOVERS])


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, float]]:
    text = files("steerclear.feeds").joinpath("data/unstated.toml").read_text("utf-8")
    made: Mapping[str, Mapping[str, float]] = tomllib.loads(text)
    return made
