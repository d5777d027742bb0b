"""What `make` and `.ci/run` do, what the first page says, and what is said where PostgreSQL or vectors are missing."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _top_conftest() -> Any:
    """tests/conftest.py by its path: other folders have files of that name."""
    spec = importlib.util.spec_from_file_location("top_conftest", ROOT / "tests" / "conftest.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


conftest = _top_conftest()
MAKEFILE = (ROOT / "Makefile").read_text()


def recipe(target: str) -> str:
    """The lines of a target of the Makefile, what it needs first."""
    found = re.search(rf"^{target}:([^\n]*)\n((?:\t[^\n]*\n)+)", MAKEFILE, re.MULTILINE)
    assert found, target
    return found[1] + "\n" + found[2]


def test_the_readme_says_what_for_whom_and_what_not() -> None:
    text = (ROOT / "README.md").read_text()
    first, _, rest = text.partition("## What it does")
    assert len(first.split()) < 350, "what, for whom, the picture and both commands within a minute"
    assert (
        first.index("**For** ")
        < first.index("flow.svg)")
        < first.index("make demo")
        < first.index("make test")
    )
    assert "never helps anyone find, choose or hit anything" in rest.partition("## What it is not")[2]


def test_ci_runs_make_test_with_nothing_excused() -> None:
    text = (ROOT / ".ci/run").read_text()
    assert re.search(r"^make test\b", text, re.MULTILINE) and re.search(
        r"^export CI=true", text, re.MULTILINE
    )
    assert os.access(ROOT / ".ci/run", os.X_OK)
    subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, check=True)


def test_make_test_sets_up_what_it_needs() -> None:
    asked = recipe("test")
    assert " dev" in asked and " postgres" in asked and "pytest" in asked and "-m " not in asked
    assert "apt-get install" in recipe("postgres") and "postgresql" in recipe("postgres")
    assert "STEERCLEAR" not in asked, "no environment of the caller's is needed"


def test_make_check_is_lint_types_layers_and_fast_tests() -> None:
    asked = recipe("check")
    for part in (
        "ruff check",
        "ruff format --check",
        "mypy",
        "lint-imports",
        'pytest -n $(JOBS) -m "not slow',
    ):
        assert part in asked, part


def test_make_bench_runs_all_parts_or_one() -> None:
    assert "-m bench $(if $(ONLY),--only $(ONLY))" in recipe("bench")
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--only", "nothing"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    for part in ("conflict", "unseen", "submit", "ingest", "shown", "start", "check", "demo"):
        assert f"'{part}'" in done.stderr or f" {part}" in done.stderr, part


def test_a_figure_says_what_was_measured_how_and_whether_its_bound_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from bench.figure import figure, write

    good = figure("a", [3, 1, 2], "ms", bound="<= 2", method="counted")
    bad = figure("b", [3, 1, 2], "1/s", bound=">= 2.5", method="counted")
    write([good, bad], tmp_path / "bench.json")
    write([figure("b", [9], "1/s", bound=">= 2.5")], tmp_path / "bench.json")
    rows = {row["name"]: row for row in json.loads((tmp_path / "bench.json").read_text())}
    assert all({"name", "value", "unit", "bound", "holds", "method"} <= set(row) for row in rows.values())
    assert (good.value, good.holds, good.spread, bad.holds) == (2, True, (1, 3), False)
    assert rows["a"]["method"] == "counted" and rows["b"]["holds"] is True, "measured anew, in its place"


class Reporter:
    def __init__(self, reasons: list[str]) -> None:
        self.stats = {
            "skipped": [SimpleNamespace(longrepr=("file", 1, f"Skipped: {one}")) for one in reasons]
        }
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(text)


def test_without_postgresql_one_line_says_so_and_in_ci_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    told: Any = Reporter(["PostgreSQL: not installed"] * 3 + ["other"])
    conftest.pytest_terminal_summary(told)
    assert told.lines == ["3 tests skipped (PostgreSQL: not installed)"]
    quiet: Any = Reporter(["other"])
    conftest.pytest_terminal_summary(quiet)
    assert quiet.lines == []

    def none() -> Any:
        raise conftest.NoPostgres("not installed")

    monkeypatch.setattr(conftest, "cluster", none)
    body = getattr(conftest.pg_cluster, "__wrapped__", None) or conftest.pg_cluster._get_wrapped_function()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(conftest.NoPostgres):
        next(body())
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="PostgreSQL: not installed"):
        next(body())


def test_vectors_that_are_not_here_skip_with_a_line_and_fail_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from support import vectors

    monkeypatch.setattr(vectors, "ROOT", tmp_path)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="set STEERCLEAR_VECTORS"):
        vectors.folder("merkle")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="set STEERCLEAR_VECTORS"):
        vectors.folder("merkle")
    (tmp_path / "merkle").mkdir()
    assert vectors.folder("merkle") == tmp_path / "merkle"
