"""Two parties with nodes on SQLite, a line between them, and one round of mirroring, without any network."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from steerclear.clock import SteppedClock
from steerclear.node import desk, home, ingest, lines, relay, submitting, tick
from steerclear.node.draft import Draft
from steerclear.node.node import Node
from steerclear.node.opening import open_node
from steerclear.record.card import merge_signatures
from steerclear.record.keys import Signer
from steerclear.record.leaf import finish_leaf
from steerclear.store.sqlite import SqliteStore

START_MS = 1_445_349_600_000
POSTS = {"watch": ["watch_officer"], "releaser": ["releaser"], "second": ["releaser"]}
CHECK = {"by": "person", "occasion": "daily", "text": "The quick brown fox."}


@dataclass
class Side:
    """A party: its folder, its node, its officers' keys."""

    folder: Path
    node: Node
    line: str = ""

    def officer(self, post: str) -> Signer:
        return home.officer(self.folder, post)

    def say(self, kind: str, body: dict[str, Any], *posts: str, **header: Any) -> str:
        keys = [self.officer(post) for post in posts or ("watch",)]
        header.setdefault("to", self.node.line(self.line).others)
        draft = Draft(kind, "EXERCISE", tuple(key.verifier.ref for key in keys), body=body, **header)
        made = self.node.run_inline(lambda node: desk.prepare(node, self.line, draft))
        assert isinstance(made, desk.Prepared), made
        text = made.text.encode()
        leaf = finish_leaf(text, [key.sign(text) for key in keys])
        done = self.node.run_inline(
            lambda node: submitting.submit(
                node, self.line, leaf, bytes.fromhex(made.salt), made.payload.encode()
            )
        )
        assert isinstance(done, desk.Accepted), done
        return done.id


def pair(folder: Path) -> tuple[Side, Side, SteppedClock]:
    """Blue and red on an exercise line, officers in the record, a `line.check` each, all mirrored."""
    clock = SteppedClock(START_MS)
    homes = []
    for name in ("blue", "red"):
        home.create(folder / name, passphrase=name, officers=tuple(POSTS), clock="stepped")
        homes.append(home.read(folder / name, name))
    cards = [one.card.note for one in homes]
    signed = [
        lines.found(
            cards, home.roots_of(one.folder), template="interim", parameters={}, exercise=True, nonce="0" * 32
        )
        for one in homes
    ]
    genesis = merge_signatures(signed)
    sides = []
    for one in homes:
        node = open_node(one, SqliteStore(one.folder / "store"), clock)
        side = Side(one.folder, node, node.run_inline(lambda n: lines.join(n, genesis)))
        enrol(side)
        sides.append(side)
    blue, red = sides
    for side, other in ((blue, homes[1]), (red, homes[0])):
        card = sha256(other.card.text).hexdigest()
        side.say("introduce", {"peer": other.party, "card": card, "same": True}, "releaser")
    settle(blue, red, clock)
    for side in sides:
        side.say("line.check", CHECK)
    settle(blue, red, clock)
    return blue, red, clock


def enrol(side: Side) -> None:
    keys = [{"vkey": side.officer(p).verifier.vkey, "post": p, "roles": roles} for p, roles in POSTS.items()]
    record = {"act": "add", "keys": keys}
    roots = home.roots_of(side.folder)
    leaf = lines.key_entry(side.node, side.line, record, roots)
    side.node.run_inline(lambda node: lines.submit_record(node, side.line, leaf))


def settle(blue: Side, red: Side, clock: SteppedClock) -> None:
    """Time passes, both mirror and cosign each other until nothing moves."""
    for _ in range(3):
        clock.step_to(clock.true_ms() + 1_000)
        for side in (blue, red):
            side.node.run_inline(tick.tick)
        mirror(blue, red)
        mirror(red, blue)


def mirror(reader: Side, author: Side) -> None:
    """`reader` pulls `author`'s log with the payloads that are its own, and gives its cosignatures back."""
    line = author.node.line(author.line)
    log = line.own_log
    size, _ = relay.held(reader.node, reader.line, log.origin)
    leaves = tuple(author.node.store.leaves(log.origin, size, log.head.size if log.head else 0))
    wanted = ingest.addressed(reader.node, reader.line, leaves)
    found = {
        one: author.node.run_inline(
            lambda n, one=one: relay.serve_payload(n, author.line, one, reader.node.party)
        )
        for one in wanted
    }
    notes = relay.cosigned_notes(author.node, log.origin, 0)
    arrival = ingest.Arrival(reader.line, log.origin, log.checkpoint, size, leaves, found, notes)
    done = reader.node.run_inline(lambda node: ingest.ingest(node, arrival))
    author.node.run_inline(lambda node: relay.take_cosigned(node, author.line, done.cosigned))
