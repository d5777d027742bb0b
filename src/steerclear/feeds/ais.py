"""AIS: ships, and aircraft in search and rescue, out of NMEA 0183 sentences.

ITU-R M.1371-5, annex 8. Positions are messages 1, 2, 3 (class A), 9 (SAR aircraft), 18, 19 (class B), 27
(long range); 5 and 24 give name and class, which go with the next position. Unknown: longitude 181, latitude
91, course 360, speed 102.3, heading 511, height 4095. Base stations and aids to navigation are no movers. A
man overboard, an AIS-SART and an EPIRB (MMSI 972, 970 and 974, navigational status 14) are survivors:
counted, and left out of tracks (boundary.md).

A message carries the second of its minute only. The minute is that of the tag block (`c:`) or of `$PGHP`,
else of the reception, and up to 3 s after it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from steerclear.feeds import quality
from steerclear.feeds.batch import callsign
from steerclear.feeds.codes import MOVER, ORIGIN, REFERENCE, UNIT
from steerclear.feeds.columns import MPS_PER_KT, numbers, read_of, velocity
from steerclear.feeds.drops import Drops
from steerclear.feeds.lines import Lines
from steerclear.feeds.nmea import Bits, Messages
from steerclear.feeds.reader import Read

MOST_KEPT: Final = 200_000
_NAN: Final = float("nan")
_AHEAD_MS: Final = 3_000
_SURVIVORS: Final = (970, 972, 974)
_RESCUE: Final = {1: MOVER["fixed_wing"], 5: MOVER["rotary"]}
_SHORTEST: Final = {1: 168, 2: 168, 3: 168, 5: 420, 9: 168, 18: 168, 19: 312, 24: 160, 27: 96}
"""Bits of a message, M.1371-5; receivers cut spare bits of 5 and 27, so a few less than written there."""

Row = tuple[int, int, float, float, float, float, float, float, int]
"""mmsi, at_ms, lat, lon, error, knots, course, height in metres (NaN: at sea), mover."""


class Reader:
    """Lines of one receiver, cut anywhere."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._messages = Messages()
        self._names: dict[int, str] = {}
        errors = quality.table()["ais"]
        self._errors = (errors["low"], errors["high"], errors["long_range"])

    def read(self, chunk: bytes, received_ms: int) -> Read:
        lines, long = self._lines.split(chunk)
        drops: Drops = {"too-long": long} if long else {}
        rows: list[Row] = []
        seen = long
        for line in lines:
            message = self._messages.add(line, received_ms)
            if message is None:
                continue
            seen += 1
            if not isinstance(message, str):
                base_ms = received_ms if message.sent_s is None else round(message.sent_s * 1000)
                read = self._message(message.bits, base_ms)
                if not isinstance(read, str):
                    rows.append(read)
                    continue
                message = read
            drops[message] = drops.get(message, 0) + 1
        overdue = self._messages.overdue(received_ms)
        if overdue:
            drops["incomplete"], seen = drops.get("incomplete", 0) + overdue, seen + overdue
        return read_of(rows, self._columns, drops, seen, received_ms)

    def _message(self, bits: Bits, base_ms: int) -> Row | str:
        """A row, or the reason why there is none."""
        kind = bits.u(0, 6)
        if kind in (4, 21):
            return "not-a-mover"
        if kind not in _SHORTEST:
            return "not-used" if 1 <= kind <= 27 else "malformed"
        if bits.size < _SHORTEST[kind]:
            return "malformed"
        mmsi = bits.u(8, 30)
        if not 0 < mmsi <= 999_999_999:
            return "no-identity"
        if (
            mmsi // 1_000_000 in _SURVIVORS
            or (kind <= 3 and bits.u(38, 4) == 14)
            or (kind == 27 and bits.u(40, 4) == 14)
        ):
            return "distress-beacon"
        match kind:
            case 1 | 2 | 3:
                return self._position(bits, mmsi, base_ms, 50, 137)
            case 18 | 19:
                if kind == 19:
                    self._name(mmsi, bits.text(143, 20))
                return self._position(bits, mmsi, base_ms, 46, 133)
            case 9:
                return self._aircraft(bits, mmsi, base_ms)
            case 27:
                return self._long_range(bits, mmsi, base_ms)
            case 5:
                self._name(mmsi, bits.text(112, 20))
            case _ if bits.u(38, 2) == 0:
                self._name(mmsi, bits.text(40, 20))
        return "kept"

    def _position(self, bits: Bits, mmsi: int, base_ms: int, speed: int, second: int) -> Row:
        """Speed in tenths of a knot, accuracy, longitude and latitude in 1/10,000 minute, course, heading,
        second.
        """
        accuracy = speed + 10
        at = accuracy + 1
        return (
            mmsi,
            _instant(bits.u(second, 6), base_ms),
            _degrees(bits.i(at + 28, 27), 600_000, 91),
            _degrees(bits.i(at, 28), 600_000, 181),
            self._errors[bits.u(accuracy, 1)],
            _below(bits.u(speed, 10), 1023, 10),
            _below(bits.u(at + 55, 12), 3600, 10),
            _NAN,
            MOVER["ship"],
        )

    def _aircraft(self, bits: Bits, mmsi: int, base_ms: int) -> Row:
        """Message 9: height in metres above sea level, speed in knots. MMSI 111 MID a xx: 1 fixed wing, 5
        helicopter.
        """
        row = self._position(bits, mmsi, base_ms, 50, 128)
        mover = _RESCUE.get(mmsi // 100 % 10, 0) if mmsi // 1_000_000 == 111 else 0
        height = bits.u(38, 12)
        # an aircraft without a height stays an aircraft: infinity says so until `_columns`
        metres = float(height) if height < 4094 else float("inf")
        return (*row[:5], _below(bits.u(50, 10), 1023, 1), row[6], metres, mover)

    def _long_range(self, bits: Bits, mmsi: int, base_ms: int) -> Row:
        """Message 27: tenths of a minute, whole knots and degrees, no second."""
        return (
            mmsi,
            base_ms,
            _degrees(bits.i(62, 17), 600, 91),
            _degrees(bits.i(44, 18), 600, 181),
            self._errors[2],
            _below(bits.u(79, 6), 63, 1),
            _below(bits.u(85, 9), 360, 1),
            _NAN,
            MOVER["ship"],
        )

    def _name(self, mmsi: int, name: str) -> None:
        if mmsi not in self._names and len(self._names) >= MOST_KEPT:
            del self._names[next(iter(self._names))]
        self._names[mmsi] = callsign(name)

    def _columns(self, rows: list[Row]) -> dict[str, Any]:
        mmsi, at_ms, lat, lon, error, knots, course, height, mover = (
            list(one) for one in zip(*rows, strict=True)
        )
        aloft = ~np.isnan(np.array(height))
        metres = numbers(height)
        stated = ~np.isnan(metres)
        ve, vn = velocity(np.array(knots) * MPS_PER_KT, np.array(course))
        return {
            "ident": [f"mmsi:{one:09d}" for one in mmsi],
            "at_ms": np.array(at_ms, np.int64),
            "lat_deg": np.array(lat),
            "lon_deg": np.array(lon),
            "error_m": np.array(error),
            "alt_given": metres,
            "alt_unit": np.where(stated, UNIT["m"], 0),
            "alt_ref": np.where(stated, REFERENCE["MSL"], np.where(aloft, 0, REFERENCE["sea"])),
            "on_ground": ~aloft,
            "ve_mps": ve,
            "vn_mps": vn,
            "mover": mover,
            "callsign": [self._names.get(one, "") for one in mmsi],
            "origin": ORIGIN["own"],
        }


def _degrees(value: int, scale: int, unknown: int) -> float:
    return _NAN if value == unknown * scale else value / scale


def _below(value: int, unknown: int, scale: int) -> float:
    return value / scale if value < unknown else _NAN


def _instant(second: int, base_ms: int) -> int:
    """The last instant with this second of its minute that is no later than 3 s after `base_ms`; 60 and
    above say nothing.
    """
    if second > 59:
        return base_ms
    back = (base_ms + _AHEAD_MS - second * 1000) % 60_000
    return base_ms + _AHEAD_MS - back
