"""`activity.ground` (messages.md, Activity): a patrol or convoy on the ground; never an advance or an attack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.volume import Volume4D
from steerclear.speech import recurrence
from steerclear.speech.ask import absent, absent_limits
from steerclear.speech.channels import check_channels
from steerclear.speech.kind import NOTICE_ANSWERS, Kind
from steerclear.speech.kinds.common import Band, Body, Channel, Priority, Recurrence, Text, Word
from steerclear.speech.parameters import Parameters


class Ground(Body, frozen=True, kw_only=True):
    """A corridor or a box on the ground in its window, how many at most, and by what they are recognised.

    `recognition` is what may be seen of them: panels, flags, lights, a strobe. What they are there for has no
    field.
    """

    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=200)] = ()
    moving: Literal["patrol", "convoy", "relief", "withdrawal"] | None = None
    number: Band | None = None
    recognition: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    monitored: Annotated[tuple[Channel, ...], Meta(max_length=20)] = ()
    can_receive: Annotated[tuple[Channel, ...], Meta(max_length=20)] = ()
    priority: Priority | None = None
    recurrence: Recurrence | None = None
    text: Text | None = None


def _wrong(body: Ground, parameters: Parameters) -> Iterator[Refused]:
    yield from check_channels(body, parameters)
    yield from recurrence.check(body, parameters)


def _missing(body: Ground) -> list[str]:
    return absent_limits(body.volumes) + absent(body, "moving", "number", "recognition")


ROW = Kind(
    "activity.ground",
    "activity",
    Ground,
    answers=NOTICE_ANSWERS,
    suspension="notices",
    coarse=True,
    wrong=_wrong,
    missing=_missing,
)
