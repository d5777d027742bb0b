"""SBS (BaseStation) lines, as dump1090 and its kin send them on port 30003.

Kinetic, BaseStation socket data: 22 fields between commas, `MSG` with transmission type 1 to 8. Velocity
(type 4) and call sign (type 1) come apart from the position (2 on the surface, 3 in the air): they are
kept and go with the next position. Altitude is feet on 1013.25 hPa. Times have no zone; they are read as
UTC plus `utc_offset_min` of the receiver's clock. Nothing is said about quality or about who transmitted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from steerclear.feeds import options
from steerclear.feeds.codes import ORIGIN
from steerclear.feeds.columns import (
    HEIGHT_FT,
    MPS_PER_FT_MIN,
    MPS_PER_KT,
    SPEED_MPS,
    in_bounds,
    lead_altitude,
    numbers,
    read_of,
    texts,
    velocity,
)
from steerclear.feeds.drops import Drops
from steerclear.feeds.lines import Lines
from steerclear.feeds.reader import Read
from steerclear.feeds.readsb import is_address

VELOCITY_MS: Final = 10_000
"""A velocity older than this does not go with a position. Ours; ADS-B sends both twice a second."""
MOST_KEPT: Final = 50_000
_FIELDS: Final = 22


class Reader:
    """`utc_offset_min`: minutes that the receiver's clock is ahead of UTC (its own zone)."""

    def __init__(self, utc_offset_min: int = 0) -> None:
        self._lines = Lines()
        self._offset_ms = options.whole("utc_offset_min", utc_offset_min, -840, 840) * 60_000
        self._velocity: dict[str, tuple[int, float, float, float]] = {}
        self._callsign: dict[str, str] = {}
        self._days: dict[str, int] = {}

    def read(self, chunk: bytes, received_ms: int) -> Read:
        lines, long = self._lines.split(chunk)
        drops: Drops = {"too-long": long} if long else {}
        rows: list[tuple[Any, ...]] = []
        for line in lines:
            reason = self._line(line, rows)
            if reason:
                drops[reason] = drops.get(reason, 0) + 1
        seen = len(lines) + long
        return read_of(rows, _columns, drops, seen, received_ms)

    def _line(self, line: bytes, rows: list[tuple[Any, ...]]) -> str:
        """Why the line is no row; empty when it became one."""
        fields = line.decode("latin-1").split(",")
        if fields[0] in ("SEL", "ID", "AIR", "STA", "CLK"):
            return "not-used"
        if fields[0] != "MSG" or len(fields) < _FIELDS or not fields[1].isdecimal():
            return "malformed"
        address = fields[4].strip()
        if not is_address(address):
            return "no-identity"
        name = f"anon:{address[1:].lower()}" if address[0] == "~" else f"icao:{address.lower()}"
        at_ms = self._instant(fields[6], fields[7])
        if at_ms is None:
            return "no-time"
        try:
            altitude, speed, track, lat, lon, climb = (_number(fields[i]) for i in (11, 12, 13, 14, 15, 16))
        except ValueError:
            return "malformed"
        _keep(self._callsign, name, fields[10].strip())
        if not np.isnan(speed) or not np.isnan(climb):
            _keep(self._velocity, name, (at_ms, speed, track, climb))
        if np.isnan(lat) and np.isnan(lon):
            return "no-position" if fields[1] in ("2", "3") else "kept"
        kept = self._velocity.get(name)
        if kept is None or not 0 <= at_ms - kept[0] <= VELOCITY_MS:
            kept = (at_ms, speed, track, climb)
        ground = fields[21].strip() in ("-1", "1") or fields[1] == "2"
        rows.append((name, at_ms, lat, lon, altitude, *kept[1:], self._callsign.get(name, ""), ground))
        return ""

    def _instant(self, day: str, clock: str) -> int | None:
        """`2026/11/22`, `10:20:30.123` in ms; days are looked up, for all lines of a day share one."""
        midnight = self._days.get(day)
        if midnight is None:
            try:
                moment = datetime.strptime(day, "%Y/%m/%d").replace(tzinfo=UTC)
            except ValueError:
                return None
            self._days = {day: (midnight := int(moment.timestamp()) * 1000)}
        hours, _, rest = clock.partition(":")
        minutes, _, seconds = rest.partition(":")
        try:
            ms = (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)
        except (ValueError, OverflowError):
            return None
        return midnight + ms - self._offset_ms if 0 <= ms < 86_401_000 else None


def _number(text: str) -> float:
    """A field, NaN when empty. Raises `ValueError`."""
    return float(text) if text.strip() else float("nan")


def _keep(into: dict[str, Any], name: str, value: Any) -> None:
    """Remember what goes with the next position; the oldest is let go of above the cap."""
    if not value:
        return
    if name not in into and len(into) >= MOST_KEPT:
        del into[next(iter(into))]
    into[name] = value


def _columns(rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    ident, at_ms, lat, lon, altitude, speed, track, climb, callsign, ground = (
        list(one) for one in zip(*rows, strict=True)
    )
    on_ground = np.array(ground)
    baro_ft = np.where(on_ground, np.nan, in_bounds(numbers(altitude), *HEIGHT_FT))
    ve, vn = velocity(in_bounds(numbers(speed) * MPS_PER_KT, 0.0, SPEED_MPS), numbers(track))
    return {
        "ident": ident,
        "at_ms": np.array(at_ms, np.int64),
        "lat_deg": numbers(lat),
        "lon_deg": numbers(lon),
        "alt_baro_ft": baro_ft,
        **lead_altitude(baro_ft, np.full(len(rows), np.nan), on_ground),
        "on_ground": on_ground,
        "ve_mps": ve,
        "vn_mps": vn,
        "vu_mps": in_bounds(numbers(climb) * MPS_PER_FT_MIN, -SPEED_MPS, SPEED_MPS),
        "callsign": texts(callsign),
        "origin": ORIGIN["own"],
    }
