"""Two parties on one line without a network, for measuring: homes, nodes, officers, entries signed as by clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from steerclear.clock import Clock, SteppedClock
from steerclear.node import home, lines, write
from steerclear.node.node import Node
from steerclear.node.opening import open_node
from steerclear.record.card import merge_signatures
from steerclear.record.header import Header
from steerclear.record.keys import Signer, generate
from steerclear.record.leaf import entry_id, finish_leaf, leaf_text
from steerclear.record.payload import Opening, commit
from steerclear.speech.payload import Inner, encode
from steerclear.store.port import EntryStore
from steerclear.units import parse_time

START_MS = parse_time("2026-11-01T00:00:00Z")
PASSPHRASE = "bench"


@dataclass
class Party:
    """One side: its node and its officers' keys."""

    node: Node
    officers: list[Signer]


def founded(
    folder: Path, stores: list[EntryStore], officers: int, clock: Clock | None = None
) -> tuple[str, list[Party]]:
    """(line id, parties) of an exercise line with as many members as stores."""
    clock = clock or SteppedClock(START_MS)
    homes = [home.create(folder / str(i), passphrase=PASSPHRASE, officers=()) for i in range(len(stores))]
    cards = [one.card.note for one in homes]
    drafts = [
        lines.found(
            cards, home.roots_of(one.folder), template="bench", parameters={}, exercise=True, nonce="0" * 32
        )
        for one in homes
    ]
    genesis = merge_signatures(drafts)
    parties = []
    line = ""
    for one, store in zip(homes, stores, strict=True):
        node = open_node(home.read(one.folder, PASSPHRASE), store, clock)
        line = node.run_inline(lambda n: lines.join(n, genesis))
        keys = [generate(f"{node.party}/post-{i}") for i in range(officers)]
        rows = [
            {"vkey": key.verifier.vkey, "post": f"post-{i}", "roles": ["watch_officer", "releaser"]}
            for i, key in enumerate(keys)
        ]
        for at in range(0, len(rows), 64):
            record = {"act": "add", "keys": rows[at : at + 64]}
            leaf = lines.key_entry(node, line, record, home.roots_of(one.folder))
            node.run_inline(lambda n, leaf=leaf, line=line: lines.submit_record(n, line, leaf))
        parties.append(Party(node, keys))
    return line, parties


def said(
    party: Party, line: str, to: str, bodies: Iterator[tuple[str, object]]
) -> Iterator[tuple[bytes, Opening]]:
    """Signed leaves with their payloads, round the officers, as if each came from its client."""
    state = party.node.line(line)
    chains = {key.verifier.ref: state.own_log.state.next_of(key.verifier.ref) for key in party.officers}
    for number, (kind, body) in enumerate(bodies):
        key = party.officers[number % len(party.officers)]
        seq, prev = chains[key.verifier.ref]
        payload, salt = encode(kind, Inner(), body), number.to_bytes(32, "big")  # type: ignore[arg-type]
        header = Header(
            v=1,
            line=line,
            kind=kind,
            author=party.node.party,
            officer=key.verifier.ref,
            mode=write.mode_of_node(state),
            signers=(key.verifier.ref,),
            released_ms=party.node.clock.now_ms(),
            log=state.own_log.name,
            officer_seq=seq,
            officer_prev=prev,
            to=(to,),
            commitment=commit(salt, payload),
        )
        text = leaf_text(header)
        leaf = finish_leaf(text, (key.sign(text),))
        chains[key.verifier.ref] = (seq + 1, entry_id(leaf))
        yield leaf, Opening(salt, payload)
