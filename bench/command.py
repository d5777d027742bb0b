"""The wall time of whole commands, as a person waits for them: `make check` and `make demo`, each bound to a minute.

The environment is built and the caches of mypy and ruff are warm: the first run, which is not measured, sees to it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figure import Figure, figure

ROOT = Path(__file__).resolve().parent.parent
TIMES = 3


def seconds(argv: Sequence[str], times: int = TIMES, *, warm: bool = True) -> list[float]:
    """Wall seconds of that many runs, after one that only warms caches. Raises `SystemExit` with what it printed when
    a run fails: a command that does not do its work has no time."""
    found = []
    for number in range(times + warm):
        began = time.perf_counter()
        done = subprocess.run(argv, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        found.append(time.perf_counter() - began)
        if done.returncode:
            raise SystemExit(f"{' '.join(argv)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        print(f"\r{' '.join(argv)}: {number + 1} of {times + warm} runs", end="", file=sys.stderr)
    print(file=sys.stderr)
    return found[warm:]


def check(argv: Sequence[str] = ("make", "check"), times: int = TIMES) -> Iterator[Figure]:
    """Lint, types, layers and fast tests (`make check`)."""
    method = f"wall time of `{' '.join(argv)}` with warm caches, 2 test processes; {times} runs"
    yield figure("check.seconds", seconds(argv, times), "s", bound="< 60", method=method)


def demo(argv: Sequence[str] = ("make", "demo"), times: int = TIMES) -> Iterator[Figure]:
    """The demonstration with its built environment (`make demo`)."""
    method = f"wall time of `{' '.join(argv)}`, environment built, exit 0; {times} runs"
    yield figure("demo.seconds", seconds(argv, times), "s", bound="< 60", method=method)
