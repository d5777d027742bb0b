"""`line.status` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, SuspensionCategory, Text, Time
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered


class LineStatus(Body, frozen=True, kw_only=True):
    """What a party declares about the line. A suspension names its categories, why, and on what terms it
    ends; it is one party's act and ends by that party's own `resumed`, whose refs[0] is the suspension. What
    is observed is measured and never declared here. No category can hold back life safety, answers to it, or
    the checks.
    """

    status: Literal["open", "suspended", "dormant", "resumed"]
    categories: Annotated[tuple[SuspensionCategory, ...], Meta(max_length=6)] = ()
    since: Time | None = None
    until: Time | None = None
    reason: Text | None = None
    terms: Text | None = None


def _wrong(body: LineStatus, parameters: Parameters) -> Iterator[Refused]:
    if body.categories and body.status != "suspended":
        yield no("categories-not-suspended", "categories", "categories go with suspended", "leave them out")
    yield from ordered(body.since, body.until, "until")


def _missing(body: LineStatus) -> list[str]:
    return absent(body, "categories", "reason", "terms") if body.status == "suspended" else []


ROW = Kind(
    "line.status",
    "keeping",
    LineStatus,
    precedence="PRIORITY",
    release="watch",
    subject=("line.status",),
    answers=SHORT_ANSWERS,
    to_all=True,
    wrong=_wrong,
    missing=_missing,
)
