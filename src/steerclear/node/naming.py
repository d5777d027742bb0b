"""What an alarm or a task is about, so that each can be read by itself: the mode, kind and short title of its subject.

REAL stands before everything else, so that nothing of an exercise hides it. Of a place in a custodian's compartment
nothing is named but its kind (messages.md, Parties: custodian).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from steerclear.node import compartments
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.subject import Alarm, Task


def alarms(node: Node, line: LineState, rows: Iterable[Alarm], modes: Mapping[str, str]) -> tuple[Alarm, ...]:
    """Named and in order: REAL first, then since when. `modes` are those of conflicts, which are no subjects."""
    named = [_named(node, line, one, modes) for one in rows]
    return tuple(sorted(named, key=lambda one: (one.mode not in ("REAL", ""), one.since_ms, one.id)))


def tasks(node: Node, line: LineState, rows: Iterable[Task]) -> tuple[Task, ...]:
    """Named; REAL first, in the order in which they came."""
    named = [_named(node, line, one, {}) for one in rows]
    return tuple(sorted(named, key=lambda one: one.mode not in ("REAL", "")))


Row = TypeVar("Row", Alarm, Task)


def _named(node: Node, line: LineState, row: Row, modes: Mapping[str, str]) -> Row:
    subject = line.folded.get(row.subject)
    if subject is None:
        return msgspec.structs.replace(row, mode=modes.get(row.subject, ""))
    hidden = compartments.closed(node, line, subject.id)
    return msgspec.structs.replace(
        row,
        mode=subject.mode,
        kind=subject.kind,
        place="" if hidden else subject.title,
        titled={} if hidden else subject.titled,
    )
