"""The machines of one subject, run in order; and its marks, alarms and tasks gathered from them.

Each machine is a file of its own and knows nothing of the others; what one needs of another is handed in here, and
nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from steerclear.procedure import alarms as standing
from steerclear.procedure import (
    assistance,
    challenges,
    claims,
    contact,
    guard_calls,
    handover,
    humanitarian,
    movement,
    overlap_queries,
    reviews,
    rosters,
    separation,
)
from steerclear.procedure import meeting as meetings
from steerclear.procedure import tasks as asked
from steerclear.procedure.addressee import addressees, with_lost_hop
from steerclear.procedure.area import area
from steerclear.procedure.bodies import content, window
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import ladder, relays, replies
from steerclear.procedure.dissemination import at_home
from steerclear.procedure.marks import marks, missing
from steerclear.procedure.stop import hold_deadlines, lost_hop, stop
from steerclear.procedure.subject import (
    Addressee,
    Alarm,
    Area,
    Assistance,
    Deadline,
    Handover,
    HomeDissemination,
    Missing,
    Movement,
    Radio,
    SeparationAlert,
    Stop,
    Task,
    Uncovered,
)
from steerclear.procedure.talks import Meeting
from steerclear.procedure.talks_alarms import meeting_alarms, meeting_tasks
from steerclear.procedure.thread import Thread
from steerclear.speech import table
from steerclear.speech.kind import MOVEMENTS, PLACES


@dataclass(frozen=True, slots=True)
class Machines:
    """What each machine answers of a subject: None, or nothing, where it is not of that machine's kind.

    `body` is the current version's, [`start_ms`, `end_ms`) its window; `rows` the addressees, `due` the deadlines.
    """

    body: Any
    start_ms: int | None
    end_ms: int | None
    rows: tuple[Addressee, ...]
    due: tuple[Deadline, ...]
    missing: tuple[Missing, ...]
    home: HomeDissemination | None
    stop: Stop | None
    area: Area | None
    movement: Movement | None
    uncovered: tuple[Uncovered, ...]
    handover: Handover | None
    assistance: Assistance | None
    radio: Radio | None
    meeting: Meeting | None
    alert: SeparationAlert | None


def run(thread: Thread, context: Context, now_ms: int) -> Machines:
    """All machines of the thread's kind at `now_ms`."""
    root = thread.root
    body = content(thread.current)
    start, end = window(body)
    rows = addressees(thread, context, now_ms)
    due = _due(thread, context, now_ms)
    home = at_home(thread, context, now_ms)
    lacking = missing(thread)
    the_stop = stop(thread, context, now_ms, due, rows, home) if root.kind == "stop" else None
    if root.header.life_safety:
        rows = _with_lost_hops(thread, rows, due, the_stop)
    moves = root.kind in MOVEMENTS
    return Machines(
        body,
        start,
        end,
        rows,
        due,
        lacking,
        home,
        the_stop,
        area(thread, body, context, now_ms) if root.kind in PLACES else None,
        movement.movement(thread, context, rows, due, lacking, now_ms) if moves else None,
        rosters.uncovered(thread, context, rows, start, end) if root.kind in table.ACTIVITIES else (),
        handover.handover(thread),
        assistance.assistance(thread, end, now_ms) if root.kind == assistance.KIND else None,
        guard_calls.state(thread, context),
        meetings.meeting(thread, context, due) if root.kind == "meeting" else None,
        separation.alert(thread, context),
    )


def _due(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    kind = thread.root.kind
    return (
        *ladder(thread, context, now_ms),
        *(hold_deadlines(thread, context, now_ms) if kind == "stop" else ()),
        *replies(thread, context, now_ms),
        *relays(thread, context, now_ms),
        *claims.deadlines(thread, context, now_ms),
        *contact.deadlines(thread, context, now_ms),
        *(meetings.deadlines(thread, context, now_ms) if kind == "meeting" else ()),
        *(movement.check_ins(thread, context, now_ms) if kind in MOVEMENTS else ()),
    )


def _with_lost_hops(
    thread: Thread, rows: tuple[Addressee, ...], due: tuple[Deadline, ...], the_stop: Stop | None
) -> tuple[Addressee, ...]:
    repeated = the_stop is not None and bool(the_stop.repeated_by)
    return tuple(
        with_lost_hop(row, lost_hop(thread, row.party, due, repeated)) if row.informed else row
        for row in rows
    )


def marks_of(thread: Thread, context: Context, made: Machines) -> tuple[str, ...]:
    found = {
        *marks(thread, made.body, context, made.rows, made.area, made.stop, made.missing),
        *contact.marks(thread, made.radio),
        *overlap_queries.marks(thread, context),
    }
    if made.uncovered:
        found.add("uncovered-hours")
    if made.stop is not None and made.stop.pattern_of:
        found.add(reviews.PATTERN)
    return tuple(sorted(found))


def alarms_of(thread: Thread, context: Context, made: Machines, now_ms: int) -> tuple[Alarm, ...]:
    return (
        *standing.alarms(thread, context, now_ms, made.due, made.rows, made.stop, made.end_ms),
        *meeting_alarms(thread, context, made.meeting, made.due),
        *humanitarian.alarms(thread, context, made.movement, made.due, made.home, now_ms),
        *contact.alarms(thread, context, made.due, made.assistance, made.end_ms),
        *separation.alarms(thread, context, made.alert),
    )


def tasks_of(thread: Thread, context: Context, made: Machines, now_ms: int) -> tuple[Task, ...]:
    of_places = (made.rows, made.missing, made.home, made.area, made.movement)
    return (
        *asked.tasks(thread, context, now_ms, made.due, made.rows, made.missing),
        *rosters.tasks(thread, context, made.uncovered),
        *handover.tasks(thread, context, made.handover),
        *reviews.tasks(thread, context, made.stop),
        *claims.tasks(thread, context, made.due),
        *challenges.tasks(thread, context),
        *overlap_queries.tasks(thread, context),
        *contact.tasks(thread, context, made.assistance),
        *meeting_tasks(thread, context, made.meeting),
        *separation.tasks(thread, context, made.alert),
        *humanitarian.tasks(thread, context, *of_places, now_ms),
    )
