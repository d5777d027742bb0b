"""`activity.voyage` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

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
from steerclear.speech.kinds.common import Band, Body, Channel, Priority, Recurrence, Text, Window
from steerclear.speech.parameters import Parameters


class DeckWindow(Body, frozen=True, kw_only=True):
    """When a ship flies aircraft or replenishes, and is hampered in her movements."""

    doing: Literal["launch_and_recovery", "replenishment", "towing", "diving", "submarine_surfacing", "other"]
    when: Window


class Voyage(Body, frozen=True, kw_only=True):
    """`activity.voyage`: a track (corridor) or a box on the water."""

    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=200)] = ()
    number: Band | None = None
    formation: Literal["single", "column", "line_abreast", "screen", "convoy", "other"] | None = None
    windows: Annotated[tuple[DeckWindow, ...], Meta(max_length=50)] = ()
    lights: (
        Literal["normal", "restricted_in_manoeuvre", "constrained_by_draught", "towing", "other"] | None
    ) = None
    signals: Annotated[
        tuple[
            Annotated[
                str,
                Meta(
                    pattern="^[A-Z]{2}[0-9]{1,2}$",
                    max_length=4,
                    description="two capital letters and a number, such as UY2",
                ),
            ],
            ...,
        ],
        Meta(max_length=20),
    ] = ()
    channel_16: Literal["watched", "not_watched"] | None = None
    ais: Literal["on", "off", "intermittent"] | None = None
    monitored: Annotated[tuple[Channel, ...], Meta(max_length=20)] = ()
    can_receive: Annotated[tuple[Channel, ...], Meta(max_length=20)] = ()
    priority: Priority | None = None
    recurrence: Recurrence | None = None
    text: Text | None = None


def _wrong(body: Voyage, parameters: Parameters) -> Iterator[Refused]:
    yield from check_channels(body, parameters)
    yield from recurrence.check(body, parameters)


def _missing(body: Voyage) -> list[str]:
    return absent_limits(body.volumes) + absent(body, "number", "formation", "lights", "channel_16", "ais")


ROW = Kind(
    "activity.voyage",
    "activity",
    Voyage,
    answers=NOTICE_ANSWERS,
    suspension="notices",
    coarse=True,
    wrong=_wrong,
    missing=_missing,
)
