"""The Merkle tree of a log (RFC 6962 and RFC 9162, section 2, SHA-256): hashes, proofs, and their checks.

A proof is a tuple of 32-byte hashes from the leaf upwards. `Tree` keeps every complete node, level by
level, so that appending and every proof cost O(log n) and a million leaves cost 64 MB; it holds hashes
only, never leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of the tree without leaves."""
MAX_PROOF: Final = 63
"""Hashes of a proof at most (tlog-witness, add-checkpoint)."""


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """An append-only tree of leaf hashes. Every complete node of every level is kept.

    Sizes are numbers of leaves. A size above the present one, or an index not below its size, is a
    ValueError.
    """

    __slots__ = ("_levels", "_size")

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        self._size = 0
        self.extend(leaf_hashes)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    def append(self, leaf_hash: bytes) -> int:
        """Adds the hash of one leaf and returns its index."""
        if len(leaf_hash) != HASH_SIZE:
            raise ValueError("a leaf hash is 32 bytes")
        index = self._size
        levels = self._levels
        hashed = leaf_hash
        level = 0
        below = levels[0]
        below += hashed
        bits = index
        while bits & 1:
            hashed = sha256(b"\x01" + below[-64:]).digest()
            level += 1
            if level == len(levels):
                levels.append(bytearray())
            below = levels[level]
            below += hashed
            bits >>= 1
        self._size = index + 1
        return index

    def extend(self, leaf_hashes: Iterable[bytes]) -> int:
        """Adds many and returns the new size."""
        append = self.append
        for hashed in leaf_hashes:
            append(hashed)
        return self._size

    def node(self, level: int, index: int) -> bytes:
        """The hash over leaves [index · 2^level, (index + 1) · 2^level), which must all be there."""
        if level < 0 or index < 0 or (index + 1) << level > self._size:
            raise ValueError("that subtree is not complete")
        return bytes(self._levels[level][index * 32 : index * 32 + 32])

    def nodes(self, level: int, start: int, end: int) -> bytes:
        """Concatenated hashes of complete nodes [start, end) of a level."""
        if level < 0 or not 0 <= start <= end or (start < end and end << level > self._size):
            raise ValueError("those subtrees are not complete")
        return bytes(self._levels[level][start * 32 : end * 32]) if start < end else b""

    def leaf(self, index: int) -> bytes:
        """The leaf hash at an index."""
        return self.node(0, index)

    def root(self, size: int | None = None) -> bytes:
        """The root at that size (default: now)."""
        size = self._at_size(size)
        return self._right_edge(size.bit_length(), size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Proof that the leaf at `index` is in the tree of `size` (RFC 9162, 2.1.3.1)."""
        size = self._at_size(size)
        if not 0 <= index < size:
            raise ValueError("the index is not below the size")
        return tuple(self._path(0, index, size))

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Proof that the tree of `new` begins with the tree of `old` (RFC 9162, 2.1.4.1); empty from size
        0."""
        new = self._at_size(new)
        if not 0 <= old <= new:
            raise ValueError("the old size is not within the new")
        if old in (0, new):
            return ()
        node, level = old - 1, 0
        while node & 1:
            node >>= 1
            level += 1
        start = [self.node(level, node)] if node else []
        return (*start, *self._path(level, node, new))

    def _at_size(self, size: int | None) -> int:
        if size is None:
            return self._size
        if not 0 <= size <= self._size:
            raise ValueError("the tree is not that large")
        return size

    def _path(self, level: int, node: int, size: int) -> list[bytes]:
        """Siblings from a complete node up to the root of the tree of `size`."""
        path = []
        last = (size - 1) >> level
        while last:
            if node & 1:
                path.append(self.node(level, node - 1))
            elif node + 1 < last:
                path.append(self.node(level, node + 1))
            elif node + 1 == last:
                path.append(self._right_edge(level, size))
            node >>= 1
            last >>= 1
            level += 1
        return path

    def _right_edge(self, level: int, size: int) -> bytes:
        """The hash of the last, perhaps incomplete node at `level` in the tree of `size` ≥ 1: its peaks
        folded from the right."""
        low = ((size - 1) & ((1 << level) - 1)) + 1
        hashed = b""
        at = 0
        while low:
            if low & 1:
                peak = self.node(at, (size >> at) - 1)
                hashed = sha256(b"\x01" + peak + hashed).digest() if hashed else peak
            low >>= 1
            at += 1
        return hashed


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2: whether the proof leads from that leaf hash at `index` to `root` at `size`."""
    if not 0 <= index < size or len(leaf_hash) != HASH_SIZE or not _hashes(proof):
        return False
    node, last, hashed = index, size - 1, leaf_hash
    for sibling in proof:
        if not last:
            return False
        if node & 1 or node == last:
            hashed = node_hash(sibling, hashed)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            hashed = node_hash(hashed, sibling)
        node >>= 1
        last >>= 1
    return not last and hashed == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """RFC 9162, 2.1.4.2: whether the tree (new, new_root) begins with the tree (old, old_root).

    From size 0 only an empty proof and the root of the empty tree pass, as witnesses have it (tlog-witness).
    """
    if not 0 <= old <= new or not _hashes(proof):
        return False
    if old == new or old == 0:
        same = old_root == new_root if old == new else True
        empty = old_root == EMPTY_ROOT if old == 0 else True
        return not proof and same and empty
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    path = list(proof) if node else [old_root, *proof]
    if not path:
        return False
    old_hash = new_hash = path[0]
    for sibling in path[1:]:
        if not last:
            return False
        if node & 1 or node == last:
            old_hash = node_hash(sibling, old_hash)
            new_hash = node_hash(sibling, new_hash)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            new_hash = node_hash(new_hash, sibling)
        node >>= 1
        last >>= 1
    return not last and old_hash == old_root and new_hash == new_root


def root_from_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that this proof would prove, or None if its length does not fit (index, size)."""
    if not 0 <= index < size or not _hashes(proof):
        return None
    node, last, hashed, left = index, size - 1, leaf_hash, iter(proof)
    while last:
        if node & 1 or node < last:
            sibling = next(left, None)
            if sibling is None:
                return None
            hashed = node_hash(sibling, hashed) if node & 1 else node_hash(hashed, sibling)
        node >>= 1
        last >>= 1
    return hashed if next(left, None) is None else None


def _hashes(proof: Sequence[bytes]) -> bool:
    return len(proof) <= MAX_PROOF and all(len(one) == HASH_SIZE for one in proof)
