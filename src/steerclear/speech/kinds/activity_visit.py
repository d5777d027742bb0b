"""`activity.visit` (messages.md, Activity): a visit by ship, aircraft or delegation, and the way that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.volume import Volume4D
from steerclear.speech import recurrence
from steerclear.speech.ask import absent, absent_limits
from steerclear.speech.channels import check_channels
from steerclear.speech.kind import NOTICE_ANSWERS, Kind
from steerclear.speech.kinds.common import (
    AircraftClass,
    Band,
    Body,
    Channel,
    Priority,
    Recurrence,
    Text,
    Window,
    Word,
)
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered


class Visit(Body, frozen=True, kw_only=True):
    """Who is to be received is told by office, never by name. `volumes` are the way there and back."""

    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=200)] = ()
    by: Literal["aircraft", "ship", "road", "several"] | None = None
    aircraft_class: AircraftClass | None = None
    number: Band | None = None
    place: Word | None = None
    when: Window | None = None
    host: Word | None = None
    escort: Literal["asked", "not_asked", "given"] | None = None
    monitored: Annotated[tuple[Channel, ...], Meta(max_length=20)] = ()
    can_receive: Annotated[tuple[Channel, ...], Meta(max_length=20)] = ()
    priority: Priority | None = None
    recurrence: Recurrence | None = None
    contact: Word | None = None
    text: Text | None = None


def _wrong(body: Visit, parameters: Parameters) -> Iterator[Refused]:
    yield from check_channels(body, parameters)
    yield from recurrence.check(body, parameters)
    if body.when is not None:
        yield from ordered(body.when.start, body.when.end, "when.end")
    if body.aircraft_class is not None and body.by in ("ship", "road"):
        yield no(
            "class-of-no-aircraft", "aircraft_class", f"a visit by {body.by} flies nothing", "leave it out"
        )


def _missing(body: Visit) -> list[str]:
    out = absent_limits(body.volumes) + absent(body, "by", "number", "place", "when", "contact")
    return out + (absent(body, "aircraft_class") if body.by == "aircraft" else [])


ROW = Kind(
    "activity.visit",
    "activity",
    Visit,
    answers=NOTICE_ANSWERS,
    suspension="visits",
    wrong=_wrong,
    missing=_missing,
)
