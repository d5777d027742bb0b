"""Everything that a screen prints is from the catalogues: in Russian and Arabic no English word is left; no line is
wider than 100 columns, with a local zone neither; each side reads its own orders; REAL stands first, and looks so."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.pair import HOUR, Sites, party
from steerclear.cli import language, show, zone
from steerclear.cli.audit import audit_lines
from steerclear.cli.board import board_lines
from steerclear.cli.conflicts import conflict_lines
from steerclear.cli.entry import missing_lines, they_show_lines
from steerclear.cli.heard import health_lines
from steerclear.cli.talks import _meeting
from steerclear.cli.watch import handover_lines, item_lines
from steerclear.node import queries
from steerclear.units import format_time

NAMES = {party("a"): "СЕВЕР", party("b"): "ЮГ"}
LATIN = re.compile(r"[a-z]{3,}")
# Commands that are typed as they stand, names of kinds and fields that are typed into a file, ids and hashes.
TYPED = re.compile(
    r"steerclear(?: [a-z]+)+|--[a-z]+|\b[a-z]+\.[a-z]+\b"
    r"|\((?:receipt, understood|amend|dissemination|line\.check, by person)\)"
    r"|\b(?:dissemination|amend|assist|line|check|officer-\d|watch-\d)\b|plans/\d|\b[0-9a-f]{8,64}\b"
)


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    yield
    language.use(Namespace())
    zone.use(Namespace())


def use(name: str, local: str = "") -> None:
    language.use(Namespace(language=name, node="http://x"))
    zone.use(Namespace(zone=local, node="http://x"))


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    """Two that have nearly everything open: stops in two modes, plans in conflict, a session."""
    made = Sites(tmp_path, "ab")
    for node in made.nodes.values():
        node.names = NAMES
    made.settle()
    made.stop("a")
    made.stop("a", mode="REAL")
    made.flight("a", "b")
    made.flight("b", "a", east_e7=50_000)
    begin = format_time(made.clock.now_ms() + HOUR)
    made.say(
        "a",
        "meeting",
        {"act": "propose", "form": "emergency", "begin": begin, "level": "deputies", "carrier": "telephone"},
        to="b",
    )
    made.settle()
    made.step(2 * HOUR)
    made.settle()
    return made


def plain(value: Any) -> Any:
    return msgspec.to_builtins(value)


def findings() -> dict[str, list[Any]]:
    """What a clean line has none of."""
    entry, south = "ab" * 32, party("b")
    idle = {
        "subject": entry,
        "entry": entry,
        "party": south,
        "kind": "withdraw",
        "mark": "foreign-withdrawal",
    }
    bad = {"log": f"{south}/1", "index": 7, "kind": "stop", "reason": "42"}
    return {
        "no_effect": [idle],
        "invalid": [bad, bad | {"kind": ""}],
        "forks": [{"log": f"{south}/1", "proof": {}}],
        "ratios": [{"party": south, "mode": "REAL", "marked": 2, "total": 3}],
        "missing": [entry],
        "standing_notes": [entry],
    }


def screens(world: Sites, name: str) -> dict[str, list[str]]:
    """Every screen of a node, as the command line prints it."""

    def ask(query: Any, *more: Any) -> Any:
        return plain(world.run(name, lambda node: query(node, world.line, *more)))

    board, items = ask(queries.board), ask(queries.open_now)
    rows = board["notices"]
    return {
        "board": board_lines(board, NAMES),
        "drill": [line for one in items["items"] for line in item_lines(one, NAMES)]
        + handover_lines(
            items | {"handover": {"from_post": "А", "to_post": "Б", "items": [], "read_back_by": ""}}
        ),
        "audit": audit_lines(ask(queries.audit, 60_000) | findings(), NAMES),
        "conflicts": conflict_lines(ask(queries.conflicts_of), NAMES),
        "health": health_lines(ask(queries.health)),
        "talks": [line for one in rows if one["meeting"] for line in _meeting(one, NAMES)],
        "show": [line for one in rows for line in missing_lines(one, party(name), NAMES)],
        "they show": they_show_lines(board["they_show"], NAMES, board["now_ms"]),
    }


@pytest.mark.parametrize("name", ["ru", "ar"])
def test_no_english_word_is_left_on_a_screen(world: Sites, name: str) -> None:
    use(name, "Asia/Kathmandu")  # and one grown old
    world.cut.add(frozenset("ab"))
    world.step(2 * HOUR)
    for side in "ab":
        for what, plain_lines in screens(world, side).items():
            lines = [zone.in_text(line) for line in plain_lines]
            assert lines or what in ("they show", "show"), what
            left = {word for line in lines for word in LATIN.findall(TYPED.sub("", line))}
            assert left == set(), (
                side,
                what,
                [line for line in lines if LATIN.search(TYPED.sub("", line))][:4],
            )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("en", "(for watch officer"),
        ("ru", "(исполнитель: дежурный офицер"),
        ("ar", "لمن: "),
        ("fr", "(pour : officier de quart"),
    ],
)
def test_a_task_names_its_role_in_words_that_need_no_case(world: Sites, name: str, words: str) -> None:
    use(name)
    board = "\n".join(screens(world, "b")["board"])
    assert words in board and "для дежурный" not in board


@pytest.mark.parametrize("local", ["", "Asia/Kathmandu"])
@pytest.mark.parametrize("name", ["", "ru", "ar", "fr"])
def test_no_line_of_the_board_is_wider_than_a_hundred_columns(
    world: Sites, name: str, local: str, capsys: pytest.CaptureFixture[str]
) -> None:
    use(name, local)
    for what in ("board", "drill", "audit"):
        show.emit(Namespace(json=False), {}, screens(world, "b")[what], columns=show.COLUMNS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 40
    assert [line for line in lines if language.width(line) > 100] == []
    assert not local or name or any("+05:45" in line for line in lines)


def test_a_line_is_wrapped_at_words_and_what_is_isolated_stays_together() -> None:
    line = "  " + "word " * 40
    parts = show.wrapped(line, 50)
    assert all(len(part) <= 50 for part in parts) and " ".join(" ".join(parts).split()) == line.strip()
    assert parts[0].startswith("  word") and parts[1].startswith("    word")
    kept = "\u2066a b c\u2069"
    assert any(kept in part for part in show.wrapped(f"{'x' * 46} {kept} y", 50))
    assert show.wrapped("short", 50) == ["short"] and show.wrapped('{\n "a": 1\n}', 3) == ['{\n "a": 1\n}']


def test_what_is_due_another_day_has_its_date() -> None:
    now = 1_476_972_300_000
    assert show.due(now + HOUR, now) == "1505Z"
    assert show.due(now + 24 * HOUR, now) == "211405ZOCT16" and show.due(None, now) == "-"


def test_real_stands_first_and_looks_otherwise(world: Sites) -> None:
    board = plain(world.board("b"))
    modes = [alarm["mode"] for alarm in board["alarms"] if alarm["mode"]]
    assert modes == sorted(modes, key=lambda one: one != "REAL") and set(modes) == {"REAL", "EXERCISE"}
    stops = [row["mode"] for row in board["notices"] if row["kind"] == "stop"]
    assert stops == ["REAL", "EXERCISE"]
    heads = [line for line in board_lines(board, NAMES) if "ALARM LIFE SAFETY" in line]
    real, played = (row["id"][:12] for row in board["notices"] if row["kind"] == "stop")
    assert any(f"REAL {real} STOP" in line for line in heads)
    assert any(f"[EXERCISE] {played} STOP" in line for line in heads)


def test_each_side_reads_its_own_orders(world: Sites) -> None:
    keys = {side: {alarm.key for alarm in world.board(side).alarms} for side in "ab"}
    assert "alarms.new-life-safety-raiser" in keys["a"] and "alarms.new-life-safety-us" in keys["b"]
    assert "alarms.heard-above" in keys["a"] and "alarms.heard-above-us" in keys["b"]
    assert not {key for key in keys["a"] if key.startswith("alarms.heard") and key.endswith("-us")}
    tasks = {side: {task.key for task in world.board(side).tasks} for side in "ab"}
    assert "tasks.say-missing" in tasks["a"] and "tasks.ask-missing" in tasks["b"]


def test_what_is_missing_is_said_to_its_author_and_whom_to_ask_to_the_others(world: Sites) -> None:
    stop = next(row for row in plain(world.board("a").notices) if row["kind"] == "stop")
    (mine,) = missing_lines(stop, party("a"), NAMES)
    (theirs,) = missing_lines(stop, party("b"), NAMES)
    assert "positions" in mine and f"steerclear say amend --ref {stop['id'][:12]}" in mine
    assert "Ask СЕВЕР" in theirs and "steerclear" not in theirs
    assert missing_lines(stop | {"missing": []}, party("a"), NAMES) == []


def test_the_open_items_say_what_is_due_and_until_when(world: Sites) -> None:
    until = format_time(world.clock.now_ms() + 5 * HOUR)
    stop = next(row.id for row in world.board("b").notices if row.kind == "stop")
    body = {"answer": "HOLDING", "until": until, "statement": "no admission"}
    said = world.try_say("b", "reply", body, to="a", refs=(stop,), mode="REAL", life_safety=True)
    assert isinstance(said, str), said
    world.settle()
    items = world.run("a", lambda node: queries.open_now(node, world.line)).items
    owed = next(one.owed for one in items if one.subject == stop)
    assert any(line.startswith("ЮГ holds until ") for line in owed)
    assert len(owed) == len(next(one.owes for one in items if one.subject == stop))


def test_an_audit_is_sentences_with_names(world: Sites) -> None:
    found = plain(world.run("a", lambda node: queries.audit(node, world.line))) | findings()
    lines = audit_lines(found, NAMES)
    text = "\n".join(lines)
    assert "ALARMS that nodes recorded (" in text and re.search(r"СЕВЕР: nobody heard, .*\(ЮГ\), of ", text)
    assert "Acts WITHOUT EFFECT (1)" in text and "ЮГ, withdraw, abababababab about abababababab: " in text
    assert "entry 7 of ЮГ/1 (not readable): 42" in text and "ЮГ (REAL): 2 of 3 marked" in text
    assert "{" not in text and "_ms" not in text
    bare = {
        name: []
        for name in (
            "gaps",
            "invalid",
            "forks",
            "ratios",
            "fired",
            "marked",
            "missing",
            "standing_notes",
            "no_effect",
        )
    }
    assert audit_lines(bare, NAMES) == ["nothing to list"]


def test_an_alarm_of_a_stop_says_where_it_is_as_far_as_is_known(world: Sites) -> None:
    place = {"form": "dms", "text": "41 28 05 N 019 49 12 E"}
    said = world.say("a", "stop", {"positions": [place]}, to="b", life_safety=True, mode="REAL")
    world.settle()
    board = world.board("b")
    (known,) = {alarm.place for alarm in board.alarms if alarm.subject == said}
    assert known == "STOP, at 41 28 05 N 019 49 12 E"
    assert {task.place for task in board.tasks if task.subject == said} == {known}
    assert "STOP" in {alarm.place for alarm in board.alarms}, "nothing is made up where nothing was said"
    lines = board_lines(plain(board), NAMES)
    assert any(f"REAL {said[:12]} STOP, at 41 28 05 N" in line for line in lines)
