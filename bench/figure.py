"""One measured figure, and how a list of repeated measurements becomes one."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """`bound` is the issue's, as `"<= 10"` or `">= 4000"`, empty where the figure is only stated; `holds` None then.
    `method` says what was run, on what input, and how often; `spread` the least and the greatest seen."""

    name: str
    value: float
    unit: str
    bound: str = ""
    holds: bool | None = None
    method: str = ""
    spread: tuple[float, float] | None = None


def figure(
    name: str,
    values: Sequence[float],
    unit: str,
    *,
    bound: str = "",
    method: str = "",
    value: float | None = None,
) -> Figure:
    """The median of `values` (or `value`, where they are samples of something else) against the bound."""
    middle = statistics.median(values) if value is None else value
    return Figure(
        name,
        round(middle, 4),
        unit,
        bound,
        _holds(middle, bound),
        method,
        (round(min(values), 4), round(max(values), 4)),
    )


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of the sorted samples lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def machine() -> str:
    """What it ran on, in a line."""
    load = ", ".join(f"{one:.2f}" for one in os.getloadavg())
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}"


def write(figures: Iterable[Figure], path: Path) -> None:
    """`bench.json`: the figures measured now, in the place of earlier ones of the same name."""
    known = {one["name"]: one for one in json.loads(path.read_text())} if path.exists() else {}
    for one in figures:
        known[one.name] = asdict(one)
    path.write_text(json.dumps(list(known.values()), indent=1) + "\n")


def _holds(value: float, bound: str) -> bool | None:
    if not bound:
        return None
    sign, number = bound.split()[:2]
    checks: dict[str, Callable[[float, float], bool]] = {
        "<=": lambda a, b: a <= b,
        ">=": lambda a, b: a >= b,
        "<": lambda a, b: a < b,
        "==": lambda a, b: a == b,
    }
    return checks[sign](value, float(number))
