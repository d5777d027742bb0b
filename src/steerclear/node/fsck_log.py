"""`fsck` of one log: leaves in their places, trees under every signed head, signatures of entries and cosigners."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice

from steerclear.errors import Malformed
from steerclear.node.fsck_check import Check
from steerclear.record import checkpoint, cosignature
from steerclear.record.admit import Admitted, LogState, admit
from steerclear.record.card import Card, log_verifier, mirror_verifiers, parse_card
from steerclear.record.genesis import Line
from steerclear.record.header import Header
from steerclear.record.keys import Verifier, parse_vkey
from steerclear.record.leaf import entry_id
from steerclear.record.merkle import Tree, leaf_hash
from steerclear.record.note import Note, parse_note, parse_signature_line, verify
from steerclear.store.port import PutCosignature

STEP = 500
"""Leaves between two words of progress."""


@dataclass
class LogCheck:
    """What a log gave: entries that commit to a payload, ids that `erased` entries name, cards after its changes."""

    committed: list[tuple[Header, str]] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    cards: dict[str, Card] = field(default_factory=dict)
    known_cards: dict[str, list[Card]] = field(default_factory=dict)
    witnesses: set[str] = field(default_factory=set)


def check_log(check: Check, line: Line, origin: str, cards: dict[str, Card]) -> LogCheck:
    """One log from its first leaf to its newest head.

    The store may belong to a node that goes on writing: what refers is read before what it refers to, so that growth
    is never taken for a fault.
    """
    _, party, epoch = origin.split("/")
    made = LogCheck(known_cards={name: [card] for name, card in cards.items()})
    size = check.store.size(origin)
    cosigned = check.store.cosignatures(origin)
    heads = check.store.checkpoints(origin)
    reading = _Reading(origin, party == check.party, LogState(line, party, int(epoch)))
    check.logs += 1
    for leaf in islice(check.store.iter_leaves(origin), size):
        _leaf(check, reading, made, leaf)
    if reading.tree.size != size:
        check.fault("missing-leaf", origin, f"{size} leaves were counted, {reading.tree.size} are there")
    top = max((head for head, _ in heads), default=0)
    while reading.tree.size < top and (more := check.store.leaves(origin, reading.tree.size, top)):
        for leaf in more:
            _leaf(check, reading, made, leaf)
    state = reading.state
    made.cards = dict(state.policy.cards)
    if state.ring is not None:
        made.known_cards.setdefault(party, []).append(state.ring.card)
    for name, card in made.cards.items():
        made.known_cards.setdefault(name, []).append(card)
    made.witnesses.update((*line.policy.policy.witnesses, *state.policy.policy.witnesses))
    texts = _heads(check, reading, heads, made)
    _cosignatures(check, origin, cosigned, texts, made)
    check.progress(check.leaves)
    return made


@dataclass
class _Reading:
    """A log while it is read. `ids`: entry id → index at which it stood first."""

    origin: str
    own: bool
    state: LogState
    tree: Tree = field(default_factory=Tree)
    ids: dict[str, int] = field(default_factory=dict)


def _leaf(check: Check, log: _Reading, made: LogCheck, leaf: bytes) -> None:
    index = log.tree.size
    where = f"{log.origin} {index}"
    _place(check, log.origin, index, leaf)
    outcome = admit(leaf, index, log.state)
    log.state.advance(outcome)
    log.tree.append(leaf_hash(leaf))
    check.leaves += 1
    if check.leaves % STEP == 0:
        check.progress(check.leaves)
    if not isinstance(outcome, Admitted):
        if log.own:
            check.fault("altered-leaf", where, f"our own entry does not count: {outcome.reason}")
        return
    check.signatures += len(outcome.leaf.header.signers)
    if log.own and outcome.leaf.id in log.ids:
        check.fault("extra-leaf", where, f"the same entry stands at {log.ids[outcome.leaf.id]}")
    log.ids.setdefault(outcome.leaf.id, index)
    _entry(made, outcome)


def _place(check: Check, origin: str, index: int, leaf: bytes) -> None:
    """The bytes stand where the index of entries says."""
    entry = entry_id(leaf)
    places = [place for name, place in check.store.entry_positions(entry) if name == origin]
    if index in places:
        return
    if not places:
        check.fault(
            "altered-leaf", f"{origin} {index}", "its bytes are not those of the entry that was stored here"
        )
    elif min(places) > index:
        check.fault("missing-leaf", f"{origin} {index}", f"the leaf that follows stands at {min(places)}")
    else:
        check.fault("swapped-leaf", f"{origin} {index}", f"this entry was stored at {min(places)}")


def _entry(made: LogCheck, outcome: Admitted) -> None:
    header = outcome.leaf.header
    if header.commitment:
        made.committed.append((header, outcome.leaf.id))
    if header.kind == "erased":
        rows = header.record.get("entries")
        made.erased.update(
            row["id"]
            for row in (rows if isinstance(rows, list) else ())
            if isinstance(row, dict) and "id" in row
        )
    if header.kind == "key" and header.record.get("act") == "card":
        card = parse_card(str(header.record.get("card", "")).encode()).card
        made.known_cards.setdefault(card.party, []).append(card)


def _heads(
    check: Check, log: _Reading, heads: list[tuple[int, bytes]], made: LogCheck
) -> dict[bytes, tuple[bytes, int]]:
    """Every signed head against the tree; digest of its text → (text, size)."""
    origin, party, tree, own = log.origin, log.state.party, log.tree, log.own
    texts: dict[bytes, tuple[bytes, int]] = {}
    newest, good, wrong = 0, 0, False
    for size, data in heads:
        where = f"{origin} checkpoint {size}"
        try:
            note = parse_note(data)
            head = checkpoint.parse(note.text)
        except Malformed as error:
            check.fault("altered-checkpoint", where, str(error))
            continue
        texts[sha256(note.text).digest()] = (note.text, head.size)
        check.signatures += 1
        keys = [log_verifier(card, origin) for card in made.known_cards.get(party, ())]
        bare = Note(note.text, tuple(one for one in note.signatures if one.name == origin))
        if head.size != size or head.origin != origin or not any(verify(bare, key) for key in keys):
            check.fault("altered-checkpoint", where, "the log's key did not sign it")
            continue
        newest = max(newest, size)
        if size > tree.size:
            if not wrong:
                check.fault("missing-leaf", where, f"signed over {size} leaves, {tree.size} are held")
            wrong = True
        elif tree.root(size) != head.root:
            if not wrong:
                text = f"the leaves from {good} up to {size} do not hash to what was signed"
                check.fault("altered-leaf" if size <= tree.size else "missing-leaf", where, text)
            wrong = True
        else:
            good = size
    if tree.size > newest and own:
        check.state("unsigned", tree.size - newest)
    elif tree.size > newest:
        check.fault(
            "extra-leaf",
            f"{origin} {newest}",
            f"{tree.size - newest} leaves that its author never signed for",
        )
    return texts


def _cosignatures(
    check: Check,
    origin: str,
    cosigned: list[PutCosignature],
    texts: dict[bytes, tuple[bytes, int]],
    made: LogCheck,
) -> None:
    """Cosignatures that are kept verify on the head that they say they are on."""
    keys: dict[str, list[Verifier]] = {}
    for cards in made.known_cards.values():
        for card in cards:
            for key in mirror_verifiers(card):
                if key not in keys.setdefault(key.ref, []):
                    keys[key.ref].append(key)
    for key in map(parse_vkey, made.witnesses):
        keys.setdefault(key.ref, []).append(key)
    for row in cosigned:
        where = f"{origin} cosignature {row.size} by {row.mirror}"
        text = texts.get(row.checkpoint)
        try:
            signature = parse_signature_line(row.line)
        except Malformed as error:
            check.fault("altered-cosignature", where, str(error))
            continue
        if text is None:
            check.fault("altered-cosignature", where, "the checkpoint that it is on is not held")
            continue
        check.signatures += 1
        times = [cosignature.verify(text[0], signature, key) for key in keys.get(signature.ref, ())]
        if row.time_s not in times or text[1] != row.size:
            check.fault(
                "altered-cosignature", where, "it is not this mirror's on this checkpoint at this time"
            )
