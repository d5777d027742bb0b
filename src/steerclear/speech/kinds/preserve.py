"""`preserve` (messages.md, Accountability): erasure of the named entries stops at every holder."""

from __future__ import annotations

from steerclear.speech.ask import absent
from steerclear.speech.kind import ANY, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text, Time


class Preserve(Body, frozen=True, kw_only=True):
    """The entries in refs are erased by nobody until its author's `withdraw`, or until `until` (record.md,
    Erasure). They stand in the clear header, so that a holder who cannot read this keeps them all the same.
    """

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
    subject=(ANY,),
    subject_needed=True,
    to_all=True,
    missing=_missing,
)
