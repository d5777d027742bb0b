"""`receipt` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from steerclear.space.altitude import Altitude
from steerclear.speech.ask import absent
from steerclear.speech.kind import ANY, OFFICERS, Kind
from steerclear.speech.kinds.common import Body, Position, ReadBackCode, Time, Word

PostClass = Literal[
    "operations", "liaison", "embassy", "attache", "duty_room", "headquarters", "unit", "other"
]


class ReadBack(Body, frozen=True, kw_only=True):
    """The coded fields as the reader heard them; `understood` needs the positions to agree (AT03)."""

    positions: tuple[Position, ...] = ()
    times: tuple[Time, ...] = ()
    altitudes: tuple[Altitude, ...] = ()
    code: ReadBackCode | None = None


class Receipt(Body, frozen=True, kw_only=True):
    """A named post has read the entry in refs[0], or has understood it (read back, positions agree).

    Delivered is no entry: it is the addressee's mirror cosignature. Of the post classes only `operations`
    moves the state of the addressee; receipt by an embassy or a liaison post is shown as such and opens a
    relay (A3).
    """

    level: Literal["read", "understood"]
    post_class: PostClass | None = None
    post: Word | None = None
    at: Time | None = None
    read_back: ReadBack | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None


def _missing(body: Receipt) -> list[str]:
    out = absent(body, "post_class", "post")
    return out + (absent(body, "read_back") if body.level == "understood" else [])


ROW = Kind(
    "receipt",
    "answer",
    Receipt,
    life_safety="follows",
    release="watch",
    roles=(*OFFICERS, "liaison", "custodian", "notification_officer"),
    subject=(ANY,),
    subject_needed=True,
    missing=_missing,
)
