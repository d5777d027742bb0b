"""`counterclaim` (messages.md, Accountability): another account of the event that a claim is about."""

from __future__ import annotations

from collections.abc import Iterator

from steerclear.errors import Refused
from steerclear.speech.claimed import Event, missing_event, wrong_event
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text
from steerclear.speech.parameters import Parameters


class Counterclaim(Body, frozen=True, kw_only=True):
    """The event of the claim in refs[0] as its author has it: it stands beside the claim and replaces nothing."""

    event: Event | None = None
    text: Text | None = None


def _wrong(body: Counterclaim, parameters: Parameters) -> Iterator[Refused]:
    yield from wrong_event(body.event)


def _missing(body: Counterclaim) -> list[str]:
    return missing_event(body.event)


ROW = Kind(
    "counterclaim",
    "accountability",
    Counterclaim,
    answers=SHORT_ANSWERS,
    subject=("claim", "incident"),
    subject_needed=True,
    wrong=_wrong,
    missing=_missing,
)
