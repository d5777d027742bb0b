"""`aircraft.json` of readsb, dump1090-fa and tar1090: a document with `now` and a list of aircraft, as polled
or read.

readsb, README-json.md: keys are left out when unknown; `alt_baro` is feet on 1013.25 hPa or "ground";
`alt_geom` feet above the WGS84 ellipsoid; `hex` begins with `~` where the address is no ICAO address;
`seen_pos` seconds before `now`; `rc` metres.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final, cast

import msgspec
import numpy as np

from steerclear.feeds import classes, quality
from steerclear.feeds.batch import Codes, Floats
from steerclear.feeds.codes import ORIGIN, UNKNOWN_SIL
from steerclear.feeds.columns import (
    HEIGHT_FT,
    M_PER_FT,
    MPS_PER_FT_MIN,
    MPS_PER_KT,
    SPEED_MPS,
    in_bounds,
    instants,
    lead_altitude,
    numbers,
    read_of,
    texts,
    velocity,
)
from steerclear.feeds.documents import UNREADABLE, document, each
from steerclear.feeds.drops import Drops
from steerclear.feeds.reader import Read

_HEX: Final = frozenset("0123456789abcdefABCDEF")

ORIGIN_OF: Final = {
    "adsb_icao": ORIGIN["own"],
    "adsb_icao_nt": ORIGIN["own"],
    "adsb_other": ORIGIN["own"],
    "adsc": ORIGIN["own"],
    "adsr_icao": ORIGIN["rebroadcast"],
    "adsr_other": ORIGIN["rebroadcast"],
    "tisb_icao": ORIGIN["radar"],
    "tisb_other": ORIGIN["radar"],
    "tisb_trackfile": ORIGIN["radar"],
    "mlat": ORIGIN["multilaterated"],
    "": ORIGIN["own"],
}
"""readsb's `type`: where the best of what it knows came from; of documents without one what no list names is sent."""
MEASURED: Final = frozenset(("alt_baro", "alt_geom", "gs", "track", "baro_rate", "geom_rate"))
"""Fields that MLAT or TIS-B may give beside a position that the mover itself sends."""


class Aircraft(msgspec.Struct, gc=False):
    """The keys that are read; any may be missing or null."""

    hex: str = ""
    type: str = ""
    flight: str | None = ""
    alt_baro: float | str | None = None
    alt_geom: float | None = None
    gs: float | None = None
    track: float | None = None
    baro_rate: float | None = None
    geom_rate: float | None = None
    category: str | None = ""
    lat: float | None = None
    lon: float | None = None
    nic: float | None = None
    rc: float | None = None
    seen_pos: float | None = None
    nac_p: float | None = None
    nac_v: float | None = None
    sil: float | None = None
    gva: float | None = None
    mlat: list[str] | None = None
    tisb: list[str] | None = None


class Document(msgspec.Struct, gc=False):
    aircraft: list[Aircraft]
    now: float | None = None


class _Loose(msgspec.Struct, gc=False):
    aircraft: list[msgspec.Raw]
    now: float | None = None


_document = msgspec.json.Decoder(Document)
_loose = msgspec.json.Decoder(_Loose)
_one = msgspec.json.Decoder(Aircraft)


class Reader:
    """One document a chunk."""

    def read(self, chunk: bytes, received_ms: int) -> Read:
        drops: Drops = {}
        found = document(chunk, partial(_decoded, drops=drops))
        if isinstance(found, Read):
            return found
        rows = [_stated(row) if row.mlat or row.tisb else row for row in found.aircraft]
        seen = len(rows) + sum(drops.values())
        now_s = found.now if found.now is not None else received_ms / 1000
        columns = partial(_columns, now_s=now_s)
        return read_of(rows, columns, drops, seen, received_ms, bad=lambda row: not is_address(row.hex))


def _decoded(chunk: bytes, drops: Drops) -> Document:
    """All at once, or one by one where one is bad. Raises what msgspec raises where the document itself is none."""
    try:
        return _document.decode(chunk)
    except UNREADABLE:
        loose = _loose.decode(chunk.decode("utf-8", "replace").encode())
        return Document(each(loose.aircraft, _one.decode, drops), loose.now)


def is_address(text: str) -> bool:
    digits = text[1:] if text[:1] == "~" else text
    return len(digits) == 6 and _HEX.issuperset(digits)


def _columns(rows: list[Aircraft], now_s: float) -> dict[str, Any]:
    baro = [row.alt_baro for row in rows]
    ground = np.array([given == "ground" for given in baro])
    baro_ft = in_bounds(numbers([one if isinstance(one, float) else None for one in baro]), *HEIGHT_FT)
    geom_m = in_bounds(numbers([row.alt_geom for row in rows]), *HEIGHT_FT) * M_PER_FT
    speed = in_bounds(numbers([row.gs for row in rows]) * MPS_PER_KT, 0.0, SPEED_MPS)
    ve, vn = velocity(speed, numbers([row.track for row in rows]))
    geom_rate, baro_rate = numbers([row.geom_rate for row in rows]), numbers([row.baro_rate for row in rows])
    climb = np.where(np.isnan(geom_rate), baro_rate, geom_rate) * MPS_PER_FT_MIN
    seen_pos = np.nan_to_num(numbers([row.seen_pos for row in rows]))
    mover, origin = classes.movers("adsb"), ORIGIN_OF
    origins = np.array(
        [_origin(row) if row.mlat or row.tisb else origin.get(row.type, 0) for row in rows], np.uint8
    )
    return {
        "ident": [_ident(row.hex) for row in rows],
        "at_ms": instants(now_s - seen_pos),
        "lat_deg": numbers([row.lat for row in rows]),
        "lon_deg": numbers([row.lon for row in rows]),
        "error_m": _error(rows, origins),
        "alt_geom_m": geom_m,
        "alt_geom_error_m": quality.error_of("gva", numbers([row.gva for row in rows])),
        "alt_baro_ft": baro_ft,
        **lead_altitude(baro_ft, geom_m, ground),
        "on_ground": ground,
        "ve_mps": ve,
        "vn_mps": vn,
        "vu_mps": in_bounds(climb, -SPEED_MPS, SPEED_MPS),
        "v_error_mps": quality.error_of("nac_v", numbers([row.nac_v for row in rows])),
        "mover": [mover.get(row.category or "", 0) for row in rows],
        "callsign": texts([row.flight or "" for row in rows]),
        "origin": origins,
        "sil": _sil(numbers([row.sil for row in rows])),
    }


def _ident(address: str) -> str:
    if address[:1] == "~":
        return f"anon:{address[1:7].lower()}" if address.isascii() else ""
    return f"icao:{address[:6].lower()}" if address.isascii() else ""


def _origin(row: Aircraft) -> int:
    """What gave the position, where the lists of fields that MLAT or TIS-B gave name it; else as the type says."""
    if row.mlat and "lat" in row.mlat:
        return ORIGIN["multilaterated"]
    if row.tisb and "lat" in row.tisb:
        return ORIGIN["radar"]
    return ORIGIN_OF.get(row.type, ORIGIN["unknown"])


def _stated(row: Aircraft) -> Aircraft:
    """A position that the mover itself sends, without what was measured of it beside that: the state counts as one that
    everybody can receive (boundary.md, No track file of the other side)."""
    if _origin(row) not in (ORIGIN["own"], ORIGIN["rebroadcast"]):
        return row
    given = MEASURED & {*(row.mlat or ()), *(row.tisb or ())}
    return msgspec.structs.replace(row, **dict.fromkeys(given))


def _error(rows: list[Aircraft], origins: Codes) -> Floats:
    """NACp's error, else the radius of containment, else NIC's; of MLAT the stated figure of the table."""
    error = quality.error_of("nac_p", numbers([row.nac_p for row in rows]))
    radius = numbers([row.rc for row in rows])
    error = np.where(np.isnan(error) & (radius > 0), radius, error)
    error = np.where(np.isnan(error), quality.error_of("nic", numbers([row.nic for row in rows])), error)
    stated = quality.table()["multilaterated"]["position"]
    return cast(Floats, np.where(origins == ORIGIN["multilaterated"], np.fmax(error, stated), error))


def _sil(given: Floats) -> Codes:
    known = (given >= 0) & (given <= 3)
    return np.where(known, np.nan_to_num(given), UNKNOWN_SIL).astype(np.uint8)
