"""Numbers of an agreement in the fold: each outcome by the default beside the one by another agreed value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from procedure_world import LINE, MIN, T0, A, B, C, D, H, S, World, alarm, deadline, row, t, wgs84
from test_claims import reported as incident
from test_contact import hailed
from test_contact import reported as encounter
from test_contact import rows as in_a_row
from test_humanitarian import SITE, START, convoy, test_contact, told
from test_notice_machines import FLIGHT, notice
from test_radio import warned

from steerclear.procedure import overlap_queries
from steerclear.procedure.acts import Genesis
from steerclear.procedure.checks import Checked, check_tasks
from steerclear.procedure.context import InForce
from steerclear.procedure.flood import floods
from steerclear.procedure.frequencies import order_of
from steerclear.procedure.line import fold_line
from steerclear.procedure.observed import Heard, observed
from steerclear.procedure.repeats import patterns, place_of, repeats
from steerclear.procedure.separation import near_collision
from steerclear.speech.kinds.area_request import AreaRequest
from steerclear.speech.kinds.common import Interval
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.dissemination import Dissemination
from steerclear.speech.kinds.line_check import LineCheck
from steerclear.speech.kinds.meeting import Meeting
from steerclear.speech.kinds.receipt import ReadBack, Receipt
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.parameters import Parameters

Outcome = Callable[[Parameters], Any]
PLACE = wgs84(330_000_000, 380_000_000)
TWO = Genesis(LINE, (A, B))


def given(numbers: Parameters) -> dict[str, Any]:
    return {"in_force": (InForce((-1, "", -1), numbers, True),)}


# ---- the ladder, holds, floods


def due(kind: str, rule: str, step: str, body: Any, party: str = B, **more: Any) -> Outcome:
    """When a step of one entry falls due, in ms after it was said."""

    def outcome(numbers: Parameters) -> int:
        world = World()
        world.say(kind, A, body, **more)
        return int(deadline(world.at(0, **given(numbers)), rule, step, party).due_ms) - T0

    return outcome


def hold_rings(numbers: Parameters) -> tuple[bool, bool]:
    """Two minutes before a hold ends: whether it rings; and whether one that names no end is over by then."""
    world = World()
    stop = world.say("stop", A, Stop())
    world.say("reply", B, Reply(answer="HOLDING", until=t(30 * MIN)), S, about=stop)
    ending = alarm(world.at(28 * MIN, **given(numbers)), "hold", "ending-1")
    open_ended = World()
    stop = open_ended.say("stop", A, Stop())
    open_ended.say("reply", B, Reply(answer="HOLDING"), S, about=stop)
    ended = alarm(open_ended.at(2 * MIN, **given(numbers)), "hold", "ended-1")
    return ending is not None, ended is not None


def flooded(count: int, apart: int) -> Outcome:
    """Whether so many stops are one flood."""

    def outcome(numbers: Parameters) -> bool:
        world = World()
        for i in range(count):
            world.say("stop", A, Stop(), i * apart)
        return bool(floods(world.entries, numbers))

    return outcome


# ---- across stops


def again(at: int, *, north_e7: int = 0, resolved: int | None = None) -> Outcome:
    """Whether a second stop is the same place again, and whether it is a pattern."""

    def outcome(numbers: Parameters) -> tuple[bool, bool]:
        world = World()
        old = world.say("stop", A, Stop(positions=(PLACE,), since=t(-MIN)))
        if resolved is not None:
            world.say("complete", A, Complete(), resolved, about=old)
        new = world.say(
            "stop", A, Stop(positions=(wgs84(330_000_000 + north_e7, 380_000_000),), since=t(at)), at
        )
        context = world.context(**given(numbers))
        places = [
            place_of([one for one in world.entries if one is said or said.id in one.header.refs], context)
            for said in (old, new)
        ]
        found = [place for place in places if place is not None]
        return bool(repeats(found)), bool(patterns(found))

    return outcome


# ---- contact


def asked_to_repeat(numbers: Parameters) -> int:
    """When the warning is to be spoken again."""
    world, _ = warned()
    (task,) = [one for one in world.at(0, **given(numbers)).tasks if one.id.endswith("/repeat-radio")]
    assert task.due_ms is not None
    return task.due_ms - T0


def review_of_a_walk(numbers: Parameters) -> int:
    """Three warnings unanswered, each 67 km farther north: how many of them open a review."""
    world = World(members=(A, B, C))
    for i in range(3):
        hailed(world, i * H, lat_e7=409_500_000 + i * 6_000_000)
    return len(in_a_row(world, **given(numbers)))


def own_account_due(numbers: Parameters) -> int:
    world = World(own=B)
    encounter(world, A, MIN)
    (task,) = [one for one in world.at(H, **given(numbers)).tasks if one.id.endswith("own-account")]
    assert task.due_ms is not None
    return task.due_ms - T0 - MIN


# ---- the line


def line_to(age: int, numbers: Parameters, *, checked: int | None = None, restored: int | None = None) -> Any:
    world = World()
    if checked is not None:
        world.say("line.check", B, LineCheck(by="person"), checked)
    heard = {B: Heard(T0, restored_ms=restored)}
    return fold_line(world.entries, Genesis(LINE, (A, B), numbers), A, heard, T0 + age)


def silence(numbers: Parameters) -> tuple[str, list[str]]:
    """Six minutes after the last that was heard; and what the alarm says."""
    line = line_to(6 * MIN, numbers)
    return line.peers[0].observed, [one.text for one in line.alarms]


def unheard_for_a_while(numbers: Parameters) -> bool:
    return line_to(13 * H, numbers, checked=0).peers[0].nobody_heard_since_ms is not None


def change_of_watch_asks(numbers: Parameters) -> bool:
    """Of an officer who takes over and checked the line ten hours before."""
    checked = Checked(
        T0, {"node": T0 + 10 * H}, {"two": T0}, officer="two", since_ms=T0 + 10 * H, changed=True
    )
    return any(one.id.endswith("change-of-watch") for one in check_tasks(LINE, checked, numbers, T0 + 10 * H))


def restored(numbers: Parameters) -> str:
    return observed(Heard(T0, restored_ms=T0 - 90 * MIN), numbers, T0)


# ---- notices, areas, talks


def counted_until(numbers: Parameters) -> int:
    """How long a word that names no end of the shift counts."""
    world, flight = notice(readback="K7AX")
    body = Dissemination(word="all", notice=flight.id, code="K7AX")
    world.say("dissemination", B, body, 0, about=flight)
    found = row(world.at(S, **given(numbers)), B).dissemination.counts_until_ms
    return int(found) - T0


def over_budget(numbers: Parameters) -> int:
    world = World()
    for _ in range(3):
        world.say("overlap.query", A, None)
    return len(overlap_queries.over_budget(world.entries, world.context(**given(numbers))))


def late_by_the_lead(numbers: Parameters) -> set[str]:
    """A flight said three days ahead."""
    world, _ = notice(body=FLIGHT)
    return {"late", "very-late"} & set(world.at(0, **given(numbers)).marks)


def understood(numbers: Parameters) -> str:
    """Of a stop of which another place was read back, 330 m off."""
    world = World()
    stop = world.say("stop", A, Stop(positions=(PLACE,)))
    heard = ReadBack(positions=(wgs84(330_030_000, 380_000_000),))
    world.say("receipt", B, Receipt(level="understood", read_back=heard), S, about=stop)
    return str(row(world.at(MIN, **given(numbers)), B).state)


# ---- sites and movements


def stale_site(numbers: Parameters) -> str:
    """A site that names no review date, after sixty days."""
    world = World()
    world.say("site.notify", A, SITE)
    return "stale" if "stale" in world.at(60 * D, **given(numbers)).marks else ""


def contact_lacks(numbers: Parameters) -> tuple[bool, bool]:
    """A test of contact forty minutes before departure: whether it is lacking still, and is asked for by then."""
    world, movement = convoy()
    told(world, movement)
    asked = world.at(START - 40 * MIN, **given(numbers))
    test_contact(world, movement, START - 40 * MIN)
    found = world.at(START - 39 * MIN, **given(numbers)).movement
    assert found is not None
    return "contact-test" in found.lacks, any(one.id.endswith("/contact-test") for one in asked.tasks)


def not_ready(numbers: Parameters) -> list[str]:
    """What rings ninety minutes before departure."""
    world, _ = convoy()
    return [
        one.text for one in world.at(START - 90 * MIN, **given(numbers)).alarms if one.rule == "not-ready"
    ]


EMERGENCY = Meeting(act="propose", form="emergency", level="representatives", round=1, begin=t(30 * MIN))
REQUEST = AreaRequest()


def nearly_met(horizontal_m: int, vertical_ft: int) -> Outcome:
    least = Interval(low=horizontal_m * 1_000, high=horizontal_m * 1_000)
    high = Interval(low=vertical_ft * 3_048, high=vertical_ft * 3_048)
    return lambda numbers: near_collision(least, high, numbers)


CASES: dict[str, tuple[dict[str, Any], Outcome, Any, Any]] = {
    "first person": (
        {"hop_alternates_ms": 2 * MIN},
        due("stop", "heard", "first-person", Stop()),
        MIN,
        2 * MIN,
    ),
    "senior": (
        {"hop_senior_ms": 4 * MIN},
        due("stop", "relayed", "senior-duty-officer", Stop()),
        3 * MIN,
        4 * MIN,
    ),
    "above": ({"hop_capitals_ms": 9 * MIN}, due("stop", "answered", "level-above", Stop()), 5 * MIN, 9 * MIN),
    "hold": ({"hold_alarm_before_ms": MIN}, hold_rings, (True, False), (False, True)),
    "flood count": ({"flood_count": 3}, flooded(4, MIN), False, True),
    "flood window": ({"flood_window_ms": MIN}, flooded(7, 30 * S), True, False),
    "watch of a place": (
        {"same_area_watch_ms": H},
        again(2 * H, resolved=MIN),
        (True, False),
        (False, False),
    ),
    "size of a place": (
        {"same_area_mm": 5_000_000},
        again(H, north_e7=800_000),
        (True, False),
        (False, True),
    ),
    "pattern": ({"pattern_watch_ms": D}, again(2 * D, north_e7=2_000_000), (False, True), (False, False)),
    "radio repeat": ({"radio_repeat_ms": 2 * MIN}, asked_to_repeat, 30 * S, 2 * MIN),
    "radio area": ({"radio_review_mm": 70_000_000}, review_of_a_walk, 0, 1),
    "identity": (
        *({"identity_answer_ms": MIN}, due("identity.query", "identity", "senior-duty-officer", None)),
        *(3 * MIN, MIN),
    ),
    "silent": (
        *({"silent_after_ms": 2 * H}, silence),
        *(("silent", [f"{B[:8]} has been silent for 5 min or more."]), ("degraded", [])),
    ),
    "silent sooner": (
        *({"silent_after_ms": 2 * MIN}, lambda numbers: silence(numbers)[1]),
        *([f"{B[:8]} has been silent for 5 min or more."], [f"{B[:8]} has been silent for 2 min or more."]),
    ),
    "degraded": (
        {"degraded_after_ms": 2 * MIN},
        lambda n: line_to(90 * S, n).peers[0].observed,
        "degraded",
        "up",
    ),
    "nobody heard": ({"nobody_heard_after_ms": D}, unheard_for_a_while, True, False),
    "change of watch": ({"nobody_heard_after_ms": H}, change_of_watch_asks, False, True),
    "restored": ({"check_machine_ms": 2 * H}, restored, "up", "restored"),
    "counts until": ({"counts_until_max_ms": 2 * H}, counted_until, 12 * H, 2 * H),
    "budget": ({"overlap_queries_a_month": 2}, over_budget, 0, 1),
    "planned": ({"flight_planned_lead_ms": 4 * D}, late_by_the_lead, set(), {"late"}),
    "very late": ({"immediate_lead_ms": 4 * D}, late_by_the_lead, set(), {"very-late"}),
    "read back": ({"stop_agree_mm": 200_000}, understood, "understood", "read"),
    "area request": ({"area_request_ms": H}, due("area.request", "reply", "reply-by", REQUEST), D, H),
    "emergency": (
        {"emergency_meeting_ms": 2 * H},
        due("meeting", "convene", "held", EMERGENCY, ""),
        H,
        2 * H,
    ),
    "site review": ({"site_review_ms": 30 * D}, stale_site, "", "stale"),
    "contact": ({"contact_test_ms": H}, contact_lacks, (True, False), (False, True)),
    "ready": ({"movement_ready_ms": 2 * H}, lambda numbers: len(not_ready(numbers)), 0, 1),
    "near collision": ({"near_miss_mm": 400_000}, nearly_met(300, 50), "", "yes"),
    "near collision in height": ({"near_miss_tmm": 300 * 3_048}, nearly_met(100, 200), "", "yes"),
    "guard first": ({"guard_hz": (243_000_000,)}, lambda n: order_of(n)[0], 121_500_000, 243_000_000),
    "distress last": ({"distress_hz": (2_182_000,)}, lambda n: order_of(n)[-1], 6_215_500, 2_182_000),
    "own account": ({"incident_first_ms": 3 * H}, own_account_due, H, 3 * H),
}


@pytest.mark.parametrize("case", CASES)
def test_the_fold_goes_by_the_agreed_number(case: str) -> None:
    numbers, outcome, plain, otherwise = CASES[case]
    (name,) = numbers
    assert getattr(Parameters(), name) != numbers[name]
    assert (outcome(Parameters()), outcome(Parameters(**numbers))) == (plain, otherwise)


@pytest.mark.parametrize(
    ("name", "step", "plain"),
    [
        ("incident_first_ms", "first", H),
        ("incident_full_ms", "full", D),
        ("violation_package_ms", "package", 15 * D),
    ],
)
def test_reports_of_an_incident_fall_due_as_agreed(name: str, step: str, plain: int) -> None:
    world = World()
    incident(world, "first", MIN, happening="violation_of_agreement")

    def at(numbers: Parameters) -> int:
        return int(deadline(world.at(H, **given(numbers)), "incident", step, A).due_ms) - T0

    assert (at(Parameters()), at(Parameters(**{name: 2 * plain}))) == (plain, 2 * plain)


def test_what_rings_names_the_agreed_figure_and_not_the_default() -> None:
    numbers = Parameters(contact_test_ms=45 * MIN, immediate_lead_ms=4 * D, movement_ready_ms=2 * H)
    assert "an answered test of live contact under 45 min before departure" in not_ready(numbers)[0]
    world, _ = notice()
    (late,) = [one.text for one in world.at(0, **given(numbers)).alarms if one.step == "very-late"]
    assert "under 96 h 00 min before its start" in late
