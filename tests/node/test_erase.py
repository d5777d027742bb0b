"""Erasure by command, with its residue, at every holder (record.md, Erasure)."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import DAY, HOUR, Sites, party
from steerclear.node import erase, holding, write
from steerclear.node.fsck import fsck
from steerclear.store.sqlite import SqliteStore
from steerclear.units import format_time

MARKER = "quokka-7731"


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, make_store=lambda name: SqliteStore(tmp_path / f"{name}-store"))


def run(world: Sites, name: str, *entries: str) -> object:
    return world.run(name, lambda n: erase.erase(n, world.line, entries))


def codes(found: object) -> list[str]:
    assert isinstance(found, list), found
    return [one.code for one in found]


def held(world: Sites, name: str, entry: str) -> str:
    return holding.said(world.nodes[name], world.state(name), entry).held


def over(world: Sites) -> str:
    """A flight of `a`, read by `b`, whose window has ended."""
    entry = world.flight("a", "b", hours=3)
    world.settle()
    world.say("b", "receipt", {"level": "read"}, refs=(entry,), to="a")
    world.settle()
    world.step(6 * HOUR)
    world.settle()
    return entry


def test_only_what_is_over_is_erased(world: Sites) -> None:
    entry = world.flight("a", "b")
    world.settle()
    assert codes(run(world, "a", entry)) == ["not-over"]
    world.say("a", "withdraw", {}, refs=(entry,), to="b")
    world.settle()
    assert run(world, "a", entry) == 2
    assert codes(run(world, "a", entry)) == ["erased"]
    assert codes(run(world, "a", "0" * 64)) == ["unknown-entry"]


def test_payload_and_key_are_gone_and_the_residue_stays(world: Sites) -> None:
    entry = over(world)
    before = world.subject("a", entry)
    assert run(world, "a", entry) == 2
    store = world.nodes["a"].store
    assert store.payload(entry) is store.wrapped_key(entry) is None
    world.settle()
    for name in "ab":
        subject = world.subject(name, entry)
        assert (subject.life, subject.residue, subject.held) == ("expired", "expired", "erased")
        assert subject.end_ms == before.end_ms
        assert "erased" in subject.marks
        assert entry not in {one.judgement.a.entry for one in world.board(name).conflicts}
    assert held(world, "a", entry) == "erased"
    world.restart("a", store=store)
    assert held(world, "a", entry) == "erased"
    assert world.subject("a", entry).residue == "expired"


def test_every_holder_follows_and_fsck_is_clean(world: Sites) -> None:
    entry = over(world)
    run(world, "a", entry)
    world.settle()
    assert world.kinds("a", "b").count("erased") == 1
    for name in "ab":
        node = world.nodes[name]
        assert node.store.wrapped_key(entry) is None
        report = fsck(node.store, node.party, node.vault)
        assert report.clean, report.findings
        assert report.states["erased"] >= 2
    world.step(2 * DAY)
    world.settle()
    assert world.kinds("a", "b").count("erased") == 1


def test_one_batch_a_day_at_the_others(world: Sites) -> None:
    first, second = over(world), over(world)
    run(world, "a", first)
    world.settle()
    run(world, "a", second)
    world.settle()
    assert world.nodes["b"].store.wrapped_key(first) is None
    assert world.nodes["b"].store.wrapped_key(second) is not None
    assert world.subject("b", second).residue == "expired", (
        "folded as residue whether or not it has erased yet"
    )
    world.step(DAY)
    world.settle()
    assert world.nodes["b"].store.wrapped_key(second) is None


def test_a_preserve_holds_it_off_at_every_holder_until_its_author_withdraws_it(world: Sites) -> None:
    entry = over(world)
    kept = world.say("b", "preserve", {"reason": "An inquiry has begun."}, refs=(entry,), to="a")
    world.settle()
    assert codes(run(world, "a", entry)) == ["preserved"]
    world.say("b", "withdraw", {}, refs=(kept,), to="a")
    world.settle()
    assert run(world, "a", entry) == 2
    world.step(DAY)
    world.settle()
    assert world.nodes["b"].store.wrapped_key(entry) is None


def test_who_learns_of_a_preserve_before_it_erases_keeps_the_payload(world: Sites) -> None:
    entry = over(world)
    run(world, "a", entry)
    world.say("b", "preserve", {"reason": "An inquiry has begun."}, refs=(entry,), to="a")
    world.settle()
    world.step(DAY)
    world.settle()
    assert world.nodes["b"].store.wrapped_key(entry) is not None


def test_a_preserve_ends_by_its_own_date(world: Sites) -> None:
    entry = over(world)
    until = format_time(world.nodes["b"].clock.now_ms() + HOUR)
    world.say("b", "preserve", {"reason": "A week's look.", "until": until}, refs=(entry,), to="a")
    world.settle()
    assert codes(run(world, "a", entry)) == ["preserved"]
    world.step(HOUR)
    assert run(world, "a", entry) == 2


def test_nobody_erases_for_another(world: Sites) -> None:
    entry = over(world)
    assert codes(run(world, "b", entry)) == ["not-ours"]
    row = {"id": entry, "kind": "activity.flight", "life": "done", "end_ms": 1, "term_ms": 1, "verdicts": []}
    world.run("b", lambda n: write.record(n, n.line(world.line), "erased", {"entries": [row]}))
    world.settle()
    assert world.subject("a", entry).residue == ""


def test_a_node_key_ends_no_notice_that_stands(world: Sites) -> None:
    """An `erased` about a notice that still stands shows nothing away from those who hold it."""
    entry = world.flight("a", "b")
    stop = world.stop("a")
    world.settle()
    rows = [
        {"id": one, "kind": "x", "life": "done", "end_ms": 1, "term_ms": 1, "verdicts": []}
        for one in (entry, stop)
    ]
    world.run("a", lambda n: write.record(n, n.line(world.line), "erased", {"entries": rows}))
    world.settle()
    assert world.subject("b", entry).residue == ""
    assert world.subject("b", stop).residue == ""
    assert world.subject("b", entry).life == "released"


def test_nothing_is_erased_while_locked_or_in_recovery(world: Sites) -> None:
    entry = over(world)
    world.state("a").settings.recovery = "test"
    assert codes(run(world, "a", entry)) == ["recovery"]
    world.state("a").settings.recovery = ""
    world.restart("a", unlocked=False)
    assert codes(run(world, "a", entry)) == ["locked"]
    assert held(world, "a", entry) == "locked"


def test_what_was_erased_is_not_handed_out(world: Sites) -> None:
    entry = over(world)
    assert world.payload("a", entry, "b") is not None
    run(world, "a", entry)
    assert world.payload("a", entry, "b") is None
    assert party("b") in holding.said(world.nodes["a"], world.state("a"), entry).delivered
