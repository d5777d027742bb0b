"""`reply` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from steerclear.space.volume import Volume4D
from steerclear.speech.ask import absent
from steerclear.speech.kind import ANY, OFFICERS, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Count, Hash, Text, Time

NO_ADMISSION = "no admission"


Answer = Literal[
    "NOTED",
    "NO_CONFLICT_KNOWN",
    "CONFLICT",
    "PROPOSE_CHANGE",
    "UNABLE",
    "QUERY",
    "NOT_UNDERSTOOD",
    "DECLINED",
    "CHECKING",
    "HOLDING",
    "NOT_OURS",
    "UNABLE_TO_REACH_UNITS",
    "CANNOT_HOLD",
    "OURS_KEEP_AWAY",
    "NO_STATEMENT",
    "NOT_LIFE_SAFETY",
]


STOP_ANSWERS = ("CHECKING", "HOLDING", "NOT_OURS", "UNABLE_TO_REACH_UNITS", "CANNOT_HOLD")


class AsOf(Body, frozen=True, kw_only=True):
    """How much of a log the answer was checked against: its size, and its age in ms when it was checked."""

    log: Annotated[str, Meta(max_length=200)]
    size: Annotated[int, Meta(ge=0)]
    age_ms: Annotated[int, Meta(ge=0)]


class Proposal(Body, frozen=True, kw_only=True):
    """What the author of the notice might say instead; it binds nobody and changes nothing by itself."""

    kind: Annotated[str, Meta(max_length=40)]
    notice: dict[str, Any]


class Reply(Body, frozen=True, kw_only=True):
    """An answer to the entry in refs[0].

    To a `stop` only CHECKING, HOLDING (`until`), NOT_OURS (the event reported was not ours: never of the
    present or the future), UNABLE_TO_REACH_UNITS and CANNOT_HOLD, each with `statement` = "no admission"; to an
    `identity.query` only OURS_KEEP_AWAY, CHECKING and NO_STATEMENT, the code alone; to any life-safety entry also
    NOT_LIFE_SAFETY with `reason`. NO_CONFLICT_KNOWN says against how many notices and `as_of` what.
    """

    answer: Answer
    until: Time | None = None
    statement: Literal["no admission"] | None = None
    reason: Text | None = None
    against: Count | None = None
    as_of: Annotated[tuple[AsOf, ...], Meta(max_length=200)] = ()
    conflicts: Annotated[tuple[Hash, ...], Meta(max_length=100)] = ()
    where: Annotated[tuple[Volume4D, ...], Meta(max_length=100)] = ()
    proposal: Proposal | None = None
    fields: Annotated[tuple[Annotated[str, Meta(max_length=120)], ...], Meta(max_length=100)] = ()
    text: Text | None = None


_REPLY_NEEDS: Mapping[str, tuple[str, ...]] = {
    "HOLDING": ("until",),
    "CONFLICT": ("where",),
    "PROPOSE_CHANGE": ("proposal",),
    "UNABLE": ("reason",),
    "DECLINED": ("reason",),
    "QUERY": ("text",),
}


def _missing(body: Reply) -> list[str]:
    if body.answer == "CONFLICT" and body.conflicts:
        return []
    return absent(body, *_REPLY_NEEDS.get(body.answer, ()))


ROW = Kind(
    "reply",
    "answer",
    Reply,
    life_safety="follows",
    roles=(*OFFICERS, "notification_officer"),
    subject=(ANY,),
    subject_needed=True,
    answers=SHORT_ANSWERS,
    missing=_missing,
)
