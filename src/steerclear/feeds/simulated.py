"""Simulated traffic: one JSON object a line, the fields of `Batch` by their names. Exercise lines only; `app`
sees to that.

`{"ident": "icao:4b1814", "at_ms": 1700000000000, "lat_deg": 50.1, "lon_deg": 8.6, "alt_baro_ft": 35000,
"mover": "fixed_wing"}`. What is left out is unknown. `line_of` writes what `Reader` reads.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np

from steerclear.feeds.batch import COLUMNS, Batch, callsign, ident
from steerclear.feeds.codes import MOVER, MOVERS, ORIGIN, REFERENCE, REFERENCES, UNIT, UNITS, UNKNOWN_SIL
from steerclear.feeds.columns import HEIGHT_FT, M_PER_FT, SPEED_MPS, in_bounds, numbers, read_of
from steerclear.feeds.documents import each
from steerclear.feeds.drops import Drops
from steerclear.feeds.lines import Lines
from steerclear.feeds.reader import Read


class Report(msgspec.Struct, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """One line."""

    ident: str
    at_ms: int
    lat_deg: float
    lon_deg: float
    error_m: float | None = None
    alt_geom_m: float | None = None
    alt_geom_error_m: float | None = None
    alt_baro_ft: float | None = None
    alt_given: float | None = None
    alt_unit: str = "unknown"
    alt_ref: str = "unknown"
    on_ground: bool = False
    ve_mps: float | None = None
    vn_mps: float | None = None
    vu_mps: float | None = None
    v_error_mps: float | None = None
    mover: str = "*"
    callsign: str = ""
    sil: int = UNKNOWN_SIL


_one = msgspec.json.Decoder(Report)
_FLOATS: Final = tuple(name for name, (kind, _) in COLUMNS.items() if kind.kind == "f")
_BOUNDS: Final = {
    "alt_geom_m": (HEIGHT_FT[0] * M_PER_FT, HEIGHT_FT[1] * M_PER_FT),
    "alt_baro_ft": HEIGHT_FT,
    **dict.fromkeys(("ve_mps", "vn_mps", "vu_mps"), (-SPEED_MPS, SPEED_MPS)),
}


class Reader:
    """Lines, cut anywhere."""

    def __init__(self) -> None:
        self._lines = Lines()

    def read(self, chunk: bytes, received_ms: int) -> Read:
        lines, long = self._lines.split(chunk)
        drops: Drops = {"too-long": long} if long else {}
        rows = each(lines, _one.decode, drops)
        seen = len(lines) + long
        return read_of(rows, _columns, drops, seen, received_ms, bad=lambda one: not one.ident)


def _columns(rows: list[Report]) -> dict[str, Any]:
    floats = {name: numbers([getattr(one, name) for one in rows]) for name in _FLOATS}
    return {
        **{name: in_bounds(one, *_BOUNDS[name]) if name in _BOUNDS else one for name, one in floats.items()},
        "ident": [
            ident(*one.ident.split(":", 1)) if ":" in one.ident else ident("sim", one.ident) for one in rows
        ],
        "at_ms": np.array([one.at_ms if abs(one.at_ms) < 2**53 else -1 for one in rows], np.int64),
        "alt_unit": [UNIT.get(one.alt_unit, 0) for one in rows],
        "alt_ref": [REFERENCE.get(one.alt_ref, 0) for one in rows],
        "on_ground": [one.on_ground for one in rows],
        "mover": [MOVER.get(one.mover, 0) for one in rows],
        "callsign": [callsign(one.callsign) for one in rows],
        "origin": ORIGIN["simulated"],
        "sil": [one.sil if 0 <= one.sil <= 3 else UNKNOWN_SIL for one in rows],
    }


def lines_of(batch: Batch) -> bytes:
    """A batch as lines."""
    columns = {name: getattr(batch, name).tolist() for name in COLUMNS}
    made = []
    for i in range(len(batch)):
        row = {name: columns[name][i] for name in Report.__struct_fields__}
        row |= {name: None if row[name] != row[name] else row[name] for name in _FLOATS}
        row |= {"ident": row["ident"].decode(), "callsign": row["callsign"].decode()}
        row |= {
            "alt_unit": UNITS[row["alt_unit"]],
            "alt_ref": REFERENCES[row["alt_ref"]],
            "mover": MOVERS[row["mover"]],
        }
        made.append(msgspec.json.encode(Report(**row)))
    return b"".join(one + b"\n" for one in made)
