"""Members come and go by policy versions (record.md, How a line begins); three and more on one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import Sites, card_of, party, roots
from steerclear.errors import Malformed
from steerclear.node import holding, lines, membership, relay
from steerclear.record.card import merge_signatures, sign_text


def version(world: Sites, by: str, members: str, *, new: str = "", signed_by: str | None = None) -> bytes:
    """A signed policy version with these members."""
    text = membership.propose(
        world.nodes[by], world.line, [party(one) for one in members], [card_of(one) for one in new]
    )
    signers = signed_by if signed_by is not None else members.replace(new, "") if new else members
    return merge_signatures([sign_text(text, roots(one)) for one in signers])


def log_everywhere(world: Sites, note: bytes, names: str) -> None:
    for name in names:
        world.run(name, lambda n, k=name: membership.log_policy(n, world.line, note, roots(k)))


def join(world: Sites, name: str, notes: list[bytes]) -> None:
    world.add_node(name)
    world.run(name, lambda n: membership.accede(n, world.genesis, notes, roots(name)))
    world.enrol(name)


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "ab")


def test_a_third_and_a_fourth_member(world: Sites) -> None:
    early = world.flight("a", "b")
    world.settle()
    second = version(world, "a", "abc", new="c")
    log_everywhere(world, second, "ab")
    join(world, "c", [second])
    world.settle()
    for name in "ab":
        world.introduce(name, "c")
        world.introduce("c", name)
    world.settle()
    said = holding.said(world.nodes["c"], world.state("c"), early)
    assert said.held == "not_addressed"
    assert said.body is None
    assert relay.serve_payload(world.nodes["a"], world.line, early, party("c")) is None
    late = world.flight("a", "bc", east_e7=9_000_000)
    world.settle()
    assert set(holding.said(world.nodes["a"], world.state("a"), late).delivered) == {party("b"), party("c")}
    assert holding.said(world.nodes["c"], world.state("c"), late).held == "held"
    third = version(world, "b", "abcd", new="d", signed_by="abc")
    log_everywhere(world, third, "abc")
    join(world, "d", [second, third])
    world.settle()
    stop = world.stop("d")
    world.settle()
    for name in "abc":
        assert world.subject(name, stop).stop.state == "raised"
    assert {row.party for row in world.subject("d", stop).addressees if row.state == "delivered"} == {
        party(one) for one in "abc"
    }
    for name in "abcd":
        before = world.board(name)
        world.restart(name)
        assert world.board(name).notices == before.notices
        assert world.state(name).members == tuple(sorted(party(one) for one in "abcd"))


def test_without_the_quorum_nobody_comes_in(world: Sites) -> None:
    note = version(world, "a", "abc", new="c", signed_by="a")
    with pytest.raises(Malformed, match="no-quorum"):
        world.run("a", lambda n: membership.log_policy(n, world.line, note, roots("a")))
    world.add_node("c")
    with pytest.raises(Malformed, match="no-quorum"):
        world.run("c", lambda n: membership.accede(n, world.genesis, [note], roots("c")))
    assert world.nodes["c"].lines == {}
    with pytest.raises(Malformed, match="not-a-founder"):
        world.run("c", lambda n: lines.join(n, world.genesis))


def test_a_version_without_us_is_no_invitation(world: Sites) -> None:
    note = version(world, "a", "abc", new="c")
    world.add_node("d")
    with pytest.raises(Malformed, match="not-invited"):
        world.run("d", lambda n: membership.accede(n, world.genesis, [note], roots("d")))
    world.add_node("c")
    with pytest.raises(Malformed, match="unknown-key"):
        world.run("c", lambda n: membership.accede(n, world.genesis, [note], roots("d")))
    world.run("c", lambda n: membership.accede(n, world.genesis, [note], roots("c")))
    with pytest.raises(Malformed, match="known-line"):
        world.run("c", lambda n: membership.accede(n, world.genesis, [note], roots("c")))


def test_two_thirds_let_one_who_dislikes_a_newcomer_leave_but_not_block(tmp_path: Path) -> None:
    world = Sites(tmp_path, "abc", quorum="two_thirds")
    note = version(world, "a", "abcd", new="d", signed_by="ab")
    log_everywhere(world, note, "ab")
    join(world, "d", [note])
    world.settle()
    entry = world.stop("d", to="ab")
    world.settle()
    assert world.subject("a", entry).stop.state == "raised"
    assert party("d") not in world.state("c").members
    gone = version(world, "a", "abd", signed_by="abd")
    log_everywhere(world, gone, "abd")
    world.settle()
    assert party("c") not in world.state("a").members


def test_who_left_says_nothing_more_but_life_safety(tmp_path: Path) -> None:
    world = Sites(tmp_path, "abc")
    note = version(world, "a", "ab", signed_by="abc")
    log_everywhere(world, note, "abc")
    world.settle()
    refused = world.try_say("c", "activity.flight", {}, to="ab")
    assert isinstance(refused, list)
    assert world.state("a").others == (party("b"),)
    world.step(3_600_001)
    world.settle()
    assert "line.check" not in world.kinds("c", "c"), "the machine does not speak where it is no member"
    entry = world.flight("a", "b")
    world.settle()
    assert set(holding.said(world.nodes["a"], world.state("a"), entry).delivered) == {party("b")}
    for name in "abc":
        assert world.state(name).invalid == []
