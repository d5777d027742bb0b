"""`steerclear audit`: what an investigator looks at first."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from steerclear.cli import codes, show
from steerclear.cli.heard import mode_of


def run_audit(args: Namespace) -> int:
    from steerclear.cli import client

    who = client.officer(args)
    audit = who.get("/audit", gap_ms=int(args.gap * 3_600_000))
    lines: list[str] = []
    for gap in audit["gaps"]:
        why = f"; suspended: {', '.join(gap['reasons'])}" if gap["reasons"] else ""
        lines.append(
            f"gap of {gap['duration_ms'] / 3_600_000:g} h in routine contact from {show.instant(gap[_start(gap)])}{why}"
        )
    for name in ("invalid", "forks", "ratios", "fired", "marked", "missing", "standing_notes", "no_effect"):
        rows = audit[name]
        if rows:
            lines += ["", show.strong(f"{name.replace('_', ' ')} ({len(rows)})")]
            lines += [f"  {row if isinstance(row, str) else _pairs(row)}" for row in rows]
    show.emit(args, audit, lines or ["nothing to list"], mode=mode_of(who.get()))
    return codes.OK


def _start(gap: dict[str, Any]) -> str:
    return next(name for name in gap if "start" in name or "from" in name)


def _pairs(row: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {show.instant(value) if name.endswith('_ms') else value}" for name, value in row.items()
    )
