"""The fleet at home, what movers are held against, and what rings of it: nothing of it becomes an entry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.pair import HOUR, Sites, flight_body
from steerclear.errors import Malformed
from steerclear.judgement.conformance.judge import key_of, look
from steerclear.judgement.conformance.rows import Standing, Uncoordinated
from steerclear.judgement.separation.life import Lives, Look, Seen, rules_of, step
from steerclear.node import conforming, conforming_rows, lock
from steerclear.node.mover_state import OwnMover, Plan
from steerclear.procedure.subject import Alarm
from steerclear.speech.kinds.agreement import NO_RECOGNITION
from steerclear.speech.parameters import Parameters
from support.movers import OTHER, OWN

RULES = rules_of(Parameters())


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "ab")


def flown(world: Sites, name: str = "a", **more: Any) -> str:
    body = flight_body(world.clock.now_ms(), hours=1) | {"transponder": "on"} | more
    return world.say(name, "activity.flight", body, to="b" if name == "a" else "a")


def assign(world: Sites, *rows: OwnMover) -> None:
    world.run("a", lambda n: conforming.assign(n, world.line, rows))


def plan(world: Sites) -> Plan:
    made: Plan = world.run("a", lambda n: conforming.plan(n, world.line))
    return made


def found(
    world: Sites, *standings: Standing, seconds: int = 3, inside: tuple[Uncoordinated, ...] = ()
) -> None:
    """So many seconds of these, one after the other, as the runtime would bring them."""
    lives: Lives[Standing] = Lives()
    undeclared: Lives[Uncoordinated] = Lives()
    seen = tuple(Seen((OTHER, "", one.area), "caution", 0, one) for one in inside)
    for _ in range(seconds):
        world.step(1_000)
        now = world.clock.now_ms()
        lives, _ = step(lives, look(standings, now), RULES)
        undeclared, _ = step(undeclared, Look(now, seen, frozenset({OTHER})), RULES)
    world.run("a", lambda n: conforming.take(n, world.line, standings, lives, undeclared, Lives()))
    world.settle()


def rings(world: Sites, name: str, rule: str) -> list[Alarm]:
    return [one for one in world.board(name).alarms if one.rule == rule]


def test_what_a_mover_is_held_against_follows_its_notice(world: Sites) -> None:
    notice = flown(world)
    assign(world, OwnMover(OWN, notice, True))
    (declared,) = plan(world).declared
    assert (declared.notice, declared.ident, declared.transmits, len(declared.volumes)) == (
        notice,
        OWN,
        True,
        1,
    )
    assert plan(world) is plan(world), "the same value until something moved"
    before = plan(world)
    amended = flight_body(world.clock.now_ms(), hours=3) | {"transponder": "off"}
    world.say(
        "a",
        "amend",
        {"kind": "activity.flight", "notice": amended},
        to="b",
        refs=(notice,),
        supersedes=notice,
    )
    world.settle()
    (later,) = plan(world).declared
    assert later.notice == notice and not later.transmits and plan(world) is not before
    assert later.volumes[0].start_ms > declared.volumes[0].start_ms  # type: ignore[union-attr]
    world.say("a", "complete", {"outcome": "as_planned"}, to="b", refs=(notice,))
    world.settle()
    assert plan(world).declared == (), "completed: nothing is overdue"


def test_a_corridor_of_its_notice_says_where_a_mover_turns(world: Sites) -> None:
    now = world.clock.now_ms()
    body = flight_body(now, hours=1)
    line = [[334_800_000, 386_500_000], [334_800_000, 387_500_000], [335_800_000, 387_500_000]]
    corridor = body["volumes"][0] | {
        "outline": {"type": "corridor", "line": line, "half_width_mm": 5_000_000}
    }
    notice = flown(world, volumes=[*body["volumes"], corridor])
    assign(world, OwnMover(OWN, notice), OwnMover(OTHER))
    lines = plan(world).lines
    assert list(lines) == [OWN] and len(lines[OWN]) == 1, "a circle does not say it"
    (found,) = lines[OWN]
    assert [list(point) for point in found.points] == line and found.half_width_mm == 5_000_000
    assert (found.start_ms, found.end_ms) == (now + HOUR, now + 3 * HOUR)


def test_an_expired_notice_that_nobody_completed_is_still_looked_at(world: Sites) -> None:
    notice = flown(world)
    assign(world, OwnMover(OWN, notice))
    world.step(4 * HOUR)
    world.settle()
    assert world.subject("a", notice).life == "expired"
    assert [one.notice for one in plan(world).declared] == [notice]


@pytest.mark.parametrize(
    ("whose", "code"), [("b", "not-an-own-notice"), ("stop", "not-an-own-notice"), ("", "unknown-entry")]
)
def test_only_an_own_notice_of_something_that_moves(world: Sites, whose: str, code: str) -> None:
    entry = {"b": lambda: flown(world, "b"), "stop": lambda: world.stop("a"), "": lambda: "ab" * 32}[whose]()
    world.settle()
    with pytest.raises(Malformed, match=code):
        assign(world, OwnMover(OWN, entry))
    assert plan(world).fleet == {}, "and nothing of it was taken"
    assign(world, OwnMover(OWN, flown(world)))
    assert list(plan(world).fleet) == [OWN]


def test_the_fleet_is_kept_sealed_goes_with_the_lock_and_comes_back(world: Sites) -> None:
    assign(world, OwnMover(OWN, flown(world), True))
    stored = world.nodes["a"].store.side(f"fleet/{world.line}")
    assert len(stored) == 1 and all(OWN.encode() not in value for value in stored.values())
    assert all(OWN not in key and OWN[5:] not in key for key in stored), (
        "nor is it the name that it is kept by"
    )
    assign(world, OwnMover(OWN, "", True))
    assert list(world.nodes["a"].store.side(f"fleet/{world.line}")) == list(stored), "one row a mover"
    world.restart("a")
    assert plan(world).fleet[OWN].manned is True
    node, opened = world.nodes["a"], world.nodes["a"].vault
    lock.lock(node)
    assert world.state("a").movers.fleet == {}
    lock.unlock(node, opened)
    assert list(plan(world).fleet) == [OWN]
    world.run("a", lambda n: conforming.remove(n, world.line, OWN))
    assert plan(world).fleet == {} == world.nodes["a"].store.side(f"fleet/{world.line}")
    with pytest.raises(Malformed, match="unknown-mover"):
        world.run("a", lambda n: conforming.remove(n, world.line, OWN))


@pytest.mark.parametrize(
    ("state", "more"),
    [
        ("leaving", {"in_ms": 40_000}),
        ("out", {"beyond_mm": 900_000, "reason": "place"}),
        ("overdue", {"since_ms": 1_466_000_000_000}),
        ("not-transmitting", {"since_ms": 1_466_000_000_000}),
    ],
)
def test_each_rings_at_home_alone_and_is_no_entry(world: Sites, state: Any, more: dict[str, Any]) -> None:
    notice = flown(world)
    assign(world, OwnMover(OWN, notice))
    world.settle()
    size = world.state("a").own_log.size
    one = Standing(notice, OWN, state, **more)
    found(world, one, seconds=1)
    assert rings(world, "a", "conformance") == [], "one look calls nobody"
    found(world, one)
    (ring,) = rings(world, "a", "conformance")
    assert ring.step == state and ring.subject == notice and OWN in ring.text
    assert ("surely out in 40 s, and maybe before" in ring.text) == (state == "leaving")
    assert rings(world, "b", "conformance") == [] and world.state("a").own_log.size == size
    shown = conforming_rows.rows(world.nodes["a"], world.line).movers
    assert [(row.ident, row.state, row.ringing) for row in shown] == [(OWN, state, True)]
    assert conforming_rows.rows(world.nodes["a"], world.line).judged_ms is not None, (
        "as of when its figures are"
    )
    found(world, Standing(notice, OWN, "inside"))
    assert rings(world, "a", "conformance") == []
    assert not conforming_rows.rows(world.nodes["a"], world.line).movers[0].ringing
    assert key_of(one) not in world.state("a").movers.departed


def test_undeclared_movers_are_counted_presumed_civil_and_named_nowhere(world: Sites) -> None:
    area = "a7" * 32
    size = world.state("a").own_log.size
    rows = tuple(
        Uncoordinated(area, 400_000_000, 190_000_000, 50_000, None, None, world.clock.now_ms()) for _ in "1"
    )
    found(world, inside=rows)
    (ring,) = rings(world, "a", "uncoordinated")
    assert "presume civil" in ring.text and OTHER not in ring.text + ring.action + ring.consequence
    shown = conforming_rows.rows(world.nodes["a"], world.line)
    told = msgspec.json.encode(shown).decode()
    assert shown.uncoordinated_count == 1 and '"presume":"presume civil"' in told
    assert OTHER not in told and "icao" not in told and "class" not in told
    assert world.state("a").own_log.size == size and rings(world, "b", "uncoordinated") == [], (
        "never an entry"
    )
    found(world)
    assert rings(world, "a", "uncoordinated") == []


def test_areas_count_when_the_agreement_names_them(world: Sites) -> None:
    start = world.clock.now_ms()
    volume = flight_body(start, hours=0)["volumes"][0] | {"end": "2016-12-01T00:00:00Z"}
    area = {"area": "special_caution", "precision": "exact", "volumes": [volume]}
    entry = world.say("a", "area.declare", area, to="b", two=True)
    flown(world, "b")
    world.settle()
    assert plan(world).areas == () == plan(world).volumes, "declared by one is not agreed"
    terms = {
        "act": "ratify", "name": "Arrangement", "text_hash": "ab" * 32, "areas": [entry], "parameters": {},
        "clause": NO_RECOGNITION,
    }  # fmt: skip
    said = world.say("a", "agreement", terms, to="b", two=True)
    world.settle()
    world.say("b", "agreement", terms, to="a", two=True, refs=(said,))
    world.settle()
    assert [one.entry for one in plan(world).areas] == [entry] and len(plan(world).volumes) == 1
