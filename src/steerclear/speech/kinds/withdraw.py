"""`withdraw` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from typing import Literal

from steerclear.speech.ask import absent
from steerclear.speech.kind import CHALLENGES, CHANGEABLE, QUERIES, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text


class Withdraw(Body, frozen=True, kw_only=True):
    """The notice in refs[0] no longer stands. Of an area it is the release: two officers sign it, and it
    dates no departure and says nothing about who is or was there.
    """

    reason: Literal["changed_plans", "weather", "replaced", "error", "released", "other"] | None = None
    text: Text | None = None


def _missing(body: Withdraw) -> list[str]:
    return absent(body, "reason")


ROW = Kind(
    "withdraw",
    "change",
    Withdraw,
    subject=(*CHANGEABLE, *CHALLENGES, *QUERIES),
    subject_needed=True,
    answers=SHORT_ANSWERS,
    missing=_missing,
)
