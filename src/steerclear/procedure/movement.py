"""The machine of a humanitarian movement: notified → under way → over; and what it lacks before it departs.

messages.md, Humanitarian notification; AT08 and AT20 (units that were not told are listed before departure), AT27 (live
contact tested under 30 min before departure, or it is not complete). `complete` is a count of what was done, no
permission and no guarantee. It never expires: what has not reported is overdue until its author says that it is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from steerclear.procedure.bodies import content, instant
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import closed_at, judge
from steerclear.procedure.off_route import off_route_mm
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Addressee, Deadline, Missing, Movement
from steerclear.procedure.thread import Thread
from steerclear.procedure.times import earliest
from steerclear.space.positions import distance_mm
from steerclear.speech.kinds.movement_notify import (
    DEFAULT_HALF_WIDTH_MM,
    Waypoint,
    points,
)
from steerclear.speech.kinds.movement_notify import Movement as Notice
from steerclear.speech.kinds.movement_position import MovementPosition
from steerclear.speech.kinds.site_notify import unconfirmed
from steerclear.speech.shape import latest_ms, readable

RULE = "check-in"
CONTACT, FIELDS, ORIGIN, UNITS = "contact-test", "fields", "unconfirmed-origin", "units:"


def movement(
    thread: Thread,
    context: Context,
    rows: Sequence[Addressee],
    due: Sequence[Deadline],
    asked: Sequence[Missing],
    now_ms: int,
) -> Movement:
    """What is known of the movement at `now_ms`, the same at every node that holds the same entries."""
    body = content(thread.current)
    departed = departed_ms(thread)
    tested = valid_test(thread, context, now_ms)
    reports = own_reports(thread)
    last = reports[-1] if reports else None
    missed = [row for row in due if row.rule == RULE and row.state == "missed"]
    open_due = [row.due_ms for row in due if row.rule == RULE and row.state == "open"]
    lacks = () if thread.closing is not None else tuple(_lacks(body, rows, asked, tested))
    return Movement(
        state="over"
        if thread.closing is not None
        else "overdue"
        if missed
        else "under_way"
        if departed is not None
        else "notified",
        complete=thread.closing is None and not lacks,
        lacks=lacks,
        departs_ms=departs_ms(body),
        departed_ms=departed,
        contact_tested_ms=tested_at(tested) if tested is not None else None,
        contact_tested_by=tested.author if tested is not None else "",
        last_report_ms=reported_at(last) if last is not None else None,
        last_report=last.id if last is not None else "",
        overdue=tuple(row.step for row in missed),
        next_check_in_ms=min(open_due, default=None),
        off_route_mm=off_route(thread) if thread.closing is None else None,
    )


def _lacks(
    body: Any, rows: Sequence[Addressee], asked: Sequence[Missing], tested: Said | None
) -> Iterator[str]:
    """What is not done yet, in the order in which to do it."""
    if asked or body is None:
        yield FIELDS
    if unconfirmed(body):
        yield ORIGIN
    yield from (f"{UNITS}{row.party}" for row in rows if row.informed and row.dissemination.state != "all")
    if tested is None:
        yield CONTACT


def departs_ms(body: Any) -> int | None:
    origin = body.origin if isinstance(body, Notice) else None
    return instant(origin.at) if origin is not None else None


# ---- reports and tests


def own_reports(thread: Thread) -> tuple[Said, ...]:
    """Where its author says that it was, in the order of the instants reported; tests of contact left out."""
    found = [said for said in _positions(thread) if getattr(said.body, "event", "") != "contact_test"]
    return tuple(sorted(found, key=lambda said: (reported_at(said), said.key)))


def _positions(thread: Thread) -> Iterator[Said]:
    return (said for said in thread.reports if isinstance(said.body, MovementPosition))


def reported_at(said: Said) -> int:
    """The instant that a report is about, never after the report itself."""
    stated = instant(getattr(said.body, "at", None))
    return min(stated, said.at_ms) if stated is not None else said.at_ms


tested_at = reported_at


def departed_ms(thread: Thread) -> int | None:
    """When it left: as reported, else the first check-in that is not from its origin."""
    return earliest(
        reported_at(said)
        for said in own_reports(thread)
        if getattr(said.body, "event", "") in ("departed", "arrived")
        or (getattr(said.body, "event", "") == "check_in" and getattr(said.body, "waypoint", None) != 0)
    )


def valid_test(thread: Thread, context: Context, now_ms: int) -> Said | None:
    """The last answered test of contact under 30 min before departure: before the departure reported, else before the
    later of the departure planned and now. By its author or by anybody whom it was addressed to.
    """
    planned = departs_ms(content(thread.current))
    departed = departed_ms(thread)
    leaves = departed if departed is not None else max(planned or now_ms, now_ms)
    window = context.parameters(thread.root).contact_test_ms
    found = [said for said in tests(thread) if leaves - window < tested_at(said) <= leaves]
    return found[-1] if found else None


def tests(thread: Thread) -> tuple[Said, ...]:
    """Tests of contact that were answered, by whom they may be, in order of time."""
    may = {thread.root.author, *thread.to}
    found = [
        said
        for said in _positions(thread)
        if said.author in may
        and getattr(said.body, "event", "") == "contact_test"
        and getattr(said.body, "reached", None) is True
    ]
    return tuple(sorted(found, key=lambda said: (tested_at(said), said.key)))


def off_route(thread: Thread) -> int | None:
    """How far its last reported position lies outside the way; None inside, or where nothing can be compared."""
    placed = [said for said in own_reports(thread) if getattr(said.body, "positions", ())]
    body = content(thread.current)
    if not placed or not isinstance(body, Notice):
        return None
    return off_route_mm(body, placed[-1].body.positions)  # type: ignore[union-attr]


# ---- check-ins


def check_ins(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    """One deadline for each point that is reported from and for the last: its latest time. A report from there or
    from a later point meets it."""
    body = content(thread.current)
    if not isinstance(body, Notice):
        return ()
    places = points(body)
    reports = own_reports(thread)
    out = []
    for number, point in enumerate(places):
        due = latest_ms(point)
        last = number == len(places) - 1
        if due is None or not (point.check_in or last):
            continue
        acts = [said for said in reports if reached(said, body, number)]
        step = f"point-{number}"
        out.append(
            judge(thread.root.id, RULE, step, due, thread.root.author, acts, now_ms, closed_at(thread))
        )
    return tuple(out)


def reached(said: Said, body: Notice, number: int) -> bool:
    """Whether a report shows that the movement was at this point or beyond it."""
    report = said.body
    if not isinstance(report, MovementPosition):
        return False
    places = points(body)
    if report.event == "arrived" and report.waypoint is None:
        return True
    if report.waypoint is not None:
        return report.waypoint >= number
    wide = body.half_width_mm if body.half_width_mm is not None else DEFAULT_HALF_WIDTH_MM
    return any(_at(report, point, wide) for point in places[number:])


def _at(report: MovementPosition, point: Waypoint, within_mm: int) -> bool:
    return any(
        distance_mm(a, b) - a.error_mm - b.error_mm <= within_mm
        for a in readable(report.positions)
        for b in readable(point.positions)
    )


def instants(thread: Thread, context: Context) -> list[int | None]:
    """When something of it changes by itself, the deadlines left out."""
    numbers = context.parameters(thread.root)
    departs = departs_ms(content(thread.current))
    out: list[int | None] = [tested_at(said) + numbers.contact_test_ms for said in tests(thread)]
    if departs is not None:
        out += [departs - numbers.movement_ready_ms, departs - numbers.contact_test_ms, departs]
    return out
