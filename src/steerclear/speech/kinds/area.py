"""Areas to keep away from (messages.md): `area.declare`, `area.request`, `area.reply`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from steerclear.space.volume import Volume4D
from steerclear.speech.kinds.common import Body, EntryId, Hash, Mm, Position, Text, Time, Word

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


class AreaDeclare(Body, frozen=True, kw_only=True):
    """A place to keep away from, in the precision that its owner chose.

    Outward it is `active` until released (a `withdraw` of two officers); nothing here says who is there or
    since when. `volumes` bound the protection as declared; a validity that ran out makes it `stale`, and it
    is still kept away from. `positions` are two independent forms of the site's point where the precision is
    exact. A `sealed` area has a `commitment` and neither volumes nor positions: it is no notice, and protects
    only through overlap queries. `people_in_danger` is what allows `life_safety` in the header. A
    `no_fly_proposed` stays proposed until an agreement carries it.
    """

    area: AreaType | None = None
    precision: Precision | None = None
    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=200)] = ()
    positions: Annotated[tuple[Position, ...], Meta(max_length=5)] = ()
    buffer_mm: Mm | None = None
    commitment: Hash | None = None
    people_in_danger: bool | None = None
    contact: Word | None = None
    review: Time | None = None
    text: Text | None = None


class AreaRequest(Body, frozen=True, kw_only=True):
    """Asks the addressee for the areas that it wants kept away from, inside `bounds`. The answer is due by
    the header's `reply_by_ms`; silence past it is a no-reply certificate. Nothing here asks what is not
    protected.
    """

    bounds: Annotated[tuple[Volume4D, ...], Meta(max_length=20)] = ()
    types: Annotated[tuple[AreaType, ...], Meta(max_length=8)] = ()
    text: Text | None = None


class AreaReply(Body, frozen=True, kw_only=True):
    """Answers the request in refs[0]. `provided` and `broad` name the entries that carry the areas; `sealed`
    says that overlap queries must be used; `declined` gives a reason; `unknown` is no statement about the
    place.
    """

    answer: Literal["provided", "broad", "sealed", "declined", "unknown"]
    areas: Annotated[tuple[EntryId, ...], Meta(max_length=500)] = ()
    reason: Text | None = None
    text: Text | None = None
