"""`baseline` (messages.md, Beginning and keeping the line): what goes on as a matter of course at the opening."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.volume import Volume4D
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import AircraftClass, Band, Body, Text, Time, Word
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no


class Standing(Body, frozen=True, kw_only=True):
    """One standing activity: what moves, roughly where, how many, how often."""

    what: Literal["flights", "voyages", "ground", "danger_area", "airfield", "patrol"]
    aircraft_class: AircraftClass | None = None
    number: Band | None = None
    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=20)] = ()
    often: Literal["continuous", "daily", "weekly", "monthly", "irregular"] | None = None
    text: Text | None = None


class Baseline(Body, frozen=True, kw_only=True):
    """Standing activity when the line opens, so that what is usual is not taken for news.

    It is no notice: nothing in it is judged, and each flight or voyage still has its own notice. A later
    baseline of the same party is an `amend` of the first.
    """

    as_of: Time | None = None
    standing: Annotated[tuple[Standing, ...], Meta(max_length=100)] = ()
    forces: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()
    text: Text | None = None


def _wrong(body: Baseline, parameters: Parameters) -> Iterator[Refused]:
    for i, one in enumerate(body.standing):
        if one.aircraft_class is not None and one.what not in ("flights", "patrol", "airfield"):
            yield no(
                "class-of-no-aircraft",
                f"standing[{i}].aircraft_class",
                f"{one.what} has no class of aircraft",
                "leave it out",
            )


def _missing(body: Baseline) -> list[str]:
    return absent(body, "as_of", "standing")


ROW = Kind(
    "baseline",
    "keeping",
    Baseline,
    precedence="PRIORITY",
    answers=SHORT_ANSWERS,
    to_all=True,
    suspension="planning",
    wrong=_wrong,
    missing=_missing,
)
