"""From the columns of a format to a `Batch`: what every reader of reports does alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import numpy as np

from steerclear.feeds.batch import Batch, Flags, Floats, Texts, batch_of, rows_of
from steerclear.feeds.codes import REFERENCE, UNIT
from steerclear.feeds.drops import Drops, add
from steerclear.feeds.reader import Read

T = TypeVar("T")

M_PER_FT: Final = 0.3048
MPS_PER_KT: Final = 1852 / 3600
MPS_PER_FT_MIN: Final = 0.3048 / 60

HEIGHT_FT: Final = (-2_000.0, 200_000.0)
"""Outside of it no aircraft flies; DO-260B codes −1,000 ft to 126,750 ft."""
SPEED_MPS: Final = 2_000.0
"""Nothing that reports here is faster."""
EARLIEST_MS, LATEST_MS = 0, 32_503_680_000_000
"""1970 to 3000."""


def numbers(values: list[Any]) -> Floats:
    """Numbers and None as floats with NaN; infinities too are NaN."""
    made = np.array(values, np.float64)
    made[~np.isfinite(made)] = np.nan
    return made


def velocity(speed_mps: Floats, track_deg: Floats) -> tuple[Floats, Floats]:
    """(east, north) from speed and true track; unknown where either is, zero where the speed is zero."""
    track = np.radians(np.where(speed_mps == 0, 0.0, track_deg))
    return speed_mps * np.sin(track), speed_mps * np.cos(track)


def in_bounds(values: Floats, low: float, high: float) -> Floats:
    """What lies outside becomes unknown."""
    return np.where((values >= low) & (values <= high), values, np.nan)


def texts(values: list[str]) -> Texts:
    """Printable ASCII, stripped, of the call sign column; anything else becomes empty."""
    return np.array(
        [text.strip(" @\x00") if text.isascii() and text.isprintable() else "" for text in values], "S16"
    )


def read_of(
    rows: list[T],
    columns: Callable[[list[T]], dict[str, Any]],
    drops: Drops,
    seen: int,
    received_ms: int,
    *,
    bad: Callable[[T], bool] | None = None,
) -> Read:
    """What a reader answers: the rows as `columns` makes columns of them, those without an identity (`bad`) or a
    position counted among the drops. `seen` are all the reports there were."""
    if not rows:
        return Read(drops=drops, seen=seen)
    nobody = np.array([bad(row) for row in rows]) if bad is not None else None
    made = {**columns(rows), "received_ms": received_ms}
    return Read(positions(len(rows), made, drops, bad=nobody), drops, seen)


def positions(
    count: int,
    columns: Mapping[str, Any],
    drops: Drops,
    *,
    bad: Flags | None = None,
    why: str = "no-identity",
) -> Batch:
    """The rows with an identity (`bad` false) and a position on the Earth; the others counted by reason."""
    lat, lon = columns["lat_deg"], columns["lon_deg"]
    bad = np.zeros(count, np.bool_) if bad is None else bad
    unknown = np.isnan(lat) | np.isnan(lon)
    outside = ~unknown & ((np.abs(lat) > 90) | (np.abs(lon) > 180))
    when = columns["at_ms"]
    untimed = (when < EARLIEST_MS) | (when > LATEST_MS)
    good = ~(bad | unknown | outside | untimed)
    if not good.all():
        missing, off = unknown & ~bad, outside & ~bad
        add(drops, {why: int(bad.sum()), "no-position": int(missing.sum()), "out-of-range": int(off.sum())})
        add(drops, {"no-time": int((untimed & ~(bad | missing | off)).sum())})
    batch = batch_of(count, columns)
    return batch if good.all() else rows_of(batch, good)


def lead_altitude(baro_ft: Floats, geom_m: Floats, ground: Flags, *, feet: bool = True) -> dict[str, Any]:
    """`alt_given`, `alt_unit`, `alt_ref` of an aircraft: ground, else pressure, else above the ellipsoid;
    in feet as ADS-B sends it, or in metres.
    """
    pressure, geometric = ~ground & ~np.isnan(baro_ft), ~ground & ~np.isnan(geom_m)
    given = np.where(pressure, baro_ft if feet else baro_ft * M_PER_FT, geom_m / M_PER_FT if feet else geom_m)
    stated = pressure | geometric
    reference = np.where(pressure, REFERENCE["STD"], np.where(geometric, REFERENCE["WGS84"], 0))
    return {
        "alt_given": np.where(stated, np.round(given, 3), np.nan),
        "alt_unit": np.where(stated, UNIT["ft" if feet else "m"], 0).astype(np.uint8),
        "alt_ref": np.where(ground, REFERENCE["ground"], reference).astype(np.uint8),
    }


def instants(seconds: Floats) -> Any:
    """Seconds since 1970 in ms; unknown or absurd ones −1, which `positions` counts as `no-time`."""
    ms = seconds * 1000
    with np.errstate(invalid="ignore"):
        good = (ms >= EARLIEST_MS) & (ms <= LATEST_MS)
    return np.where(good, np.where(good, np.round(ms), 0), -1).astype(np.int64)
