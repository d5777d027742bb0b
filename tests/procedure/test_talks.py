"""Meetings and provisions: each state, each deadline raised and cleared, both accounts side by side."""

from __future__ import annotations

from typing import Any

import pytest
from procedure_world import MIN, T0, A, B, C, D, H, World, t

from steerclear.procedure.chair import Rota
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.speech.kinds.meeting import Action, Item, Meeting, Point, Track
from steerclear.speech.kinds.provision import Guarantee, Provision
from steerclear.speech.kinds.reply import Reply

PROPOSAL = Meeting(
    act="propose",
    form="emergency",
    level="representatives",
    round=1,
    carrier="video",
    begin=t(30 * MIN),
    agenda=(Item(item="Frequencies"), Item(item="Procedures")),
)


def act(name: str, **more: Any) -> Meeting:
    return Meeting(act=name, **more)  # type: ignore[arg-type]


def proposed(world: World, body: Meeting = PROPOSAL, **more: Any) -> Said:
    return world.say("meeting", A, body, **more)


def rules(subject: Subject) -> list[tuple[str, str]]:
    return [(one.rule, one.step) for one in subject.alarms if not one.revised]


# ---- states


def test_proposed_counter_proposed_confirmed_held() -> None:
    world = World()
    root = proposed(world)
    found = world.at(MIN).meeting
    assert found is not None and (found.state, found.begin_ms) == ("proposed", T0 + 30 * MIN)
    assert {row.party: row.answer for row in found.parties} == {A: "confirmed", B: ""}
    world.say("meeting", B, act("counter_propose", begin=t(50 * MIN)), MIN, about=root)
    found = world.at(2 * MIN).meeting
    assert found is not None and (found.state, found.begin_ms) == ("counter-proposed", T0 + 50 * MIN)
    assert {row.party: row.answer for row in found.parties} == {A: "", B: "counter-proposed"}
    world.say("meeting", A, act("confirm"), 2 * MIN, about=root)
    found = world.at(3 * MIN).meeting
    assert found is not None and {row.party: row.answer for row in found.parties} == {
        A: "confirmed",
        B: "counter-proposed",
    }
    world.say("meeting", B, act("held", begin=t(51 * MIN), end=t(80 * MIN)), 81 * MIN, about=root)
    found = world.at(82 * MIN).meeting
    assert found is not None and (found.state, found.held_by, found.begin_ms) == ("held", (B,), T0 + 51 * MIN)
    assert found.agenda == ("Frequencies", "Procedures") and found.carrier == "video"


def test_declined_by_the_other_and_taken_up_again() -> None:
    world = World()
    root = proposed(world)
    world.say("meeting", B, act("decline", reason="not now"), MIN, about=root)
    assert world.at(2 * MIN).meeting.state == "declined"  # type: ignore[union-attr]
    world.say("meeting", A, act("counter_propose", begin=t(D)), 3 * MIN, about=root)
    assert world.at(4 * MIN).meeting.state == "counter-proposed"  # type: ignore[union-attr]
    world.say("meeting", A, act("decline", reason="taken back"), 5 * MIN, about=root)
    assert world.at(6 * MIN).meeting.state == "declined"  # type: ignore[union-attr]


def test_of_three_one_declines_and_the_others_meet() -> None:
    world = World(members=(A, B, C))
    root = proposed(world)
    world.say("meeting", B, act("decline", reason="x"), MIN, about=root)
    found = world.at(2 * MIN).meeting
    assert found is not None and found.state == "proposed"
    world.say("meeting", C, act("decline", reason="x"), 3 * MIN, about=root)
    assert world.at(4 * MIN).meeting.state == "declined"  # type: ignore[union-attr]


def test_who_was_not_invited_answers_nothing() -> None:
    world = World(members=(A, B, C))
    root = proposed(world, to=(B,))
    stranger = world.say("meeting", C, act("decline", reason="x"), MIN, about=root)
    subject = world.at(2 * MIN)
    assert subject.meeting is not None and subject.meeting.state == "proposed"
    assert [(row.entry, row.mark) for row in subject.no_effect] == [(stranger.id, "foreign-answer")]
    assert "foreign-answer" in subject.marks


def test_a_proposal_that_cannot_be_read_is_no_meeting_and_no_error() -> None:
    world = World(own=C)
    world.say("meeting", A, None, held="not_addressed")
    assert world.at(MIN).meeting is None


# ---- within the hour


def test_an_emergency_session_alarms_after_an_hour_until_it_is_held() -> None:
    world = World()
    root = proposed(world)
    assert rules(world.at(H)) == []
    assert world.at(H).next_due_ms == T0 + H + 1
    assert rules(world.at(H + 1)) == [("convene", "held")]
    world.say("meeting", B, act("held", begin=t(65 * MIN)), 70 * MIN, about=root)
    subject = world.at(71 * MIN)
    assert rules(subject) == []
    assert [row.state for row in subject.deadlines] == ["late"]


def test_held_within_the_hour_never_alarms_and_a_scheduled_one_has_no_hour() -> None:
    world = World()
    root = proposed(world)
    world.say("meeting", A, act("held", begin=t(30 * MIN)), 40 * MIN, about=root)
    subject = world.at(2 * H)
    assert rules(subject) == [] and [row.state for row in subject.deadlines] == ["met"]
    world = World()
    proposed(world, Meeting(act="propose", form="scheduled"))
    assert world.at(D).deadlines == ()


def test_a_session_declined_by_all_in_time_is_not_waited_for() -> None:
    world = World()
    root = proposed(world)
    world.say("meeting", B, act("decline", reason="x"), MIN, about=root)
    subject = world.at(2 * H)
    assert rules(subject) == [] and [row.state for row in subject.deadlines] == ["cancelled"]


def test_an_answer_in_talks_meets_the_deadline_to_reply() -> None:
    world = World()
    root = proposed(world, Meeting(act="propose", form="scheduled"), reply_by_ms=T0 + H)
    assert [(row.rule, row.state) for row in world.at(H + 1).deadlines] == [("reply", "missed")]
    world.say("meeting", B, act("confirm"), 30 * MIN, about=root)
    assert [(row.rule, row.state) for row in world.at(H + 1).deadlines] == [("reply", "met")]
    world.say("reply", B, Reply(answer="NOTED"), 31 * MIN, about=root)
    assert [(row.rule, row.state) for row in world.at(H + 1).deadlines] == [("reply", "met")]


# ---- actions


def with_action(world: World, owner: str = B) -> Said:
    root = proposed(world, Meeting(act="propose", form="scheduled"))
    action = Action(number=1, text="Draft", owner=owner, due=t(D))
    world.say("meeting", A, act("held", actions=(action,)), H, about=root)
    return root


def test_an_action_is_overdue_until_its_owner_says_that_it_is_done() -> None:
    world = World()
    root = with_action(world)
    (row,) = world.at(2 * H).meeting.actions  # type: ignore[union-attr]
    assert (row.owner, row.due_ms, row.state) == (B, T0 + D, "open")
    subject = world.at(D + 1)
    assert rules(subject) == [("action", "1")] and subject.alarms[0].party == B
    assert subject.meeting.actions[0].state == "missed"  # type: ignore[union-attr]
    done = world.say("meeting", B, act("done", done=(1,)), D + H, about=root)
    subject = world.at(D + 2 * H)
    assert rules(subject) == []
    row = subject.meeting.actions[0]  # type: ignore[union-attr]
    assert (row.state, row.done_by) == ("late", done.id)


def test_an_action_done_in_time_and_one_closed_by_another_party() -> None:
    world = World()
    root = with_action(world)
    world.say("meeting", A, act("done", done=(1,)), 2 * H, about=root)
    subject = world.at(3 * H)
    assert subject.meeting.actions[0].state == "open" and "foreign-done" in subject.marks  # type: ignore[union-attr]
    world.say("meeting", B, act("done", done=(1,)), 3 * H, about=root)
    subject = world.at(2 * D)
    assert subject.meeting.actions[0].state == "done" and rules(subject) == []  # type: ignore[union-attr]


def test_two_records_of_one_action_stand_side_by_side() -> None:
    world = World()
    root = with_action(world)
    mine = Action(number=1, text="Draft", owner=B, due=t(2 * D))
    world.say("meeting", B, act("action", actions=(mine,)), 2 * H, about=root)
    (row,) = world.at(3 * H).meeting.actions  # type: ignore[union-attr]
    assert row.differ and {one.party: one.due_ms for one in row.records} == {A: T0 + D, B: T0 + 2 * D}
    assert row.due_ms == T0 + D, "the earlier one, so that nobody is surprised"
    world.say("meeting", A, act("action", actions=(mine,)), 3 * H, about=root)
    assert not world.at(4 * H).meeting.actions[0].differ  # type: ignore[union-attr]


def test_own_tasks_come_and_go() -> None:
    world = World(own=B)
    root = proposed(world)
    assert [one.id.rpartition("/")[2] for one in world.at(MIN).tasks] == ["answer-meeting"]
    world.say("meeting", B, act("confirm"), MIN, about=root)
    assert world.at(2 * MIN).tasks == ()
    action = Action(number=4, text="Draft", owner=B, due=t(D))
    world.say("meeting", A, act("held", actions=(action,)), 40 * MIN, about=root)
    world.say("meeting", A, act("read_out", read_out=(Point(item="x", outcome="agreed"),)), H, about=root)
    assert {one.id.rpartition("/")[2] for one in world.at(2 * H).tasks} == {"action-4", "read-out"}
    world.say("meeting", B, act("done", done=(4,)), 2 * H, about=root)
    world.say("meeting", B, act("read_out", read_out=(Point(item="x", outcome="agreed"),)), 2 * H, about=root)
    assert world.at(3 * H).tasks == ()


# ---- read-outs


def read_out(*points: tuple[str, str]) -> Meeting:
    return act("read_out", read_out=tuple(Point(item=a, outcome=b) for a, b in points))  # type: ignore[arg-type]


def test_what_both_confirm_and_where_they_differ() -> None:
    world = World()
    root = proposed(world)
    world.say(
        "meeting",
        A,
        read_out(("Frequencies", "agreed"), ("Procedures", "agreed"), ("Areas", "left_open")),
        H,
        about=root,
    )
    found = world.at(2 * H).meeting
    assert found is not None and found.confirmed == (), "one account confirms nothing"
    world.say(
        "meeting",
        B,
        read_out(("PROCEDURES ", "not_agreed"), ("frequencies", "agreed"), ("Assistance", "discussed")),
        H,
        about=root,
    )
    found = world.at(2 * H).meeting
    assert found is not None and found.confirmed == ("Frequencies",)
    assert {point.item: point.why for point in found.points} == {
        "Frequencies": "",
        "Procedures": "outcome",
        "Areas": "one-side",
        "Assistance": "one-side",
    }
    assert set(found.differ) == {"Procedures", "Areas", "Assistance"}
    point = next(one for one in found.points if one.item == "Frequencies")
    assert {says.party: says.place for says in point.says} == {A: 1, B: 2} and not point.same_place


def test_a_newer_read_out_takes_the_place_of_the_same_party_s_older_one() -> None:
    world = World()
    root = proposed(world)
    world.say("meeting", A, read_out(("x", "agreed")), H, about=root)
    world.say("meeting", B, read_out(("x", "left_open")), H, about=root)
    assert world.at(2 * H).meeting.differ == ("x",)  # type: ignore[union-attr]
    world.say("meeting", B, read_out(("x", "agreed")), 2 * H, about=root)
    found = world.at(3 * H).meeting
    assert found is not None and (found.confirmed, found.differ) == (("x",), ())


def test_other_tracks_are_named() -> None:
    world = World()
    proposed(
        world,
        Meeting(act="propose", tracks=(Track(track="political", name="Ministers", reference="call 3"),)),
    )
    (row,) = world.at(MIN).meeting.tracks  # type: ignore[union-attr]
    assert (row.party, row.track, row.name, row.reference) == (A, "political", "Ministers", "call 3")


# ---- chair


def test_a_session_convened_out_of_turn_is_marked_and_stands() -> None:
    rota = Rota(T0 - D, 10 * D, (A, B, C), dict.fromkeys((A, B, C), T0 - 2 * D))
    world = World(members=(A, B, C), facts={"rota": rota})
    root = proposed(world, act("propose", form="scheduled", as_chair=True))
    subject = world.at(MIN)
    assert subject.meeting is not None and subject.meeting.as_chair and "not-the-chair" not in subject.marks
    world.entries.remove(root)
    world.say("meeting", B, act("propose", form="scheduled", as_chair=True))
    subject = world.at(MIN)
    assert subject.meeting is not None and not subject.meeting.as_chair and subject.meeting.chair == A
    assert "not-the-chair" in subject.marks and subject.meeting.state == "proposed"


# ---- provisions


TEXT = Provision(number="4", text="Five miles apart.", position="open", parameters={"relay_ms": 600_000})


def position(name: str, **more: Any) -> Provision:
    return Provision(position=name, **more)  # type: ignore[arg-type]


def test_open_closer_agreed() -> None:
    world = World()
    root = world.say("provision", A, TEXT)
    assert world.at(1).provision.state == "open"  # type: ignore[union-attr]
    world.say("provision", B, position("closer"), MIN, about=root)
    assert world.at(2 * MIN).provision.state == "open", "A is open still"  # type: ignore[union-attr]
    world.say("provision", A, position("closer"), 2 * MIN, about=root)
    assert world.at(3 * MIN).provision.state == "closer"  # type: ignore[union-attr]
    world.say("provision", A, position("agreed"), 3 * MIN, about=root)
    world.say("provision", B, position("agreed"), 4 * MIN, about=root)
    found = world.at(5 * MIN).provision
    assert found is not None and [step.state for step in found.steps] == ["open", "closer", "agreed"]
    assert (found.number, found.text, found.parameters) == ("4", "Five miles apart.", {"relay_ms": 600_000})


def test_agreed_is_of_one_wording_only() -> None:
    world = World()
    root = world.say("provision", A, position("agreed", number="4", text="Five miles."))
    other = world.say("provision", B, position("agreed", number="4", text="Six miles."), MIN, about=root)
    found = world.at(2 * MIN).provision
    assert found is not None and (found.state, found.text) == ("closer", "Six miles.")
    assert {row.party: row.other_wording for row in found.parties} == {A: True, B: False}
    world.say("provision", A, position("agreed"), 2 * MIN, about=other)
    found = world.at(3 * MIN).provision
    assert found is not None and (found.state, found.text) == ("agreed", "Six miles.")
    world.say("provision", B, position("open"), 3 * MIN, about=other)
    assert world.at(4 * MIN).provision.state == "open", "until it is ratified, it can be opened"  # type: ignore[union-attr]


def test_of_three_all_must_agree_and_who_was_not_asked_has_no_say() -> None:
    world = World(members=(A, B, C))
    root = world.say("provision", A, position("agreed", number="1", text="x"))
    world.say("provision", B, position("agreed"), MIN, about=root)
    assert world.at(2 * MIN).provision.state == "open"  # type: ignore[union-attr]
    world.say("provision", C, position("agreed"), 2 * MIN, about=root)
    assert world.at(3 * MIN).provision.state == "agreed"  # type: ignore[union-attr]
    world = World(members=(A, B, C))
    root = world.say("provision", A, position("agreed", number="1", text="x"), to=(B,))
    world.say("provision", B, position("agreed"), MIN, about=root, to=(A,))
    world.say("provision", C, position("open"), MIN, about=root)
    assert world.at(3 * MIN).provision.state == "agreed"  # type: ignore[union-attr]


def test_guarantees_for_third_parties_are_part_of_the_wording() -> None:
    world = World()
    plain = world.say("provision", A, position("agreed", number="1", text="x"))
    gift = Guarantee(for_whom="civil traffic", text="Nothing changes.")
    world.say("provision", B, position("agreed", number="1", text="x", guarantees=(gift,)), MIN, about=plain)
    found = world.at(2 * MIN).provision
    assert found is not None and found.state == "closer" and found.guarantees == ("civil traffic",)


@pytest.mark.parametrize(
    ("articles", "said"), [({("4", "Five miles apart.")}, True), ({("4", "other")}, False)]
)
def test_a_provision_is_in_force_when_the_agreement_carries_its_words(articles: set[Any], said: bool) -> None:
    world = World(facts={"articles": frozenset(articles)})
    world.say("provision", A, TEXT)
    assert world.at(1).provision.in_force is said  # type: ignore[union-attr]
