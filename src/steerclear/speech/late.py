"""How long before its activity a notice is released, and whether that is late (messages.md, Timers: notice
lead times).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from steerclear.errors import Malformed
from steerclear.space.volume import Volume4D
from steerclear.speech.kinds.activity_exercise import Exercise
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.activity_hazard import Hazard
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.area_declare import AreaDeclare
from steerclear.speech.kinds.area_request import AreaRequest
from steerclear.speech.kinds.movement_notify import Movement
from steerclear.speech.parameters import Parameters
from steerclear.speech.payload import Inner
from steerclear.speech.versions import notice_of
from steerclear.speech.walk import structs
from steerclear.units import parse_time_lenient


class Lead(NamedTuple):
    """Milliseconds from release to the earliest start (negative: begun already), and what was asked for.

    `late`: under what was asked. `immediate`: under 10 min, so at least IMMEDIATE, and the watch is alarmed.
    `under_advised`: in time, and shorter than `advised_ms` (0: nothing is advised).
    """

    lead_ms: int
    required_ms: int
    late: bool
    immediate: bool
    advised_ms: int = 0

    @property
    def under_advised(self) -> bool:
        return not self.late and self.lead_ms < self.advised_ms


def begins_ms(body: msgspec.Struct | None, inner: Inner | None = None) -> int | None:
    """The earliest start of the volumes, else the inner header's `valid_from`, else `None`. A start without a
    zone is read as UTC here; its mark says so.
    """
    if isinstance(body, Amend):
        body = notice_of(body)[0]
    starts = [volume.start for _, volume in structs(body, Volume4D)]
    if isinstance(body, Movement) and body.origin is not None and body.origin.at is not None:
        starts = [body.origin.at]
    if not starts and inner is not None and inner.valid_from is not None:
        starts = [inner.valid_from]
    instants = []
    for start in starts:
        try:
            instants.append(int(parse_time_lenient(start)[0]))
        except Malformed:
            continue
    return min(instants, default=None)


def required_ms(body: msgspec.Struct | None, parameters: Parameters) -> int | None:
    """The lead time that the notice owes; `None` for a body that owes none.

    A flight owes what its `planning` claims, and 60 min at least to be in time; a danger area 3 days, 48 h with its
    NOTAM (Annex 11, Attachment D), a launch 24 h. A NAVAREA warning has the 3 days of its own rule (1972, article VI).
    A humanitarian movement 48 h, in an emergency 24 h.
    An exercise owes 14 days.
    """
    if isinstance(body, Flight):
        claimed = {
            "planned": parameters.flight_planned_lead_ms,
            "same_day": parameters.flight_same_day_lead_ms,
        }.get(body.planning or "", 0)
        return max(claimed, parameters.flight_late_ms)
    if isinstance(body, Hazard):
        return _hazard_ms(body, parameters)
    if isinstance(body, Movement):
        return parameters.movement_emergency_lead_ms if body.emergency else parameters.movement_lead_ms
    if isinstance(body, Exercise):
        return parameters.exercise_lead_ms
    return None


SHORTENS: Final = ("NOTAM",)
"""Published warnings that shorten what a danger area owes (messages.md, Timers: NOTAM 48 h)."""


def _hazard_ms(body: Hazard, parameters: Parameters) -> int:
    if body.danger == "launch":
        return parameters.launch_lead_ms
    published = any(one.system in SHORTENS for one in body.published)
    return (
        min(parameters.notam_lead_ms, parameters.danger_lead_ms) if published else parameters.danger_lead_ms
    )


def advised_ms(body: msgspec.Struct | None, parameters: Parameters) -> int:
    """The lead time advised beyond the one owed (messages.md, Timers: 3 to 5 days): 5 days for a danger area that is no
    launch, 0 where nothing is advised. Shorter is never late by it, and says so.
    """
    if isinstance(body, Hazard) and body.danger != "launch":
        return parameters.danger_lead_advised_ms
    return 0


def lead(
    body: msgspec.Struct | None, inner: Inner | None, released_ms: int, parameters: Parameters
) -> Lead | None:
    """`None` where there is nothing to judge: no start known, or a kind that owes no lead time."""
    if isinstance(body, AreaDeclare | AreaRequest):
        return None
    notice = notice_of(body)[0] if isinstance(body, Amend) else body
    required = required_ms(notice, parameters)
    begins = begins_ms(notice, inner)
    if required is None or begins is None:
        return None
    ahead = begins - released_ms
    immediate = ahead < parameters.immediate_lead_ms
    return Lead(ahead, required, ahead < required, immediate, advised_ms(notice, parameters))
