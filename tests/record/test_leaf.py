"""Leaves: strict both ways, padded to size classes, the grammar of the clear header."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_world import NOW, Log, Party, found

from steerclear.errors import Malformed
from steerclear.record import jcs
from steerclear.record.header import Header, Seen
from steerclear.record.leaf import (
    DOMAIN,
    MAX_LEAF,
    SIZE_CLASSES,
    check_header,
    effective_seen,
    entry_id,
    finish_leaf,
    leaf_text,
    parse_leaf,
)
from steerclear.record.note import Note, format_note

A, B = Party("alfa"), Party("bravo")
LINE = found(A, B)
LOG = Log(LINE, A).enrol()
PEER = f"{B.id}/1"
HEX = "0123456789abcdef"
COSIGNATURE = "A" * 101 + "A=="


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


hashes = st.text(HEX, min_size=64, max_size=64)
parties = st.text(HEX, min_size=32, max_size=32)
seens = st.dictionaries(
    parties.map(lambda one: f"{one}/1"), st.builds(Seen, st.integers(0, 2**40), hashes), max_size=3
)
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def headers(draw) -> Header:
    return LOG.header(
        draw(st.sampled_from(["stop", "area.declare", "new-kind.of"])),
        *draw(st.sampled_from([(LOG.watch,), (LOG.watch, LOG.release)])),
        mode=draw(st.sampled_from(["REAL", "EXERCISE", "TEST"])),
        precedence=draw(st.sampled_from(["ROUTINE", "FLASH"])),
        to=tuple(draw(st.sets(parties, max_size=3))),
        refs=tuple(draw(st.lists(hashes, max_size=3))),
        reply_by_ms=draw(st.integers(0, 2**53 - 1)),
        commitment=draw(hashes | st.just("")),
        seen=draw(seens),
        record=draw(st.dictionaries(st.text(max_size=5), json, max_size=3)),
    )


def signed(header: Header) -> bytes:
    keys = {one.verifier.ref: one for one in (LOG.watch, LOG.release)}
    return LOG.sign(header, *[keys[ref] for ref in header.signers])


@given(headers())
def test_a_header_comes_back_from_its_leaf(header):
    leaf = signed(header)
    found_leaf = parse_leaf(leaf)
    assert msgspec.structs.replace(found_leaf.header, pad="") == header
    assert found_leaf.id == entry_id(leaf)
    assert format_note(found_leaf.note) == leaf


@given(st.integers(1, 9000))
def test_finished_leaves_have_the_size_of_a_class(length):
    leaf = signed(LOG.header(record={"x": "y" * length}))
    assert len(leaf) in SIZE_CLASSES
    plain = len(jcs.dumps(LOG.header(record={"x": "y" * length})))
    assert len(leaf) < 2 * (plain + 1024)


def test_size_classes_at_their_edges():
    base = len(signed(LOG.header(record={"x": ""}))) - len(
        parse_leaf(signed(LOG.header(record={"x": ""}))).header.pad
    )
    room = 1024 - (base - len('"pad":"",'))
    exact = signed(LOG.header(record={"x": "y" * room}))
    assert (len(exact), parse_leaf(exact).header.pad) == (1024, "")
    for over in (1, 2, 8):
        assert len(signed(LOG.header(record={"x": "y" * (room + over)}))) == 1536
        assert len(signed(LOG.header(record={"x": "y" * (room - over)}))) == (1536 if over < 10 else 1024)
    assert len(signed(LOG.header(record={"x": "y" * (room - 10)}))) == 1024
    most = room + MAX_LEAF - 1024
    assert len(signed(LOG.header(record={"x": "y" * most}))) == MAX_LEAF
    assert rule_of(leaf_text, LOG.header(record={"x": "y" * (most + 1)})) == "leaf-too-large"


def test_a_pad_that_the_header_brings_is_replaced():
    header = LOG.header(pad="." * 700)
    assert leaf_text(header) == leaf_text(msgspec.structs.replace(header, pad=""))


@given(st.binary(max_size=300))
def test_any_bytes_are_malformed_or_a_leaf(data):
    with pytest.raises(Malformed):
        parse_leaf(data)


BAD = [
    ({"v": 0}, "bad-version"),
    ({"line": "0" * 63}, "bad-id"),
    ({"line": "A" * 64}, "bad-id"),
    ({"author": "x"}, "bad-id"),
    ({"kind": ""}, "bad-kind"),
    ({"kind": "Stop"}, "bad-kind"),
    ({"kind": "a..b"}, "bad-kind"),
    ({"kind": "a" * 65}, "bad-kind"),
    ({"log": f"{B.id}/1"}, "bad-log"),
    ({"log": f"{A.id}/0"}, "bad-log"),
    ({"log": f"{A.id}/01"}, "bad-log"),
    ({"log": ""}, "bad-standalone"),
    ({"signers": ()}, "bad-signers"),
    ({"signers": (LOG.watch.verifier.ref,) * 2}, "bad-signers"),
    ({"signers": (LOG.release.verifier.ref,)}, "bad-signers"),
    ({"signers": ("watch+00000000",), "officer": "watch+00000000"}, "bad-signers"),
    ({"officer": ""}, "bad-signers"),
    ({"released_ms": 0}, "bad-number"),
    ({"released_ms": 2**53}, "bad-number"),
    ({"officer_seq": -1}, "bad-number"),
    ({"reply_by_ms": -5}, "bad-number"),
    ({"commitment": "00"}, "bad-id"),
    ({"supersedes": "zz"}, "bad-id"),
    ({"officer_prev": "0" * 65}, "bad-id"),
    ({"to": ("all",)}, "bad-addressees"),
    ({"to": (B.id, B.id)}, "bad-addressees"),
    ({"refs": ("0" * 32,)}, "bad-refs"),
    ({"pad": "secret"}, "bad-pad"),
    ({"seen": {f"{A.id}/1": Seen(1, "0" * 64)}}, "bad-seen"),
    ({"seen": {B.id: Seen(1, "0" * 64)}}, "bad-seen"),
    ({"seen": {PEER: Seen(-1, "0" * 64)}}, "bad-seen"),
    ({"seen": {PEER: Seen(1, "0")}}, "bad-seen"),
    ({"seen": {PEER: Seen(1, "0" * 64, "AAAA", 1, "0" * 64)}}, "bad-seen"),
    ({"seen": {PEER: Seen(1, "0" * 64, COSIGNATURE, 0, "0" * 64)}}, "bad-seen"),
    ({"seen": {PEER: Seen(1, "0" * 64, "", 1)}}, "bad-seen"),
]


@pytest.mark.parametrize(("fields", "rule"), BAD)
def test_the_grammar_of_a_header(fields, rule):
    assert rule_of(check_header, msgspec.structs.replace(LOG.header(), **fields)) == rule


def test_what_the_grammar_lets_pass():
    for fields in (
        {},
        {"seen": {PEER: Seen(1, "0" * 64, COSIGNATURE, 1, "0" * 64)}},
        {"seen": {f"{A.id}/2": Seen(0, "0" * 64)}},
        {"to": (B.id,), "refs": ("0" * 64,) * 2, "supersedes": "0" * 64, "reply_by_ms": NOW},
        {"log": "", "officer_seq": 0, "officer_prev": "", "life_safety": True},
        {"v": 7},
    ):
        check_header(msgspec.structs.replace(LOG.header(), **fields))


def with_body(change) -> bytes:
    text = leaf_text(LOG.header(record={"b": 1, "a": "é\u2028😀"}))
    new = DOMAIN + change(text[len(DOMAIN) : -1]) + b"\n"
    return format_note(Note(new, (LOG.watch.sign(new),)))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda body: body, ""),
        (lambda body: b" " + body, "not-canonical"),
        (lambda body: body[:-1] + b',"w":1}', "bad-header"),
        (lambda body: body.replace(b'"v":1', b'"v":1.0'), "not-canonical"),
        (lambda body: body.replace(b'"v":1', b'"v":"1"'), "bad-header"),
        (lambda body: body.replace(b'"b":1', b'"b":1.5'), "float"),
        (lambda body: body.replace(b'"b":1', b'"b":9007199254740992'), "integer-too-large"),
        (lambda body: body.replace("é".encode(), b"\\u00e9"), "not-canonical"),
        (lambda body: body.replace(b'"mode":"REAL"', b'"mode":"real"'), "bad-header"),
        (lambda body: body.replace(b'"mode":"REAL",', b""), "bad-header"),
        (lambda body: body.replace(b'"kind"', b'"kimd"'), "bad-header"),
        (lambda body: body[:-1] + b',"v":1}', "not-canonical"),
        (lambda body: b"[]", "bad-header"),
        (lambda body: b"{}", "bad-header"),
        (lambda body: b"7", "bad-header"),
        (lambda body: b"", "not-one-line"),
        (lambda body: body + b"\n" + body, "not-one-line"),
        (lambda body: body.replace(b'"record":{"a"', b'"reply_by_ms":0,"record":{"a"'), "not-canonical"),
    ],
)
def test_a_header_has_one_spelling(change, rule):
    data = with_body(change)
    if not rule:
        parse_leaf(data)
        return
    with pytest.raises(Malformed) as caught:
        parse_leaf(data)
    assert caught.value.rule in {rule, "not-canonical", "float", "bad-json"}
    assert rule in {"not-canonical", "not-one-line"} or caught.value.rule == rule


def test_default_values_are_left_out():
    data = with_body(lambda body: body.replace(b'"record"', b'"precedence":"ROUTINE","record"'))
    assert rule_of(parse_leaf, data) == "not-canonical"
    data = with_body(lambda body: body.replace(b'"record"', b'"precedence":"FLASH","record"'))
    assert parse_leaf(data).header.precedence == "FLASH"


def test_another_domain_is_no_leaf():
    text = leaf_text(LOG.header()).replace(b"entry/v1", b"entry/v2")
    assert rule_of(parse_leaf, format_note(Note(text, (LOG.watch.sign(text),)))) == "wrong-domain"


def test_signatures_are_64_bytes_and_those_of_signers():
    text = leaf_text(LOG.header())
    good = LOG.watch.sign(text)
    finish_leaf(text, [good])
    short = msgspec.structs.replace(good, signature=good.signature[:63])
    assert rule_of(finish_leaf, text, [short]) == "bad-signature-length"
    assert rule_of(finish_leaf, text, [good, LOG.release.sign(text)]) == "wrong-signature-lines"


def test_seen_is_inherited():
    first = {PEER: Seen(1, "0" * 64), f"{A.id}/9": Seen(5, "1" * 64)}
    assert effective_seen(first, LOG.header()) is first
    after = effective_seen(first, LOG.header(seen={PEER: Seen(2, "2" * 64)}))
    assert after == {**first, PEER: Seen(2, "2" * 64)}
