"""A small world for tests of the line: parties with fixed keys, a line, logs that grow by signed leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

from steerclear.record import card as cards
from steerclear.record import checkpoint, cosignature, genesis, keys
from steerclear.record.admit import Admitted, LogState, Outcome, admit
from steerclear.record.card import Card, RootSet, SignedCard
from steerclear.record.genesis import Line
from steerclear.record.header import Header
from steerclear.record.keys import Signer
from steerclear.record.leaf import entry_id, finish_leaf, leaf_text
from steerclear.record.merkle import Tree, leaf_hash
from steerclear.record.note import NoteSignature

NOW = 1_700_000_000_000


def seed(*words: object) -> bytes:
    return sha256("/".join(map(str, words)).encode()).digest()


@dataclass
class Party:
    """A party whose keys all follow from its nick: two-of-three roots, three officers."""

    nick: str
    generation: int = 0
    threshold: int = 2

    def root_set(self, generation: int) -> RootSet:
        raw = [self.root_signer("x", generation, n).verifier.public.hex() for n in (1, 2, 3)]
        return RootSet(tuple(raw), self.threshold)

    def root_signer(self, party: str, generation: int, n: int) -> Signer:
        return keys.signer_from_seed(
            f"{party}/root-{n}", keys.ED25519, seed(self.nick, "root", generation, n)
        )

    @property
    def id(self) -> str:
        return cards.party_id(self.root_set(0))

    def roots(self, generation: int = 0, count: int = 2) -> list[Signer]:
        return [self.root_signer(self.id, generation, n) for n in range(1, count + 1)]

    def key(self, post: str, algorithm: int = keys.ED25519, device: int = 0) -> Signer:
        return keys.signer_from_seed(f"{self.id}/{post}", algorithm, seed(self.nick, post, algorithm, device))

    @property
    def box(self) -> keys.BoxKey:
        return keys.BoxKey(seed(self.nick, "box"))

    def card(self, generation: int = 0, ml_dsa: bool = False, **changes: Any) -> SignedCard:
        mirrors = [self.key("mirror", keys.COSIGN_ED25519)]
        if ml_dsa:
            mirrors.append(self.key("mirror", keys.COSIGN_MLDSA44))
        previous = self.card(generation - 1).note.decode() if generation else ""
        card = Card(
            party=self.id,
            roots=self.root_set(generation),
            next=cards.root_set_hash(self.root_set(generation + 1)),
            log=self.key("log").verifier.vkey,
            node=self.key("node").verifier.vkey,
            mirrors=tuple([one.verifier.vkey for one in mirrors]),
            box=self.box.public.hex,
            urls=("https://node.example:8443",),
            previous=previous,
        )
        card = msgspec.structs.replace(card, **changes)
        return cards.parse_card(cards.sign_text(cards.card_text(card), self.roots(generation)))


def found(*parties: Party, **options: Any) -> Line:
    """The line that these parties found."""
    made = genesis.make_genesis(
        [one.card() for one in parties], template="interim", nonce="0" * 32, **options
    )
    text = genesis.genesis_text(made)
    return genesis.parse_genesis(cards.sign_text(text, [root for one in parties for root in one.roots()]))


@dataclass
class Log:
    """One party's log as its own node writes it. `watch` and `release` are officers' keys once `enrol`ed."""

    line: Line
    party: Party
    epoch: int = 1
    leaves: list[bytes] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = LogState(self.line, self.party.id, self.epoch)
        self.tree = Tree()

    @property
    def origin(self) -> str:
        return self.state.origin

    @property
    def watch(self) -> Signer:
        return self.party.key("watch")

    @property
    def release(self) -> Signer:
        return self.party.key("release")

    def header(self, kind: str = "activity.flight", *signers: Signer, **fields: Any) -> Header:
        who = signers or (self.watch,)
        refs = tuple([one.verifier.ref for one in who])
        seq, prev = self.state.next_of(refs[0])
        values: dict[str, Any] = {
            "v": 1,
            "line": self.line.id,
            "kind": kind,
            "author": self.party.id,
            "officer": refs[0],
            "mode": "REAL",
            "signers": refs,
            "released_ms": NOW,
            "log": self.state.log,
            "officer_seq": seq,
            "officer_prev": prev,
        }
        return Header(**{**values, **fields})

    def sign(self, header: Header, *signers: Signer) -> bytes:
        text = leaf_text(header)
        return finish_leaf(text, [one.sign(text) for one in signers or (self.watch,)])

    def leaf(self, kind: str = "activity.flight", *signers: Signer, **fields: Any) -> bytes:
        return self.sign(self.header(kind, *signers, **fields), *signers)

    def judge(self, leaf: bytes) -> Outcome:
        """The verdict, without taking the leaf."""
        return admit(leaf, self.state.size, self.state)

    def add(self, leaf: bytes) -> Outcome:
        outcome = self.judge(leaf)
        self.state.advance(outcome)
        self.leaves.append(leaf)
        self.tree.append(leaf_hash(leaf))
        self.outcomes.append(outcome)
        return outcome

    def say(self, kind: str = "activity.flight", *signers: Signer, **fields: Any) -> str:
        """Adds an entry that must be admitted; its id."""
        leaf = self.leaf(kind, *signers, **fields)
        outcome = self.add(leaf)
        assert isinstance(outcome, Admitted), outcome
        return entry_id(leaf)

    def key_entry(self, act: str, *signers: Signer, **record: Any) -> bytes:
        return self.leaf("key", *(signers or self.party.roots()), record={"act": act, **record})

    def enrol(self) -> Log:
        """Two officers, added by the root quorum."""
        who = (("watch", ["watch_officer"]), ("release", ["releaser"]))
        new = [{"vkey": self.party.key(p).verifier.vkey, "post": p, "roles": r} for p, r in who]
        outcome = self.add(self.key_entry("add", keys=new))
        assert isinstance(outcome, Admitted), outcome
        return self

    def checkpoint(self, size: int | None = None, seen: tuple[checkpoint.SeenLine, ...] = ()) -> bytes:
        """The text of the log's checkpoint."""
        size = self.tree.size if size is None else size
        return checkpoint.format(checkpoint.make(self.origin, size, self.tree.root(size), seen))

    def signed(self, text: bytes) -> bytes:
        """A checkpoint note signed by the log's key."""
        signer = keys.signer_from_seed(self.origin, keys.ED25519, self.party.key("log").seed)
        return cards.sign_text(text, [signer])


def cosign(party: Party, text: bytes, time_s: int) -> NoteSignature:
    return cosignature.cosign(party.key("mirror", keys.COSIGN_ED25519), text, time_s)


def new_key(signer: Signer, *roles: str) -> dict[str, Any]:
    """A key as `key` entries name it."""
    post = signer.verifier.name.partition("/")[2]
    return {"vkey": signer.verifier.vkey, "post": post, "roles": list(roles)}


def reason(outcome: Outcome) -> str:
    """'' if admitted, else the code."""
    return "" if isinstance(outcome, Admitted) else outcome.reason
