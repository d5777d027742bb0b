"""Identity queries that escalate, assistance with its secrecy, unanswered warnings in a row, one-sided encounters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from procedure_world import MIN, T0, A, B, C, H, World, alarm, deadline, row, t, volume, wgs84

from steerclear.procedure import guard_calls, one_sided
from steerclear.procedure.context import InForce
from steerclear.procedure.fold import fold
from steerclear.procedure.said import Said
from steerclear.space.altitude import Altitude
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.assist import Assist
from steerclear.speech.kinds.assist_position import AssistPosition
from steerclear.speech.kinds.common import Fix
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.encounter_report import EncounterReport
from steerclear.speech.kinds.identity_query import IdentityQuery
from steerclear.speech.kinds.receipt import Receipt
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.kinds.warning_radio import Addressee, WarningRadio
from steerclear.speech.parameters import Parameters

SEEN = IdentityQuery(
    mover="aircraft", at=t(-MIN), lat_e7=411_000_000, lon_e7=194_000_000, altitude=Altitude(330, "fl", "STD")
)


# ---- is it yours?


def queried(**more: Any) -> tuple[World, Said]:
    world = World(members=(A, B, C))
    return world, world.say("identity.query", A, SEEN, to=(B, C), **more)


@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("answer", ["OURS_KEEP_AWAY", "CHECKING", "NO_STATEMENT"])
def test_unanswered_for_three_minutes_it_escalates_until_an_answer(flag: bool, answer: str) -> None:
    world, root = queried(life_safety=flag)
    assert alarm(world.at(3 * MIN), "identity", "senior-duty-officer") is None
    for world.own in (A, B):
        subject = world.at(3 * MIN + 1)
        found = alarm(subject, "identity", "senior-duty-officer")
        assert found.since_ms == T0 + 3 * MIN and "Presume civil" in found.consequence
        assert alarm(subject, "identity", "senior-duty-officer", C) is not None, "each party by itself"
    world.say("reply", B, Reply(answer=answer), 4 * MIN, about=root)
    after = world.at(5 * MIN)
    assert alarm(after, "identity", "senior-duty-officer") is None and row(after, B).answer == answer
    assert deadline(after, "identity", "senior-duty-officer").state == "late"
    assert alarm(after, "identity", "senior-duty-officer", C) is not None


def test_answered_in_time_or_over_nothing_rings() -> None:
    world, root = queried()
    world.say("reply", B, Reply(answer="OURS_KEEP_AWAY"), MIN, about=root)
    assert deadline(world.at(H), "identity", "senior-duty-officer").state == "met"
    world.say("complete", A, Complete(), 2 * MIN, about=root)
    assert [one for one in world.at(H).alarms if one.rule == "identity"] == []


@pytest.mark.parametrize("answer", ["NOT_OURS", "NOTED", "NO_CONFLICT_KNOWN", "DECLINED"])
def test_what_cannot_be_said_counts_for_nothing_when_it_arrives(answer: str) -> None:
    """boundary.md: nobody is shown to have said "not ours" of the present."""
    world, root = queried()
    said = world.say("reply", B, Reply(answer=answer), MIN, about=root)
    subject = world.at(4 * MIN)
    assert (row(subject, B).answer, row(subject, B).state) == ("", "delivered")
    assert [(one.entry, one.mark) for one in subject.no_effect] == [(said.id, "answer-not-possible")]
    assert "answer-not-possible" in subject.marks
    assert alarm(subject, "identity", "senior-duty-officer") is not None


def test_marked_not_life_safety_is_no_answer_to_the_question() -> None:
    world, root = queried(life_safety=True)
    world.say("reply", B, Reply(answer="NOT_LIFE_SAFETY", reason="a balloon"), MIN, about=root)
    subject = world.at(4 * MIN)
    assert "not-life-safety" in subject.marks and subject.no_effect == ()
    assert alarm(subject, "identity", "senior-duty-officer") is not None


def test_what_an_identity_query_leaves_out_is_asked_for() -> None:
    world = World()
    world.say("identity.query", A, IdentityQuery(), life_safety=True)
    assert [one.field for one in world.at(0).missing] == ["position", "at", "altitude", "mover"]


# ---- assistance

AREA = volume(0, 2 * H)
HELP = Assist(help="search_and_rescue", volumes=(AREA,))
WHERE = AssistPosition(positions=(wgs84(331_234_567, 381_234_567),), at=t(0))


def helped(rescuer: str | None = None) -> tuple[World, Said]:
    world = World(members=(A, B, C))
    body = msgspec.structs.replace(HELP, rescuer=rescuer)
    return world, world.say("assist", A, body, to=(B, C), life_safety=True)


def wanted(world: World, own: str, at: int = MIN) -> list[str]:
    subject = fold(world.entries, replace(world.context(), own=own), T0 + at)
    names = ("name-rescuer", "pass-position", "read-position")
    return [name for task in subject.tasks if (name := task.id.rpartition("/")[2]) in names]


def test_the_rescuer_is_named_then_told_then_says_that_it_has_it() -> None:
    world, root = helped()
    assert (wanted(world, A), wanted(world, B)) == (["name-rescuer"], [])
    notice = msgspec.to_builtins(msgspec.structs.replace(HELP, rescuer=B))
    world.say("amend", A, Amend(kind="assist", notice=notice), MIN, about=root, to=(B, C))
    assert wanted(world, A, 2 * MIN) == ["pass-position"]
    passed = world.say("assist.position", A, WHERE, 2 * MIN, about=root, to=(B,))
    shown = world.at(3 * MIN).assistance
    assert shown is not None and (shown.rescuer, shown.position_passed, shown.read_ms) == (B, True, None)
    assert (wanted(world, A, 3 * MIN), wanted(world, B, 3 * MIN), wanted(world, C, 3 * MIN)) == (
        [],
        ["read-position"],
        [],
    )
    world.say("receipt", B, Receipt(level="read", post_class="operations"), 4 * MIN, about=passed, to=(A,))
    shown = world.at(5 * MIN).assistance
    assert shown is not None and shown.read_ms == T0 + 4 * MIN and wanted(world, B, 5 * MIN) == []


def test_nothing_that_is_shown_holds_the_position() -> None:
    world, root = helped(B)
    world.say("assist.position", A, WHERE, MIN, about=root, to=(B,))
    for world.own in (A, B, C):
        told = msgspec.json.encode(world.at(2 * MIN)).decode()
        assert "331234567" not in told and "33.1234567" not in told and "381234567" not in told
    alone = fold([world.entries[-1]], world.context(), T0 + MIN)
    assert b"331234567" not in msgspec.json.encode(alone), "nor where the assist itself has not come"


@pytest.mark.parametrize("to", [(B, C), (C,)])
def test_a_position_that_went_to_others_is_marked_and_counts_as_not_passed(to: tuple[str, ...]) -> None:
    world, root = helped(B)
    world.say("assist.position", A, WHERE, MIN, about=root, to=to)
    subject = world.at(2 * MIN)
    assert "position-not-for-rescuer" in subject.marks
    assert subject.assistance is not None and not subject.assistance.position_passed
    clean, root = helped(B)
    clean.say("assist.position", A, WHERE, MIN, about=root, to=(B,))
    assert "position-not-for-rescuer" not in clean.at(2 * MIN).marks


def test_the_area_is_kept_out_of_past_its_window_until_it_is_over() -> None:
    world, root = helped(B)
    assert (world.at(H).life, alarm(world.at(H), "assist", "window-over", A)) == ("active", None)
    late = world.at(2 * H)
    assert late.assistance is not None and (late.life, late.assistance.state) == ("active", "window_over")
    assert alarm(late, "assist", "window-over", A).since_ms == T0 + 2 * H
    longer = msgspec.to_builtins(msgspec.structs.replace(HELP, rescuer=B, volumes=(volume(0, 4 * H),)))
    world.say("amend", A, Amend(kind="assist", notice=longer), 2 * H + MIN, about=root, to=(B, C))
    assert alarm(world.at(3 * H), "assist", "window-over", A) is None
    world.say("complete", A, Complete(), 5 * H, about=root)
    over = world.at(6 * H)
    assert over.assistance is not None and (over.life, over.assistance.state) == ("done", "over")
    assert over.alarms == () and wanted(world, A, 6 * H) == []


def test_a_real_assist_in_an_exercise_is_no_play() -> None:
    world = World(facts={"exercise_line": True})
    world.say("assist", A, HELP, life_safety=True, mode="REAL")
    subject = world.at(MIN)
    assert subject.no_play and alarm(subject, "no-play", "real", "") is not None
    played = World(facts={"exercise_line": True})
    played.say("assist", A, HELP, life_safety=True, mode="EXERCISE")
    assert not played.at(MIN).no_play


# ---- the third unanswered in a row

CREW = Addressee(
    mover="aircraft", lat_e7=409_500_000, lon_e7=192_000_000, heading_cdeg=21_000,
    altitude=Altitude(180, "fl", "STD"), squawk="4521",
)  # fmt: skip


def hailed(
    world: World, at: int, answered: str | None = "no", to: str = B, hz: int = 121_500_000, **crew: Any
) -> Said:
    whom = msgspec.structs.replace(CREW, **crew)
    body = WarningRadio(frequencies_hz=(hz,), to_whom=whom, answered=answered)  # type: ignore[arg-type]
    return world.say("warning.radio", A, body, at, to=(to,))


def rows(world: World, **given: Any) -> dict[str, tuple[str, ...]]:
    made = [
        guard_calls.spoken([said], world.context(**given))
        for said in world.entries
        if said.kind == "warning.radio"
    ]
    return dict(guard_calls.rows([one for one in made if one is not None]))


def test_the_third_unanswered_in_a_row_opens_a_review() -> None:
    world = World(members=(A, B, C))
    one, two = hailed(world, 0), hailed(world, H)
    assert rows(world) == {}
    three = hailed(world, 2 * H)
    assert rows(world) == {three.id: (one.id, two.id)}
    four, five = hailed(world, 3 * H), hailed(world, 4 * H)
    assert list(rows(world)) == [three.id], "not again for each"
    six = hailed(world, 5 * H)
    assert rows(world)[six.id] == (four.id, five.id)


@pytest.mark.parametrize(
    "other",
    [
        {"answered": "yes"},
        {"to": C},
        {"hz": 243_000_000},
        {"lat_e7": 459_500_000},
        {"heading_cdeg": None},
        {"answered": "not_known"},
    ],
    ids=["answered", "another party", "another frequency", "elsewhere", "no warning", "not known"],
)
def test_of_one_party_frequency_and_area_alone(other: dict[str, Any]) -> None:
    """Two and one that is not of the row make no three; and only an answer ends the row."""
    world = World(members=(A, B, C))
    hailed(world, 0)
    hailed(world, H, **other)
    hailed(world, 2 * H)
    assert rows(world) == {}
    last = hailed(world, 3 * H)
    assert list(rows(world)) == ([] if other == {"answered": "yes"} else [last.id])


def test_the_exercise_counts_apart_and_the_number_is_a_parameter() -> None:
    world = World(members=(A, B, C))
    for at in (0, H):
        hailed(world, at)
    world.entries[0] = replace(
        world.entries[0], header=msgspec.structs.replace(world.entries[0].header, mode="EXERCISE")
    )
    hailed(world, 2 * H)
    assert rows(world) == {}
    two = {"in_force": (InForce((-1, "", -1), Parameters(radio_review_after=2), True),)}
    assert len(rows(world, **two)) == 1


def test_the_review_is_open_at_every_side_until_a_meeting_or_an_incident_names_one_of_the_row() -> None:
    world = World(members=(A, B, C))
    one, two = hailed(world, 0), hailed(world, H)
    three = hailed(world, 2 * H)
    given = {"unanswered": {three.id: (one.id, two.id)}}

    def review(own: str, **more: Any) -> tuple[str, bool, bool]:
        world.own = own
        subject = fold([three], world.context(**given, **more), T0 + 3 * H)
        assert subject.radio is not None
        asked = any(task.id.endswith("radio-review") for task in subject.tasks)
        return subject.radio.review, asked, guard_calls.MARK in subject.marks

    assert review(A) == review(B) == ("open", True, True)
    for named in (one.id, three.id):
        assert review(A, reviewed=frozenset({named})) == ("held", False, True)
    plain = fold([two], world.context(**given), T0 + 3 * H).radio
    assert plain is not None and (plain.review, plain.counts, plain.calls, plain.unanswered) == (
        "",
        True,
        1,
        1,
    )


# ---- one side alone reported


def reported(world: World, author: str, at: int, lat_e7: int = 400_000_000, **more: Any) -> Said:
    fix = Fix(at=t(0), lat_e7=lat_e7, lon_e7=190_000_000)
    body = EncounterReport(form="safety_account", own=(fix,), begin=t(0), end=t(MIN))
    return world.say("encounter.report", author, body, at, **more)


def test_a_one_sided_report_asks_the_other_until_its_own_is_filed() -> None:
    world = World(own=B)
    theirs = reported(world, A, MIN)

    def asked(own: str, **given: Any) -> list[int | None]:
        subject = fold([theirs], replace(world.context(**given), own=own), T0 + H)
        return [task.due_ms for task in subject.tasks if task.id.endswith("own-account")]

    assert asked(B) == [T0 + MIN + H] and asked(A) == []
    assert one_sided.met_by(world.entries, B) == frozenset()
    ours = reported(world, B, 2 * MIN)
    met = one_sided.met_by(world.entries, B)
    assert met == {theirs.id} and asked(B, accounts=met) == []
    assert (
        one_sided.met_by([theirs, replace(ours, header=msgspec.structs.replace(ours.header, mode="TEST"))], B)
        == set()
    )


def test_an_account_of_another_encounter_is_not_the_one_asked_for() -> None:
    world = World(own=B)
    theirs = reported(world, A, MIN)
    reported(world, B, 2 * MIN, lat_e7=500_000_000)
    assert one_sided.met_by(world.entries, B) == frozenset()
    reported(world, B, 3 * MIN, lat_e7=500_000_000, about=theirs)
    assert one_sided.met_by(world.entries, B) == {theirs.id}, "a reference joins them wherever they were"


def test_an_answer_ends_the_question_too() -> None:
    world = World(own=B)
    theirs = reported(world, A, MIN)
    world.say("reply", B, Reply(answer="NOTED"), 2 * MIN, about=theirs)
    subject = world.at(H)
    assert not [task for task in subject.tasks if task.id.endswith("own-account")]
