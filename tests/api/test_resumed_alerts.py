"""Alerts that stood when a node stopped, or were sealed while it was locked, end as all others do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from node.pair import Sites
from steerclear.app.feeding import Feeding
from steerclear.app.picture import Watching
from steerclear.config import FeedSection
from steerclear.node import lock, movers
from steerclear.procedure.subject import SeparationAlert
from support.movers import Watched, head_on


class Host:
    """The runtime's host over a node of a test."""

    def __init__(self, world: Sites) -> None:
        self.world = world

    async def run(self, command: Callable[..., Any]) -> Any:
        return self.world.run("a", command)


def watching_of(world: Sites, tmp_path: Path) -> Watching:
    """With one feed, from which nothing comes."""
    section = FeedSection(name="roof", format="sbs", address="file:log")
    return Watching(Feeding((section,), tmp_path, world.clock), Host(world))  # type: ignore[arg-type]


def look(world: Sites, watching: Watching, after_ms: int) -> None:
    world.step(after_ms)
    asyncio.run(watching.look())


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    made = Sites(tmp_path, "ab")
    made.step(1_000)
    return made


def raised(world: Sites) -> str:
    now = world.clock.now_ms()
    changes = Watched().look(now, (head_on(now), "warning"))
    (entry,) = world.run("a", lambda n: movers.take(n, world.line, changes))
    return str(entry)


def alert_of(world: Sites, entry: str) -> SeparationAlert:
    world.settle()
    made = world.subject("b", entry).alert
    assert made is not None
    return made


def test_after_a_restart_with_a_dead_feed_an_alert_ends_as_no_longer_seen(
    world: Sites, tmp_path: Path
) -> None:
    entry = raised(world)
    world.restart("a")
    watching = watching_of(world, tmp_path)
    look(world, watching, 1_000)
    assert alert_of(world, entry).state == "raised"
    look(world, watching, 121_000)
    assert (alert_of(world, entry).state, alert_of(world, entry).reason) == ("cleared", "not_seen")


def test_the_node_knows_what_the_last_look_showed_of_what_stands(world: Sites, tmp_path: Path) -> None:
    entry = raised(world)
    watching = watching_of(world, tmp_path)
    look(world, watching, 1_000)
    assert list(world.state("a").movers.standing) == [entry]
    look(world, watching, 121_000)
    assert alert_of(world, entry).state == "cleared" and world.state("a").movers.standing == {}


def test_what_was_sealed_when_the_looks_began_goes_on_at_the_unlock(world: Sites, tmp_path: Path) -> None:
    entry = raised(world)
    node = world.nodes["a"]
    opened = node.vault
    world.state("a").movers.open.clear()
    lock.lock(node)
    watching = watching_of(world, tmp_path)
    look(world, watching, 1_000)
    assert not watching.lives[world.line].live, "which alerts stand cannot be read"
    lock.unlock(node, opened)
    look(world, watching, 1_000)
    assert len(watching.lives[world.line].live) == 1
    look(world, watching, 121_000)
    assert alert_of(world, entry).reason == "not_seen"


def test_what_was_opened_goes_at_the_lock_and_is_compared_after_it(world: Sites, tmp_path: Path) -> None:
    watching = watching_of(world, tmp_path)
    now = world.clock.now_ms()
    changes = Watched().look(now, (head_on(now), "warning"))
    (entry,) = world.run("b", lambda n: movers.take(n, world.line, changes))
    world.settle()
    look(world, watching, 1_000)
    assert list(watching.waiting[world.line]) == [entry] and world.line in watching.conformed
    node = world.nodes["a"]
    opened = node.vault
    lock.lock(node)
    look(world, watching, 1_000)
    assert not watching.waiting.get(world.line) and not watching.conformed[world.line].standings
    lock.unlock(node, opened)
    look(world, watching, 1_000)
    assert list(watching.waiting[world.line]) == [entry], "it is put to the feeds once more"


def test_nothing_stays_of_a_line_when_everything_is_destroyed(world: Sites, tmp_path: Path) -> None:
    raised(world)
    watching = watching_of(world, tmp_path)
    look(world, watching, 1_000)
    assert watching.lives[world.line].live
    world.nodes["a"].zeroized = True
    look(world, watching, 1_000)
    assert not watching.lives and not watching.waiting and not watching.conformed
