"""Payloads at rest: sealed to the storage key when they come, opened only while the node is unlocked."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.record import seal
from steerclear.record.header import Header
from steerclear.record.payload import Opening, opens, pack, unpack
from steerclear.speech.payload import Read, read
from steerclear.store.port import PutKey, PutPayload

KEPT_OPEN = 20_000
SESSION_MS, SESSION_PAYLOADS = 1_000, 1_024
"""How long, and for how many payloads, one key exchange serves (record.seal, Session)."""


def keep(node: Node, line: LineState, entry: str, opening: Opening) -> None:
    """Store a payload, sealed; the running command makes it durable."""
    data_key = node.random(32)
    sealed = seal.seal(pack(opening), data_key, entry)
    wrapped = seal.wrap_in(_session(node), data_key, sealed, entry)
    node.put(PutPayload(entry, sealed), PutKey(entry, wrapped))
    line.opened[entry] = opening
    _trim(line.opened)


def keep_key(node: Node, id: str, wrapped: bytes) -> None:
    """Keep a wrapped key that seals no payload at rest, under an id of its own (64 hex)."""
    node.put(PutKey(id, wrapped))


def data_key(node: Node, entry: str) -> bytes | None:
    """The key under which a payload lies here; None where it is not held, is erased, or while locked."""
    wrapped = node.store.wrapped_key(entry)
    if wrapped is None or node.vault.storage_key is None:
        return None
    return _data_key(node, wrapped, entry)


def opened(node: Node, line: LineState, entry: str) -> Opening | None:
    """Salt and payload, or None when it is not held or cannot be opened now (`state` says which)."""
    if not node.vault.unlocked:
        return None
    found = line.opened.get(entry)
    if found is None:
        sealed, wrapped = node.store.payload(entry), node.store.wrapped_key(entry)
        if sealed is None or wrapped is None or node.vault.storage_key is None:
            return None
        found = unpack(seal.open_sealed(sealed, _data_key(node, wrapped, entry), entry))
        line.opened[entry] = found
        _trim(line.opened)
    return found


def state(node: Node, line: LineState, header: Header, entry: str) -> str:
    """`Said.held` of an entry at this node."""
    if not header.commitment:
        return "none"
    if header.author != node.party and node.party not in header.to:
        return "not_addressed"
    if entry in line.missing:
        return "missing"
    if entry in line.opened and node.vault.unlocked:
        return "held"
    if entry in line.erased:
        return "erased"
    if node.store.payload(entry) is None:
        return "missing"
    if node.store.wrapped_key(entry) is None:
        return "erased"
    return "held" if node.vault.unlocked else "locked"


def content(node: Node, line: LineState, header: Header, entry: str) -> Read | None:
    """The payload read as far as it can be, None when it cannot be opened."""
    known = line.parsed.get(entry)
    if known is not None and node.vault.unlocked:
        return known
    opening = opened(node, line, entry)
    if opening is None or not opens(opening, header.commitment):
        return None
    line.parsed[entry] = read(header.kind, opening.payload)
    _trim(line.parsed)
    return line.parsed[entry]


def _session(node: Node) -> seal.Session:
    """One key exchange for what is sealed within a second."""
    now = node.clock.now_ms()
    if node.sealing is None or now - node.sealing[1] >= SESSION_MS or node.sealing[2] >= SESSION_PAYLOADS:
        node.sealing = (seal.session(node.vault.storage, node.random(32)), now, 0)
    run, since, count = node.sealing
    node.sealing = (run, since, count + 1)
    return run


def _data_key(node: Node, wrapped: bytes, entry: str) -> bytes:
    assert node.vault.storage_key is not None
    public = wrapped[:32]
    if node.opening is None or node.opening.public != public:
        node.opening = seal.opened_session(wrapped, node.vault.storage_key)
    return seal.unwrap_in(node.opening, wrapped, entry)


def forget(line: LineState) -> None:
    """Nothing opened stays in memory (lock, zeroize)."""
    line.opened.clear()
    line.parsed.clear()


def _trim(kept: OrderedDict[str, Any]) -> None:
    while len(kept) > KEPT_OPEN:
        kept.popitem(last=False)
