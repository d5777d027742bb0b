"""No screen of an officer prints a phrase that is in no catalogue: read from the source of the command line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import steerclear.cli
from steerclear.speech.phrases import catalogue

FOLDER = Path(steerclear.cli.__file__).parent
ADMINISTRATION = {
    *("__init__", "client", "codes", "demo", "doctor", "fsck", "health", "init", "introduce", "keys", "line"),
    *("line_show", "main", "member", "options", "parameters", "parser", "progress", "records", "reference"),
    *("replay", "roots", "secrets", "serve", "served", "simulate", "stopped", "template", "tls", "verify"),
    *("witness", "zeroize"),
}
"""What founds, keeps up and checks a node speaks English (docs/reference/phrases.md says so), as help texts do."""
PHRASE = re.compile(r"[a-z]{3,} [a-z]{2,}")
REFUSING = {"stop", "Refused", "Malformed", "Stop", "_no", "_other", "refusal"}
HELPING = {
    *(
        "add",
        "group",
        "add_argument",
        "output",
        "declare",
        "order_options",
        "import_options",
        "window_options",
    ),
    *("shown", "ValueError"),
}
SAID = {"rule", "remedy", "known", "FOLLOWS"}
"""Names of what a refusal or a help text is made of."""
ASKING = {"word", "_line", "phrase_of"}
"""`word("no alert")`: the phrase is a code of the catalogue, which other tests look up."""


def phrases(source: str) -> Iterator[tuple[int, str]]:
    """Each text of two words that is neither a docstring, a help text, the English of a refusal, nor a code."""
    tree = ast.parse(source)
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in REFUSING | HELPING | ASKING or (name == "map" and ast.unparse(node.args[0]) == "word"):
                skipped |= {id(one) for one in ast.walk(node)}
        elif isinstance(node, ast.FunctionDef) and (node.name == "declare" or node.name in HELPING):
            skipped |= {id(one) for one in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        elif isinstance(node, ast.Assign):
            named = {one.id for one in node.targets if isinstance(one, ast.Name)}
            help_text = isinstance(node.value, ast.Constant | ast.BinOp) and any(
                one.isupper() for one in named
            )
            if help_text or named & SAID:
                skipped |= {id(one) for one in ast.walk(node.value)}
        elif isinstance(node, ast.Dict):
            skipped |= {id(one) for one in node.keys}
    known = {code for codes in catalogue().values() for code in codes}
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if PHRASE.search(node.value) and node.value not in known:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_a_screen_prints_no_phrase_of_its_own(path: Path) -> None:
    if path.stem in ADMINISTRATION:
        return
    assert list(phrases(path.read_text(encoding="utf-8"))) == [], (
        "put it into speech/texts, in four languages"
    )


def test_a_phrase_in_a_screen_would_be_found() -> None:
    found = [text for _, text in phrases('def run():\n    show.emit(args, {}, [f"written {x}: not sent"])\n')]
    assert found == [": not sent"]
    assert not list(
        phrases('"""Two words."""\nx = word("no alert")\nraise stop("a", "b", "two words", "do this")')
    )
    assert {path.stem for path in FOLDER.glob("*.py")} >= ADMINISTRATION
