"""Hold docs/requirements.toml to the truth: what a row names as its proof exists, runs and is not excused.

    python tools/check_requirements.py [--open] [--issue 2] [--complete 2]

Exit 0 when every named proof stands; 1 when one is missing, skipped or expected to fail, or (with `--complete
N`) when a row of issue N is still open. `--open` lists open rows. Proofs are `tests/x/test_y.py`, the same
with `::test_name`, `replay:ID` (a shipped scenario with criteria) and `bench:name` (a figure of the benches).
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ISSUES = (2, 3, 4, "spec")


@dataclass(frozen=True)
class Row:
    """One demand; `proofs` is empty while it is open."""

    capability: str
    id: str
    issue: int | str
    source: str
    text: str
    proofs: tuple[str, ...]


def load(path: Path) -> tuple[list[Row], list[str]]:
    """(rows, faults of the file itself)."""
    rows: list[Row] = []
    faults: list[str] = []
    for capability in tomllib.loads(path.read_text())["capability"]:
        for entry in capability["rows"]:
            shown = entry.get("shown_by")
            if shown != "open" and (not isinstance(shown, list) or not shown):
                faults.append(f'{entry.get("id")}: shown_by is "open" or a list of proofs')
                shown = "open"
            if entry.get("issue") not in ISSUES or not entry.get("source") or not entry.get("text"):
                faults.append(f"{entry.get('id')}: needs issue (2, 3, 4 or spec), source and text")
            proofs = () if shown == "open" else tuple(shown)
            rows.append(
                Row(capability["id"], entry["id"], entry["issue"], entry["source"], entry["text"], proofs)
            )
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            faults.append(f"{row.id}: named twice")
        seen.add(row.id)
    return rows, faults


def collected(root: Path, files: list[str]) -> tuple[set[str], str]:
    """(node ids without parameters that pytest collects from `files`, its complaint if it could not)."""
    if not files:
        return set(), ""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-o",
        "addopts=",
        "-p",
        "no:cacheprovider",
        *files,
    ]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    ids = {line.split("[")[0].strip() for line in run.stdout.splitlines() if "::" in line}
    return ids, "" if run.returncode in (0, 5) else run.stdout[-2000:]


def _marks(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute) and part.attr in ("skip", "xfail"):
                yield part.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "skipif":
            condition = node.args[0] if node.args else None
            if condition is None or (isinstance(condition, ast.Constant) and condition.value):
                yield "skipif(always)"


def _body_excuses(body: list[ast.stmt]) -> Iterator[str]:
    """`pytest.skip()` that nothing guards, and `pytest.xfail()` anywhere."""
    for statement in body:
        for part in ast.walk(statement):
            if not (isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute)):
                continue
            of_pytest = isinstance(part.func.value, ast.Name) and part.func.value.id == "pytest"
            if of_pytest and part.func.attr == "xfail":
                yield "xfail"
            if of_pytest and part.func.attr == "skip" and isinstance(statement, ast.Expr):
                yield "skip"


def excuses(path: Path) -> dict[str, str]:
    """{`test_name` or `Class::test_name`: why it does not count} in a test file; key "" covers all of it."""
    found: dict[str, str] = {}
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets
        ):
            listed = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
            for mark in _marks(list(listed)):
                found[""] = mark

    def visit(body: list[ast.stmt], prefix: str, inherited: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{node.name}::", inherited or next(_marks(node.decorator_list), ""))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
                why = inherited or next(_marks(node.decorator_list), "") or next(_body_excuses(node.body), "")
                if why:
                    found[prefix + node.name] = why

    visit(tree.body, "", "")
    return found


def scenarios(root: Path) -> set[str]:
    """Ids of shipped scenarios that have at least one criterion."""
    ids = set()
    for path in (root / "src/steerclear/scenarios").glob("*.toml"):
        document = tomllib.loads(path.read_text())
        if document.get("criterion"):
            ids.add(str(document["scenario"]["id"]))
    return ids


def benches(root: Path) -> set[str]:
    """Names of figures: every string constant of the bench folder (names are written there as they print)."""
    names = set()
    for path in [*(root / "bench").rglob("*.py"), *(root / "src/steerclear/bench").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    return names


def check(root: Path, rows: list[Row]) -> list[str]:
    """Every fault of every named proof."""
    faults: list[str] = []
    named = [(row, proof) for row in rows for proof in row.proofs]
    tests = [(row, proof) for row, proof in named if not proof.startswith(("replay:", "bench:"))]
    files = sorted({proof.split("::")[0] for _, proof in tests})
    present = [name for name in files if (root / name).is_file()]
    ids, complaint = collected(root, present)
    if complaint:
        faults.append(f"pytest could not collect: {complaint}")
    shipped, figures = scenarios(root), benches(root)
    excused = {name: excuses(root / name) for name in present}
    for row, proof in named:
        what, _, rest = proof.partition(":")
        if what == "replay" and rest not in shipped:
            faults.append(f"{row.id}: no shipped scenario {rest} with criteria")
        elif what == "bench" and rest not in figures:
            faults.append(f"{row.id}: no figure named {rest}")
    for row, proof in tests:
        name, _, test = proof.partition("::")
        if name not in excused:
            faults.append(f"{row.id}: {name} does not exist")
        elif proof not in ids and not (not test and any(i.startswith(name + "::") for i in ids)):
            faults.append(f"{row.id}: pytest does not collect {proof}")
        else:
            why = excused[name]
            hit = why.get("") or (why.get(test) if test else next(iter(why.values()), None))
            if hit:
                faults.append(f"{row.id}: {proof} is marked {hit}")
    return faults


def main(argv: list[str] | None = None) -> int:
    """Entry point; see the module's docstring."""
    parser = argparse.ArgumentParser(
        description="Check docs/requirements.toml against tests, scenarios and figures."
    )
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--open", action="store_true", help="list the open rows")
    parser.add_argument("--issue", default=None, help="count only rows of this issue")
    parser.add_argument("--complete", default=None, help="fail while a row of this issue is open")
    options = parser.parse_args(argv)
    rows, faults = load(options.root / "docs/requirements.toml")
    faults += check(options.root, rows)
    counted = [row for row in rows if options.issue in (None, str(row.issue))]
    print(f"{'capability':28} {'shown':>6} {'open':>6}")
    for name in dict.fromkeys(row.capability for row in counted):
        group = [row for row in counted if row.capability == name]
        shown = sum(1 for row in group if row.proofs)
        print(f"{name:28} {shown:6} {len(group) - shown:6}")
        if options.open:
            for row in group:
                if not row.proofs:
                    print(f"    open {row.id} ({row.issue}): {row.text}")
    shown = sum(1 for row in counted if row.proofs)
    print(f"{'all':28} {shown:6} {len(counted) - shown:6}")
    if options.complete is not None:
        faults += [f"{r.id}: open" for r in rows if str(r.issue) == options.complete and not r.proofs]
    for fault in faults:
        print(f"FAULT {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
