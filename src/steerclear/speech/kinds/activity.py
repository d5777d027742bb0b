"""What will be in the air, on the water, in an area; never why, with what, or against whom (messages.md,
Activity).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from steerclear.space.altitude import Altitude
from steerclear.space.volume import Volume4D
from steerclear.speech.kinds.common import (
    AircraftClass,
    Band,
    Body,
    Channel,
    DurationS,
    Published,
    Recurrence,
    Text,
    Window,
    Word,
)

Priority = Literal["medical", "rescue", "declared", "normal"]


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


class DeckWindow(Body, frozen=True, kw_only=True):
    """When a ship flies aircraft or replenishes, and is hampered in her movements."""

    doing: Literal["launch_and_recovery", "replenishment", "towing", "diving", "submarine_surfacing", "other"]
    when: Window


class Voyage(Body, frozen=True, kw_only=True):
    """`activity.voyage`: a track (corridor) or a box on the water."""

    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=200)] = ()
    number: Band | None = None
    formation: Literal["single", "column", "line_abreast", "screen", "convoy", "other"] | None = None
    windows: Annotated[tuple[DeckWindow, ...], Meta(max_length=50)] = ()
    lights: (
        Literal["normal", "restricted_in_manoeuvre", "constrained_by_draught", "towing", "other"] | None
    ) = None
    signals: Annotated[
        tuple[Annotated[str, Meta(pattern="^[A-Z]{2}[0-9]{1,2}$", max_length=4)], ...], Meta(max_length=20)
    ] = ()
    channel_16: Literal["watched", "not_watched"] | None = None
    ais: Literal["on", "off", "intermittent"] | None = None
    monitored: Annotated[tuple[Channel, ...], Meta(max_length=20)] = ()
    can_receive: Annotated[tuple[Channel, ...], Meta(max_length=20)] = ()
    priority: Priority | None = None
    recurrence: Recurrence | None = None
    text: Text | None = None


class Hazard(Body, frozen=True, kw_only=True):
    """`activity.hazard`: a danger area. It gives no ownership, binds nobody, and is no aim point: a circle is
    at least the agreed size and its centre is displaced (`centre_displaced`); it reaches from the surface to
    a limit.
    """

    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=200)] = ()
    danger: Literal["firing", "laser", "jamming_test", "launch", "dropping"] | None = None
    domain: Literal["air", "sea", "air_and_sea"] | None = None
    centre_displaced: bool | None = None
    published: Annotated[tuple[Published, ...], Meta(max_length=20)] = ()
    recurrence: Recurrence | None = None
    contact: Word | None = None
    text: Text | None = None


__all__ = ["DeckWindow", "Flight", "Hazard", "LostLink", "Priority", "Voyage"]
