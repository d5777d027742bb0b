"""Checkpoints: their text and its traps."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.record import checkpoint
from steerclear.record.checkpoint import Checkpoint, SeenLine

ROOT = bytes(range(32))
B64 = base64.b64encode(ROOT).decode()
ORIGINS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    lambda text: not text.startswith("seen ")
)
SEEN = st.builds(SeenLine, ORIGINS, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
CHECKPOINTS = st.builds(
    checkpoint.make,
    ORIGINS,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(SEEN, max_size=3, unique_by=lambda s: s.origin),
)


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


@given(CHECKPOINTS, st.lists(ORIGINS, max_size=2))
def test_a_checkpoint_comes_back(one, extensions):
    one = Checkpoint(one.origin, one.size, one.root, one.seen, tuple(extensions))
    text = checkpoint.format(one)
    assert checkpoint.parse(text) == one
    assert checkpoint.parse_head(text) == (one.origin, one.size, one.root)


@given(st.binary(max_size=60) | st.text(f"a1\n {B64[:4]}=", max_size=60).map(str.encode))
def test_any_bytes_are_malformed_or_a_checkpoint(data):
    try:
        one = checkpoint.parse(data)
    except Malformed:
        return
    assert checkpoint.format(one) == data


def test_the_text_is_this():
    one = checkpoint.make("l/p/1", 7, ROOT, [SeenLine("l/q/1", 3, ROOT), SeenLine("l/a/2", 0, ROOT)])
    assert checkpoint.format(one).decode() == f"l/p/1\n7\n{B64}\nseen l/a/2 0 {B64}\nseen l/q/1 3 {B64}\n"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "bad-checkpoint"),
        (f"o\n1\n{B64}", "bad-checkpoint"),
        ("o\n1\n", "bad-checkpoint"),
        (f"\n1\n{B64}\n", "bad-checkpoint"),
        (f"o\n1\n{B64}\n\n", "bad-checkpoint"),
        (f"o\n1\n{B64}\n\nx\n", "bad-checkpoint"),
        (f"o\n01\n{B64}\n", "bad-size"),
        (f"o\n-1\n{B64}\n", "bad-size"),
        (f"o\n1_0\n{B64}\n", "bad-size"),
        (f"o\n\u0661\n{B64}\n", "bad-size"),
        (f"o\n{2**63}\n{B64}\n", "bad-size"),
        (f"o\n1\n{B64[:-4]}\n", "bad-root"),
        (f"o\n1\n{B64[:-2]}9=\n", "bad-base64"),
        (f"o\n1\n{B64} \n", "bad-base64"),
        (f"o\r\n1\n{B64}\n", "control-character"),
        (f"o\x0b\n1\n{B64}\n", "control-character"),
        (f"o\n1\n{B64}\nseen a 1\n", "bad-seen-line"),
        (f"o\n1\n{B64}\nseen a 1 {B64[:-4]}\n", "bad-root"),
        (f"o\n1\n{B64}\nseen a 01 {B64}\n", "bad-size"),
        (f"o\n1\n{B64}\nseen  1 {B64}\n", "bad-seen-line"),
        (f"o\n1\n{B64}\nseen b 1 {B64}\nseen a 1 {B64}\n", "bad-seen-line"),
        (f"o\n1\n{B64}\nseen a 1 {B64}\nseen a 1 {B64}\n", "bad-seen-line"),
        (f"o\n1\n{B64}\nother\nseen a 1 {B64}\n", "bad-seen-line"),
    ],
)
def test_refused(text, rule):
    assert rule_of(checkpoint.parse, text.encode()) == rule


@pytest.mark.parametrize(
    "text",
    [
        f"o\n1\n{B64}\n",
        f"o\n0\n{B64}\n",
        f"o p+q\n{2**63 - 1}\n{B64}\nsomething else\n",
        f"o\n1\n{B64}\nseen a 1 {B64}\nseen b 1 {B64}\nother\n",
    ],
)
def test_accepted_twins(text):
    assert checkpoint.format(checkpoint.parse(text.encode())).decode() == text


@pytest.mark.parametrize(
    "one",
    [
        Checkpoint("", 1, ROOT),
        Checkpoint("a\nb", 1, ROOT),
        Checkpoint("a\ud800", 1, ROOT),
        Checkpoint("a", -1, ROOT),
        Checkpoint("a", 1, ROOT[:-1]),
        Checkpoint("a", 1, ROOT, (SeenLine("b", 1, ROOT), SeenLine("a", 1, ROOT))),
        Checkpoint("a", 1, ROOT, (), (f"seen a 1 {B64}",)),
        Checkpoint("a", 1, ROOT, (), ("",)),
    ],
)
def test_format_writes_nothing_that_it_would_not_read(one):
    with pytest.raises(Malformed):
        checkpoint.format(one)
