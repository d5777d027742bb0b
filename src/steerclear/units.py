"""Quantities as integers with their unit in the name; conversion happens here and nowhere else.

Time is Unix milliseconds UTC, horizontal distance millimetres, altitude tenths of a millimetre (so that a foot,
304.8 mm, is exact), position 1e-7 degree. Floats appear only inside `space` and `kernels`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NewType

from steerclear.errors import Malformed

UnixMs = NewType("UnixMs", int)
Millimetres = NewType("Millimetres", int)
TenthMm = NewType("TenthMm", int)
DegE7 = NewType("DegE7", int)

TENTH_MM_PER_FOOT = 3048
TENTH_MM_PER_METRE = 10_000
MM_PER_NAUTICAL_MILE = 1_852_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII
)
_TIMES = "judgement.md, Geometry: times carry a zone"
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DTG = re.compile(r"(\d{2})(\d{2})(\d{2})Z([A-Z]{3})(\d{2})", re.ASCII)


def parse_time(text: str, *, field: str = "") -> UnixMs:
    """RFC 3339 with a zone, to the millisecond (finer digits are refused, not cut).

    Raises `Malformed` with rule `no-zone` when the zone is missing, `bad-time` otherwise.
    """
    local, has_zone = parse_time_lenient(text, field=field)
    if not has_zone:
        raise Malformed(
            "no-zone",
            field=field,
            remedy=f"write the zone, for example {text}Z for UTC",
            source=_TIMES,
        )
    return local


def parse_time_lenient(text: str, *, field: str = "") -> tuple[UnixMs, bool]:
    """(instant read as UTC where the zone is missing, whether it carried a zone); for what arrives from others."""
    match = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    bad = Malformed(
        "bad-time", field=field, remedy="write RFC 3339 such as 2015-10-20T14:05:00Z", source=_TIMES
    )
    if match is None:
        raise bad
    day, clock, fraction, zone = match.groups()
    if fraction is not None and fraction[3:].strip("0"):
        raise Malformed("bad-time", field=field, remedy="at most three digits of a second", source=_TIMES)
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
    except ValueError:
        raise bad from None
    ms = int((moment - _EPOCH) / timedelta(milliseconds=1)) + int(((fraction or "") + "000")[:3])
    if zone and zone not in "Zz":
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        if hours > 14 or minutes > 59:
            raise bad
        offset = (hours * 60 + minutes) * 60_000
        ms -= offset if zone[0] == "+" else -offset
    return UnixMs(ms), zone is not None


def format_time(ms: int) -> str:
    """`2015-10-20T14:05:00Z`, with milliseconds only when there are any."""
    moment = _EPOCH + timedelta(milliseconds=ms)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{ms % 1000:03d}Z" if ms % 1000 else f"{text}Z"


def format_dtg(ms: int) -> str:
    """A date-time group in UTC, cut to the minute: `201405ZOCT15` (ACP 121 form)."""
    moment = _EPOCH + timedelta(milliseconds=ms)
    return f"{moment:%d%H%M}Z{_MONTHS[moment.month - 1]}{moment:%y}"


def parse_dtg(text: str, *, field: str = "") -> UnixMs:
    """`201405ZOCT15` → its instant; two-digit years are 2000 to 2099."""
    match = _DTG.fullmatch(text)
    if match is None or match[4] not in _MONTHS:
        raise Malformed("bad-date-time-group", field=field, remedy="write DDHHMMZMONYY such as 201405ZOCT15")
    day, hour, minute, month, year = match.groups()
    try:
        moment = datetime(
            2000 + int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), tzinfo=UTC
        )
    except ValueError:
        raise Malformed(
            "bad-date-time-group", field=field, remedy="that day or hour does not exist"
        ) from None
    return UnixMs(int((moment - _EPOCH) / timedelta(milliseconds=1)))
