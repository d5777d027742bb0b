"""`preserve` (messages.md, Accountability): erasure of the named entries stops at every holder."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, EntryId, Text, Time


class Preserve(Body, frozen=True, kw_only=True):
    """Any member may name entries that are to be kept: what it names is erased by nobody until its author's
    `withdraw`, or until `until` (record.md, Erasure).
    """

    entries: Annotated[tuple[EntryId, ...], Meta(min_length=1, max_length=500)]
    until: Time | None = None
    reason: Text | None = None


def _missing(body: Preserve) -> list[str]:
    return absent(body, "reason")


ROW = Kind(
    "preserve",
    "accountability",
    Preserve,
    precedence="PRIORITY",
    answers=SHORT_ANSWERS,
    to_all=True,
    missing=_missing,
)
