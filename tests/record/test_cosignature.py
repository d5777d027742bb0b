"""Cosignatures of both kinds: exact messages, times, and whose they are."""

from __future__ import annotations

import contextlib
import hashlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.record import checkpoint, cosignature, keys
from steerclear.record.note import Note, NoteSignature
from support.effort import examples

ROOT = hashlib.sha256(b"root").digest()
TEXT = checkpoint.format(checkpoint.make("line/a/1", 12, ROOT))
WITH_SEEN = checkpoint.format(
    checkpoint.make(
        "line/a/1", 12, hashlib.sha256(b"root").digest(), [checkpoint.SeenLine("line/b/1", 3, bytes(32))]
    )
)
ED = keys.signer_from_seed("b/mirror", keys.COSIGN_ED25519, b"\x01" * 32)
ML = keys.signer_from_seed("b/mirror", keys.COSIGN_MLDSA44, b"\x02" * 32)
BOTH = pytest.mark.parametrize("signer", [ED, ML], ids=["ed25519", "mldsa44"])


@BOTH
def test_it_holds_for_this_text_time_and_key_only(signer):
    one = cosignature.cosign(signer, TEXT, 1_445_349_600)
    assert cosignature.verify(TEXT, one, signer.verifier) == 1_445_349_600
    assert cosignature.signature_time(one) == 1_445_349_600
    assert cosignature.verify(TEXT.replace(b"\n12\n", b"\n13\n"), one, signer.verifier) is None
    assert cosignature.verify(TEXT.replace(b"line/a", b"line/c"), one, signer.verifier) is None
    later = NoteSignature(one.name, one.key_id, struct.pack(">Q", 1_445_349_601) + one.signature[8:])
    assert cosignature.verify(TEXT, later, signer.verifier) is None
    stranger = keys.generate("b/mirror", signer.verifier.algorithm).verifier
    assert cosignature.verify(TEXT, one, stranger) is None
    forced = NoteSignature(one.name, stranger.key_id, one.signature)
    assert cosignature.verify(TEXT, forced, stranger) is None
    assert (
        cosignature.verify(TEXT, NoteSignature("c/mirror", one.key_id, one.signature), signer.verifier)
        is None
    )
    for cut in (b"", one.signature[:7], one.signature[:-1], one.signature + b"\x00"):
        assert cosignature.verify(TEXT, NoteSignature(one.name, one.key_id, cut), signer.verifier) is None


@BOTH
def test_a_time_of_zero_or_beyond_is_no_evidence(signer):
    for time_s in (0, 2**63, 2**64 - 1):
        bare = signer.sign_message(cosignature.message(signer.verifier, TEXT, time_s))
        made = NoteSignature("b/mirror", signer.verifier.key_id, struct.pack(">Q", time_s) + bare)
        assert cosignature.verify(TEXT, made, signer.verifier) is None
    for time_s in (1, 2**63 - 1):
        assert cosignature.verify(TEXT, cosignature.cosign(signer, TEXT, time_s), signer.verifier) == time_s
    for time_s in (0, -1, 2**63):
        with pytest.raises(ValueError, match="time"):
            cosignature.cosign(signer, TEXT, time_s)


def test_messages_are_the_standard_s():
    assert cosignature.message(ED.verifier, TEXT, 1679315147) == b"cosignature/v1\ntime 1679315147\n" + TEXT
    expected = (
        b"subtree/v1\n\x00" + b"\x08b/mirror" + struct.pack(">Q", 1679315147) + b"\x08line/a/1"
        + struct.pack(">QQ", 0, 12) + ROOT
    )  # fmt: skip
    assert cosignature.message(ML.verifier, TEXT, 1679315147) == expected


def test_only_ed25519_covers_extension_lines():
    """tlog-cosignature: the ML-DSA-44 message holds no extension lines, so `seen` is never proved by it."""
    for signer, covers in ((ED, True), (ML, False)):
        one = cosignature.cosign(signer, WITH_SEEN, 5)
        assert (cosignature.verify(TEXT, one, signer.verifier) is None) is covers


def test_a_plain_key_cosigns_nothing():
    plain = keys.signer_from_seed("b/node", keys.ED25519, b"\x01" * 32)
    with pytest.raises(ValueError, match="no cosigner"):
        cosignature.cosign(plain, TEXT, 5)
    one = NoteSignature("b/node", plain.verifier.key_id, bytes(72))
    assert cosignature.verify(TEXT, one, plain.verifier) is None


@BOTH
def test_what_is_no_checkpoint_is_not_cosigned(signer):
    for text in (b"", b"only\n", TEXT[:-1], TEXT + b"\n"):
        with pytest.raises(Malformed):
            cosignature.cosign(signer, text, 5)


def test_names_of_ml_dsa_messages_are_bounded():
    name = "b" * 255
    assert cosignature.cosign(keys.signer_from_seed(name, keys.COSIGN_MLDSA44, bytes(32)), TEXT, 5)
    with pytest.raises(Malformed):
        cosignature.cosign(keys.signer_from_seed(name + "b", keys.COSIGN_MLDSA44, bytes(32)), TEXT, 5)


def test_a_note_s_earliest_time_and_no_bad_line_beside_it():
    early, late = cosignature.cosign(ED, TEXT, 5), cosignature.cosign(ED, TEXT, 9)
    other = cosignature.cosign(ML, TEXT, 3)
    assert cosignature.verify_note(Note(TEXT, (other, late, early)), ED.verifier) == 5
    assert cosignature.verify_note(Note(TEXT, (other,)), ED.verifier) is None
    bad = NoteSignature(early.name, early.key_id, late.signature[:8] + early.signature[8:])
    assert cosignature.verify_note(Note(TEXT, (early, bad)), ED.verifier) is None
    with pytest.raises(Malformed):
        cosignature.signature_time(NoteSignature("x", b"1234", b"1234567"))


@given(st.binary(max_size=80), st.binary(max_size=120))
@settings(max_examples=examples(200))
def test_any_bytes_are_refused(signature, text):
    one = NoteSignature(ED.verifier.name, ED.verifier.key_id, signature)
    assert cosignature.verify(TEXT, one, ED.verifier) is None
    with contextlib.suppress(Malformed):
        assert cosignature.verify(text, one, ED.verifier) is None
