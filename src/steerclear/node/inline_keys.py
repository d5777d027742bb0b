"""The keys around a payload inside the log, made so that erasure reaches what a leaf carries (ADR 0010).

A leaf is never taken away. What opens the box in it is therefore short-lived on both sides: the author's seed comes
from the data key of the payload, which erasure destroys; the addressee names a key for this one payload in its
`payload-missing`, and throws the secret half away as soon as it has opened the box. Both stand in the file of wrapped
keys (ADR 0003), which is written in place and is in no backup.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from steerclear.errors import Malformed
from steerclear.node import holding, payloads
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.record import seal
from steerclear.record.card import box_of
from steerclear.record.delivery import parse_about
from steerclear.record.keys import BoxKey, BoxPublic, box_public
from steerclear.record.payload import box_seed
from steerclear.store.port import DropKey

_TAG = b"steerclear/inline-key/v1\n"


def announce(node: Node, entry: str) -> str:
    """A new key for the box of one payload that is missing here: its public half, hex, for `payload-missing`. A locked
    node makes one too, since wrapping needs the storage public key alone."""
    pair = BoxKey(node.random(32))
    public = pair.public.hex
    label = _label(entry, public)
    wrapped = seal.wrap(pair.raw, b"", node.vault.storage, label, node.random(32))
    payloads.keep_key(node, _id(entry, public), wrapped)
    return public


def secrets(node: Node, line: LineState, entry: str) -> Iterator[BoxKey]:
    """What may open a box for us of this entry: the keys announced, then the card's; nothing while locked."""
    storage = node.vault.storage_key
    for public in _announced(node, line, entry, node.party):
        wrapped = node.store.wrapped_key(_id(entry, public))
        if wrapped is not None and storage is not None:
            yield BoxKey(seal.unwrap(wrapped, storage, _label(entry, public)))
    if node.vault.delivery_key is not None:
        yield node.vault.delivery_key


def forget(node: Node, line: LineState, entry: str) -> None:
    """The payload is here, or erased: the box in the log opens for us no more."""
    for public in _announced(node, line, entry, node.party):
        node.put(DropKey(_id(entry, public)))


def box_for(node: Node, line: LineState, entry: str, party: str) -> BoxPublic:
    """The key to which a box of this entry for `party` is sealed: the one it announced first, else its card's. Raises
    `Malformed` `not-a-member`."""
    for public in _announced(node, line, entry, party):
        return box_public(public)
    card = line.own_log.state.policy.cards.get(party)
    if card is None:
        raise Malformed("not-a-member", field="party", remedy="name a member of the line")
    return box_of(card)


def seed_of(node: Node, line: LineState, entry: str, party: str) -> bytes | None:
    """The seed of one box, as long as the payload is held; None once it is erased, and while locked."""
    secret = payloads.data_key(node, entry)
    return box_seed(secret, entry, box_for(node, line, entry, party)) if secret is not None else None


def _announced(node: Node, line: LineState, entry: str, party: str) -> Iterator[str]:
    """Public halves that this party's logs name for the entry, oldest log first."""
    for log in line.logs_of(party):
        index = log.statements(entry).missing
        if index is not None:
            found = parse_about(holding.header_of(node, line, log.ids[index]).record)
            if found.box:
                yield found.box


def _id(entry: str, public: str) -> str:
    return sha256(_TAG + bytes.fromhex(entry) + bytes.fromhex(public)).hexdigest()


def _label(entry: str, public: str) -> str:
    return f"inline {entry} {public}"
