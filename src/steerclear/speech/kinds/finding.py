"""`finding` (messages.md, Accountability): what an inquiry came to, and whose inquiry it was."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Hash, Text, Time, Word


class Finding(Body, frozen=True, kw_only=True):
    """On the claim or incident in refs[0]. It is its author's, takes nobody's side for the others, and leaves every
    claim standing.
    """

    finds: Literal["partly_confirmed", "confirmed", "refuted", "unverifiable"]
    inquiry: Literal["own", "joint", "third_party"] | None = None
    held_by: Word | None = None
    at: Time | None = None
    evidence: Annotated[tuple[Hash, ...], Meta(max_length=100)] = ()
    text: Text | None = None


def _missing(body: Finding) -> list[str]:
    return absent(body, "inquiry", "held_by", "at", "evidence")


ROW = Kind(
    "finding",
    "accountability",
    Finding,
    precedence="PRIORITY",
    answers=SHORT_ANSWERS,
    subject=("claim", "incident", "counterclaim"),
    subject_needed=True,
    missing=_missing,
)
