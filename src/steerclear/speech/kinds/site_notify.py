"""`site.notify` (messages.md, Humanitarian notification): a place to keep away from, told by its operator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from msgspec import Meta

from steerclear.errors import Malformed, Refused
from steerclear.speech.ask import absent, absent_two_forms
from steerclear.speech.kind import NOTICE_ANSWERS, OFFICERS, Kind
from steerclear.speech.kinds.common import Body, Position, Text, Time, Word
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered
from steerclear.units import parse_time

SOURCE: Final = "messages.md, Humanitarian notification"
UNOCCUPIED_FUNCTIONS: Final = ("shelter",)
"""Functions of which nobody says how many are there (messages.md: occupancy never for shelters)."""
DEFAULT_EXTENT_MM: Final = 500_000
"""How far a site reaches from its point when nobody says: ours, the distance within which its forms must agree."""

Function = Literal[
    "hospital",
    "clinic",
    "ambulance_station",
    "school",
    "shelter",
    "camp",
    "warehouse",
    "distribution_point",
    "office",
    "residence",
    "water",
    "power",
    "sewage",
    "bakery",
    "worship",
    "cultural",
    "other",
]
Marking = Literal[
    "red_cross",
    "red_crescent",
    "red_crystal",
    "un",
    "civil_defence",
    "blue_shield",
    "emblem_of_operator",
    "flag",
    "lights_at_night",
    "visible_in_infrared",
    "unmarked",
]
Known = Literal["known", "called_back", "not_yet"]


class Notifier(Body, frozen=True, kw_only=True):
    """Who told the author of this place or movement, where that is not the author itself.

    `known`: `known` before; `called_back` on a number that was held before, never on one that came with the notice;
    `not_yet`: then the origin is unconfirmed, and the protection is shown all the same.
    """

    name: Word
    known: Known | None = None


class Site(Body, frozen=True, kw_only=True):
    """A place that its operator wants known, so that it is kept away from.

    `positions` name its one point in two independent forms, each with its source and error; over 500 m apart they
    are `inconsistent` and cannot become understood. `extent_mm` is how far the site reaches from that point (500 m
    when absent). `occupancy` is a band in a normal day, never a count, and never said of a shelter. `review` is when
    the data must have been verified again (90 days after the notice when absent): past it the site is `stale` and
    still kept away from. `verified_at` is past when it is signed. It is checked for completeness and neither approved
    nor refused.
    """

    name: Word | None = None
    function: Function | None = None
    operator: Word | None = None
    positions: Annotated[tuple[Position, ...], Meta(max_length=5)] = ()
    extent_mm: Annotated[int, Meta(ge=0, le=20_000_000, extra={"unit": "mm"})] | None = None
    marking: Annotated[tuple[Marking, ...], Meta(max_length=11)] = ()
    occupancy: Literal["up_to_10", "10_to_50", "50_to_200", "200_to_1000", "over_1000"] | None = None
    contact_24h: Word | None = None
    verified_by: Word | None = None
    verified_at: Time | None = None
    review: Time | None = None
    notifier: Notifier | None = None
    text: Text | None = None


def unconfirmed(body: object) -> bool:
    """Whether somebody told of it whom nobody has called back yet; it is protected all the same."""
    notifier = getattr(body, "notifier", None)
    return isinstance(notifier, Notifier) and notifier.known not in ("known", "called_back")


def verified_ahead(body: object, signed_ms: int, room_ms: int) -> bool:
    """Whether it says that it was verified later than it was signed (Unix ms), by more than clocks may differ
    (`room_ms`). A time that cannot be read says nothing here."""
    if not isinstance(body, Site) or body.verified_at is None:
        return False
    try:
        return parse_time(body.verified_at) > signed_ms + room_ms
    except Malformed:
        return False  # the bad time itself is refused by `rules`, and marked when it arrives


def _wrong(body: Site, parameters: Parameters) -> Iterator[Refused]:
    if body.function in UNOCCUPIED_FUNCTIONS and body.occupancy is not None:
        yield no(
            "occupancy-of-shelter",
            "occupancy",
            "how many shelter somewhere stays with its operator",
            "leave it out",
            f"{SOURCE}; boundary.md",
        )
    if "unmarked" in body.marking and len(body.marking) > 1:
        yield no(
            "marked-and-unmarked", "marking", "a site is marked or unmarked", "leave unmarked out", SOURCE
        )
    yield from ordered(body.verified_at, body.review, "review")


def _missing(body: Site) -> list[str]:
    where = absent_two_forms(body.positions)
    stated = [f"positions[{i}].error_mm" for i, one in enumerate(body.positions) if one.error_mm is None]
    sourced = [f"positions[{i}].source" for i, one in enumerate(body.positions) if one.source is None]
    rest = absent(
        body, "function", "name", "operator", "contact_24h", "marking", "verified_by", "verified_at"
    )
    told = body.function in (*UNOCCUPIED_FUNCTIONS, None) or body.occupancy is not None
    return where + rest + stated[:1] + sourced[:1] + ([] if told else ["occupancy"])


ROW = Kind(
    "site.notify",
    "humanitarian",
    Site,
    precedence="PRIORITY",
    roles=OFFICERS,
    answers=NOTICE_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
