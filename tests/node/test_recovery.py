"""Restore guard, stand-alone notes, and the way back (record.md, Restore guard; Life safety without a log)."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import Sites, backup_of, officers, party
from steerclear.errors import Malformed
from steerclear.node import guard, holding, queries, recover
from steerclear.record.leaf import parse_leaf


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


def recovery(world: Sites, name: str) -> str:
    return str(world.state(name).settings.recovery)


def with_backup(world: Sites, *, entries: int = 2) -> None:
    """`a` says more after a backup, everybody holds it, then the backup is put back."""
    backup = backup_of(world.nodes["a"].store)
    for n in range(entries):
        world.flight("a", "b", east_e7=n * 9_000_000)
    world.settle()
    world.restart("a", store=backup)


def test_the_file_knows_how_far_this_host_signed(world: Sites) -> None:
    world.flight("a", "b")
    world.settle()
    log = world.state("a").own_log
    assert guard.read(world.nodes["a"].home.folder) == {log.origin: log.size}
    world.restart("a")
    assert recovery(world, "a") == ""


def test_a_store_from_a_backup_signs_nothing(world: Sites) -> None:
    with_backup(world)
    assert recovery(world, "a").startswith("restored: ")
    before = world.state("a").own_log.checkpoint
    refused = world.try_say("a", "activity.flight", {}, to="b")
    assert isinstance(refused, list)
    assert "recovery" in [one.code for one in refused]
    world.cut.add(frozenset("ab"))
    world.step(600_000)
    world.settle()
    assert world.state("a").own_log.checkpoint == before
    with pytest.raises(Malformed, match="still-behind"):
        world.run("a", lambda n: recover.finish(n, world.line))
    with pytest.raises(Malformed, match="still-behind"):
        world.run("a", lambda n: recover.finish(n, world.line, reason="nobody answers"))


def test_the_own_log_comes_back_from_a_peer_with_its_payloads(world: Sites) -> None:
    with_backup(world)
    size = world.state("b").logs[world.state("a").own_log.origin].size
    world.settle()
    assert recovery(world, "a") == ""
    assert world.state("a").own_log.size >= size
    assert world.state("a").missing == {}
    for entry in list(world.state("a").positions):
        assert holding.said(world.nodes["a"], world.state("a"), entry).held in (
            "held",
            "none",
            "not_addressed",
        )
    world.flight("a", "b", east_e7=90_000_000)
    world.settle()
    assert world.state("a").forks == world.state("b").forks == {}
    assert {one.id for one in world.board("a").notices} == {one.id for one in world.board("b").notices}


def test_without_the_file_a_peer_must_confirm_first(world: Sites) -> None:
    (world.nodes["a"].home.folder / guard.FILE_NAME).unlink()
    world.cut.add(frozenset("ab"))
    world.restart("a")
    assert recovery(world, "a") == recover.UNCONFIRMED
    with pytest.raises(Malformed, match="alone"):
        world.run("a", lambda n: recover.finish(n, world.line))
    world.cut.clear()
    world.settle()
    assert recovery(world, "a") == ""
    world.flight("a", "b")


def test_alone_with_a_reason_is_logged(world: Sites) -> None:
    (world.nodes["a"].home.folder / guard.FILE_NAME).unlink()
    world.cut.add(frozenset("ab"))
    world.restart("a")
    world.run("a", lambda n: recover.finish(n, world.line, reason="link down, new disk"))
    header = holding.header_of(world.nodes["a"], world.state("a"), world.state("a").own_log.ids[-1])
    assert header.kind == "opened"
    assert header.record["what"] == "alone"
    assert header.record["reason"] == "link down, new disk"
    world.restart("a")
    assert recovery(world, "a") == ""


def test_a_peer_that_holds_more_starts_recovery_without_the_file(world: Sites) -> None:
    backup = backup_of(world.nodes["a"].store)
    world.flight("a", "b")
    world.settle()
    (world.nodes["a"].home.folder / guard.FILE_NAME).unlink()
    world.restart("a", store=backup)
    world.beat("a", "b")
    assert "holds" in recovery(world, "a")
    world.settle()
    assert recovery(world, "a") == ""


def test_a_stop_without_a_log_is_alarmed_unlogged_and_stays_one_entry(world: Sites) -> None:
    """The note goes over at once; later its author logs the same bytes: same id, folded at the earlier place."""
    with_backup(world)
    world.cut.add(frozenset("ab"))
    entry = world.stop("a")
    assert world.subject("a", entry).marks.count("unlogged") == 1
    assert entry not in world.state("a").positions
    world.cut.clear()
    world.push_standing("a", "b")
    subject = world.subject("b", entry)
    assert "unlogged" in subject.marks
    assert any(one.subject == entry for one in world.board("b").alarms)
    assert holding.said(world.nodes["b"], world.state("b"), entry).held == "held"
    place = holding.said(world.nodes["b"], world.state("b"), entry)
    assert world.kinds("b", "b").count("carried") == 1
    world.settle()
    assert recovery(world, "a") == ""
    for name in "ab":
        after = holding.said(world.nodes[name], world.state(name), entry)
        assert after.key <= place.key
        assert "unlogged" not in world.subject(name, entry).marks
        assert entry in world.state(name).positions
        assert [one.id for one in world.board(name).notices].count(entry) == 1
        world.restart(name)
        assert holding.said(world.nodes[name], world.state(name), entry) == after
    stored = [
        parse_leaf(leaf).id for leaf in world.nodes["b"].store.iter_leaves(f"{world.line}/{party('a')}/1")
    ]
    assert stored.count(entry) == 1


def test_a_receipt_to_an_unlogged_stop(world: Sites) -> None:
    with_backup(world)
    entry = world.stop("a")
    world.push_standing("a", "b")
    world.say("b", "receipt", {"level": "read"}, refs=(entry,), to="a")
    assert world.subject("b", entry).stop.state == "heard"
    view = world.run("b", lambda n: queries.entry(n, world.line, entry))
    assert parse_leaf(view.leaf.encode()).id == entry
    assert view.payload is not None


def test_the_same_note_twice_is_carried_once_and_a_forged_one_never(world: Sites) -> None:
    from steerclear.node import standing

    with_backup(world)
    entry = world.stop("a")
    note, salt, payload = standing.standing_for(world.nodes["a"], world.line, party("b"))[0]

    def take(text: bytes) -> None:
        world.run("b", lambda n: standing.take_standalone(n, world.line, party("a"), text, salt, payload))

    with pytest.raises(Malformed):
        take(note.replace(b'"precedence":"', b'"precedence" :"'))
    with pytest.raises(Malformed, match="standalone-signature"):
        take(note.replace(b'"kind":"stop"', b'"kind":"stip"'))
    assert world.kinds("b", "b").count("carried") == 0
    take(note)
    take(note)
    assert world.kinds("b", "b").count("carried") == 1
    assert holding.known(world.state("b"), entry)


def test_what_a_node_in_recovery_hears_is_carried_and_said_missing_afterwards(world: Sites) -> None:
    """It neither logs nor cosigns meanwhile; nothing is forgotten."""
    with_backup(world)
    size = world.state("a").own_log.size
    world.drop_all.add("b")
    entry = world.flight("b", "a")
    world.tick()
    world.pull("a", "b")
    assert world.state("a").own_log.size == size
    log = world.state("b").own_log
    assert log.cosigned_to[party("a")] <= world.state("b").positions[entry][1]
    assert party("a") not in holding.said(world.nodes["b"], world.state("b"), entry).delivered
    world.restart("a")
    world.drop_all.clear()
    world.settle()
    assert recovery(world, "a") == ""
    assert "payload-missing" in world.kinds("a", "a")
    assert party("a") in holding.said(world.nodes["b"], world.state("b"), entry).delivered


def test_what_a_member_makes_up_is_carried_and_is_no_entry(tmp_path: Path) -> None:
    """A note with no officer's key of its author behind it counts nowhere; the leaf that carries it is marked."""
    from steerclear.node import write
    from steerclear.record import standalone
    from steerclear.record.header import Header
    from steerclear.record.leaf import VERSION, entry_id, finish_leaf, leaf_text

    world = Sites(tmp_path, "abc")
    stranger = officers("c")[0]
    ref = stranger.verifier.ref
    header = Header(
        v=VERSION, line=world.line, kind="stop", author=party("a"), officer=ref, mode="EXERCISE", signers=(ref,),
        released_ms=world.clock.now_ms(), life_safety=True, precedence="FLASH", to=(party("b"), party("c")),
    )  # fmt: skip
    text = leaf_text(header)
    note = finish_leaf(text, (stranger.sign(text),))
    record = standalone.carried_record(note, "node")
    carrier = world.run("b", lambda n: write.record(n, n.line(world.line), "carried", record))
    world.settle()
    for name in "abc":
        assert not holding.known(world.state(name), entry_id(note))
        assert "carried-not-counted" in holding.said(world.nodes[name], world.state(name), carrier).marks
        assert not world.board(name).alarms or all(
            one.rule != "new-life-safety" for one in world.board(name).alarms
        )
