"""State vectors of OpenSky's interface (`/api/states/all`): one document with `time` and `states`, a list of
lists.

OpenSky REST interface, "All State Vectors": metres and metres a second; `baro_altitude` on 1013.25 hPa,
`geo_altitude` above the ellipsoid; `position_source` 0 ADS-B, 1 ASTERIX, 2 MLAT, 3 FLARM. No quality is
given.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np

from steerclear.feeds import classes, quality
from steerclear.feeds.codes import ORIGIN
from steerclear.feeds.columns import (
    HEIGHT_FT,
    M_PER_FT,
    SPEED_MPS,
    in_bounds,
    instants,
    lead_altitude,
    numbers,
    read_of,
    texts,
    velocity,
)
from steerclear.feeds.documents import document, each
from steerclear.feeds.drops import Drops
from steerclear.feeds.reader import Read
from steerclear.feeds.readsb import is_address

ORIGIN_OF: Final = {0: ORIGIN["own"], 1: ORIGIN["radar"], 2: ORIGIN["multilaterated"], 3: ORIGIN["own"]}


class State(msgspec.Struct, array_like=True, gc=False):
    """One state vector; positions in the list are those of the interface."""

    icao24: str
    callsign: str | None = None
    origin_country: str | None = None
    time_position: float | None = None
    last_contact: float | None = None
    longitude: float | None = None
    latitude: float | None = None
    baro_altitude: float | None = None
    on_ground: bool | None = None
    velocity: float | None = None
    true_track: float | None = None
    vertical_rate: float | None = None
    sensors: list[int] | None = None
    geo_altitude: float | None = None
    squawk: str | None = None
    spi: bool | None = None
    position_source: int | None = None
    category: int | None = None


class _Loose(msgspec.Struct, gc=False):
    states: list[msgspec.Raw] | None = None


_loose = msgspec.json.Decoder(_Loose)
_one = msgspec.json.Decoder(State)


class Reader:
    """One document a chunk."""

    def read(self, chunk: bytes, received_ms: int) -> Read:
        found = document(chunk, _loose.decode)
        if isinstance(found, Read):
            return found
        drops: Drops = {}
        raws = found.states or []
        rows = each(raws, _one.decode, drops)
        return read_of(
            rows, _columns, drops, len(raws), received_ms, bad=lambda row: not is_address(row.icao24.strip())
        )


def _columns(rows: list[State]) -> dict[str, Any]:
    ground = np.array([row.on_ground is True for row in rows])
    baro_ft = in_bounds(numbers([row.baro_altitude for row in rows]) / M_PER_FT, *HEIGHT_FT)
    low, high = (bound * M_PER_FT for bound in HEIGHT_FT)
    geom_m = in_bounds(numbers([row.geo_altitude for row in rows]), low, high)
    speed = in_bounds(numbers([row.velocity for row in rows]), 0.0, SPEED_MPS)
    ve, vn = velocity(speed, numbers([row.true_track for row in rows]))
    mover = classes.movers("opensky")
    origins = np.array([ORIGIN_OF.get(_or(row.position_source, -1), 0) for row in rows], np.uint8)
    stated = quality.table()["multilaterated"]["position"]
    return {
        "ident": [f"icao:{row.icao24.strip().lower()[:6]}" if row.icao24.isascii() else "" for row in rows],
        "at_ms": instants(numbers([row.time_position for row in rows])),
        "lat_deg": numbers([row.latitude for row in rows]),
        "lon_deg": numbers([row.longitude for row in rows]),
        "error_m": np.where(origins == ORIGIN["multilaterated"], stated, np.nan),
        "alt_geom_m": geom_m,
        "alt_baro_ft": baro_ft,
        **lead_altitude(baro_ft, geom_m, ground, feet=False),
        "on_ground": ground,
        "ve_mps": ve,
        "vn_mps": vn,
        "vu_mps": in_bounds(numbers([row.vertical_rate for row in rows]), -SPEED_MPS, SPEED_MPS),
        "mover": [mover.get(str(row.category), 0) for row in rows],
        "callsign": texts([row.callsign or "" for row in rows]),
        "origin": origins,
    }


def _or(value: int | None, other: int) -> int:
    return other if value is None else value
