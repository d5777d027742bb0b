"""The stop: heard, relayed, held, resolved; the ladder; the lost hop; holds that never lapse silently."""

from __future__ import annotations

import pytest
from procedure_world import MIN, T0, A, B, C, D, H, S, World, alarm, deadline, dms, row, t, wgs84

from steerclear.procedure.alarms import fired, fired_key
from steerclear.procedure.context import HomeUnit, Local
from steerclear.procedure.fold import next_due, outward
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.dissemination import Dissemination
from steerclear.speech.kinds.receipt import ReadBack, Receipt
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.kinds.withdraw import Withdraw

READ = Receipt(level="read", post_class="operations", post="battle director")
HOLDING = Reply(answer="HOLDING", until=t(30 * MIN), statement="no admission")


def told(word: str = "all", **more: object) -> Dissemination:
    return Dissemination(word=word, **more)  # type: ignore[arg-type]


def raised(**more: object) -> tuple[World, object]:
    world = World()
    stop = world.say("stop", A, Stop(since=t(-60 * S)), **more)  # type: ignore[arg-type]
    return world, stop


def test_hop_by_hop() -> None:
    world, stop = raised()
    assert world.at(S).stop.state == "raised"
    world.say("receipt", B, READ, 20 * S, about=stop)
    assert (world.at(21 * S).stop.state, world.at(21 * S).stop.heard_by) == ("heard", (B,))
    assert world.at(21 * S).stop.heard_ms == T0 + 20 * S
    world.say("dissemination", B, told(), 60 * S, about=stop)
    assert (world.at(61 * S).stop.state, world.at(61 * S).stop.relayed_ms) == ("relayed", T0 + 60 * S)
    world.say("reply", B, HOLDING, 70 * S, about=stop)
    assert (world.at(71 * S).stop.state, world.at(71 * S).stop.hold_until_ms) == ("holding", T0 + 30 * MIN)
    world.say("complete", A, Complete(outcome="resolved"), 10 * MIN, about=stop)
    subject = world.at(11 * MIN)
    assert (subject.stop.state, subject.life, subject.alarms) == ("resolved", "done", ())
    assert world.at(D).stop == subject.stop, "a resolved stop moves no more"
    assert subject.stop.resolved_ms == T0 + 10 * MIN


def test_heard_is_a_receipt_by_anybody_and_a_dissemination_of_none_relays_nothing() -> None:
    world, stop = raised()
    world.say("receipt", B, Receipt(level="read", post_class="embassy"), 5 * S, about=stop)
    world.say("dissemination", B, told("none"), 6 * S, about=stop)
    subject = world.at(10 * S)
    assert subject.stop.state == "heard"
    assert deadline(subject, "heard", "first-person").state == "met"
    assert deadline(subject, "relayed", "senior-duty-officer").state == "open"


def test_a_count_kept_at_home_does_not_relay_outward() -> None:
    world, stop = raised()
    world.say("dissemination", B, told("all", confirmed=3, units=3), 6 * S, about=stop, to=())
    assert world.at(10 * S).stop.state == "heard"
    world.say("dissemination", B, told("all"), 7 * S, about=stop, to=(A,))
    assert world.at(10 * S).stop.state == "relayed"


@pytest.mark.parametrize(
    ("after", "step", "word"),
    [
        (60 * S, "first-person", "every carrier"),
        (3 * MIN, "senior-duty-officer", "senior duty officer"),
        (5 * MIN, "level-above", "convene a call"),
    ],
)
def test_unheard_escalates_at_each_step(after: int, step: str, word: str) -> None:
    world, _ = raised()
    assert alarm(world.at(after), "heard", step) is None
    assert deadline(world.at(after), "heard", step).state == "open"
    subject = world.at(after + 1)
    found = alarm(subject, "heard", step)
    assert found is not None
    assert found.since_ms == T0 + after
    assert word in found.action
    assert deadline(subject, "heard", step).state == "missed"
    assert (subject.stop.lost_hop, subject.stop.lost_hop_party) == ("line", B)


@pytest.mark.parametrize(("at", "state"), [(60 * S, "met"), (60 * S + 1, "late")])
def test_a_receipt_at_the_instant_is_in_time_and_one_later_is_late(at: int, state: str) -> None:
    world, stop = raised()
    world.say("receipt", B, READ, at, about=stop, bounds=(0, 0))
    assert deadline(world.at(2 * MIN), "heard", "first-person").state == state


def test_a_wide_interval_is_disputed_with_its_bounds() -> None:
    world, stop = raised()
    world.say("receipt", B, READ, 50 * S, about=stop, bounds=(-10 * S, 30 * S))
    found = deadline(world.at(2 * MIN), "heard", "first-person")
    assert found.state == "disputed"
    assert (found.bounds.after_ms, found.bounds.before_ms) == (T0 + 40 * S, T0 + 80 * S)


def test_heard_but_not_told_on_escalates_at_the_authority() -> None:
    world, stop = raised()
    world.say("receipt", B, READ, 20 * S, about=stop)
    assert world.at(3 * MIN).stop.lost_hop == ""
    subject = world.at(3 * MIN + 1)
    assert alarm(subject, "relayed", "senior-duty-officer").since_ms == T0 + 3 * MIN
    assert subject.stop.lost_hop == "authority"
    assert row(subject, B).lost_hop == "authority"
    late = world.at(5 * MIN + 1)
    assert alarm(late, "relayed", "level-above") is not None
    assert alarm(late, "answered", "level-above") is None, (
        "one alarm for a party and step: the first hop lost"
    )
    assert any("Convene a call" in task.text for task in late.tasks)
    world.say("dissemination", B, told(), 170 * S, about=stop)
    assert alarm(world.at(3 * MIN + 1), "relayed", "senior-duty-officer") is None


def test_relayed_but_unanswered_escalates_and_an_answer_ends_it() -> None:
    world, stop = raised()
    world.say("dissemination", B, told(), 20 * S, about=stop)
    assert alarm(world.at(5 * MIN + 1), "answered", "level-above") is not None
    world.say("reply", B, Reply(answer="CHECKING", statement="no admission"), 4 * MIN, about=stop)
    assert alarm(world.at(5 * MIN + 1), "answered", "level-above") is None


def test_not_ours_ends_the_duty_to_relay() -> None:
    world, stop = raised()
    world.say("reply", B, Reply(answer="NOT_OURS", statement="no admission"), 30 * S, about=stop)
    subject = world.at(10 * MIN)
    assert deadline(subject, "relayed", "senior-duty-officer").state == "cancelled"
    assert subject.stop.lost_hop == ""


def test_a_party_that_is_not_heard_escalates_beside_one_that_is() -> None:
    world = World(members=(A, B, C))
    stop = world.say("stop", A, Stop())
    world.say("receipt", B, READ, 5 * S, about=stop, to=(A, C))
    subject = world.at(61 * S)
    assert alarm(subject, "heard", "first-person", B) is None
    assert alarm(subject, "heard", "first-person", C) is not None
    assert subject.stop.state == "heard"


@pytest.mark.parametrize(("at", "rings"), [(25 * MIN - 1, False), (25 * MIN, True)])
def test_a_hold_rings_five_minutes_before_its_end(at: int, rings: bool) -> None:
    world, stop = raised()
    world.say("dissemination", B, told(), 30 * S, about=stop)
    world.say("reply", B, HOLDING, 60 * S, about=stop)
    for own in (A, B, ""):
        world.own = own
        found = alarm(world.at(at), "hold", "ending-1")
        assert (found is not None) == rings
        assert found is None or found.since_ms == T0 + 25 * MIN


@pytest.mark.parametrize(("at", "state"), [(30 * MIN - 1, "holding"), (30 * MIN, "hold-ended")])
def test_an_unrenewed_hold_ends_at_its_instant(at: int, state: str) -> None:
    world, stop = raised()
    world.say("dissemination", B, told(), 30 * S, about=stop)
    world.say("reply", B, HOLDING, 60 * S, about=stop)
    assert world.at(at).stop.state == state
    assert ("hold-ended" in world.at(at).marks) == (state == "hold-ended")


def test_the_alarm_of_an_ended_hold_stays_until_resolved_or_renewed() -> None:
    world, stop = raised()
    world.say("reply", B, HOLDING, 60 * S, about=stop)
    for at in (30 * MIN, 2 * H, 72 * H):
        assert alarm(world.at(at), "hold", "ended-1").since_ms == T0 + 30 * MIN
    world.say("complete", B, Complete(outcome="resolved"), 2 * H, about=stop)
    subject = world.at(3 * H)
    assert alarm(subject, "hold", "ended-1") is not None, "neither raiser nor owner"
    assert (subject.stop.state, subject.no_effect[0].mark) == ("hold-ended", "foreign-complete")
    assert "foreign-complete" in subject.marks
    world.say("reply", B, Reply(answer="HOLDING", until=t(6 * H)), 4 * H, about=stop)
    assert world.at(5 * H).stop.state == "holding"
    assert alarm(world.at(5 * H), "hold", "ended-1") is None
    assert alarm(world.at(6 * H), "hold", "ended-2") is not None


def test_a_renewal_in_time_leaves_no_gap() -> None:
    world, stop = raised()
    world.say("reply", B, HOLDING, 60 * S, about=stop)
    world.say("reply", B, Reply(answer="HOLDING", until=t(60 * MIN)), 29 * MIN, about=stop)
    subject = world.at(31 * MIN)
    assert subject.stop.state == "holding"
    assert deadline(subject, "hold", "renew-1").state == "met"
    assert alarm(subject, "hold", "ending-1") is None
    assert alarm(subject, "hold", "ending-2") is None


def test_a_hold_without_an_end_rings_at_once() -> None:
    world, stop = raised()
    world.say("reply", B, Reply(answer="HOLDING"), 60 * S, about=stop)
    assert alarm(world.at(60 * S), "hold", "ending-1") is not None
    assert world.at(6 * MIN).stop.state == "hold-ended"


def test_a_hold_shorter_than_the_warning_rings_from_its_beginning() -> None:
    world, stop = raised()
    world.say("reply", B, Reply(answer="HOLDING", until=t(4 * MIN)), 2 * MIN, about=stop)
    assert alarm(world.at(2 * MIN), "hold", "ending-1").since_ms == T0 + 2 * MIN


def test_what_cannot_hold_or_be_reached_rings() -> None:
    world, stop = raised()
    world.say("dissemination", B, told(), 20 * S, about=stop)
    world.say("reply", B, HOLDING, 60 * S, about=stop)
    world.say("reply", B, Reply(answer="CANNOT_HOLD"), 5 * MIN, about=stop)
    subject = world.at(6 * MIN)
    assert (subject.stop.state, subject.stop.holds[0].state) == ("relayed", "withdrawn")
    assert alarm(subject, "cannot-hold", "said") is not None
    world.say("reply", B, Reply(answer="UNABLE_TO_REACH_UNITS"), 7 * MIN, about=stop)
    assert world.at(8 * MIN).stop.lost_hop == "units"
    assert alarm(world.at(8 * MIN), "cannot-reach-units", "said") is not None


def test_the_owner_of_the_site_may_resolve_and_a_third_may_not() -> None:
    world = World(members=(A, B, C))
    site = "5" * 64
    stop = world.say("stop", A, Stop(site=site))
    world.say("complete", C, Complete(), 60 * S, about=stop)
    assert world.at(2 * MIN).stop.state == "raised"
    assert world.at(2 * MIN, author_of=lambda entry: C if entry == site else "").stop.state == "resolved"


def test_a_withdrawn_stop_is_cancelled_and_another_partys_withdrawal_is_not() -> None:
    world, stop = raised()
    world.say("withdraw", B, Withdraw(), 30 * S, about=stop)
    assert world.at(40 * S).life == "active"
    world.say("withdraw", A, Withdraw(reason="error"), 50 * S, about=stop)
    assert (world.at(60 * S).life, world.at(60 * S).stop.state) == ("cancelled", "resolved")


def test_an_amended_stop_keeps_what_was_heard() -> None:
    world, stop = raised()
    world.say("receipt", B, READ, 5 * S, about=stop)
    world.say(
        "amend", A, Amend(kind="stop", notice={"going_on": True}), 20 * S, about=stop, supersedes=stop.id
    )
    subject = world.at(30 * S)
    assert subject.stop.state == "heard"
    assert row(subject, B).state == "delivered", "the new version was not read yet"
    assert "revised" in subject.marks


def test_lost_hop_after_a_repeat_and_its_name_stays_at_home() -> None:
    world, stop = raised()
    world.own = B
    world.say("receipt", B, READ, 5 * S, about=stop)
    world.say("dissemination", B, told("headquarters"), 60 * S, about=stop)
    world.say("reply", B, Reply(answer="CHECKING"), 70 * S, about=stop)
    assert world.at(80 * MIN).stop.lost_hop == ""
    local = Local(units={stop.id: (HomeUnit("squadron 1"), HomeUnit("squadron 2"))})
    again = world.at(90 * MIN, repeats={"9" * 64: (stop.id,)}, local=local)
    assert (again.stop.lost_hop, again.stop.lost_hop_party) == ("units", B)
    assert again.stop.lost_hop_name == "squadron 1, squadron 2"
    assert again.stop.repeated_by == ("9" * 64,)
    away = outward(again)
    assert (away.stop.lost_hop, away.stop.lost_hop_name, away.dissemination_home) == ("units", "", None)
    assert "squadron" not in str(away)
    world.own = A
    assert world.at(90 * MIN, repeats={"9" * 64: (stop.id,)}, local=local).stop.lost_hop_name == ""


def test_the_post_that_did_not_tell_on_is_named_at_home() -> None:
    world, stop = raised()
    world.own = B
    world.say("receipt", B, READ, 5 * S, about=stop)
    local = Local(posts={"battle director": "Col. X"})
    assert world.at(4 * MIN, local=local).stop.lost_hop_name == "Col. X"
    world.say("dissemination", B, told(), 10 * S, about=stop)
    assert world.at(4 * MIN, local=local).stop.lost_hop_name == ""


@pytest.mark.parametrize(("lon", "state"), [(380_000_000, "understood"), (380_100_000, "read")])
def test_positions_over_500_m_apart_cannot_become_understood(lon: int, state: str) -> None:
    world = World()
    positions = (wgs84(330_000_000, lon), dms("33 00 00.0 N 038 00 00.0 E"))
    stop = world.say("stop", A, Stop(positions=positions))
    world.say("receipt", B, Receipt(level="understood", post_class="operations"), 5 * S, about=stop)
    subject = world.at(10 * S)
    assert row(subject, B).state == state
    assert ("positions-disagree" in subject.marks) == (state == "read")
    assert bool(subject.contradictions) == (state == "read")
    assert subject.stop.state == "heard", "consistency never delays a stop"


@pytest.mark.parametrize(("lat", "state"), [(330_000_000, "understood"), (330_900_000, "read")])
def test_a_position_read_back_9_km_off_is_not_understood(lat: int, state: str) -> None:
    world = World()
    stop = world.say("stop", A, Stop(positions=(wgs84(330_000_000, 380_000_000),)))
    back = ReadBack(positions=(wgs84(lat, 380_000_000),))
    world.say(
        "receipt", B, Receipt(level="understood", post_class="operations", read_back=back), 5 * S, about=stop
    )
    assert row(world.at(10 * S), B).state == state


def test_no_play_rings_and_runs_on_the_wall_clock() -> None:
    world, _ = raised()
    for facts, rings in (({}, False), ({"exercise_line": True}, True)):
        subject = world.at(S, **facts)
        assert (alarm(subject, "no-play", "real", "") is not None) == rings
        assert (subject.no_play, "no-play" in subject.marks) == (rings, rings)
        assert "mode-not-allowed" not in subject.marks
    on_wall = world.at(S, exercise_line=True, wall_ms=T0 + 61 * S)
    assert alarm(on_wall, "heard", "first-person") is not None
    assert alarm(world.at(S, exercise_line=False, wall_ms=T0 + 61 * S), "heard", "first-person") is None


def test_an_exercise_stop_on_an_exercise_line_is_play() -> None:
    world, _ = raised(mode="EXERCISE")
    assert not world.at(S, exercise_line=True).no_play
    assert "mode-not-allowed" in world.at(S).marks


def test_a_life_safety_entry_rings_at_each_party_until_read() -> None:
    world, stop = raised()
    assert alarm(world.at(0), "new-life-safety", "raised") is not None
    world.say("receipt", B, READ, 5 * S, about=stop)
    assert alarm(world.at(5 * S), "new-life-safety", "raised") is None


def test_an_incomplete_stop_asks_in_order_and_an_amend_ends_the_asking() -> None:
    world = World()
    stop = world.say(
        "stop", A, Stop(positions=(wgs84(330_000_000, 380_000_000), dms("33 00 00 N 038 00 00 E")))
    )
    subject = world.at(S)
    assert "incomplete" in subject.marks
    assert [one.field for one in subject.missing][:2] == ["since", "evidence"]
    assert [task.key for task in subject.tasks if task.id.endswith("/ask-missing")] == ["tasks.say-missing"]
    world.own = B
    assert [task.key for task in world.at(S).tasks if task.id.endswith("/ask-missing")] == [
        "tasks.ask-missing"
    ]
    whole = {
        "positions": [
            {"form": "wgs84", "lat_e7": 330_000_000, "lon_e7": 380_000_000},
            {"form": "dms", "text": "33 00 00 N 038 00 00 E"},
        ],
        "since": t(-60 * S),
        "evidence": ["site_called"],
        "site_kind": "protected",
        "going_on": True,
        "call_back": "post 7",
    }
    world.say("amend", A, Amend(kind="stop", notice=whole), 20 * S, about=stop, supersedes=stop.id)
    assert world.at(30 * S).missing == ()
    assert "incomplete" not in world.at(30 * S).marks


def test_not_life_safety_is_marked_and_blocks_nothing() -> None:
    world, stop = raised()
    world.say("reply", B, Reply(answer="NOT_LIFE_SAFETY", reason="late notice"), 30 * S, about=stop)
    subject = world.at(5 * MIN + 1)
    assert "not-life-safety" in subject.marks
    assert alarm(subject, "relayed", "level-above") is not None


def test_fired_and_then_met_by_a_late_bundle_is_revised() -> None:
    world, stop = raised()
    key = (stop.id, "heard", f"first-person:{B}")
    ring = alarm(world.at(2 * MIN), "heard", "first-person")
    record = dict(zip(("subject", "rule", "step"), fired_key(ring), strict=True))
    logged = World().say("timer.fired", A, None, 2 * MIN, record=record)
    assert fired([logged, stop], A) == {key} == {fired_key(ring)}
    assert fired([logged], B) == frozenset()
    rung = world.at(2 * MIN, fired=frozenset({key}))
    assert not alarm(rung, "heard", "first-person").revised
    world.say("receipt", B, READ, 30 * S, about=stop)
    again = world.at(2 * MIN, fired=frozenset({key}))
    assert alarm(again, "heard", "first-person").revised
    assert alarm(world.at(2 * MIN), "heard", "first-person") is None


def test_next_due_of_a_hold_is_its_warning_then_its_end() -> None:
    world, stop = raised()
    world.say("dissemination", B, told(), 30 * S, about=stop)
    world.say("reply", B, HOLDING, 60 * S, about=stop)
    assert next_due(world.at(6 * MIN)) == T0 + 25 * MIN
    assert next_due(world.at(25 * MIN)) == T0 + 30 * MIN


def test_next_due_names_the_next_change() -> None:
    world, stop = raised()
    assert next_due(world.at(0)) == T0 + 60 * S + 1
    world.say("receipt", B, READ, 5 * S, about=stop)
    assert next_due(world.at(6 * S)) == T0 + 3 * MIN + 1
    world.say("complete", A, Complete(), 10 * S, about=stop)
    assert next_due(world.at(11 * S)) is None
