"""Rounds with one peer: far behind, hanging payloads, lies about our own log, forks, dead peers beside live ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from peer_world import World

from steerclear.node import queries, relay, write
from steerclear.node.opening import open_node
from steerclear.peers import client as clients
from steerclear.peers import sync, wire
from steerclear.peers.client import Declined, Unreachable
from steerclear.record.leaf import parse_leaf
from steerclear.record.tiles import parse_entries


def kinds(world: World, holder: str, author: str) -> list[str]:
    leaves = world.sites[holder].node.store.iter_leaves(world.origin(author))
    return [parse_leaf(leaf).header.kind for leaf in leaves]


def grow(world: World, name: str, count: int, *to: str) -> list[str]:
    """So many entries, with a head after each."""
    said = []
    for _ in range(count):
        said.append(world.flight(name, *to))
        world.step(200)
        world.tick()
    return said


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, ("red", "blue", "green"))
    asyncio.run(made.introduced())
    return made


def spoil(world: World, part: str, act: Callable[[bytes], Any]) -> list[str]:
    """Answers to paths with `part` in them go through `act`; gives the list that notes them."""
    touched: list[str] = []

    def on(request: httpx.Request, response: httpx.Response, answer: bytes) -> Any:
        if part not in request.url.raw_path.decode():
            return answer
        touched.append(request.url.raw_path.decode())
        return act(answer)

    world.between.spoil = on
    return touched


def broken(answer: bytes) -> bytes:
    raise httpx.ReadTimeout("it hangs")


def test_far_behind_goes_round_by_round(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "ROUND_LEAVES", 5)
    arrivals: list[int] = []
    real = sync.ingest.ingest
    monkeypatch.setattr(
        sync.ingest, "ingest", lambda node, a: (arrivals.append(len(a.leaves)), real(node, a))[1]
    )
    grow(world, "red", 23, "blue")
    assert asyncio.run(world.pull("blue", "red")).reached
    assert sum(arrivals) >= 23 and max(arrivals) == 5
    log = world.sites["blue"].node.line(world.line).logs[world.origin("red")]
    assert log.size == world.sites["red"].node.line(world.line).own_log.size
    assert not world.sites["blue"].node.line(world.line).missing


def test_a_gap_between_heads_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "ROUND_LEAVES", 5)
    monkeypatch.setattr(sync, "MOST_LEAVES", 8)
    for _ in range(12):
        world.flight("red", "blue")  # one head at the end, since no time passes
    world.step(200)
    world.tick()
    done = asyncio.run(world.pull("blue", "red"))
    assert not done.reached and "bundle" in done.reason
    monkeypatch.setattr(sync, "MOST_LEAVES", 16)
    assert asyncio.run(world.pull("blue", "red")).reached


def test_all_pages_of_cosignatures_are_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_NOTES", 2)
    monkeypatch.setattr(relay, "COSIGNED_AT_ONCE", 2)
    for _ in range(7):
        grow(world, "red", 1, "blue")
        asyncio.run(world.pull("green", "red"))
    rows = world.sites["red"].node.store.cosignatures(world.origin("red"))
    asyncio.run(world.pull("blue", "red"))
    mine = world.sites["blue"].node.store.cosignatures(world.origin("red"))
    green = f"{world.id('green')}/mirror"
    sizes = {row.size for row in rows if row.mirror == green}
    assert len(sizes) > 7
    assert sizes == {row.size for row in mine if row.mirror == green}


@pytest.mark.parametrize(
    "act", [broken, lambda answer: b"{", lambda answer: b"[]", lambda answer: answer[:-9]]
)
def test_a_payload_that_does_not_come_is_missing(world: World, act: Callable[[bytes], bytes]) -> None:
    """The line stays alive, the warning is in the record, and what is missing is said before it is cosigned."""
    entry = grow(world, "red", 1, "blue")[0]
    touched = spoil(world, f"payloads/{entry}", act)
    done = asyncio.run(world.pull("blue", "red"))
    assert touched and done.reached
    blue, red = world.sites["blue"].node, world.sites["red"].node
    assert set(blue.line(world.line).missing) == {entry}
    assert kinds(world, "blue", "blue")[-1] == "payload-missing"
    own = red.line(world.line).own_log
    assert own.cosigned_to[world.id("blue")] == own.size
    world.between.spoil = None
    asyncio.run(world.settle("red", "blue"))
    assert kinds(world, "red", "blue").count("payload-held") == 1
    assert not blue.line(world.line).missing
    subject = red.run_inline(lambda n: queries.subject(n, world.line, entry))
    assert subject.addressees[0].delivered_ms


def test_a_link_cut_in_the_middle_misses_nothing(world: World) -> None:
    """Who does not answer anything any more is not accused of one payload."""
    entry = grow(world, "red", 1, "blue")[0]

    def cut(answer: bytes) -> bytes:
        world.between.cut.add("red.test")
        raise httpx.ReadError("cut")

    spoil(world, f"payloads/{entry}", cut)
    done = asyncio.run(world.pull("blue", "red"))
    assert not done.reached and not world.sites["blue"].node.line(world.line).missing
    world.between.spoil = None
    world.between.cut.clear()
    assert asyncio.run(world.pull("blue", "red")).reached
    assert "payload-missing" not in kinds(world, "blue", "blue")
    assert entry in world.sites["blue"].node.line(world.line).positions


def test_after_enough_failures_the_rest_is_not_waited_for(world: World) -> None:
    said = grow(world, "red", 30, "blue")
    touched = spoil(world, "payloads/", broken)
    assert asyncio.run(world.pull("blue", "red")).reached
    assert set(world.sites["blue"].node.line(world.line).missing) == set(said)
    once = sync.FAILED_ENOUGH + sync.AT_ONCE - 1  # those under way when the last one failed
    assert len(touched) <= 2 * once < 2 * len(said), "in the round itself and when asked for again"
    world.between.spoil = None
    asyncio.run(world.pull("blue", "red"))
    assert not world.sites["blue"].node.line(world.line).missing


def test_an_answer_that_never_ends_is_given_up(world: World) -> None:
    async def play() -> None:
        async def hang() -> bytes:
            await asyncio.Event().wait()
            raise AssertionError

        spoil(world, "checkpoint", lambda answer: hang())
        slow = world.client("blue", "red", timeout_s=0.01)
        with pytest.raises(Unreachable):
            await slow.checkpoint(world.origin("red"))

    asyncio.run(play())


def test_an_answer_that_is_too_long_is_not_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "MAX_NOTE", 2000)
    blue = world.client("blue", "red")
    assert asyncio.run(blue.checkpoint(world.origin("red")))
    spoil(world, "checkpoint", lambda answer: answer + b"x" * 2000)
    with pytest.raises(Unreachable, match="more than 2000 bytes"):
        asyncio.run(blue.checkpoint(world.origin("red")))


def test_one_dead_peer_delays_no_other(world: World) -> None:
    async def play() -> None:
        async def hang() -> bytes:
            await asyncio.Event().wait()
            raise AssertionError

        grow(world, "green", 1, "blue")

        def on(request: httpx.Request, response: httpx.Response, answer: bytes) -> Any:
            return hang() if request.url.host == "red.test" else answer

        world.between.spoil = on
        stuck = asyncio.create_task(world.pull("blue", "red"))
        await asyncio.sleep(0)
        assert (await world.pull("blue", "green")).changed
        assert not stuck.done()
        stuck.cancel()

    asyncio.run(play())


def test_a_lie_about_our_own_log_stops_nobody(world: World) -> None:
    """`holds` beyond what we have counts with our own signature on it only (record.md, Restore guard)."""
    red = world.sites["red"]
    origin = world.origin("red")
    size = red.node.line(world.line).own_log.size

    def lie(answer: bytes) -> bytes:
        told = wire.decode(answer, wire.BeatAnswer)
        import msgspec

        return msgspec.json.encode(msgspec.structs.replace(told, holds=told.holds | {origin: size + 9}))

    spoil(world, "heartbeat", lie)
    assert asyncio.run(world.beat("red", "blue")).reached
    assert not red.node.line(world.line).settings.recovery
    world.between.spoil = None
    beat = wire.Beat(red.clock.now_ms(), "", {origin: size + 9})
    asyncio.run(world.client("blue", "red").heartbeat(beat))
    assert not red.node.line(world.line).settings.recovery


@pytest.mark.breaks_store("rebuilt by hand from leaves alone: their payloads are lost")
def test_the_truth_about_our_own_log_does(world: World) -> None:
    from steerclear.node.node import Node
    from steerclear.store.memory import MemoryStore

    red = world.sites["red"]
    backup = list(red.node.store.iter_leaves(world.origin("red")))
    grow(world, "red", 1, "blue")
    asyncio.run(world.settle())
    # the same party from a store that ends earlier: rebuilt by hand from what it had said before
    old = open_node(red.node.home, MemoryStore(), red.clock, random=red.node.random)
    from steerclear.node import lines

    old.signed = {}
    old.run_inline(lambda n: lines.join(n, world.genesis))

    def back(node: Node) -> None:
        from steerclear.node import write

        line = node.line(world.line)
        for leaf in backup:
            write.take(node, line, line.own_log, leaf, line.own_log.verdict(leaf))

    old.run_inline(back)
    red.node = red.host.node = old
    assert asyncio.run(world.beat("red", "blue")).reached
    assert old.line(world.line).settings.recovery
    asyncio.run(world.pull("red", "blue"))
    assert old.line(world.line).own_log.size == len(backup) + 1


@pytest.mark.parametrize("branch", ["shorter", "same", "longer"])
def test_a_fork_is_proved_with_all_its_leaves(tmp_path: Path, branch: str) -> None:
    """Red shows blue one history and green another; blue meets the second one at green."""
    world, twin = (
        World(tmp_path / "one", ("red", "blue", "green")),
        World(tmp_path / "two", ("red", "blue", "green")),
    )
    assert world.line == twin.line
    for made in (world, twin):
        asyncio.run(made.settle())
    world.stop("red", "blue")
    world.step(1000)
    world.tick()
    world.stop("red", "blue")
    own = [made.sites["red"].node.line(made.line).own_log for made in (world, twin)]
    while own[1].size < own[0].size + {"shorter": -1, "same": 0, "longer": 3}[branch]:
        twin.step(5000)
        twin.stop("red", "blue")
    for made in (world, twin):
        made.step(1000)
        log = made.sites["red"].node.line(made.line).own_log
        made.sites["red"].node.run_inline(
            lambda n, m=made, log=log: write.sign_checkpoint(n, n.line(m.line), log)
        )
    asyncio.run(world.pull("blue", "red"))
    blue = world.sites["blue"].node
    held = blue.line(world.line).logs[world.origin("red")].size
    world.between.apps["red.test"] = twin.between.apps["red.test"]
    for made in (world, twin):
        made.step(1000)
    asyncio.run(world.pull("blue", "red"))
    line = blue.line(world.line)
    assert world.origin("red") in line.forks
    assert line.logs[world.origin("red")].size == held == own[0].size
    assert len(blue.store.side(f"branch/{world.line}")) > 0, "both branches are kept"
    assert {"shorter": own[1].size < held, "same": own[1].size == held, "longer": own[1].size > held}[branch]
    assert kinds(world, "blue", "blue")[-1] == "fork"
    assert line.peer(world.id("red")).heard.forked
    world.between.heard.clear()
    asyncio.run(world.pull("blue", "red"))
    assert not [one for one in world.between.heard if world.id("red") in str(one[1].url)], "fetched again"


def test_third_members_logs_come_through_any_member(world: World) -> None:
    """Blue and green do not reach each other; red passes on what green said, and it proves itself."""
    entry = world.stop("green", "red", "blue")
    world.step(200)
    world.tick()
    asyncio.run(world.settle("red", "green"))
    minutes = world.sites["blue"].node.line(world.line).genesis_parameters.silent_after_ms
    world.step(minutes)

    async def play() -> None:
        for _ in range(3):
            await world.beat("blue", "red")
            await world.pull("blue", "red")

    asyncio.run(play())
    blue = world.sites["blue"].node.line(world.line)
    assert entry in blue.positions and entry not in blue.missing


def test_standing_notes_after_one_that_is_declined(world: World) -> None:
    from steerclear.node import recover, standing
    from steerclear.record.payload import Opening

    red = world.sites["red"]
    red.node.run_inline(lambda n: recover.enter(n, n.line(world.line), "test"))
    for _ in range(2):
        leaf, salt, payload = world.prepare("red", "stop", {}, to=("blue",), life_safety=True)
        red.node.run_inline(
            lambda n, leaf=leaf, s=salt, p=payload: standing.submit_standing(
                n, n.line(world.line), leaf, Opening(s, p)
            )
        )
    refused: list[str] = []
    real = clients.PeerClient.carried

    async def carried(self: Any, note: bytes, salt: bytes, payload: bytes) -> None:
        if not refused:
            refused.append("once")
            raise Declined(400, "red")
        await real(self, note, salt, payload)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients.PeerClient, "carried", carried)
        with pytest.raises(Declined):
            asyncio.run(sync.push_standing(red.host, world.client("red", "blue"), world.id("blue")))
    assert kinds(world, "blue", "blue").count("carried") == 1
    asyncio.run(sync.push_standing(red.host, world.client("red", "blue"), world.id("blue")))
    assert kinds(world, "blue", "blue").count("carried") == 2


def test_entry_bundles_of_another_width_are_refused(world: World) -> None:
    grow(world, "red", 1, "blue")
    spoil(world, "tile/entries", lambda answer: answer + b"\x00\x01x")
    done = asyncio.run(world.pull("blue", "red"))
    assert not done.reached and "bad-entries" in done.reason
    spoil(world, "tile/entries", lambda answer: answer[:-1] + b"!")
    assert (
        not asyncio.run(world.pull("blue", "red")).reached
        or world.sites["blue"].node.line(world.line).forks == {}
    )
    world.between.spoil = None
    assert asyncio.run(world.pull("blue", "red")).changed
    assert parse_entries(b"") == []
