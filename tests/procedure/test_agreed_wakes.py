"""When a node looks again, from when on something stands, and how far clocks may differ: by the agreed numbers too.

A number that rings at the right instant and wakes nobody for it rings late; so the next instant is held to it as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from procedure_world import MIN, T0, A, B, D, H, World, t
from test_agreed_numbers import given, line_to
from test_humanitarian import SITE, START, convoy
from test_notice_machines import FLIGHT, notice

from steerclear.procedure.observed import Heard, next_change
from steerclear.speech import desk
from steerclear.speech.kinds.receipt import Receipt
from steerclear.speech.parameters import Parameters

Outcome = Callable[[Parameters], Any]


def changes(after: int, **heard: int) -> Outcome:
    """When the observed state next changes by itself, so long after the last that was heard."""
    return lambda numbers: (next_change(Heard(T0, **heard), numbers, T0 + after) or 0) - T0


def silent_since(numbers: Parameters) -> list[int]:
    return [one.since_ms - T0 for one in line_to(D, numbers).alarms]


def nobody_heard_at(numbers: Parameters) -> int:
    return (line_to(D // 3, numbers, checked=0).next_due_ms or 0) - T0


def movement_looks(at: int) -> Outcome:
    """When a movement that lacks all is next looked at, before its departure."""

    def outcome(numbers: Parameters) -> int:
        world, _ = convoy()
        return START - ((world.at(START - at, **given(numbers)).next_due_ms or 0) - T0)

    return outcome


def relay_task_since(numbers: Parameters) -> int:
    """The task begins with the receipt at the embassy, however long it may take."""
    world, flight = notice()
    world.say("receipt", B, Receipt(level="read", post_class="embassy"), MIN, about=flight)
    (task,) = [one for one in world.at(2 * MIN, **given(numbers)).tasks if "relay-to-operations" in one.id]
    return task.since_ms - T0


def proof_of_half_an_hour(numbers: Parameters) -> str:
    """A notice whose proof is half an hour wide."""
    world = World()
    world.say("activity.flight", A, FLIGHT, bounds=(0, 30 * MIN))
    return str(world.at(0, **given(numbers)).lead_time.state)


def skew_that_counts(numbers: Parameters) -> int:
    world, _ = notice()
    return world.at(0, skew_of=lambda _: 10 * MIN, **given(numbers)).lead_time.skew_ms


def verified_ahead(numbers: Parameters) -> bool:
    world = World()
    world.say("site.notify", A, msgspec.structs.replace(SITE, verified_at=t(30 * MIN)))
    return "verified-ahead" in world.at(0, **given(numbers)).marks


WIDE = {"degraded_after_ms": H, "silent_after_ms": 2 * H}
CASES: dict[str, tuple[dict[str, Any], Outcome, Any, Any]] = {
    "degraded": ({"degraded_after_ms": 2 * MIN}, changes(0), MIN, 2 * MIN),
    "silent": ({"silent_after_ms": 9 * MIN}, changes(2 * MIN), 5 * MIN, 9 * MIN),
    "restored": ({"check_machine_ms": 2 * H}, changes(5 * MIN, restored_ms=T0), H, 2 * H),
    "silent since": ({"silent_after_ms": 9 * MIN}, silent_since, [5 * MIN], [9 * MIN]),
    "nobody heard": ({"nobody_heard_after_ms": 20 * H}, nobody_heard_at, 12 * H, 20 * H),
    "ready": ({"movement_ready_ms": 2 * H}, movement_looks(3 * H), H, 2 * H),
    "contact": ({"contact_test_ms": 50 * MIN}, movement_looks(55 * MIN), 30 * MIN, 50 * MIN),
    "relay": ({"relay_ms": 2 * H}, relay_task_since, MIN, MIN),
    "proof": (WIDE, proof_of_half_an_hour, "disputed", "agreed"),
    "skew": (WIDE, skew_that_counts, MIN, 10 * MIN),
    "verified ahead": (WIDE, verified_ahead, True, False),
}


@pytest.mark.parametrize("case", CASES)
def test_it_goes_by_the_agreed_number(case: str) -> None:
    numbers, outcome, plain, otherwise = CASES[case]
    assert Parameters(**numbers).to_dict() == numbers, "no default"
    assert (outcome(Parameters()), outcome(Parameters(**numbers))) == (plain, otherwise)


def test_the_desk_lets_clocks_differ_as_the_fold_does() -> None:
    from steerclear.speech.facts import HeaderFacts, LineFacts
    from steerclear.speech.payload import Inner

    body = msgspec.structs.replace(SITE, verified_at=t(30 * MIN))
    facts = HeaderFacts(LineFacts("1" * 64, (A, B)), A, "REAL", False, "PRIORITY", (B,))

    def codes(numbers: Parameters) -> bool:
        found = desk.check("site.notify", facts, Inner(), body, numbers, T0, released=False)
        return "verified-ahead" in {one.code for one in found}

    assert (codes(Parameters()), codes(Parameters(**WIDE))) == (True, False)
