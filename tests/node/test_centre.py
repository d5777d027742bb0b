"""A centre: newcomers and who dislikes them, accession, the chair, and nobody opens what was not addressed to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from node.pair import Sites, party
from node.test_membership import join, log_everywhere, version
from steerclear.node import desk, folds, holding, queries, talks

TERMS: dict[str, Any] = {
    "name": "centre",
    "version": 1,
    "parameters": {"minima": [{"horizontal_mm": 50_000_000}]},
    "articles": [{"number": "1", "text": "The members convene in turn."}],
}


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "abc", quorum="two_thirds")


def with_newcomer(world: Sites, signed_by: str = "ab") -> None:
    """`d` comes; `signed_by` sign and log, and introduce themselves."""
    note = version(world, signed_by[0], "abcd", new="d", signed_by=signed_by)
    log_everywhere(world, note, signed_by)
    join(world, "d", [note])
    world.settle()
    for name in signed_by:
        world.introduce(name, "d")
        world.introduce("d", name)
    world.settle()


def ratified(world: Sites, names: str = "abc", **more: Any) -> str:
    """The agreement in force; the id of the first ratification."""
    said = [world.say(name, "agreement", {"act": "ratify", **TERMS, **more}) for name in names]
    world.settle()
    return said[0]


def view(world: Sites, name: str) -> Any:
    return folds.line_view(world.nodes[name], world.state(name))


def test_one_who_does_not_introduce_itself_holds_up_what_is_said_to_it_and_nothing_else(world: Sites) -> None:
    with_newcomer(world)
    entry = world.flight("d", "ab")
    world.settle()
    assert set(holding.said(world.nodes["d"], world.state("d"), entry).delivered) == {party("a"), party("b")}
    refused = world.try_say("d", "activity.flight", {}, to="ac")
    assert isinstance(refused, list) and "line-unauthenticated" in {one.code for one in refused}
    assert view(world, "d").unauthenticated, "said on every screen"
    assert isinstance(world.say("d", "meeting", {"act": "propose", "form": "scheduled"}, to="ab"), str)


def test_among_strangers_alone_nothing_but_life_safety_passes(tmp_path: Path) -> None:
    world = Sites(tmp_path, "abc", introduce=False)
    for kind, body, to in (("activity.flight", {}, "b"), ("agreement", {"act": "ratify", **TERMS}, None)):
        refused = world.try_say("a", kind, body, to=to)
        assert isinstance(refused, list) and "line-unauthenticated" in {one.code for one in refused}
    world.stop("a")
    world.introduce("a", "b")
    world.introduce("b", "a")
    world.settle()
    world.say("a", "agreement", {"act": "ratify", **TERMS})


def test_a_newcomer_accedes_and_every_node_judges_by_the_same_terms(world: Sites) -> None:
    first = ratified(world)
    with_newcomer(world)
    assert view(world, "a").agreement.not_bound == (party("d"),) and not view(world, "a").interim
    assert (
        view(world, "d").interim
        and holding.said(world.nodes["d"], world.state("d"), first).held == "not_addressed"
    )
    world.say("d", "agreement", {"act": "accede", **TERMS}, refs=(first,))
    world.settle()
    terms = {view(world, name).agreement.hash for name in "abd"}
    assert len(terms) == 1 and not view(world, "d").interim
    world.flight("a", "bd")
    world.flight("d", "ab", east_e7=3_000_000)
    world.settle()
    for name in "abd":
        rows = queries.conflicts_of(world.nodes[name], world.line)
        assert [(row.judgement.verdict, row.judgement.agreement) for row in rows] == [("conflict", *terms)], (
            name
        )
    for name in "abd":
        before = world.board(name)
        world.restart(name)
        assert world.board(name).notices == before.notices and view(world, name).agreement.hash in terms


def test_the_terms_stand_on_no_judgement_before_all_have_ratified(world: Sites) -> None:
    for name in "ab":
        world.say(name, "agreement", {"act": "ratify", **TERMS})
    world.flight("a", "bc")
    world.flight("b", "ac", east_e7=3_000_000)
    world.settle()
    assert queries.conflicts_of(world.nodes["a"], world.line) == []
    world.say("c", "agreement", {"act": "ratify", **TERMS})
    world.settle()
    (row,) = queries.conflicts_of(world.nodes["a"], world.line)
    assert row.judgement.agreement == view(world, "a").agreement.hash
    world.say("b", "agreement", {"act": "suspend", "categories": ["visits"], "reason": "x", "terms": "y"})
    world.settle()
    assert queries.conflicts_of(world.nodes["a"], world.line) == []


def test_only_in_its_turn_does_a_party_convene_as_chair(world: Sites) -> None:
    order = [party("b"), party("a"), party("c")]
    ratified(world, chair={"first": "2016-06-16T00:00:00Z", "days": 10, "order": order})
    body = {"act": "propose", "form": "scheduled", "as_chair": True}
    refused = world.try_say("a", "meeting", body, to="bc")
    assert isinstance(refused, list) and [one.code for one in refused] == ["not-the-chair"]
    entry = world.say("b", "meeting", body, to="ac")
    world.settle()
    found = world.subject("a", entry).meeting
    assert found is not None and found.as_chair and found.chair == party("b")
    world.step(10 * 86_400_000)
    world.settle()
    assert isinstance(world.try_say("a", "meeting", body, to="bc"), str)
    facts = desk.line_facts(world.nodes["a"], world.state("a"), "meeting", (), world.clock.now_ms())
    assert facts.chair == party("a")


def test_talks_and_review_show_own_and_heard_and_nothing_that_was_not_addressed(world: Sites) -> None:
    meeting = world.say("a", "meeting", {"act": "propose", "form": "scheduled", "round": 1}, to="b")
    world.say("a", "provision", {"number": "1", "text": "x", "position": "open"}, to="b")
    world.settle()
    world.say("b", "meeting", {"act": "held"}, to="a", refs=(meeting,))
    world.settle()
    found = talks.talks(world.nodes["b"], world.line)
    assert [one.meeting.state for one in found.meetings if one.meeting] == ["held"] and len(
        found.provisions
    ) == 1
    assert found.standing and found.interim
    outside = talks.talks(world.nodes["c"], world.line)
    assert (
        [one.meeting for one in outside.meetings] == [None] == [one.provision for one in outside.provisions]
    )
    told = talks.reviewed(world.nodes["a"], world.line)
    assert [row.state for row in told.meetings] == ["held"] and told.provisions[0].number == "1"
    by = {row.party: row.said for row in told.parties}
    assert (
        by[party("a")]["meeting"] == 1 and by[party("b")]["meeting"] == 1 and by[party("a")]["provision"] == 1
    )
    early = talks.reviewed(world.nodes["a"], world.line, 1, 2)
    assert early.meetings == () and all(row.said == {} for row in early.parties)
