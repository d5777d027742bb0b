"""A node asks its watch for the check that a person owes, and a check clears it; nobody else is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from node.pair import DAY, HOUR, Sites, officers, party
from steerclear.node import checks, desk, queries, submitting, tick
from steerclear.node.draft import Draft
from steerclear.record.leaf import finish_leaf


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


def owed(world: Sites, name: str = "a") -> list[str]:
    marker = "/task/check:"
    tasks = [task for task in world.board(name).tasks if marker in task.id]
    assert all(task.for_role == "watch_officer" and task.subject == world.line for task in tasks)
    return [task.id.rpartition(marker)[2] for task in tasks]


def check(world: Sites, name: str = "a", by: int = 0, **body: Any) -> str:
    """`line.check` by a person, signed by that officer of the party."""
    node, key = world.nodes[name], officers(name)[by]
    said = {"by": "person", "text": "All quiet.", **body}
    draft = Draft(
        kind="line.check",
        mode="EXERCISE",
        signers=(key.verifier.ref,),
        to=tuple(sorted(party(one) for one in world.nodes if one != name)),
        body=said,
    )
    made = node.run_inline(lambda n: desk.prepare(n, world.line, draft))
    text = made.text.encode()
    leaf = finish_leaf(text, [key.sign(text)])
    salt, payload = bytes.fromhex(made.salt), made.payload.encode()
    done = node.run_inline(lambda n: submitting.submit(n, world.line, leaf, salt, payload))
    return str(done.id)


def test_the_daily_check_is_asked_for_when_due_and_a_check_clears_it(world: Sites) -> None:
    world.settle()
    world.step(DAY - 2 * HOUR)
    assert owed(world) == []
    sizes = {name: world.state(name).own_log.size for name in "ab"}
    world.step(3 * HOUR)
    assert owed(world) == owed(world, "b") == ["node"]
    assert {name: world.state(name).own_log.size for name in "ab"} == sizes, "a task is no entry"
    check(world)
    assert owed(world) == []
    world.settle()
    assert owed(world, "b") == ["node"], "another party's check is not one's own"
    assert tick.next_due(world.nodes["a"]) is not None
    assert (
        checks.next_due(world.nodes["a"], world.state("a")) == world.state("a").acting.carriers["node"] + DAY
    )
    world.step(DAY)
    assert owed(world) == ["node"]


def test_a_check_by_machine_clears_nothing(world: Sites) -> None:
    world.settle()
    world.step(DAY + HOUR)
    world.tick()
    assert "line.check" in world.kinds("a", "a")
    assert owed(world) == ["node"]


def test_each_listed_carrier_is_asked_for(tmp_path: Path) -> None:
    world = Sites(tmp_path, parameters={"life_safety_carriers": ["node", "radio"]})
    world.step(DAY)
    assert owed(world) == ["node", "radio"]
    check(world, carrier="radio")
    assert owed(world) == ["node"]
    check(world)
    assert owed(world) == []


def test_another_officer_of_the_watch_is_a_change_of_watch(world: Sites) -> None:
    check(world, by=0)
    assert owed(world) == []
    world.step(8 * HOUR)
    world.tick()
    assert owed(world) == []
    check(world, by=1, text="I have the watch.")
    assert owed(world) == [], "the check itself is the first that the new officer says"
    world.step(13 * HOUR)
    world.flight("a", "b")
    assert owed(world) == ["change-of-watch"], "the first officer is back and has not checked"
    before = world.state("a").check_tasks
    world.restart("a")
    assert owed(world) == ["change-of-watch"] and world.state("a").check_tasks == before
    check(world, by=0)
    assert owed(world) == []


def test_locked_or_dormant_asks_for_nothing(world: Sites) -> None:
    world.step(DAY)
    assert owed(world) == ["node"]
    world.restart("a", unlocked=False)
    assert owed(world) == [], "what was checked cannot be read"
    world.restart("a")
    assert owed(world) == ["node"]
    world.say("a", "line.status", {"status": "dormant"}, to="b")
    assert owed(world) == []
    world.say("a", "line.status", {"status": "open"}, to="b")
    assert owed(world) == ["node"]


def test_nobody_heard_since_is_shown_after_twelve_hours_and_a_check_ends_it(world: Sites) -> None:
    def since() -> int | None:
        (row,) = world.run("b", lambda n: queries.health(n, world.line))
        return row.nobody_heard_since_ms

    check(world)
    at = world.clock.now_ms()
    world.settle()
    world.step(at + 12 * HOUR - 1 - world.clock.now_ms())
    assert since() is None
    world.step(1)
    assert since() == at
    check(world)
    world.settle()
    assert since() is None
