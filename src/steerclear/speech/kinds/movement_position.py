"""`movement.position` (messages.md, Humanitarian notification): where a movement is, and whether its people answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.speech.ask import absent
from steerclear.speech.kind import MOVEMENTS, SHORT_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Position, Text, Time
from steerclear.speech.kinds.site_notify import SOURCE
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no


class MovementPosition(Body, frozen=True, kw_only=True):
    """A report on the movement in refs[0]: `check_in`, `departed`, `arrived`, `delayed`, or a `contact_test`.

    `waypoint` counts the points of the notice, 0 the origin; a report from a later point stands for those before.
    Only the author of the movement reports where it is. A `contact_test` is anybody's: somebody called the people on
    board by a means that the notice gives; `reached` says whether they answered.
    """

    event: Literal["check_in", "departed", "arrived", "delayed", "contact_test"]
    at: Time | None = None
    positions: Annotated[tuple[Position, ...], Meta(max_length=5)] = ()
    waypoint: Annotated[int, Meta(ge=0, le=50)] | None = None
    means: Literal["telephone", "satellite_phone", "radio", "messenger"] | None = None
    reached: bool | None = None
    text: Text | None = None


def _wrong(body: MovementPosition, parameters: Parameters) -> Iterator[Refused]:
    if body.event == "contact_test":
        if body.reached is None:
            yield no("required", "reached", "a test of contact has a result", "write true or false", SOURCE)
        for name in ("positions", "waypoint"):
            if getattr(body, name) not in (None, ()):
                yield no(
                    "position-of-a-test",
                    name,
                    "a test of contact says nothing of where",
                    "leave it out",
                    SOURCE,
                )
    elif body.reached is not None:
        yield no("result-without-test", "reached", "only a contact_test has a result", "leave it out", SOURCE)


def _missing(body: MovementPosition) -> list[str]:
    if body.event == "contact_test":
        return absent(body, "at", "means")
    return absent(body, "at") + (absent(body, "positions") if body.waypoint is None else [])


ROW = Kind(
    "movement.position",
    "humanitarian",
    MovementPosition,
    precedence="PRIORITY",
    subject=MOVEMENTS,
    subject_needed=True,
    answers=SHORT_ANSWERS,
    wrong=_wrong,
    missing=_missing,
)
