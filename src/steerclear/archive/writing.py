"""Reports into track files: `Recorder` gathers batches, each hour and trust class becomes a file when it is written
out.

One process writes an archive at a time: whoever opens it holds `archive.lock`.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Collection, Iterable
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np

from steerclear.archive import layout, manifest
from steerclear.archive.extra import polars, reading
from steerclear.archive.lock import Lock
from steerclear.archive.schema import VERSION, polars_schema
from steerclear.feeds import exercise
from steerclear.feeds.batch import NEVER_MS, Batch
from steerclear.feeds.codes import MOVERS, ORIGIN, ORIGINS, REFERENCES, UNITS

ROW_GROUP: Final = 65_536
"""Rows of one group of a file: what a scan of a short window has to read."""
MOST_ROWS: Final = 1_000_000
"""Rows that are held before they are written out, whatever the time."""

_TRANSMITTED: Final = (ORIGIN["own"], ORIGIN["simulated"])


def frame(batch: Batch, *, source: str, trust: str, own: Collection[str] = ()) -> Any:
    """The rows of a batch as a Polars frame of the archive's schema. Positions are rounded to 1e-7 degree (1 cm).

    `trust` is the source's. A row is `shared` only where the mover itself transmitted it (as in feeds.Tracks), and
    where the mover is own: whose positions it is that party's to give.
    """
    pl = polars()
    ident = batch.ident.astype(str)
    owned = np.isin(ident, list(own)) if own else np.zeros(len(batch), np.bool_)
    shared = owned | (np.isin(batch.origin, _TRANSMITTED) & (trust == "shared"))
    floats = (
        *("error_m", "alt_geom_m", "alt_geom_error_m", "alt_baro_ft", "alt_given"),
        *("ve_mps", "vn_mps", "vu_mps", "v_error_mps"),
    )
    columns: dict[str, Any] = {
        "at_ms": batch.at_ms,
        "received_ms": np.where(batch.received_ms == NEVER_MS, batch.at_ms, batch.received_ms),
        "ident": pl.Series(ident, dtype=pl.String),
        "source": pl.repeat(source, len(batch), dtype=pl.String, eager=True),
        "trust": pl.Series(np.where(shared, "shared", "local"), dtype=pl.String),
        "own": owned,
        "mover": _named(batch.mover, MOVERS),
        "origin": _named(np.where(exercise.told(batch), ORIGIN["simulated"], batch.origin), ORIGINS),
        "lat_e7": np.rint(batch.lat_deg * 1e7).astype(np.int32),
        "lon_e7": np.rint(batch.lon_deg * 1e7).astype(np.int64).clip(-1_800_000_000, 1_800_000_000),
        "alt_unit": _named(batch.alt_unit, UNITS),
        "alt_ref": _named(batch.alt_ref, REFERENCES),
        "on_ground": batch.on_ground,
        **{name: getattr(batch, name).astype(np.float32) for name in floats},
    }
    schema = polars_schema()
    made = pl.DataFrame({name: columns[name] for name in schema})
    return made.with_columns(pl.col(name).fill_nan(None) for name in floats).cast(schema)


def _named(codes: Any, names: tuple[str, ...]) -> Any:
    """Codes as their names; 0 is unknown, null."""
    pl = polars()
    known = pl.Series([None, *names[1:]], dtype=pl.Enum(list(names[1:])))
    return known.gather(pl.Series(np.asarray(codes), dtype=pl.UInt32))


class Recorder:
    """An archive that is written to. `take` as often as one likes; what was taken is on disk after `flush` or
    `close`.

    `own` are the idents of this party's own movers; `again` counts rows of files that lay there already, the same byte
    for byte. Raises `Malformed` `extra-missing`, `archive-in-use`.
    """

    def __init__(self, root: Path, *, own: Collection[str] = (), most_rows: int = MOST_ROWS) -> None:
        polars()
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self._own = frozenset(own)
        self._lock = Lock(root)
        self._most = most_rows
        self._waiting: dict[tuple[int, str, int], list[Any]] = {}
        self._rows = 0
        self.again = 0
        known = manifest.read(root) or manifest.Manifest(secrets.token_hex(16))
        self.manifest = _with_unnamed(root, known)
        manifest.write(root, self.manifest)

    def take(self, batch: Batch, *, source: str, trust: str) -> None:
        """Reports of one feed. A batch without rows is nothing."""
        if len(batch):
            self.take_frame(frame(batch, source=source, trust=trust, own=self._own))

    def take_frame(self, rows: Any) -> None:
        """Rows of the archive's schema, of any hours and trust classes."""
        pl = polars()
        span = pl.when(pl.col("trust") == "local").then(layout.LOCAL_SPAN_MS).otherwise(layout.HOUR_MS)
        begin = pl.col("at_ms") - pl.col("at_ms") % span
        since = _since() - _since() % span  # a source's clock that is fast keeps nothing longer
        groups = (
            begin.alias("slot"),
            "trust",
            pl.when(pl.col("trust") == "local").then(since).otherwise(begin).alias("since"),
        )
        for (slot, trust, kept), part in rows.group_by(*groups, maintain_order=True):
            self._waiting.setdefault((slot, trust, kept), []).append(part)
            self._rows += part.height
        if self._rows >= self._most:
            self.flush()

    def flush(self) -> list[str]:
        """Everything that was taken, on disk; the names of the new files."""
        pl = polars()
        written = []
        for slot, trust, kept in sorted(self._waiting):
            rows = pl.concat(self._waiting[slot, trust, kept]).sort(
                "at_ms", "ident", "received_ms", maintain_order=True
            )
            written.append(self._write(layout.hour_of(slot), trust, rows))
            del self._waiting[slot, trust, kept]
            self._rows -= rows.height
        if written:
            manifest.write(self.root, self.manifest)
        return written

    def _write(self, hour_ms: int, trust: str, rows: Any) -> str:
        data = parquet(rows)
        digest = sha256(data).hexdigest()
        name = layout.part_name(hour_ms, trust, digest)
        if name in self.manifest.files:
            self.again += rows.height
        manifest.replace(self.root / name, data)
        self.manifest = self.manifest.with_file(name, _row(digest, len(data), trust, rows))
        return name

    @property
    def held(self) -> int:
        """Rows that are not on disk yet."""
        return self._rows

    def give_up(self) -> int:
        """Let go of what could not be written once there is as much of it as is ever held; how many rows."""
        if self._rows < self._most:
            return 0
        rows, self._waiting, self._rows = self._rows, {}, 0
        return rows

    def drop(self, names: Iterable[str], why: str, at_ms: int) -> None:
        """Erase files; the manifest keeps their hashes with why and when. The manifest is written first: a file that
        it no longer names is nobody's."""
        gone = tuple(names)
        if gone:
            self.manifest = self.manifest.without(gone, why, at_ms)
            manifest.write(self.root, self.manifest)
            for name in gone:
                (self.root / name).unlink(missing_ok=True)

    def close(self) -> None:
        self.flush()
        self._lock.release()

    def abandon(self) -> None:
        """Let go of everything, written or not: nothing more comes on disk."""
        self._waiting, self._rows = {}, 0
        self._lock.release()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._lock.release()


def _with_unnamed(root: Path, known: manifest.Manifest) -> manifest.Manifest:
    """With the files that a writer wrote and was ended before it could name them: those whose name is their hash."""
    pl = polars()
    for path in sorted(root.glob("day=*/hour=*/*.parquet")):
        name = "/".join(path.parts[-3:])
        if name in known.files:
            continue
        digest, size = manifest.hash_of(path)
        if not path.stem.endswith(f"-{digest[:16]}"):
            continue
        with reading([path]):
            rows = pl.read_parquet(path, columns=["at_ms", "received_ms"], hive_partitioning=False)
        known = known.with_file(name, _row(digest, size, path.name.partition("-")[0], rows))
    return known


def _since() -> Any:
    """Since when a row is held at the latest: by its own time, or when it came where that is earlier."""
    pl = polars()
    return pl.min_horizontal("at_ms", "received_ms")


def _row(digest: str, size: int, trust: str, rows: Any) -> manifest.Row:
    """A file's row of the manifest; of local tracks the first instant is the one that retention goes by."""
    at = rows["at_ms"]
    first = rows.select(_since())["at_ms"] if trust == "local" else at
    return manifest.Row(digest, size, len(at), int(first.min()), int(at.max()))


def parquet(rows: Any) -> bytes:
    """Rows of the archive's schema as the bytes of a file: the same rows, the same bytes."""
    out = io.BytesIO()
    simulated = bool((rows["origin"] == "simulated").any())
    told = {
        "steerclear": f"tracks/v{VERSION}",
        **({"banner": "EXERCISE EXERCISE EXERCISE"} if simulated else {}),
    }
    rows.write_parquet(
        out, compression="zstd", compression_level=3, statistics=True, row_group_size=ROW_GROUP, metadata=told
    )
    return out.getvalue()


def idents(lines: Iterable[str]) -> frozenset[str]:
    """Idents of a list or a file: one a line or separated by commas, `#` begins a remark."""
    found = (word.strip() for line in lines for word in line.partition("#")[0].split(","))
    return frozenset(word for word in found if word)
