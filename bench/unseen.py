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
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from bench.figure import Figure
from bench.line import START_MS, Party, founded
from steerclear.clock import SteppedClock
from steerclear.errors import Malformed
from steerclear.node import conflicts, desk, home, ingest, lines, relay, tick
from steerclear.record.card import merge_signatures
from steerclear.record.leaf import finish_leaf
from steerclear.store.memory import MemoryStore

RUNS, RUNS_A_LINE, CUT_IN = 10_000, 10, 10
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


@dataclass
class Pair:
    """Two nodes of one line and what is on its way between them: cosignatures of each (index of the one they go to)."""

    line: str
    parties: list[Party]
    clock: SteppedClock
    post: list[tuple[int, tuple[bytes, ...]]] = field(default_factory=list)


def run() -> Iterator[Figure]:
    workers = os.cpu_count() or 1
    shares = [RUNS // workers + (i < RUNS % workers) for i in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        parts = list(pool.map(play, shares, range(SEED, SEED + workers)))
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
            pair = Pair(fresh_line(parties, tally.runs), parties, clock)
            introduce(pair)
            settle(pair)
            for number in range(min(RUNS_A_LINE, runs - tally.runs)):
                once(pair, rng, number, tally)
            for party in parties:
                del party.node.lines[pair.line]
    return tally


def fresh_line(parties: list[Party], number: int) -> str:
    """Another line of the same two, with the same officers."""
    cards = [party.node.home.card.note for party in parties]
    drafts = [
        lines.found(
            cards,
            home.roots_of(party.node.home.folder),
            template="bench",
            parameters={},
            exercise=True,
            nonce=f"{number + 1:032x}",
        )
        for party in parties
    ]
    genesis = merge_signatures(drafts)
    for party in parties:
        line = party.node.run_inline(lambda n: lines.join(n, genesis))
        rows = [
            {"vkey": key.verifier.vkey, "post": f"post-{i}", "roles": ["watch_officer", "releaser"]}
            for i, key in enumerate(party.officers)
        ]
        added = {"act": "add", "keys": rows}
        leaf = lines.key_entry(party.node, line, added, home.roots_of(party.node.home.folder))
        party.node.run_inline(lambda n, line=line, leaf=leaf: lines.submit_record(n, line, leaf))  # type: ignore[misc]
    return line


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
        pair.clock.step_to(pair.clock.true_ms() + rng.choice((0, 10, 100, 1_000)))
        return node.run_inline(tick.tick)
    if what == 1 and pair.post:
        to, notes = pair.post.pop(rng.randrange(len(pair.post)))
        if not cut:  # else lost with the link
            return pair.parties[to].node.run_inline(lambda n: relay.take_cosigned(n, pair.line, notes))
        return False
    return pull(pair, i, "" if not cut else rng.choice(("nothing", "nothing", "payloads")))


def pull(pair: Pair, to: int, cut: str) -> bool:
    """What `peers.sync` does for the other's log. `cut`: `nothing` comes, or no `payloads` and no cosignatures."""
    if cut == "nothing":
        return False
    here, there = pair.parties[to].node, pair.parties[1 - to].node
    origin = there.line(pair.line).own_log.origin
    note = relay.serve_checkpoint(there, pair.line, origin)
    if note is None:
        return False
    held, known = relay.held(here, pair.line, origin)
    cosigned = relay.serve_cosigned(there, pair.line, origin, held) or []
    size = _size(note)
    leaves = tuple(there.store.leaves(origin, held, size)) if size > held else ()
    wanted = ingest.addressed(here, pair.line, leaves)
    given = {one: None if cut else relay.serve_payload(there, pair.line, one, here.party) for one in wanted}
    arrival = ingest.Arrival(pair.line, origin, note, held, leaves, given, tuple(cosigned))
    try:
        result = here.run_inline(lambda n: ingest.ingest(n, arrival))
    except Malformed:
        return False
    if result.cosigned and not cut:
        pair.post.append((1 - to, result.cosigned))
    missing = relay.missing_from(here, pair.line, there.party) if not cut else []
    found = {one: relay.serve_payload(there, pair.line, one, here.party) for one in missing}
    held_now = {one: payload for one, payload in found.items() if payload is not None}
    if held_now:
        here.run_inline(lambda n: ingest.take_payloads(n, pair.line, held_now))
    return result.changed or note != known


def settle(pair: Pair) -> bool:
    """Rounds in order until nothing moves; whether anything did."""
    any_moved = False
    for _ in range(20):
        moved = False
        pair.clock.step_to(pair.clock.true_ms() + 200)
        for i in (0, 1):
            moved = pair.parties[i].node.run_inline(tick.tick) or moved
            moved = pull(pair, i, "") or moved
        while pair.post:
            to, notes = pair.post.pop(0)
            moved = (
                pair.parties[to].node.run_inline(
                    lambda n, notes=notes: relay.take_cosigned(n, pair.line, notes)  # type: ignore[misc]
                )
                or moved
            )
        if not moved:
            return any_moved
        any_moved = True
    return any_moved


def introduce(pair: Pair) -> None:
    """Each confirms the other's card: before that the desk releases no plan."""
    for i in (0, 1):
        other = pair.parties[1 - i].node
        card = sha256(other.home.card.text).hexdigest()
        say(pair, i, "introduce", {"peer": other.party, "card": card, "same": True, "carrier": "telephone"})


def say(pair: Pair, i: int, kind: str, body: dict[str, Any]) -> str:
    """Through the desk of one party as its client would; the entry's id."""
    node, key = pair.parties[i].node, pair.parties[i].officers[0]
    to = (pair.parties[1 - i].node.party,)
    draft = desk.Draft(kind, mode="EXERCISE", signers=(key.verifier.ref,), to=to, body=body)
    prepared = node.run_inline(lambda n: desk.prepare(n, pair.line, draft))
    assert isinstance(prepared, desk.Prepared), prepared
    text = prepared.text.encode()
    leaf, salt, payload = finish_leaf(text, (key.sign(text),)), bytes.fromhex(prepared.salt), prepared.payload
    accepted = node.run_inline(lambda n: desk.submit(n, pair.line, leaf, salt, payload.encode()))
    assert isinstance(accepted, desk.Accepted), accepted
    return accepted.id


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
    rows = [row.judgement for row in conflicts.all_of(state) if row.judgement.verdict == "not_judged"]
    tally.not_judged += 1
    return any({row.a.entry, row.b.entry} & set(entries) for row in rows)


def judged(pair: Pair, i: int, entries: list[str]) -> tuple[str, str] | None:
    """(conflict id, judgement hash) of the pair at this node."""
    state = pair.parties[i].node.line(pair.line)
    for row in conflicts.all_of(state):
        judgement = row.judgement
        if judgement.verdict == "conflict" and {judgement.a.entry, judgement.b.entry} == set(entries):
            return judgement.id, row.hash
    return None


def _size(note: bytes) -> int:
    from steerclear.record import checkpoint
    from steerclear.record.note import parse_note

    return checkpoint.parse_head(parse_note(note).text)[1]
