"""Every screen says as of when and from whom it is: an empty one never looks like an empty sky (judgement.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.pair import Sites, party
from steerclear.cli import show
from steerclear.cli.board import board_lines
from steerclear.cli.conflicts import conflict_lines
from steerclear.cli.entry import they_show_lines
from steerclear.cli.heard import age_lines
from steerclear.node import queries
from steerclear.views.compared import Compared

NAMES = {party("a"): "alfa", party("b"): "bravo"}
MINUTE = 60_000


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    made = Sites(tmp_path, "ab")
    made.nodes["a"].names = NAMES
    return made


def board(world: Sites) -> dict[str, Any]:
    return msgspec.to_builtins(world.board("a"))


def screen(world: Sites) -> str:
    return "\n".join(board_lines(board(world), NAMES))


def test_a_board_says_as_of_when_and_how_much_of_each_log(world: Sites) -> None:
    world.settle()
    shown = screen(world)
    assert f"as of {show.instant(world.clock.now_ms())}" in shown
    logs = world.state("a").logs
    for name in "ab":
        size = next(log.size for log in logs.values() if log.party == party(name))
        assert f"{NAMES[party(name)]}/1 {size}" in shown
    assert "bravo heard" in shown and "OLD" not in shown


def test_an_empty_board_grows_old_before_the_eyes_and_fresh_again(world: Sites) -> None:
    world.settle()
    fresh = screen(world)
    assert "OLD" not in fresh and "no notice is no statement about anybody" in fresh
    world.cut.add(frozenset("ab"))
    world.step(61_000)
    assert "OLD: bravo heard 1 min ago" in screen(world) and "degraded" in screen(world)
    world.step(42 * MINUTE)
    assert "OLD: bravo heard 43 min ago" in screen(world) and "silent" in screen(world)
    world.cut.clear()
    world.settle()
    assert "OLD" not in screen(world)


def test_who_was_never_heard_is_said_too(tmp_path: Path) -> None:
    world = Sites(tmp_path, "ab", introduce=False)
    world.state("a").peers.clear()
    rows = msgspec.to_builtins(world.run("a", lambda n: queries.health(n, world.line)))
    text = "\n".join(age_lines(rows, world.clock.now_ms()))
    assert "never heard" in text and "OLD" in text


def test_conflicts_stand_beside_what_the_other_computed(world: Sites) -> None:
    world.flight("a", "b")
    world.flight("b", "a", east_e7=50_000)
    world.settle()
    [row] = board(world)["conflicts"]
    assert "bravo: not compared yet" in "\n".join(conflict_lines([row], NAMES))
    theirs = {**row["judgement"], "judge_version": "plans/2"}
    told = {"party": party("b"), "at_ms": world.clock.now_ms(), "hash": "e" * 64}
    equal = conflict_lines([{**row, "compared": [{**told, "state": "equal", "theirs": None}]}], NAMES)
    assert any("bravo: equal, told 2016" in line for line in equal)
    differs = conflict_lines([{**row, "compared": [{**told, "state": "differs", "theirs": theirs}]}], NAMES)
    text = "\n".join(differs)
    assert "bravo: DIFFERS" in text and "here (plans/1): CONFLICT" in text
    assert "bravo (plans/2): CONFLICT" in text
    unread = conflict_lines([{**row, "compared": [{**told, "state": "differs", "theirs": None}]}], NAMES)
    assert any("cannot be read here (hash eeeeeeeeeeee)" in line for line in unread)
    assert {"party", "state", "at_ms", "hash", "theirs"} == set(Compared.__struct_fields__)


def test_the_state_that_they_show_has_its_age(world: Sites) -> None:
    row = {
        "subject": "f" * 64,
        "party": party("b"),
        "life": "active",
        "version": "f" * 64,
        "stop": "heard",
        "area": "",
        "addressees": {party("b"): "read"},
        "as_of": 12,
        "at_ms": 1000,
        "differs": ["stop"],
    }
    [line] = they_show_lines([row], NAMES, 1000 + 125 * MINUTE)
    assert "they show (bravo): ffffffffffff active, stop heard, bravo read" in line
    assert "as of size 12 of our log, told 2 h 5 min ago; reads otherwise here: stop" in line


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        *((-5, "0 s"), (59_999, "59 s"), (60_000, "1 min"), (3_599_999, "59 min"), (3_600_000, "1 h")),
        *((5_400_000, "1 h 30 min"), (86_400_000, "1 d"), (93_600_000, "1 d 2 h")),
    ],
)
def test_how_long_ago(ms: int, words: str) -> None:
    assert show.ago(ms) == words
