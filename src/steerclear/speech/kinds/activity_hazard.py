"""`activity.hazard` (messages.md, Kinds): its body, what is wrong at the desk, what to ask for, and its row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from steerclear.errors import Refused
from steerclear.space.volume import Circle, Volume4D, limits_of
from steerclear.speech import recurrence
from steerclear.speech.ask import absent, absent_limits
from steerclear.speech.kind import NOTICE_ANSWERS, Kind
from steerclear.speech.kinds.common import Body, Published, Recurrence, Text, Word
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no


class Hazard(Body, frozen=True, kw_only=True):
    """`activity.hazard`: a danger area. It gives no ownership, binds nobody, and is no aim point: a circle is
    at least the agreed size and its centre is displaced (`centre_displaced`); it reaches from the surface to
    a limit.
    """

    volumes: Annotated[tuple[Volume4D, ...], Meta(max_length=200)] = ()
    danger: Literal["firing", "laser", "jamming_test", "launch", "dropping"] | None = None
    domain: Literal["air", "sea", "air_and_sea"] | None = None
    centre_displaced: bool | None = None
    published: Annotated[tuple[Published, ...], Meta(max_length=20)] = ()
    recurrence: Recurrence | None = None
    contact: Word | None = None
    text: Text | None = None


def _wrong(body: Hazard, parameters: Parameters) -> Iterator[Refused]:
    source = "messages.md, activity.hazard; boundary.md"
    yield from recurrence.check(body, parameters)
    for i, volume in enumerate(body.volumes):
        if any(limit not in ("surface", "unknown") for limit in limits_of(volume.lower)):
            yield no(
                "hazard-not-from-surface",
                f"volumes[{i}].lower",
                "a danger area reaches from the surface to its limit",
                'write "surface"',
                source,
            )
        if isinstance(volume.outline, Circle):
            if volume.outline.radius_mm < parameters.hazard_least_radius_mm:
                least = parameters.hazard_least_radius_mm / 1e6
                yield no(
                    "radius-below-agreed",
                    f"volumes[{i}].outline.radius_mm",
                    f"a danger area has a radius of at least {least:g} km, so that it is no aim point",
                    "widen the circle",
                    source,
                )
            if body.centre_displaced is False:
                yield no(
                    "centre-not-displaced",
                    "centre_displaced",
                    "the centre of a danger area is displaced, so that it is no aim point",
                    "move the centre, keep the danger inside the circle, and say so",
                    source,
                )


def _missing(body: Hazard) -> list[str]:
    circles = any(isinstance(volume.outline, Circle) for volume in body.volumes)
    out = absent_limits(body.volumes) + absent(body, "danger", "domain")
    return out + (absent(body, "centre_displaced") if circles else []) + absent(body, "published")


ROW = Kind(
    "activity.hazard",
    "activity",
    Hazard,
    precedence="PRIORITY",
    answers=NOTICE_ANSWERS,
    suspension="notices",
    coarse=True,
    wrong=_wrong,
    missing=_missing,
)
