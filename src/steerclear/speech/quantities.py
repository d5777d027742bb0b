"""Quantities as people write them (`5 NM`, `3 min`, `FL350`, `121.5 MHz`, `201405ZOCT15`) → the wire's
integers.

Exact: figures are read as decimals and rounded once, to the nearest unit of the wire (half away from zero).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.space.altitude_text import parse_limit
from steerclear.units import format_time, parse_dtg

_FIGURE = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?) ?([A-Za-z/°]+)", re.ASCII)
_D = Decimal

UNITS: Final[Mapping[str, Mapping[str, Decimal]]] = {
    "mm": {"mm": _D(1), "m": _D(1000), "km": _D(1_000_000), "nm": _D(1_852_000), "ft": _D("304.8")},
    "tmm": {"mm": _D(10), "m": _D(10_000), "ft": _D(3048)},
    "ms": {
        "ms": _D(1),
        "s": _D(1000),
        "min": _D(60_000),
        "h": _D(3_600_000),
        "d": _D(86_400_000),
        "days": _D(86_400_000),
    },
    "s": {"s": _D(1), "min": _D(60), "h": _D(3600)},
    "hz": {"hz": _D(1), "khz": _D(1000), "mhz": _D(1_000_000)},
    "cdeg": {"deg": _D(100), "°": _D(100)},
    "mm/s": {
        "mm/s": _D(1),
        "m/s": _D(1000),
        "kt": _D(1_852_000) / 3600,
        "km/h": _D(1_000_000) / 3600,
        "ft/min": _D("304.8") / 60,
    },
    "e7": {"deg": _D(10_000_000), "°": _D(10_000_000)},
}
"""Wire unit → what may be written for it, in lower case (`NM` and `nm` are nautical miles)."""


def quantity(text: str, unit: str, *, field: str = "") -> int:
    """`"5 NM"` as an integer of the wire unit. Raises `Malformed` `bad-quantity`."""
    match = _FIGURE.fullmatch(text.strip())
    factor = UNITS[unit].get(match[2].lower()) if match else None
    if match is None or factor is None:
        names = ", ".join(UNITS[unit])
        raise Malformed("bad-quantity", field=field, remedy=f"write a figure and one of: {names}")
    return whole(_D(match[1]) * factor)


def whole(value: Decimal) -> int:
    """Rounded to the nearest integer, half away from zero."""
    return int(value.quantize(_D(1), rounding=ROUND_HALF_UP))


def degrees_e7(value: Any, most: int, *, field: str = "") -> int:
    """Decimal degrees (a number, or `33.5138` as text) as 1e-7 degree; `most` is 90 or 180.

    Raises `Malformed` `bad-degrees` or `out-of-range`.
    """
    try:
        degrees = (
            _D(str(value)) if isinstance(value, int | str | Decimal) and not isinstance(value, bool) else None
        )
    except ArithmeticError:
        degrees = None
    if degrees is None or not degrees.is_finite():
        raise Malformed("bad-degrees", field=field, remedy="write decimal degrees such as 33.5138")
    if abs(degrees) > most:
        raise Malformed("out-of-range", field=field, remedy=f"between -{most} and {most} degrees")
    return whole(degrees * 10_000_000)


def time(value: Any, *, field: str = "") -> Any:
    """RFC 3339 text of a TOML date-time or a date-time group; other text is left for the desk to judge.

    Raises `Malformed` `no-zone` for a local date-time, `bad-date-time-group`.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise Malformed("no-zone", field=field, remedy=f"write the zone: {value.isoformat()}Z for UTC")
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds").replace(
            "+00:00", "Z"
        )
    if isinstance(value, str) and re.fullmatch(r"[0-9]{6}[Zz][A-Za-z]{3}[0-9]{2}", value.strip()):
        return format_time(parse_dtg(value.strip().upper(), field=field))
    return value


def altitude(text: str, *, field: str = "") -> Any:
    """`FL350`, `5000 ft MSL`, `3000 ft QNH 1013.2`, `surface`, `unlimited` as the wire's altitude; raises
    `Malformed` as `space.altitude_text` does."""
    return msgspec.to_builtins(parse_limit(text, field=field))
