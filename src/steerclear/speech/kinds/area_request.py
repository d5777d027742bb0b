"""`area.request` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from steerclear.space.volume import Volume4D
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.area_declare import AreaType
from steerclear.speech.kinds.common import Body, Text


class AreaRequest(Body, frozen=True, kw_only=True):
    """Asks the addressee for the areas that it wants kept away from, inside `bounds`. The answer is due by
    the header's `reply_by_ms`; silence past it is a no-reply certificate. Nothing here asks what is not
    protected.
    """

    bounds: Annotated[tuple[Volume4D, ...], Meta(max_length=20)] = ()
    types: Annotated[tuple[AreaType, ...], Meta(max_length=8)] = ()
    text: Text | None = None


def _missing(body: AreaRequest) -> list[str]:
    return absent(body, "bounds")


ROW = Kind(
    "area.request",
    "area",
    AreaRequest,
    precedence="PRIORITY",
    release="two",
    answers=SHORT_ANSWERS,
    suspension="planning",
    missing=_missing,
)
