"""`movement.complete` (messages.md, Humanitarian notification): the end of a movement."""

from __future__ import annotations

from typing import Literal

from steerclear.speech.ask import absent
from steerclear.speech.kind import MOVEMENTS, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text, Time


class MovementComplete(Body, frozen=True, kw_only=True):
    """The movement in refs[0] is over and its people are accounted for. It closes every alarm of it; contacts and
    plates are erased 30 days later. Only the author of the movement says so.
    """

    outcome: Literal["arrived", "turned_back", "ended_early", "not_begun"] | None = None
    at: Time | None = None
    text: Text | None = None


def _missing(body: MovementComplete) -> list[str]:
    return absent(body, "outcome", "at")


ROW = Kind(
    "movement.complete",
    "change",
    MovementComplete,
    precedence="PRIORITY",
    subject=MOVEMENTS,
    subject_needed=True,
    answers=SHORT_ANSWERS,
    missing=_missing,
)
