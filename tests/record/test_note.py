"""Signed notes: byte-exact both ways, and every trap of the format refused beside its accepting twin."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.record import keys, note
from steerclear.record.note import Note, NoteSignature

EXAMPLE = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj9"
    "9ihAQwaqP3ZekRwNtIc=\n"
).encode()  # the example of C2SP signed-note
SIGNER = keys.signer_from_seed("party/officer", keys.ED25519, b"\x01" * 32)
OTHER = keys.signer_from_seed("party/other", keys.ED25519, b"\x02" * 32)
LINE = "— k AAAAAAA=\n"

LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="+"), min_size=1
)
SIGNATURES = st.builds(
    NoteSignature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
TEXTS = st.lists(LINES, min_size=1, max_size=6).map(lambda lines: "".join(x + "\n" for x in lines).encode())
NOTES = st.builds(Note, TEXTS, st.lists(SIGNATURES, min_size=1, max_size=4).map(tuple))


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


@given(NOTES)
def test_a_note_comes_back(one):
    data = note.format_note(one)
    assert note.parse_note(data) == one
    assert note.format_note(note.parse_note(data)) == data


@given(st.binary(max_size=80) | st.text("ab— +/=\n\x0bAQ", max_size=40).map(str.encode))
def test_any_bytes_are_malformed_or_a_note(data):
    try:
        one = note.parse_note(data)
    except Malformed:
        return
    assert note.format_note(one) == data


def test_the_standard_s_example():
    one = note.parse_note(EXAMPLE)
    assert one.text.endswith("ed è subito sera.\n".encode())
    assert [s.name for s in one.signatures] == ["quasimodo.example/salvatore"]
    assert one.signatures[0].ref == "quasimodo.example/salvatore+367ba04b"
    assert len(one.signatures[0].signature) == 64


def test_the_last_empty_line_parts():
    one = note.parse_note(f"a\n\nb\n\n{LINE}".encode())
    assert one.text == b"a\n\nb\n"
    assert note.parse_note(f"\n\n{LINE}".encode()).text == b"\n"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "note-without-signatures"),
        (b"a\n", "note-without-signatures"),
        (f"a\n{LINE}".encode(), "note-without-signatures"),
        (f"\n{LINE}".encode(), "note-without-signatures"),
        (b"a\n\n", "bad-signature-line"),
        (f"a\n\n{LINE}"[:-1].encode(), "bad-signature-line"),
        (f"a\n\n{LINE}\n".encode(), "bad-signature-line"),
        (f"a\n\n{LINE}x\n".encode(), "bad-signature-line"),
        (b"a\n\n- k AAAAAAA=\n", "bad-signature-line"),
        ("a\n\n—k AAAAAAA=\n".encode(), "bad-signature-line"),
        ("a\n\n— k\n".encode(), "bad-signature-line"),
        ("a\n\n— k AAAAAA==\n".encode(), "bad-signature-line"),  # four bytes: no signature
        ("a\n\n—  AAAAAAA=\n".encode(), "bad-key-name"),
        ("a\n\n— a+b AAAAAAA=\n".encode(), "bad-key-name"),
        ("a\n\n— a\u00a0b AAAAAAA=\n".encode(), "bad-key-name"),
        ("a\n\n— a\u0085b AAAAAAA=\n".encode(), "bad-key-name"),
        ("a\n\n— a\u3000b AAAAAAA=\n".encode(), "bad-key-name"),
        ("a\n\n— a b AAAAAAA=\n".encode(), "bad-base64"),
        ("a\n\n— k AAAAAAA= \n".encode(), "bad-base64"),
        ("a\n\n— k AAAAAAB=\n".encode(), "bad-base64"),  # trailing bits: decodes alike, encodes otherwise
        ("a\n\n— k AAAAAAA\n".encode(), "bad-base64"),
        ("a\n\n— k AAAA_AA=\n".encode(), "bad-base64"),
        ("a\n\n— k AAAAAAA==\n".encode(), "bad-base64"),
        (f"a\x00\n\n{LINE}".encode(), "control-character"),
        (f"a\r\n\n{LINE}".encode(), "control-character"),
        (f"a\tb\n\n{LINE}".encode(), "control-character"),
        (f"a\x0bb\n\n{LINE}".encode(), "control-character"),
        (f"a\x1f\n\n{LINE}".encode(), "control-character"),
        (b"a\xff\n\n" + LINE.encode(), "not-utf8"),
        (b"a\xed\xa0\x80\n\n" + LINE.encode(), "not-utf8"),
        (f"a\n\n{LINE * 101}".encode(), "too-many-signatures"),
        (b"a" * note.MAX_NOTE + b"\n\n" + LINE.encode(), "note-too-long"),
    ],
)
def test_refused(data, rule):
    assert rule_of(note.parse_note, data) == rule


@pytest.mark.parametrize(
    "data",
    [
        f"a\n\n{LINE}",
        f"a\u2028b\u0085c\x7f\n\n{LINE}",
        "a\n\n— é/ü:1 AAAAAAA=\n",
        f"a\n\n{LINE * 100}",
        f"— x y\n\n{LINE}",
    ],
)
def test_accepted_twins(data):
    assert note.format_note(note.parse_note(data.encode())) == data.encode()


def test_lines_are_split_on_newline_alone():
    """U+0085 and U+2028 end a line for str.splitlines(), never in a note."""
    one = note.parse_note("a\u2028— k AAAAAAA=\u2028\nb\n\n— k AAAAAAA=\n".encode())
    assert len(one.signatures) == 1


@pytest.mark.parametrize("one", [Note(b"a", SIGNER.sign(b"a") and (SIGNER.sign(b"a"),)), Note(b"a\n", ())])
def test_format_writes_no_note_that_it_would_not_read(one):
    with pytest.raises(Malformed):
        note.format_note(one)


def test_verify_knows_its_own_key_by_name_and_id():
    text = b"said\n"
    good, other = SIGNER.sign(text), OTHER.sign(text)
    key = SIGNER.verifier
    assert note.verify(Note(text, (other, good)), key)
    assert not note.verify(Note(text, (other,)), key)
    assert not note.verify(Note(b"sad\n", (good,)), key)
    renamed = NoteSignature("party/else", good.key_id, good.signature)
    assert not note.verify(Note(text, (renamed,)), key)
    assert note.verify(Note(text, (renamed, good)), key)
    spoiled = NoteSignature(good.name, good.key_id, bytes(64))
    assert not note.verify(Note(text, (good, spoiled)), key)
    assert not note.verify(
        Note(text, (NoteSignature(good.name, good.key_id, good.signature + b"\x00"),)), key
    )


def test_sizes():
    assert [note.parse_size(x) for x in ("0", "1", b"10", str(2**63 - 1))] == [0, 1, 10, 2**63 - 1]
    for bad in (
        "",
        "00",
        "01",
        "+1",
        "-1",
        " 1",
        "1 ",
        "1_0",
        "٣",
        "²",
        "1\n",
        str(2**63),
        "9" * 19,
        "9" * 5000,
        "0x1",
    ):
        assert rule_of(note.parse_size, bad) == "bad-size"


@given(st.text(max_size=8) | st.binary(max_size=8))
def test_any_size_is_malformed_or_its_own_text(word):
    try:
        size = note.parse_size(word)
    except Malformed:
        return
    assert str(size) == (word if isinstance(word, str) else word.decode())


@given(SIGNATURES)
def test_a_signature_s_last_word_is_enough_with_its_name(one):
    assert note.signature_from_base64(one.name, note.signature_base64(one)) == one
    assert base64.b64decode(note.signature_base64(one)) == one.key_id + one.signature
