"""Bundles: the same content gives the same bytes, they read back, and any other bytes are refused."""

from __future__ import annotations

import struct
from hashlib import sha256

import nacl.bindings as sodium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from line_world import Log, Party, cosign, found, seed

from steerclear.errors import Malformed
from steerclear.record import bundle
from steerclear.record.bundle import MAGIC, Bundle, LogPart, export, open_box, read, seal_box, write
from steerclear.record.note import Note, format_note, parse_note
from steerclear.record.payload import Opening
from steerclear.record.seal import seal
from support.effort import examples

A, B, C = Party("alfa"), Party("bravo"), Party("charlie")
LINE = found(A, B)
OPENING = Opening(b"\x01" * 32, b"marker-51c0 for bravo alone")


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


class Held:
    """A `Source` over the logs of two parties."""

    def __init__(self) -> None:
        self.logs = {}
        for party in (A, B):
            log = Log(LINE, party).enrol()
            for _ in range(3):
                log.say()
            self.logs[log.origin] = log
        self.entry = "e" * 64

    def genesis(self) -> bytes:
        return LINE.note

    def origins(self):
        return self.logs

    def leaves(self, origin, start):
        return self.logs[origin].leaves[start:]

    def checkpoints(self, origin, start):
        for size in range(max(start, 1), 5):
            text = self.logs[origin].checkpoint(size)
            signed = parse_note(self.logs[origin].signed(text))
            yield format_note(Note(text, (*signed.signatures, cosign(B, text, 9))))

    def payloads(self, party):
        return [(self.entry, OPENING)] if party == B.id else []


RECIPIENTS = {party.id: (party.box.public, seed("box", party.nick)) for party in (B, C)}
HELD = Held()
DATA = export(HELD, recipients=RECIPIENTS)


def test_a_line_s_logs_come_back():
    found_bundle = read(DATA)
    assert found_bundle.genesis == LINE.note
    assert [part.origin for part in found_bundle.logs] == sorted(HELD.logs)
    for part in found_bundle.logs:
        assert part.start == 0
        assert list(part.leaves) == HELD.logs[part.origin].leaves
        assert len(part.checkpoints) == 4
    assert write(found_bundle) == DATA == export(Held(), recipients=RECIPIENTS)


def test_only_what_the_other_lacks():
    origin = max(HELD.logs)
    part = read(export(HELD, starts={origin: 2})).logs[1]
    assert (part.origin, part.start, len(part.leaves), len(part.checkpoints)) == (origin, 2, 2, 3)
    assert read(export(HELD)).boxes == {}


def test_payloads_open_for_their_recipient_alone():
    boxes = read(DATA).boxes
    assert set(boxes) == {B.id, C.id}
    assert b"marker" not in DATA
    assert open_box(B.id, boxes[B.id], B.box) == ((HELD.entry, OPENING),)
    assert open_box(C.id, boxes[C.id], C.box) == ()
    assert len(boxes[B.id]) == len(boxes[C.id]), "a box says nothing about how much is in it"
    for party, box, key in ((B, boxes[B.id], C.box), (C, boxes[B.id], B.box), (B, boxes[B.id][:-1], B.box)):
        assert rule_of(open_box, party.id, box, key) == "not-openable"
    assert rule_of(open_box, B.id, b"", B.box) == "not-openable"
    assert rule_of(open_box, B.id, bytes(80), B.box) == "not-openable"


def crafted(plain: bytes) -> bytes:
    """A box that opens and holds exactly this."""
    ephemeral = seed("crafted")
    public = sodium.crypto_scalarmult_base(ephemeral)
    key = sha256(bundle.BOX_TAG + sodium.crypto_scalarmult(ephemeral, B.box.public.raw) + public)
    key.update(B.box.public.raw)
    return public + seal(plain, key.digest(), B.id)


def item(entry: int, text: bytes = b"") -> bytes:
    return entry.to_bytes(32, "big") + struct.pack(">I", 32 + len(text)) + bytes(32) + text


def filled(*items: bytes, length: int | None = None, tail: bytes = bytes(8)) -> bytes:
    plain = b"".join(items)
    return struct.pack(">I", len(plain) if length is None else length) + plain + tail


@pytest.mark.parametrize(
    ("plain", "good"),
    [
        (filled(item(1), item(2, b"x")), True),
        (filled(), True),
        (filled(item(2), item(1)), False),
        (filled(item(1), item(1)), False),
        (filled(item(1), tail=b"\x00\x01"), False),
        (filled(item(1), length=500), False),
        (filled(item(1)[:-1]), False),
        (filled(item(1)[:20]), False),
        (b"\x00\x00", False),
    ],
)
def test_what_stands_in_a_box(plain, good):
    if good:
        open_box(B.id, crafted(plain), B.box)
    else:
        assert rule_of(open_box, B.id, crafted(plain), B.box) in {"bad-box", "bad-salt"}


@given(st.dictionaries(st.binary(min_size=32, max_size=32), st.binary(max_size=3000), max_size=5))
def test_boxes_grow_by_classes(items):
    payloads = [(entry.hex(), Opening(b"\x02" * 32, text)) for entry, text in items.items()]
    box = seal_box(B.id, payloads, B.box.public, seed("e"))
    assert open_box(B.id, box, B.box) == tuple(sorted(payloads))
    size = len(box) - 48
    assert size >= 4096
    assert size & (size - 1) == 0
    assert seal_box(B.id, payloads[::-1], B.box.public, seed("e")) == box


parts = st.builds(
    LogPart,
    st.just("x"),
    st.integers(0, 2**50),
    st.lists(st.binary(max_size=5), max_size=600).map(tuple),
    st.lists(st.binary(max_size=5), max_size=3).map(tuple),
)


@settings(max_examples=examples(40))
@given(st.binary(min_size=1, max_size=20), st.lists(parts, max_size=3), st.sets(st.sampled_from("abcd")))
def test_what_is_written_is_read(genesis, logs, parties):
    named = [
        LogPart(f"{'0' * 64}/{n:032x}/1", one.start, one.leaves, one.checkpoints)
        for n, one in enumerate(logs)
    ]
    made = Bundle(genesis, tuple(named), {name * 32: name.encode() for name in parties})
    assert read(write(made)) == made


def test_what_could_not_be_read_is_not_written():
    part = LogPart(f"{'0' * 64}/{'0' * 32}/1", 0, (), ())
    write(Bundle(b"g", (part,), {}))
    for bad in (Bundle(b"g", (part, part), {}), Bundle(b"", (), {}), Bundle(b"g", (), {"x": b""})):
        with pytest.raises(ValueError):
            write(bad)


@given(st.binary(max_size=100))
def test_any_bytes_are_malformed(data):
    for one in (data, MAGIC + data):
        with pytest.raises(Malformed):
            read(one)
    assert rule_of(read, b"x" + MAGIC + data) == "not-a-bundle"


def test_every_byte_of_a_bundle_matters():
    """Exhaustive over one minimal bundle: cut anywhere or changed anywhere, it is refused."""
    part = LogPart(f"{'0' * 64}/{'0' * 32}/1", 7, (b"leaf", b""), (b"note",))
    data = write(Bundle(b"genesis", (part,), {B.id: b"box"}))
    read(data)
    for at in range(len(data)):
        for flip in (1, 0x20, 0x80):
            with pytest.raises(Malformed):
                read(data[:at] + bytes((data[at] ^ flip,)) + data[at + 1 :])
        with pytest.raises(Malformed):
            read(data[:at])
        with pytest.raises(Malformed):
            read(data[:at] + data[at + 1 :])


def raw(*frames: tuple[bytes, bytes]) -> bytes:
    """A file of these frames with a good checksum."""
    body = MAGIC + b"".join(sort + struct.pack(">I", len(one)) + one for sort, one in frames)
    digest = sha256(body).digest()
    return body + b"Z" + struct.pack(">I", 32) + digest


G = (b"G", b"genesis")
L = (b"L", ("0" * 64 + "/" + "0" * 32 + "/1\n0").encode())
L2 = (b"L", ("0" * 64 + "/" + "1" * 32 + "/1\n0").encode())
E = (b"E", b"\x00\x01x")
FULL = (b"E", b"\x00\x01x" * 256)
CP = (b"C", b"note")
BOX = (b"B", b"0" * 32 + b"\nbox")
BOX2 = (b"B", b"1" * 32 + b"\nbox")


@pytest.mark.parametrize(
    "frames",
    [(G,), (G, L), (G, L, FULL, E, CP, CP, L2, E, BOX, BOX2), (G, BOX), (G, L, CP)],
)
def test_frames_in_their_order(frames):
    assert write(read(raw(*frames))) == raw(*frames)


@pytest.mark.parametrize(
    "frames",
    [
        (),
        (L, G),
        (G, G),
        (G, E),
        (G, CP),
        (G, L, L),
        (G, L2, L),
        (G, L, E, E),
        (G, L, CP, E),
        (G, L, BOX, CP),
        (G, L, BOX, L2),
        (G, BOX2, BOX),
        (G, BOX, BOX),
        (G, (b"B", b"x\nbox")),
        (G, (b"L", b"x\n0")),
        (G, (b"L", L[1] + b"0")),
        (G, (b"L", L[1][:-2])),
        (G, L, (b"E", b"")),
        (G, L, (b"E", b"\x00\x05x")),
        (G, (b"Q", b"")),
        ((b"G", b""), G),
    ],
)
def test_frames_out_of_order_or_kind(frames):
    with pytest.raises(Malformed):
        read(raw(*frames))


def test_nothing_follows_the_checksum():
    with pytest.raises(Malformed):
        read(raw(G) + raw(G)[len(MAGIC) :])
    assert rule_of(read, raw(G)[:-1] + bytes((raw(G)[-1] ^ 1,))) == "bad-checksum"


def test_sizes_are_capped(monkeypatch):
    assert rule_of(read, MAGIC + b"C" + struct.pack(">I", 1 << 31)) == "bad-frame"
    monkeypatch.setattr(bundle, "MAX_BUNDLE", len(DATA) - 1)
    assert rule_of(read, DATA) == "bundle-too-large"
    monkeypatch.setattr(bundle, "MAX_BUNDLE", len(DATA))
    read(DATA)
