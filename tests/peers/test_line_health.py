"""What each side sees of the other: skew, clocks too far apart, partitions, delivery shown only once it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from peer_world import START, World

from steerclear.clock import SteppedClock
from steerclear.node import queries
from steerclear.peers.request import WINDOW_MS
from steerclear.views.health import PeerHealth


def health(world: World, name: str) -> PeerHealth:
    return world.sites[name].node.run_inline(lambda n: queries.health(n, world.line))[0]


def seen(world: World) -> tuple[str, str]:
    return health(world, "red").observed, health(world, "blue").observed


def set_clock(world: World, name: str, offset_ms: int) -> None:
    clock = world.sites[name].clock
    assert isinstance(clock, SteppedClock)
    clock.offset_ms = offset_ms


async def both(world: World) -> None:
    await world.beat("red", "blue")
    await world.beat("blue", "red")


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    asyncio.run(made.introduced())
    return made


@pytest.mark.parametrize("skew", [-WINDOW_MS, -1234, 0, 90_000, WINDOW_MS])
def test_skew_is_measured(world: World, skew: int) -> None:
    set_clock(world, "blue", skew)
    asyncio.run(both(world))
    assert health(world, "red").skew_ms == skew
    assert health(world, "blue").skew_ms == -skew
    assert health(world, "red").reason == ""


@pytest.mark.parametrize("skew", [-WINDOW_MS - 1, WINDOW_MS + 1])
def test_clocks_too_far_apart_are_refused_and_shown(world: World, skew: int) -> None:
    set_clock(world, "blue", skew)
    asyncio.run(both(world))
    assert [answer.status_code for _, _, _, answer, _ in world.between.heard[-2:]] == [408, 408]
    for name in ("red", "blue"):
        assert "clocks are more than five minutes apart" in health(world, name).reason
    set_clock(world, "blue", 0)
    asyncio.run(both(world))
    assert health(world, "red").reason == health(world, "blue").reason == ""


def test_a_partition_from_both_sides(world: World) -> None:
    """60 s missed: degraded; 5 min: silent; heard again: restored (messages.md, Timers)."""

    def step(ms: int) -> None:
        world.step(ms)
        asyncio.run(both(world))

    step(1000)
    assert seen(world) == ("up", "up")
    world.between.cut |= {"red.test", "blue.test"}
    step(59_999)
    assert seen(world) == ("up", "up")
    step(1)
    assert seen(world) == ("degraded", "degraded")
    assert health(world, "red").reason.startswith("http://blue.test")
    step(239_999)
    assert seen(world) == ("degraded", "degraded")
    step(1)
    assert seen(world) == ("silent", "silent")
    world.between.cut.clear()
    step(15_000)
    assert seen(world) == ("restored", "restored")
    parameters = world.sites["red"].node.line(world.line).genesis_parameters
    for _ in range(parameters.check_machine_ms // 15_000):
        step(15_000)
    assert seen(world) == ("up", "up")


def test_one_way_is_heard_by_one(world: World) -> None:
    """Blue reaches red, red does not reach blue: both are heard by the heartbeats that go through, since the answer
    is one too."""
    world.between.cut.add("blue.test")
    world.step(400_000)
    asyncio.run(both(world))
    assert seen(world) == ("restored", "restored")


def test_both_write_on_through_a_partition(world: World) -> None:
    world.between.cut |= {"red.test", "blue.test"}
    said = [world.stop("red", "blue"), world.stop("blue", "red")]
    world.step(400_000)
    world.tick()
    asyncio.run(both(world))
    for entry, name in zip(said, ("red", "blue"), strict=True):
        subject = world.sites[name].node.run_inline(
            lambda n, entry=entry: queries.subject(n, world.line, entry)
        )
        assert not subject.addressees[0].delivered_ms
    world.between.cut.clear()
    asyncio.run(world.settle())
    red, blue = (world.sites[name].node.line(world.line) for name in ("red", "blue"))
    assert set(said) <= set(red.positions) & set(blue.positions)
    assert {o: log.tree.root() for o, log in red.logs.items()} == {
        o: log.tree.root() for o, log in blue.logs.items()
    }


def test_delivered_is_shown_only_when_cosigned_and_covered(world: World) -> None:
    """Blue's cosignature alone is not delivery: blue's log must cover the entry and deny nothing (record.md)."""

    def delivered() -> int | None:
        return (
            world.sites["red"]
            .node.run_inline(lambda n: queries.subject(n, world.line, entry))
            .addressees[0]
            .delivered_ms
        )

    entry = world.flight("red", "blue")
    world.step(200)
    world.tick()
    assert not delivered()
    asyncio.run(world.pull("blue", "red"))
    log = world.sites["red"].node.line(world.line).own_log
    assert log.cosigned_to[world.id("blue")] == log.size
    assert not delivered(), "cosigned, but blue's log has not been read so far"
    world.step(200)
    world.tick()
    asyncio.run(both(world))
    asyncio.run(world.pull("red", "blue"))
    at = delivered()
    assert at and START < at <= world.sites["red"].clock.now_ms()
