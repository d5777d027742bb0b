"""CSV (RFC 4180): a row a site, a row a point of a movement (those of one `movement` in order, one after the other).

Lines that begin with `#` before the header are passed over. A cell that a spreadsheet would take for a formula is
written with `'` before it, which reading takes off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from steerclear.speech.exchange.columns import OF, POINTS_OF, columns
from steerclear.speech.exchange.features import not_readable
from steerclear.speech.exchange.record import MOVEMENT_KIND, Record, RowFault

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FIGURE: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)


def read(data: bytes, kind: str) -> tuple[list[Record], list[RowFault]]:
    try:
        text = data.decode("utf-8-sig")
        rows = list(_rows(text))
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [
            not_readable(error, data, "save it as CSV in UTF-8; double quotation marks inside a text")
        ]
    if not rows:
        return [], []
    line, header = rows[0]
    names = [name.strip().lower() for name in header]
    faults = _header(names, line, kind)
    if faults:
        return [], faults
    made: list[tuple[int, dict[str, str]]] = []
    for line, cells in rows[1:]:
        if len(cells) > len(names):
            rule = f"{len(cells)} cells under {len(names)} columns"
            faults.append(
                RowFault(line, "row", "too-many-cells", rule, "put text with commas in quotation marks")
            )
        else:
            found = zip(names, map(_plain, cells), strict=False)
            made.append((line, {name: cell for name, cell in found if cell}))
    made = [(line, row) for line, row in made if row]
    return (
        _journeys(made, faults) if kind == MOVEMENT_KIND else [_one(kind, line, row) for line, row in made]
    ), faults


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which the row begins, its cells); comments before the header and empty lines left out. Raises
    `csv.Error` that ends in the line."""
    lines = text.splitlines(keepends=True)
    skipped = 0
    while skipped < len(lines) and (lines[skipped].startswith("#") or not lines[skipped].strip()):
        skipped += 1
    reader = csv.reader(io.StringIO("".join(lines[skipped:])), strict=True)
    begins = skipped + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = skipped + reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"{error}: line {begins}") from None


def _header(names: Sequence[str], line: int, kind: str) -> list[RowFault]:
    known = columns(kind)
    if other := [mark for mark in ";\t|" if len(names) == 1 and mark in names[0]]:
        mark = "tabs" if other[0] == "\t" else f"'{other[0]}'"
        rule = f"its columns are separated by {mark}"
        remedy = "save it as CSV separated by commas, with a point in figures: 41.3275"
        return [RowFault(line, "file", "unknown-column", rule, remedy)]
    faults = []
    for name in names:
        if name not in known:
            rule = f"there is no column {name!r} of {kind}"
            faults.append(RowFault(line, name, "unknown-column", rule, "one of " + ", ".join(known)))
        elif names.count(name) > 1:
            faults.append(RowFault(line, name, "column-twice", f"{name} stands twice", "each column once"))
    return list(dict.fromkeys(faults))


def _plain(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def _split(kind: str, row: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(fields, point) of a row."""
    fields = {name: row[name] for name in OF[kind] if name in row}
    return fields, {name: row[name] for name in POINTS_OF[kind] if name in row}


def _one(kind: str, line: int, row: Mapping[str, str]) -> Record:
    fields, point = _split(kind, row)
    return Record(kind, fields, (point,), (line,))


def _journeys(rows: Sequence[tuple[int, dict[str, str]]], faults: list[RowFault]) -> list[Record]:
    """Rows of one movement joined: the first says what holds of all, the others may leave it out or say the same."""
    out: list[Record] = []
    for line, row in rows:
        fields, point = _split(MOVEMENT_KIND, row)
        name = row.get("movement", "")
        if not out or (name and name != out[-1].fields.get("movement", "")):
            out.append(Record(MOVEMENT_KIND, fields, (point,), (line,)))
            continue
        before = out[-1]
        for column, text in fields.items():
            if before.fields.get(column, text) != text:
                rule = f"{before.name} says {before.fields[column]!r} on line {before.line}"
                faults.append(RowFault(line, column, "said-otherwise", rule, "say it once, in the first row"))
        joined = dict(fields) | dict(before.fields)
        out[-1] = Record(MOVEMENT_KIND, joined, (*before.points, point), (*before.lines, line))
    bad = {fault.line for fault in faults}
    return [one for one in out if not bad & set(one.lines)]


def write(records: Sequence[Record], kind: str, says: Sequence[str] = ()) -> bytes:
    out = io.StringIO()
    for line in says:
        out.write(f"# {line}\r\n")
    made = csv.writer(out)
    names = columns(kind)
    made.writerow(names)
    for record in records:
        for number, point in enumerate(record.points or ({},)):
            row = {**(record.fields if number == 0 else _named(record)), **point}
            made.writerow([_safe(row.get(name, "")) for name in names])
    return out.getvalue().encode()


def _named(record: Record) -> dict[str, str]:
    return {"movement": record.fields["movement"]} if "movement" in record.fields else {}


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) and not _FIGURE.fullmatch(text) else text
