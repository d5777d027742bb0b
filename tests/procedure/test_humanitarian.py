"""Sites and movements: review dates, unconfirmed origin, what is lacking before departure, check-ins, the way (AT20,
AT27)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from procedure_world import MIN, T0, A, B, C, D, H, S, World, alarm, deadline, dms, row, t, wgs84

from steerclear.procedure.context import HomeUnit, Local
from steerclear.procedure.fold import outward
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.common import Band, Position
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.dissemination import Dissemination
from steerclear.speech.kinds.movement_complete import MovementComplete
from steerclear.speech.kinds.movement_notify import Contact, Movement, Vehicle, Waypoint
from steerclear.speech.kinds.movement_position import MovementPosition
from steerclear.speech.kinds.receipt import ReadBack, Receipt
from steerclear.speech.kinds.site_notify import Notifier, Site
from steerclear.speech.kinds.withdraw import Withdraw

LAT, LON = 330_000_000, 380_000_000
NORTH = 1_000_000  # 0.1 degree: about 11 km
START, HALF, END = 3 * D, 3 * D + H, 3 * D + 2 * H
TOLERANCE = 20 * MIN
TWO = (f"{A}/releaser+00000001", f"{A}/watch+00000002")


def forms(lat: int = LAT, lon: int = LON) -> tuple[Position, ...]:
    from steerclear.space.positions import write_dms

    source = {"error_mm": 20_000, "source": "survey"}
    return (
        msgspec.structs.replace(wgs84(lat, lon), **source),
        msgspec.structs.replace(dms(write_dms(lat, lon)), **source),
    )


SITE = Site(
    name="hospital",
    function="hospital",
    operator="relief",
    positions=forms(),
    marking=("red_cross",),
    occupancy="50_to_200",
    contact_24h="desk",
    verified_by="visit",
    verified_at=t(-D),
)
CAR = Vehicle(type="car", colour="white", marking_day="flag", marking_night="lamp", marking_infrared="strip")


def point(lat: int, at: int, check_in: bool = True, **more: Any) -> Waypoint:
    return Waypoint(positions=forms(lat), at=t(at), tolerance_s=TOLERANCE // S, check_in=check_in, **more)


MOVEMENT = Movement(
    operator="relief",
    origin=point(LAT, START, check_in=False),
    waypoints=(point(LAT + NORTH, HALF, name="bridge"), point(LAT + 2 * NORTH, END)),
    vehicles=(CAR,),
    number=Band(least=4, most=6),
    cargo="food",
    escorts="no_escort",
    contacts=(Contact(means="telephone", call="1"),),
    no_move_trigger=("units_not_told",),
    lost_contact="halt_and_wait",
)


def site(body: Site | None = SITE, **more: Any) -> tuple[World, Said]:
    world = World()
    return world, world.say("site.notify", A, body, **more)


def convoy(body: Movement | None = MOVEMENT, **more: Any) -> tuple[World, Said]:
    world = World(members=(A, B, C))
    return world, world.say("movement.notify", A, body, readback="K7AX", **{"to": (B,), **more})


def report(world: World, movement: Said, at: int, author: str = A, **body: Any) -> Said:
    """A movement.position said at the instant that it is about."""
    made = MovementPosition(**{"event": "check_in", "at": t(at), **body})
    return world.say("movement.position", author, made, at, about=movement, to=(B,) if author == A else (A,))


def test_contact(world: World, movement: Said, at: int, author: str = B, **body: Any) -> Said:
    return report(
        world,
        movement,
        at,
        author,
        **{"event": "contact_test", "means": "telephone", "reached": True, **body},
    )


test_contact.__test__ = False  # type: ignore[attr-defined]


def told(world: World, movement: Said, at: int = H, word: str = "all", until: int = END) -> Said:
    body = Dissemination(word=word, notice=movement.id, code="K7AX", counts_until=t(until))  # type: ignore[arg-type]
    return world.say("dissemination", B, body, at, about=movement)


def texts(subject: Subject, name: str) -> list[str]:
    return [task.text for task in subject.tasks if task.id.endswith(f"/{name}")]


# ---- sites


def test_a_site_protects_until_two_officers_release_it() -> None:
    world, said = site()
    assert (world.at(1000 * D).area.protected, world.at(1000 * D).life) == (True, "active")
    world.say("complete", A, Complete(), H, about=said, signers=TWO)
    world.say("withdraw", A, Withdraw(reason="released"), H, about=said, signers=TWO[:1])
    assert world.at(2 * H).area.protected
    assert {"only-release-frees", "release-needs-two"} <= set(world.at(2 * H).marks)
    world.say("withdraw", A, Withdraw(reason="released"), 2 * H, about=said, signers=TWO)
    subject = world.at(3 * H)
    assert (subject.area.state, subject.area.protected, subject.life) == ("released", False, "done")


@pytest.mark.parametrize(("review", "stale_at"), [(None, 90 * D), (t(30 * D), 30 * D)])
def test_past_its_review_a_site_is_stale_with_a_task_and_still_protected(
    review: str | None, stale_at: int
) -> None:
    world, said = site(msgspec.structs.replace(SITE, review=review))
    before, after = world.at(stale_at - 1), world.at(stale_at)
    assert (before.area.stale, before.next_due_ms, texts(before, "review-site")) == (False, T0 + stale_at, [])
    assert (after.area.stale, after.area.protected, "stale" in after.marks) == (True, True, True)
    assert "still protected" in texts(after, "review-site")[0]
    assert [task.for_role for task in after.tasks if task.id.endswith("review-site")] == [
        "notification_officer"
    ]
    world.own = B
    assert texts(world.at(stale_at), "review-site") == [], "only its author can verify it"
    world.own = A
    again = msgspec.structs.replace(SITE, review=t(stale_at + 90 * D), verified_at=t(stale_at))
    body = Amend(kind="site.notify", notice=msgspec.to_builtins(again))
    world.say("amend", A, body, stale_at + H, about=said, supersedes=said.id)
    fresh = world.at(stale_at + 2 * H)
    assert (fresh.area.stale, texts(fresh, "review-site")) == (False, [])


@pytest.mark.parametrize(("apart", "state"), [(40_000, "understood"), (50_000, "read")])
def test_a_sites_forms_may_differ_by_500_m(apart: int, state: str) -> None:
    bent = (forms()[0], forms(LAT + apart)[1])
    world, said = site(msgspec.structs.replace(SITE, positions=bent))
    world.say(
        "receipt",
        B,
        Receipt(level="understood", post_class="operations", read_back=ReadBack(positions=bent[:1])),
        MIN,
        about=said,
    )
    subject = world.at(H)
    assert row(subject, B).state == state
    assert ("positions-disagree" in subject.marks) == (state == "read")
    assert subject.area.protected


@pytest.mark.parametrize("known", [None, "not_yet", "known", "called_back"])
def test_an_unknown_notifier_is_called_back_and_protected_meanwhile(known: Any) -> None:
    world, _ = site(msgspec.structs.replace(SITE, notifier=Notifier(name="a caller", known=known)))
    subject = world.at(H)
    open_origin = known in (None, "not_yet")
    assert ("unconfirmed-origin" in subject.marks) == open_origin
    assert bool(texts(subject, "call-back")) == open_origin
    assert subject.area.protected
    assert outward(subject).tasks == ()


def test_the_addressee_checks_that_it_is_complete_and_asks_for_what_is_missing() -> None:
    world, said = site(msgspec.structs.replace(SITE, contact_24h=None))
    world.own = B
    asked = world.at(H)
    assert "contact at any hour" in texts(asked, "complete-notification")[0] and "incomplete" in asked.marks
    whole, said = site()
    whole.own = B
    assert "nothing is approved" in texts(whole.at(H), "check-notification")[0]
    whole.say("receipt", B, Receipt(level="read", post_class="operations", post="cell"), H, about=said)
    assert texts(whole.at(2 * H), "check-notification") == []


# ---- before departure


def test_a_movement_is_complete_when_units_are_told_and_contact_was_tested() -> None:
    world, said = convoy()
    assert world.at(H).movement.lacks == (f"units:{B}", "contact-test"), "C was not addressed"
    told(world, said, START - 2 * H)
    test_contact(world, said, START - 29 * MIN)
    subject = world.at(START - 20 * MIN)
    assert (subject.movement.complete, subject.movement.lacks) == (True, ())
    assert subject.movement.contact_tested_by == B


@pytest.mark.parametrize(
    ("before", "reached", "complete"),
    [(29 * MIN, True, True), (30 * MIN, True, False), (0, True, True), (10 * MIN, False, False)],
)
def test_contact_is_tested_under_thirty_minutes_before_departure(
    before: int, reached: bool, complete: bool
) -> None:
    world, said = convoy()
    told(world, said, START - 2 * H)
    test_contact(world, said, START - before, reached=reached)
    assert world.at(START).movement.complete is complete


def test_a_test_lapses_when_the_departure_waits() -> None:
    world, said = convoy()
    told(world, said, START - 2 * H)
    test_contact(world, said, START - 20 * MIN)
    assert world.at(START).movement.complete
    late = world.at(START + 10 * MIN)
    assert (late.movement.complete, late.movement.lacks) == (False, ("contact-test",))
    report(world, said, START + 5 * MIN, event="departed")
    assert world.at(START + 20 * MIN).movement.complete, "it left within half an hour of the test"


def test_a_test_by_one_who_was_not_addressed_does_not_count() -> None:
    for author, complete in ((C, False), (B, True), (A, True)):
        world, said = convoy()
        told(world, said, START - 2 * H)
        test_contact(world, said, START - MIN, author)
        assert world.at(START).movement.complete is complete


def test_units_that_did_not_read_back_are_named_at_home_before_departure() -> None:
    """AT20."""
    world, said = convoy()
    world.own = B
    local = Local(units={said.id: (HomeUnit("battery one", "K7AX"), HomeUnit("air defence"))})
    told(world, said, word="part")
    subject = world.at(START - H - MIN, local=local)
    assert (
        "air defence" in texts(subject, "tell-units")[0]
        and "battery one" not in texts(subject, "tell-units")[0]
    )
    assert alarm(subject, "not-ready", "before-departure", "") is None
    due = world.at(START - H, local=local)
    ring = alarm(due, "not-ready", "before-departure", "")
    assert "air defence" in ring.text and ring.since_ms == T0 + START - H
    shown = outward(due)
    assert "air defence" not in msgspec.json.encode(shown).decode(), "names of units stay at home"
    told(world, said, START - 40 * MIN)
    test_contact(world, said, START - 10 * MIN)
    done = world.at(START - 5 * MIN, local=local)
    assert alarm(done, "not-ready", "before-departure", "") is None
    assert texts(done, "tell-units") == []


def test_of_a_movement_said_late_the_alarm_is_no_older_than_its_notice() -> None:
    world = World(members=(A, B, C))
    world.say("movement.notify", A, MOVEMENT, START - 10 * MIN, readback="K7AX", to=(B,))
    ring = alarm(world.at(START - 5 * MIN), "not-ready", "before-departure", "")
    assert ring.since_ms == T0 + START - 10 * MIN


def test_departed_without_it_the_alarm_stays() -> None:
    world, said = convoy()
    report(world, said, START, event="departed")
    subject = world.at(START + MIN)
    assert subject.movement.state == "under_way"
    assert "departed without" in alarm(subject, "not-ready", "departed", "").text


def test_the_test_of_contact_is_asked_for_half_an_hour_before() -> None:
    world, said = convoy()
    assert texts(world.at(START - 31 * MIN), "contact-test") == []
    assert texts(world.at(START - 29 * MIN), "contact-test")
    test_contact(world, said, START - 29 * MIN)
    assert texts(world.at(START - 28 * MIN), "contact-test") == []


def test_a_confirmation_that_lapses_before_departure_lacks_again() -> None:
    world, said = convoy()
    told(world, said, START - 2 * H, until=START - H)
    assert f"units:{B}" not in world.at(START - H - 1).movement.lacks
    assert f"units:{B}" in world.at(START - H).movement.lacks


def test_what_the_notice_leaves_out_is_lacking() -> None:
    world, _ = convoy(msgspec.structs.replace(MOVEMENT, contacts=(), notifier=Notifier(name="x")))
    assert world.at(H).movement.lacks[:2] == ("fields", "unconfirmed-origin")
    unread, _ = convoy(None, held="locked")
    assert "fields" in unread.at(H).movement.lacks


# ---- on the way


def test_a_missed_check_in_is_overdue_until_a_report_from_there_or_beyond() -> None:
    for shown in ({"waypoint": 1}, {"waypoint": 2}, {"positions": forms(LAT + NORTH)}, {"event": "arrived"}):
        world, said = convoy()
        due = HALF + TOLERANCE
        assert deadline(world.at(due), "check-in", "point-1", A).state == "open"
        assert alarm(world.at(due), "check-in", "point-1", A) is None
        late = world.at(due + 1)
        ring = alarm(late, "check-in", "point-1", A)
        assert (late.movement.state, late.movement.overdue) == ("overdue", ("point-1",))
        assert "bridge" in ring.text and "halt and wait" in ring.action and "whole way" in ring.action
        report(world, said, due + MIN, **shown)
        found = world.at(due + 2 * MIN)
        assert alarm(found, "check-in", "point-1", A) is None
        assert deadline(found, "check-in", "point-1", A).state == "late"


def test_reports_in_time_raise_nothing() -> None:
    world, said = convoy()
    report(world, said, START, event="departed")
    report(world, said, HALF, waypoint=1, positions=forms(LAT + NORTH))
    subject = world.at(HALF + TOLERANCE + 1)
    assert (subject.movement.state, subject.movement.overdue) == ("under_way", ())
    assert subject.movement.next_check_in_ms == T0 + END + TOLERANCE
    assert alarm(world.at(END + TOLERANCE + 1), "check-in", "point-2", A) is not None, (
        "the last always reports"
    )


def test_it_never_expires_and_completing_it_closes_every_alarm() -> None:
    world, said = convoy()
    assert (world.at(30 * D).life, world.at(30 * D).movement.state) == ("active", "overdue")
    world.say("movement.complete", B, MovementComplete(outcome="arrived"), 4 * D, about=said, to=(A,))
    assert "foreign-complete" in world.at(5 * D).marks and world.at(5 * D).life == "active"
    world.say("movement.complete", A, MovementComplete(outcome="arrived"), 5 * D, about=said)
    done = world.at(6 * D)
    assert (done.life, done.movement.state, done.alarms, done.movement.lacks) == ("done", "over", (), ())


@pytest.mark.parametrize(("aside", "off"), [(0, False), (5_000, False), (200_000, True)])
def test_a_report_from_outside_the_way_alarms_until_one_from_inside(aside: int, off: bool) -> None:
    world, said = convoy()
    there = MovementPosition(
        event="check_in",
        at=t(START + 30 * MIN),
        positions=(msgspec.structs.replace(wgs84(LAT + NORTH // 2, LON + aside), error_mm=50_000),),
    )
    world.say("movement.position", A, there, START + 30 * MIN, about=said)
    subject = world.at(START + 31 * MIN)
    assert (alarm(subject, "off-route", "report-1", A) is not None) is off
    assert (subject.movement.off_route_mm is not None) is off
    if off:
        assert 1_250_000 < subject.movement.off_route_mm < 1_350_000
        report(world, said, START + 40 * MIN, positions=forms(LAT + NORTH // 2))
        back = world.at(START + 41 * MIN)
        assert (back.movement.off_route_mm, [a for a in back.alarms if a.rule == "off-route"]) == (None, [])


@pytest.mark.parametrize(
    ("verified", "bounds", "marked"),
    [
        (MIN, (None, None), False),
        (MIN + S, (None, None), True),
        (MIN, (-2 * H, -H), True),  # proven to have been said an hour before its author says
    ],
)
def test_a_site_that_was_verified_after_it_was_said_is_marked_and_protected(
    verified: int, bounds: tuple[int | None, int | None], marked: bool
) -> None:
    world, said = site(msgspec.structs.replace(SITE, verified_at=t(verified)), bounds=bounds)
    subject = world.at(2 * H)
    assert ("verified-ahead" in subject.marks, subject.held) == (marked, "held")
    assert subject.area.protected
    again = msgspec.structs.replace(SITE, verified_at=t(2 * H))
    body = Amend(kind="site.notify", notice=msgspec.to_builtins(again))
    world.say("amend", A, body, 2 * H, about=said, supersedes=said.id)
    assert "verified-ahead" not in world.at(3 * H).marks, "its new version was verified"


def test_where_it_is_its_author_alone_says() -> None:
    world, said = convoy()
    report(world, said, HALF, B, waypoint=1)
    subject = world.at(HALF + TOLERANCE + 1)
    assert "foreign-report" in subject.marks
    assert subject.movement.overdue == ("point-1",)


def test_a_point_whose_forms_are_apart_is_inconsistent_and_not_understood() -> None:
    bent = msgspec.structs.replace(
        MOVEMENT.waypoints[0], positions=(forms(LAT + NORTH)[0], forms(LAT + NORTH + 80_000)[1])
    )
    world, said = convoy(msgspec.structs.replace(MOVEMENT, waypoints=(bent, MOVEMENT.waypoints[1])))
    world.say("receipt", B, Receipt(level="understood", post_class="operations"), MIN, about=said)
    assert (row(world.at(H), B).state, "inconsistent" in world.at(H).marks) == ("read", True)
    whole, said = convoy()
    whole.say("receipt", B, Receipt(level="understood", post_class="operations"), MIN, about=said)
    assert row(whole.at(H), B).state == "understood"


@pytest.mark.parametrize(
    ("ahead", "emergency", "late"),
    [(48 * H, None, False), (47 * H, None, True), (47 * H, True, False), (23 * H, True, True)],
)
def test_a_movement_owes_48_hours_and_in_an_emergency_24(
    ahead: int, emergency: bool | None, late: bool
) -> None:
    origin = msgspec.structs.replace(MOVEMENT.origin, at=t(ahead))
    world, _ = convoy(msgspec.structs.replace(MOVEMENT, origin=origin, emergency=emergency), bounds=(0, 0))
    assert ("late" in world.at(MIN).marks) is late
