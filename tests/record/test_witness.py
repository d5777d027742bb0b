"""`add-checkpoint`: each status code of tlog-witness beside the request that gets 200."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.record import checkpoint, keys, merkle, witness
from steerclear.record.note import Note
from steerclear.record.witness import AddCheckpoint, Cosign, Declined, Head

ORIGIN = "line/a/1"
LOG = keys.signer_from_seed(ORIGIN, keys.ED25519, b"\x04" * 32)
COSIGNER = keys.signer_from_seed("w", keys.COSIGN_ED25519, b"\x05" * 32)
STRANGER = keys.signer_from_seed(ORIGIN, keys.ED25519, b"\x06" * 32)
TREE = merkle.Tree([merkle.leaf_hash(b"%d" % i) for i in range(40)])
OTHER = merkle.Tree([merkle.leaf_hash(b"x%d" % i) for i in range(40)])
KEYS = {ORIGIN: [LOG.verifier]}


def head(size: int, tree: merkle.Tree = TREE) -> Head:
    return Head(ORIGIN, size, tree.root(size))


def body(old: int, new: int, *, tree=TREE, signer=LOG, origin=ORIGIN, hashes=None, claim=None) -> bytes:
    text = checkpoint.format(checkpoint.make(origin, new, tree.root(new)))
    signed = Note(text, (STRANGER.sign(b"other\n"), signer.sign(text)))
    proof = tree.consistency(min(old, new), new) if hashes is None else hashes
    return witness.format_request(AddCheckpoint(old if claim is None else claim, proof, signed))


def ask(data: bytes, known: Head | None):
    return witness.answer(data, lambda origin: KEYS.get(origin, []), lambda origin: known)


@given(st.integers(0, 40), st.integers(0, 40))
def test_what_grew_is_cosigned(a, b):
    old, new = sorted((a, b))
    result = ask(body(old, new), head(old) if old else None)
    assert isinstance(result, Cosign)
    assert (result.status, result.head) == (200, head(new))
    assert checkpoint.parse_head(result.text) == (ORIGIN, new, TREE.root(new))


@pytest.mark.parametrize(
    ("data", "known", "expected"),
    [
        (b"", None, (400, "bad-request", None)),
        (b"old 01\n\n" + body(0, 5).split(b"\n\n", 1)[1], None, (400, "bad-size", None)),
        (body(0, 5, claim=9), None, (400, "old-size-above-new", None)),
        (body(0, 5, origin="line/x/1"), None, (404, "unknown-log", None)),
        (body(0, 5, signer=STRANGER), None, (403, "not-signed-by-the-log", None)),
        (body(0, 5), head(3), (409, "other-size-known", 3)),
        (body(3, 5), None, (409, "other-size-known", 0)),
        (body(3, 5), head(4), (409, "other-size-known", 4)),
        (body(5, 5, tree=OTHER), head(5), (409, "fork", None)),
        (body(0, 0), Head(ORIGIN, 0, bytes(32)), (409, "fork", None)),
        (body(3, 9, tree=OTHER), head(3), (422, "inconsistent", None)),
        (body(3, 9, hashes=()), head(3), (422, "inconsistent", None)),
        (body(3, 9, hashes=(*TREE.consistency(3, 9), bytes(32))), head(3), (422, "inconsistent", None)),
        (body(0, 9, hashes=(bytes(32),)), None, (422, "inconsistent", None)),
        (body(5, 5, hashes=(bytes(32),)), head(5), (422, "inconsistent", None)),
    ],
)
def test_declined(data, known, expected):
    result = ask(data, known)
    assert isinstance(result, Declined)
    assert (result.status, result.reason, result.known_size) == expected


def test_the_twins_of_what_is_declined():
    for data, known in (
        (body(0, 5), None),
        (body(3, 5), head(3)),
        (body(5, 5), head(5)),
        (body(3, 9), head(3)),
        (body(0, 0), None),
        (body(0, 9), Head(ORIGIN, 0, merkle.EMPTY_ROOT)),
    ):
        assert isinstance(ask(data, known), Cosign)


def test_a_cosigner_s_line_is_no_log_s_signature():
    """A 0x04 key listed for an origin by mistake opens nothing."""
    result = witness.answer(body(0, 5), lambda _: [COSIGNER.verifier], lambda _: None)
    assert isinstance(result, Declined)
    assert result.status == 404


@given(st.binary(max_size=100) | st.text("old 0123\n=A", max_size=40).map(str.encode))
def test_any_body_is_answered(data):
    result = ask(data, None)
    assert isinstance(result, Declined)
    assert result.status == 400
    with pytest.raises(Malformed):
        witness.parse_request(data)


def test_a_request_comes_back_and_64_hashes_do_not():
    data = body(3, 9)
    assert witness.format_request(witness.parse_request(data)) == data
    many = body(3, 9, hashes=(bytes(32),) * 63)
    assert len(witness.parse_request(many).hashes) == 63
    result = ask(body(3, 9, hashes=(bytes(32),) * 64), head(3))
    assert isinstance(result, Declined)
    assert result.status == 400
