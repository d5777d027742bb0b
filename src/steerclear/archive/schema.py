"""The columns of a track file, with units in their names. A file has all of them, in this order; unknown is null.

Call signs are not kept: what a scan needs to know is that two samples are of one mover, and no more
(spec/boundary.md).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from steerclear.archive.extra import polars
from steerclear.feeds.codes import MOVERS, ORIGINS, REFERENCES, TRUSTS, UNITS

VERSION: Final = 1


class Column(NamedTuple):
    """`type` is the name of a Polars type; of `names` a column's words are, each kept as its number."""

    name: str
    type: str
    meaning: str
    names: tuple[str, ...] = ()


COLUMNS: Final = (
    Column("at_ms", "Int64", "when the position held, Unix milliseconds UTC, by the source"),
    Column("received_ms", "Int64", "when it came in"),
    Column("ident", "Categorical", "one mover: `icao:4b1814`, `mmsi:273344040`, `rid:…`, `anon:…`"),
    Column("source", "Categorical", "the feed's name at this node"),
    Column("trust", "Enum", "`shared` (the mover tells everybody) or `local`", TRUSTS),
    Column("own", "Boolean", "a mover of this party's own"),
    Column("mover", "Enum", "class, as in the agreement's minima; null: nobody stated one", MOVERS[1:]),
    Column(
        "origin",
        "Enum",
        "who says so: own, rebroadcast, multilaterated, radar, claimed, simulated",
        ORIGINS[1:],
    ),
    Column("lat_e7", "Int32", "WGS84 latitude, 1e-7 degree"),
    Column("lon_e7", "Int32", "WGS84 longitude, 1e-7 degree, -180 to 180"),
    Column("error_m", "Float32", "horizontal error of the position, 95 %"),
    Column("alt_geom_m", "Float32", "altitude above the WGS84 ellipsoid"),
    Column("alt_geom_error_m", "Float32", "its error, 95 %"),
    Column("alt_baro_ft", "Float32", "pressure altitude on 1013.25 hPa"),
    Column("alt_given", "Float32", "the altitude that the source leads with, in `alt_unit` above `alt_ref`"),
    Column("alt_unit", "Enum", "ft, m or fl", UNITS[1:]),
    Column("alt_ref", "Enum", "WGS84, MSL, STD, AGL, QNH, ground or sea", REFERENCES[1:]),
    Column("on_ground", "Boolean", "on the ground or afloat, as the source says"),
    Column("ve_mps", "Float32", "velocity east"),
    Column("vn_mps", "Float32", "velocity north"),
    Column("vu_mps", "Float32", "velocity up"),
    Column("v_error_mps", "Float32", "error of the horizontal velocity"),
)

SCAN_COLUMNS: Final = (
    "at_ms",
    "ident",
    "own",
    "mover",
    "lat_e7",
    "lon_e7",
    "error_m",
    "alt_geom_m",
    "alt_geom_error_m",
    "alt_baro_ft",
    "alt_ref",
    "on_ground",
)
"""What a scan reads."""


def polars_schema() -> dict[str, Any]:
    """Name → Polars type. Raises `Malformed` `extra-missing`."""
    pl = polars()
    return {one.name: pl.Enum(list(one.names)) if one.names else getattr(pl, one.type)() for one in COLUMNS}
