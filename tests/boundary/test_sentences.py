"""Every sentence of boundary.md has a test that exists (issue 3): a sentence without one fails here."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SENTENCES = tomllib.loads((HERE / "sentences.toml").read_text(encoding="utf-8"))["sentence"]


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((HERE.parent / file).read_text(encoding="utf-8"))
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["says"][:60])
def test_every_sentence_has_a_test(row: dict[str, object]) -> None:
    shown = row.get("shown_by", [])
    assert isinstance(shown, list) and shown, "a sentence without a test"
    for name in shown:
        file, _, test = name.partition("::")
        assert test.startswith("test_") and test in functions_of(file), name


def test_the_table_is_whole() -> None:
    said = [row["says"] for row in SENTENCES]
    assert len(said) == len(set(said)) >= 36
    assert all(row.get("later") or "not_built" not in str(row["shown_by"]) for row in SENTENCES)


def test_a_sentence_whose_test_is_gone_is_found() -> None:
    with pytest.raises(AssertionError):
        test_every_sentence_has_a_test({"says": "x", "shown_by": ["boundary/test_sentences.py::test_gone"]})
    with pytest.raises(AssertionError):
        test_every_sentence_has_a_test({"says": "x", "shown_by": []})
