"""Erasure by timetable: what sites and movements said is destroyed when its time is over (messages.md, Timers).

| what | after | by default |
|---|---|---|
| positions of a movement, once it is over | they were said | 72 h |
| the movement with its contacts and plates | it was completed or withdrawn | 30 days |
| a site | it was released | 1 year |

The author's node erases; every other holder follows (`erase.follow`). Nothing whose life is not over is touched,
nothing that a `preserve` names, and at most one batch a day stands in the log (design/record.md, Erasure).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from steerclear.node import erase, folds, holding
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.subject import Subject
from steerclear.speech.kind import SITES
from steerclear.speech.parameters import Parameters

POSITION: Final = "movement.position"


def due(node: Node, line: LineState) -> bool:
    """Erase what is due now; whether anything was. Looks once a day, or when something was due to come."""
    now = node.clock.now_ms()
    if (
        not line.timetable
        or now < line.retention_ms
        or now - line.last_erased_ms < erase.EVERY_MS
        or not node.vault.unlocked
    ):
        return False
    folds.ensure_acts(node, line)
    numbers = in_force(line, now).parameters
    rows: list[dict[str, Any]] = []
    for subject in _own(node, line):
        if not erase.preserved(node, line, subject.id):
            rows += _rows(node, line, subject, numbers, now)
    line.retention_ms = now + erase.EVERY_MS
    if rows:
        erase.log(node, line, rows)
    return bool(rows)


def next_due(line: LineState) -> int | None:
    """When to look again; None on a line where neither a site nor a movement was ever seen."""
    return line.retention_ms if line.timetable else None


def _own(node: Node, line: LineState) -> Iterator[Subject]:
    """Own sites and movements that are over and not erased yet, settled ones too."""
    for root in sorted(line.timetable - line.erased):
        subject = line.folded.get(root) or folds.fold_settled(node, line, root)
        if subject is not None and subject.life in erase.OVER and subject.closed_ms is not None:
            yield subject


def _rows(
    node: Node, line: LineState, subject: Subject, numbers: Parameters, now: int
) -> list[dict[str, Any]]:
    closed = subject.closed_ms or 0
    term = numbers.site_retention_ms if subject.kind in SITES else numbers.contact_retention_ms
    if now - closed >= term:
        return erase.rows_of(node, line, subject, now)
    return [
        erase.row_of(entry, POSITION, "done", None, now, ())
        for entry in subject.entries
        if entry not in line.erased and _old_position(node, line, entry, numbers.movement_retention_ms, now)
    ]


def _old_position(node: Node, line: LineState, entry: str, kept_ms: int, now: int) -> bool:
    if entry not in line.positions:
        return False
    header = holding.header_of(node, line, entry)
    return header.kind == POSITION and header.author == node.party and now - header.released_ms >= kept_ms
