"""What an alarm or a task is about, so that each can be read by itself: mode, kind and short title of its subject, and
of a stop where it is.

REAL stands before everything else, so that nothing of an exercise hides it. Of a place in a custodian's compartment
nothing is named but its kind (messages.md, Parties: custodian).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from steerclear.node import compartments, holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.bodies import content
from steerclear.procedure.subject import Alarm, Subject, Task
from steerclear.speech import texts
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.reading import position_text


def alarms(node: Node, line: LineState, rows: Iterable[Alarm], modes: Mapping[str, str]) -> tuple[Alarm, ...]:
    """Named and in order: REAL first, then life safety, a stop before the rest of it, then since when; last, movers
    of whom none is ours, for of these there may be so many that nothing else would be seen. `modes` are those of
    conflicts, which are no subjects; an alarm of the line itself is as real as the line."""
    named = [_named(node, line, one, modes) for one in rows]
    real = ("REAL",) if line.line.exercise else ("REAL", "")
    return tuple(
        sorted(
            named,
            key=lambda one: (
                one.mode not in real,
                not one.life_safety,
                one.kind != "stop",
                one.key == _OTHERS,
                one.since_ms,
                one.id,
            ),
        )
    )


def tasks(node: Node, line: LineState, rows: Iterable[Task]) -> tuple[Task, ...]:
    """Named; REAL first, in the order in which they came."""
    named = [_named(node, line, one, {}) for one in rows]
    return tuple(sorted(named, key=lambda one: one.mode not in ("REAL", "")))


_OTHERS: Final = "movers.home-others"
Row = TypeVar("Row", Alarm, Task)


def _named(node: Node, line: LineState, row: Row, modes: Mapping[str, str]) -> Row:
    subject = line.folded.get(row.subject)
    if subject is None:
        return msgspec.structs.replace(row, mode=modes.get(row.subject, ""))
    titled = _titled(node, line, subject)
    place = texts.say(titled["key"], titled["parameters"]) if titled else ""
    return msgspec.structs.replace(row, mode=subject.mode, kind=subject.kind, place=place, titled=titled)


def _titled(node: Node, line: LineState, subject: Subject) -> dict[str, Any]:
    """Its title, and of a stop where it is: the site that it names, and its first position as it was passed. Nothing of
    a place in a compartment."""
    if compartments.closed(node, line, subject.id):
        return {}
    body = content(holding.said(node, line, subject.version)) if subject.kind == "stop" else None
    if not isinstance(body, Stop) or not subject.titled:
        return subject.titled
    site = line.folded.get(line.subjects.root(body.site)) if body.site else None
    named = site is not None and bool(site.titled) and not compartments.closed(node, line, site.id)
    where: list[Any] = [site.titled] if site is not None and named else []
    where += [position_text(one) for one in body.positions[:1]]
    return texts.text("tasks.part.at", title=subject.titled, where=where) if where else subject.titled
