"""The right edge of a tree, from which it can grow without its leaves: one hash for each bit of its size.

With the peaks of an old tree and the leaves since, anybody computes the new root: so a run of leaves
between two checkpoints is shown to be all that was logged between them (design/record.md, What a stranger
checks).
"""

from __future__ import annotations

from collections.abc import Sequence

from steerclear.record.merkle import EMPTY_ROOT, HASH_SIZE, Tree, node_hash


def peaks_of(tree: Tree, size: int) -> tuple[bytes, ...]:
    """The complete subtrees of the tree of `size`, largest first. ValueError if the tree is smaller."""
    found = []
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append(tree.node(level, (size >> level) - 1))
    return tuple(found)


def fits(size: int, peaks: Sequence[bytes]) -> bool:
    """Whether there are as many hashes as a tree of this size has peaks."""
    return size >= 0 and len(peaks) == size.bit_count() and all(len(one) == HASH_SIZE for one in peaks)


def append(size: int, peaks: Sequence[bytes], leaf_hash: bytes) -> tuple[bytes, ...]:
    """The peaks after one more leaf on a tree of `size`."""
    stack = [*peaks, leaf_hash]
    while size & 1:
        right = stack.pop()
        stack[-1] = node_hash(stack[-1], right)
        size >>= 1
    return tuple(stack)


def root(peaks: Sequence[bytes]) -> bytes:
    """The root that these peaks fold to, from the right."""
    if not peaks:
        return EMPTY_ROOT
    hashed = peaks[-1]
    for peak in reversed(peaks[:-1]):
        hashed = node_hash(peak, hashed)
    return hashed
