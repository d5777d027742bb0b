"""`Points`: samples of tracks as arrays, sorted by mover and time; and how they are read from track files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from steerclear.archive.extra import polars, reading
from steerclear.archive.schema import SCAN_COLUMNS
from steerclear.feeds.codes import MOVERS, REFERENCES
from steerclear.kernels.segments import Flags, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """One row a sample; `mover` is an index into `idents`, ascending, and `at_ms` ascends strictly within one mover.
    Unknown is NaN. `kind` (a code of feeds' MOVERS) and `own` are by mover, not by row."""

    idents: tuple[str, ...]
    kind: Ints
    own: Flags
    mover: Ints
    at_ms: Ints
    lat_deg: Floats
    lon_deg: Floats
    error_m: Floats
    geom_m: Floats
    geom_error_m: Floats
    baro_ft: Floats
    afloat: Flags
    on_ground: Flags

    def __len__(self) -> int:
        return len(self.mover)


def read(paths: Sequence[Path], start_ms: int, end_ms: int, edge_ms: int, own: Collection[str]) -> Points:
    """The samples of [start, end) in these track files, and of each mover the last one before and the first one after
    that are no further away than `edge_ms`; only what the scan needs of them is read. Of several samples of a mover at
    one instant the last counts. Raises OSError, `Malformed` `extra-missing`, `bad-track-file`."""
    pl = polars()
    at = pl.col("at_ms")
    frames = [
        pl.scan_parquet(path)
        .filter((at >= start_ms - edge_ms) & (at <= end_ms + edge_ms))
        .select(SCAN_COLUMNS)
        for path in paths
    ]
    if not frames:
        return _EMPTY
    with reading(paths):
        rows = pl.concat(frames).collect()
    return from_frame(rows, own, (start_ms, end_ms))


def from_frame(rows: Any, own: Collection[str], window: tuple[int, int] | None = None) -> Points:
    """Rows of the archive's schema, in any order; outside a window only each mover's nearest on either side of it."""
    pl = polars()
    if not rows.height:
        return _EMPTY
    idents, mover = _numbered(rows["ident"])
    at = rows["at_ms"].to_numpy()
    order = np.arange(len(at)) if bool((at[1:] >= at[:-1]).all()) else np.argsort(at, kind="stable")
    if window is not None:
        order = order[_needed(mover[order], at[order], len(idents), *window)]
    narrow = (
        mover[order].astype(np.uint16) if len(idents) <= 1 << 16 else mover[order]
    )  # sixteen bits sort fastest
    order = order[np.argsort(narrow, kind="stable")]
    mover, at = mover[order], at[order]
    last = np.ones(len(at), np.bool_)
    last[:-1] = (mover[1:] != mover[:-1]) | (at[1:] != at[:-1])
    kept = order[last]
    mover, at = mover[last], at[last]
    codes = rows["mover"].cast(pl.Enum(list(MOVERS[1:])), strict=False).to_physical().cast(pl.Int16) + 1
    kind = np.zeros(len(idents), np.int64)
    first = np.flatnonzero(np.diff(mover, prepend=-1))
    kind[mover[first]] = np.maximum.reduceat(codes.fill_null(0).to_numpy()[kept], first)
    owned = np.isin(idents, list(own)) if own else np.zeros(len(idents), np.bool_)
    owned[mover[_flags(rows["own"])[kept]]] = True

    def floats(name: str) -> Floats:
        return np.asarray(rows[name].to_numpy()[kept], np.float64)

    return Points(
        idents,
        kind,
        owned,
        mover,
        at,
        floats("lat_e7") / 1e7,
        floats("lon_e7") / 1e7,
        floats("error_m"),
        floats("alt_geom_m"),
        floats("alt_geom_error_m"),
        floats("alt_baro_ft"),
        _flags(rows["alt_ref"].cast(pl.Enum(list(REFERENCES[1:])), strict=False) == "sea")[kept],
        _flags(rows["on_ground"])[kept],
    )


def _numbered(column: Any) -> tuple[tuple[str, ...], Ints]:
    """(the idents in order, the place of each row's ident among them)."""
    pl = polars()
    held = column.cast(pl.Categorical()) if column.dtype != pl.Categorical else column
    codes = held.to_physical().to_numpy()
    words = held.unique()
    order = words.cast(pl.String).arg_sort().to_numpy()
    place = np.empty(int(codes.max()) + 1, np.int64)
    place[words.to_physical().to_numpy()[order]] = np.arange(len(order))
    return tuple(words.cast(pl.String).to_numpy()[order].tolist()), place[codes]


def _needed(mover: Ints, at: Ints, movers: int, start_ms: int, end_ms: int) -> Flags:
    """Of rows in the order of time: those of [start, end), and each mover's last before and first after."""
    kept = np.asarray((at >= start_ms) & (at < end_ms), np.bool_)
    before, after = np.flatnonzero(at < start_ms), np.flatnonzero(at >= end_ms)
    nearest = np.full(movers, -1, np.int64)
    nearest[mover[before]] = before  # of several the last one stays
    kept[nearest[nearest >= 0]] = True
    first = np.full(movers, np.iinfo(np.int64).max)
    np.minimum.at(first, mover[after], at[after])
    kept[after] = at[after] == first[mover[after]]
    return kept


def _flags(column: Any) -> Flags:
    return np.asarray(column.fill_null(False).to_numpy(), np.bool_)


_NONE = np.zeros(0)
_EMPTY = Points(
    (),
    _NONE.astype(np.int64),
    _NONE.astype(np.bool_),
    _NONE.astype(np.int64),
    _NONE.astype(np.int64),
    *(_NONE,) * 6,
    _NONE.astype(np.bool_),
    _NONE.astype(np.bool_),
)
