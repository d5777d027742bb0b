"""Replica ingest: leaves of a peer's log with their payloads, every signature verified, stored with fsync on."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure, figure
from bench.line import founded, said
from steerclear.node import ingest, payloads, relay, write
from steerclear.speech.kinds.line_check import LineCheck
from steerclear.store.memory import MemoryStore
from steerclear.store.sqlite import SqliteStore

ENTRIES, BATCH = 12_000, 512


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "b").mkdir()
        line, (a, b) = founded(folder, [MemoryStore(), SqliteStore(folder / "b")], officers=16)
        bodies = itertools.repeat(("line.check", LineCheck(by="person", text="All quiet.")), ENTRIES)
        rows = list(said(a, line, b.node.party, bodies))  # type: ignore[arg-type]
        state = a.node.line(line)
        origin = state.own_log.origin
        rates, cpus = [], []
        for at in range(0, ENTRIES, BATCH):
            some = rows[at : at + BATCH]
            a.node.ops = []
            for leaf, opening in some:
                outcome = state.own_log.verdict(leaf, verify_signatures=False)
                write.take(a.node, state, state.own_log, leaf, outcome)
                payloads.keep(a.node, state, state.own_log.ids[-1], opening)
            write.sign_checkpoint(a.node, state, state.own_log)
            a.node.store.commit(tuple(a.node.ops))
            note = relay.serve_checkpoint(a.node, line, origin)
            held, _ = relay.held(b.node, line, origin)
            leaves = tuple(a.node.store.leaves(origin, held, state.own_log.size))
            wanted = ingest.addressed(b.node, line, leaves)
            given = {one: relay.serve_payload(a.node, line, one, b.node.party) for one in wanted}
            arrival = ingest.Arrival(line, origin, note or b"", held, leaves, given)
            began, cpu = time.perf_counter(), time.process_time()
            b.node.run_inline(lambda n, arrival=arrival: ingest.ingest(n, arrival))
            rates.append(len(leaves) / (time.perf_counter() - began))
            cpus.append((time.process_time() - cpu) / len(leaves) * 1e6)
    method = f"{ENTRIES} line.check entries of 16 officers in {ENTRIES // BATCH} batches of {BATCH}, SQLite, fsync on"
    yield figure("ingest.entries_per_second", rates, "1/s", bound=">= 4000", method=method)
    yield figure("ingest.cpu_per_entry", cpus, "µs", method=method)
