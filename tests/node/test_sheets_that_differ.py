"""The same paper serial entered twice: the same content is one sheet, other content is a mark shown to both sides."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from node.pair import HOUR, Sites, flight_body, party
from steerclear.speech import serial

MARK = "serial-differs"
QUIET = {"heartbeat_ms": 3_600_000, "degraded_after_ms": 14_400_000, "silent_after_ms": 86_400_000}


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, parameters=QUIET)


def entered(world: Sites, number: int, name: str = "a", **body: Any) -> str:
    text = serial.make(party(name), date(2026, 11, 22), number).text
    draft = flight_body(world.clock.now_ms() // HOUR * HOUR, 0, 48) | {"text": "one"} | body
    to = "b" if name == "a" else "a"
    entry = world.say(name, "activity.flight", draft, to=to, inner={"paper": {"serial": text}})
    world.settle()
    return entry


def marked(world: Sites, entry: str) -> list[bool]:
    return [MARK in world.subject(name, entry).marks for name in "ab"]


def test_other_content_is_marked_at_both_and_on_both(world: Sites) -> None:
    first, other = entered(world, 1), entered(world, 2)
    second = entered(world, 1, text="two")
    assert marked(world, first) == marked(world, second) == [True, True]
    assert marked(world, other) == [False, False]
    for name in "ab":
        stand = [world.subject(name, one).life for one in (first, second)]
        assert stand == ["released", "released"], "nothing is overwritten"


def test_the_same_content_again_and_another_party_s_form_are_no_mark(world: Sites) -> None:
    first, again = entered(world, 1), entered(world, 1)
    theirs = entered(world, 1, "b", text="two")
    assert marked(world, first) == marked(world, again) == marked(world, theirs) == [False, False]


def test_a_third_that_differs_marks_all(world: Sites) -> None:
    same = [entered(world, 1), entered(world, 1)]
    third = entered(world, 1, text="three")
    assert [marked(world, one) for one in (*same, third)] == [[True, True]] * 3


def test_an_entry_that_comes_after_a_restart_is_compared_with_one_settled_before(world: Sites) -> None:
    first = entered(world, 1)
    world.say("a", "withdraw", {"reason": "changed_plans"}, refs=(first,), to="b")
    world.settle()
    world.step(100 * HOUR)
    world.settle()
    assert first in world.state("b").settled
    world.restart("b")
    second = entered(world, 1, text="two")
    assert marked(world, second) == [True, True] and marked(world, first) == [True, True]
    kept = world.nodes["b"].store.side(f"sheet/{world.line}")
    assert set(kept) == {first, second} and all(len(value) == 32 for value in kept.values())
