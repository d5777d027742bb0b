"""Forks and losses: both branches kept, a proof for everybody, and a new epoch by root quorum (record.md, Fork)."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import Sites, backup_of, officers, party, roots
from steerclear.errors import Malformed
from steerclear.node import guard, holding, queries, recover, restart
from steerclear.record import fork, jcs
from steerclear.record.card import log_verifier


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "abc")


def recovery(world: Sites, name: str) -> str:
    return str(world.state(name).settings.recovery)


def observed(world: Sites, at: str, of: str) -> str:
    rows = world.run(at, lambda n: queries.health(n, world.line))
    return next(row.observed for row in rows if row.party == party(of))


def run_twice(world: Sites) -> tuple[str, str]:
    """`a` runs twice from one backup: one branch reaches `b`, the other `c`. The entries of each."""
    world.cut |= {frozenset("bc"), frozenset("ac")}
    backup = backup_of(world.nodes["a"].store)
    first = world.flight("a", "b")
    world.settle()
    (world.nodes["a"].home.folder / guard.FILE_NAME).unlink()
    world.cut = {frozenset("ab"), frozenset("bc")}
    world.restart("a", store=backup)
    world.settle()
    assert recovery(world, "a") == "", "c knows no more: the guard cannot see it"
    second = world.flight("a", "c", east_e7=9_000_000)
    world.settle()
    world.cut = set()
    return first, second


def lost(world: Sites) -> str:
    """`a` loses what nobody else has: signed, and gone. The entry lost."""
    world.cut |= {frozenset("ab"), frozenset("ac")}
    backup = backup_of(world.nodes["a"].store)
    entry = world.flight("a", "b")
    world.tick()
    world.step(200)
    world.tick()
    world.restart("a", store=backup)
    world.cut.clear()
    world.settle()
    assert recovery(world, "a").startswith("restored: ")
    return entry


def test_every_fork_yields_a_proof_at_everybody(world: Sites) -> None:
    run_twice(world)
    world.settle()
    origin = f"{world.line}/{party('a')}/1"
    key = log_verifier(world.state("b").own_log.state.policy.cards[party("a")], origin)
    for name in "abc":
        proof = world.state(name).forks[origin]
        assert fork.check_fork(fork.parse_fork(jcs.loads(proof)), key)
    assert recovery(world, "a").startswith(recover.FORKED)
    for name in "bc":
        assert observed(world, name, "a") == "fork-held"
        world.restart(name)
        assert observed(world, name, "a") == "fork-held"
    audit = world.run("b", lambda n: queries.audit(n, world.line))
    assert [row["log"] for row in audit.forks] == [f"{party('a')}/1"]


def test_both_branches_are_kept_and_a_forked_log_grows_no_more(world: Sites) -> None:
    first, second = run_twice(world)
    world.settle()
    assert first in world.state("b").positions
    assert second in world.state("c").positions
    branches = {name: world.nodes[name].store.side(f"branch/{world.line}") for name in "bc"}
    assert any(branches.values())
    refused = world.try_say("a", "activity.flight", {}, to="b")
    assert isinstance(refused, list)
    sizes = [world.state(name).logs[f"{world.line}/{party('a')}/1"].size for name in "bc"]
    world.settle()
    assert sizes == [world.state(name).logs[f"{world.line}/{party('a')}/1"].size for name in "bc"]


def test_life_safety_goes_on_over_a_fork(world: Sites) -> None:
    run_twice(world)
    world.settle()
    entry = world.stop("a")
    world.settle()
    for name in "bc":
        assert "unlogged" in world.subject(name, entry).marks
    world.run("a", lambda n: restart.reopen(n, world.line, roots("a")))
    world.settle()
    for name in "abc":
        assert "unlogged" not in world.subject(name, entry).marks
        assert world.state(name).positions[entry][0].endswith("/2")


def test_who_countersigns_goes_on_others_stay_held(world: Sites) -> None:
    run_twice(world)
    world.settle()
    world.run("a", lambda n: restart.reopen(n, world.line, roots("a")))
    assert recovery(world, "a") == ""
    log = f"{party('a')}/2"
    entry = world.flight("a", "bc", east_e7=18_000_000)
    world.settle()
    for name in "bc":
        assert entry in world.state(name).positions, "stored and cosigned like any leaf"
        assert "fork-held" in holding.said(world.nodes[name], world.state(name), entry).marks
        assert entry not in {one.id for one in world.board(name).notices}
        assert observed(world, name, "a") == "fork-held"
    world.run("b", lambda n: restart.countersign(n, world.line, log, roots("b")))
    world.settle()
    assert entry in {one.id for one in world.board("b").notices}
    assert observed(world, "b", "a") != "fork-held"
    assert entry not in {one.id for one in world.board("c").notices}
    assert observed(world, "c", "a") == "fork-held"
    for name in "bc":
        board = world.board(name)
        world.restart(name)
        assert world.board(name).notices == board.notices
        assert observed(world, name, "a") == ("up" if name == "b" else "fork-held")


def test_a_held_epoch_holds_back_no_stop(world: Sites) -> None:
    run_twice(world)
    world.settle()
    world.run("a", lambda n: restart.reopen(n, world.line, roots("a")))
    entry = world.stop("a")
    world.settle()
    for name in "bc":
        assert world.subject(name, entry).stop.state == "raised"
        assert any(one.subject == entry for one in world.board(name).alarms)


def test_subjects_go_on_across_epochs(world: Sites) -> None:
    """A notice of epoch 1 is withdrawn in epoch 2, by an officer whose key was added again."""
    notice = world.flight("a", "bc")
    world.settle()
    lost(world)
    world.run("a", lambda n: restart.reopen(n, world.line, roots("a")))
    world.settle()
    for name in "bc":
        world.run(name, lambda n, k=name: restart.countersign(n, world.line, f"{party('a')}/2", roots(k)))
    world.settle()
    world.say("a", "withdraw", {}, refs=(notice,), to="bc")
    world.settle()
    for name in "abc":
        assert world.subject(name, notice).life == "cancelled"
        world.restart(name)
        assert world.subject(name, notice).life == "cancelled"
        assert recovery(world, name) == ""
    ring = world.state("b").logs[f"{world.line}/{party('a')}/2"].state.ring
    assert {one.ref for one in ring.officers(99)} == {key.verifier.ref for key in officers("a")}


def test_delivery_over_the_epochs_of_the_addressee(world: Sites) -> None:
    """What `a` said it lacks in its first epoch is not delivered by its second alone."""
    world.drop_all.add("b")
    entry = world.flight("b", "a")
    world.settle()
    lost(world)
    world.run("a", lambda n: restart.reopen(n, world.line, roots("a")))
    world.settle()
    assert party("a") not in holding.said(world.nodes["b"], world.state("b"), entry).delivered
    world.drop_all.clear()
    world.settle()
    assert party("a") in holding.said(world.nodes["b"], world.state("b"), entry).delivered


def test_no_restart_without_need_and_none_without_roots(world: Sites) -> None:
    with pytest.raises(Malformed, match="not-needed"):
        world.run("a", lambda n: restart.reopen(n, world.line, roots("a")))
    lost(world)
    wrong = restart.restart_leaf(world.nodes["a"], world.line, roots("b"))
    with pytest.raises(Malformed, match="unknown-key"):
        world.run("a", lambda n: restart.open_epoch(n, world.line, wrong))
    with pytest.raises(Malformed, match="no-restart"):
        world.run("b", lambda n: restart.countersign(n, world.line, f"{party('a')}/2", roots("b")))
    right = restart.restart_leaf(world.nodes["a"], world.line, roots("a"))
    world.run("a", lambda n: restart.open_epoch(n, world.line, right))
    with pytest.raises(Malformed, match="no-officers"):
        world.run("a", lambda n: recover.finish(n, world.line))
    assert recovery(world, "a") == restart.RESTARTING
    world.restart("a")
    world.enrol("a")
    world.run("a", lambda n: recover.finish(n, world.line))
    world.flight("a", "b")


def test_nobody_makes_an_epoch_of_ours_up(world: Sites) -> None:
    """A name of a log that was never signed opens nothing."""
    from steerclear.node import ingest, relay

    own = world.state("b").own_log
    forged = own.checkpoint.replace(f"{own.party}/1".encode(), f"{own.party}/7".encode())
    with pytest.raises(Malformed, match="checkpoint-signature"):
        world.run(
            "b",
            lambda n: ingest.ingest(n, ingest.Arrival(world.line, f"{world.line}/{own.party}/7", forged, 0)),
        )
    world.run("b", lambda n: relay.heard(n, world.line, party("a"), world.clock.now_ms(), forged, {}, 5))
    assert world.state("b").own_log.origin == own.origin
    world.flight("b", "a")
