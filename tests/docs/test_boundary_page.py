"""docs/explanation/boundary.md: every rule has a test that exists, or the page says that it is not built yet."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/explanation/boundary.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| rule |")]


def named(row: str) -> list[tuple[str, str]]:
    """(file, test or empty) of each proof in a row; `::test` alone is of the file named before."""
    out: list[tuple[str, str]] = []
    for file, test in re.findall(r"`(tests/[\w/]+\.py)?(?:::(\w+))?`", row):
        if file or test:
            out.append((file or out[-1][0], test))
    return out


def test_every_rule_is_shown_or_said_to_be_missing() -> None:
    assert len(ROWS) > 20
    assert [row for row in ROWS if not named(row) and "not built yet" not in row] == []


def names_in(path: Path) -> set[str]:
    if not path.exists():
        return set()
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists() -> None:
    proofs = [one for row in ROWS for one in named(row)]
    assert [file for file, _ in proofs if not names_in(ROOT / file)] == []
    assert [f"{file}::{test}" for file, test in proofs if test and test not in names_in(ROOT / file)] == []


def test_what_is_missing_is_said_in_the_readme_too() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "which are not built yet" in readme and "Not built yet:" in readme
