"""One mover as it is told of: where, how high, how fast, how surely, when, and what it declared that it will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from steerclear.space.altitude import Altitude, Level, Limit, as_lower
from steerclear.space.geoid import point_box
from steerclear.speech.separation import moving_class

CLIMB_TMM_S: Final = {"aircraft": 1_000_000, "unmanned": 200_000, "ship": 0, "ground": 0}
"""Bound of a vertical rate that nobody stated, either way (ours): 100 m/s for aircraft, 20 m/s for unmanned ones."""
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A place that a mover will be at, by its declared intent; without an altitude it keeps the one before."""

    at_ms: int
    lat_e7: int
    lon_e7: int
    altitude: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A mover at `at_ms`. `altitude` is kept as given, with its reference (`"unknown"`: the whole column), right to
    `altitude_error_tmm`; velocity over the ground; `sigma_pos_mm`, `sigma_vel_mm_s` are horizontal standard
    deviations; None is unknown. `legs`: declared intent, followed leg by leg, times ascending."""

    id: str
    at_ms: int
    lat_e7: int
    lon_e7: int
    mover: str = ""
    party: str = ""
    mode: str = "REAL"
    altitude: Limit = UNKNOWN
    altitude_error_tmm: int = 0
    east_mm_s: int | None = None
    north_mm_s: int | None = None
    up_mm_s: int | None = None
    sigma_pos_mm: int | None = None
    sigma_vel_mm_s: int | None = None
    legs: tuple[Fix, ...] = ()


class Height(NamedTuple):
    """Where a mover is in the vertical at an instant: bounds above the ellipsoid, tmm, infinite where not known, and
    the value above its own reference (`datum`) where two of one reference can be compared exactly."""

    low: float
    high: float
    datum: str = ""
    value: int = 0
    error: int = 0


AFLOAT_TMM: Final = 1_000_000
"""A ship without an altitude floats: mean sea level within 100 m, its mast and the tide included (ours)."""
NOWHERE: Final = Height(float("-inf"), float("inf"))


def height_of(altitude: Limit, error_tmm: int, lat_e7: int, lon_e7: int) -> Height:
    """The height that an altitude means at a place. `surface` of a mover is not known well enough to judge on."""
    if not isinstance(altitude, Altitude):
        return NOWHERE
    level: Level = as_lower(altitude, point_box(lat_e7, lon_e7))
    datum = "" if level.datum == "AGL" else level.datum  # two above ground may stand over different ground
    return Height(level.low_tmm - error_tmm, level.high_tmm + error_tmm, datum, level.value_tmm, error_tmm)


def first_height(state: State) -> Height:
    """The height of a mover at its own instant."""
    altitude, error_tmm = state.altitude, state.altitude_error_tmm
    if altitude == UNKNOWN and moving_class(state.mover) == "ship":
        altitude, error_tmm = Altitude(0, "m", "MSL"), AFLOAT_TMM
    return height_of(altitude, error_tmm, state.lat_e7, state.lon_e7)


def rates_of(state: State) -> tuple[int, int]:
    """Lowest and highest vertical rate, tmm/s: the stated one, else what its class can do."""
    if state.up_mm_s is not None:
        return state.up_mm_s * 10, state.up_mm_s * 10
    most = CLIMB_TMM_S.get(moving_class(state.mover), max(CLIMB_TMM_S.values()))
    return -most, most


def between(a: Height, b: Height) -> tuple[tuple[float, float], tuple[float, float]]:
    """Bounds of both in a frame that they share, tmm: exact integers where they have one reference."""
    if a.datum and a.datum == b.datum:
        return (a.value - a.error, a.value + a.error), (b.value - b.error, b.value + b.error)
    return (a.low, a.high), (b.low, b.high)
