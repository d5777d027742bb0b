"""Nodes of two to four parties driven by hand, without HTTP: say, pull, beat, cut, drop payloads, carry bundles.

    world = Sites(tmp_path, "ab")
    entry = world.say("a", "stop", {}, to="b", life_safety=True)
    world.settle()
    world.board("b").notices

Every command goes through `Node.run_inline`, so what a test sees was committed. The clock is stepped and one for all.
"""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import combinations, count
from pathlib import Path
from typing import Any

from steerclear.clock import SteppedClock
from steerclear.errors import Malformed, Refused
from steerclear.node import desk, exports, home, ingest, lines, queries, relay, standing, submitting, tick
from steerclear.node.draft import Draft
from steerclear.node.home import Home
from steerclear.node.node import Node
from steerclear.node.opening import open_node
from steerclear.procedure.subject import Subject
from steerclear.record import checkpoint as checkpoints
from steerclear.record.card import merge_signatures
from steerclear.record.keys import Signer
from steerclear.record.leaf import finish_leaf
from steerclear.record.note import Note, format_note, parse_note
from steerclear.store.memory import MemoryStore
from steerclear.store.port import EntryStore
from steerclear.units import format_time, parse_time
from support.vaults import cheap

START = parse_time("2016-06-16T06:00:00Z")
HOUR, DAY = 3_600_000, 86_400_000
PASSPHRASE = "correct horse"
POSTS = ("watch-1", "watch-2")
ROLES = ["watch_officer", "releaser"]
MINIMA = {"minima": [{"horizontal_mm": 5_000_000, "vertical_tmm": 3_048_000}]}
_NONCES = count(1)


@cache
def party_folder(name: str) -> Path:
    """The folder of one party as `init` makes it, once a run (deriving the vault's key takes a while)."""
    folder = Path(tempfile.mkdtemp(prefix="steerclear-party-")) / name
    with cheap():  # also where a module asks for a party while it is read
        home.create(folder, passphrase=PASSPHRASE)
    return folder


@cache
def _opened(name: str) -> Home:
    with cheap():
        return home.read(party_folder(name), PASSPHRASE)


def home_at(folder: Path, name: str) -> Home:
    """That party in a folder of the test's own, unlocked."""
    if not folder.exists():
        shutil.copytree(party_folder(name), folder)
    return replace(_opened(name), folder=folder)


def card_of(name: str) -> bytes:
    return _opened(name).card.note


def roots(name: str) -> list[Signer]:
    return home.roots_of(party_folder(name))


def officers(name: str) -> tuple[Signer, ...]:
    return tuple(home.officer(party_folder(name), post) for post in POSTS)


def party(name: str) -> str:
    return _opened(name).party


def key_record(name: str) -> dict[str, Any]:
    keys = zip(POSTS, officers(name), strict=True)
    rows = [{"vkey": key.verifier.vkey, "post": post, "roles": ROLES} for post, key in keys]
    return {"act": "add", "keys": rows}


class Sites:
    """`names` are the founders' nicknames, one letter each. `make_store` gives each node its store. `cut` holds pairs
    that do not hear each other, `dropped` (server, entry) whose payload is not handed out."""

    def __init__(
        self,
        folder: Path,
        names: str = "ab",
        *,
        make_store: Callable[[str], EntryStore] = lambda name: MemoryStore(),
        exercise: bool = True,
        parameters: dict[str, Any] | None = None,
        quorum: str = "all",
        introduce: bool = True,
        ml_dsa: bool = False,
        clock: SteppedClock | None = None,
    ) -> None:
        self.folder = folder
        self.clock = clock or SteppedClock(START)
        self.make_store = make_store
        self.nodes: dict[str, Node] = {}
        self.cut: set[frozenset[str]] = set()
        self.dropped: set[tuple[str, str]] = set()
        self.drop_all: set[str] = set()
        for name in names:
            self.add_node(name)
        self.line = self.found(
            names, exercise=exercise, parameters=parameters, quorum=quorum, introduce=introduce, ml_dsa=ml_dsa
        )

    def add_node(self, name: str) -> Node:
        self.nodes[name] = open_node(home_at(self.folder / name, name), self.make_store(name), self.clock)
        return self.nodes[name]

    def found(
        self,
        names: str,
        *,
        exercise: bool = True,
        parameters: dict[str, Any] | None = None,
        quorum: str = "all",
        introduce: bool = True,
        ml_dsa: bool = False,
    ) -> str:
        """A line of these parties with everybody's officers in it."""
        self.genesis = genesis(names, exercise, parameters or MINIMA, quorum, ml_dsa)
        for name in names:
            line = self.run(name, lambda n: lines.join(n, self.genesis))
        for name in names:
            self.enrol(name, line)
        self.line = line
        self.settle()
        if introduce:
            for one, other in combinations(names, 2):
                self.introduce(one, other)
                self.introduce(other, one)
            self.settle()
        return line

    def enrol(self, name: str, line: str = "") -> None:
        leaf = lines.key_entry(self.nodes[name], line or self.line, key_record(name), roots(name))
        self.run(name, lambda n: lines.submit_record(n, line or self.line, leaf))

    def introduce(self, name: str, other: str) -> str:
        text = _opened(other).card.text
        return self.say(
            name, "introduce", {"peer": party(other), "card": sha256(text).hexdigest(), "same": True}
        )

    # one node

    def run(self, name: str, command: Callable[[Node], Any]) -> Any:
        return self.nodes[name].run_inline(command)

    def state(self, name: str) -> Any:
        return self.nodes[name].line(self.line)

    def restart(self, name: str, *, store: EntryStore | None = None, unlocked: bool = True) -> Node:
        """The same party from its folder and store (or from another store, as after a restore)."""
        old = self.nodes[name]
        folder = home_at(old.home.folder, name)
        if not unlocked:
            folder = home.read(old.home.folder)
        self.nodes[name] = open_node(folder, store or old.store, self.clock, names=old.names)
        return self.nodes[name]

    def draft(
        self, kind: str, body: dict[str, Any], *, name: str, to: str | None, two: bool, **header: Any
    ) -> Draft:
        signers = tuple(key.verifier.ref for key in officers(name)[: 2 if two else 1])
        addressees = tuple(sorted(party(one) for one in to)) if to is not None else ()
        return Draft(
            kind=kind,
            mode=header.pop("mode", "EXERCISE"),
            signers=signers,
            to=addressees,
            body=body,
            **header,
        )

    def try_say(
        self, name: str, kind: str, body: dict[str, Any] | None = None, *, to: str | None = None,
        two: bool = False, **header: Any,
    ) -> str | list[Refused]:  # fmt: skip
        """The id of what was said, or why not."""
        node = self.nodes[name]
        draft = self.draft(kind, body or {}, name=name, to=to, two=two, **header)
        made = node.run_inline(lambda n: desk.prepare(n, self.line, draft))
        if isinstance(made, list):
            return made
        text = made.text.encode()
        leaf = finish_leaf(text, [key.sign(text) for key in officers(name)[: len(draft.signers)]])
        done = node.run_inline(
            lambda n: submitting.submit(n, self.line, leaf, bytes.fromhex(made.salt), made.payload.encode())
        )
        return done if isinstance(done, list) else done.id

    def say(self, name: str, kind: str, body: dict[str, Any] | None = None, **kw: Any) -> str:
        said = self.try_say(name, kind, body, **kw)
        assert isinstance(said, str), said
        return said

    def flight(self, name: str, to: str, *, east_e7: int = 0, hours: float = 48, **kw: Any) -> str:
        return self.say(
            name, "activity.flight", flight_body(self.clock.now_ms(), east_e7, hours), to=to, **kw
        )

    def stop(self, name: str, to: str | None = None, **kw: Any) -> str:
        others = "".join(one for one in self.nodes if one != name)
        return self.say(name, "stop", {}, to=to or others, life_safety=True, **kw)

    def board(self, name: str) -> queries.Board:
        return self.run(name, lambda n: queries.board(n, self.line))

    def subject(self, name: str, entry: str) -> Subject:
        return self.run(name, lambda n: queries.subject(n, self.line, entry))

    def kinds(self, name: str, of: str, epoch: int = 1) -> list[str]:
        """Kinds of the admitted leaves of one party's log as `name` holds it."""
        node, origin = self.nodes[name], f"{self.line}/{party(of)}/{epoch}"
        from steerclear.record.leaf import parse_leaf

        return [parse_leaf(leaf).header.kind for leaf in node.store.iter_leaves(origin)]

    # between nodes

    def hears(self, one: str, other: str) -> bool:
        return frozenset((one, other)) not in self.cut

    def beat(self, one: str, other: str) -> None:
        """One heartbeat each way."""
        if not self.hears(one, other):
            self.run(one, lambda n: relay.unheard(n, self.line, party(other), "cut"))
            return
        mine = relay.make_beat(self.nodes[one], self.line, party(other))
        back = self.run(
            other,
            lambda n: relay.heard(n, self.line, party(one), mine.time_ms, mine.checkpoint, mine.holds, 5),
        )
        answer = relay.Answered(back.time_ms, back.checkpoint, back.holds, back.cosigned)
        self.run(one, lambda n: relay.answered(n, self.line, party(other), answer, 5))

    def payload(self, server: str, entry: str, client: str) -> tuple[bytes, bytes] | None:
        if server in self.drop_all or (server, entry) in self.dropped:
            return None
        return relay.serve_payload(self.nodes[server], self.line, entry, party(client))

    def pull(self, client: str, server: str) -> bool:
        """Everything that `server` can serve, as `peers.sync` does it."""
        if not self.hears(client, server):
            return False
        changed = False
        for origin in self.run(client, lambda n: relay.origins_from(n, self.line, party(server))):
            changed = self.pull_log(client, server, origin) or changed
        waiting = relay.missing_from(self.nodes[client], self.line, party(server))
        came = {entry: self.payload(server, entry, client) for entry in waiting}
        found = {entry: one for entry, one in came.items() if one is not None}
        if found:
            changed = self.run(client, lambda n: ingest.take_payloads(n, self.line, found)) or changed
        return changed

    def pull_log(self, client: str, server: str, origin: str, most: int = 1 << 30) -> bool:
        node, peer = self.nodes[client], self.nodes[server]
        note = relay.serve_checkpoint(peer, self.line, origin)
        if note is None:
            return False
        size = checkpoints.parse_head(parse_note(note).text)[1]
        have, _ = relay.held(node, self.line, origin)
        leaves = tuple(peer.store.leaves(origin, have, size))
        wanted = ingest.addressed(node, self.line, leaves)
        payloads = {entry: self.payload(server, entry, client) for entry in wanted}
        cosigned = relay.serve_cosigned(peer, self.line, origin, have) or ()
        arrival = ingest.Arrival(self.line, origin, note, have, leaves, payloads, cosigned)
        try:
            done = self.run(client, lambda n: ingest.ingest(n, arrival))
        except Malformed as error:
            if error.rule in ("not-a-member", "checkpoint-signature"):
                return False
            raise
        if done.contradicts:
            every = peer.store.leaves(origin, 0, size)
            return bool(self.run(client, lambda n: ingest.take_fork(n, self.line, origin, note, every)))
        if done.cosigned:
            owner = next((k for k, n in self.nodes.items() if f"/{n.party}/" in origin), server)
            if self.hears(client, owner):
                self.run(owner, lambda n: relay.take_cosigned(n, self.line, done.cosigned))
        return bool(done.changed)

    def push_standing(self, one: str, other: str) -> bool:
        if not self.hears(one, other):
            return False
        held = standing.standing_for(self.nodes[one], self.line, party(other))
        for note, salt, payload in held:
            self.run(
                other,
                lambda n, x=(note, salt, payload): standing.take_standalone(n, self.line, party(one), *x),
            )
            self.run(one, lambda n, x=note: standing.standing_taken(n, self.line, party(other), x))
        return bool(held)

    def step(self, ms: int) -> None:
        self.clock.step_to(self.clock.true_ms() + ms)

    def tick(self) -> bool:
        moved = [self.run(name, tick.tick) for name in self.nodes if self.line in self.nodes[name].lines]
        return any(moved)

    def settle(self, rounds: int = 12, *, beats: bool = True) -> None:
        """Everybody hears and pulls everybody (who is not cut off) until nothing changes."""
        on_it = [name for name, node in self.nodes.items() if self.line in node.lines]
        pairs = [(a, b) for a in on_it for b in on_it if a != b]
        members = {name: self.state(name).members for name in on_it}
        for a, b in pairs if beats else ():
            if party(b) in members[a] and party(a) in members[b]:
                self.beat(a, b)
        for _ in range(rounds):
            changed = self.tick()
            for a, b in pairs:
                if party(b) in self.state(a).members:
                    changed = self.push_standing(a, b) or changed
                    changed = self.pull(a, b) or changed
            self.step(200)
            if not changed:
                return
        raise AssertionError("the nodes do not come to rest")

    # by hand

    def bundle(self, name: str, recipients: Iterable[str], *, nonce: str = "") -> bytes:
        order = exports.Order(
            line=self.line,
            what="bundle",
            at_ms=self.clock.now_ms(),
            nonce=nonce or f"n{next(_NONCES)}",
            recipients=tuple(sorted(party(one) for one in recipients)),
        )
        note = signed_order(name, order)
        made = self.run(name, lambda n: exports.export_bundle(n, note))
        assert isinstance(made, bytes), made
        return made

    def take_bundle(self, name: str, data: bytes) -> dict[str, int]:
        return self.run(name, lambda n: exports.import_bundle(n, data))


def signed_order(name: str, order: exports.Order) -> bytes:
    text = exports.order_text(order)
    return format_note(Note(text, tuple(key.sign(text) for key in officers(name))))


def genesis(
    names: Sequence[str],
    exercise: bool,
    parameters: dict[str, Any],
    quorum: str = "all",
    ml_dsa: bool = False,
) -> bytes:
    """Signed by every founder; each one founds another line."""
    nonce = f"{next(_NONCES):032x}"
    cards = [card_of(name) for name in names]
    signed = [
        lines.found(
            cards,
            roots(name),
            template="bilateral-air",
            parameters=parameters,
            exercise=exercise,
            nonce=nonce,
            quorum=quorum,  # type: ignore[arg-type]
            ml_dsa=ml_dsa,
        )
        for name in names
    ]
    return merge_signatures(signed)


def flight_body(now_ms: int, east_e7: int = 0, hours: float = 48) -> dict[str, Any]:
    """A circle of 10 km, two hours long, so many hours from now."""
    start = now_ms + int(hours * HOUR)
    volume = {
        "outline": {
            "type": "circle",
            "centre": [334_800_000, 386_500_000 + east_e7],
            "radius_mm": 10_000_000,
        },
        "lower": {"value": 5000, "unit": "ft", "ref": "MSL"},
        "upper": {"value": 15_000, "unit": "ft", "ref": "MSL"},
        "start": format_time(start),
        "end": format_time(start + 2 * HOUR),
    }
    return {"volumes": [volume], "aircraft_class": "fixed_wing"}


def backup_of(store: EntryStore) -> MemoryStore:
    """A copy of a store in memory as it stands."""
    made = MemoryStore()
    for name, value in vars(store).items():
        if name != "_lock":
            setattr(made, name, copy.deepcopy(value))
    return made
