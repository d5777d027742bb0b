"""What the project promises about itself: licence, layers, rooms that say what they are, honest limits, figures."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "space speech record judgement procedure store node views peers api cli replay app".split()  # noqa: SIM905
)
sys.path.insert(0, str(ROOT))


def test_the_licence_is_apache_2() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["license"] == "Apache-2.0"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_who_calls_it_and_what_it_never_does(room: str) -> None:
    tree = ast.parse((ROOT / "src/steerclear" / room / "__init__.py").read_text())
    words = (ast.get_docstring(tree) or "").lower()
    assert len(words.split()) > 20
    others = [other for other in ROOMS if other != room]
    assert "call" in words or any(f"`{other}" in words for other in others)
    assert any(word in words for word in ("never", "no ", "nothing", "not "))


@pytest.mark.slow
def test_the_layers_are_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([lint, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_the_readme_says_that_root_reads_an_unlocked_nodes_memory() -> None:
    words = " ".join((ROOT / "README.md").read_text().replace("*", "").split())
    assert "root on an unlocked node can read its memory" in words


def test_ci_runs_make_test() -> None:
    assert "make test" in (ROOT / ".ci/run").read_text()
    makefile = (ROOT / "Makefile").read_text()
    for target in ("demo", "check", "test", "bench"):
        assert f"\n{target}:" in makefile


def test_a_figure_is_written_with_its_bound_and_method(tmp_path: Path) -> None:
    from bench.figure import figure, write

    made = [
        figure("a", [3.0, 1.0, 2.0], "ms", bound="<= 2", method="m"),
        figure("b", [3.0], "ms", bound="<= 2"),
    ]
    write(made, tmp_path / "bench.json")
    text = (tmp_path / "bench.json").read_text()
    rows = json.loads(text)
    rows = rows if isinstance(rows, list) else rows["figures"]
    assert {"name", "value", "unit", "bound", "holds", "method"} <= set(rows[0])
    assert [row["holds"] for row in rows] == [True, False] and rows[0]["value"] == 2.0
