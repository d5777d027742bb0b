"""Two parties in one process: a line of theirs, what each says through its desk, and what travels between them by the
calls that `peers` makes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bench.line import Party
from steerclear.clock import SteppedClock
from steerclear.errors import Malformed
from steerclear.node import desk, home, ingest, lines, relay, submitting, tick
from steerclear.node.draft import Draft
from steerclear.record import checkpoint
from steerclear.record.card import merge_signatures
from steerclear.record.leaf import finish_leaf
from steerclear.record.note import parse_note
from steerclear.speech.parameters import Parameters


@dataclass
class Pair:
    """Two nodes of one line and what is on its way between them: cosignatures of each (index of the one they go to)."""

    line: str
    parties: list[Party]
    post: list[tuple[int, tuple[bytes, ...]]] = field(default_factory=list)

    def wait(self, ms: int) -> None:
        """Time passes: at once on a stepped clock."""
        clock = self.parties[0].node.clock
        if isinstance(clock, SteppedClock):
            clock.step_to(clock.true_ms() + ms)
        else:
            time.sleep(ms / 1000)


def fresh_line(parties: list[Party], number: int, parameters: Parameters | None = None) -> str:
    """Another line of the same two, with the same officers."""
    cards = [party.node.home.card.note for party in parties]
    drafts = [
        lines.found(
            cards,
            home.roots_of(party.node.home.folder),
            template="bench",
            parameters=parameters.to_dict() if parameters is not None else {},
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
    draft = Draft(kind, mode="EXERCISE", signers=(key.verifier.ref,), to=to, body=body)
    prepared = node.run_inline(lambda n: desk.prepare(n, pair.line, draft))
    assert isinstance(prepared, desk.Prepared), prepared
    text = prepared.text.encode()
    leaf, salt, payload = finish_leaf(text, (key.sign(text),)), bytes.fromhex(prepared.salt), prepared.payload
    accepted = node.run_inline(lambda n: submitting.submit(n, pair.line, leaf, salt, payload.encode()))
    assert isinstance(accepted, desk.Accepted), accepted
    return accepted.id


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
    return result.changed or note != known or bool(held_now)


def settle(pair: Pair) -> bool:
    """Rounds in order until nothing moves; whether anything did."""
    any_moved = False
    for _ in range(20):
        moved = False
        pair.wait(200)
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


def _size(note: bytes) -> int:
    return checkpoint.parse_head(parse_note(note).text)[1]
