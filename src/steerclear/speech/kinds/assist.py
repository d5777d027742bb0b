"""`assist` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Malformed, Refused
from steerclear.space.size import area_km2
from steerclear.space.volume import Volume4D
from steerclear.speech.ask import absent, absent_limits
from steerclear.speech.kind import NOTICE_ANSWERS, Kind
from steerclear.speech.kinds.common import Band, Body, PartyId, Text, Word
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no

Help = Literal["keep_away", "search", "medical", "transport", "relay", "other"]


class Assist(Body, frozen=True, kw_only=True):
    """Search and rescue, or a medical evacuation: a broad area, and from when to when others keep out of it.

    `volumes` are that area and window; until its author completes it all keep away, past its window too. No point, no
    position stands here: where people are goes to the `rescuer` alone, by an `assist.position` of two officers, once
    the rescuer is named here (an amend names one later).
    """

    help: Literal["search_and_rescue", "medical_evacuation", "other"] | None = None
    asked: Annotated[tuple[Help, ...], Meta(max_length=6)] = ()
    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=20)] = ()
    people: Band | None = None
    injured: Literal["yes", "no", "not_known"] | None = None
    rescuer: PartyId | None = None
    call_back: Word | None = None
    text: Text | None = None


def _wrong(body: Assist, parameters: Parameters) -> Iterator[Refused]:
    for i, volume in enumerate(body.volumes):
        try:
            found = area_km2(volume.outline)
        except Malformed:
            continue  # the bad outline itself is refused by `rules`
        if found < parameters.assist_least_km2:
            yield no(
                "area-not-broad",
                f"volumes[{i}].outline",
                f"the area of an assist is broad: at least {parameters.assist_least_km2} km²; this has {found}",
                "draw it wider; the place itself goes to the named rescuer alone, by assist.position",
                "messages.md, assist; boundary.md",
            )


def _missing(body: Assist) -> list[str]:
    return absent_limits(body.volumes) + absent(body, "help", "asked", "people", "injured", "call_back")


ROW = Kind(
    "assist",
    "contact",
    Assist,
    life_safety="may",
    precedence="IMMEDIATE",
    release="watch",
    answers=NOTICE_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
