"""A locked node: no payload anywhere, everything else goes on (record.md, At rest)."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import PASSPHRASE, Sites, party
from steerclear.errors import Malformed
from steerclear.node import holding, lock, tick, vault
from steerclear.units import format_time


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


def locked(world: Sites, name: str) -> None:
    world.run(name, lock.lock)


def unlocked(world: Sites, name: str) -> None:
    data = (world.nodes[name].home.folder / "vault.json").read_bytes()
    world.run(name, lambda n: lock.unlock(n, vault.unlock(data, PASSPHRASE)))


def test_judgements_say_locked_and_come_back(world: Sites) -> None:
    world.flight("a", "b")
    world.flight("b", "a", east_e7=50_000)
    world.settle()
    before = world.board("a")
    assert [one.judgement.verdict for one in before.conflicts] == ["conflict"]
    locked(world, "a")
    shown = world.board("a")
    assert shown.locked
    assert {one.judgement.reason for one in shown.conflicts} == {"locked"}
    assert all(one.held == "locked" for one in shown.notices if one.kind == "activity.flight")
    world.settle()
    unlocked(world, "a")
    after = world.board("a")
    assert after.notices == before.notices
    assert after.conflicts == before.conflicts, "first seen then, not at the unlock"


def test_no_secret_and_nothing_opened_stays_in_the_node(world: Sites) -> None:
    entry = world.flight("a", "b")
    world.settle()
    locked(world, "b")
    node, line = world.nodes["b"], world.state("b")
    assert not node.vault.unlocked
    assert not node.home.vault.unlocked
    assert not line.opened
    assert not line.parsed
    said = holding.said(node, line, entry)
    assert (said.held, said.body, said.raw, said.inner, said.readback) == ("locked", None, None, None, "")
    assert world.payload("b", entry, "a") is None
    with pytest.raises(Malformed, match="wrong-passphrase"):
        vault.unlock((node.home.folder / "vault.json").read_bytes(), "guess")


def test_what_comes_while_locked_is_sealed_cosigned_and_delivered(world: Sites) -> None:
    locked(world, "b")
    entry = world.flight("a", "b")
    world.settle()
    assert set(holding.said(world.nodes["a"], world.state("a"), entry).delivered) == {party("b")}
    assert holding.said(world.nodes["b"], world.state("b"), entry).held == "locked"
    assert "payload-missing" not in world.kinds("b", "b")
    unlocked(world, "b")
    assert holding.said(world.nodes["b"], world.state("b"), entry).held == "held"


def test_a_wrong_payload_is_missed_while_locked_too(world: Sites) -> None:
    locked(world, "b")
    world.drop_all.add("a")
    world.flight("a", "b")
    world.settle()
    assert "payload-missing" in world.kinds("b", "b")


def test_life_safety_rings_from_the_clear_header(world: Sites) -> None:
    locked(world, "b")
    entry = world.stop("a")
    world.settle()
    rung = [one for one in world.board("b").alarms if one.subject == entry]
    assert {one.rule for one in rung} == {"new-life-safety"}
    world.step(61_000)
    world.settle()
    assert "heard" in {one.rule for one in world.board("b").alarms if one.subject == entry}
    assert world.kinds("a", "b").count("timer.fired") >= 2


def test_a_reply_by_runs_from_the_clear_header(world: Sites) -> None:
    at = world.clock.now_ms() + 7_200_000
    entry = world.flight("a", "b", reply_by_ms=at)
    world.settle()
    locked(world, "a")
    assert world.subject("a", entry).deadlines[0].due_ms == at
    world.step(7_300_000)
    world.settle()
    assert world.subject("a", entry).deadlines[0].state == "missed"


def promise(world: Sites, minutes: int) -> str:
    entry = world.stop("a")
    world.settle()
    world.say("b", "receipt", {"level": "read"}, refs=(entry,), to="a", life_safety=True)
    until = format_time(world.clock.now_ms() + minutes * 60_000)
    world.say("b", "reply", {"answer": "HOLDING", "until": until}, refs=(entry,), to="a", life_safety=True)
    world.settle()
    assert world.subject("a", entry).stop.state == "holding"
    return entry


def hold_alarms(world: Sites, name: str, entry: str) -> set[str]:
    return {one.step for one in world.board(name).alarms if one.subject == entry and one.rule == "hold"}


def test_a_hold_that_ends_alarms_a_locked_node_even_after_a_restart(world: Sites) -> None:
    entry = promise(world, 30)
    world.restart("a", unlocked=False)
    locked(world, "b")
    assert hold_alarms(world, "a", entry) == set()
    due = tick.next_due(world.nodes["a"])
    assert due is not None
    world.step(26 * 60_000)
    for name in "ab":
        assert hold_alarms(world, name, entry) == {"ending-1"}
    world.step(5 * 60_000)
    for name in "ab":
        assert hold_alarms(world, name, entry) == {"ending-1", "ended-1"}
    world.tick()
    fired = [key for key in world.state("a").fired if key[1] == "hold"]
    assert sorted(step for _, _, step in fired) == [
        f"{step}:{party('b')}" for step in ("ended-1", "ending-1")
    ]
    unlocked(world, "b")
    assert hold_alarms(world, "b", entry) == {"ended-1"}


def test_a_resolved_stop_rings_no_hold_while_locked(world: Sites) -> None:
    entry = promise(world, 30)
    world.say("a", "complete", {}, refs=(entry,), to="b", life_safety=True)
    world.settle()
    assert world.state("a").due_table == {}
    locked(world, "b")
    world.step(40 * 60_000)
    assert hold_alarms(world, "b", entry) == set()


def test_parts_that_came_while_locked_are_opened_at_the_unlock(world: Sites) -> None:
    locked(world, "b")
    world.drop_all.add("a")
    entry = world.stop("a")
    world.settle()
    assert "payload.inline" in world.kinds("b", "a")
    assert set(holding.said(world.nodes["a"], world.state("a"), entry).delivered) == {party("b")}
    assert holding.said(world.nodes["b"], world.state("b"), entry).held == "missing"
    unlocked(world, "b")
    world.settle()
    assert holding.said(world.nodes["b"], world.state("b"), entry).held == "held"


def test_another_vault_opens_nothing_here(world: Sites) -> None:
    locked(world, "b")
    other = vault.create("x")[1]
    with pytest.raises(Malformed, match="other-vault"):
        world.run("b", lambda n: lock.unlock(n, other))
    assert not world.nodes["b"].vault.unlocked
