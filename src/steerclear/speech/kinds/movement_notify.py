"""`movement.notify` (messages.md, Humanitarian notification): a convoy or journey, its legs, contacts and plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import NOTICE_ANSWERS, Kind
from steerclear.speech.kinds.common import (
    Band,
    Body,
    Channel,
    DurationS,
    Position,
    Priority,
    Text,
    Time,
    Word,
)
from steerclear.speech.kinds.site_notify import SOURCE, Notifier
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered

DEFAULT_HALF_WIDTH_MM: Final = 500_000
"""Half the width of the way when nobody says: ours, as for a site."""
DEFAULT_TOLERANCE_S: Final = 1_800
"""How far a time may be off when nobody says: ours."""


class Waypoint(Body, frozen=True, kw_only=True):
    """A point of the way: where (two independent forms), when it is passed, how far that may be off either way, and
    whether the movement reports from it (`check_in`). The last point of all is always reported from.
    """

    name: Word | None = None
    positions: Annotated[tuple[Position, ...], Meta(max_length=5)] = ()
    at: Time | None = None
    tolerance_s: DurationS | None = None
    check_in: bool | None = None


class Vehicle(Body, frozen=True, kw_only=True):
    """One vehicle as it can be seen: `type`, colour, plate, and what marks it by day, by night and in infrared."""

    type: Word | None = None
    colour: Word | None = None
    plate: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    marking_day: Word | None = None
    marking_night: Word | None = None
    marking_infrared: Word | None = None


class Contact(Body, frozen=True, kw_only=True):
    """How the people on board are reached while they move: by telephone (`call` is the number) or on a channel."""

    means: Literal["telephone", "satellite_phone", "radio", "messenger"]
    call: Word | None = None
    channel: Channel | None = None


NoMove = Literal[
    "no_contact_test",
    "units_not_told",
    "fighting_near_the_way",
    "escort_missing",
    "no_communications",
    "weather",
    "host_asks",
    "other",
]
LostContact = Literal["halt_and_wait", "turn_back", "to_the_next_point", "to_the_nearest_site", "other"]


class Movement(Body, frozen=True, kw_only=True):
    """A humanitarian movement, so that it is kept away from on its way and at its times.

    `origin` is the first point, `waypoints` the others in order, the last one the destination. `number` is a band of
    people on board. `no_move_trigger` says on what it does not depart, `lost_contact` what it does when nobody can be
    reached; both are required. `emergency` halves the lead time owed (24 h for 48 h). What is absent otherwise makes
    it incomplete. It is checked for completeness and neither approved nor refused.
    """

    name: Word | None = None
    operator: Word | None = None
    origin: Waypoint | None = None
    waypoints: Annotated[tuple[Waypoint, ...], Meta(max_length=50)] = ()
    half_width_mm: Annotated[int, Meta(ge=0, le=50_000_000, extra={"unit": "mm"})] | None = None
    vehicles: Annotated[tuple[Vehicle, ...], Meta(max_length=100)] = ()
    number: Band | None = None
    cargo: (
        Literal[
            "food",
            "medical",
            "water",
            "shelter_items",
            "fuel",
            "equipment",
            "patients",
            "staff",
            "evacuees",
            "mixed",
            "no_cargo",
        ]
        | None
    ) = None
    escorts: Literal["no_escort", "unarmed", "armed", "peacekeepers", "police", "other"] | None = None
    contacts: Annotated[tuple[Contact, ...], Meta(max_length=20)] = ()
    no_move_trigger: Annotated[tuple[NoMove, ...], Meta(max_length=8)] = ()
    lost_contact: LostContact | None = None
    emergency: bool | None = None
    priority: Priority | None = None
    notifier: Notifier | None = None
    text: Text | None = None


def points(body: Movement) -> tuple[Waypoint, ...]:
    """Origin and waypoints in the order in which they are passed."""
    return ((body.origin,) if body.origin is not None else ()) + body.waypoints


def paths(body: Movement) -> tuple[str, ...]:
    """Where each of `points` stands in the body."""
    first = ("origin",) if body.origin is not None else ()
    return first + tuple(f"waypoints[{i}]" for i in range(len(body.waypoints)))


def _wrong(body: Movement, parameters: Parameters) -> Iterator[Refused]:
    needed = {
        "no_move_trigger": "say on what it does not depart, such as no_contact_test",
        "lost_contact": "say what it does then, such as halt_and_wait",
    }
    for name, remedy in needed.items():
        if getattr(body, name) in (None, ()):
            yield no("required", name, "a movement goes out with its plans for the worst", remedy, SOURCE)
    places, where = points(body), paths(body)
    for i in range(1, len(places)):
        yield from ordered(places[i - 1].at, places[i].at, f"{where[i]}.at")
    for i, one in enumerate(body.contacts):
        if one.means == "radio" and one.call is None and one.channel is None:
            yield no(
                "contact-without-call",
                f"contacts[{i}]",
                "a radio has a call sign or a channel",
                "give one",
                SOURCE,
            )


def _missing(body: Movement) -> list[str]:
    out = absent(body, "no_move_trigger", "lost_contact", "origin", "waypoints")
    for path, one in zip(paths(body), points(body), strict=True):
        out += [f"{path}.{name}" for name in absent(one, "positions", "at")]
    out += absent(body, "contacts", "vehicles", "number", "escorts", "cargo", "operator")
    for i, vehicle in enumerate(body.vehicles):
        seen = absent(vehicle, "type", "colour", "marking_day", "marking_night", "marking_infrared")
        out += [f"vehicles[{i}].{name}" for name in seen]
    if body.waypoints and not any(one.check_in for one in points(body)):
        out.append("waypoints[0].check_in")
    return out


ROW = Kind(
    "movement.notify",
    "humanitarian",
    Movement,
    precedence="PRIORITY",
    answers=NOTICE_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
