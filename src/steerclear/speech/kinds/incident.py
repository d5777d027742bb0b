"""`incident` (messages.md, Accountability): something happened that has to be reported: first, full, package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from steerclear.errors import Refused
from steerclear.speech.claimed import Event, missing_event, wrong_event
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Text
from steerclear.speech.parameters import Parameters


class Incident(Body, frozen=True, kw_only=True):
    """What happened, as its author reports it. The first report is due in an hour, the full one (an `amend`) in 24 h,
    the package in 15 days (messages.md, Timers: incident report).
    """

    stage: Literal["first", "full", "package"]
    event: Event | None = None
    assistance: Literal["asked", "given", "not_needed", "not_known"] | None = None
    text: Text | None = None


def _wrong(body: Incident, parameters: Parameters) -> Iterator[Refused]:
    yield from wrong_event(body.event)


def _missing(body: Incident) -> list[str]:
    return missing_event(body.event)


ROW = Kind(
    "incident",
    "accountability",
    Incident,
    precedence="PRIORITY",
    answers=SHORT_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
