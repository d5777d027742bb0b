"""`area.reply` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import OFFICERS, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, EntryId, Text
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no


class AreaReply(Body, frozen=True, kw_only=True):
    """Answers the request in refs[0]. `provided` and `broad` name the entries that carry the areas; `sealed`
    says that overlap queries must be used; `declined` gives a reason; `unknown` is no statement about the
    place.
    """

    answer: Literal["provided", "broad", "sealed", "declined", "unknown"]
    areas: Annotated[tuple[EntryId, ...], Meta(max_length=500)] = ()
    reason: Text | None = None
    text: Text | None = None


def _wrong(body: AreaReply, parameters: Parameters) -> Iterator[Refused]:
    if body.answer not in ("provided", "broad") and body.areas:
        yield no(
            "areas-not-provided",
            "areas",
            f"{body.answer} names no areas",
            "leave them out, or answer provided",
        )
    if body.answer in ("provided", "broad", "sealed") and body.reason is not None:
        yield no("reason-without-refusal", "reason", "a reason goes with declined or unknown", "leave it out")


def _missing(body: AreaReply) -> list[str]:
    if body.answer in ("provided", "broad"):
        return absent(body, "areas")
    return absent(body, "reason") if body.answer == "declined" else []


ROW = Kind(
    "area.reply",
    "area",
    AreaReply,
    precedence="PRIORITY",
    release="two",
    roles=(*OFFICERS, "custodian"),
    subject=("area.request",),
    subject_needed=True,
    answers=SHORT_ANSWERS,
    suspension="planning",
    wrong=_wrong,
    missing=_missing,
)
