"""An exercise period that the agreement opens on a real line: what is REAL keeps its own alarms and ratios."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from node.pair import HOUR, START, Sites, card_of, party
from steerclear.clock import SteppedClock
from steerclear.node import queries
from steerclear.procedure.flood import Ratio
from steerclear.record.card import parse_card
from steerclear.units import format_time

FLOOD = 7


class HostClock(SteppedClock):
    """The host's clock, as a node on a real line asks for it; moved by the test."""

    simulated = False


def real_line(folder: Path) -> Sites:
    """A real line of two that know each other."""
    made = Sites(folder, exercise=False, introduce=False, clock=HostClock(START))
    for one, other in ("ab", "ba"):
        card = sha256(parse_card(card_of(other)).text).hexdigest()
        made.say(one, "introduce", {"peer": party(other), "card": card, "same": True}, mode="REAL")
    made.settle()
    return made


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    """A real line of two with an exercise period open now."""
    made = real_line(tmp_path)
    period = {"start": format_time(START - HOUR), "end": format_time(START + HOUR)}
    terms = {"act": "ratify", "name": "Memorandum", "exercise_periods": [period]}
    for name, other in ("ab", "ba"):
        made.say(name, "agreement", terms, to=other, mode="REAL", two=True)
    made.settle()
    assert made.run("a", lambda n: queries.line(n, made.line)).exercise_open
    return made


def alarms(world: Sites) -> tuple[list[str], dict[str, set[str]]]:
    """Texts of the floods at b, and the rules that ring there for each subject."""
    rings = world.board("b").alarms
    rules: dict[str, set[str]] = {}
    for ring in rings:
        rules.setdefault(ring.subject, set()).add(ring.rule)
    return [ring.text for ring in rings if ring.rule == "flood"], rules


def test_a_flood_of_the_exercise_leaves_a_real_stop_ringing(world: Sites) -> None:
    played = [world.stop("a", mode="EXERCISE") for _ in range(FLOOD - 1)]
    real = world.stop("a", mode="REAL")
    world.settle()
    floods, rules = alarms(world)
    assert floods == [] and all("new-life-safety" in rules[one] for one in (*played, real)), "six and one"
    played.append(world.stop("a", mode="EXERCISE"))
    world.settle()
    floods, rules = alarms(world)
    assert len(floods) == 1 and f"{FLOOD} EXERCISE" in floods[0]
    assert rules[real] >= {"new-life-safety", "no-play"}
    assert [rules[one] for one in played if one in rules] == [{"flood"}], "one alarm for all of them"


def test_a_flood_of_real_stops_leaves_the_exercise_alone(world: Sites) -> None:
    played = world.stop("a", mode="EXERCISE")
    for _ in range(FLOOD):
        world.stop("a", mode="REAL")
    world.settle()
    floods, rules = alarms(world)
    assert len(floods) == 1 and f"{FLOOD} REAL" in floods[0]
    assert "new-life-safety" in rules[played]


def test_the_audit_tells_the_ratio_of_each_mode(world: Sites) -> None:
    stops = [world.stop("a", mode=mode) for mode in ("REAL", "EXERCISE", "EXERCISE")]
    world.settle()
    reply = {"answer": "NOT_LIFE_SAFETY", "reason": "drill"}
    world.say("b", "reply", reply, refs=(stops[1],), to="a", mode="EXERCISE", life_safety=True)
    refused = world.try_say("b", "reply", reply, refs=(stops[0],), to="a", mode="EXERCISE", life_safety=True)
    assert isinstance(refused, list) and "mode-differs" in {one.code for one in refused}
    world.settle()
    ratios = world.run("a", lambda n: queries.audit(n, world.line)).ratios
    assert ratios == (Ratio(party("a"), "EXERCISE", 1, 2), Ratio(party("a"), "REAL", 0, 1))
