"""`receipt` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from steerclear.space.altitude import Altitude
from steerclear.speech.ask import absent
from steerclear.speech.kind import ANY, OFFICERS, Kind
from steerclear.speech.kinds.common import Body, Language, Position, ReadBackCode, Time, Word

PostClass = Literal[
    "operations", "liaison", "embassy", "attache", "duty_room", "headquarters", "unit", "other"
]


class ReadBack(Body, frozen=True, kw_only=True):
    """The coded fields as the reader heard them; `understood` needs the positions to agree (AT03)."""

    positions: Annotated[tuple[Position, ...], Meta(max_length=50)] = ()
    times: Annotated[tuple[Time, ...], Meta(max_length=50)] = ()
    altitudes: Annotated[tuple[Altitude, ...], Meta(max_length=50)] = ()
    code: ReadBackCode | None = None


class Receipt(Body, frozen=True, kw_only=True):
    """A named post has read the entry in refs[0], or has understood it (read back, positions agree).

    Delivered is no entry: it is the addressee's mirror cosignature. Of the post classes only `operations`
    moves the state of the addressee; receipt by an embassy or a liaison post is shown as such and opens a
    relay (A3). `text_confirmed` is a linguist's: the free text is understood in `language`; it moves no state, and
    nothing waits for it (messages.md, Roles).
    """

    level: Literal["read", "understood", "text_confirmed"]
    post_class: PostClass | None = None
    post: Word | None = None
    at: Time | None = None
    read_back: ReadBack | None = None
    language: Language | None = None


def _missing(body: Receipt) -> list[str]:
    if body.level == "text_confirmed":
        return absent(body, "language")
    out = absent(body, "post_class", "post")
    return out + (absent(body, "read_back") if body.level == "understood" else [])


ROW = Kind(
    "receipt",
    "answer",
    Receipt,
    life_safety="follows",
    release="watch",
    roles=(*OFFICERS, "liaison", "custodian", "notification_officer", "linguist"),
    subject=(ANY,),
    subject_needed=True,
    missing=_missing,
)
