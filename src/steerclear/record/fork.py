"""Forks: two checkpoints of one log that no single tree explains, and the proof for anybody (record.md,
Fork).

Either two notes of the same size with different roots, or two of different sizes with the newer tree's
hash at the older size and its consistency proof: that hash is not the older root. Whoever holds the log's
key can check it; nothing but the log's own two signatures is needed. How a party goes on afterwards is
`restart`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import checkpoint, jcs
from steerclear.record.keys import Verifier
from steerclear.record.merkle import MAX_PROOF, Tree, verify_consistency
from steerclear.record.note import parse_note, verify

KIND: Final = "fork"
_SOURCE = "record.md, Fork"


class ForkProof(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """`older` and `newer` are checkpoint notes signed by the log, `older` not the larger. For different sizes
    `root_at_older` (hex) is the hash of the newer tree at the older size, `consistency` (hex) its proof."""

    older: str
    newer: str
    root_at_older: str = ""
    consistency: tuple[str, ...] = ()


def find_fork(one: bytes, other: bytes, tree_of_larger: Tree | None = None) -> ForkProof | None:
    """The proof that two checkpoint notes of one log fork, or None where they agree as far as can be told.

    `tree_of_larger` is the tree that the larger of the two signed, needed where their sizes differ;
    ValueError if it is another. Raises `Malformed` for bytes that are no checkpoint notes, `other-log`
    for two logs."""
    (size, root), (other_size, other_root) = _head(one), _head(other)
    if _origin(one) != _origin(other):
        raise Malformed("other-log", remedy="both checkpoints are of one log", source=_SOURCE)
    if size > other_size:
        return find_fork(other, one, tree_of_larger)
    if size == other_size:
        return None if root == other_root else ForkProof(one.decode(), other.decode())
    if tree_of_larger is None:
        return None
    if tree_of_larger.size < other_size or tree_of_larger.root(other_size) != other_root:
        raise ValueError("the tree is not that of the larger checkpoint")
    at_older = tree_of_larger.root(size)
    if at_older == root:
        return None
    path = tuple([hashed.hex() for hashed in tree_of_larger.consistency(size, other_size)])
    return ForkProof(one.decode(), other.decode(), at_older.hex(), path)


def check_fork(proof: ForkProof, log: Verifier) -> bool:
    """Whether this proves that the holder of the log's key signed two trees. False for a proof that does not
    hold; `Malformed` for notes that are none."""
    notes = [parse_note(text.encode("utf-8", "replace")) for text in (proof.older, proof.newer)]
    heads = [checkpoint.parse_head(note.text) for note in notes]
    if any(head[0] != log.name for head in heads) or not all(verify(note, log) for note in notes):
        return False
    (_, old_size, old_root), (_, new_size, new_root) = heads
    if old_size == new_size:
        return old_root != new_root and not proof.root_at_older and not proof.consistency
    if old_size > new_size:
        return False
    try:
        at_older = bytes.fromhex(proof.root_at_older)
        path = [bytes.fromhex(one) for one in proof.consistency]
    except ValueError:
        return False
    canonical = at_older.hex() == proof.root_at_older and all(
        raw.hex() == text for raw, text in zip(path, proof.consistency, strict=True)
    )
    return (
        canonical
        and at_older != old_root
        and verify_consistency(old_size, new_size, path, at_older, new_root)
    )


def fork_record(proof: ForkProof) -> dict[str, Any]:
    """The proof as the `record` of a `fork` entry."""
    record: dict[str, Any] = jcs.loads(jcs.dumps(proof))
    return record


def parse_fork(record: Mapping[str, Any]) -> ForkProof:
    """Reads it. Raises `Malformed` `bad-fork`; whether it holds is `check_fork`'s to say."""
    try:
        proof = msgspec.convert(dict(record), ForkProof)
    except msgspec.ValidationError as error:
        raise Malformed("bad-fork", field="record", remedy=str(error), source=_SOURCE) from None
    if len(proof.consistency) > MAX_PROOF:
        raise Malformed("bad-fork", field="consistency", remedy=f"at most {MAX_PROOF} hashes", source=_SOURCE)
    _head(proof.older.encode("utf-8", "replace"))
    _head(proof.newer.encode("utf-8", "replace"))
    return proof


def origin_of(proof: ForkProof) -> str:
    """The origin of the log that forked."""
    return _origin(proof.older.encode())


def _origin(note: bytes) -> str:
    return checkpoint.parse_head(parse_note(note).text)[0]


def _head(note: bytes) -> tuple[int, bytes]:
    _, size, root = checkpoint.parse_head(parse_note(note).text)
    return size, root
