"""SIGKILL at random moments: whatever was acknowledged is in the store, whole, after every one of them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from steerclear.store import open_store
from support.writer import KEPT, ORIGIN, entry

TESTS = Path(__file__).parents[1]
ROUNDS = 6


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_every_acknowledged_leaf_survives(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where = "sqlite" if engine == "sqlite" else request.getfixturevalue("pg_dsn")
    seed = random.Random(20151020)
    acknowledged: dict[int, str] = {}
    for _ in range(ROUNDS):
        acknowledged |= run_and_kill(where, tmp_path, after=seed.randrange(1, 400))
        check(where, tmp_path, acknowledged)
    assert len(acknowledged) > 3 * ROUNDS


def run_and_kill(where: str, folder: Path, *, after: int) -> dict[int, str]:
    """index → producer of all that was acknowledged; the writer is killed once `after` lines were read."""
    process = subprocess.Popen(
        [sys.executable, "-m", "support.writer", where, str(folder)],
        cwd=TESTS,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if len(lines) == after:
            os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    process.stdout.close()
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {int(index): producer for index, producer in whole}


def check(where: str, folder: Path, acknowledged: dict[int, str]) -> None:
    """A start after it: nothing acknowledged is missing, no batch is there in part, no key is left over."""
    store = open_store(where, folder)
    leaves = store.leaves(ORIGIN, 0, 10**9)
    assert max(acknowledged) < store.size(ORIGIN) == len(leaves)
    assert all(leaves[index] == b"%d %s" % (index, name.encode()) for index, name in acknowledged.items())
    entries = [entry(index) for index in range(len(leaves))]
    assert store.payload_ids() == set(entries)
    assert store.key_ids() == set(entries[-KEPT:])
    assert [store.wrapped_key(id) for id in entries[-KEPT:]] == [
        b"key " + id.encode() for id in entries[-KEPT:]
    ]
    store.close()
    on_disk = (folder / "keys.slots").read_bytes()
    assert on_disk.count(b"key ") == min(KEPT, len(entries))
