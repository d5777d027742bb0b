"""`Points`: samples of tracks as arrays, sorted by mover and time; and how they are read from track files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steerclear.archive.extra import polars
from steerclear.archive.schema import SCAN_COLUMNS
from steerclear.feeds.codes import MOVER
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


def read(paths: Sequence[Path], start_ms: int, end_ms: int, own: Collection[str]) -> Points:
    """The samples of [start, end) in these track files; only what the scan needs of them is read. Of several samples
    of a mover at one instant the last counts. Raises OSError, `Malformed` `extra-missing`."""
    pl = polars()
    frames = [
        pl.scan_parquet(path)
        .filter((pl.col("at_ms") >= start_ms) & (pl.col("at_ms") < end_ms))
        .select(SCAN_COLUMNS)
        for path in paths
    ]
    rows = (
        pl.concat(frames).collect() if frames else pl.DataFrame(schema=dict.fromkeys(SCAN_COLUMNS, pl.Null))
    )
    return from_frame(rows, own)


def from_frame(rows: Any, own: Collection[str]) -> Points:
    """Rows of the archive's schema, in any order."""
    pl = polars()
    if not rows.height:
        return _EMPTY
    names = rows["ident"].unique().sort()
    mover = rows["ident"].cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
    at = rows["at_ms"].to_numpy()
    order = np.lexsort((at, mover)) if not _by_time(at) else np.argsort(mover, kind="stable")
    mover, at = mover[order], at[order]
    last = np.ones(len(at), np.bool_)
    last[:-1] = (mover[1:] != mover[:-1]) | (at[1:] != at[:-1])
    kept = order[last]
    mover, at = mover[last], at[last]
    kind = np.zeros(len(names), np.int64)
    codes = (
        rows["mover"].replace_strict(MOVER, default=0, return_dtype=pl.Int64).fill_null(0).to_numpy()[kept]
    )
    np.maximum.at(kind, mover, codes)
    owned = np.isin(names.to_numpy(), list(own)) if own else np.zeros(len(names), np.bool_)
    owned[mover[_flags(rows["own"])[kept]]] = True

    def floats(name: str) -> Floats:
        return np.asarray(rows[name].cast(pl.Float64).to_numpy()[kept], np.float64)

    return Points(
        tuple(names),
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
        _flags(rows["alt_ref"] == "sea")[kept],
        _flags(rows["on_ground"])[kept],
    )


def _by_time(at: npt.NDArray[np.int64]) -> bool:
    return bool((at[1:] >= at[:-1]).all())


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
