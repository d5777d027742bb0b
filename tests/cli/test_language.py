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
from steerclear.errors import Malformed, Refused
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
            "mode": "REAL",
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
    "alarms_left": 0,
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
    for code in ("interim", "life safety", "marks"):
        assert phrase("screen", code, name) in lines


def test_from_right_to_left_ids_are_kept_together_and_columns_stay_in_line() -> None:
    use("ar")
    row = "\n".join(board.board_lines(BOARD, {}))
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


def _mapped(path: Path) -> list[str]:
    """Words of a table's head: `map(word, ("id", "by"))`."""
    import ast

    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "map"
            and ast.unparse(node.args[0]) == "word"
        ):
            found += [one.value for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant)]
    return [str(one) for one in found]


def test_every_word_of_the_screen_that_is_asked_for_is_in_the_catalogue() -> None:
    import re

    folder = Path(board.__file__).parent
    asked = {
        word
        for path in folder.glob("*.py")
        for word in (*re.findall(r'(?:\bword|_line)\(\s*"([^"]+)"', path.read_text("utf-8")), *_mapped(path))
    }
    assert "notice" in asked, "a head of a table, by map(word, …)"
    assert asked and asked <= set(catalogue()["screen"])


def test_what_stands_under_a_screen_is_word_for_word_what_the_views_say_and_no_jargon() -> None:
    from steerclear.speech import texts
    from steerclear.speech.kinds.agreement import NO_RECOGNITION
    from steerclear.speech.kinds.area_challenge import NO_WARNING
    from steerclear.views.board import standing_lines
    from steerclear.views.claims import NO_TOTAL

    said = (*standing_lines(True), NO_TOTAL, NO_WARNING)
    shown = language.standing(said)
    assert shown[1:] == list(said[1:]) and NO_RECOGNITION in shown
    assert shown[0] == texts.say("standing.sealed", {}) and "not_judged" not in shown[0]
    use("fr")
    assert all(one not in said for one in language.standing(said))
    assert language.standing(["a line that no catalogue has"]) == ["a line that no catalogue has"]


FAULT = Refused(
    "upper-below-lower",
    "body.volumes[0].upper",
    "the upper limit lies below the lower one",
    "exchange lower and upper",
    "judgement.md, Bad input",
)


@pytest.mark.parametrize(
    ("name", "called", "do"),
    [
        ("ru", "верхняя граница ниже нижней", "сделать (по-английски)"),
        ("ar", "الحد الأعلى دون الأدنى", "افعل (بالإنجليزية)"),
        ("fr", "la limite haute est sous la limite basse", "à faire (en anglais)"),
    ],
)
def test_a_refusal_says_what_it_is_called_beside_field_code_and_remedy(
    name: str, called: str, do: str
) -> None:
    use(name)
    head, rule, remedy, source = show.refusal_lines(FAULT)
    assert called in head and FAULT.field in head and FAULT.code in head and FAULT.rule not in head
    assert FAULT.rule in rule and do in remedy and FAULT.remedy in remedy and FAULT.source in source
    assert name != "ar" or f"\u2068{FAULT.field}\u2069" in head


def test_in_english_a_refusal_is_its_own_rule_and_an_unknown_code_is_told_as_it_is() -> None:
    assert show.refusal_lines(FAULT) == [
        f"refused: {FAULT.field}: {FAULT.rule} [{FAULT.code}]",
        f"  do: {FAULT.remedy}",
        f"  rule: {FAULT.source}",
    ]
    assert show.refusal_lines(Refused("never-seen", "", "never-seen", "")) == ["refused: never-seen"]
    use("ru")
    assert show.refusal_lines(Refused("never-seen", "x", "a rule that no catalogue has")) == [
        "отказано: x: a rule that no catalogue has [never-seen]"
    ]
    (head, *_) = show.refusal_lines(Refused("malformed", "x", "no-zone"))
    assert head == "отказано: x: время без часового пояса [malformed]"


def test_a_text_that_is_cut_closes_what_was_isolated_in_it() -> None:
    assert language.cut("abc", 3) == "abc" and language.cut("abcd", 3) == "abc"
    cut = language.cut("\u2068abcd\u2069 e", 3)
    assert cut == "\u2068abc\u2069" and language.width(cut) == 3
