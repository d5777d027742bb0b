"""Hold docs/requirements.toml to the truth: what a row names as its proof exists, runs and is not excused.

    python tools/check_requirements.py [--open] [--issue 2] [--complete 2]

Prints how many rows of each capability are shown, and below it the open ones of the issue being built with their
reasons (`# open: why` above a row). Exit 0 when every named proof stands; 1 when one is missing, skipped or expected
to fail, when a reason is missing or out of date, or (with `--complete N`) when a row of issue N is still open.
`--open` lists all open rows. Proofs are `tests/x/test_y.py`, the same with `::test_name`, `replay:ID` (a shipped
scenario with criteria) and `bench:name` (a part of the bench or a figure). Nothing is imported or run: under a second.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ISSUES = (2, 3, 4, "spec")
NOW = 2
"""The issue being built: its open rows are listed and each says why."""


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


def tests_in(path: Path) -> set[str]:
    """`test_name` and `Class::test_name` that pytest collects from a test file; a class that is assigned (as
    Hypothesis' state machines are) by its name. Read, not imported: pytest itself fails where it cannot import."""
    found: set[str] = set()
    if not path.name.startswith("test_"):
        return found

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
                visit(node.body, f"{prefix}{node.name}::")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
                found.add(prefix + node.name)
            elif isinstance(node, ast.Assign):
                names = [t.id for t in node.targets if isinstance(t, ast.Name)]
                found.update(name for name in names if name.startswith("Test"))
            elif isinstance(node, ast.If | ast.Try):
                visit(node.body, prefix)

    visit(ast.parse(path.read_text()).body, "")
    return found


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
            if of_pytest and part.func.attr == "importorskip":
                yield "importorskip"


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
        elif isinstance(
            node, ast.Expr | ast.Assign
        ):  # pytest.skip(..., allow_module_level=True), importorskip
            for why in _body_excuses([node]):
                found[""] = why

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
    """Parts of the bench (`PARTS` of bench/__main__.py) and names of figures, as they stand in `figure(…)`."""
    names: set[str] = set()
    for path in (root / "bench").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == "PARTS" for t in node.targets
            ):
                names.update(ast.literal_eval(node.value))
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if called in ("figure", "Figure") and isinstance(node, ast.Call) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    names.add(first.value)
    return names


def not_holding(root: Path) -> dict[str, str]:
    """{figure: words} of what the last `make bench` on this machine found outside its bound; empty without one."""
    path = root / "bench.json"
    rows = json.loads(path.read_text()) if path.exists() else []
    return {
        row["name"]: f"{row['value']:g} {row['unit']}, bound {row['bound']}"
        for row in rows
        if row["holds"] is False
    }


def reasons(path: Path) -> dict[str, str]:
    """{id: why} of the rows with a comment `# open: why` above."""
    found, last = {}, ""
    for line in path.read_text().splitlines():
        row = re.match(r'\s*\{ id = "([^"]+)"', line)
        if row and last:
            found[row[1]] = last
        comment = re.match(r"\s*# open: (.+)", line)
        last = comment[1] if comment else ""
    return found


def check(root: Path, rows: list[Row]) -> list[str]:
    """Every fault of every named proof."""
    faults: list[str] = []
    named = [(row, proof) for row in rows for proof in row.proofs]
    tests = [(row, proof) for row, proof in named if not proof.startswith(("replay:", "bench:"))]
    files = sorted({proof.split("::")[0] for _, proof in tests})
    present = [name for name in files if (root / name).is_file()]
    ids = {f"{name}::{test}" for name in present for test in tests_in(root / name)}
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


def unexplained(rows: list[Row], why: dict[str, str]) -> list[str]:
    """An open row of the issue being built says why; a row that is shown says nothing of the kind any more."""
    out = [f"{r.id}: open without a line `# open: why` above it" for r in rows]
    out = [
        text for text, r in zip(out, rows, strict=True) if r.issue == NOW and not r.proofs and r.id not in why
    ]
    return out + [f"{r.id}: shown, and `# open:` stands above it" for r in rows if r.proofs and r.id in why]


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
    path = options.root / "docs/requirements.toml"
    rows, faults = load(path)
    faults += check(options.root, rows)
    why = reasons(path)
    faults += unexplained(rows, why)
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
        else:
            for row in group:
                if not row.proofs and row.issue == NOW:
                    print(f"    open {row.id}: {why.get(row.id, row.text)}")
    shown = sum(1 for row in counted if row.proofs)
    print(f"{'all':28} {shown:6} {len(counted) - shown:6}")
    if options.complete is not None:
        faults += [f"{r.id}: open" for r in rows if str(r.issue) == options.complete and not r.proofs]
    for name, words in not_holding(options.root).items():
        print(f"NOTE {name} was {words} when last measured here", file=sys.stderr)
    for fault in faults:
        print(f"FAULT {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
