"""What a locked node cannot tell of movers it says: no alarm goes silent because what it needs is sealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import Sites, flight_body
from steerclear.app.picture import _terms
from steerclear.node import conforming, conforming_rows, feeds, lock, movers, tick
from steerclear.node.mover_alarms import LOCKED
from steerclear.node.mover_state import OwnMover
from steerclear.procedure.subject import Alarm
from support.movers import OTHER, OWN, Watched, head_on

LOCAL = {"two": {"shared": False, "handle": "radar:7", "shared_id": ""}}


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "ab")


def rings(world: Sites, name: str = "a") -> dict[str, Alarm]:
    return {one.step: one for one in world.board(name).alarms if one.rule == LOCKED}


def listed(world: Sites) -> None:
    notice = world.say("a", "activity.flight", flight_body(world.clock.now_ms(), hours=1), to="b")
    world.run("a", lambda n: conforming.assign(n, world.line, [OwnMover(OWN, notice), OwnMover(OTHER)]))
    world.settle()


def fed(world: Sites) -> None:
    state = feeds.FeedState("roof", "sbs", "shared", "", False, 60_000, world.clock.now_ms())
    world.run("a", lambda n: feeds.note(n, [state]))


def test_own_movers_are_not_judged_while_locked_and_that_rings(world: Sites) -> None:
    listed(world)
    size, node, opened = world.state("a").own_log.size, world.nodes["a"], world.nodes["a"].vault
    assert rings(world) == {}
    lock.lock(node)
    world.settle()
    assert set(rings(world)) == {"fleet", "conformance"}
    assert rings(world)["fleet"].parameters == {"count": 2}, "how many, and nothing of them"
    assert (
        "not judged" in rings(world)["conformance"].text
        and "danger areas" in rings(world)["conformance"].text
    )
    assert LOCKED in tick.AT_HOME and world.state("a").own_log.size == size and rings(world, "b") == {}
    shown = conforming_rows.rows(node, world.line)
    assert shown.locked and shown.movers == ()
    lock.unlock(node, opened)
    assert rings(world) == {} and not conforming_rows.rows(node, world.line).locked


def test_a_node_that_is_fed_says_so_though_it_lists_nobody_and_one_without_either_is_silent(
    world: Sites,
) -> None:
    lock.lock(world.nodes["a"])
    assert rings(world) == {}, "it judged nothing before either"
    fed(world)
    assert set(rings(world)) == {"conformance"}


def test_a_node_that_starts_locked_says_that_it_cannot_ring_what_waits_at_home(world: Sites) -> None:
    watched = Watched()
    world.step(1_000)
    changes = watched.look(world.clock.now_ms(), (head_on(world.clock.now_ms(), **LOCAL), "warning"))
    world.run("a", lambda n: movers.take(n, world.line, changes))
    listed(world)
    opened = world.nodes["a"].vault
    world.restart("a", unlocked=False)
    assert not [one for one in world.board("a").alarms if one.rule == "local-alert"]
    assert set(rings(world)) == {"alerts", "fleet", "conformance"}
    assert (
        rings(world)["alerts"].parameters == {"count": 1} and "cannot be told" in rings(world)["alerts"].text
    )
    lock.unlock(world.nodes["a"], opened)
    assert rings(world) == {}
    assert [one.step for one in world.board("a").alarms if one.rule == "local-alert"] == ["warning"]


def test_what_rings_outlives_a_second_lock_and_ends_with_everything(world: Sites) -> None:
    listed(world)
    lock.lock(world.nodes["a"])
    since = rings(world)["fleet"].since_ms
    world.step(60_000)
    lock.lock(world.nodes["a"])
    assert rings(world)["fleet"].since_ms == since and rings(world)["fleet"].parameters == {"count": 2}
    world.nodes["a"].zeroized = True
    world.state("a").line_alarms = ()
    assert rings(world) == {}, "there is nothing left to be judged"


def test_the_looks_are_told_that_nobody_knows_whose_a_pair_is(world: Sites) -> None:
    node, opened = world.nodes["a"], world.nodes["a"].vault
    lock.lock(node)
    assert _terms(node)[world.line].others, "it lists nobody: all pairs are looked at, locked or not"
    lock.unlock(node, opened)
    listed(world)
    assert _terms(node)[world.line].others
    lock.lock(node)
    assert not _terms(node)[world.line].others
    lock.unlock(node, opened)
    assert _terms(node)[world.line].others
