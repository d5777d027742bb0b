"""Spoken calls as they go: parked 30 s alarms, about life safety at once; a stop asks for a call on every carrier."""

from __future__ import annotations

from typing import Any

import pytest
from procedure_world import MIN, T0, A, B, C, S, World, alarm, deadline, dms, t, wgs84

from steerclear.procedure.context import InForce
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.speech.kinds.call import Call
from steerclear.speech.kinds.receipt import ReadBack, Receipt
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.parameters import Parameters


def rang(life_safety: bool = False) -> tuple[World, Said]:
    world = World(members=(A, B, C))
    return world, world.say(
        "call",
        A,
        Call(state="ringing", carrier="telephone", direction="outgoing"),
        to=(B,),
        life_safety=life_safety,
    )


def goes(world: World, about: Said, state: str, at: int, author: str = B, **more: Any) -> Said:
    body = Call(state=state, **more)  # type: ignore[arg-type]
    return world.say("call", author, body, at, about=about, to=(A,) if author == B else (B,))


def rings(subject: Subject) -> list[str]:
    return [one.step.partition(":")[0] for one in subject.alarms if one.rule == "call"]


def test_a_call_as_it_goes() -> None:
    world, first = rang()
    assert (world.at(0).calls[0].state, world.at(0).life) == ("ringing", "active")
    second = goes(world, first, "answered", 5 * S, post="Duty desk", interpreter="Interpreter on shift")
    third = goes(world, second, "handed_to", 60 * S, post="Operations watch")
    last = goes(world, third, "ended", 2 * MIN, A, recording="c" * 64, read_back=ReadBack(code="K7AX"))
    (call,) = world.at(3 * MIN).calls
    assert call.words == (first.id, second.id, third.id, last.id) and call.state == "ended"
    assert (call.carrier, call.direction, call.interpreter) == (
        "telephone",
        "outgoing",
        "Interpreter on shift",
    )
    assert (call.recording, call.read_back, call.began_ms, call.since_ms) == (
        "c" * 64,
        last.id,
        T0,
        T0 + 2 * MIN,
    )
    assert world.at(3 * MIN).life == "done"


@pytest.mark.parametrize("end", ["answered", "handed_to", "ended"])
def test_parked_for_thirty_seconds_it_alarms_at_both_sides_until_it_goes_on(end: str) -> None:
    world, first = rang()
    parked = goes(world, first, "parked", 10 * S, post="Planning cell")
    assert rings(world.at(40 * S)) == [] and world.at(20 * S).next_due_ms == T0 + 40 * S + 1
    for world.own in (A, B):
        subject = world.at(40 * S + 1)
        assert rings(subject) == ["parked"] and "Planning cell" in subject.alarms[-1].text
        assert alarm(subject, "call", f"parked:{parked.id[:12]}").since_ms == T0 + 40 * S
    again = goes(world, parked, "parked", 50 * S, post="Somebody else")
    assert rings(world.at(51 * S)) == ["parked"], "to be parked for another is no progress"
    goes(world, again, end, 90 * S, post="Duty desk")
    after = world.at(95 * S)
    assert rings(after) == [] and deadline(after, "call", f"parked:{parked.id[:12]}").state == "late"


def test_answered_in_time_nothing_rings() -> None:
    world, first = rang()
    parked = goes(world, first, "parked", 10 * S, post="Planning cell")
    goes(world, parked, "handed_to", 30 * S, post="Duty desk")
    subject = world.at(10 * MIN)
    assert rings(subject) == [] and deadline(subject, "call", f"parked:{parked.id[:12]}").state == "met"


def test_how_long_is_a_parameter() -> None:
    world, first = rang()
    goes(world, first, "parked", 0, post="Planning cell")
    given = {"in_force": (InForce((-1, "", -1), Parameters(call_parked_ms=5 * MIN), True),)}
    assert rings(world.at(4 * MIN, **given)) == []
    assert rings(world.at(6 * MIN, **given)) == ["parked"]


@pytest.mark.parametrize("how", ["its own flag", "what it is about"])
def test_parked_life_safety_that_arrives_rings_at_once_and_is_marked(how: str) -> None:
    if how == "its own flag":
        world, first = rang(life_safety=True)
    else:
        world = World(members=(A, B, C))
        first = world.say("stop", A, Stop(), to=(B, C))
    goes(world, first, "parked", 10 * S, post="The one officer")
    subject = world.at(10 * S)
    assert rings(subject) == ["life-safety-parked"] and "life-safety-parked" in subject.marks
    word = next(said for said in world.entries if said.kind == "call" and said.author == B)
    goes(world, word, "handed_to", 20 * S, post="Whoever is there")
    after = world.at(30 * S)
    assert rings(after) == [] and "life-safety-parked" in after.marks, "what was done stays on record"


def test_a_third_party_ends_nobody_s_call_and_after_its_end_nothing_is_added() -> None:
    world, first = rang()
    goes(world, first, "ended", 10 * S, C)
    assert world.at(MIN).calls[0].state == "ringing"
    last = goes(world, first, "ended", 20 * S, A)
    goes(world, last, "answered", 30 * S, post="Late")
    assert world.at(MIN).calls[0].state == "ended" and len(world.at(MIN).calls[0].words) == 2


def test_a_call_of_the_exercise_is_none_about_what_is_real() -> None:
    world = World()
    root = world.say("stop", A, Stop(), to=(B,))
    goes(world, root, "answered", 10 * S, post="x")
    assert len(world.at(MIN).calls) == 1
    world.say("call", B, Call(state="parked"), 20 * S, about=root, to=(A,), mode="EXERCISE")
    assert len(world.at(MIN).calls) == 1 and rings(world.at(MIN)) == []


# ---- a stop on every carrier

LISTED = {
    "in_force": (
        InForce(
            (-1, "", -1), Parameters(life_safety_carriers=("node", "telephone", "satellite_phone")), True
        ),
    )
}
PLACES = (wgs84(352_850_000, -401_760_000), dms("35°17'06\"N 040°10'34\"W"))


def stopped(**more: Any) -> tuple[World, Said]:
    world = World(members=(A, B, C))
    body = Stop(
        site_kind="friendly", place="Outpost", positions=PLACES, since=t(-MIN), call_back="Ground line"
    )
    return world, world.say("stop", A, body, to=(B, C), readback="K7AX", **more)


def asked(world: World, at: int = MIN, **given: Any) -> list[str]:
    tasks = world.at(at, **(given or LISTED)).tasks
    return sorted(task.id.rpartition("/")[2] for task in tasks if "/carrier-" in task.id)


def test_a_stop_is_passed_on_by_every_carrier_that_is_listed() -> None:
    world, _ = stopped()
    assert asked(world) == [
        *(f"carrier-satellite_phone:{party}" for party in (B, C)),
        *(f"carrier-telephone:{party}" for party in (B, C)),
    ]
    (task,) = [one for one in world.at(MIN, **LISTED).tasks if one.id.endswith(f"carrier-telephone:{B}")]
    for words in (
        "Cease",
        "Outpost",
        "positions 1: Tree Five",
        "positions 2: Tree Five",
        "Ground line",
    ):
        assert words in task.text
    assert (
        "Kilo Seven Alfa X-ray" in task.text and "by telephone" in task.text and "EXERCISE" not in task.text
    )
    world.own = B
    assert asked(world) == [], "only whoever raised it is asked"
    assert asked(world, in_force=(InForce((-1, "", -1), Parameters(), True),)) == [], (
        "the node itself needs no call"
    )


def test_in_an_exercise_the_words_say_so_at_both_ends() -> None:
    world, _ = stopped(mode="EXERCISE")
    task = next(one for one in world.at(MIN, **LISTED).tasks if "/carrier-" in one.id)
    assert task.text.count("EXERCISE EXERCISE EXERCISE") == 2


@pytest.mark.parametrize("state", ["answered", "handed_to", "ended"])
def test_a_call_by_that_carrier_ends_the_task(state: str) -> None:
    world, root = stopped()
    first = world.say("call", A, Call(state="ringing", carrier="telephone"), 5 * S, about=root, to=(B,))
    assert f"carrier-telephone:{B}" in asked(world), "a call that only rings has reached nobody"
    goes(world, first, state, 10 * S, A)
    left = asked(world)
    assert f"carrier-telephone:{B}" not in left
    assert {f"carrier-telephone:{C}", f"carrier-satellite_phone:{B}"} <= set(left)


def test_whoever_was_heard_needs_no_further_carrier_nor_a_stop_that_is_resolved() -> None:
    world, root = stopped()
    world.say("receipt", B, Receipt(level="read"), 10 * S, about=root)
    assert asked(world) == [f"carrier-satellite_phone:{C}", f"carrier-telephone:{C}"]
    world.say("complete", A, None, 20 * S, about=root)
    assert asked(world) == []
