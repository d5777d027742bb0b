"""Where people are, on nodes: to the named rescuer alone, read there by an officer and logged; in no query, board, kit;
and the broad area as it is judged. Unanswered warnings and one-sided reports across subjects, and over a restart."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.pair import HOUR, Sites, flight_body, party, signed_order
from steerclear.errors import Refused
from steerclear.node import conflicts, exports, lock, queries, rescue
from steerclear.units import format_time

A, B, C = party("a"), party("b"), party("c")
SECRET = (b"414141414", b"41.4141414", b"214141414")
OFFICER = ("watch_officer",)
_NONCES = count(1)


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "abc")


def area(world: Sites, east_e7: int = 0, hours: int = 6) -> list[dict[str, Any]]:
    now = world.clock.now_ms()
    outline = {"type": "circle", "centre": [414_000_000, 214_000_000 + east_e7], "radius_mm": 15_000_000}
    when = {"start": format_time(now), "end": format_time(now + hours * HOUR)}
    return [{"outline": outline, "lower": "surface", "upper": "unlimited", **when}]


def asked(world: Sites, rescuer: str = B, to: str = "bc", **more: Any) -> str:
    body = {"help": "search_and_rescue", "volumes": area(world), "rescuer": rescuer, **more}
    entry = world.say("a", "assist", body, to=to, life_safety=True)
    world.settle()
    return entry


def passed(world: Sites, entry: str, **more: Any) -> str | list[Refused]:
    points = [{"form": "wgs84", "lat_e7": 414_141_414, "lon_e7": 214_141_414}]
    given = {"to": "b", "two": True, "life_safety": True, **more}
    done = world.try_say("a", "assist.position", {"positions": points}, refs=(entry,), **given)
    world.settle()
    return done


def read(world: Sites, name: str, entry: str, roles: tuple[str, ...] = OFFICER) -> Any:
    return world.run(name, lambda n: rescue.read(n, world.line, entry, roles))


def test_the_rescuer_s_officer_reads_it_and_that_it_was_read_stands_in_the_log(world: Sites) -> None:
    position = passed(world, asked(world))
    assert isinstance(position, str)
    found = read(world, "b", position)
    assert found.body["positions"][0]["lat_e7"] == 414_141_414 and found.author == A
    world.settle()
    assert "opened" in world.kinds("a", "b"), "whoever passed it on sees that it was read"
    assert read(world, "a", position).id == position, "its author may look at what it passed on"


def test_nobody_else_reads_it(world: Sites) -> None:
    position = passed(world, asked(world))
    assert isinstance(position, str)
    assert [one.code for one in read(world, "c", position)] == ["not-the-rescuer"]
    assert [one.code for one in read(world, "b", position, ("linguist", "administrator"))] == [
        "role-may-not-read"
    ]
    assert [one.code for one in read(world, "b", asked(world))] == ["not-a-position"]
    world.run("b", lambda n: lock.lock(n))
    assert [one.code for one in read(world, "b", position)] == ["not-held"]
    assert "opened" not in world.kinds("a", "b") + world.kinds("a", "c"), "nothing was read"


def test_no_query_board_or_kit_shows_it(world: Sites) -> None:
    entry = asked(world)
    position = passed(world, entry)
    assert isinstance(position, str)
    for name in "abc":
        node = world.nodes[name]
        shown: list[Any] = [
            queries.board(node, world.line),
            queries.subject(node, world.line, entry),
            queries.entries(node, world.line),
            queries.open_now(node, world.line),
            queries.audit(node, world.line),
            queries.conflicts_of(node, world.line),
            queries.entry(node, world.line, position),
        ]
        told = b"".join(msgspec.json.encode(one) for one in shown)
        assert position.encode() in told and not [one for one in SECRET if one in told]
    view = queries.entry(world.nodes["b"], world.line, position)
    assert (view.payload, view.salt, view.row.held) == (None, "", "held")
    world.step(HOUR)
    world.settle()
    order = exports.Order(
        world.line, "evidence", world.clock.now_ms(), f"kit-{next(_NONCES)}", entries=(entry, position),
        delivered_to=((position, B),), safety_accounts=True,
    )  # fmt: skip
    for name in "ab":
        made = world.run(name, lambda n, by=name: exports.evidence(n, signed_order(by, order)))
        assert isinstance(made, dict), made
        files = b"".join(made.values())
        assert not [one for one in SECRET if one in files]
        assert f"entries/{entry}/payload" in made and f"entries/{position}/payload" not in made


def test_the_payload_goes_to_the_rescuer_alone(world: Sites) -> None:
    position = passed(world, asked(world))
    assert isinstance(position, str)
    assert world.payload("a", position, "b") is not None and world.payload("a", position, "c") is None
    assert queries.row(world.nodes["c"], world.state("c"), position).held == "not_addressed"


@pytest.mark.parametrize(
    ("bend", "code"),
    [({"two": False}, "release-needed"), ({"to": "bc"}, "rescuer-alone"), ({"to": "c"}, "rescuer-alone")],
)
def test_the_desk_lets_no_other_way_out(world: Sites, bend: dict[str, Any], code: str) -> None:
    entry = asked(world)
    refused = passed(world, entry, **bend)
    assert isinstance(refused, list) and code in {one.code for one in refused}
    assert isinstance(passed(world, entry), str)


def test_the_area_takes_part_in_the_judgement_until_it_is_over(world: Sites) -> None:
    now = world.clock.now_ms()
    body = flight_body(now, 0, 2) | {"volumes": area(world)}
    plan = world.say("b", "activity.flight", body, to="ac")
    far = world.say("b", "activity.flight", body | {"volumes": area(world, 50_000_000)}, to="ac")
    world.settle()

    def conflicts(name: str) -> set[str]:
        rows = world.run(name, lambda n: queries.conflicts_of(n, world.line))
        return {
            side.entry
            for row in rows
            if row.judgement.verdict == "conflict"
            for side in (row.judgement.a, row.judgement.b)
        }

    assert conflicts("a") == conflicts("b") == set()
    entry = asked(world)
    assert conflicts("a") == conflicts("b") == conflicts("c") == {plan, entry} and far not in conflicts("a")
    world.step(3 * HOUR)
    late = world.say("c", "activity.flight", flight_body(now, 0, 8) | {"volumes": area(world)}, to="ab")
    world.settle()
    assert late in conflicts("a")
    world.say("a", "complete", {}, refs=(entry,), to="bc", life_safety=True)
    world.settle()
    assert entry not in conflicts("a") | conflicts("b")


def test_the_rescuer_s_own_flight_is_expected_by_the_assistance_it_answers(world: Sites) -> None:
    entry = asked(world)
    now = world.clock.now_ms()
    body = flight_body(now, 0, 2) | {"volumes": area(world), "aircraft_class": "rotary"}
    going = world.say("b", "activity.flight", body, to="ac", refs=(entry,))
    rescue_flight = world.say("b", "activity.flight", body | {"priority": "rescue"}, to="ac")
    passing = world.say("b", "activity.flight", body, to="ac")
    other = world.say("c", "activity.flight", body | {"priority": "rescue"}, to="ab", refs=(entry,))
    world.settle()

    def rows(name: str) -> dict[str, str]:
        found = world.run(name, lambda n: queries.conflicts_of(n, world.line))
        pairs = (({row.judgement.a.entry, row.judgement.b.entry} - {entry}, row.expected) for row in found)
        return {next(iter(one)): why for one, why in pairs if len(one) == 1}

    for name in "abc":
        told = rows(name)
        assert told[going] == told[rescue_flight] == entry
        assert told[passing] == told[other] == "", "who says nothing of it, or was not named, is in conflict"
    last = [row.expected for row in world.run("b", lambda n: queries.conflicts_of(n, world.line))]
    assert last == sorted(last, key=bool), "the others stand first"
    pending = [{row.a, row.b} for row in conflicts.open_conflicts(world.nodes["a"], world.state("a"))]
    assert {going, entry} not in pending and {passing, entry} in pending, "an expected one reminds nobody"
    renamed = {"help": "search_and_rescue", "volumes": area(world), "rescuer": C}
    world.say(
        "a",
        "amend",
        {"kind": "assist", "notice": renamed},
        refs=(entry,),
        supersedes=entry,
        to="bc",
        life_safety=True,
    )
    world.settle()
    found = world.run("b", lambda n: queries.conflicts_of(n, world.line))
    sides = {one for row in found if row.expected for one in (row.judgement.a.entry, row.judgement.b.entry)}
    assert other in sides and going not in sides, "another rescuer was named"


# ---- across subjects

CREW = {
    "mover": "aircraft",
    "lat_e7": 409_500_000,
    "lon_e7": 192_000_000,
    "heading_cdeg": 21_000,
    "altitude": {"value": 180, "unit": "fl", "ref": "STD"},
    "squawk": "4521",
}


def hail(world: Sites) -> str:
    body = {
        "frequencies_hz": [121_500_000],
        "words": "Turn.",
        "language": "en",
        "answered": "no",
        "to_whom": CREW,
    }
    entry = world.say("a", "warning.radio", body, to="b", life_safety=True)
    world.step(HOUR)
    world.settle()
    return entry


def wants(world: Sites, name: str, entry: str, task: str) -> bool:
    return any(one.id.endswith(task) for one in world.subject(name, entry).tasks)


def test_the_third_unanswered_warning_is_reviewed_at_every_side_also_after_a_restart(world: Sites) -> None:
    one, two = hail(world), hail(world)
    assert not wants(world, "a", two, "radio-review")
    three = hail(world)
    for name in "abc"[:2]:
        shown = world.subject(name, three).radio
        assert shown is not None and (shown.review, shown.row) == ("open", (one, two))
        assert wants(world, name, three, "radio-review")
    world.restart("b")
    world.settle()
    assert wants(world, "b", three, "radio-review")
    world.say("b", "incident", {"stage": "first"}, refs=(two,), to="a")
    world.settle()
    for name in "ab":
        shown = world.subject(name, three).radio
        assert shown is not None and shown.review == "held" and not wants(world, name, three, "radio-review")


def test_an_answer_that_comes_late_takes_the_review_back(world: Sites) -> None:
    hail(world)
    two = hail(world)
    three = hail(world)
    assert wants(world, "a", three, "radio-review")
    world.say("b", "reply", {"answer": "NOTED"}, refs=(two,), to="a", life_safety=True)
    world.settle()
    assert not wants(world, "a", three, "radio-review") and not wants(world, "b", three, "radio-review")


def test_a_locked_node_keeps_nothing_of_where_was_warned(world: Sites) -> None:
    three = [hail(world) for _ in range(3)][-1]
    assert world.state("b").spoken
    world.run("b", lambda n: lock.lock(n))
    assert not any(world.state("b").spoken.values()) and wants(world, "a", three, "radio-review")


def report(world: Sites, name: str, to: str) -> str:
    at = format_time(world.clock.now_ms() - HOUR)
    fix = {"at": at, "lat_e7": 400_000_000, "lon_e7": 190_000_000}
    entry = world.say(name, "encounter.report", {"form": "safety_account", "own": [fix]}, to=to)
    world.settle()
    return entry


def test_an_own_report_ends_the_question_though_it_names_nothing(world: Sites) -> None:
    theirs = report(world, "a", "b")
    assert wants(world, "b", theirs, "own-account") and not wants(world, "a", theirs, "own-account")
    assert any(one.id.endswith("own-account") for one in world.board("b").tasks)
    ours = report(world, "b", "a")
    assert not wants(world, "b", theirs, "own-account") and not wants(world, "a", ours, "own-account")
