"""A picture that nobody judges rings at home, is shown with its age, and is over with the next complete look."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import Sites
from steerclear.node import feeds, queries, tick
from steerclear.node.feed_state import FeedState
from steerclear.procedure.subject import Alarm


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "ab")


def hear(world: Sites) -> None:
    now = world.clock.now_ms()
    world.run(
        "a", lambda n: feeds.note(n, [FeedState("roof", "sbs", "shared", "", False, 600_000, now, now)])
    )


def rings(world: Sites) -> list[Alarm]:
    line = world.line

    def alarms(node: object) -> list[Alarm]:
        return [one for one in feeds.alarms(node, node.lines[line]) if one.rule == feeds.UNJUDGED]  # type: ignore[attr-defined, arg-type]

    found: list[Alarm] = world.run("a", alarms)
    return found


def looked(world: Sites, at_ms: int) -> bool:
    given = {"": at_ms - 60_000, world.line: at_ms}
    over: bool = world.run("a", lambda n: feeds.judged(n, given))
    return over


def test_it_rings_after_five_seconds_until_a_look_is_complete(world: Sites) -> None:
    hear(world)
    assert rings(world) == [], "on a stepped clock nobody judges all the time"
    looked(world, world.clock.now_ms())
    world.step(5_000)
    assert rings(world) == []
    assert world.run("a", feeds.next_due) == world.clock.now_ms() + 1
    world.step(1)
    (alarm,) = rings(world)
    assert alarm.since_ms == world.clock.now_ms() - 1 and "no sign" in alarm.consequence
    (row,) = world.run("a", lambda n: queries.board(n, world.line).feeds)
    assert row.judged_age_ms == 5_001
    assert feeds.UNJUDGED in tick.AT_HOME
    assert looked(world, world.clock.now_ms()) and rings(world) == []
    assert not looked(world, world.clock.now_ms()), "it is over once"


def test_without_a_feed_there_is_nothing_to_judge(world: Sites) -> None:
    looked(world, world.clock.now_ms())
    world.step(10_000)
    assert rings(world) == []
    hear(world)
    assert len(rings(world)) == 1


def test_a_judge_that_never_came_to_a_line_rings_too(world: Sites) -> None:
    hear(world)
    began = world.clock.now_ms()
    world.run("a", lambda n: feeds.judged(n, {"": began}))
    world.step(6_000)
    assert len(rings(world)) == 1
