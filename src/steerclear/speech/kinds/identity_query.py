"""`identity.query` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from steerclear.errors import Refused
from steerclear.space.altitude import Altitude
from steerclear.speech.ask import absent
from steerclear.speech.kind import Kind
from steerclear.speech.kinds.common import Body, HeadingCdeg, LatE7, LonE7, Mm, SpeedMmS, Time, Tmm
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no

IDENTITY_ANSWERS = ("OURS_KEEP_AWAY", "CHECKING", "NO_STATEMENT")
"""All that can be said to "is it yours?": nobody says of the present or the future that something is not his."""


class IdentityQuery(Body, frozen=True, kw_only=True):
    """ "Is it yours?" of an unidentified mover: where, when, how high it was; a later amend says where it is now.

    It is answered OURS_KEEP_AWAY, CHECKING or NO_STATEMENT, and nothing else (boundary.md). Unanswered for 3 min it
    escalates. Until somebody says that it is his it is presumed civil; no class and no name is given to it here.
    """

    mover: Literal["aircraft", "ship", "ground", "not_known"] | None = None
    at: Time | None = None
    lat_e7: LatE7 | None = None
    lon_e7: LonE7 | None = None
    error_mm: Mm | None = None
    altitude: Altitude | None = None
    altitude_error_tmm: Tmm | None = None
    heading_cdeg: HeadingCdeg | None = None
    speed_mm_s: SpeedMmS | None = None


def _wrong(body: IdentityQuery, parameters: Parameters) -> Iterator[Refused]:
    if (body.lat_e7 is None) != (body.lon_e7 is None):
        yield no("half-a-position", "lat_e7", "a position is latitude and longitude", "give both or neither")


def _missing(body: IdentityQuery) -> list[str]:
    where = [] if body.lat_e7 is not None and body.lon_e7 is not None else ["position"]
    high = absent(body, "altitude") if body.mover in (None, "aircraft", "not_known") else []
    return where + absent(body, "at") + high + absent(body, "mover")


ROW = Kind(
    "identity.query",
    "contact",
    IdentityQuery,
    life_safety="may",
    precedence="IMMEDIATE",
    release="one",
    answers=IDENTITY_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
