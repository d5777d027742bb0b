"""`attestation.negative` (messages.md, Accountability): what own forces did not do, in an interval that is over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.volume import Volume4D
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text, Time
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import ordered


class NegativeAttestation(Body, frozen=True, kw_only=True):
    """About its author's own forces alone, and only about an interval that ended before it is signed: nothing present
    or future can be said (boundary.md; AT42). It says nothing about anybody else, and a later contradiction stands
    beside it (AT17).
    """

    none_of_ours: Literal["flew", "sailed", "fired", "moved_on_the_ground"] | None = None
    begin: Time | None = None
    end: Time
    area: Annotated[tuple[Volume4D, ...], Meta(max_length=20)] = ()
    basis: Literal["orders", "logs", "tracks", "units_asked", "not_stated"] | None = None
    text: Text | None = None


def _wrong(body: NegativeAttestation, parameters: Parameters) -> Iterator[Refused]:
    yield from ordered(body.begin, body.end, "end")


def _missing(body: NegativeAttestation) -> list[str]:
    return absent(body, "none_of_ours", "begin", "area", "basis")


ROW = Kind(
    "attestation.negative",
    "accountability",
    NegativeAttestation,
    answers=SHORT_ANSWERS,
    over=("end",),
    wrong=_wrong,
    missing=_missing,
)
