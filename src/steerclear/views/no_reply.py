"""What can be said of an answer that was asked for by a time that is over, in words that say only that."""

from __future__ import annotations

from typing import Final

import msgspec

from steerclear.record.silence import Grade

WORDS: Final[dict[Grade, str]] = {
    "undelivered": "undelivered: it did not reach that party before the deadline, so nothing is said of an answer",
    "unheard": "unheard: nothing of that party's log dated after the deadline is held here; that is all that this says",
    "proved": "no reply, proved: that party's own log, dated by itself after the deadline, holds no answer",
    "answered": "answered in time",
    "answered, received late": "answered, received late: logged in time, delivered here after the deadline",
    "answered late": "answered after the deadline",
    "disputed": "disputed: whether the answer stood before the deadline is not shown by what is held here",
}
"""record.md, Silence is evidence."""


class NoReply(msgspec.Struct, frozen=True):
    """One addressee, once `reply_by_ms` is over. `text` is the grade in words."""

    party: str
    reply_by_ms: int
    grade: Grade
    text: str
