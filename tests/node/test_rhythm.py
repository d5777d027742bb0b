"""How often a log is signed, what causes an entry and what does not, what is shown while it is not known yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import Sites, flight_body, party
from node.test_bad_leaf import push_bad_leaf, with_bad_signature
from steerclear.node import holding, ingest, queries, tick, write
from steerclear.record.admit import Invalid
from steerclear.record.card import mirror_verifiers
from steerclear.record.cosignature import signature_time, verify_note
from steerclear.record.keys import COSIGN_ED25519, COSIGN_MLDSA44
from steerclear.record.leaf import parse_leaf
from steerclear.record.note import parse_note, parse_signature_line


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


def sizes(world: Sites) -> dict[str, int]:
    return {name: world.state(name).own_log.size for name in world.nodes}


def test_one_checkpoint_in_100_ms_and_life_safety_at_once(world: Sites) -> None:
    log = world.state("a").own_log
    world.step(write.CHECKPOINT_MS)
    world.flight("a", "b")
    assert log.head.size == log.size
    world.step(write.CHECKPOINT_MS - 1)
    world.flight("a", "b")
    assert log.head.size == log.size - 1
    assert tick.next_due(world.nodes["a"]) == log.checkpoint_ms + write.CHECKPOINT_MS
    world.step(1)
    world.tick()
    assert log.head.size == log.size
    world.stop("a")
    assert log.head.size == log.size


def test_an_idle_log_is_dated_anew_every_four_minutes_without_an_entry(world: Sites) -> None:
    world.settle()
    log, before = world.state("a").own_log, sizes(world)
    first, signed = log.checkpoint, log.checkpoint_ms
    world.step(signed + 239_999 - world.clock.now_ms())
    world.tick()
    assert log.checkpoint == first
    world.step(1)
    world.tick()
    assert log.checkpoint != first and parse_note(log.checkpoint).text == parse_note(first).text
    assert log.checkpoint_ms == signed + 240_000 and sizes(world) == before
    told = world.state("b").logs[log.origin]
    world.settle()
    mirror = mirror_verifiers(world.state("a").own_log.state.policy.cards[party("a")])[0]
    held = verify_note(parse_note(told.checkpoint), mirror)
    assert held is not None and held * 1000 >= signed + 239_000, "the other holds the new date"


def test_cosignatures_what_was_seen_and_receipts_cause_no_entry(world: Sites) -> None:
    entry = world.flight("a", "b")
    world.settle()
    world.say("b", "receipt", {"level": "read", "post_class": "operations"}, refs=(entry,), to="a")
    before = sizes(world)
    for _ in range(5):
        world.settle()
        world.step(250_000)
    assert sizes(world) == before


def test_what_was_seen_is_left_out_where_it_did_not_change(world: Sites) -> None:
    world.flight("b", "a")
    world.settle()
    first, second = world.flight("a", "b"), world.flight("a", "b", east_e7=9_000_000)
    heads = [holding.header_of(world.nodes["a"], world.state("a"), one) for one in (first, second)]
    assert heads[0].seen and heads[1].seen == {}
    (seen,) = heads[0].seen.values()
    assert seen.size == world.state("b").own_log.size and seen.cosignature


def test_the_mirrors_of_a_line_that_asks_for_it_sign_with_ml_dsa_too(tmp_path: Path) -> None:
    world = Sites(tmp_path, ml_dsa=True)
    world.flight("a", "b")
    world.settle()
    log = world.state("a").own_log
    rows = [row for row in world.nodes["a"].store.cosignatures(log.origin) if row.size == log.head.size]
    assert {row.algorithm for row in rows if row.mirror == f"{party('b')}/mirror"} == {
        COSIGN_ED25519,
        COSIGN_MLDSA44,
    }
    own = [one for one in parse_note(log.checkpoint).signatures if one.name == f"{party('a')}/mirror"]
    assert len(own) == 2 and max(len(one.signature) for one in own) > 2000


def test_what_the_desk_refuses_stores_nothing(world: Sites) -> None:
    store, before = world.nodes["a"].store, sizes(world)
    body = flight_body(world.clock.now_ms())
    body["volumes"] = [{**body["volumes"][0], "end": body["volumes"][0]["start"]}]
    refused = world.try_say("a", "activity.flight", body, to="b")
    assert isinstance(refused, list) and refused[0].field and refused[0].rule and refused[0].remedy
    assert sizes(world) == before and store.size(world.state("a").own_log.origin) == before["a"]
    assert isinstance(world.try_say("a", "activity.flight", flight_body(world.clock.now_ms()), to="b"), str)
    assert sizes(world)["a"] == before["a"] + 1


@pytest.mark.breaks_store("a node logs what its own signature does not cover")
def test_an_invalid_leaf_is_cosigned_and_stands_in_the_audit_view_alone(world: Sites) -> None:
    bad = push_bad_leaf(world)
    world.settle()
    log = world.state("a").own_log
    assert log.cosigned_to[party("b")] == log.size, "any leaf of legal size that hashes into the tree"
    audit = world.run("b", lambda n: queries.audit(n, world.line))
    assert [row["log"] for row in audit.invalid] == [log.name]
    assert bad not in {one.id for one in world.board("b").notices}
    assert bad not in {row.id for row in world.run("b", lambda n: queries.entries(n, world.line))}


@pytest.mark.breaks_store("a node logs what its own signature does not cover")
def test_entry_invalid_is_said_once_in_ten_minutes_for_a_range(world: Sites) -> None:
    def said() -> list[dict[str, object]]:
        node, line = world.nodes["b"], world.state("b")
        ids = line.own_log.ids
        heads = [holding.header_of(node, line, one) for one in ids if one in line.positions]
        return [head.record for head in heads if head.kind == "entry.invalid"]

    push_bad_leaf(world)
    world.settle()
    first = world.state("a").own_log.size - 1
    assert [row["from"] for row in said()] == [first]
    for _ in range(3):
        push_bad_leaf(world)
        world.settle()
    assert len(said()) == 1
    world.step(ingest.INVALID_EVERY_MS)
    push_bad_leaf(world)
    world.settle()
    last = world.state("a").own_log.size - 1
    assert len(said()) == 2 and said()[1]["to"] == last and first < said()[1]["from"] < last
    assert all(row["log"] == world.state("a").own_log.name for row in said())


@pytest.mark.breaks_store("a node logs what its own signature does not cover")
def test_no_entry_invalid_about_an_entry_invalid(world: Sites) -> None:
    push_bad_leaf(world)
    world.settle()
    node, line = world.nodes["b"], world.state("b")
    log, at = line.own_log, line.own_log.size - 1
    assert holding.header_of(node, line, log.ids[at]).kind == "entry.invalid"
    leaf = with_bad_signature(node.store.leaves(log.origin, at, at + 1)[0])

    def log_it(_: object) -> None:
        write.take(
            node, line, log, leaf, Invalid("bad-signature", log.size, parse_leaf(leaf).id, "entry.invalid")
        )
        write.sign_checkpoint(node, line, log)

    before = sizes(world)["a"]
    world.run("b", log_it)
    world.settle()
    assert world.state("a").logs[log.origin].invalid and sizes(world)["a"] == before


def test_a_plan_is_unchecked_until_it_was_cosigned_and_read_back(world: Sites) -> None:
    world.settle()
    world.cut.add(frozenset("ab"))
    mine, theirs = world.flight("a", "b"), world.flight("b", "a", east_e7=50_000)
    world.settle()
    for name, entry, other in (("a", mine, "b"), ("b", theirs, "a")):
        board = world.board(name)
        assert [(row.notice, row.parties) for row in board.unchecked] == [(entry, (party(other),))]
        assert (
            board.unchecked[0].as_of[party(other)]
            == world.state(name).logs[f"{world.line}/{party(other)}/1"].size
        )
        assert board.conflicts == ()
    world.cut.clear()
    world.pull("b", "a")
    assert len(world.board("b").conflicts) == 1
    assert world.board("a").unchecked, "cosigned, and not read back yet"
    world.settle()
    found = {name: world.board(name) for name in "ab"}
    assert found["a"].unchecked == found["b"].unchecked == ()
    assert (
        [one.judgement.id for one in found["a"].conflicts]
        == [one.judgement.id for one in found["b"].conflicts]
        != []
    )
    assert found["a"].conflicts[0].hash == found["b"].conflicts[0].hash


def test_what_saw_more_than_is_held_is_marked_alarmed_at_once_and_placed_later(tmp_path: Path) -> None:
    world = Sites(tmp_path, "abc")
    world.cut |= {frozenset("bc")}
    world.flight("b", "a")
    world.pull("a", "b")
    stop = world.stop("a")
    origin = world.state("a").own_log.origin
    world.pull_log("c", "a", origin)
    assert "seen-ahead" in holding.said(world.nodes["c"], world.state("c"), stop).marks
    assert any(one.subject == stop for one in world.board("c").alarms)
    early = holding.said(world.nodes["c"], world.state("c"), stop).depth
    world.pull_log("c", "a", world.state("b").own_log.origin)
    said = holding.said(world.nodes["c"], world.state("c"), stop)
    assert "seen-ahead" not in said.marks and said.depth > early
    assert said.depth == holding.said(world.nodes["a"], world.state("a"), stop).depth


class Hurried:
    """A clock on which a second passes between any two looks at it."""

    simulated = True

    def __init__(self, start_ms: int) -> None:
        self.ms = start_ms

    def now_ms(self) -> int:
        self.ms += 1_000
        return self.ms


def test_a_cosignature_is_kept_with_the_time_inside_it_whenever_a_second_ends(world: Sites) -> None:
    world.flight("a", "b")
    world.settle()
    node, line = world.nodes["b"], world.state("b")
    log = next(one for one in line.logs.values() if one.party == party("a"))
    node.clock = Hurried(node.clock.now_ms())
    node.run_inline(lambda one: ingest.cosign(one, line, log))
    rows = [row for row in node.store.cosignatures(log.origin) if row.mirror.startswith(node.party)]
    assert rows and all(signature_time(parse_signature_line(row.line)) == row.time_s for row in rows)
