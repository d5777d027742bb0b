"""The work of a scan as units: each a window of time with the files that it reads. A unit is data and `scan_unit` a
function of it alone, so that any scheduler may run them, in any order, anywhere that sees the files.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from steerclear.archive import layout, manifest, points, scan
from steerclear.archive.extra import polars, reading
from steerclear.archive.layout import HOUR_MS, Part
from steerclear.archive.scan import Found
from steerclear.archive.terms import Terms
from steerclear.record import jcs

MOST_SAMPLES: Final = 500_000
"""Of one unit, without its edges: what bounds the memory of a scan (some 400 bytes a sample)."""
_CUT_MS: Final = 10_000


@dataclass(frozen=True)
class Unit:
    """A window of time; `inputs` are (path, SHA-256) of the files that hold it and its edges."""

    start_ms: int
    end_ms: int
    inputs: tuple[tuple[str, str], ...]
    own: tuple[str, ...]
    terms: Terms
    samples: int

    @property
    def key(self) -> str:
        """SHA-256 of everything that the answer depends on: names of files are none of it."""
        value = {
            "version": scan.VERSION,
            "start_ms": self.start_ms,
            "end_ms": self.end_ms,
            "inputs": sorted(digest for _, digest in self.inputs),
            "own": sorted(self.own),
            "terms": self.terms.hash,
        }
        return sha256(jcs.dumps(value)).hexdigest()


def scan_unit(unit: Unit) -> Found:
    """The encounters of a unit. Raises OSError where a file is gone, `Malformed` `extra-missing`,
    `bad-track-file`."""
    paths = [Path(path) for path, _ in unit.inputs]
    rows = points.read(paths, unit.start_ms, unit.end_ms, unit.terms.gap_ms, unit.own)
    return scan.scan_partition(rows, unit.start_ms, unit.end_ms, unit.terms)


def units(root: Path, own: Collection[str], terms: Terms, *, most_samples: int = MOST_SAMPLES) -> list[Unit]:
    """The units of an archive, by time: one for each hour that holds samples, more where it holds more than
    `most_samples`. Raises `Malformed` `no-archive`, `bad-track-file`, OSError."""
    found = layout.parts(root)
    hashes = _hashes(root, found)
    by_hour: dict[int, list[Part]] = {}
    for part in found:
        by_hour.setdefault(part.hour_ms, []).append(part)
    made = []
    for hour, own_parts in by_hour.items():
        for start, end, samples in _windows(root, own_parts, hour, most_samples):
            near = _within(by_hour, start - terms.gap_ms, end + terms.gap_ms)
            inputs = tuple((str(root / part.name), hashes[part.name]) for part in near)
            made.append(Unit(start, end, inputs, tuple(sorted(own)), terms, samples))
    return made


def _within(by_hour: dict[int, list[Part]], start_ms: int, end_ms: int) -> list[Part]:
    hours = range(layout.hour_of(start_ms), layout.hour_of(end_ms) + HOUR_MS, HOUR_MS)
    return [part for hour in hours for part in by_hour.get(hour, ())]


def _hashes(root: Path, found: Sequence[Part]) -> dict[str, str]:
    """The manifest's, where a file has the size that it says; else the file is read."""
    known = manifest.read(root)
    hashes = {}
    for part in found:
        row = known.files.get(part.name) if known else None
        path = root / part.name
        same = row is not None and row.bytes == path.stat().st_size
        hashes[part.name] = row.sha256 if same and row else manifest.hash_of(path)[0]
    return hashes


def _windows(root: Path, found: Sequence[Part], hour: int, most: int) -> list[tuple[int, int, int]]:
    """(start, end, samples) that cover the hour, each with at most `most` samples where ten seconds hold no more."""
    pl = polars()
    paths = [root / part.name for part in found]
    with reading(paths):
        rows = sum(pl.scan_parquet(path).select(pl.len()).collect().item() for path in paths)
    if rows <= most:
        return [(hour, hour + HOUR_MS, rows)]
    slot = ((pl.col("at_ms") - hour) // _CUT_MS).alias("slot")
    slots = pl.concat([pl.scan_parquet(path).select(slot) for path in paths])
    with reading(paths):
        counts = slots.group_by("slot").agg(pl.len().alias("n")).collect(engine="streaming")
    by_slot = dict(counts.iter_rows())
    cuts, start, held = [], hour, 0
    for number in range(HOUR_MS // _CUT_MS):
        more = by_slot.get(number, 0)
        if held and held + more > most:
            cuts.append((start, hour + number * _CUT_MS, held))
            start, held = hour + number * _CUT_MS, 0
        held += more
    return [*cuts, (start, hour + HOUR_MS, held)]
