"""Every refusal of a desk is called something in four languages: `speech/phrases` [refusal]."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import steerclear
from steerclear.speech.phrases import catalogue

SOURCE = Path(steerclear.__file__).parent
DESK = ("speech", "space")
"""The rooms whose refusals an officer meets at his desk, whatever he says; the others: docs/reference/phrases.md."""
MAKERS = {"Refused", "Malformed", "stop", "refusal", "no", "_no", "_fault", "_bad"}


def codes(room: str) -> set[str]:
    """Every code that a room's source refuses or throws with, written out."""
    found = set()
    for path in (SOURCE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node, "func", None)
            called = getattr(name, "id", getattr(name, "attr", ""))
            if isinstance(node, ast.Call) and called in MAKERS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and re.fullmatch(
                    r"[a-z0-9]+(-[a-z0-9]+)*", str(first.value)
                ):
                    found.add(str(first.value))
    return found


def test_every_code_that_a_desk_refuses_with_has_a_name() -> None:
    known = set(catalogue()["refusal"])
    for room in DESK:
        found = codes(room)
        assert len(found) > 20, room
        assert sorted(found - known) == [], f"{room}: add to [refusal] of speech/phrases"


def test_what_the_desk_is_seen_to_refuse_has_a_name() -> None:
    cases = tomllib.loads((Path(__file__).parent / "refused.toml").read_text(encoding="utf-8"))["case"]
    seen = {case["code"] for case in cases if case.get("code")}
    assert len(seen) > 80 and sorted(seen - set(catalogue()["refusal"])) == []
