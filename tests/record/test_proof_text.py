"""Proofs as text."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.record import checkpoint, keys, merkle, proof
from steerclear.record.note import Note, format_note
from steerclear.record.proof import Proof

SIGNER = keys.signer_from_seed("line/a/1", keys.ED25519, b"\x03" * 32)
HASHES = [merkle.leaf_hash(b"%d" % i) for i in range(9)]
TREE = merkle.Tree(HASHES)
TEXT = checkpoint.format(checkpoint.make("line/a/1", 9, TREE.root()))
NOTE = Note(TEXT, (SIGNER.sign(TEXT),))


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


@given(st.integers(0, 8), st.binary(max_size=20))
def test_a_proof_comes_back_and_proves(index, extra):
    one = Proof(index, TREE.inclusion(index), NOTE, extra)
    data = proof.format_proof(one)
    assert proof.parse_proof(data) == one
    assert [i for i in range(9) if proof.verify_proof(one, HASHES[i])] == [index]


@given(
    st.binary(max_size=80)
    | st.text("index 01\nextra A=", max_size=40).map(lambda t: f"c2sp.org/tlog-proof@v1\n{t}".encode())
)
def test_any_bytes_are_malformed(data):
    with pytest.raises(Malformed):
        proof.parse_proof(data)


def test_the_text_is_this_and_its_neighbours_are_not():
    data = proof.format_proof(Proof(8, TREE.inclusion(8), NOTE))
    hashed = base64.b64encode(TREE.inclusion(8)[0])
    assert data == b"c2sp.org/tlog-proof@v1\nindex 8\n" + hashed + b"\n\n" + format_note(NOTE)
    for old, new in (
        (b"@v1", b"@v2"), (b"index 8", b"index 08"), (b"index 8", b"index -8"), (b"index 8\n", b""),
        (b"index 8", b"extra \nindex 8"), (b"index 8", b"extra AB==\nindex 8"),
        (b"index 8", b"index 8\nindex 8"), (b"\n9\n", b"\n09\n"), (b"index", b"\xff"), (b"\n\n", b"\n"),
        (hashed, hashed[:-4]), (hashed, b"\n" + hashed), (hashed, (hashed + b"\n") * 64),
    ):  # fmt: skip
        assert rule_of(proof.parse_proof, data.replace(old, new, 1))
    assert proof.parse_proof(data.replace(b"index 8", b"extra AA==\nindex 8")).extra == b"\x00"
    assert len(proof.parse_proof(data.replace(hashed, b"\n".join([hashed] * 63), 1)).hashes) == 63


def test_what_cannot_be_read_is_not_written():
    for bad in (Proof(-1, (), NOTE), Proof(0, (b"short",), NOTE), Proof(0, (bytes(32),) * 64, NOTE)):
        assert rule_of(proof.format_proof, bad)
