"""`warning.radio` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.altitude import Altitude
from steerclear.speech.ask import absent
from steerclear.speech.kind import SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import (
    Body,
    Count,
    HeadingCdeg,
    Hertz,
    Language,
    LatE7,
    LonE7,
    SpeedMmS,
    Squawk,
    Text,
    Time,
    Word,
)
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no, ordered


class Addressee(Body, frozen=True, kw_only=True):
    """To whom the warning was spoken, by what that crew can recognise as itself (AT06, Iran Air 655)."""

    mover: Literal["aircraft", "ship", "ground", "not_known"] | None = None
    lat_e7: LatE7 | None = None
    lon_e7: LonE7 | None = None
    heading_cdeg: HeadingCdeg | None = None
    altitude: Altitude | None = None
    speed_mm_s: SpeedMmS | None = None
    squawk: Squawk | None = None


class WarningRadio(Body, frozen=True, kw_only=True):
    """A warning spoken by radio, as it was spoken. It counts as a warning only when the addressee could know
    that it was meant (`counts_as_warning`). `repeats` are the calls after the first: an amend says each further one.
    """

    frequencies_hz: Annotated[tuple[Hertz, ...], Meta(max_length=10)] = ()
    language: Language | None = None
    words: Text | None = None
    to_whom: Addressee | None = None
    first: Time | None = None
    last: Time | None = None
    repeats: Count | None = None
    signal: (
        Annotated[
            str,
            Meta(
                pattern="^[A-Z0-9 ]{2,12}$",
                max_length=12,
                description="a signal in capital letters and digits, such as XP1",
            ),
        ]
        | None
    ) = None
    heard_by: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    answered: Literal["yes", "no", "not_known"] | None = None
    answer: Text | None = None


def _wrong(body: WarningRadio, parameters: Parameters) -> Iterator[Refused]:
    whom = body.to_whom
    if whom is not None and (whom.lat_e7 is None) != (whom.lon_e7 is None):
        yield no(
            "half-a-position",
            "to_whom.lat_e7",
            "a position is latitude and longitude",
            "give both or neither",
        )
    if body.first is not None and body.last is not None and body.first != body.last:
        yield from ordered(body.first, body.last, "last")


def counts_as_warning(body: WarningRadio) -> bool:
    """Whether the addressee could know that it was meant (AT06): position, heading, altitude, and speed or
    squawk of an aircraft; position, heading and speed of a ship; position of a vehicle or of people on the
    ground.
    """
    return not _addressee(body.to_whom)


def _addressee(whom: Addressee | None) -> list[str]:
    if whom is None:
        return ["to_whom"]
    out = [] if whom.lat_e7 is not None and whom.lon_e7 is not None else ["to_whom.position"]
    if whom.mover == "ground":
        return out
    out += [f"to_whom.{name}" for name in absent(whom, "heading_cdeg")]
    if whom.mover == "ship":
        return out + [f"to_whom.{name}" for name in absent(whom, "speed_mm_s")]
    out += [f"to_whom.{name}" for name in absent(whom, "altitude")]
    return out + (["to_whom.speed_mm_s or squawk"] if len(absent(whom, "speed_mm_s", "squawk")) == 2 else [])


def _missing(body: WarningRadio) -> list[str]:
    return _addressee(body.to_whom) + absent(body, "frequencies_hz", "words", "language", "first", "answered")


ROW = Kind(
    "warning.radio",
    "contact",
    WarningRadio,
    life_safety="may",
    precedence="IMMEDIATE",
    release="watch",
    answers=SHORT_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
