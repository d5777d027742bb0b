"""Own units and what they read back (messages.md, `dissemination`; AT40); NO PLAY by the wall clock (AT39)."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import HOUR, START, Sites, flight_body
from steerclear.clock import SteppedClock
from steerclear.errors import Malformed
from steerclear.node import holding, lock, tick, units
from steerclear.procedure.context import HomeUnit


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


def code(world: Sites, name: str, entry: str) -> str:
    return holding.said(world.nodes[name], world.state(name), entry).readback


def put(world: Sites, name: str, entry: str, *rows: HomeUnit) -> list[str]:
    return [one.code for one in world.run(name, lambda n: units.set_units(n, world.line, entry, rows))]


def home(world: Sites, name: str, entry: str) -> tuple[int, int]:
    found = world.subject(name, entry).dissemination_home
    assert found is not None
    return found.n, found.m


def test_five_of_five_then_an_amend_gives_none_of_five(world: Sites) -> None:
    entry = world.flight("a", "b")
    world.settle()
    names = [f"unit-{n}" for n in range(5)]
    old = code(world, "b", entry)
    rows = [HomeUnit(name, old) for name in names]
    assert put(world, "b", entry, *rows) == []
    assert home(world, "b", entry) == (5, 5)
    changed = {"kind": "activity.flight", "notice": flight_body(world.clock.now_ms(), 100_000)}
    second = world.say("a", "amend", changed, refs=(entry,), supersedes=entry, to="b")
    world.settle()
    assert home(world, "b", entry) == (0, 5)
    assert world.subject("b", entry).dissemination_home.old == dict.fromkeys(names, entry)
    fresh = code(world, "b", second)
    assert put(world, "b", entry, *rows[1:], HomeUnit("unit-0", fresh)) == []
    assert home(world, "b", entry) == (1, 5)
    new = HomeUnit("unit-9", old)
    refused = world.run("b", lambda n: units.set_units(n, world.line, entry, [new]))
    assert [one.code for one in refused] == ["old-code"]
    assert entry in refused[0].rule
    assert "version 1 of 2" in refused[0].rule
    assert home(world, "b", entry) == (1, 5)


def test_what_no_unit_can_have_read(world: Sites) -> None:
    entry = world.flight("a", "b")
    world.settle()
    right = code(world, "b", entry)
    wrong = "".join("A" if letter != "A" else "C" for letter in right)
    assert put(world, "b", entry, HomeUnit("x", wrong)) == ["wrong-code"]
    assert put(world, "b", entry, HomeUnit("x", "BBBB")) == ["not-a-read-back-code"]
    assert put(world, "b", entry, HomeUnit("x"), HomeUnit("x")) == ["unit-twice"]
    assert put(world, "b", entry, *[HomeUnit(f"u{n}") for n in range(201)]) == ["too-many"]
    assert put(world, "b", entry, HomeUnit("x", right.lower()), HomeUnit("y")) == []
    assert home(world, "b", entry) == (1, 2)
    with pytest.raises(Malformed, match="unknown-entry"):
        put(world, "b", "0" * 64)
    world.run("b", lock.lock)
    assert put(world, "b", entry, HomeUnit("x", right)) == ["locked"]


def test_a_confirmation_ends_with_the_shift_or_after_twelve_hours(world: Sites) -> None:
    entry = world.flight("a", "b", hours=90)
    world.settle()
    now, right = world.clock.now_ms(), code(world, "b", entry)
    short, long = HomeUnit("s", right, now, now + HOUR), HomeUnit("l", right, now, now + 99 * HOUR)
    assert put(world, "b", entry, short, long) == []
    assert home(world, "b", entry) == (2, 2)
    world.step(2 * HOUR)
    assert home(world, "b", entry) == (1, 2)
    world.step(11 * HOUR)
    assert home(world, "b", entry) == (0, 2)


def test_units_are_sealed_at_rest_and_never_leave_home(world: Sites) -> None:
    entry = world.flight("a", "b")
    world.settle()
    put(world, "b", entry, HomeUnit("Marigold-4", code(world, "b", entry)))
    store = world.nodes["b"].store
    assert all(b"Marigold" not in value for value in store.side(f"units/{world.line}").values())
    world.restart("b")
    assert home(world, "b", entry) == (1, 1)
    world.restart("b", unlocked=False)
    assert world.state("b").units == {}
    assert world.subject("a", entry).dissemination_home is None


def test_no_play_runs_by_the_wall_and_is_never_skipped(tmp_path: Path) -> None:
    """A REAL stop on an exercise line: stepping the line's clock an hour does not age it; a minute of wall does."""
    world = Sites(tmp_path)
    wall = SteppedClock(START + 10 * 365 * 24 * HOUR)
    node = world.nodes["b"]
    node.wall = wall
    refused = world.try_say("a", "activity.flight", flight_body(START), to="b", mode="REAL")
    assert isinstance(refused, list), "nothing else is REAL in an exercise"
    entry = world.stop("a", mode="REAL")
    world.settle()
    assert world.subject("b", entry).no_play
    due = tick.next_due(node)
    world.step(HOUR)
    rules = {one.rule for one in world.board("b").alarms if one.subject == entry}
    assert "no-play" in rules
    assert "heard" not in rules
    assert due is None or due > world.clock.now_ms() - HOUR
    wall.step_to(wall.true_ms() + 61_000)
    assert "heard" in {one.rule for one in world.board("b").alarms if one.subject == entry}
    world.restart("b")
    world.nodes["b"].wall = wall
    assert "heard" in {one.rule for one in world.board("b").alarms if one.subject == entry}
