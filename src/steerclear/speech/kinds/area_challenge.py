"""`area.challenge` (messages.md, Areas): another member says that the data of a protected place are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import PLACES, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, EntryId, Position, Time
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no

NO_WARNING: Final = (
    "A challenge concerns the data of a protected place alone. It alleges nothing about use, changes no protection, "
    "and is no warning before loss of protection."
)
"""messages.md, `area.challenge`: what it prints; shown wherever a challenged place is."""

Concern = Literal["wrong_place", "wrong_outline", "moved", "closed", "listed_twice"]


class AreaChallenge(Body, frozen=True, kw_only=True):
    """The data of the place in refs[0] do not fit what its reader knows: where it is, whether it moved or closed.

    There is no free text and no field about use: nothing else can be said with it. The place is marked
    `challenged` until the challenger withdraws this, and is kept away from exactly as before. `positions` is where
    the challenger believes it to be (`wrong_place`, `moved`), `other` the entry that lists the same place.
    """

    concern: Concern
    positions: Annotated[tuple[Position, ...], Meta(max_length=5)] = ()
    other: EntryId | None = None
    as_of: Time | None = None
    basis: (
        Literal["survey", "register", "map", "own_observation", "told_by_operator", "not_stated"] | None
    ) = None


def _wrong(body: AreaChallenge, parameters: Parameters) -> Iterator[Refused]:
    if body.positions and body.concern not in ("wrong_place", "moved"):
        yield no(
            "position-not-concerned",
            "positions",
            "a position goes with wrong_place or moved",
            "leave it out",
            "messages.md, area.challenge",
        )
    if body.other is not None and body.concern != "listed_twice":
        yield no(
            "other-not-concerned",
            "other",
            "another entry goes with listed_twice",
            "leave it out",
            "messages.md, area.challenge",
        )


def _missing(body: AreaChallenge) -> list[str]:
    out = absent(body, "positions") if body.concern in ("wrong_place", "moved") else []
    out += absent(body, "other") if body.concern == "listed_twice" else []
    return out + absent(body, "as_of", "basis")


ROW = Kind(
    "area.challenge",
    "area",
    AreaChallenge,
    precedence="PRIORITY",
    release="two",
    subject=PLACES,
    subject_needed=True,
    answers=SHORT_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
