"""Start of a node with 1,000,000 entries: roots recomputed and compared with the signed checkpoints; memory and disk.

The store is written once and kept under `out/bench-start`, since signing a million entries takes minutes; the start is
a process of its own, timed from outside.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure, figure

ENTRIES = int(os.environ.get("STEERCLEAR_BENCH_START", "1000000"))
FOLDER = Path("out/bench-start")
BATCH = 2_000


def run() -> Iterator[Figure]:
    if not (FOLDER / "ready").exists() or (FOLDER / "ready").read_text() != str(ENTRIES):
        make(FOLDER, ENTRIES)
    times, memory = [], []
    for _ in range(3):
        began = time.perf_counter()
        command = [sys.executable, "-c", f"from bench.start import load; load({str(FOLDER)!r})"]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        times.append(time.perf_counter() - began)
        memory.append(json.loads(out)["rss_kb"])
    size = sum(path.stat().st_size for path in (FOLDER / "a").rglob("*") if path.is_file())
    mix = "9 in 10 line.check, 1 in 10 activity.flight of the past"
    method = f"{ENTRIES} entries of 16 officers ({mix}), SQLite; 3 starts"
    yield figure("start.seconds", times, "s", bound="<= 60" if ENTRIES >= 1_000_000 else "", method=method)
    per = [kb / ENTRIES * 1000 / 1024 for kb in memory]
    yield figure("start.memory_per_1000_entries", per, "MiB", method=f"VmRSS after the start; {method}")
    yield figure("start.disk_per_1000_entries", [size / ENTRIES * 1000 / 2**20], "MiB", method=method)


def make(folder: Path, entries: int) -> None:
    """A party's store with that many own entries, each signed by an officer."""
    from bench.line import START_MS, founded, said
    from steerclear.clock import SteppedClock
    from steerclear.node import payloads, tick, write
    from steerclear.speech.kinds.activity_flight import Flight
    from steerclear.speech.kinds.line_check import LineCheck
    from steerclear.store.memory import MemoryStore
    from steerclear.store.sqlite import SqliteStore
    from steerclear.units import format_time

    shutil.rmtree(folder, ignore_errors=True)
    (folder / "a").mkdir(parents=True)
    clock = SteppedClock(START_MS)
    line, (a, b) = founded(folder, [SqliteStore(folder / "a"), MemoryStore()], officers=16, clock=clock)
    when = {"start": format_time(START_MS + 3_600_000), "end": format_time(START_MS + 7_200_000)}

    def bodies() -> Iterator[tuple[str, object]]:
        for number in range(entries):
            if number % 10:
                yield "line.check", LineCheck(by="person", text="All quiet.")
            else:
                lat, lon = 300_000_000 + number * 40, 300_000_000 + number * 30
                volume = {
                    "outline": {"type": "circle", "centre": [lat, lon], "radius_mm": 5_000_000},
                    "lower": {"value": 100, "unit": "fl", "ref": "STD"},
                    "upper": {"value": 120, "unit": "fl", "ref": "STD"},
                    **when,
                }
                import msgspec

                yield (
                    "activity.flight",
                    msgspec.convert({"volumes": [volume], "aircraft_class": "rotary"}, Flight),
                )

    state = a.node.line(line)
    rows = said(a, line, b.node.party, bodies())
    done = 0
    while some := list(itertools.islice(rows, BATCH)):
        a.node.ops = []
        for leaf, opening in some:
            outcome = state.own_log.verdict(leaf, verify_signatures=False)
            write.take(a.node, state, state.own_log, leaf, outcome)
            payloads.keep(a.node, state, state.own_log.ids[-1], opening)
        state.opened.clear()
        write.sign_checkpoint(a.node, state, state.own_log)
        a.node.store.commit(tuple(a.node.ops))
        done += len(some)
        print(f"\r{done} of {entries} entries written", end="", file=sys.stderr)
    print(file=sys.stderr)
    clock.step_to(START_MS + 3 * 86_400_000)
    a.node.ops = []
    tick.refresh(a.node, state)
    a.node.store.commit(tuple(a.node.ops))
    a.node.store.close()
    (folder / "clock").write_text(str(clock.true_ms()))
    (folder / "ready").write_text(str(entries))


def load(name: str) -> None:
    """In a process of its own: the node as `serve` starts it, until it can answer its first board."""
    from bench.line import PASSPHRASE
    from steerclear.clock import SteppedClock
    from steerclear.node import home, queries
    from steerclear.node.opening import open_node
    from steerclear.store.sqlite import SqliteStore

    folder = Path(name)
    clock = SteppedClock(int((folder / "clock").read_text()))
    node = open_node(home.read(folder / "0", PASSPHRASE), SqliteStore(folder / "a"), clock)
    line = next(iter(node.lines))
    board = node.run_inline(lambda n: queries.board(n, line))
    with Path("/proc/self/status").open() as status:
        rss = next(int(row.split()[1]) for row in status if row.startswith("VmRSS"))
    print(json.dumps({"rss_kb": rss, "entries": sum(board.as_of.values())}))
