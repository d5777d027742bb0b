"""No view says that a place is empty, approves anything or asks for what is not protected (boundary.md; AT42): walked
over every answer, every query and every command that exists."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
from boundary_world import QUIET, declare

import steerclear
from node.pair import Sites, party
from steerclear.api.native.table import ENDPOINTS
from steerclear.cli import parser
from steerclear.node import claimed, queries
from steerclear.procedure.subject import Subject
from steerclear.speech.table import KINDS
from steerclear.units import format_time
from steerclear.views.board import NO_EMPTINESS, Board

EMPTY = re.compile(
    r"empty|vacant|nobody_there|unoccupied|(^|_)clear(ed|ance)?$|(^|_)free$|unprotected|not_protected|safe_to|all_clear"
)
APPROVES = re.compile(r"approv|permi(t|ssion)$|granted|go_ahead|green|clearance")
SEARCH = re.compile(
    r"dwell|formation|rendezvous|identity|track|bbox|near|within|lat|lon|callsign|hull|mmsi|icao"
)
ALLOWED = {"Unauthenticated"}


def structs(annotation: Any, seen: set[type] | None = None) -> Iterator[type[msgspec.Struct]]:
    seen = set() if seen is None else seen
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        if annotation not in seen:
            seen.add(annotation)
            yield annotation
            for field in msgspec.structs.fields(annotation):
                yield from structs(field.type, seen)
    else:
        for argument in get_args(annotation):
            yield from structs(argument, seen)


def codes(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (one for one in get_args(annotation) if isinstance(one, str))
    else:
        for argument in get_args(annotation):
            yield from codes(argument)


ANSWERS = {struct for one in ENDPOINTS if one.answer is not None for struct in structs(one.answer)}


LIFE_OF_ALERTS = {(name, "state", "cleared") for name in ("AlertRow", "SeparationAlert")}
"""judgement.md's own word for an alert that is over; every catalogue adds that it says nothing of the place."""


def test_the_walk_sees_the_views() -> None:
    assert {Board, Subject} <= ANSWERS and len(ANSWERS) > 40


def test_no_field_or_code_of_any_view_says_empty_or_approved() -> None:
    found = [
        (struct.__name__, field.encode_name, word)
        for struct in ANSWERS
        for field in msgspec.structs.fields(struct)
        for word in (field.encode_name, *(code.lower() for code in codes(field.type)))
        if EMPTY.search(word) or APPROVES.search(word)
    ]
    assert set(found) <= LIFE_OF_ALERTS


@pytest.mark.parametrize("word", ["empty", "is_clear", "cleared", "unprotected", "free", "nobody_there"])
def test_the_list_of_words_bites(word: str) -> None:
    assert EMPTY.search(word)


def test_no_query_asks_for_what_is_not_protected_nor_searches_by_place_or_identity() -> None:
    asked = {
        (one.name, field.encode_name)
        for one in ENDPOINTS
        if one.query is not None
        for field in msgspec.structs.fields(one.query)
    }
    assert len(asked) > 5
    assert [row for row in sorted(asked) if EMPTY.search(row[1]) or SEARCH.search(row[1])] == []


def commands(made: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in made._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                yield f"{name} {word}".strip(), below
                yield from commands(below, f"{name} {word}".strip())


COMMANDS = dict(commands(parser.build()))


def test_what_is_not_built_has_no_kind_no_path_and_no_command() -> None:
    """Tracks of others on a screen or a stream, TAK."""
    later = re.compile(r"(^|[./ _-])(tracks?|tak|cot)([./ _-]|$)")
    names = [*KINDS, *(one.path for one in ENDPOINTS), *COMMANDS]
    assert [name for name in names if later.search(name)] == []
    assert all(later.search(name) for name in ("/api/lines/{line}/tracks", "tak export"))


def test_no_command_asks_what_is_free() -> None:
    options = {
        (name, option) for name, one in COMMANDS.items() for a in one._actions for option in a.option_strings
    }
    words = [(name, option) for name, option in options if EMPTY.search(option.strip("-").replace("-", "_"))]
    assert words == [] and len(options) > 100


def test_nothing_that_is_held_adds_up_to_an_empty_place(tmp_path: Any) -> None:
    """An attestation about an hour that is over, a place released, nothing else said: no view makes more of it."""
    world = Sites(tmp_path, parameters=QUIET)
    area = declare(world)
    world.step(6 * 3_600_000)
    now = world.clock.now_ms()
    over = {
        "none_of_ours": "flew",
        "begin": format_time(now - 7_200_000),
        "end": format_time(now - 3_600_000),
    }
    said = world.say("a", "attestation.negative", over, to="b")
    still = over | {"end": format_time(now + 3_600_000)}
    refused = world.try_say("a", "attestation.negative", still, to="b")
    assert [one.code for one in refused] == ["not-over-yet"]
    world.settle()
    board = world.board("b")
    assert NO_EMPTINESS in board.standing and board.conflicts == ()
    shown = claimed.claims_of(world.nodes["b"], world.line)
    (row,) = shown.attestations
    assert (row.entry, row.party, row.end_ms) == (said, party("a"), now - 3_600_000)
    text = (
        msgspec.json.encode([msgspec.structs.replace(board, standing=()), shown.attestations])
        .decode()
        .lower()
    )
    assert not re.search(r'"[^"]*\b(is|are|was) (empty|clear|free)\b', text)
    assert world.subject("b", area).area.protected
    assert queries.conflicts_of(world.nodes["b"], world.line) == []


def test_no_map_and_no_boundary_ships() -> None:
    """Until a coast and a graticule ship, nothing that draws a line between states does."""
    drawn = {".shp", ".topojson", ".pmtiles", ".mbtiles", ".svg", ".kml"}
    package = Path(steerclear.__file__).parent
    found = [one for one in package.rglob("*") if one.suffix in drawn or "boundar" in one.name]
    assert found == []
