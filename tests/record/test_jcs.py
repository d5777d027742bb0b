"""Canonical JSON: equal to rfc8785 where it speaks, and `loads` takes nothing that `dumps` would not
write."""

from __future__ import annotations

import datetime
import decimal

import msgspec
import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.record import jcs
from support import vectors

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-jcs.MAX_INT, jcs.MAX_INT) | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=25,
)


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


@given(VALUES)
@example({"\U0001f602": 1, "\ufb33": 2, "\r": 3, "1": 4, "ö": 5, "€": 6, "\u007f\u0080": 7})
@example('\x00\x08\t\n\x0b\x0c\r\x1f"\\/\x7f\u2028\ue000\U0010ffff')
@example(9007199254740991)
def test_it_is_rfc8785_and_comes_back(value):
    out = jcs.dumps(value)
    assert out == rfc8785.dumps(value)
    assert jcs.loads(out) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_malformed_or_canonical(data):
    try:
        value = jcs.loads(data)
    except Malformed:
        return
    assert jcs.dumps(value) == data


@given(VALUES, st.data())
def test_one_byte_changed_is_malformed_or_canonical(value, data):
    out = bytearray(jcs.dumps(value))
    out[data.draw(st.integers(0, len(out) - 1))] = data.draw(st.integers(0, 255))
    try:
        again = jcs.loads(bytes(out))
    except Malformed:
        return
    assert jcs.dumps(again) == out


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "weird", "values"])
def test_vectors(name):
    folder = vectors.folder("jcs")
    expected = (folder / "output" / f"{name}.json").read_bytes().strip()
    assert bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text()) == expected
    if name == "values":  # the one with fractions
        assert rule_of(jcs.loads, expected) == "float"
        return
    given_value = vectors.read_json(folder / "input" / f"{name}.json")
    if name == "structures":  # 56.0 is a float to Python, the canonical form has 56
        assert rule_of(jcs.dumps, given_value) == "float"
        given_value["1"]["\n"] = 56
    assert jcs.dumps(given_value) == expected
    assert jcs.loads(expected) == given_value


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (1.0, "float"),
        ({"a": [0, {"b": -0.0}]}, "float"),
        (float("nan"), "not-json"),
        (float("inf"), "not-json"),
        (2**53, "integer-too-large"),
        (-(2**53), "integer-too-large"),
        ([2**64], "integer-too-large"),
        ({"a": 10**400}, "integer-too-large"),
        ({1: 2}, "not-json"),
        ({None: 2}, "not-json"),
        ({"a": {2}}, "not-json"),
        (b"bytes", "not-json"),
        (datetime.date(2015, 10, 20), "not-json"),
        (decimal.Decimal("1.5"), "not-json"),
        ("\ud800", "not-json"),
        ({"\udc00": 1}, "not-json"),
        (object(), "not-json"),
    ],
)
def test_dumps_refuses(value, rule):
    assert rule_of(jcs.dumps, value) == rule


def test_dumps_takes_the_neighbours_of_what_it_refuses():
    assert (
        jcs.dumps([1, 2**53 - 1, -(2**53) + 1, True, None])
        == b"[1,9007199254740991,-9007199254740991,true,null]"
    )
    assert jcs.dumps({"a": ("x", 1)}) == b'{"a":["x",1]}'


def test_dumps_takes_structs():
    class Inner(msgspec.Struct):
        z: int
        a: tuple[str, ...] = ()

    assert jcs.dumps(Inner(1, ("é",))) == '{"a":["é"],"z":1}'.encode()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "bad-json"),
        (b" {}", "bad-json"),
        (b"{} ", "not-canonical"),
        (b"{}\n", "not-canonical"),
        (b'{"b":1,"a":2}', "not-canonical"),
        (b'{"a":1,"a":1}', "not-canonical"),
        (b'{"a": 1}', "not-canonical"),
        (b'"\\u0061"', "not-canonical"),
        (b'"\\/"', "not-canonical"),
        (b'"\\u001F"', "not-canonical"),
        (b'"\\u0008"', "not-canonical"),
        ('{"\ufb33":1,"\U0001f602":2}'.encode(), "not-canonical"),
        (b"-0", "not-canonical"),
        (b"01", "bad-json"),
        (b"1.0", "float"),
        (b"1e3", "float"),
        (b"9007199254740992", "integer-too-large"),
        (b"99999999999999999999999", "integer-too-large"),
        (b"NaN", "bad-json"),
        (b'"\xed\xa0\x80"', "bad-json"),
        (b'"\\ud800"', "bad-json"),
        (b'"\xff"', "bad-json"),
        (b'{"a":1}x', "bad-json"),
        (b"\xef\xbb\xbf{}", "bad-json"),
    ],
)
def test_loads_refuses(data, rule):
    assert rule_of(jcs.loads, data) == rule


def test_loads_takes_the_neighbours_of_what_it_refuses():
    for data in (
        b"{}",
        b'{"a":2,"b":1}',
        b'"a"',
        b'"/"',
        b'"\\u001f"',
        b'"\\b"',
        b"0",
        b"-1",
        b"9007199254740991",
    ):
        assert jcs.dumps(jcs.loads(data)) == data
    assert list(jcs.loads('{"\U0001f602":2,"\ufb33":1}'.encode())) == ["\U0001f602", "\ufb33"]


def test_a_long_run_of_digits_in_text_is_no_number():
    assert jcs.loads(jcs.dumps({"id": "1234567890123456789012"})) == {"id": "1234567890123456789012"}


@pytest.mark.parametrize("shape", ["[%s]", '{"a":%s}'])
def test_depth_is_bounded_by_a_number_and_not_by_the_stack(shape):
    deep = "1"
    for _ in range(jcs.MAX_DEPTH):
        deep = shape % deep
    assert jcs.dumps(jcs.loads(deep.encode())) == deep.encode()
    assert rule_of(jcs.loads, (shape % deep).encode()) == "too-deep"
    assert rule_of(jcs.loads, b"[" * 100_000) == "bad-json"
    wide = ("[" + ",".join(['"[[{"'] * 100) + "]").encode()
    assert len(jcs.loads(wide)) == 100
