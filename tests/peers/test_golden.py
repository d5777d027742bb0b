"""Real nodes say exactly what the golden conversations say, request and answer, byte for byte."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from conversations import GOLDEN, SCENES, play, text_of


@pytest.mark.parametrize("name", sorted(SCENES))
def test_conversation(name: str, tmp_path: Path) -> None:
    assert asyncio.run(play(name, tmp_path)) == (GOLDEN / f"{name}.txt").read_text()


def test_every_file_is_played() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(SCENES)


def test_no_two_bodies_look_alike() -> None:
    bodies = [
        b"\\x00",
        b"\x00",
        b"\n",
        b"\\n",
        b"0" * 64,
        b"0" * 65,
        b"\xff",
        "ÿ".encode(),
        b"\\\x00",
        b"\\\\x00",
    ]
    assert len({text_of(body) for body in bodies}) == len(bodies)


def test_what_a_stranger_and_another_member_get_is_the_same() -> None:
    """404 with nothing in it: whether the payload exists, or the line, is not told."""
    lines = (GOLDEN / "payload.txt").read_text().split("\n")
    after = [(before, line) for before, line in pairwise(lines) if line.startswith("< ")]
    answers = [line for before, line in after if before.startswith("> ")]
    assert answers == ["< 200 application/octet-stream", "< 404", "< 404", "< 404"]
    assert [line for _, line in after if line not in answers] == [lines[lines.index(answers[0]) + 2]]
