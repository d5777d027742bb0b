"""Life of a notice, per addressee, dissemination, areas, requests, lead time, marks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs
from procedure_world import (
    LINE,
    MIN,
    T0,
    A,
    B,
    C,
    D,
    H,
    S,
    World,
    alarm,
    deadline,
    dms,
    row,
    t,
    volume,
    wgs84,
)

from steerclear.procedure.context import Context, HomeArea, HomeUnit, InForce, Local, Residue, Suspended
from steerclear.procedure.fold import outward
from steerclear.procedure.said import Said
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.activity_hazard import Hazard
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.area_declare import AreaDeclare
from steerclear.speech.kinds.area_reply import AreaReply
from steerclear.speech.kinds.area_request import AreaRequest
from steerclear.speech.kinds.common import Published
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.dissemination import Dissemination
from steerclear.speech.kinds.receipt import ReadBack, Receipt
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.kinds.withdraw import Withdraw
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import Inner

FLIGHT = Flight(volumes=(volume(3 * D, 3 * D + H),), planning="planned")
OPS = Receipt(level="read", post_class="operations", post="cell")


def notice(members: tuple[str, ...] = (A, B), body: object = FLIGHT, **more: object) -> tuple[World, Said]:
    world = World(members=members)
    return world, world.say("activity.flight", A, body, **more)  # type: ignore[arg-type]


def amended(body: object, about: Said, **more: object) -> Amend:
    import msgspec

    return Amend(kind=about.kind, notice=msgspec.to_builtins(body))


# ---- life


@pytest.mark.parametrize(
    ("at", "life"),
    [
        (0, "released"),
        (3 * D - 1, "released"),
        (3 * D, "active"),
        (3 * D + H - 1, "active"),
        (3 * D + H, "expired"),
    ],
)
def test_life_by_its_half_open_window(at: int, life: str) -> None:
    assert notice()[0].at(at).life == life


def test_complete_and_withdraw_by_the_author_and_by_another() -> None:
    for body, kind, life in ((Complete(), "complete", "done"), (Withdraw(), "withdraw", "cancelled")):
        world, flight = notice()
        world.say(kind, B, body, H, about=flight)
        subject = world.at(2 * H)
        assert (subject.life, len(subject.no_effect)) == ("released", 1)
        assert subject.no_effect[0].mark in subject.marks
        world.say(kind, A, body, 3 * H, about=flight)
        assert world.at(4 * H).life == life


def test_an_amend_makes_a_version_and_one_of_another_party_does_not() -> None:
    world, flight = notice()
    later = Flight(volumes=(volume(4 * D, 4 * D + H),))
    world.say("amend", B, amended(later, flight), H, about=flight, supersedes=flight.id)
    assert "foreign-amend" in world.at(2 * H).marks
    assert world.at(2 * H).version == flight.id
    amend = world.say("amend", A, amended(later, flight), 3 * H, about=flight, supersedes=flight.id)
    subject = world.at(4 * H)
    assert [(v.id, v.life) for v in subject.versions] == [(flight.id, "amended"), (amend.id, "released")]
    assert (subject.start_ms, subject.version) == (T0 + 4 * D, amend.id)
    world.say("withdraw", A, Withdraw(), 5 * H, about=flight)
    world.say("amend", A, amended(FLIGHT, flight), 6 * H, about=flight)
    assert (world.at(7 * H).life, "after-close" in world.at(7 * H).marks) == ("cancelled", True)


def test_an_amend_that_cannot_be_read_here_is_a_version_all_the_same() -> None:
    world, flight = notice()
    world.say("amend", A, None, H, about=flight, held="locked")
    subject = world.at(2 * H)
    assert (subject.held, len(subject.versions), subject.life) == ("locked", 2, "released")


def test_no_zone_is_read_on_both_readings() -> None:
    zoneless = replace_times(volume(D, D + H))
    world, _ = notice(body=Flight(volumes=(zoneless,)))
    assert world.at(D - 14 * H).life == "active"
    assert world.at(D - 14 * H - 1).life == "released"
    assert world.at(D + 13 * H - 1).life == "active"


def replace_times(one: object) -> object:
    import msgspec

    return msgspec.structs.replace(one, start=one.start[:-1], end=one.end[:-1])  # type: ignore[attr-defined]


# ---- per addressee


def test_sent_delivered_read_understood_answered() -> None:
    world, flight = notice(delivered=None)
    assert row(world.at(0), B).state == "sent"
    world.entries[0] = replace(flight, delivered={B: T0 + S})
    assert (row(world.at(2 * S), B).state, row(world.at(2 * S), B).delivered_ms) == ("delivered", T0 + S)
    world.say("receipt", B, OPS, MIN, about=flight)
    assert (row(world.at(2 * MIN), B).state, row(world.at(2 * MIN), B).read_by) == ("read", "cell")
    world.say("receipt", B, Receipt(level="understood", post_class="operations"), 2 * MIN, about=flight)
    assert row(world.at(3 * MIN), B).state == "understood"
    reply = world.say("reply", B, Reply(answer="NOTED"), 3 * MIN, about=flight)
    last = row(world.at(4 * MIN), B)
    assert (last.state, last.answer, last.answer_id, last.answered_ms) == (
        "answered",
        "NOTED",
        reply.id,
        T0 + 3 * MIN,
    )
    assert last.read_ms == T0 + MIN, "each keeps its first time"


def test_n_addressees_have_n_states_and_who_was_not_addressed_was_not_informed() -> None:
    world, flight = notice((A, B, C), to=(B,))
    world.say("receipt", C, OPS, MIN, about=flight)
    subject = world.at(2 * MIN)
    assert (row(subject, B).informed, row(subject, B).state) == (True, "delivered")
    assert (row(subject, C).informed, row(subject, C).state) == (False, "not-addressed")
    assert {"not-addressed", "foreign-receipt"} <= set(subject.marks)
    assert any("Not informed" in task.text for task in subject.tasks)
    both = notice((A, B, C))[0].at(0)
    assert "not-addressed" not in both.marks
    assert not any("Not informed" in task.text for task in both.tasks)


def test_an_author_acknowledges_nothing_to_itself() -> None:
    world, flight = notice()
    world.say("receipt", A, OPS, MIN, about=flight)
    assert "foreign-receipt" in world.at(2 * MIN).marks
    assert row(world.at(2 * MIN), B).state == "delivered"


@pytest.mark.parametrize("post", ["embassy", "liaison", "attache", "duty_room", None])
def test_a_receipt_away_from_operations_moves_nothing_and_opens_a_relay(post: str | None) -> None:
    world, flight = notice()
    world.say("receipt", B, Receipt(level="read", post_class=post, post="embassy desk"), MIN, about=flight)  # type: ignore[arg-type]
    subject = world.at(16 * MIN)
    line = row(subject, B)
    assert (line.state, line.post_class, line.read_by) == ("delivered", post or "", "embassy desk")
    assert "relay-open" in line.marks
    assert deadline(subject, "relay", "operations").state == "open"
    task = next(task for task in subject.tasks if "operations cell" in task.text)
    assert (task.since_ms, task.due_ms) == (T0 + MIN, T0 + 16 * MIN)
    assert alarm(subject, "relay", "operations") is None
    assert alarm(world.at(16 * MIN + 1), "relay", "operations").since_ms == T0 + 16 * MIN
    world.say("receipt", B, OPS, 10 * MIN, about=flight)
    done = world.at(20 * MIN)
    assert (row(done, B).state, row(done, B).post_class) == ("read", "operations")
    assert deadline(done, "relay", "operations").state == "met"
    assert not any("operations cell" in task.text for task in done.tasks)


def test_a_new_version_begins_again_and_an_answer_to_the_old_one_does_not_count() -> None:
    world, flight = notice()
    world.say("reply", B, Reply(answer="NOTED"), MIN, about=flight)
    amend = world.say("amend", A, amended(FLIGHT, flight), H, about=flight)
    assert row(world.at(2 * H), B).state == "delivered"
    world.say("reply", B, Reply(answer="UNABLE", reason="x"), 2 * H, about=flight)
    assert row(world.at(3 * H), B).state == "delivered"
    world.say("reply", B, Reply(answer="UNABLE", reason="x"), 3 * H, about=amend)
    assert row(world.at(4 * H), B).answer == "UNABLE"


def test_a_wrong_read_back_code_is_not_understood() -> None:
    for code, state in (("K7AX", "understood"), ("K7AN", "read")):
        world, flight = notice(readback="K7AX")
        back = ReadBack(code=code)
        world.say(
            "receipt",
            B,
            Receipt(level="understood", post_class="operations", read_back=back),
            MIN,
            about=flight,
        )
        assert row(world.at(H), B).state == state


# ---- answers by a deadline


@pytest.mark.parametrize(
    ("at", "bounds", "word"),
    [
        (H, (0, 0), "in-time"),
        (H + 1, (0, 0), "late"),
        (H, (-S, S), "disputed"),
        (H - S, (0, None), "disputed"),
    ],
)
def test_answered_in_time_late_or_disputed(at: int, bounds: tuple[int, int | None], word: str) -> None:
    world, flight = notice(reply_by_ms=T0 + H)
    world.say("reply", B, Reply(answer="NOTED"), at, about=flight, bounds=bounds)
    assert row(world.at(2 * H), B).answered_late == word


def test_an_answer_in_time_that_came_later_is_received_late() -> None:
    world, flight = notice(reply_by_ms=T0 + H)
    assert "no-reply" in world.at(H + 1).marks
    world.say("reply", B, Reply(answer="NOTED"), H - MIN, about=flight, delivered=2 * H)
    line = row(world.at(4 * H), B)
    assert (line.answered_late, line.state) == ("in-time", "answered")
    assert line.marks == ("received-late",)
    other, flight = notice(reply_by_ms=T0 + H)
    other.say("reply", B, Reply(answer="NOTED"), H - MIN, about=flight, delivered=MIN)
    assert row(other.at(4 * H), B).marks == ()


def test_an_area_request_unanswered_for_a_day_is_a_no_reply() -> None:
    world = World()
    request = world.say("area.request", A, AreaRequest(bounds=(volume(0, D),)))
    before, after = world.at(D), world.at(D + 1)
    assert "no-reply" not in before.marks
    assert not before.tasks
    assert "no-reply" in after.marks
    assert row(after, B).marks == ("no-reply",)
    assert [task.since_ms for task in after.tasks if "certificate" in task.text] == [T0 + D]
    assert deadline(after, "reply", "reply-by").state == "missed"
    for answer in ("declined", "sealed", "broad"):
        other = replace_world(world)
        other.say("area.reply", B, AreaReply(answer=answer), H, about=request)  # type: ignore[arg-type]
        subject = other.at(2 * D)
        assert (row(subject, B).answer, subject.life, "no-reply" in subject.marks) == (answer, "done", False)


def replace_world(world: World) -> World:
    return World(world.members, world.own, list(world.entries), dict(world.facts))


def test_silence_to_what_was_not_delivered_is_not_called_no_reply() -> None:
    world = World()
    world.say("area.request", A, AreaRequest(), delivered=None)
    subject = world.at(D + 1)
    assert row(subject, B).marks == ("undelivered",)
    assert "no-reply" not in subject.marks
    assert any("not shown" in task.text for task in subject.tasks)


# ---- dissemination (AT40)


def word(text: str = "all", **more: object) -> Dissemination:
    return Dissemination(word=text, **more)  # type: ignore[arg-type]


def test_amend_after_all_were_told_asks_again_and_refuses_the_old_code() -> None:
    world, flight = notice(readback="K7AX")
    world.own = B
    world.say(
        "dissemination", B, word(notice=flight.id, code="K7AX", confirmed=5, units=5), H, about=flight, to=()
    )
    world.say("dissemination", B, word(notice=flight.id, code="k7ax"), H, about=flight)
    subject = world.at(2 * H)
    assert row(subject, B).dissemination.state == "all"
    assert (subject.dissemination_home.n, subject.dissemination_home.m) == (5, 5)
    assert outward(subject).dissemination_home is None
    amend = world.say("amend", A, amended(FLIGHT, flight), 3 * H, about=flight, readback="M3NT")
    subject = world.at(4 * H)
    assert (row(subject, B).dissemination.state, row(subject, B).dissemination.version) == (
        "re-confirm",
        flight.id,
    )
    assert (subject.dissemination_home.n, subject.dissemination_home.m) == (0, 5)
    world.say("dissemination", B, word(notice=amend.id, code="K7AX"), 5 * H, about=amend)
    subject = world.at(6 * H)
    assert row(subject, B).dissemination.state == "re-confirm"
    assert row(subject, B).dissemination.version == flight.id, (
        "the code names the version that the unit holds"
    )
    assert "old-code" in subject.marks
    world.say("dissemination", B, word(notice=amend.id, code="M3NT"), 7 * H, about=amend)
    assert row(world.at(8 * H), B).dissemination.state == "all"
    assert "old-code" not in world.at(8 * H).marks


def test_a_code_of_no_version_confirms_nothing() -> None:
    world, flight = notice(readback="K7AX")
    world.say("dissemination", B, word(notice=flight.id, code="T7TT"), H, about=flight)
    assert row(world.at(2 * H), B).dissemination.state == "none"
    assert "wrong-code" in world.at(2 * H).marks
    world.say("dissemination", B, word(notice=flight.id), 2 * H, about=flight)
    assert row(world.at(3 * H), B).dissemination.state == "none"
    assert "no-code" in world.at(3 * H).marks


@pytest.mark.parametrize(
    ("until", "lapses"),
    [(4 * H, 4 * H), (40 * H, 13 * H), (None, 13 * H)],
    ids=["shift", "12 h at most", "unsaid"],
)
def test_a_word_lapses_with_the_shift(until: int | None, lapses: int) -> None:
    world, flight = notice(readback="K7AX")
    text = None if until is None else t(until)
    world.say("dissemination", B, word(notice=flight.id, code="K7AX", counts_until=text), H, about=flight)
    assert row(world.at(lapses - 1), B).dissemination.state == "all"
    assert row(world.at(lapses), B).dissemination.state == "re-confirm"


def test_next_due_names_the_end_of_the_shift() -> None:
    world, flight = notice(readback="K7AX")
    world.say("dissemination", B, word(notice=flight.id, code="K7AX", counts_until=t(4 * H)), H, about=flight)
    assert world.at(2 * H).next_due_ms == T0 + 4 * H


def test_own_units_are_counted_by_the_code_they_read_back() -> None:
    world, flight = notice(readback="K7AX")
    world.own = B
    units = (HomeUnit("one", "K7AX"), HomeUnit("two", "K7AX", T0, T0 + H), HomeUnit("three"))
    local = Local(units={flight.id: units})
    home = world.at(H - 1, local=local).dissemination_home
    assert (home.n, home.m, home.unreached) == (2, 3, ("three",))
    assert world.at(H, local=local).dissemination_home.n == 1
    world.say("amend", A, amended(FLIGHT, flight), 2 * H, about=flight, readback="M3NT")
    home = world.at(3 * H, local=local).dissemination_home
    assert (home.n, home.old["one"]) == (0, flight.id)


# ---- areas


def area(**more: object) -> tuple[World, Said]:
    world = World()
    body = AreaDeclare(area="protected_site", precision="exact", volumes=(volume(0, D),), **more)  # type: ignore[arg-type]
    return world, world.say("area.declare", A, body)


def test_an_area_never_expires() -> None:
    world, _ = area()
    for at, stale in ((D - 1, False), (D, True), (1000 * D, True)):
        subject = world.at(at)
        assert (subject.area.state, subject.area.protected, subject.life) == ("active", True, "active")
        assert (subject.area.stale, "stale" in subject.marks) == (stale, stale)


def test_only_two_officers_release_an_area() -> None:
    world, declared = area()
    one, two = f"{A}/releaser+00000001", f"{A}/watch+00000002"
    world.say("withdraw", A, Withdraw(), H, about=declared, signers=(one,))
    assert (world.at(2 * H).area.state, "release-needs-two" in world.at(2 * H).marks) == ("active", True)
    world.say("withdraw", A, Withdraw(), H, about=declared, signers=(one, f"{A}/node+00000009"))
    world.say("withdraw", A, Withdraw(), H, about=declared, signers=(one, f"{A}/releaser+00000003"))
    world.say("complete", A, Complete(), H, about=declared, signers=(one, two))
    world.say("withdraw", B, Withdraw(), H, about=declared, signers=(f"{B}/x+00000001", f"{B}/y+00000001"))
    assert world.at(2 * H).area.protected
    world.say("withdraw", A, Withdraw(reason="released"), 2 * H, about=declared, signers=(one, two))
    subject = world.at(3 * H)
    assert (subject.area.state, subject.area.protected, subject.life) == ("released", False, "done")
    assert subject.area.released_by == (f"{A}/releaser", f"{A}/watch")


def test_a_no_fly_zone_stays_proposed_until_an_agreement_carries_it() -> None:
    world = World()
    zone = world.say("area.declare", A, AreaDeclare(area="no_fly_proposed", volumes=(volume(0, D),)))
    assert (world.at(H).area.state, world.at(H).area.protected) == ("proposed", False)
    assert world.at(H, agreed_areas=frozenset({zone.id})).area.state == "agreed"


@pytest.mark.parametrize(("at", "asked"), [(80 * H - 1, False), (80 * H, True)])
def test_a_cooled_area_asks_at_home_for_its_release_and_protects_until_then(at: int, asked: bool) -> None:
    world, declared = area()
    known = HomeArea(last_ms=T0, asked_ms=T0 + 5 * H, drawn_ms=75 * H)
    for own in (A, B):
        world.own = own
        subject = world.at(at, local=Local(areas={declared.id: known}))
        assert any("cool-down" in task.text for task in subject.tasks) == (asked and own == A)
        assert subject.area.protected
        assert subject.area.home == (("cooled" if asked else "cooling") if own == A else "")
        assert outward(subject).area.home == ""
        assert "cool" not in str(outward(subject))
        assert str(known.cooled_ms) not in str(outward(subject))


@pytest.mark.parametrize(
    ("known", "state", "cooled"),
    [
        (HomeArea(), "", None),
        (HomeArea(occupied=True, last_ms=T0), "occupied", None),
        (HomeArea(last_ms=T0), "recently_vacated", None),
        (HomeArea(occupied=True, last_ms=T0, asked_ms=T0, drawn_ms=80 * H), "release_asked", None),
        (HomeArea(last_ms=T0 + H, asked_ms=T0, drawn_ms=80 * H), "cooling", T0 + 81 * H),
        (HomeArea(last_ms=T0, asked_ms=T0 + 2 * H, drawn_ms=80 * H), "cooling", T0 + 82 * H),
        (HomeArea(asked_ms=T0, drawn_ms=3 * H), "cooled", T0 + 3 * H),
    ],
)
def test_an_area_at_home_cools_from_the_request_or_the_last_occupation(
    known: HomeArea, state: str, cooled: int | None
) -> None:
    assert (known.state(T0 + 3 * H), known.cooled_ms) == (state, cooled)


def test_a_contested_area_protects_all_the_same() -> None:
    world, declared = area()
    world.say("reply", B, Reply(answer="NOTED"), H, about=declared)
    assert not world.at(2 * H).area.contested
    world.say("reply", B, Reply(answer="DECLINED", reason="closed"), 2 * H, about=declared)
    assert (world.at(3 * H).area.contested, world.at(3 * H).area.protected) == (True, True)


@pytest.mark.parametrize(("lat", "state"), [(330_400_000, "understood"), (330_500_000, "read")])
def test_an_areas_forms_may_differ_by_5_km(lat: int, state: str) -> None:
    positions = (wgs84(lat, 380_000_000), dms("33 00 00 N 038 00 00 E"))
    world = World()
    declared = world.say("area.declare", A, AreaDeclare(area="personnel", positions=positions))
    world.say("receipt", B, Receipt(level="understood", post_class="operations"), MIN, about=declared)
    assert row(world.at(H), B).state == state


@pytest.mark.parametrize(("lat", "state"), [(330_040_000, "understood"), (330_050_000, "read")])
def test_a_protected_sites_exact_forms_may_differ_by_500_m(lat: int, state: str) -> None:
    world, declared = area(positions=(wgs84(lat, 380_000_000), dms("33 00 00 N 038 00 00 E")))
    world.say("receipt", B, Receipt(level="understood", post_class="operations"), MIN, about=declared)
    assert row(world.at(H), B).state == state


# ---- lead time and lateness


def test_lead_time_is_agreed_where_the_proof_is_near_what_is_stated() -> None:
    world, _ = notice(body=Flight(volumes=(volume(H, 2 * H),)), bounds=(-10 * S, 20 * S))
    lead = world.at(0).lead_time
    assert (lead.state, lead.stated_ms, lead.low_ms, lead.high_ms) == ("agreed", H, H - 20 * S, H + 10 * S)
    assert lead.text == "1 h 00 min"


@pytest.mark.parametrize("bounds", [(-10 * MIN, 0), (2 * S, 9 * S), (-9 * S, -2 * S)])
def test_lead_time_is_disputed_with_bounds(bounds: tuple[int, int]) -> None:
    world, _ = notice(body=Flight(volumes=(volume(10 * MIN, H),)), bounds=bounds)
    lead = world.at(0).lead_time
    assert (lead.state, lead.low_ms, lead.high_ms) == ("disputed", 10 * MIN - bounds[1], 10 * MIN - bounds[0])


def test_lead_time_without_proof_is_only_stated_and_without_event_none() -> None:
    assert notice(bounds=(None, None))[0].at(0).lead_time.state == "stated"
    assert notice(body=Flight())[0].at(0).lead_time.state == "none"


@pytest.mark.parametrize(
    ("start", "bounds", "marks"),
    [
        (H, (0, 0), set()),
        (H - 1, (0, 0), {"late"}),
        (H, (-S, S), {"late-disputed"}),
        (H + S, (-S, S), set()),
        (10 * MIN, (0, 0), {"late"}),
        (10 * MIN - 1, (0, 0), {"late", "very-late"}),
    ],
)
def test_late_under_60_min_and_very_late_under_10(
    start: int, bounds: tuple[int, int], marks: set[str]
) -> None:
    world, _ = notice(body=Flight(volumes=(volume(start, 5 * H),)), bounds=bounds)
    subject = world.at(0)
    assert set(subject.marks) & {"late", "very-late", "late-disputed"} == marks
    assert (alarm(subject, "lead-time", "very-late") is not None) == ("very-late" in marks)
    assert not subject.life_safety


def test_what_the_author_admits_needs_no_proof() -> None:
    for start, late in ((H, False), (H - 1, True)):
        world, _ = notice(body=Flight(volumes=(volume(start, 5 * H),)), bounds=(None, None))
        assert ("late" in world.at(0).marks) == late
        assert "late-disputed" not in world.at(0).marks


def test_a_planned_flight_owes_a_day_and_a_danger_area_three() -> None:
    for body, owed in ((FLIGHT, D), (Hazard(danger="firing"), 3 * D), (Hazard(danger="launch"), D)):
        for start, late in ((owed, False), (owed - 1, True)):
            kind = "activity.flight" if isinstance(body, Flight) else "activity.hazard"
            import msgspec

            world = World()
            world.say(kind, A, msgspec.structs.replace(body, volumes=(volume(start, 9 * D),)), bounds=(0, 0))
            assert ("late" in world.at(0).marks) == late


NOTAM = (Published(system="NOTAM", number="A1234/26"),)
NAVAREA = (Published(system="NAVAREA", number="III 0451/26"),)


@pytest.mark.parametrize(
    ("body", "start", "marks"),
    [
        (Hazard(danger="firing"), 5 * D, set()),
        (Hazard(danger="firing"), 5 * D - 1, {"under-advised"}),
        (Hazard(danger="firing"), 3 * D, {"under-advised"}),
        (Hazard(danger="firing"), 3 * D - 1, {"late"}),
        (Hazard(danger="firing", published=NAVAREA), 3 * D - 1, {"late"}),
        (Hazard(danger="firing", published=NOTAM), 2 * D, {"under-advised"}),
        (Hazard(danger="firing", published=NOTAM), 2 * D - 1, {"late"}),
        (Hazard(danger="launch", published=NOTAM), D, set()),
        (FLIGHT, D, set()),
    ],
)
def test_a_danger_area_short_of_the_advice_is_in_time_and_says_so(
    body: Flight | Hazard, start: int, marks: set[str]
) -> None:
    world = World()
    kind = "activity.flight" if isinstance(body, Flight) else "activity.hazard"
    world.say(kind, A, structs.replace(body, volumes=(volume(start, 9 * D),)), bounds=(0, 0))
    subject = world.at(0)
    assert set(subject.marks) & {"late", "under-advised"} == marks
    assert ("less than the advised 5 days" in subject.lead_time.text) == ("under-advised" in marks)


def test_an_amend_to_a_later_start_ends_the_hint_and_the_agreement_sets_the_days() -> None:
    world = World()
    body = Hazard(danger="firing", volumes=(volume(4 * D, 9 * D),))
    said = world.say("activity.hazard", A, body, bounds=(0, 0))
    assert "under-advised" in world.at(0).marks
    force = InForce((-1, "", -1), Parameters(danger_lead_advised_ms=4 * D), True)
    assert "under-advised" not in world.at(0, in_force=(force,)).marks
    later = structs.replace(body, volumes=(volume(6 * D, 9 * D),))
    world.say("amend", A, amended(later, said), H, about=said, bounds=(0, 0))
    assert "under-advised" not in world.at(2 * H).marks


def test_a_notice_without_volumes_is_incomplete_and_late_by_its_validity() -> None:
    world, flight = notice(body=Flight(), inner=Inner(valid_from=t(H - S)))
    assert {"late", "incomplete"} <= set(world.at(0).marks)
    world.say("reply", B, Reply(answer="UNABLE", reason="no place given"), MIN, about=flight)
    assert row(world.at(H), B).answer == "UNABLE"


def test_an_amend_that_leaves_the_time_alone_is_not_later() -> None:
    world, flight = notice(body=Flight(volumes=(volume(2 * D, 3 * D),)))
    world.say("amend", A, amended(Flight(volumes=(volume(2 * D, 4 * D),)), flight), 2 * D - MIN, about=flight)
    assert "late" not in world.at(2 * D).marks
    world.say(
        "amend", A, amended(Flight(volumes=(volume(2 * D + H, 4 * D),)), flight), 2 * D - MIN, about=flight
    )
    assert "late" not in world.at(2 * D).marks, "61 min before its new start"
    world.say(
        "amend", A, amended(Flight(volumes=(volume(2 * D, 4 * D + H),)), flight), 2 * D - MIN, about=flight
    )
    assert "late" not in world.at(2 * D).marks, "the start that was named first holds again"


# ---- marks of the line


def test_mode_must_fit_the_line_and_the_period() -> None:
    def marks(mode: str, **facts: object) -> bool:
        return "mode-not-allowed" in notice(mode=mode)[0].at(0, **facts).marks

    period = InForce((-1, "", -1), Parameters(), False, "agreed", exercise_periods=((T0, T0 + H),))
    assert not marks("REAL")
    assert marks("EXERCISE")
    assert not marks("EXERCISE", in_force=(period,))
    assert marks("TEST", in_force=(period,))
    assert marks("REAL", exercise_line=True)
    assert not marks("TEST", exercise_line=True)


def test_during_a_suspension_routine_is_marked_and_life_safety_is_not() -> None:
    off = Suspended(B, ("notices",), (0, f"{LINE}/{B}/1", 0), end=(9, f"{LINE}/{B}/1", 1))
    world, _ = notice(depth=5)
    assert "during-suspension" in world.at(0, suspended=(off,)).marks
    assert "during-suspension" not in notice(depth=0)[0].at(0, suspended=(off,)).marks, "had not seen it"
    assert "during-suspension" not in notice(depth=10)[0].at(0, suspended=(off,)).marks, "resumed"
    assert "during-suspension" not in notice(depth=5, life_safety=True)[0].at(0, suspended=(off,)).marks


def test_interim_until_an_agreement_is_in_force_where_the_entry_stands() -> None:
    agreed = InForce((5, "", 0), Parameters(relay_ms=60_000), False, "agreed")
    facts = {"in_force": (InForce((-1, "", -1), Parameters(), True), agreed)}
    assert "interim" in notice(depth=4)[0].at(0, **facts).marks
    subject = notice(depth=6)[0].at(0, **facts)
    assert ("interim" in subject.marks, subject.interim) == (False, False)


def test_parameters_of_the_agreement_in_force_drive_the_timers() -> None:
    world, flight = notice()
    world.say("receipt", B, Receipt(level="read", post_class="embassy"), MIN, about=flight)
    quick = InForce((-1, "", -1), Parameters(relay_ms=60_000), False)
    assert deadline(world.at(2 * MIN), "relay", "operations").due_ms == T0 + 16 * MIN
    assert deadline(world.at(2 * MIN, in_force=(quick,)), "relay", "operations").due_ms == T0 + 2 * MIN


def test_past_its_term_an_erased_subject_is_its_residue_and_before_it_is_judged() -> None:
    world, flight = notice()
    residue = {flight.id: Residue("activity.flight", "done", T0 + 3 * D, (), T0 + 30 * D)}
    assert world.at(30 * D - 1, residues=residue).residue == ""
    subject = world.at(30 * D, residues=residue)
    assert (subject.life, subject.residue, subject.held, subject.deadlines) == ("done", "done", "erased", ())
    assert world.at(30 * D - 1, residues=residue).next_due_ms == T0 + 30 * D


def test_a_missing_root_is_marked_and_an_unknown_kind_is_shown() -> None:
    world = World()
    flight = World().say("activity.flight", A, FLIGHT)
    world.say("withdraw", A, Withdraw(), about=flight)
    assert "root-missing" in world.at(0).marks
    strange = World()
    strange.say("weather.report", A)
    assert {"unknown-kind"} <= set(strange.at(0).marks)
    assert strange.at(0).family == "unknown"


def test_an_outside_judge_folds_without_a_party_of_its_own() -> None:
    world, _ = notice()
    world.own = ""
    assert world.at(0).dissemination_home is None
    assert isinstance(world.context(), Context)
