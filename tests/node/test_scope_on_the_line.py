"""An agreement's scope and disclosure between two nodes: refused at home, marked where it arrives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from node.pair import Sites, flight_body, signed_order
from steerclear.node import exports, opened
from steerclear.speech.kinds.agreement import NO_RECOGNITION

TERMS: dict[str, Any] = {"act": "ratify", "name": "memorandum", "parameters": {}, "clause": NO_RECOGNITION}
FAR_EAST = 60_000_000


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(
        tmp_path,
        parameters={
            "heartbeat_ms": 3_600_000,
            "degraded_after_ms": 14_400_000,
            "silent_after_ms": 86_400_000,
        },
    )


def ratify(world: Sites, **more: Any) -> None:
    for name in "ab":
        world.say(name, "agreement", {**TERMS, **more})
        world.settle()
    assert world.board("a").interim is False


def square(world: Sites) -> dict[str, Any]:
    volume = dict(flight_body(world.clock.now_ms())["volumes"][0])
    volume["outline"] = {"type": "circle", "centre": [334_800_000, 386_500_000], "radius_mm": 100_000_000}
    return volume | {"lower": "surface", "upper": "unlimited"}


def codes(made: Any) -> list[str]:
    return [] if isinstance(made, str) else [one.code for one in made]


def test_outside_the_scope_nothing_is_said_and_a_new_version_is_marked_at_both(world: Sites) -> None:
    before = world.flight("a", "b", east_e7=FAR_EAST)
    ratify(world, scope={"area": [square(world)], "forces": ["air forces"]})
    far = flight_body(world.clock.now_ms(), FAR_EAST)
    assert codes(world.try_say("a", "activity.flight", far, to="b")) == ["outside-scope"]
    flight = world.flight("a", "b")
    world.settle()
    assert "outside-scope" not in world.subject("b", before).marks, "said before there was an agreement"
    assert "outside-scope" not in world.subject("b", flight).marks
    world.say(
        "a", "amend", {"kind": "activity.flight", "notice": far}, refs=(flight,), supersedes=flight, to="b"
    )
    world.settle()
    for name in "ab":
        assert "outside-scope" in world.subject(name, flight).marks
    assert codes(world.stop("a")) == [], "life safety passes anywhere"


def evidence(world: Sites, entry: str, audience: str, **more: Any) -> Any:
    nonce = f"{audience}-{entry[:8]}-{len(more)}-{world.clock.now_ms()}"
    order = exports.Order(
        world.line, "evidence", world.clock.now_ms(), nonce, entries=(entry,), audience=audience, **more
    )
    return world.run("a", lambda n: exports.evidence(n, signed_order("a", order)))


def test_what_was_said_under_an_agreement_goes_no_farther_than_it_lets_it(world: Sites) -> None:
    early = world.flight("a", "b")
    ratify(world, disclosure="bilateral")
    late = world.flight("a", "b", hours=60)
    world.settle()
    assert codes(evidence(world, late, "inquiry")) == ["beyond-disclosure"]
    assert isinstance(evidence(world, late, "members"), dict)
    assert isinstance(evidence(world, early, "public"), dict), "said before anything was agreed"
    world.say("a", "agreement", {"act": "suspend", "categories": ["visits"], "reason": "x", "terms": "y"})
    world.settle()
    assert codes(evidence(world, late, "inquiry")) == ["beyond-disclosure"], "suspending opens nothing"
    rows = world.run("b", lambda n: opened.rows(n, world.state("b"), "", 50))
    assert sorted(((row.audience, row.marks) for row in rows), reverse=True) == [
        ("public", ("beyond-disclosure",)),
        ("members", ()),
    ], "the other side cannot know which entries went, and sees how far they did"


def test_an_inquiry_and_everybody(world: Sites) -> None:
    ratify(world, disclosure="inquiry")
    entry = world.flight("a", "b")
    world.settle()
    assert isinstance(evidence(world, entry, "inquiry"), dict)
    assert codes(evidence(world, entry, "public")) == ["beyond-disclosure"]
    for name in "ab":
        world.say(name, "agreement", {**TERMS, "version": 2, "disclosure": "open"})
        world.settle()
    other = world.flight("a", "b", hours=70)
    world.settle()
    assert isinstance(evidence(world, other, "public"), dict)
    assert codes(evidence(world, entry, "public")) == ["beyond-disclosure"], (
        "each by what held when it was said"
    )
