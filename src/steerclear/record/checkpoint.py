"""Checkpoints (C2SP tlog-checkpoint): what a log signs about itself, with what it has seen of others' logs.

    <origin>
    <size>
    <root, base64>
    seen <origin> <size> <root, base64>      one a peer's log, ascending by origin

This file knows the text only; signatures around it are `note` (0x01) and `cosignature` (0x04, 0x06).
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record.merkle import HASH_SIZE
from steerclear.record.note import check_text, parse_base64, parse_size

_SEEN: Final = "seen "
_SOURCE = "C2SP tlog-checkpoint, Note text"


class SeenLine(msgspec.Struct, frozen=True, gc=False, order=True):
    """How much of one peer's log the author's mirror held: its `origin`, `size` and `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes


class Checkpoint(msgspec.Struct, frozen=True, gc=False):
    """A log's tree head. `seen` is in ascending order of origin, each once; `extensions` are lines of others'
    logs that mean nothing here, without their newline."""

    origin: str
    size: int
    root: bytes
    seen: tuple[SeenLine, ...] = ()
    extensions: tuple[str, ...] = ()


def make(origin: str, size: int, root: bytes, seen: Iterable[SeenLine] = ()) -> Checkpoint:
    """A checkpoint with its `seen` lines put in order."""
    return Checkpoint(origin, size, root, tuple(sorted(seen)))


def format(checkpoint: Checkpoint) -> bytes:
    """The note text; `Malformed` if `parse` would not give the same checkpoint back."""
    lines = [checkpoint.origin, str(checkpoint.size), _base64(checkpoint.root)]
    lines += [f"{_SEEN}{one.origin} {one.size} {_base64(one.root)}" for one in checkpoint.seen]
    lines += checkpoint.extensions
    text = "".join(line + "\n" for line in lines).encode("utf-8", "surrogatepass")
    if parse(text) != checkpoint:
        raise _malformed("bad-checkpoint", "origins are lines, roots 32 bytes, seen lines ascending")
    return text


def parse(text: bytes) -> Checkpoint:
    """The checkpoint that this note text is. Raises `Malformed`."""
    origin, size, root, *rest = _lines(text)
    count = 0
    while count < len(rest) and rest[count].startswith(_SEEN):
        count += 1
    if any(line.startswith(_SEEN) for line in rest[count:]):
        raise _malformed("bad-seen-line", "seen lines stand before all other extension lines")
    seen = tuple([_parse_seen(line) for line in rest[:count]])
    if any(a.origin >= b.origin for a, b in pairwise(seen)):
        raise _malformed("bad-seen-line", "seen lines in ascending order of origin, each origin once")
    return Checkpoint(origin, parse_size(size), _parse_root(root), seen, tuple(rest[count:]))


def parse_head(text: bytes) -> tuple[str, int, bytes]:
    """(origin, size, root) of the text, whatever its extension lines say: all that a witness reads."""
    origin, size, root, *_ = _lines(text)
    return origin, parse_size(size), _parse_root(root)


def _lines(text: bytes) -> list[str]:
    lines = check_text(text).split("\n")
    if lines.pop() != "" or len(lines) < 3 or not all(lines):
        raise _malformed("bad-checkpoint", "three non-empty lines or more, each ending in a newline")
    return lines


def _parse_seen(line: str) -> SeenLine:
    words = line[len(_SEEN) :].rsplit(" ", 2)
    if len(words) != 3 or not words[0]:
        raise _malformed("bad-seen-line", "write: seen <origin> <size> <root>")
    return SeenLine(words[0], parse_size(words[1]), _parse_root(words[2]))


def _parse_root(word: str) -> bytes:
    root = parse_base64(word.encode())
    if len(root) != HASH_SIZE:
        raise _malformed("bad-root", "a root is 32 bytes")
    return root


def _base64(root: bytes) -> str:
    return b2a_base64(root, newline=False).decode()


def _malformed(rule: str, remedy: str) -> Malformed:
    return Malformed(rule, remedy=remedy, source=_SOURCE)
