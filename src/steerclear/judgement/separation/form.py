"""Movers as a person writes them for the what-if: decimal degrees, `FL310`, `240 m/s`, a time with its zone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal, TypeVar, get_args

import msgspec

from steerclear.errors import Malformed, Refused, refusal
from steerclear.judgement.separation.state import Fix, State
from steerclear.space.altitude import Altitude, Limit, check_altitude
from steerclear.speech import quantities
from steerclear.units import parse_time

_SOURCE: Final = "judgement.md, Bad input"
_FAST_MM_S: Final = 10_000_000
Form = TypeVar("Form", bound=msgspec.Struct)
Class = Literal[
    "",
    "aircraft",
    "fixed_wing",
    "rotary",
    "unmanned",
    "tanker_airlift",
    "balloon",
    "combat",
    "ship",
    "ground",
]
"""What moves; areas have no class here."""


class FixForm(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A place that the mover declared to be at, by when."""

    lat: Any
    lon: Any
    time: Any
    altitude: Any = None


class MoverForm(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One mover of the document. Velocities over the ground (`"240 m/s"`, `"480 kt"`; up also `"-1500 ft/min"`);
    what is left out is not known. `position_sigma` and `velocity_sigma` are standard deviations, `altitude_error` is a
    bound, `legs` is declared intent."""

    id: str
    lat: Any
    lon: Any
    time: Any
    mover: Class = ""
    party: str = ""
    mode: str = "REAL"
    altitude: Any = "unknown"
    altitude_error: str = "0 m"
    east: str | None = None
    north: str | None = None
    up: str | None = None
    position_sigma: str | None = None
    velocity_sigma: str | None = None
    legs: list[Any] = []


def mover_of(row: Any, field: str, faults: list[Refused]) -> State | None:
    """The state that a row tells of; None where it has faults, which are added."""
    found: list[Refused] = []
    state = None
    try:
        form = _converted(row, MoverForm)
        state = _state(form, field, found)
    except Malformed as error:
        found.append(refusal(error))
    except (msgspec.ValidationError, RecursionError) as error:
        said, _, path = str(error).partition(" - at `$")
        found.append(Refused("malformed", field + path.rstrip("`"), "bad-mover", _remedy(said), _SOURCE))
    faults += found
    return None if found else state


def _remedy(said: str) -> str:
    """What is wrong with the row, and what may stand there."""
    if "enum value" in said:
        known = ", ".join(sorted({*get_args(Class)} - {""}))
        return f"{said}: one of {known}, or left out where it is not known"
    if "Expected `str" in said:
        return f'{said}: write it as text in quotes, a figure with its unit, such as "240 m/s"'
    if "field" in said:
        mover, leg = (", ".join(form.__struct_fields__) for form in (MoverForm, FixForm))
        return f"{said}: a mover has {mover}; a leg {leg}"
    return said


def _converted(row: Any, form: type[Form]) -> Form:
    return msgspec.convert(row, form, strict=True)


def _state(form: MoverForm, field: str, faults: list[Refused]) -> State:
    lat_e7, lon_e7 = _place(form.lat, form.lon, field)
    at_ms = _time(form.time, f"{field}.time")
    return State(
        id=form.id,
        mover=form.mover,
        party=form.party,
        mode=form.mode,
        at_ms=at_ms,
        lat_e7=lat_e7,
        lon_e7=lon_e7,
        altitude=_altitude(form.altitude, f"{field}.altitude", faults),
        altitude_error_tmm=_sigma(form.altitude_error, "tmm", f"{field}.altitude_error") or 0,
        east_mm_s=_speed(form.east, f"{field}.east"),
        north_mm_s=_speed(form.north, f"{field}.north"),
        up_mm_s=_speed(form.up, f"{field}.up"),
        sigma_pos_mm=_sigma(form.position_sigma, "mm", f"{field}.position_sigma"),
        sigma_vel_mm_s=_sigma(form.velocity_sigma, "mm/s", f"{field}.velocity_sigma"),
        legs=tuple(_legs(form.legs, at_ms, f"{field}.legs", faults)),
    )


def _legs(rows: list[Any], at_ms: int, field: str, faults: list[Refused]) -> list[Fix]:
    legs: list[Fix] = []
    for i, row in enumerate(rows):
        at = f"{field}[{i}]"
        form = _converted(row, FixForm)
        lat_e7, lon_e7 = _place(form.lat, form.lon, at)
        when = _time(form.time, f"{at}.time")
        if when <= (legs[-1].at_ms if legs else at_ms):
            raise Malformed("leg-not-later", field=f"{at}.time", remedy="each fix later than the one before")
        altitude = None if form.altitude is None else _altitude(form.altitude, f"{at}.altitude", faults)
        legs.append(Fix(at_ms=when, lat_e7=lat_e7, lon_e7=lon_e7, altitude=altitude))
    return legs


def _place(lat: Any, lon: Any, field: str) -> tuple[int, int]:
    return (
        quantities.degrees_e7(_plain(lat), 90, field=f"{field}.lat"),
        quantities.degrees_e7(_plain(lon), 180, field=f"{field}.lon"),
    )


def _plain(value: Any) -> Any:
    """The shortest decimal of a float, whatever parser made it."""
    return Decimal(str(value)) if isinstance(value, float) else value


def _time(value: Any, field: str) -> int:
    text = quantities.time(value, field=field)
    return int(parse_time(text, field=field))


def _altitude(value: Any, field: str, faults: list[Refused]) -> Limit:
    wire = quantities.altitude(value, field=field) if isinstance(value, str) else value
    if isinstance(wire, Mapping):
        made = msgspec.convert(wire, Altitude, strict=True)
        faults += check_altitude(made, field=field)
        return made
    if wire == "unknown":
        return "unknown"
    raise Malformed(
        "bad-altitude", field=field, remedy='write "FL310", "5000 ft MSL" or "unknown"', source=_SOURCE
    )


def _speed(text: str | None, field: str) -> int | None:
    if text is None:
        return None
    speed = quantities.quantity(text, "mm/s", field=field)
    if abs(speed) > _FAST_MM_S:
        raise Malformed("out-of-range", field=field, remedy="at most 10,000 m/s", source=_SOURCE)
    return speed


def _sigma(text: str | None, unit: str, field: str) -> int | None:
    return None if text is None else _least(quantities.quantity(text, unit, field=field), field)


def _least(value: int, field: str) -> int:
    if not 0 <= value <= 10**10:
        raise Malformed(
            "out-of-range", field=field, remedy="0 or more, and no more than 1,000 km", source=_SOURCE
        )
    return value
