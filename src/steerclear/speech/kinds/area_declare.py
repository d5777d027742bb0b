"""`area.declare` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.volume import Volume4D
from steerclear.speech.ask import absent, absent_limits, absent_two_forms
from steerclear.speech.kind import NOTICE_ANSWERS, OFFICERS, Kind
from steerclear.speech.kinds.common import Body, EntryId, Hash, Mm, Position, Text, Time, Word
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no

TWO_FORM_AREAS = ("protected_site", "personnel", "airfield")


AreaType = Literal[
    "protected_site",
    "personnel",
    "airfield",
    "no_fire",
    "special_caution",
    "corridor",
    "coordination_line",
    "no_fly_proposed",
]


Precision = Literal["exact", "buffered", "broad", "sealed"]


# messages.md, area.declare: airfield and corridor exact, personnel broad. The others: buffered for what must
# be hidden, exact for what is a rule about a line on the map.
DEFAULT_PRECISION: dict[str, Precision] = {
    "protected_site": "buffered",
    "personnel": "broad",
    "airfield": "exact",
    "no_fire": "buffered",
    "special_caution": "exact",
    "corridor": "exact",
    "coordination_line": "exact",
    "no_fly_proposed": "exact",
}


class Unsealed(Body, frozen=True, kw_only=True):
    """What opens a sealed area: the batch that committed to it, the salt, and how many were sealed in that month, which
    nobody can leave out since it is part of what was committed to."""

    batch: EntryId
    salt: Hash
    sealed_that_month: Annotated[int, Meta(ge=1, le=2_000)]


class AreaDeclare(Body, frozen=True, kw_only=True):
    """A place to keep away from, in the precision that its owner chose.

    Outward it is `active` until released (a `withdraw` of two officers); nothing here says who is there or
    since when. `volumes` bound the protection as declared; a validity that ran out makes it `stale`, and it
    is still kept away from. `positions` are two independent forms of the site's point where the precision is
    exact. `sealed` is a month's batch of `commitments`, always as many as the agreement's cap, of which nobody can
    tell how many stand for an area: it is no notice, and protects only through overlap queries. An area that was
    sealed is opened by declaring it with its `opening`. `people_in_danger` is what allows `life_safety` in the header.
    A `no_fly_proposed` stays proposed until an agreement carries it.
    """

    area: AreaType | None = None
    precision: Precision | None = None
    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=200)] = ()
    positions: Annotated[tuple[Position, ...], Meta(max_length=5)] = ()
    buffer_mm: Mm | None = None
    month: (
        Annotated[
            str,
            Meta(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7, description="a month such as 2026-11"),
        ]
        | None
    ) = None
    commitments: Annotated[tuple[Hash, ...], Meta(max_length=2_000)] = ()
    opening: Unsealed | None = None
    people_in_danger: bool | None = None
    contact: Word | None = None
    review: Time | None = None
    text: Text | None = None


_OPEN = (
    "area",
    "volumes",
    "positions",
    "buffer_mm",
    "people_in_danger",
    "contact",
    "review",
    "text",
    "opening",
)
"""What a batch says nothing of."""


def _wrong(body: AreaDeclare, parameters: Parameters) -> Iterator[Refused]:
    source = "messages.md, area.declare; boundary.md"
    if body.precision == "sealed":
        if not parameters.sealed_allowed:
            yield no(
                "sealed-not-allowed",
                "precision",
                "the agreement allows no sealed areas",
                "choose broad",
                source,
            )
        for name in _OPEN:
            if getattr(body, name) not in (None, ()):
                yield no(
                    "sealed-shows-place",
                    name,
                    "a sealed batch is commitments alone",
                    "leave it out",
                    source,
                )
        if body.commitments and len(set(body.commitments)) != parameters.sealed_areas_a_month:
            yield no(
                "batch-not-padded",
                "commitments",
                f"each month's batch holds {parameters.sealed_areas_a_month} different commitments, however many areas "
                "are sealed",
                "make it with: steerclear area seal",
                source,
            )
    else:
        for name in ("month", "commitments"):
            if getattr(body, name) not in (None, ()):
                yield no(
                    "commitment-not-sealed",
                    name,
                    "only a sealed batch is commitments",
                    "leave it out",
                    source,
                )
    if body.precision in ("broad", "buffered"):
        least = parameters.area_agree_mm if body.precision == "broad" else body.buffer_mm or 0
        for i, position in enumerate(body.positions):
            if (position.error_mm or 0) < least or not position.error_mm:
                yield no(
                    "position-finer-than-precision",
                    f"positions[{i}].error_mm",
                    f"a {body.precision} area names no point finer than its precision",
                    "leave the position out, or round it and state its error",
                    source,
                )


def _missing(body: AreaDeclare) -> list[str]:
    if body.precision == "sealed":
        return absent(body, "month", "commitments")
    out = absent(body, "area", "precision")
    out += absent_limits(body.volumes)
    if body.area in TWO_FORM_AREAS and body.precision != "broad":
        out += absent_two_forms(body.positions)
    return out + (absent(body, "buffer_mm") if body.precision == "buffered" else [])


ROW = Kind(
    "area.declare",
    "area",
    AreaDeclare,
    life_safety="people_in_danger",
    precedence="PRIORITY",
    release="two",
    roles=(*OFFICERS, "custodian"),
    answers=NOTICE_ANSWERS,
    suspension="notices",
    at_home="may",
    coarse=True,
    wrong=_wrong,
    missing=_missing,
)
