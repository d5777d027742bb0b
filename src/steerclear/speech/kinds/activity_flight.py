"""`activity.flight` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.altitude import Altitude
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
    DurationS,
    Priority,
    Recurrence,
    Text,
)
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no


class LostLink(Body, frozen=True, kw_only=True):
    """What an unmanned aircraft does when its link is lost."""

    action: Literal["hold", "return", "land", "continue", "climb_and_return", "terminate_flight"]
    after_s: DurationS | None = None
    altitude: Altitude | None = None
    text: Text | None = None


class Flight(Body, frozen=True, kw_only=True):
    """`activity.flight`: 4D volumes with their altitude block and its reference.

    `planning` names the lead time that the notice claims (messages.md, Timers: planned 24 h, same day 2 h,
    dynamic none); `no_notice_reason` says why there was none. `priority` counts only for who gives way, by
    the agreement's rule.
    """

    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=200)] = ()
    aircraft_class: AircraftClass | None = None
    number: Band | None = None
    transponder: Literal["on", "off", "intermittent"] | None = None
    monitored: Annotated[tuple[Channel, ...], Meta(max_length=20)] = ()
    can_receive: Annotated[tuple[Channel, ...], Meta(max_length=20)] = ()
    lights: Literal["on", "off", "intermittent"] | None = None
    lost_link: LostLink | None = None
    planning: Literal["planned", "same_day", "dynamic"] | None = None
    no_notice_reason: (
        Literal["medical", "rescue", "fire_fighting", "weather", "diversion", "other"] | None
    ) = None
    priority: Priority | None = None
    recurrence: Recurrence | None = None
    text: Text | None = None


def _wrong(body: Flight, parameters: Parameters) -> Iterator[Refused]:
    yield from check_channels(body, parameters)
    yield from recurrence.check(body, parameters)
    if body.lost_link is not None and body.aircraft_class not in (None, "unmanned"):
        yield no("lost-link-of-manned", "lost_link", "only unmanned aircraft lose a link", "leave it out")


def _missing(body: Flight) -> list[str]:
    out = absent_limits(body.volumes) + absent(body, "aircraft_class", "number", "transponder", "monitored")
    return out + (absent(body, "lost_link") if body.aircraft_class == "unmanned" else [])


ROW = Kind(
    "activity.flight",
    "activity",
    Flight,
    answers=NOTICE_ANSWERS,
    suspension="notices",
    coarse=True,
    wrong=_wrong,
    missing=_missing,
)
