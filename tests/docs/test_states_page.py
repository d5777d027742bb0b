"""Every role, state and mark that the code has stands on docs/reference/states.md, and none besides."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import steerclear
from steerclear.procedure import assistance, calls, claims, guard_calls, identity, overlap_queries, reviews
from steerclear.record.keyring import ROLES
from steerclear.speech.kind import Role
from steerclear.speech.phrases import catalogue

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("docs_states", ROOT / "tools/docs_states.py")
assert _spec is not None and _spec.loader is not None
tool = importlib.util.module_from_spec(_spec)
sys.modules["docs_states"] = tool
_spec.loader.exec_module(tool)

MARKS = set(tool.WORDS["marks"])
SETTING = {
    "procedure/marks.py": ("marks",),
    "procedure/lead.py": ("late_marks", "_judge"),
    "procedure/thread.py": ("_idle", "_report", "_amend", "_close"),
    "procedure/meeting.py": ("no_effect",),
    "procedure/dissemination.py": ("confirmed_version",),
    "procedure/addressee.py": ("why_not_understood",),
    "speech/arrival.py": ("marks_of", "_times"),
    "speech/desk.py": ("marks",),
    "speech/paper.py": ("marks",),
    "record/admit.py": ("_marks",),
    "record/order.py": (),
}
"""Functions whose words with a hyphen (and those that a mapping or a tuple gives) are marks; none: the module's own."""
NAMED = (
    assistance.ASTRAY,
    calls.PARKED_VITAL,
    claims.PUBLISHED_BEFORE,
    guard_calls.MARK,
    identity.MARK,
    overlap_queries.OVER,
    overlap_queries.TREATED,
    reviews.PATTERN,
)
NO_MARKS = {"unknown-parameter", "bad-parameter", "still-other"}


def words(path: str, functions: tuple[str, ...]) -> Iterator[str]:
    tree = ast.parse((Path(steerclear.__file__).parent / path).read_text(encoding="utf-8"))
    parts = [
        part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef) and part.name in functions
    ] or [part for part in tree.body if isinstance(part, ast.AnnAssign | ast.Assign)]
    assert not functions or {part.name for part in parts} == set(functions), path  # type: ignore[union-attr]
    for part in parts:
        for one in ast.walk(part):
            text = one.value if isinstance(one, ast.Constant) else None
            if isinstance(text, str) and re.fullmatch(r"[a-z]+(-[a-z]+)+", text):
                yield text


@pytest.mark.parametrize("path", SETTING)
def test_every_mark_that_the_code_sets_is_explained(path: str) -> None:
    found = set(words(path, SETTING[path]))
    assert found, path
    assert found - NO_MARKS <= MARKS


def test_marks_with_names_of_their_own_and_those_of_the_phrases_are_explained() -> None:
    assert set(NAMED) <= MARKS
    assert set(catalogue()["mark"]) <= MARKS


def test_no_mark_is_explained_that_the_code_does_not_know() -> None:
    source = "\n".join(path.read_text() for path in Path(steerclear.__file__).parent.rglob("*.py"))
    known = set(catalogue()["mark"])
    assert sorted(mark for mark in MARKS - known if f'"{mark}"' not in source) == []


@pytest.mark.parametrize("machine", tool.STATES)
def test_every_state_is_explained_and_no_other(machine: str) -> None:
    assert set(tool.WORDS["states"][machine]) == set(get_args(tool.STATES[machine])) - {""}
    assert set(tool.WORDS["states"]) == set(tool.STATES)


def test_every_role_is_explained_and_no_other() -> None:
    assert set(tool.WORDS["roles"]) == {*get_args(Role), *ROLES}


def test_a_mark_left_out_is_found() -> None:
    assert "late-disputed" in set(words("procedure/lead.py", ("late_marks", "_judge")))
