"""Cursor on Target in: events in XML, one after the other on a stream, each a claim of whoever sent it.

MITRE, Cursor on Target Message Router User's Guide, and the event schema 2.0. Only atoms (`a-…`) are
movers, and only in the air, on the sea and on the ground. Affiliation, the second part of a type, is never
read: the two sides agree on no friend and no foe (design/feeds-and-console.md), and no field of ours could
hold it (boundary.md). 9999999 means unknown; `ce` and `le` are one standard deviation; course and speed
are degrees and metres a second. Entities and DTDs are refused (defusedxml).
"""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree import ElementTree

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from steerclear.errors import Malformed
from steerclear.feeds import classes
from steerclear.feeds.batch import callsign, ident
from steerclear.feeds.codes import MOVER, ORIGIN, REFERENCE, UNIT
from steerclear.feeds.columns import SPEED_MPS, in_bounds, numbers, read_of, velocity
from steerclear.feeds.drops import Drops
from steerclear.feeds.quality import SIGMA_TO_95_CIRCULAR, SIGMA_TO_95_LINEAR
from steerclear.feeds.reader import Read
from steerclear.units import parse_time

MOST: Final = 65_536
"""Bytes of one event; larger ones carry pictures."""
_UNKNOWN: Final = 9_999_999.0
_START: Final = re.compile(rb"<event[\s>/]")
_END: Final = re.compile(rb"</event\s*>|<event\b[^<>]*/>")
_NAN: Final = float("nan")

Row = tuple[str, int, float, float, float, float, float, float, float, int, str]


class Reader:
    """A stream of events, cut anywhere; a datagram is a chunk with one event."""

    def __init__(self) -> None:
        self._rest = b""

    def read(self, chunk: bytes, received_ms: int) -> Read:
        data, drops, rows, seen = self._rest + chunk, Drops(), list[Row](), 0
        place = 0
        while True:
            start = _START.search(data, place)
            if start is None:
                self._rest = data[max(place, len(data) - 8) :]
                break
            end = _END.search(data, start.start())
            if end is None:
                self._rest = data[start.start() :]
                if len(self._rest) > MOST:
                    self._rest, seen = b"", seen + 1
                    drops["too-long"] = drops.get("too-long", 0) + 1
                break
            seen, place = seen + 1, end.end()
            read = _event(data[start.start() : place])
            if isinstance(read, str):
                drops[read] = drops.get(read, 0) + 1
            else:
                rows.append(read)
        return read_of(rows, _columns, drops, seen, received_ms)


def _event(data: bytes) -> Row | str:
    """A row, or why there is none."""
    if len(data) > MOST:
        return "too-long"
    try:
        event = fromstring(data, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        return "malformed"
    parts = event.get("type", "").split("-")
    if parts[0] != "a" or len(parts) < 3:
        return "not-used"
    mover = _mover("-".join(parts[2:]))
    if mover is None:
        return "not-a-mover"
    uid, point = event.get("uid", ""), event.find("point")
    if not uid:
        return "no-identity"
    if point is None:
        return "no-position"
    try:
        at_ms = int(parse_time(_milliseconds(event.get("time", ""))))
        lat, lon, hae, ce, le = (float(point.get(name, "nan")) for name in ("lat", "lon", "hae", "ce", "le"))
        track, contact = event.find("detail/track"), event.find("detail/contact")
        speed, course = (
            (_NAN, _NAN) if track is None else (float(track.get(name, "nan")) for name in ("speed", "course"))
        )
    except Malformed:
        return "no-time"
    except ValueError:
        return "malformed"
    name = callsign(contact.get("callsign", "")) if contact is not None else ""
    return ident("cot", uid), at_ms, lat, lon, hae, ce, le, speed, course, mover, name


def _mover(function: str) -> int | None:
    """The longest row of the table that the function begins with; None outside air, sea and ground."""
    table = classes.movers("cot")
    parts = function.split("-")
    for count in range(len(parts), 0, -1):
        code = table.get("-".join(parts[:count]))
        if code is not None:
            return code
    return None


def _milliseconds(text: str) -> str:
    """CoT times may have finer fractions than milliseconds: cut."""
    return re.sub(r"(\.\d{3})\d+", r"\1", text)


def _columns(rows: list[Row]) -> dict[str, Any]:
    uid, at_ms, lat, lon, hae, ce, le, speed, course, mover, name = (
        list(one) for one in zip(*rows, strict=True)
    )
    geom_m = _known(hae, -2_000.0, 100_000.0)
    ve, vn = velocity(_known(speed, 0.0, SPEED_MPS), _known(course, -360.0, 360.0))
    low = np.isin(mover, [MOVER["ship"], MOVER["ground"]])
    return {
        "ident": uid,
        "at_ms": np.array(at_ms, np.int64),
        "lat_deg": numbers(lat),
        "lon_deg": numbers(lon),
        "error_m": _known(ce, 0.0, 1e6) * SIGMA_TO_95_CIRCULAR,
        "alt_geom_m": geom_m,
        "alt_geom_error_m": _known(le, 0.0, 1e5) * SIGMA_TO_95_LINEAR,
        "alt_given": np.where(np.array(mover) == MOVER["ship"], np.nan, geom_m),
        "alt_unit": np.where(np.isnan(geom_m) | (np.array(mover) == MOVER["ship"]), 0, UNIT["m"]),
        "alt_ref": np.where(
            np.array(mover) == MOVER["ship"],
            REFERENCE["sea"],
            np.where(np.isnan(geom_m), 0, REFERENCE["WGS84"]),
        ),
        "on_ground": low,
        "ve_mps": ve,
        "vn_mps": vn,
        "mover": mover,
        "callsign": name,
        "origin": ORIGIN["claimed"],
    }


def _known(values: list[float], low: float, high: float) -> Any:
    made = in_bounds(numbers(values), low, high)
    return np.where(made == _UNKNOWN, np.nan, made)
