"""Files of others into an archive: tables (CSV, Parquet) by their columns, recordings by the reader of their format.
Piece by piece, so that a file may be larger than memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from steerclear.archive.columns import Mapped, expressions
from steerclear.archive.extra import polars
from steerclear.archive.schema import polars_schema
from steerclear.archive.writing import Recorder
from steerclear.errors import Malformed
from steerclear.feeds import formats
from steerclear.feeds.batch import rows_of
from steerclear.feeds.drops import Drops, add

PIECE_ROWS: Final = 500_000
PIECE_BYTES: Final = 4 << 20
OLDEST_MS: Final = 315_532_800_000
"""1980: what is stamped earlier has no time."""
Step = Callable[[int, int], None]


def add_table(
    recorder: Recorder,
    path: Path,
    wanted: Mapped,
    *,
    source: str,
    trust: str,
    own: frozenset[str] = frozenset(),
) -> tuple[int, Drops]:
    """Rows of a CSV or Parquet file; (rows taken, what was left out and why). Raises `Malformed` `column-missing`,
    `not-a-table`, OSError."""
    pl = polars()
    taken, drops = 0, Drops()
    for piece in _pieces_of_table(path, wanted):
        rows, left = _whole(piece)
        add(drops, left)
        if rows.height:
            owned = pl.col("own") | pl.col("ident").is_in(list(own))  # before idents become numbers
            rows = rows.with_columns(
                own=owned,
                source=pl.lit(source),
                received_ms=pl.col("at_ms"),
                trust=pl.when(owned).then(pl.lit("shared")).otherwise(pl.lit(trust)),
            )
            recorder.take_frame(_of_schema(rows))
            taken += rows.height
    return taken, drops


def _pieces_of_table(path: Path, wanted: Mapped) -> Iterator[Any]:
    pl = polars()
    if not path.exists():
        raise FileNotFoundError(2, "no such file", str(path))
    try:
        lazy = pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_csv(path, infer_schema=False)
        found = expressions(wanted, lazy.collect_schema().names())
        given = lazy.select(one.alias(name) for name, one in found.items())
        yield from given.collect_batches(chunk_size=PIECE_ROWS)
    except pl.exceptions.PolarsError as error:
        kind = (
            "Parquet"
            if path.suffix == ".parquet"
            else "CSV with commas, one header, and as many fields in each row"
        )
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise Malformed(
            "not-a-table", field=str(path), remedy=f"give {kind}; it says: {said[:200]}"
        ) from None


def _whole(piece: Any) -> tuple[Any, Drops]:
    """The rows that say who was where and when; the rest counted."""
    pl = polars()
    reasons = {
        "no-time": pl.col("at_ms").is_null() | (pl.col("at_ms") < OLDEST_MS),
        "no-identity": pl.col("ident").is_null() | pl.col("ident").str.ends_with(":"),
        "no-position": pl.col("lat_e7").is_null() | pl.col("lon_e7").is_null(),
        "out-of-range": (pl.col("lat_e7").abs() > 9e8) | (pl.col("lon_e7").abs() > 1.8e9),
    }
    drops: Drops = {}
    for name, bad in reasons.items():
        kept = piece.filter(~bad.fill_null(False))
        add(drops, {name: piece.height - kept.height})
        piece = kept
    return piece, drops


def _of_schema(rows: Any) -> Any:
    pl = polars()
    schema = polars_schema()
    have = set(rows.columns)
    return rows.select(
        (pl.col(name) if name in have else pl.lit(None)).cast(kind, strict=False).alias(name)
        for name, kind in schema.items()
    )


def add_recording(
    recorder: Recorder,
    path: Path,
    name: str,
    *,
    source: str,
    trust: str,
    step: Step = lambda done, total: None,
) -> tuple[int, Drops]:
    """Reports of a recording in a feed's format (feeds.formats); documents stand one a line, or the file is one.
    (rows taken, what was left out and why). Raises `Malformed` `unknown-format`, OSError."""
    reader, framing = formats.open_reader(name), formats.FORMATS[name].framing
    taken, drops, total = 0, Drops(), path.stat().st_size
    done = 0
    for data in _pieces(path, framing == "document"):
        read = reader.read(data, 0)
        timed = read.batch.at_ms >= OLDEST_MS
        add(drops, {**read.drops, "no-time": int((~timed).sum())})
        batch = read.batch if timed.all() else rows_of(read.batch, timed)
        recorder.take(replace(batch, received_ms=batch.at_ms), source=source, trust=trust)
        taken += len(batch)
        done += len(data)
        step(min(done, total), total)
    return taken, drops


def _pieces(path: Path, documents: bool) -> Iterator[bytes]:
    with path.open("rb") as source:
        if not documents:
            while data := source.read(PIECE_BYTES):
                yield data
            yield b"\n"
            return
        first = source.readline()
        if first.strip().endswith(b"}") and first.strip().startswith(b"{"):
            yield first
            yield from source
        else:
            yield first + source.read()
