"""`payload.inline`: nobody keeps the line alive and denies one warning (record.md, Delivered)."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from node.pair import DAY, Sites, flight_body, party
from steerclear.errors import Malformed
from steerclear.node import erase, holding, inline, inline_keys, parts, relay, write
from steerclear.record.delivery import about
from steerclear.record.header import Header
from steerclear.record.leaf import parse_leaf
from steerclear.record.payload import inline_record, join_inline, opens, split_inline, unbox

PARTY_B = party("b")


def refused(found: object) -> list[str]:
    assert isinstance(found, list), found
    return [one.code for one in found]


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


def delivered(world: Sites, at: str, entry: str) -> dict[str, int]:
    return dict(holding.said(world.nodes[at], world.state(at), entry).delivered)


def test_a_stop_whose_payload_is_withheld_goes_inline_at_once(world: Sites) -> None:
    world.drop_all.add("a")
    entry = world.stop("a")
    world.settle()
    assert "payload-missing" in world.kinds("a", "b")
    assert "payload.inline" in world.kinds("b", "a")
    for name in "ab":
        assert PARTY_B in delivered(world, name, entry)
    said = holding.said(world.nodes["b"], world.state("b"), entry)
    assert said.held == "held"
    assert said.body is not None
    assert world.state("b").missing == {}
    world.restart("b")
    assert holding.said(world.nodes["b"], world.state("b"), entry).held == "held"
    assert PARTY_B in delivered(world, "b", entry)
    world.settle()
    assert not world.state("b").openable


def test_until_the_parts_are_cosigned_it_is_not_delivered(world: Sites) -> None:
    world.drop_all.add("a")
    entry = world.stop("a")
    world.pull("b", "a")
    assert "payload-missing" in world.kinds("b", "b")
    world.pull("a", "b")
    assert "payload.inline" in world.kinds("a", "a")
    assert PARTY_B not in delivered(world, "a", entry)
    world.settle()
    assert PARTY_B in delivered(world, "a", entry)


def test_others_go_inline_after_ten_minutes_or_by_command(world: Sites) -> None:
    world.drop_all.add("a")
    first, second = world.flight("a", "b"), world.flight("a", "b", east_e7=9_000_000)
    world.settle()
    assert "payload.inline" not in world.kinds("a", "a")
    assert delivered(world, "a", first) == delivered(world, "a", second) == {}
    sent = world.run("a", lambda n: inline.send_inline(n, world.line, first, PARTY_B))
    assert sent == 1
    again = world.run("a", lambda n: inline.send_inline(n, world.line, first, PARTY_B))
    assert refused(again) == ["inline-sent"]
    world.settle()
    assert set(delivered(world, "a", first)) == {PARTY_B}
    assert delivered(world, "a", second) == {}
    assert inline.next_due(world.state("a")) is not None
    world.step(inline.INLINE_AFTER_MS)
    world.settle()
    assert set(delivered(world, "a", second)) == {PARTY_B}


def test_a_payload_that_comes_after_all_needs_no_parts(world: Sites) -> None:
    world.drop_all.add("a")
    entry = world.flight("a", "b")
    world.settle()
    world.drop_all.clear()
    world.settle()
    assert "payload-held" in world.kinds("a", "b")
    world.step(inline.INLINE_AFTER_MS)
    world.settle()
    assert "payload.inline" not in world.kinds("a", "a")
    assert set(delivered(world, "a", entry)) == {PARTY_B}
    found = world.run("a", lambda n: inline.send_inline(n, world.line, entry, PARTY_B))
    assert refused(found) == ["not-missing"]


def test_only_the_author_sends_and_only_to_whom_lacks_it(world: Sites) -> None:
    world.drop_all.add("a")
    entry = world.flight("a", "b")
    world.settle()
    assert refused(world.run("b", lambda n: inline.send_inline(n, world.line, entry, PARTY_B))) == [
        "not-ours"
    ]
    for other in (party("a"), party("c"), "f" * 32):
        never = world.run("a", lambda n, to=other: inline.send_inline(n, world.line, entry, to))
        assert refused(never) == ["not-addressed"]
        assert (
            never[0].field == "party"
            and "never addressed" in never[0].rule
            and "addressed to it" in never[0].remedy
        )
    assert world.run("a", lambda n: inline.send_inline(n, world.line, entry, PARTY_B)) == 1
    with pytest.raises(Malformed, match="unknown-entry"):
        world.run("a", lambda n: inline.send_inline(n, world.line, "0" * 64, PARTY_B))


def test_parts_that_hold_something_else_are_unopenable_and_no_delivery(world: Sites) -> None:
    """An author that seals rubbish has delivered nothing; its own seed does not help it."""
    world.drop_all.add("a")
    entry = world.flight("a", "b")
    world.settle()
    rubbish = split_inline(b"x" * 300, entry, PARTY_B)
    record = inline_record(rubbish[0])
    world.run("a", lambda n: write.record(n, n.line(world.line), parts.KIND, record, (entry,)))
    world.settle()
    assert world.kinds("a", "b").count("payload-unopenable") == 1
    for name in "ab":
        assert delivered(world, name, entry) == {}
    assert True not in world.state("a").proved.values()


def test_a_false_denial_is_refuted_by_the_seed(world: Sites) -> None:
    world.drop_all.add("a")
    entry = world.stop("a")
    world.settle()
    origin, index = world.state("b").positions[entry]
    record = about(origin.partition("/")[2], index, entry)
    world.run("b", lambda n: write.record(n, n.line(world.line), "payload-unopenable", record, (entry,)))
    world.settle()
    assert world.state("a").proved == {(entry, PARTY_B): True}
    assert set(delivered(world, "a", entry)) == {PARTY_B}


def test_the_seed_comes_from_the_key_of_the_payload(world: Sites) -> None:
    world.drop_all.add("a")
    entry = world.stop("a")
    world.settle()
    node, line = world.nodes["a"], world.state("a")
    seed = inline_keys.seed_of(node, line, entry, PARTY_B)
    assert seed is not None
    assert all(seed not in value for ns in ("inline", "missing") for value in node.store.side(ns).values())
    world.restart("a")
    assert inline_keys.seed_of(world.nodes["a"], world.state("a"), entry, PARTY_B) == seed
    world.restart("a", unlocked=False)
    assert inline_keys.seed_of(world.nodes["a"], world.state("a"), entry, PARTY_B) is None


def box_in_the_log(world: Sites, entry: str) -> bytes:
    """The sealed box that stands in the log of `a` for `b`."""
    sealed = join_inline(inline.parts_of(world.nodes["b"], world.state("b"), entry, party("a"), PARTY_B))
    assert sealed is not None
    return sealed


def openable(world: Sites, entry: str) -> list[bool]:
    """Of each key that `b` has for that box, whether it opens it."""
    found = []
    for key in inline_keys.secrets(world.nodes["b"], world.state("b"), entry):
        try:
            found.append(
                opens(unbox(box_in_the_log(world, entry), key, entry), header(world, entry).commitment)
            )
        except Malformed:
            found.append(False)
    return found


def card_box(world: Sites) -> str:
    return world.state("a").line.policy.cards[PARTY_B].box


def header(world: Sites, entry: str) -> Header:
    return holding.header_of(world.nodes["b"], world.state("b"), entry)


def test_the_box_in_the_log_opens_once(world: Sites) -> None:
    """`b` names a key for this payload alone and throws it away once it has opened the box (ADR 0010)."""
    world.drop_all.add("a")
    entry = world.flight("a", "b")
    world.pull("b", "a")
    (said,) = [one for one in records(world, "b") if one["entry"] == entry]
    assert said["box"] not in ("", card_box(world))
    assert len(list(inline_keys.secrets(world.nodes["b"], world.state("b"), entry))) == 2
    world.restart("b", unlocked=False)
    assert list(inline_keys.secrets(world.nodes["b"], world.state("b"), entry)) == []
    world.settle()
    world.step(inline.INLINE_AFTER_MS)
    world.settle()
    world.restart("b")
    assert openable(world, entry) == [True, False]
    world.settle()
    assert holding.said(world.nodes["b"], world.state("b"), entry).held == "held"
    assert openable(world, entry) == [False]
    assert set(delivered(world, "a", entry)) == {PARTY_B}


def test_what_was_erased_before_it_was_opened_stays_shut(world: Sites) -> None:
    """A locked addressee follows the author's erasure: the key for the box goes unused, and it denies nothing later."""
    world.drop_all.add("a")
    entry = world.flight("a", "b", hours=3)
    world.restart("b", unlocked=False)
    world.settle()
    world.step(inline.INLINE_AFTER_MS)
    world.settle()
    key = announced(world)
    assert len(key) == 1
    world.step(DAY)
    world.settle()
    assert world.run("a", lambda n: erase.erase(n, world.line, [entry])) == 1
    world.settle()
    assert inline_keys.seed_of(world.nodes["a"], world.state("a"), entry, PARTY_B) is None
    assert not key & announced(world)
    assert entry not in world.state("b").missing
    world.restart("b")
    world.settle()
    assert openable(world, entry) == [False]
    assert "payload-unopenable" not in world.kinds("a", "b")


def announced(world: Sites) -> set[str]:
    """Ids of the keys that `b` keeps and that are no payload's."""
    store = world.nodes["b"].store
    return store.key_ids() - store.payload_ids()


def records(world: Sites, name: str) -> list[dict[str, Any]]:
    """What `name` said of payloads that it lacked."""
    leaves = world.nodes[name].store.iter_leaves(f"{world.line}/{party(name)}/1")
    headers = [parse_leaf(leaf).header for leaf in leaves]
    return [one.record for one in headers if one.kind == "payload-missing"]


def test_a_payload_that_comes_after_all_takes_the_key_away(world: Sites) -> None:
    world.drop_all.add("a")
    entry = world.flight("a", "b")
    world.settle()
    assert len(list(inline_keys.secrets(world.nodes["b"], world.state("b"), entry))) == 2
    world.drop_all.clear()
    world.settle()
    assert len(list(inline_keys.secrets(world.nodes["b"], world.state("b"), entry))) == 1


def test_who_names_no_key_gets_the_box_for_the_one_on_its_card(world: Sites) -> None:
    """A peer that knows nothing of keys for one payload says only what it lacks."""
    world.drop_all.add("a")
    entry = world.flight("a", "b")
    line = world.state("a")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inline_keys, "announce", lambda node, entry: "")
        world.settle()
    assert inline_keys.box_for(world.nodes["a"], line, entry, PARTY_B).hex == card_box(world)
    world.step(inline.INLINE_AFTER_MS)
    world.settle()
    assert set(delivered(world, "a", entry)) == {PARTY_B}


def test_a_payload_of_many_parts(world: Sites) -> None:
    world.drop_all.add("a")
    body = flight_body(world.clock.now_ms())
    ring = [
        [
            334_800_000 + round(4e6 * math.sin(n / 50 * math.tau)),
            386_500_000 + round(4e6 * math.cos(n / 50 * math.tau)),
        ]
        for n in range(50)
    ]
    volume = body["volumes"][0] | {"outline": {"type": "polygon", "exterior": ring}}
    body["volumes"] = [volume] * 20
    entry = world.say("a", "activity.flight", body, to="b")
    world.settle()
    world.step(inline.INLINE_AFTER_MS)
    world.settle()
    assert world.kinds("b", "a").count("payload.inline") > 1
    assert set(delivered(world, "a", entry)) == {PARTY_B}
    assert relay.missing_from(world.nodes["b"], world.line, party("a")) == []


def test_parts_in_another_members_log_are_no_delivery(tmp_path: Path) -> None:
    """Only what the author itself logged counts, whoever seals what to whom."""
    world = Sites(tmp_path, "abc")
    world.drop_all.add("a")
    world.cut.add(frozenset("ab"))
    entry = world.flight("a", "b")
    world.settle()
    record = inline_record(split_inline(b"x" * 300, entry, PARTY_B)[0])
    world.cut.clear()
    world.run("c", lambda n: write.record(n, n.line(world.line), parts.KIND, record, (entry,)))
    world.settle()
    assert "payload-unopenable" not in world.kinds("a", "b")
    for name in "abc":
        assert delivered(world, name, entry) == {}
    world.step(inline.INLINE_AFTER_MS)
    world.settle()
    assert set(delivered(world, "c", entry)) == {PARTY_B}
