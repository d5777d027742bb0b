"""Identical plans of two parties at once, the link cut in one run of ten: how often a pair is *unseen*.

Unseen (judgement.md, Concurrency): at either node, at any moment, the pair shown as without conflict and not as
unchecked, or missing after both logs are exchanged. Two real nodes on memory stores; what travels between them goes by
the calls that `peers` makes, in an order drawn from a seed, and both nodes are looked at after every single step.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.figure import Figure
from bench.line import START_MS, founded
from bench.pair import Pair, fresh_line, introduce, pull, say, settle
from steerclear.clock import SteppedClock
from steerclear.node import conflicts, relay, tick
from steerclear.store.memory import MemoryStore

RUNS, RUNS_A_PAIR, RUNS_A_LINE, CUT_IN = 10_000, 250, 10, 10
"""Runs in all, on one pair of nodes, on one line of theirs; the link is cut in one of so many."""
SEED = 45
MOST_STEPS = 200


@dataclass
class Tally:
    """What was counted over the runs."""

    runs: int = 0
    cut: int = 0
    looks: int = 0
    unseen: int = 0
    unchecked: int = 0
    not_judged: int = 0
    differing: int = 0


def run() -> Iterator[Figure]:
    parts = []
    seeds = range(SEED, SEED + RUNS // RUNS_A_PAIR)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for part in pool.map(play, [RUNS_A_PAIR] * len(seeds), seeds):
            parts.append(part)
            print(f"unseen: {sum(one.runs for one in parts)} of {RUNS} runs", file=sys.stderr)
    tally = Tally(**{name: sum(getattr(part, name) for part in parts) for name in vars(parts[0])})
    method = (
        f"{tally.runs} runs of two nodes on memory stores, the same plan submitted at both at once through the desk, "
        f"the link cut for a while in {tally.cut} of them, also within a pull; both nodes looked at after every step: "
        f"{tally.looks} looks, {tally.unchecked} at a pair shown as unchecked, {tally.not_judged} as not judged"
    )
    yield Figure("unseen.pairs", tally.unseen, "", "== 0", tally.unseen == 0, method)
    told = "pairs whose conflict id or judgement hash differs between the nodes once both logs are exchanged"
    yield Figure("unseen.differing", tally.differing, "", "== 0", tally.differing == 0, told)


def play(runs: int, seed: int) -> Tally:
    """Runs on fresh lines of the same two nodes, so that no run is slowed down by those before it."""
    rng, tally = Random(seed), Tally()
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as name:
        clock = SteppedClock(START_MS)
        first, parties = founded(Path(name), [MemoryStore(), MemoryStore()], 1, clock)
        for party in parties:
            del party.node.lines[first]
        while tally.runs < runs:
            pair = Pair(fresh_line(parties, tally.runs), parties)
            introduce(pair)
            settle(pair)
            for number in range(min(RUNS_A_LINE, runs - tally.runs)):
                once(pair, rng, number, tally)
            for party in parties:
                del party.node.lines[pair.line]
    return tally


def once(pair: Pair, rng: Random, number: int, tally: Tally) -> None:
    """One run: two plans, then everything that makes both logs known to both, in some order."""
    tally.runs += 1
    seen_before = tally.unseen
    cut_at = rng.randrange(12) if rng.randrange(CUT_IN) == 0 else None
    cut_for = rng.randrange(1, 20)
    tally.cut += cut_at is not None
    entries = [
        say(pair, i, "activity.flight", plan(number)) for i in ((0, 1) if rng.randrange(2) else (1, 0))
    ]
    bad = not all(look(pair, i, entries, tally) for i in (0, 1))
    quiet = 0
    for step in range(MOST_STEPS):
        cut = cut_at is not None and cut_at <= step < cut_at + cut_for
        moved = advance(pair, rng, cut)
        bad = not all(look(pair, i, entries, tally) for i in (0, 1)) or bad
        quiet = 0 if moved or cut else quiet + 1
        if quiet > 3 and not pair.post and not settle(pair):
            break
    found = [judged(pair, i, entries) for i in (0, 1)]
    if bad or not all(found):
        tally.unseen += 1
    elif found[0] != found[1]:
        tally.differing += 1
    if tally.unseen > seen_before:
        print(f"unseen: run {tally.runs}, cut at {cut_at} for {cut_for} steps", file=sys.stderr)


def advance(pair: Pair, rng: Random, cut: bool) -> bool:
    """One step: a tick, a moment that passes, a pull, or cosignatures that arrive; whether anything moved."""
    what, i = rng.randrange(4), rng.randrange(2)
    node = pair.parties[i].node
    if what == 0:
        pair.wait(rng.choice((0, 10, 100, 1_000)))
        return node.run_inline(tick.tick)
    if what == 1 and pair.post:
        to, notes = pair.post.pop(rng.randrange(len(pair.post)))
        if not cut:  # else lost with the link
            return pair.parties[to].node.run_inline(lambda n: relay.take_cosigned(n, pair.line, notes))
        return False
    return pull(pair, i, "" if not cut else rng.choice(("nothing", "nothing", "payloads")))


def plan(number: int) -> dict[str, Any]:
    """The same for both parties; each run of a line at a place of its own."""
    south, west = 400_000_000 + 10_000_000 * number, 190_000_000
    ring = [
        [south, west],
        [south, west + 4_000_000],
        [south + 4_000_000, west + 4_000_000],
        [south + 4_000_000, west],
    ]
    return {
        "aircraft_class": "fixed_wing",
        "number": {"least": 2, "most": 2},
        "transponder": "on",
        "planning": "planned",
        "monitored": [{"use": "guard", "hz": 121_500_000}],
        "volumes": [
            {
                "outline": {"type": "polygon", "exterior": ring},
                "lower": {"value": 5000, "unit": "ft", "ref": "MSL"},
                "upper": {"value": 8000, "unit": "ft", "ref": "MSL"},
                "start": "2026-11-03T08:00:00Z",
                "end": "2026-11-03T09:00:00Z",
            }
        ],
    }


def look(pair: Pair, i: int, entries: list[str], tally: Tally) -> bool:
    """Whether this node shows the pair as a conflict, its own plan as unchecked against the other, or a plan as not
    judged (its payload was lost with the link): anything but an empty sky."""
    tally.looks += 1
    node = pair.parties[i].node
    state = node.line(pair.line)
    tick.refresh(node, state)
    if judged(pair, i, entries):
        return True
    other = pair.parties[1 - i].node.party
    if any(row.notice in entries and other in row.parties for row in conflicts.unchecked(node, state)):
        tally.unchecked += 1
        return True
    rows = [row.judgement for row in conflicts.all_of(node, state) if row.judgement.verdict == "not_judged"]
    tally.not_judged += 1
    return any({row.a.entry, row.b.entry} & set(entries) for row in rows)


def judged(pair: Pair, i: int, entries: list[str]) -> tuple[str, str] | None:
    """(conflict id, judgement hash) of the pair as this node answers whoever asks."""
    node = pair.parties[i].node
    state = node.line(pair.line)
    tick.refresh(node, state)
    for row in conflicts.all_of(node, state):
        judgement = row.judgement
        if judgement.verdict == "conflict" and {judgement.a.entry, judgement.b.entry} == set(entries):
            return judgement.id, row.hash
    return None
