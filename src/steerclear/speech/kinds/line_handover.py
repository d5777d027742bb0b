"""`line.handover` (messages.md, Beginning and keeping the line): open items handed over, and read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import Kind
from steerclear.speech.kinds.common import Body, EntryId, Text, Time, Word
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no


class OpenItem(Body, frozen=True, kw_only=True):
    """One thing that is open: the subject, and in words what is owed."""

    entry: EntryId
    owed: Word | None = None


class LineHandover(Body, frozen=True, kw_only=True):
    """The watch goes from one post to the next: everything open, by its subject. It stays with its own party.

    The incoming officer reads it back with a `receipt` of level `understood`; until then the handover is open and
    the outgoing post still has the watch. An open item left out of it is named on the board.
    """

    from_post: Word | None = None
    to_post: Word | None = None
    at: Time | None = None
    items: Annotated[tuple[OpenItem, ...], Meta(max_length=500)] = ()
    text: Text | None = None


def same_post(one: str, other: str) -> bool:
    """Whether two names are one post's, however they are written: `Watch night`, `watch-night`, `watch_night`."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


def post_of(officer: str) -> str:
    """`watch-2` of the key reference `<party>/watch-2+1a2b3c4d`."""
    return officer.partition("+")[0].partition("/")[2]


def _wrong(body: LineHandover, parameters: Parameters) -> Iterator[Refused]:
    entries = [item.entry for item in body.items]
    for i, entry in enumerate(entries):
        if entry in entries[:i]:
            yield no("item-twice", f"items[{i}].entry", "each open item once", "leave the second out")
    if body.from_post is not None and body.from_post == body.to_post:
        yield no("same-post", "to_post", "the watch goes to another post", "name the incoming post")


def _missing(body: LineHandover) -> list[str]:
    return absent(body, "from_post", "to_post")


ROW = Kind(
    "line.handover",
    "keeping",
    LineHandover,
    release="watch",
    at_home="only",
    wrong=_wrong,
    missing=_missing,
)
