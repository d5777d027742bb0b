"""`activity.exercise` (messages.md, Activity): an exercise of one's own forces, told 14 days ahead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.volume import Volume4D
from steerclear.speech import recurrence
from steerclear.speech.ask import absent, absent_limits
from steerclear.speech.kind import NOTICE_ANSWERS, Kind
from steerclear.speech.kinds.common import Band, Body, Published, Recurrence, Text, Word
from steerclear.speech.parameters import Parameters


class Exercise(Body, frozen=True, kw_only=True):
    """Where and when own forces exercise, and how many. It is about the real world and so `REAL`: it must not be
    mixed up with an entry whose `mode` is EXERCISE, which is play on the line itself (messages.md, Header).
    """

    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=200)] = ()
    name: Word | None = None
    domain: Annotated[
        tuple[Literal["air", "sea", "ground", "air_defence", "rescue"], ...], Meta(max_length=5)
    ] = ()
    number: Band | None = None
    firing: bool | None = None
    observers_invited: bool | None = None
    published: Annotated[tuple[Published, ...], Meta(max_length=20)] = ()
    recurrence: Recurrence | None = None
    contact: Word | None = None
    text: Text | None = None


def _wrong(body: Exercise, parameters: Parameters) -> Iterator[Refused]:
    yield from recurrence.check(body, parameters)


def _missing(body: Exercise) -> list[str]:
    return absent_limits(body.volumes) + absent(body, "domain", "number", "firing", "contact")


ROW = Kind(
    "activity.exercise",
    "activity",
    Exercise,
    answers=NOTICE_ANSWERS,
    suspension="exercises",
    wrong=_wrong,
    missing=_missing,
)
