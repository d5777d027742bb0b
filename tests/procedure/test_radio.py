"""Radio warnings that nobody answers: every 30 s again, after 2 to the cell line, after 4 by a third party."""

from __future__ import annotations

import msgspec
import pytest
from procedure_world import MIN, T0, A, B, C, S, World, alarm, t

from steerclear.procedure.context import InForce
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.space.altitude import Altitude
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.receipt import Receipt
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.kinds.warning_radio import Addressee, WarningRadio
from steerclear.speech.parameters import Parameters

CREW = Addressee(
    mover="aircraft", lat_e7=409_500_000, lon_e7=192_000_000, heading_cdeg=21_000, altitude=Altitude(180, "fl", "STD"),
    squawk="4521",
)  # fmt: skip
CELL, THIRD = "cell-line", "third-party-relay"


def warned(repeats: int | None = None, own: str = A, **more: object) -> tuple[World, Said]:
    world = World(members=(A, B, C), own=own)
    body = WarningRadio(**{"to_whom": CREW, "answered": "no", "repeats": repeats, **more})  # type: ignore[arg-type]
    return world, world.say("warning.radio", A, body, to=(B,))


def again(world: World, root: Said, at: int, **more: object) -> Said:
    """An amend with what changed since the last version."""
    body = msgspec.structs.replace(root.body, **more)  # type: ignore[type-var]
    return world.say(
        "amend", A, Amend(kind="warning.radio", notice=msgspec.to_builtins(body)), at, about=root, to=(B,)
    )


def rings(subject: Subject) -> list[str]:
    return [one.step for one in subject.alarms if one.rule == "radio-unanswered"]


def asked(subject: Subject) -> list[str]:
    return [task.id.rpartition("/")[2] for task in subject.tasks if "radio" in task.id.rpartition("/")[2]]


@pytest.mark.parametrize(
    ("repeats", "steps"),
    [(None, []), (0, []), (1, [CELL]), (2, [CELL]), (3, [CELL, THIRD]), (9, [CELL, THIRD])],
)
def test_after_two_calls_the_cell_line_and_after_four_a_third_party(
    repeats: int | None, steps: list[str]
) -> None:
    """The first call and each repeat is one call."""
    world, _ = warned(repeats)
    subject = world.at(MIN)
    assert rings(subject) == steps
    assert sorted(asked(subject)) == sorted(["repeat-radio", *(f"radio-{step}" for step in steps)])
    world.own = B
    there = world.at(MIN)
    assert rings(there) == steps, "both sides are alarmed"
    assert asked(there) == [], "only whoever warns is asked to do it"


def test_how_often_is_a_parameter_and_never_less_than_one_call() -> None:
    numbers = Parameters(radio_to_cell_after=3, radio_relay_after=0)
    world, root = warned(1)
    given = {"in_force": (InForce((-1, "", -1), numbers, True),)}
    assert rings(world.at(MIN, **given)) == [THIRD]
    again(world, root, 30 * S, repeats=2)
    assert rings(world.at(MIN, **given)) == [THIRD, CELL]


@pytest.mark.parametrize("how", ["by radio", "by reply", "complete", "withdraw"])
def test_an_answer_or_the_close_clears_alarm_and_task(how: str) -> None:
    world, root = warned(3)
    assert rings(world.at(MIN)) and asked(world.at(MIN))
    if how == "by radio":
        again(world, root, MIN, answered="yes")
    elif how == "by reply":
        world.say("reply", B, Reply(answer="NOTED"), MIN, about=root)
    else:
        world.say(how, A, Complete() if how == "complete" else None, MIN, about=root)
    after = world.at(2 * MIN)
    assert (rings(after), asked(after)) == ([], [])


@pytest.mark.parametrize("answer", ["QUERY", "NOT_UNDERSTOOD", "NOT_LIFE_SAFETY"])
def test_a_question_and_a_receipt_are_no_answer(answer: str) -> None:
    world, root = warned(3)
    world.say("receipt", B, Receipt(level="read", post_class="operations"), MIN, about=root)
    world.say("reply", B, Reply(answer=answer, text="Where?", reason="why"), MIN, about=root)
    assert rings(world.at(2 * MIN)) == [CELL, THIRD]
    world.say("reply", C, Reply(answer="NOTED"), MIN, about=root)
    assert rings(world.at(2 * MIN)) == [CELL, THIRD], "not by one who was not addressed"


def test_what_is_spoken_again_after_an_answer_waits_for_another() -> None:
    world, root = warned(1)
    world.say("reply", B, Reply(answer="NOTED"), MIN, about=root)
    again(world, root, 2 * MIN, heard_by=("a civil airliner",))
    assert rings(world.at(3 * MIN)) == [], "no call was added"
    newest = again(world, root, 4 * MIN, repeats=4)
    assert rings(world.at(5 * MIN)) == [CELL, THIRD]
    world.say("reply", B, Reply(answer="UNABLE", reason="no contact"), 6 * MIN, about=newest)
    assert rings(world.at(7 * MIN)) == []


def test_each_alarm_dates_from_the_version_that_first_said_so() -> None:
    world, root = warned(0)
    again(world, root, 30 * S, repeats=1)
    again(world, root, 60 * S, repeats=2)
    again(world, root, 90 * S, repeats=3)
    subject = world.at(2 * MIN)
    since = {step: alarm(subject, "radio-unanswered", step, "").since_ms for step in (CELL, THIRD)}
    assert since == {CELL: T0 + 30 * S, THIRD: T0 + 90 * S}
    assert "4 times" in alarm(subject, "radio-unanswered", THIRD, "").text


def test_what_does_not_count_as_a_warning_counts_no_call_until_it_says_to_whom() -> None:
    """AT06: it is told as fast as any, marked, and what is missing is asked for; nothing is held back."""
    world, root = warned(9, to_whom=None)
    subject = world.at(MIN)
    assert "not-counted-as-warning" in subject.marks and subject.missing[0].field == "to_whom"
    assert (subject.life, rings(subject), asked(subject)) == ("released", [], ["repeat-radio"])
    again(world, root, MIN, to_whom=CREW)
    subject = world.at(2 * MIN)
    assert "not-counted-as-warning" not in subject.marks and rings(subject) == [CELL, THIRD]


@pytest.mark.parametrize(
    ("times", "last"), [({"first": t(-MIN), "last": t(-S)}, -S), ({"first": t(-MIN)}, -MIN), ({}, 0)]
)
def test_it_is_to_be_spoken_again_after_30_s(times: dict[str, str], last: int) -> None:
    world, _ = warned(**times)
    (task,) = [one for one in world.at(0).tasks if one.id.endswith("repeat-radio")]
    assert (task.since_ms, task.due_ms) == (T0 + last, T0 + last + 30 * S)
    assert "0 min" not in task.text and "30 s" in task.text


def test_answered_is_never_presumed() -> None:
    for word, rung in (("yes", []), ("no", [CELL]), ("not_known", [CELL]), (None, [CELL])):
        assert rings(warned(1, answered=word)[0].at(MIN)) == rung
