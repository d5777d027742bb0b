"""`claim` (messages.md, Accountability): what one party says happened. It stays its own."""

from __future__ import annotations

from collections.abc import Iterator

from steerclear.errors import Refused
from steerclear.speech.claimed import Event, missing_event, wrong_event
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text
from steerclear.speech.parameters import Parameters


class Claim(Body, frozen=True, kw_only=True):
    """A claimed event with its source and first publication. Others answer it with `statement` or `counterclaim`;
    all stand side by side, each with whose it is.
    """

    event: Event | None = None
    text: Text | None = None


def _wrong(body: Claim, parameters: Parameters) -> Iterator[Refused]:
    yield from wrong_event(body.event)


def _missing(body: Claim) -> list[str]:
    return missing_event(body.event)


ROW = Kind(
    "claim",
    "accountability",
    Claim,
    answers=SHORT_ANSWERS,
    subject=("incident", "encounter.report", "stop"),
    wrong=_wrong,
    missing=_missing,
)
