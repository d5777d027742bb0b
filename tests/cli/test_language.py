"""Screens in four languages: labels in place of codes, JSON as it is, columns that stay in line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_world import run

from steerclear.cli import board, language, show
from steerclear.config import FILE_NAME, read_config
from steerclear.errors import Malformed
from steerclear.speech.phrases import catalogue, phrase

BOARD: dict[str, Any] = {
    "line": "ab" * 32,
    "members": [],
    "now_ms": 1_476_972_300_000,
    "as_of": {},
    "interim": True,
    "unauthenticated": False,
    "locked": False,
    "recovery": "",
    "alarms": [],
    "tasks": [],
    "notices": [
        {
            "id": "cd" * 32,
            "kind": "stop",
            "author": "aa",
            "precedence": "FLASH",
            "life_safety": True,
            "life": "released",
            "stop": {"state": "heard"},
            "area": None,
            "start_ms": None,
            "end_ms": None,
            "addressees": [],
            "marks": ["incomplete"],
        }
    ],
    "they_show": [],
    "feeds": [],
    "conflicts": [],
    "unchecked": [],
    "more": False,
    "standing": (),
}


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    yield
    language.use(Namespace())


def use(name: str) -> None:
    language.use(Namespace(language=name, node="http://x"))


def test_without_a_language_there_are_codes() -> None:
    lines = "\n".join(board.board_lines(BOARD, {}))
    assert "INTERIM: no agreement is in force" in lines and " stop " in lines and "FLASH LIFE SAFETY" in lines


@pytest.mark.parametrize("name", language.KNOWN)
def test_each_code_of_the_board_has_its_label(name: str) -> None:
    use(name)
    lines = "\n".join(board.board_lines(BOARD, {}))
    for group, code in (
        ("kind", "stop"),
        ("state", "heard"),
        ("precedence", "FLASH"),
        ("mark", "incomplete"),
    ):
        assert phrase(group, code, name) in lines
    for code in ("interim", "precedence", "to whom: state"):
        assert phrase("screen", code, name) in lines


def test_from_right_to_left_ids_are_kept_together_and_columns_stay_in_line() -> None:
    use("ar")
    row = board.board_lines(BOARD, {})[-2]
    assert "\u2066cdcdcdcdcdcd\u2069" in row
    head, line = show.table(("a", "b"), [(language.kept("4f0c"), "x")])
    assert language.width(line) == len("4f0c  x") and head == "a     b"


def test_a_language_of_the_configuration_and_one_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('[node]\nlanguage = "fr"\n')
    assert read_config(tmp_path).node.language == "fr"
    language.use(Namespace(language="", node="", home=tmp_path))
    assert language.chosen() == "fr"
    with pytest.raises(Malformed, match="unknown-language"):
        use("xx")
    ran = run("board", "--home", tmp_path, "--language", "xx")
    assert ran.code == 1 and "unknown-language" in ran.err


def test_every_word_of_the_screen_that_is_asked_for_is_in_the_catalogue() -> None:
    import re

    folder = Path(board.__file__).parent
    asked = {
        word
        for path in folder.glob("*.py")
        for word in re.findall(r'(?:\bword|_line)\(\s*"([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked and asked <= set(catalogue()["screen"])
