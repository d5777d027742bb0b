"""Part `scan`: every encounter in an archive of 5,000,000 samples, on one core, with the memory that it takes.

The tracks are simulated (seeded): 8,000 airliners over a circle of 1,070 km, written by `Recorder` as a node writes
them. The scan runs in a process of its own, bound to one core, Polars with one thread.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure, figure

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = 5_000_000
MOVERS, EVERY_S, MEETINGS = 8_000, 4, 400
REPEATS = 3


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="steerclear-bench-") as folder:
        yield from measured(Path(folder), SAMPLES, MOVERS, MEETINGS, REPEATS)


def measured(folder: Path, samples: int, movers: int, meetings: int, repeats: int) -> Iterator[Figure]:
    """Seconds, samples a second and memory of a scan; meetings that were simulated and not found; memory of a scan of
    a fifth as many samples, which is no less where memory is bounded by the unit and not by the archive."""
    met = write(folder / "all", samples, movers, meetings)
    write(folder / "fifth", samples // 5, movers, 0)
    rows = [scanned(folder / "all") for _ in range(repeats)]
    fifth = scanned(folder / "fifth")
    count = rows[0]["samples"]
    how = f"{count:,} samples of {movers:,} simulated airliners, one core, Polars with one thread; {repeats} runs"
    bound = "<= 10" if samples == SAMPLES else ""
    yield figure("scan.seconds", [row["wall_s"] for row in rows], "s", bound=bound, method=how)
    yield figure("scan.cpu", [row["cpu_s"] for row in rows], "s", method=f"user and system time; {how}")
    yield figure("scan.samples_a_second", [count / row["cpu_s"] for row in rows], "1/s", method=how)
    yield figure(
        "scan.memory", [row["memory_mb"] for row in rows], "MB", method=f"most resident memory; {how}"
    )
    yield figure(
        "scan.memory_of_a_fifth",
        [fifth["memory_mb"]],
        "MB",
        method=f"the same of {fifth['samples']:,} samples",
    )
    found = {tuple(pair) for pair in rows[0]["losses"]}
    yield figure("scan.encounters", [len(rows[0]["losses"])], "", method="losses found in these samples")
    missed = [pair for pair in met if pair not in found]
    method = f"of {len(met)} pairs steered to within a kilometre of each other at one level"
    yield figure("scan.missed", [len(missed)], "", bound="== 0", method=method)


def write(root: Path, samples: int, movers: int, meetings: int) -> list[tuple[str, str]]:
    """The archive; the pairs that were steered to meet."""
    from steerclear.archive.writing import Recorder
    from steerclear.simulator import world
    from steerclear.simulator.sensor import reports
    from steerclear.simulator.world import Wanted

    lasts = max(1_000, samples * EVERY_S * 103 // 100 // movers)  # now and then a mover is silent
    wanted = Wanted(
        {"aircraft": movers}, seed=17, lasts_s=lasts, radius_m=12_000.0 * movers**0.5, meetings=meetings
    )
    made = world.made(wanted)
    left = samples
    with Recorder(root) as recorder:
        for second, (_, batch) in enumerate(reports(wanted)):
            recorder.take(batch, source="simulator", trust="shared")
            left -= len(batch)
            if not second % 300:
                print(f"\rsimulated {samples - left:,} of {samples:,} samples", end="", file=sys.stderr)
            if left <= 0:
                break
    print(file=sys.stderr)
    firsts = sorted(made.meets_at)[::2]
    return [(made.idents[first], made.idents[first + 1]) for first in firsts]


def scanned(root: Path) -> dict[str, object]:
    """One scan in a process of its own."""
    env = {**os.environ, "POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.scan", str(root)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told


def once(root: Path) -> dict[str, object]:
    """A scan in this process: nothing kept from before."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    from steerclear.archive import run as runs
    from steerclear.archive import terms, work

    wall, cpu = time.perf_counter(), time.process_time()
    result = runs.scan(work.units(root, (), terms.default()))
    return {
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "memory_mb": _most_resident_mb(),
        "samples": result.judged.samples,
        "losses": [one.pair for one in result.encounters if one.verdict == "loss"],
    }


def _most_resident_mb() -> float:
    """Of this process alone; `getrusage` also knows what its parent held before the program was begun."""
    text = Path("/proc/self/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    print(json.dumps(once(Path(sys.argv[1]))))
