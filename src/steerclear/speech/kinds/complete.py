"""`complete` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from typing import Literal

from steerclear.speech.ask import absent
from steerclear.speech.kind import CHANGEABLE, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text, Time


class Complete(Body, frozen=True, kw_only=True):
    """The activity in refs[0] is over, or the stop is resolved (by its raiser or the site's owner, nobody
    else).
    """

    outcome: Literal["as_planned", "ended_early", "ended_late", "not_begun", "resolved"] | None = None
    at: Time | None = None
    text: Text | None = None


def _missing(body: Complete) -> list[str]:
    return absent(body, "outcome")


ROW = Kind(
    "complete",
    "change",
    Complete,
    life_safety="follows",
    subject=CHANGEABLE,
    subject_needed=True,
    answers=SHORT_ANSWERS,
    missing=_missing,
)
