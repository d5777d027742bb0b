"""Payloads: commitment, inline parts with the seed that decides, and sealing at rest."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_world import Log, Party, found, seed

from steerclear.errors import Malformed
from steerclear.record import payload, seal
from steerclear.record.payload import MAX_PAYLOAD, PART, Opening, parse_inline

A, B, C = Party("alfa"), Party("bravo"), Party("charlie")
ENTRY, OTHER = "a" * 64, "b" * 64
SALT = b"\x05" * 32
SEED = payload.box_seed(b"\x01" * 32, ENTRY, B.box.public)
openings = st.builds(Opening, st.binary(min_size=32, max_size=32), st.binary(max_size=300))


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


def test_a_commitment_is_the_hash_of_tag_salt_and_payload():
    """Computed apart, with sha256sum over the same bytes."""
    by_hand = "1c998a6c3fc8370ba5d6c988bf47bc1a01675f1c648d16e3979ce2cea67d9fa9"
    assert payload.commit(bytes(32), b"{}") == by_hand
    assert payload.opens(Opening(SALT, b"x"), payload.commit(SALT, b"x"))
    assert not payload.opens(Opening(SALT, b"y"), payload.commit(SALT, b"x"))
    assert not payload.opens(Opening(b"\x06" * 32, b"x"), payload.commit(SALT, b"x"))
    assert not payload.opens(Opening(SALT[:31], b"\x05x"), payload.commit(SALT, b"x"))
    with pytest.raises(ValueError, match="32 bytes"):
        payload.commit(b"short", b"")


@given(openings)
def test_an_opening_is_packed_and_boxed_and_comes_back(opening):
    assert payload.unpack(payload.pack(opening)) == opening
    sealed = payload.box(opening, B.box.public, ENTRY, SEED)
    assert payload.unbox(sealed, B.box, ENTRY) == opening
    assert payload.box(opening, B.box.public, ENTRY, SEED) == sealed


def test_payloads_have_a_largest_size():
    largest = Opening(SALT, b"x" * MAX_PAYLOAD)
    assert payload.opens(largest, payload.commit(*msgspec.structs.astuple(largest)))
    assert payload.unpack(payload.pack(largest)) == largest
    over = Opening(SALT, b"x" * (MAX_PAYLOAD + 1))
    assert not payload.opens(over, payload.commit(*msgspec.structs.astuple(over)))
    assert rule_of(payload.pack, over) == "payload-too-large"
    assert rule_of(payload.unpack, SALT + over.payload) == "payload-too-large"
    assert rule_of(payload.unpack, b"short") == "bad-salt"


def test_a_box_opens_for_its_addressee_and_entry_alone():
    sealed = payload.box(Opening(SALT, b"secret"), B.box.public, ENTRY, SEED)
    assert b"secret" not in sealed
    for key, entry, data in (
        (C.box, ENTRY, sealed),
        (B.box, OTHER, sealed),
        (B.box, ENTRY, sealed[:-1]),
        (B.box, ENTRY, bytes(32) + sealed[32:]),
        (B.box, ENTRY, b""),
    ):
        assert rule_of(payload.unbox, data, key, entry) == "unopenable"


def test_a_seed_shown_opens_one_box_only():
    seeds = {
        payload.box_seed(b"\x01" * 32, entry, party.box.public)
        for entry in (ENTRY, OTHER)
        for party in (B, C)
    }
    assert len(seeds) == 4
    for call in (lambda: payload.box_seed(b"", ENTRY, B.box.public),):
        with pytest.raises(ValueError, match="32 bytes"):
            call()
    with pytest.raises(ValueError, match="32 bytes"):
        payload.box(Opening(SALT, b""), B.box.public, ENTRY, b"short")


def parts_of(size: int):
    opening = Opening(SALT, bytes(n % 251 for n in range(size)))
    sealed = payload.box(opening, B.box.public, ENTRY, SEED)
    return opening, sealed, payload.split_inline(sealed, ENTRY, B.id)


@pytest.mark.parametrize("size", [0, 1, 24 * 1024, 60_000, MAX_PAYLOAD])
def test_parts_fit_into_their_leaves_and_join_in_any_order(size):
    opening, sealed, parts = parts_of(size)
    log = Log(found(A, B), A).enrol()
    for part in parts:
        record = payload.inline_record(part)
        leaf = log.leaf("payload.inline", A.key("node"), record=record, refs=(ENTRY,))
        assert len(leaf) <= PART
        assert parse_inline(log.judge(leaf).leaf.header.record) == part
    assert payload.join_inline(parts) == payload.join_inline(parts[::-1]) == sealed
    assert payload.join_inline(parts[:-1]) is None
    assert payload.join_inline(()) is None
    assert payload.unbox(sealed, B.box, ENTRY) == opening


def test_the_first_of_a_repeated_part_counts():
    _, sealed, parts = parts_of(60_000)
    twisted = msgspec.structs.replace(parts[0], data=parts[1].data)
    foreign = msgspec.structs.replace(parts[1], entry=OTHER)
    assert payload.join_inline([*parts, twisted, foreign]) == sealed
    assert payload.join_inline([parts[0], foreign, parts[2]]) is None


def test_the_seed_decides():
    opening, _, parts = parts_of(60_000)
    assert payload.seed_proves(parts, opening, B.box.public, SEED)
    assert not payload.seed_proves(parts, opening, B.box.public, seed("another"))
    assert not payload.seed_proves(parts, Opening(SALT, b"else"), B.box.public, SEED)
    assert not payload.seed_proves(parts, opening, C.box.public, SEED)
    assert not payload.seed_proves(parts[:-1], opening, B.box.public, SEED)
    garbage = msgspec.structs.replace(parts[0], data="AAAA")
    assert not payload.seed_proves([garbage, *parts[1:]], opening, B.box.public, SEED)


@pytest.mark.parametrize(
    "fields",
    [
        {"entry": "x"},
        {"to": "x"},
        {"part": -1},
        {"part": 3},
        {"parts": 17},
        {"parts": 0},
        {"data": ""},
        {"data": "A"},
        {"data": "é"},
        {"data": 5},
        {"more": 1},
    ],
)
def test_records_that_are_no_part(fields):
    record = payload.inline_record(parts_of(60_000)[2][2])
    parse_inline(record)
    with pytest.raises(Malformed):
        parse_inline({**record, **fields})


# at rest

KEY, EPHEMERAL = seed("data"), seed("ephemeral")
STORE = A.box


@given(st.binary(max_size=200), st.text(max_size=10))
def test_sealing_at_rest_comes_back(plain, label):
    sealed = seal.seal(plain, KEY, label)
    wrapped = seal.wrap(KEY, sealed, STORE.public, label, EPHEMERAL)
    assert len(wrapped) == seal.WRAPPED <= 218
    assert seal.unwrap(wrapped, STORE, label) == KEY
    assert seal.open_sealed(sealed, KEY, label) == plain
    assert seal.matches(wrapped, sealed)


def test_what_does_not_belong_together_does_not_open():
    sealed = seal.seal(b"marker-7f3a", KEY, ENTRY)
    wrapped = seal.wrap(KEY, sealed, STORE.public, ENTRY, EPHEMERAL)
    assert b"marker" not in sealed + wrapped
    assert KEY not in wrapped
    for call, args in (
        (seal.open_sealed, (sealed, seed("x"), ENTRY)),
        (seal.open_sealed, (sealed, KEY, OTHER)),
        (seal.open_sealed, (b"", KEY, ENTRY)),
        (seal.unwrap, (wrapped, B.box, ENTRY)),
        (seal.unwrap, (wrapped, STORE, OTHER)),
        (seal.unwrap, (wrapped[:-1], STORE, ENTRY)),
        (seal.unwrap, (bytes(32) + wrapped[32:], STORE, ENTRY)),
        (seal.unwrap, (b"", STORE, ENTRY)),
    ):
        assert rule_of(call, *args) == "not-openable"


def test_every_byte_of_ciphertext_and_wrapped_key_matters():
    sealed = seal.seal(b"some payload", KEY, ENTRY)
    wrapped = seal.wrap(KEY, sealed, STORE.public, ENTRY, EPHEMERAL)
    for at in range(len(sealed)):
        bad = sealed[:at] + bytes((sealed[at] ^ 1,)) + sealed[at + 1 :]
        assert rule_of(seal.open_sealed, bad, KEY, ENTRY) == "not-openable"
        assert not seal.matches(wrapped, bad)
    for at in range(len(wrapped)):
        bad = wrapped[:at] + bytes((wrapped[at] ^ 1,)) + wrapped[at + 1 :]
        assert rule_of(seal.unwrap, bad, STORE, ENTRY) == "not-openable"
