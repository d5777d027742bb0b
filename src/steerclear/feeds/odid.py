"""Remote ID as drones broadcast it: one received message a line, `TRANSMITTER HEX`, such as a receiver of
Bluetooth or Wi-Fi beacons writes.

ASTM F3411-22a, 5.4.5 (broadcast messages of 25 bytes, little-endian) and 5.4.5.24 (message packs). The
transmitter (any word, such as its hardware address) joins what says who it is (Basic ID) with what says
where (Location); until the first is heard the transmitter is the identity. Where the operator stands
(System), who it is (Operator ID) and free text (Self-ID) are never read: people are no tracks.
"""

from __future__ import annotations

import struct
from typing import Any, Final, NamedTuple

import numpy as np

from steerclear.feeds import classes, quality
from steerclear.feeds.batch import ident
from steerclear.feeds.codes import MOVER, ORIGIN, REFERENCE, UNIT
from steerclear.feeds.columns import M_PER_FT, numbers, read_of, velocity
from steerclear.feeds.drops import Drops
from steerclear.feeds.lines import Lines
from steerclear.feeds.reader import Read

SIZE: Final = 25
MOST_KEPT: Final = 50_000
HOUR_MS: Final = 3_600_000
_BASIC, _LOCATION, _PACK = 0, 1, 15
_PLACE: Final = struct.Struct("<BBBbiiHHHBBH")
"""F3411-22a table 5, bytes 1 to 22: status, direction, speed, vertical speed, latitude, longitude,
pressure and geodetic altitude, height, accuracies, tenths of a second of the hour.
"""
_NAN: Final = float("nan")


class Row(NamedTuple):
    ident: str
    mover: int
    at_ms: int
    lat_deg: float
    lon_deg: float
    error_m: float
    baro_m: float
    geom_m: float
    geom_error_m: float
    ground: bool
    speed: float
    track: float
    climb: float
    v_error_mps: float


class Reader:
    """Lines, cut anywhere."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._known: dict[str, tuple[str, int]] = {}

    def read(self, chunk: bytes, received_ms: int) -> Read:
        lines, long = self._lines.split(chunk)
        drops: Drops = {"too-long": long} if long else {}
        rows: list[Row] = []
        seen = long
        for line in lines:
            for found in self._line(line, received_ms):
                seen += 1
                if isinstance(found, Row):
                    rows.append(found)
                else:
                    drops[found] = drops.get(found, 0) + 1
        return read_of(rows, _columns, drops, seen, received_ms)

    def _line(self, line: bytes, received_ms: int) -> list[Row | str]:
        sender, _, text = line.decode("latin-1").strip().rpartition(" ")
        try:
            data = bytes.fromhex(text)
        except ValueError:
            return ["malformed"]
        messages = _messages(data)
        if messages is None or not sender:
            return ["malformed" if sender else "no-identity"]
        # who it is may stand behind where it is in one pack
        return [
            self._message(sender, one, received_ms) for one in sorted(messages, key=lambda one: one[0] >> 4)
        ]

    def _message(self, sender: str, message: bytes, received_ms: int) -> Row | str:
        kind = message[0] >> 4
        if kind == _BASIC:
            name = message[2:22].rstrip(b"\x00").decode("latin-1")
            if not message[1] >> 4 or not name:
                return "no-identity"
            if sender not in self._known and len(self._known) >= MOST_KEPT:
                del self._known[next(iter(self._known))]
            mover = classes.movers("odid").get(str(message[1] & 15), MOVER["unmanned"])
            self._known[sender] = ident("rid", name), mover
            return "kept"
        if kind != _LOCATION:
            return "not-used"
        name, mover = self._known.get(sender) or (ident("rid", sender), MOVER["unmanned"])
        return _location(name, mover, message, received_ms)


def _messages(data: bytes) -> list[bytes] | None:
    """The messages of one transmission; None where the bytes are none."""
    if len(data) == SIZE and data[0] >> 4 != _PACK:
        return [data]
    if (
        len(data) < 3
        or data[0] >> 4 != _PACK
        or data[1] != SIZE
        or len(data) < 3 + SIZE * data[2]
        or not data[2]
    ):
        return None
    return [data[3 + SIZE * i : 3 + SIZE * (i + 1)] for i in range(data[2])]


def _location(name: str, mover: int, message: bytes, received_ms: int) -> Row | str:
    status, direction, speed, climb, lat, lon, *rest = _PLACE.unpack_from(message, 1)
    baro, geom, _, accuracy, more, tenths = rest
    if not lat and not lon:
        return "no-position"
    track = direction + 180 * (status >> 1 & 1)
    return Row(
        ident=name,
        mover=mover,
        at_ms=_instant(tenths, received_ms),
        lat_deg=lat / 1e7,
        lon_deg=lon / 1e7,
        error_m=_error("odid_horizontal", accuracy & 15),
        baro_m=_height(baro),
        geom_m=_height(geom),
        geom_error_m=_error("odid_vertical", accuracy >> 4),
        ground=status >> 4 == 1,
        speed=_NAN if speed == 255 else speed * 0.75 + 63.75 if status & 1 else speed * 0.25,
        track=float(track) if track <= 360 else _NAN,
        climb=_NAN if climb == 126 else climb / 2,
        v_error_mps=_error("odid_speed", more & 15),
    )


def _height(value: int) -> float:
    """Half metres from −1,000; 0 is unknown."""
    return value / 2 - 1000 if value else _NAN


def _error(name: str, code: int) -> float:
    return float(quality.error_of(name, code))


def _instant(tenths: int, received_ms: int) -> int:
    """Of the hour that lies nearest to the reception; 0xffff says nothing."""
    if tenths > 36_000:
        return received_ms
    hour = received_ms - received_ms % HOUR_MS + tenths * 100
    return min((hour - HOUR_MS, hour, hour + HOUR_MS), key=lambda at: abs(at - received_ms))


def _columns(rows: list[Row]) -> dict[str, Any]:
    geom_m = numbers([one.geom_m for one in rows])
    ve, vn = velocity(numbers([one.speed for one in rows]), numbers([one.track for one in rows]))
    return {
        **{name: [getattr(one, name) for one in rows] for name in ("ident", "mover")},
        "at_ms": np.array([one.at_ms for one in rows], np.int64),
        **{
            name: numbers([getattr(one, name) for one in rows])
            for name in ("lat_deg", "lon_deg", "error_m", "v_error_mps")
        },
        "alt_geom_m": geom_m,
        "alt_geom_error_m": numbers([one.geom_error_m for one in rows]),
        "alt_baro_ft": numbers([one.baro_m for one in rows]) / M_PER_FT,
        "alt_given": geom_m,
        "alt_unit": np.where(np.isnan(geom_m), 0, UNIT["m"]),
        "alt_ref": np.where(np.isnan(geom_m), 0, REFERENCE["WGS84"]),
        "on_ground": [one.ground for one in rows],
        "ve_mps": ve,
        "vn_mps": vn,
        "vu_mps": numbers([one.climb for one in rows]),
        "origin": ORIGIN["own"],
    }
