"""What a scan says where memory does not suffice, and that it stays within what one part of an archive takes."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from steerclear.cli import codes, scan_room
from steerclear.cli.faults import Stop


def test_memory_that_runs_out_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Stop) as caught, scan_room.told(tmp_path, 1):
        np.empty(1 << 60, np.uint8)
    [fault] = caught.value.faults
    assert fault.code == "no-memory" and "--part" in fault.remedy and str(tmp_path) in fault.remedy
    with scan_room.told(tmp_path, 1):
        np.empty(1, np.uint8)


@pytest.mark.slow
def test_a_process_that_is_ended_is_told_with_what_to_do(tmp_path: Path) -> None:
    with (
        pytest.raises(Stop) as caught,
        scan_room.told(tmp_path, 2),
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
    ):
        list(pool.map(os._exit, [9]))
    [fault] = caught.value.faults
    assert fault.code == "process-ended" and fault.field == "--jobs" and str(tmp_path) in fault.remedy


def test_parts_have_bounds() -> None:
    assert scan_room.part_of(Namespace(part=None)) == 500_000
    assert scan_room.part_of(Namespace(part=scan_room.LEAST_PART)) == 10_000
    for part in (scan_room.LEAST_PART - 1, scan_room.MOST_PART + 1, -1):
        with pytest.raises(Stop, match="samples"):
            scan_room.part_of(Namespace(part=part))


_SCAN = """\
import resource, sys
limit = int(sys.argv[1])
if limit:
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from steerclear.cli.main import main
code = main(sys.argv[2:])
most = [row for row in open("/proc/self/status") if row.startswith("VmHWM")]
print("most", most[0].split()[1], file=sys.stderr)
sys.exit(code)
"""


def _scanned(limit: int, *argv: object) -> subprocess.CompletedProcess[str]:
    return _ran(limit, "scan", *argv)


def _ran(limit: int, *argv: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _SCAN, str(limit), *map(str, argv)],
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.slow
def test_too_few_addresses_are_told_before_anything_is_looked_at(tmp_path: Path) -> None:
    """`ulimit -v` of less than a scan reserves would end it inside a library, without a word."""
    root = _archive(tmp_path, 20, 60)
    done = _scanned(1 << 30, root)
    assert done.returncode == codes.NO and "ulimit -v" in done.stderr and "[no-memory]" in done.stderr
    assert "  do: " in done.stderr and "Traceback" not in done.stderr
    added = _ran(1 << 30, "archive", "add", root, "--like", "opensky", "--source", "x", "none.csv")
    assert added.returncode == codes.NO and "[no-memory]" in added.stderr and "Traceback" not in added.stderr
    assert _scanned(0, root).returncode in (codes.OK, codes.CONFLICT)


@pytest.mark.slow
def test_memory_is_bounded_by_a_part_and_not_by_the_archive(tmp_path: Path) -> None:
    """Three million samples, whose arrays held at once take more than a gigabyte (some 400 bytes a sample)."""
    root = _archive(tmp_path, 3_000, 1_000)
    done = _scanned(0, root, "--part", 100_000, "--no-progress")
    assert done.returncode in (codes.OK, codes.CONFLICT), done.stderr
    assert "judged: 3,000,000 samples" in done.stdout
    assert int(done.stderr.rsplit("most ", 1)[1]) < 400_000  # kB


def _archive(root: Path, movers: int, samples: int) -> Path:
    """Straight ways all over the world, a sample of each every three seconds."""
    from steerclear.archive.writing import Recorder
    from steerclear.feeds.batch import batch_of

    random = np.random.default_rng(4)
    lat, lon = random.uniform(-60, 60, movers), random.uniform(-170, 170, movers)
    level = random.integers(200, 400, movers) * 100.0
    with Recorder(root / "tracks") as recorder:
        for first in range(0, samples, 100):
            k = np.arange(first, min(first + 100, samples))
            count = movers * len(k)
            batch = batch_of(
                count,
                {
                    "ident": np.repeat([f"icao:{n:06x}".encode() for n in range(movers)], len(k)),
                    "at_ms": np.tile(1_700_000_000_000 + 3_000 * k, movers),
                    "lat_deg": np.repeat(lat, len(k)) + np.tile(5e-3 * k, movers),
                    "lon_deg": np.repeat(lon, len(k)),
                    "alt_baro_ft": np.repeat(level, len(k)),
                },
            )
            recorder.take(batch, source="test", trust="shared")
    return root / "tracks"
