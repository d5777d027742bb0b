"""Which file is read and written how; the bounds that hold for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from steerclear.speech.exchange import csv_text, geojson_text, kml_text
from steerclear.speech.exchange.columns import OF, PASSED, POINTS_OF, TEMPLATES
from steerclear.speech.exchange.record import Record, RowFault

SUFFIXES: Final = (".csv", ".geojson", ".kml")
MAX_BYTES: Final = 16 << 20
MAX_ROWS: Final = 10_000
_READ = {
    ".csv": csv_text.read,
    ".geojson": geojson_text.read,
    ".json": geojson_text.read,
    ".kml": kml_text.read,
}
_WRITE = {
    ".csv": csv_text.write,
    ".geojson": geojson_text.write,
    ".json": geojson_text.write,
    ".kml": kml_text.write,
}


def read(data: bytes, suffix: str, kind: str) -> tuple[list[Record], list[RowFault]]:
    """Every record of a file and every fault of what is none; a file that cannot be read at all has one fault."""
    if suffix not in _READ:
        return [], [
            RowFault(0, "file", "unknown-format", f"{suffix or 'no ending'}", "a .csv, .geojson or .kml file")
        ]
    if len(data) > MAX_BYTES:
        return [], [
            RowFault(0, "file", "too-large", f"{len(data)} bytes", f"at most {MAX_BYTES}: split the file")
        ]
    records, faults = _READ[suffix](data, kind)
    if len(records) > MAX_ROWS:
        return [], [
            RowFault(0, "file", "too-many-rows", f"{len(records)}", f"at most {MAX_ROWS}: split the file")
        ]
    if not records and not faults:
        return [], [RowFault(0, "file", "empty", "nothing in it", "write at least one row")]
    return records, faults


def write(records: Sequence[Record], suffix: str, kind: str, says: Sequence[str] = ()) -> bytes:
    """The records as a file that `read` takes; `says` stands at its head (boundary.md)."""
    return _WRITE[suffix](records, kind, says)


def template(suffix: str, kind: str, says: Sequence[str] = ()) -> bytes:
    """A file with every column and one example, to fill in."""
    rows = TEMPLATES[kind]
    points = tuple({name: row[name] for name in POINTS_OF[kind] if name in row} for row in rows)
    fields = {name: rows[0][name] for name in OF[kind] if name in rows[0]}
    return write([Record(kind, fields, points, (0,) * len(points))], suffix, kind, says)


__all__ = ["PASSED", "SUFFIXES", "read", "template", "write"]
