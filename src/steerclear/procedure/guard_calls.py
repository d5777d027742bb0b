"""Radio warnings that go unanswered again and again: the third in a row of one party, frequency and area opens a review
(messages.md, Timers; AT37: guard calls so routine that silence is normal).

Counted is what could be known to be meant (AT06). A warning is of the same row as an earlier one when it was said to
the same party, on the same frequency, in the same area; one that was answered ends the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from steerclear.procedure import radio
from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.places import near
from steerclear.procedure.said import Key, Said, ordered
from steerclear.procedure.subject import Radio, Task
from steerclear.procedure.thread import Thread, read
from steerclear.procedure.worded import task
from steerclear.space.positions import Fix
from steerclear.speech.kinds.warning_radio import WarningRadio

MARK = "unanswered-in-a-row"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What of a radio warning decides which row it is of. `answered` is None where its author has not said so yet."""

    id: str
    key: Key
    mode: str
    parties: frozenset[str]
    hz: frozenset[int]
    fixes: tuple[Fix, ...]
    answered: bool | None
    after: int
    near_mm: int


def spoken(entries: Iterable[Said], context: Context) -> Spoken | None:
    """Of all entries of one warning; None where its root is not among them, or where it counts as no warning."""
    said = ordered(entries)
    root = next((row for row in said if row.kind == "warning.radio"), None)
    if root is None:
        return None
    thread = read(said, root, context)
    body = content(thread.current)
    whom = body.to_whom if isinstance(body, WarningRadio) else None
    if not isinstance(body, WarningRadio) or not radio.calls(thread.current) or whom is None:
        return None
    numbers = context.parameters(root)
    place = () if whom.lat_e7 is None or whom.lon_e7 is None else (Fix(whom.lat_e7, whom.lon_e7, 0),)
    answered = True if radio.answered(thread, thread.current) else False if body.answered == "no" else None
    return Spoken(
        root.id,
        root.key,
        root.header.mode,
        frozenset(thread.to),
        frozenset(body.frequencies_hz),
        place,
        answered,
        max(1, numbers.radio_review_after),
        numbers.radio_review_mm,
    )


def rows(warnings: Sequence[Spoken]) -> Mapping[str, tuple[str, ...]]:
    """Warning id → the unanswered ones before it of its row, in fold order, where it opens a review: the third, the
    sixth … (each party and frequency of it by itself; the longest row counts). A row goes on from one warning to the
    next that lies near it, so a walk along a border stays one."""
    before: dict[tuple[bool, str, int], list[tuple[Spoken, Row]]] = {}
    out = {}
    for new in sorted(warnings, key=lambda one: one.key):
        if new.answered is None:
            continue
        opens: list[Row] = []
        for party in new.parties:
            for hz in new.hz:
                earlier = before.setdefault((new.mode == "REAL", party, hz), [])
                count, last = _row(new, earlier)
                row = NO_ROW if new.answered else (count + 1, (*last, new.id)[-new.after :])
                earlier.append((new, row))
                opens += [row] if row[0] and row[0] % new.after == 0 else []
        if opens:
            out[new.id] = max(opens)[1][:-1]
    return out


Row = tuple[int, tuple[str, ...]]
"""How many unanswered warnings stand in a row, and the last of them."""
NO_ROW: Row = (0, ())


def _row(new: Spoken, earlier: Sequence[tuple[Spoken, Row]]) -> Row:
    """The row that the last one before it in the same area stands in; none where that was answered."""
    return next((row for old, row in reversed(earlier) if near(new.fixes, old.fixes, new.near_mm)), NO_ROW)


def tasks(thread: Thread, context: Context) -> list[Task]:
    """At every side, closed or not, until a meeting or an incident names one of the row."""
    row = context.unanswered.get(thread.root.id)
    if row is None or not context.own or reviewed(thread, context):
        return []
    root, since, key = thread.root, thread.current.at_ms, "tasks.radio-review"
    return [task(f"{root.id}/task/radio-review", root.id, key, since, None, "releaser", count=len(row) + 1)]


def state(thread: Thread, context: Context) -> Radio | None:
    """The warning as it stands; None for what is none."""
    if thread.root.kind != "warning.radio":
        return None
    row = context.unanswered.get(thread.root.id)
    open_ = "" if row is None else "held" if reviewed(thread, context) else "open"
    count = radio.calls(thread.current)
    return Radio(bool(count), count, radio.unanswered(thread), row or (), open_)  # type: ignore[arg-type]


def reviewed(thread: Thread, context: Context) -> bool:
    """Whether a meeting or an incident names a warning of the row."""
    return bool({thread.root.id, *context.unanswered.get(thread.root.id, ())} & context.reviewed)
