"""`stop` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent, absent_two_forms
from steerclear.speech.kind import Kind
from steerclear.speech.kinds.common import Body, EntryId, Position, Text, Time, Word
from steerclear.speech.kinds.reply import STOP_ANSWERS
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import ordered


class Stop(Body, frozen=True, kw_only=True):
    """ "Cease: a protected or friendly site is being hit": where, since when, on what evidence.

    To every party of the line at once. Everything may be absent: it goes out as it is, and `complete.missing`
    names what to ask for, in order. `positions` are two independent forms where known; apart by more than 500
    m they are marked `inconsistent`, held on both, and cannot become understood. `site` names the area or
    notice hit, `for_party` whom it is raised for, who need not be a party of the line.
    """

    site_kind: Literal["protected", "friendly", "civilian", "humanitarian", "unknown"] | None = None
    positions: Annotated[tuple[Position, ...], Meta(max_length=5)] = ()
    place: Word | None = None
    since: Time | None = None
    last: Time | None = None
    going_on: bool | None = None
    evidence: Annotated[
        tuple[
            Literal[
                "own_people_there",
                "site_called",
                "seen_by_own_sensor",
                "video",
                "radio",
                "third_party",
                "media",
                "other",
            ],
            ...,
        ],
        Meta(max_length=8),
    ] = ()
    site: EntryId | None = None
    for_party: Word | None = None
    call_back: Word | None = None
    injured: Literal["yes", "no", "not_known"] | None = None
    text: Text | None = None


def _wrong(body: Stop, parameters: Parameters) -> Iterator[Refused]:
    if body.since is not None and body.last is not None and body.since != body.last:
        yield from ordered(body.since, body.last, "last")


def _missing(body: Stop) -> list[str]:
    where = absent_two_forms(body.positions)
    return where + absent(body, "since", "evidence", "site_kind", "going_on", "call_back")


ROW = Kind(
    "stop",
    "contact",
    Stop,
    life_safety="always",
    precedence="FLASH",
    release="watch",
    answers=STOP_ANSWERS,
    to_all=True,
    wrong=_wrong,
    missing=_missing,
)
