"""What leaves a node about protected places: in the owner's precision, by two persons, with what it does not change."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import msgspec
import pytest
from boundary_world import CENTRE, QUIET, area_body, codes, declare, export

from node.pair import Sites, officers, party
from steerclear.node import cooling, exports, learning, notified, queries
from steerclear.procedure.fold import outward
from steerclear.record.note import Note, format_note
from steerclear.record.texts import NOTIFICATION
from steerclear.speech import tracing

SUFFIXES = (".csv", ".geojson", ".kml")


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, parameters=QUIET)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("precision", ["broad", "buffered"])
def test_no_file_holds_more_than_was_declared(world: Sites, suffix: str, precision: str) -> None:
    more = {"buffer_mm": 500_000} if precision == "buffered" else {}
    declare(world, precision=precision, **more)
    data = export(world, "b", "areas", suffix, "the planner")
    points, _ = tracing.pairs(data.decode())
    assert len(points) > 70, "the outline is there"
    near = [
        row for row in points if abs(row[0] - CENTRE[0] / 1e7) < 0.01 and abs(row[1] - CENTRE[1] / 1e7) < 0.01
    ]
    assert near == [], "and neither its centre nor any point inside it"
    assert precision in data.decode()


def test_what_is_known_at_home_is_in_nothing_that_leaves(world: Sites) -> None:
    area = declare(world)
    for word in ("occupied", "vacated", "release_asked"):
        world.run("a", lambda n, w=word: cooling.note(n, world.line, area, w))
    world.settle()
    home = world.subject("a", area)
    assert home.area.home == "cooling" and outward(home).area.home == ""
    assert world.subject("b", area).area.home == ""
    for suffix, kind in product(SUFFIXES, ("areas", "sites")):
        text = export(world, "a", kind, suffix, "anybody").decode()
        assert not any(word in text for word in ("occupied", "vacated", "cooling", "release_asked"))
    told = msgspec.json.encode(world.subject("b", area)).decode()
    assert not any(word in told for word in ("occupied", "vacated", "cooling"))


def test_one_officer_takes_no_file_out(world: Sites) -> None:
    declare(world)
    order = exports.Order(
        world.line, "notified", world.clock.now_ms(), "b" * 32, kind="areas", format=".csv", recipient="x"
    )
    text = exports.order_text(order)
    alone = format_note(Note(text, (officers("b")[0].sign(text),)))
    assert codes(world.run("b", lambda n: notified.export(n, alone))) == ["release-needed"]
    assert queries.opened(world.nodes["b"], world.line) == []
    assert export(world, "b", "areas", ".csv", "x")
    assert [row.what for row in queries.opened(world.nodes["b"], world.line)] == ["notified"]


def test_every_file_and_every_view_of_places_says_it(world: Sites) -> None:
    area = declare(world)
    for suffix, kind in product(SUFFIXES, ("areas", "sites", "movements")):
        assert NOTIFICATION in export(world, "b", kind, suffix, "anybody").decode()
    for name in "ab":
        assert NOTIFICATION in world.board(name).standing
        assert NOTIFICATION in world.subject(name, area).standing


# ---- what they will learn


def pane(world: Sites, number: int = 9) -> tuple[str, ...]:
    from steerclear.node import desk

    body = area_body(world, number)
    draft = world.draft("area.declare", body, name="a", to="b", two=True)
    made = world.run("a", lambda n: desk.prepare(n, world.line, draft))
    assert not isinstance(made, list), made
    return made.learns


def test_the_pane_shows_the_fields_and_what_all_earlier_entries_add_up_to(world: Sites) -> None:
    world.nodes["a"].names = {party("b"): "Blue"}
    first = pane(world)
    assert first[0].startswith("every member: that an entry of the kind area.declare passed")
    assert "Blue: area, positions, precision, volumes" in first
    assert not any("protected places" in line for line in first)
    for number, precision in enumerate(("exact", "broad", "broad")):
        declare(world, number=number, precision=precision)
    world.flight("a", "b", hours=24)
    world.settle()
    second = pane(world)
    assert any("3 area.declare" in line and "1 activity.flight" in line for line in second)
    assert any(
        "3 protected places and movements of ours that stand: 2 broad, 1 exact" in line for line in second
    )
    assert any(line.startswith("Blue: with these it knows 1 plan of ours between ") for line in second)
    (told,) = learning.adds_up(world.nodes["b"], world.state("b"), party("a"))
    assert told["parameters"]["kinds"] == ["1 introduce"]


@pytest.mark.parametrize(
    ("area", "precision"), [("airfield", "exact"), ("corridor", "exact"), ("personnel", "broad")]
)
def test_the_precision_that_nobody_chose(world: Sites, area: str, precision: str) -> None:
    body = area_body(world, precision="broad", area=area)
    del body["precision"]
    entry = world.say("a", "area.declare", body, to="b", two=True)
    chosen = world.say("a", "area.declare", body | {"precision": "exact"}, to="b", two=True)
    world.settle()
    assert world.subject("b", entry).area.precision == precision
    assert world.subject("b", chosen).area.precision == "exact", "what its owner chose stays"


def test_personnel_exactly_takes_two_persons_each_time_whatever_the_table_says(world: Sites) -> None:
    line = world.state("a")
    line.settings.release_table = [{"kind": "area.declare", "release": "watch"}]
    body = area_body(world, area="personnel")
    assert codes(world.try_say("a", "area.declare", body, to="b")) == ["release-needed"]
    assert codes(world.try_say("a", "area.declare", body, to="b", two=True)) == []
    broad = area_body(world, precision="broad", area="personnel")
    assert codes(world.try_say("a", "area.declare", broad, to="b")) == []
