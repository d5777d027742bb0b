"""What was seen of a meeting, as the beginning of an `encounter.report` that an officer completes (issue 4 §4).

Only what was measured stands in it. What a person alone knows (visual contact, manoeuvres, radio, signals, conduct,
what the other was) is left out and asked for, so that no report says more than its author does.
"""

from __future__ import annotations

import math
from typing import Final

from steerclear.judgement.separation.meeting import Meeting, Side
from steerclear.space.altitude import Altitude
from steerclear.speech.kinds.common import Fix
from steerclear.speech.kinds.encounter_report import EncounterReport, Separation
from steerclear.units import format_time

_CLASSES: Final = ("fixed_wing", "rotary", "unmanned", "tanker_airlift", "balloon", "ship", "ground")
_TMM_IN_MM: Final = 10


def report_of(met: Meeting, begin_ms: int, end_ms: int) -> EncounterReport | None:
    """A safety account of one side: `met` is the nearest look, of which one side is own. None unless exactly one is."""
    own = [side for side in met.sides if side.own]
    if len(own) != 1:
        return None
    mine, other = own[0], next(side for side in met.sides if not side.own)
    figures = met.relative
    return EncounterReport(
        form="safety_account",
        own=(_fix(mine),),
        other=(_fix(other),),
        own_class=mine.mover if mine.mover in _CLASSES else None,
        begin=format_time(begin_ms),
        end=format_time(max(end_ms, begin_ms + 1_000)),
        least_separation=Separation(
            horizontal_mm=figures.horizontal_mm,
            vertical_tmm=figures.vertical_tmm,
            at=format_time(met.at_ms),
            how="computed",
        ),
    )


def _fix(side: Side) -> Fix:
    """The state as its source gave it; a height as the middle of its interval above the ellipsoid, with its error."""
    speed = math.hypot(side.east_mm_s, side.north_mm_s)
    heading = round(math.degrees(math.atan2(side.east_mm_s, side.north_mm_s)) * 100) % 36_000
    altitude, error = None, None
    if side.low_tmm is not None and side.high_tmm is not None:
        middle_mm = (side.low_tmm + side.high_tmm) // (2 * _TMM_IN_MM)
        altitude = Altitude(middle_mm, "mm", "WGS84")
        error = max(side.high_tmm - middle_mm * _TMM_IN_MM, middle_mm * _TMM_IN_MM - side.low_tmm)
    return Fix(
        at=format_time(side.at_ms),
        lat_e7=side.lat_e7,
        lon_e7=side.lon_e7,
        error_mm=side.error_mm,
        altitude=altitude,
        altitude_error_tmm=error,
        heading_cdeg=heading if speed else None,
        speed_mm_s=round(speed),
        source="transponder" if side.shared else "own_radar",
    )
