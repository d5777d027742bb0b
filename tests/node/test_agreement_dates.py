"""An agreement by its dates and over its genesis: each node runs on its numbers from the instant it begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from node.pair import Sites, party
from node.test_cooling import declared, kept, note
from steerclear.app import links
from steerclear.errors import Malformed
from steerclear.node import relay, tick
from steerclear.node.lines import found
from steerclear.procedure.observed import observed
from steerclear.speech.kinds.agreement import NO_RECOGNITION
from steerclear.units import format_time

HOUR = 3_600_000
KM = 1_000_000
QUIET = {"heartbeat_ms": HOUR, "degraded_after_ms": 4 * HOUR, "silent_after_ms": 24 * HOUR}
LOUD = {"heartbeat_ms": 2 * HOUR, "degraded_after_ms": 3 * HOUR, "silent_after_ms": 12 * HOUR}


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, parameters=QUIET)


def ratify(world: Sites, begins: int, ends: int, **numbers: Any) -> None:
    """The same terms by both, in force `begins` to `ends` ms from now."""
    now = world.clock.now_ms()
    body = {
        "act": "ratify",
        "name": "memorandum",
        "clause": NO_RECOGNITION,
        "parameters": numbers,
        "in_force_from": format_time(now + begins),
        "until": format_time(now + ends),
    }
    for name in "ab":
        world.say(name, "agreement", body)
        world.settle()


def verdicts(world: Sites) -> list[list[str]]:
    return [[row.judgement.verdict for row in world.board(name).conflicts] for name in "ab"]


def later(world: Sites, ms: int) -> None:
    """Time passes at both, and nothing comes."""
    world.step(ms)
    world.tick()


def test_plans_are_judged_again_when_the_date_comes_and_when_it_is_over(world: Sites) -> None:
    apart = {"a": "fixed_wing", "b": "fixed_wing", "horizontal_mm": 50 * KM}
    world.flight("a", "b")
    world.flight("b", "a", east_e7=5_000_000)  # 46 km east: 26 km between the two circles
    ratify(world, HOUR, 3 * HOUR, minima=[apart])
    assert verdicts(world) == [[], []], "signed by both, and not in force"
    begins = min(tick.next_due(world.nodes[name]) or 0 for name in "ab")
    assert begins <= world.clock.now_ms() + HOUR, "each node wakes for it"
    later(world, HOUR)
    assert verdicts(world) == [["conflict"]] * 2
    later(world, 2 * HOUR)
    assert verdicts(world) == [[], []]


def test_heartbeats_and_silence_go_by_the_numbers_of_the_day(world: Sites) -> None:
    ratify(world, HOUR, 90 * HOUR, **LOUD)
    node, line = world.nodes["a"], world.state("a")

    def every() -> int:
        [peer] = links.peers_of(node)
        due = links.beat_due_ms(links.Link(peer, None, beat_ms=0))  # type: ignore[arg-type]
        assert due == peer.heartbeat_ms
        return peer.heartbeat_ms

    assert every() == HOUR
    later(world, HOUR)
    assert every() == 2 * HOUR
    heard = line.peer(party("b")).heard
    later(world, 11 * HOUR)
    assert observed(heard, line.genesis_parameters, world.clock.now_ms()) == "degraded"
    assert world.state("a").silent == {party("b")}, "twelve hours are silence now"
    world.run("a", lambda n: relay.heard(n, world.line, party("b"), world.clock.now_ms(), b"", {}, 5))
    assert line.peer(party("b")).heard.restored_ms == world.clock.now_ms()
    later(world, 90 * HOUR)
    assert every() == HOUR, "and the agreement is over"


def test_an_area_cools_for_as_long_as_the_agreement_of_the_day_says(world: Sites) -> None:
    ratify(world, HOUR, 90 * HOUR, cooldown_ms=5 * HOUR, cooldown_random_ms=0)

    def drawn() -> int:
        entry = declared(world)
        assert note(world, entry, "release_asked") == []
        return kept(world, entry).drawn_ms or 0

    assert drawn() >= 72 * HOUR
    later(world, HOUR)
    assert drawn() == 5 * HOUR


def test_what_does_not_hold_together_over_the_genesis_is_refused_before_anybody_signs(world: Sites) -> None:
    """Else both would ratify it, and the checks would run on without it."""

    def tried(silent_ms: int) -> Any:
        numbers = {"silent_after_ms": silent_ms}
        body = {"act": "ratify", "name": "memorandum", "clause": NO_RECOGNITION, "parameters": numbers}
        return world.try_say("a", "agreement", body)

    early = QUIET["degraded_after_ms"] - 1
    assert [(one.code, one.field) for one in tried(early)] == [
        ("silent-before-degraded", "body.parameters.silent_after_ms")
    ]
    assert isinstance(tried(QUIET["degraded_after_ms"]), str)


def test_a_figure_that_no_conduct_rule_reads_is_refused_before_anybody_signs(world: Sites) -> None:
    def tried(rule: str, kind: str = "agreement", **figures: int) -> Any:
        numbers = {"conduct": [{"rule": rule, **figures}]}
        body: dict[str, Any] = {"act": "ratify", "name": "memorandum", "clause": NO_RECOGNITION}
        if kind == "provision":
            body = {"number": "4", "text": "Figures of conduct.", "position": "open"}
        return world.try_say("a", kind, {**body, "parameters": numbers}, to="b")

    for kind in ("agreement", "provision"):
        assert [(one.code, one.field) for one in tried("bands.near", kind, horizontal_mm=1)] == [
            ("conduct-rule-unknown", "body.parameters.conduct[0].rule")
        ]
        assert [(one.code, one.field) for one in tried("bands.near-miss", kind, after_ms=1)] == [
            ("conduct-figure-unread", "body.parameters.conduct[0].after_ms")
        ]
        assert isinstance(tried("bands.near-miss", kind, horizontal_mm=1), str)
    with pytest.raises(Malformed, match="conduct-rule-unknown"):
        found([], [], template="interim", parameters={"conduct": [{"rule": "x"}]}, exercise=True, nonce="00")
