"""Everything that is open on a line, at once: what a new officer has to know first (AT31).

A subject is open while it is not closed, or while somebody still owes something about it. What only says how things
are (a check call, a roster, a baseline) is no item unless something is owed about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from steerclear.procedure.subject import Alarm, Handover, Subject
from steerclear.speech.texts import say, text
from steerclear.views.board import board_order

_STATES_OF_THINGS = ("line.check", "line.roster", "line.handover", "baseline", "scope.change", "introduce")
_CLOSED = ("done", "cancelled", "expired")
Name = Callable[[str], str]


def start_of_id(party: str) -> str:
    return party[:8]


class OpenItem(msgspec.Struct, frozen=True):
    """One open subject and what is owed about it and by when, in words; `due_ms` is the next deadline that runs. `owes`
    and `titled` are what `owed` and `title` are made of in any language (`speech/texts`)."""

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
    owes: tuple[dict[str, Any], ...] = ()
    titled: dict[str, Any] = {}


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


def open_item(subject: Subject, name: Name = start_of_id) -> OpenItem:
    waiting = [row for row in subject.deadlines if row.state == "open"]
    owes = tuple(_owes(subject, name))
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
        tuple(say(one["key"], one["parameters"]) for one in owes),
        owes,
        subject.titled,
    )


def _owes(subject: Subject, name: Name) -> Iterator[dict[str, Any]]:
    """What stands, what is to be done by when, who holds until when, who owes an answer by when."""
    for alarm in subject.alarms:
        yield text("watch.owed-alarm", text=_part(alarm, "text"), action=_part(alarm, "action"))
    for task in subject.tasks:
        said = text(task.key, **task.parameters) if task.key else task.text
        if task.due_ms is not None:
            yield text("watch.owed-due", text=said, due=task.due_ms)
        else:
            yield said if isinstance(said, dict) else text("watch.owed", text=said)
    if subject.stop is not None and subject.stop.state != "resolved":
        for hold in subject.stop.holds:
            if hold.state == "holding":
                yield text("watch.owed-hold", party=name(hold.party), until=hold.until_ms)
        yield text("watch.owed-stop", state=subject.stop.state)
    if subject.area is not None and subject.area.state != "released":
        yield text("watch.owed-area")
    yield from _deadlines(subject, name)


def _part(alarm: Alarm, part: str) -> Any:
    return text(f"{alarm.key}.{part}", **alarm.parameters) if alarm.key else getattr(alarm, part)


def _deadlines(subject: Subject, name: Name) -> Iterator[dict[str, Any]]:
    """The next step of each party and rule that still runs; of a hold `owed-hold` says it."""
    next_: dict[tuple[str, str], int] = {}
    for row in subject.deadlines:
        if row.state == "open" and row.rule != "hold":
            key = (row.party, row.rule)
            next_[key] = min(row.due_ms, next_.get(key, row.due_ms))
    for (party, rule), due_ms in sorted(next_.items(), key=lambda one: (one[1], one[0])):
        whose = name(party) if party else "-"
        yield text("watch.owed-deadline", party=whose, due=due_ms, rule=rule)


def open_items(
    subjects: Iterable[Subject], now_ms: int, own: str, after: str, most: int, name: Name = start_of_id
) -> OpenItems:
    """The page after the subject `after` ('' for the first). `name`: what this node calls a party."""
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
        tuple(open_item(one, name) for one in rows[start : start + most]),
        start + most < len(rows),
        given,
        last.id if last is not None else "",
        tuple(left_out[:most]) if last is not None else (),
    )
