"""Altitude intervals above the WGS84 ellipsoid of many movers at once, and how each was found.

The altitude is the most dangerous field (design/feeds-and-console.md): value, unit and reference stay in
the `Batch` as given; here they become the interval that holds with 95 %. In order: on the surface;
geometric altitude; pressure altitude by the local pressure surface, else by the entered QNH, else ± 1,000
ft; what else a source stated. Unknown is the whole column, and `how` says so. Of one reference two movers
may be compared exactly: `datum` and `value_tmm`, as in space.altitude.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from steerclear.feeds.batch import Batch, Codes, Flags, Floats, Instants
from steerclear.feeds.codes import REFERENCE
from steerclear.feeds.pressure import (
    EARTH_M,
    M_PER_FT,
    M_PER_NM,
    Surface,
    disagreeing,
    figures,
    geometric_error_m,
    offsets,
)
from steerclear.space.altitude import BOTTOMLESS_TMM, ENDLESS_TMM, pressure_height_tmm
from steerclear.space.geoid import undulations_m

HOWS: Final = (
    "unknown: the whole column",
    "geometric altitude",
    "pressure altitude by the local pressure surface",
    "pressure altitude by the entered QNH",
    "pressure altitude, setting unknown: ± 1,000 ft",
    "altitude above sea level",
    "height above ground, ground unknown",
    "on the ground, height of the ground unknown",
    "at sea level",
    "two heights that disagree: from the lower to the higher",
)
"""What `Heights.how` means, for people."""
UNKNOWN, GEOMETRIC, SURFACE, ENTERED, STANDARD, SEA_LEVEL, ABOVE_GROUND, ON_GROUND, AFLOAT, DISAGREE = range(
    10
)

_TMM_PER_M: Final = 10_000
_Put = Callable[[int, Floats, Floats | float, Floats | float], None]
_TO_M: Final = np.array([np.nan, 0.3048, 1.0, 30.48])
"""codes.UNITS in metres."""


@dataclass(frozen=True, slots=True)
class Qnh:
    """A setting that somebody entered: it holds within `radius_nm` of a place, and nearer ones before
    farther ones.
    """

    hpa_tenths: int
    lat_deg: float = 0.0
    lon_deg: float = 0.0
    radius_nm: float = 20_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Heights:
    """Rows as in the batch."""

    low_tmm: Instants
    high_tmm: Instants
    """Tenths of a millimetre above the ellipsoid, rounded outwards; the ends of space.altitude where
    unknown.
    """
    how: Codes
    """Index into `HOWS`."""
    datum: Codes
    """codes.REFERENCE of the surface that `value_tmm` counts from: 0 where no other mover can share it."""
    value_tmm: Instants

    @property
    def low_m(self) -> Floats:
        """−inf where unknown."""
        return np.where(self.how == UNKNOWN, -np.inf, self.low_tmm / _TMM_PER_M)

    @property
    def high_m(self) -> Floats:
        """+inf where unknown."""
        return np.where(self.how == UNKNOWN, np.inf, self.high_tmm / _TMM_PER_M)


def heights(state: Batch, surface: Surface | None = None, entered: Sequence[Qnh] = ()) -> Heights:
    """The interval of each row. Later rules give way to earlier ones; a rule that lacks a figure does not
    apply.
    """
    count = len(state)
    low, high, how = np.full(count, np.nan), np.full(count, np.nan), np.zeros(count, np.uint8)

    def put(rule: int, middle: Floats, below: Floats | float, above: Floats | float) -> None:
        bottom, top = middle - below, middle + above
        rows = (how == UNKNOWN) & np.isfinite(bottom) & np.isfinite(top)
        low[rows], high[rows], how[rows] = bottom[rows], top[rows], rule

    table = figures()
    geoid, slack = undulations_m(state.lat_deg, state.lon_deg), table["geoid"]["error_m"]
    stated = np.where(
        state.alt_ref == REFERENCE["QNH"], np.nan, state.alt_given * _TO_M[np.minimum(state.alt_unit, 3)]
    )
    put(
        AFLOAT,
        _only(state.alt_ref == REFERENCE["sea"], geoid),
        slack - table["sea"]["low_m"],
        slack + table["sea"]["high_m"],
    )
    error = geometric_error_m(state)
    _disagreeing(state, error, geoid, put)
    put(GEOMETRIC, state.alt_geom_m, error, error)
    grounded = _only(state.on_ground | (state.alt_ref == REFERENCE["ground"]), geoid)
    put(ON_GROUND, grounded, slack - table["ground"]["low_m"], slack + table["ground"]["high_m"])
    _by_pressure(state, how == UNKNOWN, surface, entered, geoid, put)
    put(SEA_LEVEL, _only(state.alt_ref == REFERENCE["MSL"], stated + geoid), slack, slack)
    aloft = _only(state.alt_ref == REFERENCE["AGL"], stated + geoid)
    put(ABOVE_GROUND, aloft, slack - table["ground"]["low_m"], slack + table["ground"]["high_m"])
    return _made(state, low, high, how)


def _disagreeing(state: Batch, error: Floats, geoid: Floats, put: _Put) -> None:
    """Both heights where they cannot both be true: the higher ceiling and the lower floor (judgement.md,
    Bad input).
    """
    table = figures()
    reach = table["pressure"]["unknown_surface_ft"] * M_PER_FT + table["geoid"]["error_m"]
    geometric, pressure = state.alt_geom_m, state.alt_baro_ft * M_PER_FT + geoid
    low, high = (
        np.minimum(geometric - error, pressure - reach),
        np.maximum(geometric + error, pressure + reach),
    )
    middle = _only(disagreeing(state) & ~state.on_ground, geometric)
    put(DISAGREE, middle, middle - low, high - middle)


def _by_pressure(
    state: Batch, wanted: Flags, surface: Surface | None, entered: Sequence[Qnh], geoid: Floats, put: _Put
) -> None:
    """Surface, else entered setting, else ± 1,000 ft about the geoid; never wider than the last."""
    table = figures()["pressure"]
    pressure_m = state.alt_baro_ft * M_PER_FT
    own = (table["altimetry_error_ft"] + table["steps_ft"] / 2) * M_PER_FT
    slack = figures()["geoid"]["error_m"]
    unknown = table["unknown_surface_ft"] * M_PER_FT
    rows = np.flatnonzero(wanted & np.isfinite(pressure_m))
    if surface is not None and len(surface):
        middle, half = np.full(len(state), np.nan), np.full(len(state), np.nan)
        middle[rows], half[rows] = offsets(
            surface, state.lat_deg[rows], state.lon_deg[rows], state.alt_baro_ft[rows]
        )
        half = np.where(half <= unknown, half, np.nan)
        put(SURFACE, pressure_m + middle, half + own, half + own)
    shift = _entered(state, entered)
    spread = _clipped(np.abs(pressure_m + shift))
    put(ENTERED, pressure_m + shift + geoid, spread + slack, spread + slack)
    put(STANDARD, pressure_m + geoid, unknown + slack, unknown + slack)


def _entered(state: Batch, entered: Sequence[Qnh]) -> Floats:
    """Metres from pressure altitude to altitude on the nearest setting that holds at each place; NaN where
    none does.
    """
    shift, best = np.full(len(state), np.nan), np.full(len(state), np.inf)
    lat, lon = np.radians(state.lat_deg), np.radians(state.lon_deg)
    for one in entered:
        lat0, lon0 = np.radians(one.lat_deg), np.radians(one.lon_deg)
        haversine = np.sin((lat - lat0) / 2) ** 2 + np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
        range_nm = 2 * EARTH_M / M_PER_NM * np.arcsin(np.sqrt(np.minimum(haversine, 1.0)))
        nearer = (range_nm <= one.radius_nm) & (range_nm < best)
        shift[nearer], best[nearer] = -pressure_height_tmm(one.hpa_tenths) / _TMM_PER_M, range_nm[nearer]
    return shift


def _clipped(height_m: Floats) -> Floats:
    """What a setting leaves open at a height: space.altitude, 4 % between 100 and 1,000 ft."""
    table = figures()["qnh"]
    return np.clip(height_m * table["share"], table["least_ft"] * M_PER_FT, table["most_ft"] * M_PER_FT)


def _only(where: Flags, values: Floats) -> Floats:
    return np.where(where, values, np.nan)


def _made(state: Batch, low: Floats, high: Floats, how: Codes) -> Heights:
    known = how != UNKNOWN
    flown = np.isfinite(state.alt_baro_ft) & ~state.on_ground & (how != DISAGREE)
    geometric = ~flown & np.isfinite(state.alt_geom_m) & (how != DISAGREE)
    value_m = np.where(flown, state.alt_baro_ft * M_PER_FT, np.where(geometric, state.alt_geom_m, 0.0))
    return Heights(
        low_tmm=np.where(known, np.floor(np.nan_to_num(low) * _TMM_PER_M), BOTTOMLESS_TMM).astype(np.int64),
        high_tmm=np.where(known, np.ceil(np.nan_to_num(high) * _TMM_PER_M), ENDLESS_TMM).astype(np.int64),
        how=how,
        datum=np.where(flown, REFERENCE["STD"], np.where(geometric, REFERENCE["WGS84"], 0)).astype(np.uint8),
        value_tmm=np.round(value_m * _TMM_PER_M).astype(np.int64),
    )
