"""A radio warning through the desk: said at once, its repeats amended, told at both nodes, ended by an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from node.pair import Sites

CREW = {
    "mover": "aircraft",
    "lat_e7": 409_500_000,
    "lon_e7": 192_000_000,
    "heading_cdeg": 21_000,
    "altitude": {"value": 180, "unit": "fl", "ref": "STD"},
    "squawk": "4521",
}


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


def warning(repeats: int, **more: Any) -> dict[str, Any]:
    body = {"frequencies_hz": [121_500_000], "words": "Turn west.", "language": "en", "answered": "no"}
    return {**body, "to_whom": CREW, "repeats": repeats, **more}


def rings(world: Sites, name: str) -> list[str]:
    return [ring.step for ring in world.board(name).alarms if ring.rule == "radio-unanswered"]


def asked(world: Sites, name: str) -> set[str]:
    return {task.id.rpartition("/")[2] for task in world.board(name).tasks if "radio" in task.id}


def amend(world: Sites, entry: str, body: dict[str, Any], supersedes: str = "") -> str:
    said = {"kind": "warning.radio", "notice": body}
    return world.say(
        "a", "amend", said, refs=(entry,), supersedes=supersedes or entry, to="b", life_safety=True
    )


def test_unanswered_calls_climb_to_the_cell_line_and_a_third_party(world: Sites) -> None:
    entry = world.say("a", "warning.radio", warning(0), to="b", life_safety=True)
    world.settle()
    assert rings(world, "a") == rings(world, "b") == [] and asked(world, "a") == {"repeat-radio"}
    second = amend(world, entry, warning(1))
    world.settle()
    assert rings(world, "a") == rings(world, "b") == ["cell-line"]
    third = amend(world, entry, warning(3), second)
    world.settle()
    assert sorted(rings(world, "a")) == sorted(rings(world, "b")) == ["cell-line", "third-party-relay"]
    assert asked(world, "a") == {"repeat-radio", "radio-cell-line", "radio-third-party-relay"}
    assert asked(world, "b") == set()
    world.say("b", "reply", {"answer": "NOTED"}, refs=(third,), to="a", life_safety=True)
    world.settle()
    assert rings(world, "a") == rings(world, "b") == [] and asked(world, "a") == set()


def test_its_author_completes_it_and_nobody_else(world: Sites) -> None:
    entry = world.say("a", "warning.radio", warning(4), to="b", life_safety=True)
    world.settle()
    assert rings(world, "b") == ["cell-line", "third-party-relay"]
    ended = {"outcome": "as_planned"}
    refused = world.try_say("b", "complete", ended, refs=(entry,), to="a", life_safety=True)
    assert isinstance(refused, list) and refused[0].code == "not-the-author"
    world.say("a", "complete", ended, refs=(entry,), to="b", life_safety=True)
    world.settle()
    assert rings(world, "a") == rings(world, "b") == [] and asked(world, "a") == set()


def test_one_that_does_not_count_is_never_held_back(world: Sites) -> None:
    """AT06: delivered and marked like any, what is missing asked for; it counts once it says to whom."""
    entry = world.say("a", "warning.radio", warning(4, to_whom=None), to="b", life_safety=True)
    world.settle()
    subject = world.subject("b", entry)
    assert subject.held == "held" and "not-counted-as-warning" in subject.marks and subject.missing
    assert rings(world, "b") == []
    amend(world, entry, warning(4))
    world.settle()
    assert rings(world, "b") == ["cell-line", "third-party-relay"]
