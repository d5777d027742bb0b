"""`python -m bench [--only NAME]`: run the parts, print a table, write bench.json. Exit 1 where a bound fails."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from bench.figure import Figure, machine, write

PARTS = (
    "conflict",
    "unseen",
    "submit",
    "ingest",
    "shown",
    "alert_latency",
    "scan",
    "start",
    "pairs",
    "missed",
    "check",
    "demo",
    "readers",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", metavar="NAME", choices=PARTS, help="one part: " + ", ".join(PARTS))
    only = parser.parse_args().only
    print(machine(), file=sys.stderr)
    figures: list[Figure] = []
    for part in [only] if only else PARTS:
        for one in importlib.import_module(f"bench.{part}").run():
            figures.append(one)
            mark = {True: "holds", False: "DOES NOT HOLD", None: ""}[one.holds]
            spread = f"({one.spread[0]:g} to {one.spread[1]:g})" if one.spread else ""
            print(
                f"{one.name:44} {one.value:>12g} {one.unit:12} {one.bound:10} {mark:14} {spread}", flush=True
            )
    write(figures, Path("bench.json"))
    return 1 if any(one.holds is False for one in figures) else 0


if __name__ == "__main__":
    raise SystemExit(main())
