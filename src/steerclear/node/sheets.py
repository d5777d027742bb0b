"""Entries that speak of one thing and contradict each other: the same paper serial with other content, areas
opened from one sealed batch with other counts. Marked at each of them, at every node that may read them (ADR 0017)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from steerclear.errors import Malformed
from steerclear.node import beside
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.said import Said
from steerclear.speech import serial
from steerclear.speech.kinds.area_declare import AreaDeclare

SHEET, OPENING = "sheet", "opening"


def load(node: Node, line: LineState) -> None:
    """What was known."""
    beside.load(node, SHEET, line.id, line.sheets)
    beside.load(node, OPENING, line.id, line.openings)


def note(node: Node, line: LineState, entries: Iterable[Said]) -> set[str]:
    """Look at these entries; the subjects whose marks may change by it."""
    moved: set[str] = set()
    for said in entries:
        sheet, opening = _sheet(said), _opening(said)
        if sheet is not None:
            moved |= beside.note(node, SHEET, line.id, line.sheets, said.id, *sheet)
        if opening is not None:
            moved |= beside.note(node, OPENING, line.id, line.openings, said.id, *opening)
    return {line.subjects.root(one) for one in moved if one in line.positions}


def _sheet(said: Said) -> tuple[Any, Any] | None:
    """(whose serial, what it says)."""
    found = getattr(said.inner, "paper", None)
    if said.body is None or found is None:
        return None
    try:
        name = serial.parse(found.serial).text
    except Malformed:
        name = found.serial
    return [said.author, name], [said.kind, list(said.header.refs), msgspec.to_builtins(said.body)]


def _opening(said: Said) -> tuple[Any, Any] | None:
    """(whose batch, how many were sealed in its month)."""
    body = said.body
    if not isinstance(body, AreaDeclare) or body.opening is None:
        return None
    return [said.author, body.opening.batch], body.opening.sealed_that_month
