"""The tree against a definition written straight from RFC 6962, against others' vectors, and against bad
proofs."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.record import merkle
from steerclear.record.merkle import Tree, leaf_hash, node_hash
from support import vectors
from support.effort import examples

HASHES = [leaf_hash(b"leaf %d" % i) for i in range(600)]
TREE = Tree(HASHES)


def split(n: int) -> int:
    return 1 << ((n - 1).bit_length() - 1)


def mth(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if not hashes:
        return merkle.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node_hash(mth(hashes[:k]), mth(hashes[k:]))


def path(m: int, hashes: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), mth(hashes[k:])]
    return [*path(m - k, hashes[k:]), mth(hashes[:k])]


def subproof(m: int, hashes: list[bytes], whole: bool) -> list[bytes]:
    """RFC 6962, 2.1.2."""
    n = len(hashes)
    if m == n:
        return [] if whole else [mth(hashes)]
    k = split(n)
    if m <= k:
        return [*subproof(m, hashes[:k], whole), mth(hashes[k:])]
    return [*subproof(m - k, hashes[k:], False), mth(hashes[:k])]


def test_all_small_trees_are_the_definition_s():
    for n in range(34):
        root = TREE.root(n)
        assert root == mth(HASHES[:n])
        for i in range(n):
            proof = TREE.inclusion(i, n)
            assert list(proof) == path(i, HASHES[:n])
            assert merkle.verify_inclusion(HASHES[i], i, n, proof, root)
            assert merkle.root_from_inclusion(HASHES[i], i, n, proof) == root
        for old in range(1, n + 1):
            proof = TREE.consistency(old, n)
            assert list(proof) == subproof(old, HASHES[:n], True)
            assert merkle.verify_consistency(old, n, proof, TREE.root(old), root)
        assert merkle.verify_consistency(0, n, TREE.consistency(0, n), merkle.EMPTY_ROOT, root)


SIZES = st.integers(1, len(HASHES)).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1)))
BIG = st.integers(-2, 2**70)


@pytest.mark.slow
@given(SIZES)
@settings(max_examples=examples(100))
def test_no_other_statement_passes_with_the_same_proof(at):
    size, index = at
    proof, root = TREE.inclusion(index, size), TREE.root(size)
    places = [i for i in range(size) if merkle.verify_inclusion(HASHES[index], i, size, proof, root)]
    assert places == [index]
    assert not merkle.verify_inclusion(HASHES[index - 1], index, size, proof, root) or size == 1
    assert not merkle.verify_inclusion(HASHES[index], index, size, (*proof, root), root)
    assert not merkle.verify_inclusion(HASHES[index], index, size, proof[:-1], root) or not proof
    assert not merkle.verify_inclusion(HASHES[index], index, size, proof, bytes(32))
    assert not merkle.verify_inclusion(HASHES[index], size, size, proof, root)
    assert not merkle.verify_inclusion(HASHES[index], -1, size, proof, root)


@given(SIZES)
@settings(max_examples=examples(200))
def test_consistency_needs_both_roots(at):
    new, old = at
    proof, old_root, new_root = TREE.consistency(old, new), TREE.root(old), TREE.root(new)
    assert merkle.verify_consistency(old, new, proof, old_root, new_root)
    assert not merkle.verify_consistency(old, new, proof, bytes(32), new_root)
    assert not merkle.verify_consistency(new, old, proof, new_root, old_root) or old == new
    if old:
        assert not merkle.verify_consistency(old, new, proof, old_root, bytes(32))
        assert not merkle.verify_consistency(old, new, proof[:-1], old_root, new_root)
    assert not merkle.verify_consistency(old, new, (*proof, new_root), old_root, new_root)
    assert not merkle.verify_consistency(-1, new, proof, old_root, new_root)


@given(
    st.integers(-2, 2**70),
    st.integers(-2, 2**70),
    st.lists(st.binary(max_size=33), max_size=70),
    st.binary(max_size=33),
)
def test_any_proof_is_judged(index, size, proof, root):
    assert merkle.verify_inclusion(HASHES[0], index, size, proof, root) is False
    assert merkle.root_from_inclusion(HASHES[0], index, size, proof) is None or size > index
    merkle.verify_consistency(index, size, proof, root, root)


def test_append_after_proof_changes_no_earlier_root():
    tree = Tree()
    roots = [tree.root()]
    for hashed in HASHES[:70]:
        assert tree.append(hashed) == len(roots) - 1
        roots.append(tree.root())
    assert [tree.root(n) for n in range(71)] == roots
    assert tree.size == 70
    assert tree.leaf(69) == HASHES[69]


def test_nodes_are_complete_subtrees_only():
    tree = Tree(HASHES[:6])
    assert tree.node(1, 2) == node_hash(HASHES[4], HASHES[5])
    assert tree.nodes(0, 1, 3) == HASHES[1] + HASHES[2]
    assert tree.nodes(5, 0, 0) == b""
    for level, index in ((1, 3), (2, 1), (3, 0), (0, 6), (-1, 0), (0, -1)):
        with pytest.raises(ValueError, match="complete"):
            tree.node(level, index)
    with pytest.raises(ValueError, match="complete"):
        tree.nodes(2, 0, 2)
    for call in (
        lambda: tree.root(7),
        lambda: tree.inclusion(6, 6),
        lambda: tree.consistency(4, 7),
        lambda: tree.root(-1),
    ):
        with pytest.raises(ValueError, match=r"tree|index|size"):
            call()
    with pytest.raises(ValueError, match="32 bytes"):
        tree.append(b"short")


def unpack(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def cases(kind: str) -> list[dict]:
    found = [vectors.read_json(p) for p in sorted((vectors.folder("merkle") / kind).rglob("*.json"))]
    assert len(found) == 98
    return found


def test_inclusion_vectors():
    for case in cases("inclusion"):
        proof = [unpack(x) for x in case["proof"] or []]
        good = merkle.verify_inclusion(
            unpack(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, unpack(case["root"])
        )
        assert good is not case["wantErr"], case["desc"]


def test_consistency_vectors():
    """Where the old size is 0 their convention is that such a proof is useless; ours (tlog-witness) that
    the empty proof from the empty tree holds."""
    ours = 0
    for case in cases("consistency"):
        proof = [unpack(x) for x in case["proof"] or []]
        roots = unpack(case["root1"]), unpack(case["root2"])
        good = merkle.verify_consistency(case["size1"], case["size2"], proof, *roots)
        if case["size1"] == 0 and case["size2"] > 0:
            assert good is (not proof and roots[0] == merkle.EMPTY_ROOT), case["desc"]
            ours += good is case["wantErr"]
        else:
            assert good is not case["wantErr"], case["desc"]
    assert ours == 1
