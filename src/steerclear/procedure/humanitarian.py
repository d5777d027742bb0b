"""Alarms and tasks of notified sites and movements: each raised by its cause and gone with it.

messages.md, Humanitarian notification, Roles and Timers (site review 90 days); AT20, AT27. A notification officer is
asked to check that a notice is complete, and has nothing to approve or refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from steerclear.procedure.times import span
from steerclear.speech.kind import MOVEMENTS, SITES
from steerclear.speech.kinds.movement_notify import Movement as Notice
from steerclear.speech.kinds.movement_notify import points
from steerclear.speech.kinds.site_notify import unconfirmed
from steerclear.speech.phrases import phrase
from steerclear.units import format_dtg

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
    thread: Thread, rule: str, step: str, party: str, since: int, text: str, why: str, action: str
) -> Alarm:
    made = deadline_id(thread.root.id, rule, step, party)
    safety = thread.root.header.life_safety
    return Alarm(made, thread.root.id, rule, step, text, why, action, since, party, safety)


def _overdue(thread: Thread, context: Context, due: Sequence[Deadline]) -> Iterator[Alarm]:
    """At every node that holds the movement: the side that might harm it must know that nobody knows where it is."""
    body = content(thread.current)
    plan = phrase("lost_contact", body.lost_contact) if isinstance(body, Notice) and body.lost_contact else ""
    for row in due:
        if row.rule != machine.RULE or row.state != "missed":
            continue
        where = _point(body, row.step)
        yield _alarm(
            thread,
            machine.RULE,
            row.step,
            row.party,
            row.due_ms,
            f"Overdue: no report of the movement of {context.name(row.party)} from {where} "
            f"by {format_dtg(row.due_ms)}.",
            "Nobody knows where its people are; they may be anywhere on the way.",
            "Keep away from the whole way. Call the people on board by every means that the notice gives"
            + (f"; without contact their plan is: {plan}." if plan else "."),
        )


def _point(body: object, step: str) -> str:
    number = int(step.rpartition("-")[2])
    places = points(body) if isinstance(body, Notice) else ()
    named = places[number].name if number < len(places) else None
    return f"point {number}" + (f" ({named})" if named else "")


def _off_route(thread: Thread, context: Context, moving: Movement) -> Iterator[Alarm]:
    if moving.off_route_mm is None:
        return
    reports = machine.own_reports(thread)
    yield _alarm(
        thread,
        "off-route",
        f"report-{len(reports)}",
        thread.root.author,
        moving.last_report_ms or thread.current.at_ms,
        f"Off its way: the movement of {context.name(thread.root.author)} reports from "
        f"{-(-moving.off_route_mm // 1_000_000)} km or less outside the way that was notified.",
        "Units keep away from the way, and it is not there.",
        "Keep away from where it is as well; ask its author for a new version of the way; tell the units.",
    )


def _not_ready(
    thread: Thread, context: Context, moving: Movement, home: HomeDissemination | None, now_ms: int
) -> Iterator[Alarm]:
    """From an hour before departure until nothing is lacking, or until it is over."""
    departs = moving.departs_ms
    ready = context.parameters(thread.root).movement_ready_ms
    if departs is None or not moving.lacks or now_ms < departs - ready:
        return
    lacking = "; ".join(_lacking(context, moving, home))
    gone = moving.departed_ms is not None
    yield _alarm(
        thread,
        "not-ready",
        "departed" if gone else "before-departure",
        "",
        moving.departed_ms if gone and moving.departed_ms is not None else departs - ready,
        f"The movement of {context.name(thread.root.author)} "
        + (
            f"departed without: {lacking}."
            if gone
            else f"departs {format_dtg(departs)} and lacks: {lacking}."
        ),
        "Who was not told cannot keep away from it.",
        "Tell those units now and have the code read back; test live contact; "
        + (
            "hold fire round the whole way." if gone else "it does not depart while a no-move trigger stands."
        ),
    )


_WORDS = {
    machine.FIELDS: "fields that the notice leaves out",
    machine.ORIGIN: "a call back to whoever told of it",
    machine.CONTACT: "an answered test of live contact under 30 min before departure",
}


def _lacking(context: Context, moving: Movement, home: HomeDissemination | None) -> Iterator[str]:
    """In words; of this node's own side the units by name, which stay at home with the alarm's text."""
    for lack in moving.lacks:
        if not lack.startswith(machine.UNITS):
            yield _WORDS[lack]
            continue
        party = lack.removeprefix(machine.UNITS)
        units = home.unreached if party == context.own and home is not None else ()
        yield f"units of {context.name(party)}" + (f" ({', '.join(units)})" if units else "")


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
        text = "The review date of this site has passed: have it verified again and amend it with a new one. "
        text += "It is stale and still protected."
        since = area.stale_ms if area.stale_ms is not None else thread.current.at_ms
        found.append(_task(thread, "review-site", text, since, OFFICER))
    if moving is not None:
        found += [*_tell(thread, context, moving, home), *_test(thread, context, moving, now_ms)]
    return tuple(found)


def _task(thread: Thread, name: str, text: str, since: int, role: str, due: int | None = None) -> Task:
    return Task(f"{thread.root.id}/task/{name}", thread.root.id, text, since, due, role)


def _check(
    thread: Thread, context: Context, rows: Sequence[Addressee], asked: Sequence[Missing]
) -> Iterator[Task]:
    """At each addressee: check that it is complete; ask for what is missing, in order."""
    mine = next((row for row in rows if row.party == context.own and row.informed), None)
    if mine is None:
        return
    author = context.name(thread.root.author)
    if asked:
        names = ", ".join(one.field.replace("_", " ") for one in asked)
        text = f"Ask {author} for, in this order: {names}. It is protected all the same."
        yield _task(thread, "complete-notification", text, thread.current.at_ms, OFFICER)
    elif mine.read_ms is None:
        text = f"Check that what {author} notified is complete, and acknowledge it; nothing is approved or refused."
        yield _task(thread, "check-notification", text, thread.current.at_ms, OFFICER)


def _call_back(thread: Thread, context: Context) -> Iterator[Task]:
    body = content(thread.current)
    if thread.root.author == context.own and unconfirmed(body):
        text = f"Call back {body.notifier.name} on a number that was held before, never on one that came with the "
        text += "notice; then amend it as called_back. It is protected all the same."
        yield _task(thread, "call-back", text, thread.current.at_ms, OFFICER)


def _tell(
    thread: Thread, context: Context, moving: Movement, home: HomeDissemination | None
) -> Iterator[Task]:
    """AT20: at home, each unit that has not read its code back, by name, before departure."""
    if f"{machine.UNITS}{context.own}" not in moving.lacks:
        return
    units = ", ".join(home.unreached) if home is not None and home.unreached else "all units concerned"
    text = f"Tell before departure, and have the code read back: {units}."
    yield _task(thread, "tell-units", text, thread.current.at_ms, "watch_officer", moving.departs_ms)


def _test(thread: Thread, context: Context, moving: Movement, now_ms: int) -> Iterator[Task]:
    """AT27: from 30 min before departure at both sides, until it was answered."""
    window = context.parameters(thread.root).contact_test_ms
    departs = moving.departs_ms
    if departs is None or machine.CONTACT not in moving.lacks or moving.departed_ms is not None:
        return
    if now_ms < departs - window:
        return
    text = f"Call the people on board by a means that the notice gives, and record the test (under {span(window)} "
    text += "before departure)."
    yield _task(thread, "contact-test", text, departs - window, "watch_officer", departs)
