"""Alarms and tasks of notified sites and movements: each raised by its cause and gone with it.

messages.md, Humanitarian notification, Roles and Timers (site review 90 days); AT20, AT27. A notification officer is
asked to check that a notice is complete, and has nothing to approve or refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from steerclear.procedure import movement as machine
from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import deadline_id
from steerclear.procedure.subject import (
    Addressee,
    Alarm,
    Area,
    Deadline,
    HomeDissemination,
    Missing,
    Movement,
    Task,
)
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import alarm, fields, side, task
from steerclear.speech.kind import MOVEMENTS, SITES
from steerclear.speech.kinds.movement_notify import Movement as Notice
from steerclear.speech.kinds.movement_notify import points
from steerclear.speech.kinds.site_notify import unconfirmed
from steerclear.speech.texts import code, text

OFFICER = "notification_officer"


# ---- alarms


def alarms(
    thread: Thread,
    context: Context,
    moving: Movement | None,
    due: Sequence[Deadline],
    home: HomeDissemination | None,
    now_ms: int,
) -> tuple[Alarm, ...]:
    """What stands now of a movement that is not over; nothing for other kinds."""
    if moving is None or thread.closing is not None:
        return ()
    found = [*_overdue(thread, context, due)]
    found += _off_route(thread, context, moving)
    found += _not_ready(thread, context, moving, home, now_ms)
    return tuple(found)


def _alarm(
    thread: Thread, context: Context, rule: str, step: str, party: str, key: str, since: int, /, **words: Any
) -> Alarm:
    root, author = thread.root, context.name(thread.root.author)
    made = deadline_id(root.id, rule, step, party)
    said = side(key, context, root.author, "")
    safety = root.header.life_safety
    return alarm(made, root.id, rule, step, said, since, party, safety, author=author, **words)


def _overdue(thread: Thread, context: Context, due: Sequence[Deadline]) -> Iterator[Alarm]:
    """At every node that holds the movement: the side that might harm it must know that nobody knows where it is."""
    body = content(thread.current)
    plan = body.lost_contact if isinstance(body, Notice) else None
    key = "alarms.check-in-plan" if plan else "alarms.check-in"
    for row in due:
        if row.rule != machine.RULE or row.state != "missed":
            continue
        words = {"party": context.name(row.party), "point": _point(body, row.step), "due": row.due_ms}
        if plan:
            words["plan"] = code("lost_contact", plan)
        yield _alarm(thread, context, machine.RULE, row.step, row.party, key, row.due_ms, **words)


def _point(body: object, step: str) -> dict[str, Any]:
    number = int(step.rpartition("-")[2])
    places = points(body) if isinstance(body, Notice) else ()
    named = places[number].name if number < len(places) else None
    if named:
        return text("tasks.part.point-named", number=number, name=named)
    return text("tasks.part.point", number=number)


def _off_route(thread: Thread, context: Context, moving: Movement) -> Iterator[Alarm]:
    if moving.off_route_mm is None:
        return
    step = f"report-{len(machine.own_reports(thread))}"
    since = moving.last_report_ms or thread.current.at_ms
    km, key = -(-moving.off_route_mm // 1_000_000), "alarms.off-route"
    yield _alarm(thread, context, "off-route", step, thread.root.author, key, since, km=km)


def _not_ready(
    thread: Thread, context: Context, moving: Movement, home: HomeDissemination | None, now_ms: int
) -> Iterator[Alarm]:
    """From an hour before departure, at the earliest since it was said, until nothing is lacking, or until it is
    over."""
    departs = moving.departs_ms
    ready = context.parameters(thread.root).movement_ready_ms
    if departs is None or not moving.lacks or now_ms < departs - ready:
        return
    lacks = list(_lacking(thread, context, moving, home))
    if moving.departed_ms is not None:
        step, key, since = "departed", "alarms.not-ready-departed", moving.departed_ms
    else:
        step, key, since = "before-departure", "alarms.not-ready", max(departs - ready, thread.root.at_ms)
    yield _alarm(thread, context, "not-ready", step, "", key, since, departs=departs, lacks=lacks)


_LACKS = {
    machine.FIELDS: "tasks.part.lacks-fields",
    machine.ORIGIN: "tasks.part.lacks-origin",
}


def _lacking(
    thread: Thread, context: Context, moving: Movement, home: HomeDissemination | None
) -> Iterator[dict[str, Any]]:
    """In words; of this node's own side the units by name, which stay at home with the alarm's text."""
    for lack in moving.lacks:
        if lack == machine.CONTACT:
            yield text("tasks.part.lacks-contact", within=context.parameters(thread.root).contact_test_ms)
            continue
        if not lack.startswith(machine.UNITS):
            yield text(_LACKS[lack])
            continue
        party = lack.removeprefix(machine.UNITS)
        if party != context.own:
            yield text("tasks.part.lacks-units", party=context.name(party))
        elif home is not None and home.unreached:
            yield text("tasks.part.lacks-units-us-named", units=list(home.unreached))
        else:
            yield text("tasks.part.lacks-units-us")


# ---- tasks


def tasks(
    thread: Thread,
    context: Context,
    rows: Sequence[Addressee],
    asked: Sequence[Missing],
    home: HomeDissemination | None,
    area: Area | None,
    moving: Movement | None,
    now_ms: int,
) -> tuple[Task, ...]:
    """Of a site or a movement that is not closed; nothing for other kinds."""
    if thread.root.kind not in (*SITES, *MOVEMENTS) or thread.closing is not None:
        return ()
    found = [*_check(thread, context, rows, asked), *_call_back(thread, context)]
    if area is not None and area.stale and thread.root.author == context.own:
        since = area.stale_ms if area.stale_ms is not None else thread.current.at_ms
        found.append(_task(thread, "review-site", "tasks.review-site", since, OFFICER))
    if moving is not None:
        found += [*_tell(thread, context, moving, home), *_test(thread, context, moving, now_ms)]
    return tuple(found)


def _task(
    thread: Thread, name: str, key: str, since: int, role: str, due: int | None = None, /, **words: Any
) -> Task:
    root = thread.root
    return task(f"{root.id}/task/{name}", root.id, key, since, due, role, **words)


def _check(
    thread: Thread, context: Context, rows: Sequence[Addressee], asked: Sequence[Missing]
) -> Iterator[Task]:
    """At each addressee: check that it is complete; ask for what is missing, in order."""
    mine = next((row for row in rows if row.party == context.own and row.informed), None)
    if mine is None:
        return
    author, since = context.name(thread.root.author), thread.current.at_ms
    if asked:
        words = {"author": author, "fields": fields(one.field for one in asked)}
        yield _task(thread, "complete-notification", "tasks.complete-notification", since, OFFICER, **words)
    elif mine.read_ms is None:
        key = "tasks.check-notification"
        yield _task(thread, "check-notification", key, since, OFFICER, author=author)


def _call_back(thread: Thread, context: Context) -> Iterator[Task]:
    body = content(thread.current)
    if thread.root.author == context.own and unconfirmed(body):
        since, person = thread.current.at_ms, body.notifier.name
        yield _task(thread, "call-back", "tasks.call-back", since, OFFICER, person=person)


def _tell(
    thread: Thread, context: Context, moving: Movement, home: HomeDissemination | None
) -> Iterator[Task]:
    """AT20: at home, each unit that has not read its code back, by name, before departure."""
    if f"{machine.UNITS}{context.own}" not in moving.lacks:
        return
    units = list(home.unreached) if home is not None else []
    key, since = "tasks.tell-units" if units else "tasks.tell-all-units", thread.current.at_ms
    yield _task(thread, "tell-units", key, since, "watch_officer", moving.departs_ms, units=units)


def _test(thread: Thread, context: Context, moving: Movement, now_ms: int) -> Iterator[Task]:
    """AT27: from 30 min before departure at both sides, until it was answered."""
    window = context.parameters(thread.root).contact_test_ms
    departs = moving.departs_ms
    if departs is None or machine.CONTACT not in moving.lacks or moving.departed_ms is not None:
        return
    if now_ms < departs - window:
        return
    key, since = "tasks.contact-test", departs - window
    yield _task(thread, "contact-test", key, since, "watch_officer", departs, within=window)
