"""Altitudes with their reference, as intervals above the WGS84 ellipsoid, and the vertical gap between two
blocks.

Two altitudes of one reference are compared in that reference, exactly: FL310 and FL320 are 1,000 ft apart to
the tenth of a millimetre. Two references are compared on intervals above the ellipsoid that include the
stated uncertainty of each conversion; the gap is then the smallest one possible. Values are tenths of a
millimetre (tmm).

- WGS84: the value; no uncertainty.
- MSL: plus the EGM96 undulation; ± 5 m, more than the half-degree grid is off (geoid.py).
- STD: as MSL with QNH unknown; ± 1,000 ft (design/feeds-and-console.md).
- STD with `qnh_hpa_tenths`, and QNH: the standard atmosphere between the two settings, then as MSL; 4 % of
the height, at least 100 ft, at most 1,000 ft.
- AGL and QFE: plus the ground between `ground_low_m` and `ground_high_m`, unknown: −450 m to 8,850 m (any dry
  land), then as MSL; QFE with the uncertainty of QNH too.

4 % a 10 °C of departure from the standard atmosphere: ICAO Doc 8168 vol. I, altimeter corrections.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple

import msgspec

from steerclear.errors import Malformed, Refused, refusal
from steerclear.space.geoid import BOUND_TMM, GeoBox, undulation_range_tmm
from steerclear.units import TENTH_MM_PER_FOOT, TENTH_MM_PER_METRE

Unit = Literal["ft", "m", "fl", "mm"]
Reference = Literal["WGS84", "MSL", "STD", "AGL", "QNH", "QFE"]
Open = Literal["surface", "unlimited", "unknown"]

TMM_PER_UNIT = {"ft": TENTH_MM_PER_FOOT, "m": TENTH_MM_PER_METRE, "fl": 100 * TENTH_MM_PER_FOOT, "mm": 10}

BOTTOMLESS_TMM = -10_000_000_000
"""Below every lower limit: −1,000 km. A floor of `surface` or `unknown` stands here."""
ENDLESS_TMM = 10_000_000_000
"""Above every upper limit: 1,000 km. A ceiling of `unlimited` or `unknown` stands here."""
MAX_VALUE_TMM = 5_000_000_000
"""No written altitude is more than 500 km from its reference."""

STD_UNCERTAINTY_TMM = 1_000 * TENTH_MM_PER_FOOT
PRESSURE_FLOOR_TMM = 100 * TENTH_MM_PER_FOOT
EARTH_GROUND_TMM = (-450 * TENTH_MM_PER_METRE, 8_850 * TENTH_MM_PER_METRE)
"""Dry land stands between the shore of the Dead Sea and the top of Everest, above mean sea level."""
STD_HPA_TENTHS = 10_132.5
QNH_LEGAL_TENTHS = (8_500, 11_000)


class Altitude(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One altitude as a person gave it: value, unit and reference are kept, never replaced by a conversion.

    `qnh_hpa_tenths` (1013.2 hPa is 10132) is the setting that a QNH altitude was read with, or that is known
    to hold where an STD level is flown; `aerodrome` names whose QNH or QFE it is. `ground_low_m` and
    `ground_high_m` bound the ground below (AGL) or the aerodrome's elevation (QFE), metres above mean sea
    level.
    """

    value: int
    unit: Unit
    ref: Reference
    qnh_hpa_tenths: int = 0
    aerodrome: Annotated[str, msgspec.Meta(max_length=100)] = ""
    ground_low_m: int | None = None
    ground_high_m: int | None = None

    @property
    def value_tmm(self) -> int:
        """The value in tenths of a millimetre, exact, still above its own reference."""
        return self.value * TMM_PER_UNIT[self.unit]


Limit = Altitude | Open
"""What `Volume4D.lower` and `.upper` hold."""


class Level(NamedTuple):
    """A limit made ready for comparison at one place.

    `datum` names the surface that `value_tmm` counts from, and is empty where no other limit can share it;
    `low_tmm..high_tmm` is the interval above the ellipsoid.
    """

    datum: str
    value_tmm: int
    low_tmm: int
    high_tmm: int


def check_altitude(altitude: Altitude, *, field: str = "") -> list[Refused]:
    """Every fault of one written altitude, for the author's desk (judgement.md, Bad input)."""
    faults = (
        *_value_faults(altitude, field),
        *_qnh_faults(altitude, field),
        *_ground_faults(altitude, field),
    )
    return [refusal(fault) for fault in faults]


def _value_faults(altitude: Altitude, field: str) -> Iterator[Malformed]:
    if abs(altitude.value_tmm) > MAX_VALUE_TMM:
        yield Malformed("altitude-out-of-range", field=f"{field}.value", remedy="write at most 500 km")
    if altitude.unit == "fl" and altitude.ref != "STD":
        yield Malformed(
            "flight-level-is-standard-pressure",
            field=f"{field}.ref",
            remedy='a flight level counts from 1013.25 hPa: write ref "STD", or give feet or metres',
        )


def _qnh_faults(altitude: Altitude, field: str) -> Iterator[Malformed]:
    low, high = QNH_LEGAL_TENTHS
    if altitude.qnh_hpa_tenths and not low <= altitude.qnh_hpa_tenths <= high:
        yield Malformed(
            "qnh-out-of-range",
            field=f"{field}.qnh_hpa_tenths",
            remedy="write tenths of a hectopascal between 8500 and 11000, such as 10132 for 1013.2 hPa",
        )
    if altitude.qnh_hpa_tenths and altitude.ref not in ("STD", "QNH"):
        yield Malformed(
            "qnh-without-pressure-reference",
            field=f"{field}.qnh_hpa_tenths",
            remedy='leave it out, or give the altitude with ref "QNH" or "STD"',
        )


def _ground_faults(altitude: Altitude, field: str) -> Iterator[Malformed]:
    """Of what a height stands on: the ground below it, or the aerodrome."""
    low, high = altitude.ground_low_m, altitude.ground_high_m
    legal = low is None or high is None or -500 <= low <= high <= 9_000
    if (low is None) != (high is None) or not legal:
        yield Malformed(
            "bad-ground",
            field=f"{field}.ground_low_m",
            remedy="give both ends of the ground in metres above sea level, the low one first",
        )
    if low is not None and altitude.ref not in ("AGL", "QFE"):
        yield Malformed(
            "ground-without-height",
            field=f"{field}.ground_low_m",
            remedy='ground counts only with ref "AGL" or "QFE": leave it out',
        )
    if altitude.ref == "QFE" and not altitude.aerodrome:
        yield Malformed(
            "qfe-without-aerodrome",
            field=f"{field}.aerodrome",
            remedy="QFE is the height above one aerodrome: name it",
            source="messages.md, Distances: QFE with its aerodrome",
        )


def check_limits(lower: Limit, upper: Limit, box: GeoBox, *, field: str = "") -> list[Refused]:
    """Faults of a pair of limits: each one's own, legal open words, and an upper limit certainly below the
    lower.

    Limits of two references whose intervals cross are legal: nobody can say which is higher.
    """
    faults: list[Refused] = []
    for name, limit, wrong in (("lower", lower, "unlimited"), ("upper", upper, "")):
        if isinstance(limit, Altitude):
            faults += check_altitude(limit, field=f"{field}.{name}".lstrip("."))
        elif limit == wrong:
            faults.append(
                Refused(
                    "malformed",
                    f"{field}.{name}".lstrip("."),
                    "unlimited-floor",
                    'write an altitude or "surface" as the lower limit',
                )
            )
    if not faults and certainly_below(as_upper(upper, box), as_lower(lower, box)):
        faults.append(
            Refused(
                "malformed",
                f"{field}.upper".lstrip("."),
                "upper-below-lower",
                "exchange lower and upper, or check their units and references",
                "judgement.md, Bad input",
            )
        )
    return faults


def interval_tmm(
    altitude: Altitude, box: GeoBox, *, ground_tmm: tuple[int, int] = EARTH_GROUND_TMM
) -> tuple[int, int]:
    """(lowest, highest) that this altitude can be above the WGS84 ellipsoid anywhere in `box`, in tmm.

    `ground_tmm` bounds the ground above mean sea level where an AGL or QFE altitude does not say it itself.
    """
    value = altitude.value_tmm
    if altitude.ref == "WGS84":
        return value, value
    geoid_low, geoid_high = undulation_range_tmm(box)
    low = value + geoid_low - BOUND_TMM
    high = value + geoid_high + BOUND_TMM
    if altitude.ref == "MSL":
        return low, high
    if altitude.ref == "STD" and not altitude.qnh_hpa_tenths:
        return low - STD_UNCERTAINTY_TMM, high + STD_UNCERTAINTY_TMM
    if altitude.ref == "STD":
        shift = -pressure_height_tmm(altitude.qnh_hpa_tenths)
        spread = _pressure_spread_tmm(value + shift)
        return low + shift - spread, high + shift + spread
    if altitude.ref == "QNH":
        spread = _pressure_spread_tmm(value)
        return low - spread, high + spread
    if altitude.ground_low_m is not None and altitude.ground_high_m is not None:
        ground_tmm = altitude.ground_low_m * TENTH_MM_PER_METRE, altitude.ground_high_m * TENTH_MM_PER_METRE
    spread = _pressure_spread_tmm(value) if altitude.ref == "QFE" else 0
    return low + ground_tmm[0] - spread, high + ground_tmm[1] + spread


def as_lower(limit: Limit, box: GeoBox, *, ground_tmm: tuple[int, int] = EARTH_GROUND_TMM) -> Level:
    """A floor at a place. `surface`, `unknown` and a senseless `unlimited` reach down without end
    (protective).
    """
    if isinstance(limit, Altitude):
        return Level(_datum(limit), limit.value_tmm, *interval_tmm(limit, box, ground_tmm=ground_tmm))
    return Level("", BOTTOMLESS_TMM, BOTTOMLESS_TMM, BOTTOMLESS_TMM)


def as_upper(limit: Limit, box: GeoBox, *, ground_tmm: tuple[int, int] = EARTH_GROUND_TMM) -> Level:
    """A ceiling at a place. `surface` is 0 AGL; `unlimited` and `unknown` have no end."""
    if isinstance(limit, Altitude):
        return Level(_datum(limit), limit.value_tmm, *interval_tmm(limit, box, ground_tmm=ground_tmm))
    if limit == "surface":
        return as_upper(_ON_THE_GROUND, box, ground_tmm=ground_tmm)
    return Level("", ENDLESS_TMM, ENDLESS_TMM, ENDLESS_TMM)


def vertical_gap(
    a_lower: Level, a_upper: Level, b_lower: Level, b_upper: Level, *, apart: bool = False
) -> int:
    """The smallest possible vertical distance between two blocks, tmm; zero or less where they may touch or
    overlap.

    A conflict at minimum H is `gap <= 0 or gap < H`: exactly H apart is legal, one shared level is not.
    `apart` is true when the two may stand over different ground (a horizontal minimum above zero): heights
    above ground are then compared over the ellipsoid.
    """
    return max(_rise(a_lower, b_upper, apart), _rise(b_lower, a_upper, apart))


def vertical_uncertainty(
    a_lower: Level, a_upper: Level, b_lower: Level, b_upper: Level, *, apart: bool = False
) -> int:
    """How much larger the gap of `vertical_gap` could be at the other end of the intervals, tmm; 0 when
    exact.
    """
    a_over_b = _rise(a_lower, b_upper, apart), a_lower, b_upper
    b_over_a = _rise(b_lower, a_upper, apart), b_lower, a_upper
    _, lower, upper = max(a_over_b, b_over_a, key=lambda side: side[0])
    if _same_datum(lower, upper, apart):
        return 0
    return (lower.high_tmm - lower.low_tmm) + (upper.high_tmm - upper.low_tmm)


def prefilter_band(lower: Level, upper: Level) -> tuple[int, int]:
    """(low, high) such that the gap between the bands of two volumes is never above their `vertical_gap`.

    The interval alone would not do: two limits of one reference compare by value, and their intervals may lie
    farther apart (other geoid heights, other ground, other settings).
    """
    return min(lower.low_tmm, lower.value_tmm), max(upper.high_tmm, upper.value_tmm)


def certainly_below(upper: Level, lower: Level) -> bool:
    """Whether the ceiling is below the floor whatever the uncertainty."""
    if _same_datum(lower, upper, False):
        return upper.value_tmm < lower.value_tmm
    return upper.high_tmm < lower.low_tmm


_ON_THE_GROUND = Altitude(0, "m", "AGL")


def _rise(lower: Level, upper: Level, apart: bool) -> int:
    """How far this floor is above that ceiling, at least."""
    if _same_datum(lower, upper, apart):
        return lower.value_tmm - upper.value_tmm
    return lower.low_tmm - upper.high_tmm


def _same_datum(lower: Level, upper: Level, apart: bool) -> bool:
    return lower.datum == upper.datum != "" and not (apart and lower.datum == "AGL")


def _datum(altitude: Altitude) -> str:
    if altitude.ref == "QNH":
        if altitude.qnh_hpa_tenths:
            return f"QNH {altitude.qnh_hpa_tenths}"
        return f"QNH at {altitude.aerodrome}" if altitude.aerodrome else ""
    if altitude.ref == "QFE":
        return f"QFE at {altitude.aerodrome}" if altitude.aerodrome else ""
    return altitude.ref


@lru_cache(maxsize=256)
def pressure_height_tmm(hpa_tenths: int) -> int:
    """Pressure altitude of a setting in the standard atmosphere: h = 44,330.77 m · (1 − (p/p₀)^0.1902632).

    ICAO Doc 7488 (troposphere): T₀/L = 288.15/0.0065 m, exponent R·L/g. Settings outside the legal range are
    taken at its end.
    """
    low, high = QNH_LEGAL_TENTHS
    pressure = min(max(hpa_tenths, low), high)
    return math.floor(443_307_700 * (1 - math.pow(pressure / STD_HPA_TENTHS, 0.190_263_2)) + 0.5)


def _pressure_spread_tmm(height_tmm: int) -> int:
    return min(max(PRESSURE_FLOOR_TMM, -(-abs(height_tmm) * 4 // 100)), STD_UNCERTAINTY_TMM)
