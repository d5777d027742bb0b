"""docs/requirements.toml names only proofs that exist and run; and the checker itself can fail."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_spec = importlib.util.spec_from_file_location("check_requirements", ROOT / "tools/check_requirements.py")
assert _spec is not None and _spec.loader is not None
checker = importlib.util.module_from_spec(_spec)
sys.modules["check_requirements"] = checker
_spec.loader.exec_module(checker)

TESTS = """
import pytest

def test_good(): assert True

@pytest.mark.parametrize("n", [1, 2])
def test_many(n): assert n

@pytest.mark.skip(reason="later")
def test_skipped(): assert True

@pytest.mark.xfail
def test_expected(): assert False

@pytest.mark.skipif(not __debug__, reason="elsewhere")
def test_conditional(): assert True

def test_gives_up():
    pytest.skip("no")

TestMachine = Machine.TestCase

@pytest.mark.skip(reason="all of it")
class TestGroup:
    def test_inside(self): assert True
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_some.py").write_text(TESTS)
    (tmp_path / "tests/test_fine.py").write_text("def test_one(): pass\n")
    (tmp_path / "tests/helper.py").write_text("def test_one(): pass\n")
    skipped = 'import pytest\npytest.skip("no", allow_module_level=True)\ndef test_one(): pass\n'
    (tmp_path / "tests/test_module.py").write_text(skipped)
    needed = 'import pytest\nmade = pytest.importorskip("nothing")\ndef test_one(): pass\n'
    (tmp_path / "tests/test_imports.py").write_text(needed)
    scenarios = tmp_path / "src/steerclear/scenarios"
    scenarios.mkdir(parents=True)
    (scenarios / "x.toml").write_text('[scenario]\nid = "X1"\n[[criterion]]\ntext = "t"\n')
    (scenarios / "y.toml").write_text('[scenario]\nid = "Y1"\n')
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench/__main__.py").write_text('PARTS = ("ingest", "start")\n')
    (tmp_path / "bench/speed.py").write_text('def run():\n    yield figure("ingest.rate", [1], "ms")\n')
    return tmp_path


def faults_of(tree: Path, shown_by: str) -> list[str]:
    row = f'{{ id = "a", issue = 2, source = "s", text = "t", shown_by = {shown_by} }}'
    (tree / "docs/requirements.toml").write_text(
        f'[[capability]]\nid = "c"\ntitle = "C"\nrows = [\n  {row},\n]\n'
    )
    rows, faults = checker.load(tree / "docs/requirements.toml")
    return faults + checker.check(tree, rows)


@pytest.mark.parametrize(
    "proof",
    [
        "tests/test_some.py::test_good",
        "tests/test_some.py::test_many",
        "tests/test_some.py::test_conditional",
        "tests/test_fine.py",
        "replay:X1",
        "tests/test_some.py::TestMachine",
        "bench:ingest",
        "bench:ingest.rate",
    ],
)
def test_a_proof_that_stands_is_accepted(tree: Path, proof: str) -> None:
    assert faults_of(tree, f'["{proof}"]') == []


@pytest.mark.parametrize(
    ("proof", "why"),
    [
        ("tests/test_none.py", "does not exist"),
        ("tests/test_some.py::test_absent", "does not collect"),
        ("tests/test_some.py::test_skipped", "marked skip"),
        ("tests/test_some.py::test_expected", "marked xfail"),
        ("tests/test_some.py::test_gives_up", "marked skip"),
        ("tests/test_some.py::TestGroup::test_inside", "marked skip"),
        ("tests/test_some.py", "marked"),
        ("replay:Z9", "no shipped scenario"),
        ("replay:Y1", "with criteria"),
        ("bench:other", "no figure"),
        ("bench:ms", "no figure"),
        ("tests/helper.py", "does not collect"),
        ("tests/test_module.py::test_one", "marked skip"),
        ("tests/test_imports.py::test_one", "marked importorskip"),
    ],
)
def test_a_proof_that_does_not_stand_is_a_fault(tree: Path, proof: str, why: str) -> None:
    faults = faults_of(tree, f'["{proof}"]')
    assert len(faults) == 1 and why in faults[0]


def explain(tree: Path) -> None:
    path = tree / "docs/requirements.toml"
    path.write_text(path.read_text().replace("  { id", "  # open: nobody did it\n  { id"))


def test_an_open_row_says_why_and_one_that_is_shown_no_longer(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faults_of(tree, '"open"')
    assert checker.main(["--root", str(tree)]) == 1
    assert "a: open without a line" in capsys.readouterr().err
    faults_of(tree, '["tests/test_fine.py"]')
    assert checker.main(["--root", str(tree)]) == 0
    explain(tree)
    assert checker.main(["--root", str(tree)]) == 1
    assert "a: shown, and" in capsys.readouterr().err


def test_a_figure_outside_its_bound_is_told(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faults_of(tree, '["bench:ingest"]')
    rows = [
        {"name": "ingest.rate", "value": 7, "unit": "1/s", "bound": ">= 9", "holds": False},
        {"name": "start.seconds", "value": 7, "unit": "s", "bound": "<= 9", "holds": True},
    ]
    (tree / "bench.json").write_text(json.dumps(rows))
    assert checker.main(["--root", str(tree)]) == 0, "measured elsewhere it may hold"
    told = capsys.readouterr().err
    assert "NOTE ingest.rate was 7 1/s, bound >= 9" in told and "start.seconds" not in told


def test_open_is_no_fault_unless_completeness_is_asked(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert faults_of(tree, '"open"') == []
    explain(tree)
    assert checker.main(["--root", str(tree)]) == 0
    assert "open a: nobody did it" in capsys.readouterr().out
    assert checker.main(["--root", str(tree), "--complete", "2"]) == 1
    assert "a: open" in capsys.readouterr().err


@pytest.mark.parametrize("shown_by", ["[]", '"tests/test_fine.py"', "7"])
def test_anything_else_in_shown_by_is_a_fault(tree: Path, shown_by: str) -> None:
    assert faults_of(tree, shown_by)


def test_an_id_named_twice_is_a_fault(tree: Path) -> None:
    row = '{ id = "a", issue = 2, source = "s", text = "t", shown_by = "open" }'
    (tree / "docs/requirements.toml").write_text(
        f'[[capability]]\nid = "c"\ntitle = "C"\nrows = [{row}, {row}]\n'
    )
    assert checker.load(tree / "docs/requirements.toml")[1] == ["a: named twice"]


def test_the_shipped_file_is_true(capsys: pytest.CaptureFixture[str]) -> None:
    code = checker.main([])
    shown = capsys.readouterr()
    assert code == 0, shown.err
