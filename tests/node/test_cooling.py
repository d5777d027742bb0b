"""An own area cools at home before its release (messages.md, States and Timers; boundary.md; A10): drawn once, sealed,
never outward."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.pair import HOUR, START, Sites, flight_body, party
from steerclear.errors import Malformed
from steerclear.node import cooling, lock, queries, relay, tick, zeroize
from steerclear.procedure.context import HomeArea
from steerclear.procedure.fold import outward
from steerclear.speech.parameters import Parameters

LEAST, MOST = 72 * HOUR, 144 * HOUR
QUIET = {
    "heartbeat_ms": HOUR,
    "degraded_after_ms": 200 * HOUR,
    "silent_after_ms": 400 * HOUR,
    "checkpoint_refresh_ms": 200 * HOUR,
    "check_machine_ms": 400 * HOUR,
}
DRAWN = 0x0123456789ABCDEF0123456789ABCDEF


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, parameters=QUIET)


def declared(world: Sites, area: str = "personnel") -> str:
    volumes = flight_body(world.clock.now_ms(), 0, 900)["volumes"]
    body = {"area": area, "precision": "broad", "volumes": volumes}
    entry = world.say("a", "area.declare", body, to="b", two=True)
    world.settle()
    return entry


def note(
    world: Sites, entry: str, word: Any, at_ms: int | None = None, name: str = "a", **kw: Any
) -> list[str]:
    done = world.run(name, lambda n: cooling.note(n, world.line, entry, word, at_ms, **kw))
    return [one.code for one in done]


def release(world: Sites, entry: str, *, two: bool = True) -> list[str]:
    """[] when it was taken, else why not."""
    said = world.try_say("a", "withdraw", {"reason": "released"}, refs=(entry,), to="b", two=two)
    return [] if isinstance(said, str) else [one.code for one in said]


def asks(world: Sites, entry: str, name: str = "a") -> bool:
    return any(task.id.endswith("/task/release-area") for task in world.subject(name, entry).tasks)


def at_home(world: Sites, entry: str, name: str = "a") -> str:
    found = world.subject(name, entry).area
    assert found is not None
    return found.home


def kept(world: Sites, entry: str) -> HomeArea:
    found = world.state("a").areas[entry]
    assert isinstance(found, HomeArea)
    return found


def test_before_its_time_no_task_and_no_release_then_the_task_then_two_officers(world: Sites) -> None:
    entry = declared(world)
    assert release(world, entry) == ["not-cooled"]
    assert note(world, entry, "occupied") == []
    assert at_home(world, entry) == "occupied"
    assert note(world, entry, "vacated") == []
    assert at_home(world, entry) == "recently_vacated"
    assert note(world, entry, "release_asked") == []
    ends = kept(world, entry).cooled_ms
    assert ends is not None
    assert LEAST <= ends - world.clock.now_ms() <= MOST
    world.clock.step_to(ends - 1)
    assert (at_home(world, entry), asks(world, entry)) == ("cooling", False)
    assert release(world, entry) == ["not-cooled"]
    assert tick.next_due(world.nodes["a"]) == ends
    world.clock.step_to(ends)
    world.run("a", tick.tick)
    assert (at_home(world, entry), asks(world, entry), asks(world, entry, "b")) == ("cooled", True, False)
    assert world.subject("b", entry).area.protected
    assert release(world, entry, two=False) == ["release-needed"]
    assert release(world, entry) == []
    world.settle()
    assert not asks(world, entry)
    assert [world.subject(name, entry).area.state for name in "ab"] == ["released", "released"]
    assert world.state("a").areas == {}
    assert world.nodes["a"].store.side(f"area/{world.line}") == {}
    assert note(world, entry, "occupied") == ["area-released"]


def test_whoever_comes_back_starts_it_again_with_the_same_draw(world: Sites) -> None:
    entry = declared(world)
    note(world, entry, "release_asked")
    drawn = kept(world, entry).drawn_ms
    assert drawn is not None
    world.step(10 * HOUR)
    note(world, entry, "occupied")
    assert (at_home(world, entry), kept(world, entry).cooled_ms) == ("release_asked", None)
    world.clock.step_to(START + 200 * HOUR)
    assert (asks(world, entry), release(world, entry)) == (False, ["not-cooled"])
    note(world, entry, "vacated")
    left = world.clock.now_ms()
    assert kept(world, entry).cooled_ms == left + drawn
    note(world, entry, "release_asked")
    assert kept(world, entry).cooled_ms == left + drawn, "asked again, nothing is drawn again"
    note(world, entry, "vacated", START)
    assert kept(world, entry).cooled_ms == left + drawn, "an earlier sighting takes nothing away"


def test_a_restart_keeps_the_draw_and_a_locked_node_knows_nothing(world: Sites) -> None:
    entry = declared(world)
    note(world, entry, "vacated")
    note(world, entry, "release_asked")
    before = kept(world, entry)
    world.restart("a")
    assert kept(world, entry) == before
    world.restart("a", unlocked=False)
    assert world.state("a").areas == {}
    assert at_home(world, entry) == ""
    assert note(world, entry, "vacated") == ["locked"]
    assert "locked" in release(world, entry)
    world.restart("a")
    opened = world.nodes["a"].vault
    world.run("a", lock.lock)
    assert world.state("a").areas == {}
    world.clock.step_to(before.cooled_ms or 0)
    world.run("a", lambda n: lock.unlock(n, opened))
    assert asks(world, entry)


def test_the_draw_is_in_no_byte_that_leaves_nor_in_clear_on_the_disk(world: Sites) -> None:
    """Planted: the randomness is known, so what was drawn is; the twin finds what is public."""
    entry = declared(world)
    node = world.nodes["a"]
    node.random = lambda size: (DRAWN.to_bytes(16, "big") * 4)[:size]
    note(world, entry, "vacated", world.clock.now_ms() - 12_345)
    note(world, entry, "release_asked")
    area = kept(world, entry)
    assert area.drawn_ms == LEAST + DRAWN % (72 * HOUR + 1)
    world.step(HOUR)
    secrets = [str(one).encode() for one in (area.drawn_ms, area.cooled_ms, area.last_ms)]
    store = node.store
    out = [store_leaf for origin in store.origins(world.line) for store_leaf in store.iter_leaves(origin)]
    out += [msgspec.json.encode(relay.make_beat(node, world.line, party("b")).holds), world.bundle("a", "b")]
    out += [value for ns in (f"area/{world.line}", f"due/{world.line}") for value in store.side(ns).values()]
    own = queries.subject(node, world.line, entry)
    theirs = queries.subject(world.nodes["b"], world.line, entry)
    out += [
        msgspec.json.encode(one) for one in (own, outward(own), theirs, world.board("a"), world.board("b"))
    ]
    assert not [(secret, data) for secret in secrets for data in out if secret in data]
    assert entry[:12].encode() in b"".join(out)
    assert {len(value) for value in store.side(f"area/{world.line}").values()} == {
        len(next(iter(store.side(f"area/{world.line}").values())))
    }


def test_what_is_sealed_has_one_size_whatever_it_says(world: Sites) -> None:
    entry = declared(world)
    sizes = set()
    for word in ("occupied", "vacated", "release_asked"):
        note(world, entry, word)
        sizes |= {len(value) for value in world.nodes["a"].store.side(f"area/{world.line}").values()}
    assert len(sizes) == 1


def test_who_may_note_what(world: Sites) -> None:
    entry, corridor, plan = declared(world), declared(world, "corridor"), world.flight("a", "b")
    world.settle()
    now = world.clock.now_ms()
    assert note(world, entry, "occupied", roles=("linguist",)) == ["role-needed"]
    assert note(world, entry, "occupied", now + 1) == ["future"]
    assert note(world, entry, "occupied", now, roles=("custodian",)) == []
    assert note(world, plan, "occupied") == ["not-an-own-area"]
    assert note(world, entry, "occupied", name="b") == ["not-an-own-area"]
    assert note(world, corridor, "release_asked") == ["does-not-cool"]
    assert release(world, corridor) == [], "nobody shelters in a corridor"
    with pytest.raises(Malformed, match="unknown-entry"):
        note(world, "0" * 64, "occupied")


def test_an_area_that_was_ever_a_shelter_cools_whatever_it_is_called_later(world: Sites) -> None:
    entry = declared(world)
    volumes = flight_body(world.clock.now_ms(), 0, 900)["volumes"]
    renamed = {"area": "corridor", "precision": "broad", "volumes": volumes}
    body = {"kind": "area.declare", "notice": renamed}
    world.say("a", "amend", body, refs=(entry,), supersedes=entry, to="b", two=True)
    assert release(world, entry) == ["not-cooled"]


def test_zeroize_takes_what_was_known_at_home(world: Sites) -> None:
    entry = declared(world)
    note(world, entry, "occupied")
    assert world.nodes["a"].store.side(f"area/{world.line}")
    world.run("a", zeroize.zeroize)
    assert world.nodes["a"].store.side(f"area/{world.line}") == {}
    assert world.state("a").areas == {}


_NUMBERS = Parameters(cooldown_ms=LEAST, cooldown_random_ms=MOST - LEAST)


class _Node:
    def __init__(self, value: int) -> None:
        self.value = value

    def random(self, size: int) -> bytes:
        return self.value.to_bytes(size, "big")


@given(st.integers(0, 2**128 - 1))
def test_every_draw_is_within_its_bounds(value: int) -> None:
    assert LEAST <= cooling._draw(_Node(value), _NUMBERS) <= MOST  # type: ignore[arg-type]


def test_the_draws_are_uniform_and_reach_both_ends() -> None:
    """Ten equal parts of the range hold a tenth each, within five standard deviations of a seeded sample of 20,000."""
    from random import Random

    source, parts = Random(72), [0] * 10
    for _ in range(20_000):
        drawn = cooling._draw(_Node(source.getrandbits(128)), _NUMBERS)  # type: ignore[arg-type]
        parts[min(9, (drawn - LEAST) * 10 // (MOST - LEAST))] += 1
    assert all(abs(count - 2_000) < 5 * 42.5 for count in parts), parts
    assert cooling._draw(_Node(0), _NUMBERS) == LEAST  # type: ignore[arg-type]
    assert cooling._draw(_Node(MOST - LEAST), _NUMBERS) == MOST  # type: ignore[arg-type]


def test_a_draw_that_is_kept_reads_back_whole() -> None:
    area = HomeArea(True, 1, 2, 3)
    plain = msgspec.json.encode(area).ljust(cooling.SIZE)
    assert msgspec.json.decode(plain, type=HomeArea) == area
    widest = replace(area, occupied=False, last_ms=2**53, asked_ms=2**53, drawn_ms=2**53)
    assert len(msgspec.json.encode(widest)) <= cooling.SIZE
