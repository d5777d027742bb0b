"""`python -m bench.table`: the figures of bench.json as a table in docs/reference/figures.md, between its two marks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PAGE = Path("docs/reference/figures.md")
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
_HOLDS = {True: "yes", False: "**no**", None: ""}


def table(figures: list[dict[str, Any]]) -> str:
    """A Markdown table, a row for each figure, by part and in the order of measuring."""
    rows = ["| Figure | Value | Least to greatest | Bound | Holds |", "|---|---:|---:|---|---|"]
    for one in figures:
        spread = one.get("spread")
        between = f"{spread[0]:g} to {spread[1]:g}" if spread and spread[0] != spread[1] else ""
        value = f"{one['value']:g} {one['unit']}".rstrip()
        rows.append(f"| `{one['name']}` | {value} | {between} | {one['bound']} | {_HOLDS[one['holds']]} |")
    return "\n".join(rows)


def filled(page: str, figures: list[dict[str, Any]]) -> str:
    """The page with the table between the marks. Raises `ValueError` where the marks are not there."""
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table(figures)}\n{END}{after}"


def main() -> int:
    measured = Path("bench.json")
    if not measured.exists():
        print("no bench.json: run make bench first", file=sys.stderr)
        return 1
    PAGE.write_text(filled(PAGE.read_text(), json.loads(measured.read_text())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
