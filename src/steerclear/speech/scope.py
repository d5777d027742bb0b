"""What an agreement's scope keeps out: activities wholly outside its area, or of a class that it does not cover.

messages.md, `agreement`: scope (area, forces). The desk refuses such an activity, since the other side's checks of this
line do not run on it; what arrives all the same is stored, judged and marked `outside-scope`. Nothing that protects
anybody is ever outside: areas, sites, movements, danger areas, exercises, answers, and whatever is life safety
(docs/adr/0015-scope-and-disclosure.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import msgspec

from steerclear.errors import Refused
from steerclear.space.overlap import overlap
from steerclear.space.prepare import NotJudgeable, PreparedVolume, prepare_protective
from steerclear.space.volume import Volume4D
from steerclear.speech.facts import HeaderFacts
from steerclear.speech.kinds.agreement import Scope
from steerclear.speech.movers import mover_of
from steerclear.speech.refusing import no

MARK: Final = "outside-scope"
COVERED: Final = ("activity.flight", "activity.voyage", "activity.ground", "activity.visit")
"""What an agreement's scope speaks of."""
_WHEN: Final = ("2000-01-01T00:00:00Z", "2000-01-02T00:00:00Z")
_SOURCE: Final = "messages.md, agreement: scope"


def outside(kind: str, body: Any, scope: Scope | None) -> tuple[str, ...]:
    """Of `area` and `class` those by which a notice is outside; empty where it is not, or does not say enough.

    The area is a matter of place and height: when the agreement holds is said by its own dates.
    """
    if scope is None or kind not in COVERED:
        return ()
    found = []
    volumes = tuple(getattr(body, "volumes", ()) or ())
    if scope.area and volumes and _apart(volumes, scope.area):
        found.append("area")
    mover = mover_of(kind, body)
    if scope.classes and mover and mover not in scope.classes:
        found.append("class")
    return tuple(found)


def wrong(kind: str, body: Any, facts: HeaderFacts) -> Iterator[Refused]:
    """What the desk says of an activity that the agreement in force does not cover. A new version is never refused:
    what stands is no better for being wrong."""
    if facts.life_safety or facts.line.scope is None:
        return
    scope = facts.line.scope
    remedy = "say it on a line whose agreement covers it, or agree on another scope"
    for what in outside(kind, body, scope):
        if what == "area":
            rule = "the agreement in force covers another area; no volume of this notice touches it"
            yield no("outside-scope", "body.volumes", rule, remedy, _SOURCE)
        else:
            rule = f"the agreement in force covers {', '.join(scope.classes)}"
            yield no("outside-scope", "body.aircraft_class" if _says(body) else "kind", rule, remedy, _SOURCE)


def _says(body: Any) -> bool:
    return getattr(body, "aircraft_class", None) is not None


@lru_cache(maxsize=1024)
def _apart(volumes: tuple[Volume4D, ...], area: tuple[Volume4D, ...]) -> bool:
    """Whether none of the volumes meets any of the area, whenever it is; what cannot be judged may meet it."""
    ours = [_timeless(one) for one in volumes]
    theirs = [_timeless(one) for one in area]
    if None in ours or None in theirs:
        return False
    return not any(
        overlap(one, other) for one in ours if one is not None for other in theirs if other is not None
    )


def _timeless(volume: Volume4D) -> PreparedVolume | None:
    start, end = _WHEN
    made, _ = prepare_protective(msgspec.structs.replace(volume, start=start, end=end))
    return None if isinstance(made, NotJudgeable) else made
