"""`statement` (messages.md, Accountability): where one party stands on a claim or an incident."""

from __future__ import annotations

from typing import Literal

from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text, Time


class Statement(Body, frozen=True, kw_only=True):
    """`says` is the party's own word on refs[0]: `no_information` denies nothing. One party's contradicting
    statements stand side by side; the newest takes none of the older ones away.
    """

    says: Literal["asserted", "denied", "no_information", "under_review", "partly_confirmed", "confirmed"]
    as_of: Time | None = None
    by: Literal["spokesman", "ministry", "headquarters", "unit", "not_stated"] | None = None
    text: Text | None = None


def _missing(body: Statement) -> list[str]:
    return absent(body, "as_of", "by")


ROW = Kind(
    "statement",
    "accountability",
    Statement,
    answers=SHORT_ANSWERS,
    subject=("claim", "incident", "counterclaim", "attestation.negative"),
    subject_needed=True,
    missing=_missing,
)
