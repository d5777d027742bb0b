"""Proofs as text (C2SP tlog-proof): an index, the hashes up to the root, and the checkpoint they lead to.

    c2sp.org/tlog-proof@v1
    index <index>
    <hash, base64>
    <empty line>
    <checkpoint, a signed note>

A proof is identified by (origin, index, size, root), never by its bytes (design/record.md, Traps).
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Sequence
from typing import Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import checkpoint
from steerclear.record.merkle import HASH_SIZE, MAX_PROOF, verify_inclusion
from steerclear.record.note import (
    MAX_NOTE,
    Note,
    check_text,
    format_note,
    parse_base64,
    parse_note,
    parse_size,
)

_HEAD: Final = "c2sp.org/tlog-proof@v1"
_SOURCE = "C2SP tlog-proof, Format"


class Proof(msgspec.Struct, frozen=True, gc=False):
    """That the leaf at `index` is under the root of the checkpoint in `note`: sibling hashes from the leaf
    up. `extra` is free data that nothing authenticates."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes = b""


def format_proof(proof: Proof) -> bytes:
    """The text of a proof; `Malformed` if `parse_proof` would not give it back."""
    lines = [_HEAD]
    if proof.extra:
        lines.append(f"extra {b2a_base64(proof.extra, newline=False).decode()}")
    lines.append(f"index {proof.index}")
    out = "\n".join(lines).encode() + b"\n" + format_hashes(proof.hashes) + b"\n" + format_note(proof.note)
    if parse_proof(out) != proof:
        raise Malformed("bad-proof", remedy="an index and 63 hashes of 32 bytes at most", source=_SOURCE)
    return out


def parse_proof(data: bytes) -> Proof:
    """The proof that these bytes are. Raises `Malformed`; verifies nothing."""
    if len(data) > 2 * MAX_NOTE:
        raise Malformed("proof-too-long", remedy=f"at most {2 * MAX_NOTE} bytes", source=_SOURCE)
    head, gap, rest = bytes(data).partition(b"\n\n")
    lines = check_text(head).split("\n")
    if not gap or lines.pop(0) != _HEAD:
        raise Malformed(
            "bad-proof", remedy=f"first line {_HEAD}, an empty line, a checkpoint", source=_SOURCE
        )
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = parse_base64(lines.pop(0)[6:].encode())
        if not extra:
            raise Malformed("bad-proof", remedy="leave the extra line out when there is none", source=_SOURCE)
    if not lines or not lines[0].startswith("index "):
        raise Malformed("bad-proof", remedy="write the index line", source=_SOURCE)
    index = parse_size(lines.pop(0)[6:])
    note = parse_note(rest)
    checkpoint.parse_head(note.text)
    return Proof(index, parse_hashes([line.encode() for line in lines]), note, extra)


def verify_proof(proof: Proof, leaf_hash: bytes) -> bool:
    """Whether the leaf of this hash is at `index` under the root that the note states. The note's
    signatures are for `note.verify` and `cosignature.verify`."""
    _, size, root = checkpoint.parse_head(proof.note.text)
    return verify_inclusion(leaf_hash, proof.index, size, proof.hashes, root)


def format_hashes(hashes: Sequence[bytes]) -> bytes:
    """One base64 line a hash."""
    return b"".join(b2a_base64(one) for one in hashes)


def parse_hashes(lines: Sequence[bytes]) -> tuple[bytes, ...]:
    """The hashes of base64 lines (without newlines), 63 at most; else `Malformed`."""
    hashes = tuple([parse_base64(line) for line in lines])
    if len(hashes) > MAX_PROOF or any(len(one) != HASH_SIZE for one in hashes):
        raise Malformed("bad-proof", remedy="63 hashes of 32 bytes at most", source=_SOURCE)
    return hashes
