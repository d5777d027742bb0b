"""Signed requests: what is accepted, and that each change to it is refused; any bytes at the parsers."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from peer_world import START, party

from steerclear.errors import Malformed
from steerclear.peers import wire
from steerclear.peers.request import (
    MAX_HEADER,
    WINDOW_MS,
    NonceMemory,
    check_request,
    open_request,
    sign_request,
)
from steerclear.record.keys import signer_from_seed

RED, BLUE = party("red"), party("blue")
KEYS = {RED.keys.node.verifier.name: RED.keys.node.verifier}
NONCE = "00" * 16


def signed(**change: Any) -> str:
    given = {"signer": RED.keys.node, "method": "POST", "target": "/lines/x/hint?a=1", "body": b"{}"}
    given |= {"now_ms": START, "nonce": NONCE} | change
    return sign_request(*given.values())


def check(value: str, nonces: NonceMemory | None = None, **change: Any) -> str:
    given = {"method": "POST", "target": "/lines/x/hint?a=1", "body": b"{}", "now_ms": START} | change
    return check_request(value, *given.values(), KEYS, nonces or NonceMemory.empty())


def rule(value: str, **change: Any) -> str:
    with pytest.raises(Malformed) as error:
        check(value, **change)
    return error.value.rule


def test_a_members_request_is_accepted() -> None:
    assert check(signed()) == f"{RED.id}/node"


@pytest.mark.parametrize("skew", [-WINDOW_MS, 0, WINDOW_MS])
def test_five_minutes_either_way_are_good(skew: int) -> None:
    assert check(signed(now_ms=START + skew))


@pytest.mark.parametrize("skew", [-WINDOW_MS - 1, WINDOW_MS + 1])
def test_more_is_not(skew: int) -> None:
    assert rule(signed(now_ms=START + skew)) == "request-time"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"method": "GET"}, "request-target"),
        ({"target": "/lines/y/hint?a=1"}, "request-target"),
        ({"target": "/lines/x/hint"}, "request-target"),
        ({"body": b"{} "}, "request-body"),
    ],
)
def test_another_request_than_was_signed(change: dict[str, Any], expected: str) -> None:
    assert rule(signed(**change)) == expected
    assert rule(signed(), **change) == expected
    assert check(signed(**change), **change)


def test_a_stranger_and_a_borrowed_name() -> None:
    assert rule(signed(signer=BLUE.keys.node)) == "request-signature"
    borrowed = signer_from_seed(RED.keys.node.verifier.name, 1, b"x" * 32)
    assert rule(signed(signer=borrowed)) == "request-signature"


def test_two_signatures_and_none() -> None:
    note = base64.b64decode(signed())
    twice = base64.b64encode(note + note[note.rfind(b"\n\xe2\x80\x94") + 1 :]).decode()
    assert rule(twice) == "request-signature"
    assert rule("") == rule("x" * (MAX_HEADER + 1)) == rule("!!") == "request-unsigned"


@pytest.mark.parametrize("nonce", ["", "0" * 31, "0" * 33, "AB" * 16])
def test_nonces_have_one_form(nonce: str) -> None:
    assert rule(signed(nonce=nonce)) == "request-grammar"


@pytest.mark.parametrize("time", [0, -1, 10**16])
def test_times_have_one_form(time: int) -> None:
    assert rule(signed(now_ms=time)) == "request-grammar"


def test_a_request_counts_once() -> None:
    nonces = NonceMemory.empty()
    assert check(signed(), nonces)
    with pytest.raises(Malformed, match="request-replayed"):
        check(signed(), nonces)
    assert check(signed(nonce="01" * 16), nonces)


def test_a_refused_request_does_not_use_up_its_nonce() -> None:
    nonces = NonceMemory.empty()
    with pytest.raises(Malformed, match="request-body"):
        check(signed(), nonces, body=b"forged")
    assert check(signed(), nonces)


@given(st.lists(st.integers(0, 3 * WINDOW_MS), min_size=1, max_size=8), st.integers(-WINDOW_MS, WINDOW_MS))
def test_no_nonce_is_forgotten_while_its_request_is_in_time(steps: list[int], skew: int) -> None:
    """Whatever the rhythm of other requests: as long as the time in it is good, the second one is refused."""
    nonces, now = NonceMemory.empty(), START
    value = signed(now_ms=START + skew)
    check(value, nonces)
    for n, step in enumerate(steps):
        now += step
        nonces.first_time(f"{n:032x}", now)
        with pytest.raises(Malformed) as error:
            check(value, nonces, now_ms=now)
        assert error.value.rule == (
            "request-time" if abs(START + skew - now) > WINDOW_MS else "request-replayed"
        )


def test_a_nonce_is_known_across_generations() -> None:
    nonces, minute = NonceMemory.empty(), 60_000
    nonces.first_time("f" * 32, START)
    late = signed(now_ms=START + 12 * minute)
    check(late, nonces, now_ms=START + 9 * minute)
    for at in (11, 12, 17):
        with pytest.raises(Malformed, match="request-replayed"):
            check(late, nonces, now_ms=START + at * minute)


def test_nonces_are_forgotten_in_the_end() -> None:
    nonces = NonceMemory.empty()
    for n in range(100):
        nonces.first_time(f"{n:032x}", START + n * WINDOW_MS)
    assert len(nonces.young) + len(nonces.old) <= 4


@given(st.text() | st.binary().map(lambda data: base64.b64encode(data).decode()))
def test_any_header_is_malformed(value: str) -> None:
    with pytest.raises(Malformed):
        open_request(value, KEYS)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_is_refused(at: int, change: int) -> None:
    note = bytearray(base64.b64decode(signed()))
    note[at % len(note)] ^= change
    with pytest.raises(Malformed):
        check(base64.b64encode(note).decode())


KINDS = [wire.Beat, wire.BeatAnswer, wire.Cosigned, wire.Delivered, wire.Carried, wire.Hint]


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.binary())
def test_any_bytes_on_the_wire(kind: type, data: bytes) -> None:
    try:
        found = wire.decode(data, kind)
    except Malformed:
        return
    assert isinstance(found, kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
FIELDS = sorted({name for kind in KINDS for name in kind.__struct_fields__})


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6))
def test_any_value_on_the_wire(kind: type, value: dict[str, Any]) -> None:
    try:
        found = wire.decode(msgspec.json.encode(value), kind)
        if isinstance(found, wire.Beat | wire.BeatAnswer):
            wire.check_beat(found, "0" * 64)
        elif isinstance(found, wire.Cosigned):
            wire.notes(found)
        elif isinstance(found, wire.Delivered | wire.Carried):
            wire.opening(found.salt, found.payload)
    except Malformed:
        return
    assert isinstance(found, kind)


@pytest.mark.parametrize("content", [0, 1, 500, 16_000, 16_380, 16_384, 20_000, 40_000])
def test_heartbeats_have_one_size(content: int) -> None:
    beat = wire.Beat(START, checkpoint="x" * content)
    data = wire.encode_padded(beat)
    assert len(data) % wire.BEAT_SIZE == 0
    assert len(data) == wire.BEAT_SIZE or content > 16_000
    assert msgspec.structs.replace(wire.decode(data, wire.Beat), pad="") == beat


LINE = "0" * 64
LOG = f"{LINE}/{'1' * 32}/1"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"holds": {LOG: 0}}, ""),
        ({"holds": {LOG: -1}}, "bad-number"),
        ({"holds": {LOG: 1 << 53}}, "bad-number"),
        ({"holds": {f"{'1' * 64}/{'1' * 32}/1": 1}}, "bad-log"),
        ({"holds": {f"{LINE}/x": 1}}, "bad-log"),
        ({"holds": {f"{LINE}/{'1' * 32}/01": 1}}, "bad-log"),
        ({"holds": {f"{LINE}/{'1' * 32}/{n}": 1 for n in range(1, 600)}}, "bad-log"),
        ({"time_ms": 0}, "bad-number"),
        ({"latency_ms": -1}, "bad-number"),
        ({"latency_ms": 0}, ""),
    ],
)
def test_what_a_heartbeat_may_say(change: dict[str, Any], expected: str) -> None:
    beat = wire.Beat(**({"time_ms": START} | change))
    if not expected:
        wire.check_beat(beat, LINE)
        return
    with pytest.raises(Malformed) as error:
        wire.check_beat(beat, LINE)
    assert error.value.rule == expected
