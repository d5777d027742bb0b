"""`amend` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from steerclear.speech.kind import CHANGEABLE, NOTICE_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text


class Amend(Body, frozen=True, kw_only=True):
    """A new version of a notice: refs[0] is the first version, `supersedes` the version replaced.

    `notice` is the whole body of the new version, of the kind that it replaces, never a difference: who holds
    only this entry holds the notice. It is read with `payload.notice_of`.
    """

    kind: Annotated[str, Meta(max_length=40)]
    notice: dict[str, Any]
    reason: Text | None = None


ROW = Kind(
    "amend",
    "change",
    Amend,
    life_safety="follows",
    subject=CHANGEABLE,
    subject_needed=True,
    answers=NOTICE_ANSWERS,
)
