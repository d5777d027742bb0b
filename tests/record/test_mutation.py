"""Every single-byte change of a note and of a proof (design/record.md, Tests that belong to it): accepted
only if verified text, signer set and verdict equal the original's, or fewer signers still meet the
policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from steerclear.errors import Malformed
from steerclear.record import checkpoint, cosignature, keys, merkle, note, proof
from steerclear.record.note import Note
from steerclear.record.proof import Proof

LOG = keys.signer_from_seed("l/a/1", keys.ED25519, b"\x07" * 32)
MIRROR = keys.signer_from_seed("b/m", keys.COSIGN_ED25519, b"\x08" * 32)
OFFICERS = [keys.signer_from_seed(f"a/{post}", keys.ED25519, post.encode() * 32) for post in "xyz"]
TREE = merkle.Tree([merkle.leaf_hash(b"%d" % i) for i in range(5)])


def changes(data: bytes, values: range = range(256)) -> Iterator[bytes]:
    """All strings that differ from `data` in one byte (of `values`), lack one, or have one doubled."""
    for at, old in enumerate(data):
        for value in values:
            if value != old:
                yield data[:at] + bytes((value,)) + data[at + 1 :]
        yield data[:at] + data[at + 1 :]
        yield data[:at] + data[at : at + 1] + data[at:]


def note_verdict(data: bytes) -> tuple[bytes, frozenset[str]] | None:
    """(text, who signed it), or None for a note that is refused: any officer of three is enough here."""
    try:
        one = note.parse_note(data)
    except Malformed:
        return None
    if any(  # a bad line under a known name and id spoils the note
        line.ref == key.verifier.ref and not key.verifier.check(one.text, line.signature)
        for line in one.signatures
        for key in OFFICERS
    ):
        return None
    signed = frozenset(key.verifier.name for key in OFFICERS if note.verify(one, key.verifier))
    return (one.text, signed) if signed else None


@pytest.mark.slow
def test_every_change_of_a_note():
    text = b"steerclear/entry/v1\n{}\n"
    data = note.format_note(Note(text, tuple(key.sign(text) for key in OFFICERS)))
    original = note_verdict(data)
    assert original == (text, frozenset(key.verifier.name for key in OFFICERS))
    fewer = 0
    for changed in changes(data):
        verdict = note_verdict(changed)
        if verdict is not None:
            assert verdict[0] == text
            assert verdict[1] < original[1]  # never the same signers from other bytes: the form is canonical
            fewer += 1
    assert fewer > 1000  # the test did meet notes that lost one signer


def proof_verdict(data: bytes, leaf: bytes) -> tuple[object, ...] | None:
    """(index, origin, size, root, time of the mirror): log and mirror must both have signed."""
    try:
        one = proof.parse_proof(data)
        head = checkpoint.parse(one.note.text)
        time_s = cosignature.verify_note(one.note, MIRROR.verifier)
    except Malformed:
        return None
    if not note.verify(one.note, LOG.verifier) or time_s is None or not proof.verify_proof(one, leaf):
        return None
    return one.index, head.origin, head.size, head.root, time_s


@pytest.mark.slow
def test_every_change_of_a_proof():
    text = checkpoint.format(checkpoint.make("l/a/1", 5, TREE.root()))
    signed = Note(text, (LOG.sign(text), cosignature.cosign(MIRROR, text, 1_445_349_600)))
    data = proof.format_proof(Proof(3, TREE.inclusion(3), signed))
    leaf = merkle.leaf_hash(b"3")
    assert proof_verdict(data, leaf) == (3, "l/a/1", 5, TREE.root(), 1_445_349_600)
    accepted = [changed for changed in changes(data) if proof_verdict(changed, leaf) is not None]
    assert accepted == []  # both signers are needed, so nothing may change at all


def test_every_change_of_a_vkey():
    vkey = LOG.verifier.vkey
    for changed in changes(vkey.encode()):
        try:
            found = keys.parse_vkey(changed.decode("latin-1"))
        except Malformed:
            continue
        raise AssertionError(f"{found.vkey} was accepted beside {vkey}")
