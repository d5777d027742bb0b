"""Everything that is open on a line, at once: what a new officer has to know first (AT31).

A subject is open while it is not closed, or while somebody still owes something about it. What only says how things
are (a check call, a roster, a baseline) is no item unless something is owed about it.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from steerclear.procedure.subject import Handover, Subject
from steerclear.views.board import board_order

_STATES_OF_THINGS = ("line.check", "line.roster", "line.handover", "baseline", "scope.change", "introduce")
_CLOSED = ("done", "cancelled", "expired")


class OpenItem(msgspec.Struct, frozen=True):
    """One open subject and what is owed about it, in words; `due_ms` is the next deadline that runs."""

    subject: str
    kind: str
    title: str
    author: str
    mode: str
    precedence: str
    life_safety: bool
    life: str
    since_ms: int
    due_ms: int | None
    owed: tuple[str, ...]


class OpenItems(msgspec.Struct, frozen=True):
    """Open subjects in the board's order, up to fifty (`more` says that there are others, `count` how many in all);
    `handover` is the last one given here, `left_out` what was open when it was given and is not named in it.
    """

    now_ms: int
    count: int
    items: tuple[OpenItem, ...]
    more: bool
    handover: Handover | None = None
    handover_entry: str = ""
    left_out: tuple[str, ...] = ()


def is_open(subject: Subject) -> bool:
    """Whether anybody has to keep this subject in mind."""
    if subject.alarms or subject.tasks:
        return True
    return subject.life not in _CLOSED and subject.kind not in _STATES_OF_THINGS


def open_item(subject: Subject) -> OpenItem:
    waiting = [row for row in subject.deadlines if row.state == "open"]
    owed = [f"{alarm.text} {alarm.action}" for alarm in subject.alarms]
    owed += [task.text for task in subject.tasks]
    if subject.stop is not None and subject.stop.state != "resolved":
        owed.append(f"the stop is {subject.stop.state}; only its raiser or the site's owner closes it")
    if subject.area is not None and subject.area.state != "released":
        owed.append("keep away; two officers of its owner release it")
    return OpenItem(
        subject.id,
        subject.kind,
        subject.title,
        subject.author,
        subject.mode,
        subject.precedence,
        subject.life_safety,
        subject.life,
        subject.released_ms,
        min((row.due_ms for row in waiting), default=None),
        tuple(owed),
    )


def open_items(subjects: Iterable[Subject], now_ms: int, own: str, after: str, most: int) -> OpenItems:
    """The page after the subject `after` ('' for the first)."""
    known = list(subjects)
    rows = sorted((one for one in known if is_open(one)), key=board_order)
    ids = [one.id for one in rows]
    start = ids.index(after) + 1 if after in ids else 0
    last = max(
        (one for one in known if one.handover is not None and one.author == own),
        key=lambda one: (one.released_ms, one.id),
        default=None,
    )
    given = last.handover if last is not None else None
    named = set(given.items) if given is not None else set()
    left_out = [
        one.id
        for one in rows
        if last is not None and one.released_ms <= last.released_ms and one.id not in {*named, last.id}
    ]
    return OpenItems(
        now_ms,
        len(rows),
        tuple(open_item(one) for one in rows[start : start + most]),
        start + most < len(rows),
        given,
        last.id if last is not None else "",
        tuple(left_out[:most]) if last is not None else (),
    )
