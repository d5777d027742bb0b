"""What readers do alike that take one JSON document a chunk, with a list of reports in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import msgspec

from steerclear.feeds.drops import Drops, add
from steerclear.feeds.reader import Read

T = TypeVar("T")

MOST_BYTES: Final = 64_000_000
UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises on bytes that are no report."""


def document(chunk: bytes, decode: Callable[[bytes], T]) -> T | Read:
    """The document, or the answer where it is none: too long, or not of its format."""
    if len(chunk) > MOST_BYTES:
        return Read(drops={"too-long": 1}, seen=1)
    try:
        return decode(chunk)
    except UNREADABLE:
        return Read(drops={"malformed": 1}, seen=1)


def each(raws: Iterable[Any], decode: Callable[[Any], T], drops: Drops) -> list[T]:
    """Every report by itself, so that a bad one is dropped alone."""
    rows, bad = [], 0
    for raw in raws:
        try:
            rows.append(decode(raw))
        except UNREADABLE:
            bad += 1
    add(drops, {"malformed": bad})
    return rows
