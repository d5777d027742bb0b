"""Remote ID: the flights that a network service of ASTM F3411 answers, as JSON, versions 19 and 22a.

F3411-22a A4 (`GetFlightsResponse`): `flights[].current_state` with `position` (`alt` above the WGS84
ellipsoid, −1000 unknown), `speed` (255 unknown), `track` (361 unknown), `vertical_speed` (63 unknown),
accuracies as names with their figures. Where the operator stands, who it is, and where the flight began
are never read: people are no tracks.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np

from steerclear.errors import Malformed
from steerclear.feeds.batch import ident
from steerclear.feeds.codes import MOVER, ORIGIN, REFERENCE, UNIT
from steerclear.feeds.columns import M_PER_FT, in_bounds, numbers, read_of, velocity
from steerclear.feeds.documents import document, each
from steerclear.feeds.drops import Drops
from steerclear.feeds.reader import Read
from steerclear.units import parse_time

_NAN: Final = float("nan")
H_ACCURACY_M: Final = {
    "HA10NMPlus": _NAN,
    "HA10NM": 18_520.0,
    "HA4NM": 7_408.0,
    "HA2NM": 3_704.0,
    "HA1NM": 1_852.0,
    "HA05NM": 926.0,
    "HA03NM": 555.6,
    "HA01NM": 185.2,
    "HA005NM": 92.6,
    "HA30m": 30.0,
    "HA10m": 10.0,
    "HA3m": 3.0,
    "HA1m": 1.0,
}
"""F3411-22a A4, HorizontalAccuracy (from GVA and NACp): 95 %."""
V_ACCURACY_M: Final = {"VA150m": 150.0, "VA45m": 45.0, "VA25m": 25.0, "VA10m": 10.0, "VA3m": 3.0, "VA1m": 1.0}
SPEED_ACCURACY_MPS: Final = {"SA10mps": 10.0, "SA3mps": 3.0, "SA1mps": 1.0, "SA03mps": 0.3}


class Position(msgspec.Struct, gc=False):
    lat: float | None = None
    lng: float | None = None
    alt: float | None = None
    pressure_altitude: float | None = None
    accuracy_h: str | None = None
    accuracy_v: str | None = None


class Stamp(msgspec.Struct, gc=False):
    value: str = ""


class State(msgspec.Struct, gc=False):
    timestamp: Stamp | str = ""
    operational_status: str | None = None
    position: Position | None = None
    track: float | None = None
    speed: float | None = None
    vertical_speed: float | None = None
    speed_accuracy: str | None = None


class Flight(msgspec.Struct, gc=False):
    id: str = ""
    current_state: State | None = None
    simulated: bool | None = None


class _Answer(msgspec.Struct, gc=False):
    flights: list[msgspec.Raw]


_answer = msgspec.json.Decoder(_Answer)
_one = msgspec.json.Decoder(Flight)


class Reader:
    """One answer a chunk."""

    def read(self, chunk: bytes, received_ms: int) -> Read:
        found = document(chunk, _answer.decode)
        if isinstance(found, Read):
            return found
        drops: Drops = {}
        rows: list[tuple[str, State, Position]] = []
        for flight in each(found.flights, _one.decode, drops):
            reason = _row(flight, rows)
            if reason:
                drops[reason] = drops.get(reason, 0) + 1
        return read_of(rows, _columns, drops, len(found.flights), received_ms)


def _row(flight: Flight, rows: list[tuple[str, State, Position]]) -> str:
    """Why it is no row; empty where it became one."""
    if flight.simulated:
        return "not-used"
    if not flight.id:
        return "no-identity"
    if flight.current_state is None or flight.current_state.position is None:
        return "no-position"
    rows.append((ident("rid", flight.id), flight.current_state, flight.current_state.position))
    return ""


def _columns(rows: list[tuple[str, State, Position]]) -> dict[str, Any]:
    names, states, places = [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
    geom_m = _but(numbers([one.alt for one in places]), -1000.0)
    baro_ft = _but(numbers([one.pressure_altitude for one in places]), -1000.0) / M_PER_FT
    speed = in_bounds(_but(numbers([one.speed for one in states]), 255.0), 0.0, 254.25)
    ve, vn = velocity(speed, in_bounds(numbers([one.track for one in states]), 0.0, 360.0))
    return {
        "ident": names,
        "at_ms": np.array([_instant(one.timestamp) for one in states], np.int64),
        "lat_deg": numbers([one.lat for one in places]),
        "lon_deg": numbers([one.lng for one in places]),
        "error_m": numbers([H_ACCURACY_M.get(one.accuracy_h or "") for one in places]),
        "alt_geom_m": geom_m,
        "alt_geom_error_m": numbers([V_ACCURACY_M.get(one.accuracy_v or "") for one in places]),
        "alt_baro_ft": baro_ft,
        "alt_given": geom_m,
        "alt_unit": np.where(np.isnan(geom_m), 0, UNIT["m"]),
        "alt_ref": np.where(np.isnan(geom_m), 0, REFERENCE["WGS84"]),
        "on_ground": [one.operational_status == "Ground" for one in states],
        "ve_mps": ve,
        "vn_mps": vn,
        "vu_mps": in_bounds(_but(numbers([one.vertical_speed for one in states]), 63.0), -62.0, 62.0),
        "v_error_mps": numbers([SPEED_ACCURACY_MPS.get(one.speed_accuracy or "") for one in states]),
        "mover": MOVER["unmanned"],
        "origin": ORIGIN["own"],
    }


def _but(values: Any, unknown: float) -> Any:
    return np.where(values == unknown, np.nan, values)


def _instant(stamp: Stamp | str) -> int:
    """RFC 3339 in ms, finer fractions cut; −1 where there is none."""
    text = stamp if isinstance(stamp, str) else stamp.value
    whole, dot, rest = text.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    try:
        return int(parse_time(f"{whole}.{rest[: min(digits, 3)]}{rest[digits:]}" if dot else text))
    except (Malformed, ValueError):
        return -1
