"""Which rows of `erased` entries count: those of the notice's own author, about what was over by its own account.

An `erased` is signed by a node key, which may never withdraw anything (record.md, Keys; Erasure). So a row changes what
a node shows only where clear headers, or the payload where it is still held, do not say that the notice stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from steerclear.node.line import LineState
from steerclear.procedure.context import Residue
from steerclear.procedure.residue import read
from steerclear.procedure.said import Said
from steerclear.record.header import Header

CLOSING = frozenset({"withdraw", "complete", "movement.complete"})
CLOSED_BY_HAND = frozenset({"area.declare", "site.notify", "movement.notify", "stop"})
"""Kinds that never lapse by themselves: without a closing entry nothing of them is over."""


def counted(
    line: LineState, erased: Iterable[Said], header_of: Callable[[str], Header]
) -> Mapping[str, Residue]:
    """Entry id → residue. Ids that are not held are remembered in `line.erased_ahead`."""
    line.erased_ahead.clear()
    kept = []
    for said in erased:
        rows = [row for row in rows_of(said.header) if _counts(line, said, row, header_of)]
        if rows:
            header = msgspec.structs.replace(said.header, record={"entries": rows})
            kept.append(_with(said, header))
    return read(kept)


def rows_of(header: Header) -> Iterator[dict[str, Any]]:
    """The rows of an `erased` header that are rows at all."""
    rows = header.record.get("entries")
    for row in rows if isinstance(rows, list | tuple) else ():
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            yield row


def _counts(line: LineState, said: Said, row: dict[str, Any], header_of: Callable[[str], Header]) -> bool:
    entry = row["id"]
    if entry not in line.positions:
        line.erased_ahead.add(entry)
        return False
    root = line.subjects.root(entry)
    if root not in line.positions or header_of(root).author != said.author:
        return False
    closed = any(
        header_of(one).kind in CLOSING for one in line.subjects.entries(root) if one in line.positions
    )
    if closed:
        return True
    if header_of(root).kind in CLOSED_BY_HAND:
        return False
    end, term = row.get("end_ms"), row.get("term_ms")
    if type(end) is not int or type(term) is not int or term < end:
        return False
    shown = line.folded.get(root)
    return shown is None or shown.end_ms is None or shown.end_ms <= term


def _with(said: Said, header: Header) -> Said:
    from dataclasses import replace

    return replace(said, header=header)
