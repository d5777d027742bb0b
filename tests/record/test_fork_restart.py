"""Forks have a proof that anybody can check, and honest logs have none; who goes on after a restart."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_world import Log, Party, found

from steerclear.errors import Malformed
from steerclear.record import card as cards
from steerclear.record import checkpoint, fork, keys
from steerclear.record.fork import ForkProof, check_fork, find_fork
from steerclear.record.keys import Signer
from steerclear.record.merkle import Tree, leaf_hash

A, B, C = Party("alfa"), Party("bravo"), Party("charlie")
ORIGIN = "f" * 64 + "/" + A.id + "/1"
SIGNER = keys.signer_from_seed(ORIGIN, keys.ED25519, b"\x03" * 32)
LOG = SIGNER.verifier


def tree_of(*leaves: str) -> Tree:
    return Tree(leaf_hash(one.encode()) for one in leaves)


def note(tree: Tree, size: int | None = None, origin: str = ORIGIN, signer: Signer = SIGNER) -> bytes:
    size = tree.size if size is None else size
    text = checkpoint.format(checkpoint.make(origin, size, tree.root(size)))
    return cards.sign_text(text, [signer])


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_a_fork_has_a_proof_and_growth_has_none(common, more, other):
    """Two branches that share `common` leaves and go on with `more` and `other` leaves of their own."""
    stem = [f"s{n}" for n in range(common)]
    one = tree_of(*stem, *[f"m{n}" for n in range(more)])
    two = tree_of(*stem, *[f"o{n}" for n in range(other)])
    larger = one if one.size > two.size else two
    proof = find_fork(note(one), note(two), larger)
    smaller_own = min(more, other)
    assert (proof is not None) == (smaller_own > 0)
    if proof is not None:
        assert check_fork(proof, LOG)
        assert check_fork(fork.parse_fork(fork.fork_record(proof)), LOG)
        assert fork.origin_of(proof) == ORIGIN
        same = find_fork(note(two), note(one), larger)
        assert same is not None
        assert check_fork(same, LOG)


ONE, TWO = tree_of("a", "b", "c"), tree_of("a", "x", "c", "d", "e")
PROOF = find_fork(note(ONE), note(TWO), TWO)
SAME_SIZE = find_fork(note(ONE), note(TWO, 3), TWO)


def test_only_the_log_s_own_signatures_prove_a_fork():
    assert check_fork(PROOF, LOG)
    assert check_fork(SAME_SIZE, LOG)
    other = keys.signer_from_seed(ORIGIN, keys.ED25519, b"\x04" * 32)
    assert not check_fork(PROOF, other.verifier)
    forged = msgspec.structs.replace(PROOF, newer=note(TWO, signer=other).decode())
    assert not check_fork(forged, LOG)
    foreign = note(TWO, origin=ORIGIN[:-1] + "2")
    both = ForkProof(note(ONE, origin=ORIGIN[:-1] + "2").decode(), foreign.decode())
    assert not check_fork(msgspec.structs.replace(PROOF, older=both.older, newer=both.newer), LOG)
    renamed = keys.signer_from_seed(ORIGIN[:-1] + "2", keys.ED25519, b"\x03" * 32)
    assert not check_fork(PROOF, renamed.verifier)


def test_a_proof_that_does_not_hold():
    grown = tree_of("a", "b", "c", "d")
    honest = ForkProof(
        note(ONE).decode(),
        note(grown).decode(),
        grown.root(3).hex(),
        tuple([one.hex() for one in grown.consistency(3, 4)]),
    )
    assert not check_fork(honest, LOG), "a log that only grew"
    assert not check_fork(ForkProof(note(ONE).decode(), note(ONE).decode()), LOG)
    for fields in (
        {"root_at_older": "0" * 64},
        {"root_at_older": ""},
        {"root_at_older": "zz"},
        {"root_at_older": PROOF.root_at_older.upper()},
        {"consistency": ()},
        {"consistency": PROOF.consistency[::-1]},
        {"consistency": (*PROOF.consistency, "0" * 64)},
        {"older": PROOF.newer, "newer": PROOF.older},
        {"newer": note(TWO, 3).decode()},
    ):
        assert not check_fork(msgspec.structs.replace(PROOF, **fields), LOG), fields
    padded = msgspec.structs.replace(SAME_SIZE, root_at_older="0" * 64)
    assert not check_fork(padded, LOG)


def test_what_cannot_be_compared():
    assert find_fork(note(ONE), note(TWO)) is None, "without the tree nothing is claimed"
    with pytest.raises(ValueError, match="not that of the larger"):
        find_fork(note(ONE), note(TWO), ONE)
    elsewhere = keys.signer_from_seed("other", keys.ED25519, b"\x03" * 32)
    with pytest.raises(Malformed):
        find_fork(note(ONE), note(ONE, origin="other", signer=elsewhere))
    with pytest.raises(Malformed):
        find_fork(b"x", note(ONE))


@pytest.mark.parametrize(
    "fields", [{"older": "x"}, {"newer": 5}, {"more": 1}, {"consistency": ["0" * 64] * 64}]
)
def test_records_that_are_no_proof(fields):
    fork.parse_fork(fork.fork_record(PROOF))
    with pytest.raises(Malformed):
        fork.parse_fork({**fork.fork_record(PROOF), **fields})


def test_a_proof_fits_into_a_leaf_of_whoever_found_it():
    log = Log(found(A, B), B).enrol()
    log.say("fork", B.key("node"), record=fork.fork_record(PROOF))
