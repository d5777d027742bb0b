"""Entries signed by officers' clients, one POST each, against a real `steerclear serve`: the node's CPU an entry."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.figure import Figure, figure, percentile
from bench.serving import Site, cpu_s, founding, served
from steerclear.record.keys import signer_to_secret

OFFICERS, ROUNDS, PARTS = 64, 60, 5
STORES = ("sqlite", "postgresql")


def run() -> Iterator[Figure]:
    for store in STORES:
        with contextlib.ExitStack() as stack:
            address = store if store == "sqlite" else _database(stack)
            if not address:
                print("submit: no PostgreSQL here, its figures are left out", file=sys.stderr)
                continue
            yield from measured(store, address, "line.check", PARTS, ROUNDS)
    yield from measured("sqlite", "sqlite", "activity.flight", 3, 10, bounded=False)


def measured(
    store: str,
    address: str,
    kind: str,
    parts: int,
    rounds: int,
    *,
    bounded: bool = True,
    officers: int = OFFICERS,
) -> Iterator[Figure]:
    """Figures of one store: `parts` of `rounds` entries of each officer, after a part that is not counted."""
    with tempfile.TemporaryDirectory() as name:
        with founding(Path(name), [address, "sqlite"], officers) as (pair, sites):
            state = pair.parties[0].node.line(pair.line)
            chains = [state.own_log.state.next_of(key.verifier.ref) for key in sites[0].officers]
            task = {
                "port": sites[0].port,
                "line": pair.line,
                "party": sites[0].party,
                "to": sites[1].party,
                "log": state.own_log.name,
                "kind": kind,
                "officers": [signer_to_secret(key) for key in sites[0].officers],
                "chains": chains,
            }
        rows = list(loaded(sites[0], task, parts, rounds))
    suffix = store if kind == "line.check" else f"{store}.{kind}"
    method = (
        f"{parts} parts of {officers * rounds} {kind} entries, {officers} officers with one in flight each, signed by "
        f"the client process, one HTTP POST each, against steerclear serve on {store}, fsync on, the other party away; "
        "user and system time of the node process from /proc; the median part"
    )
    per = [cpu * 1000 / row["entries"] for cpu, row in rows]
    yield figure(f"submit.cpu_{suffix}", per, "ms", bound="<= 1" if bounded else "", method=method)
    yield figure(
        f"submit.rate_{suffix}", [row["entries"] / row["seconds"] for _, row in rows], "1/s", method=method
    )
    slow = [percentile(row["took"], 0.99) * 1000 for _, row in rows]
    yield figure(f"submit.answer_p99_{suffix}", slow, "ms", method=method)


def loaded(
    site: Site, task: dict[str, Any], parts: int, rounds: int
) -> Iterator[tuple[float, dict[str, Any]]]:
    """(the node's CPU in s, what the client saw) of each part."""
    with served(site) as pid:
        for part in range(parts + 1):
            task |= {"first": part * rounds, "rounds": rounds if part else max(1, rounds // 4)}
            before = cpu_s(pid)
            done = subprocess.run(
                [sys.executable, "-m", "bench.load"],
                cwd=Path(__file__).parents[1],
                input=json.dumps(task).encode(),
                capture_output=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(done.stderr.decode()[-3000:])
            found = json.loads(done.stdout)
            task["chains"] = found["chains"]
            if part:
                yield cpu_s(pid) - before, found


def _database(stack: contextlib.ExitStack) -> str:
    """A private cluster's database; '' where there can be none."""
    from tests.support import pg

    try:
        return stack.enter_context(pg.cluster()).dsn("bench")
    except pg.NoPostgres:
        return ""
