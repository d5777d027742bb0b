"""What was seen of a meeting, as the beginning of an `encounter.report` that an officer completes (issue 4 §4).

Only what was measured stands in it. What a person alone knows (visual contact, manoeuvres, radio, signals, conduct,
what the other was) is left out and asked for, so that no report says more than its author does. Of another whom only a
local feed showed stand the agreed cells and time slots, and no figures (boundary.md, No track file of the other side);
and of the own side then too: where and when it was at the nearest look says where the other was. Its officer knows his
own positions, and may state them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from steerclear.judgement.separation.meeting import Meeting, Side, carried
from steerclear.space.altitude import Altitude
from steerclear.space.geodesic import to_e7
from steerclear.speech.cells import cell_of, slot_of
from steerclear.speech.kinds.common import Fix
from steerclear.speech.kinds.encounter_report import EncounterReport, Separation
from steerclear.speech.parameters import Parameters
from steerclear.units import format_time

_CLASSES: Final = ("fixed_wing", "rotary", "unmanned", "tanker_airlift", "balloon", "ship", "ground")
_TMM_IN_MM: Final = 10
TIME_ERROR_MS: Final = 600
"""How late a broadcast position may be by its own clock (14 CFR 91.227(e), uncompensated latency); ours for others."""


def report_of(
    met: Meeting, begin_ms: int, end_ms: int, parameters: Parameters, course: Sequence[Meeting] = ()
) -> EncounterReport | None:
    """A safety account of one side: `met` is the nearest look, `course` other looks at the same two; `parameters` say
    the agreed cell and slot. None unless exactly one of them is own."""
    if sum(side.own for side in met.sides) != 1:
        return None
    mine = next(side for side in met.sides if side.own)
    looks = sorted({one.at_ms: one for one in (*course, met)}.values(), key=lambda one: one.at_ms)
    rows = [(side, one.at_ms) for one in looks for side in one.sides]
    others = [(side, at) for side, at in rows if side.handle != mine.handle]
    shared = all(side.shared for side, _ in others)
    slot_ms = 0 if shared else parameters.alert_cell_ms
    begin_ms, end_ms = slot_of(begin_ms, slot_ms)[0], slot_of(max(end_ms, begin_ms + 1_000), slot_ms)[1]
    return EncounterReport(
        form="safety_account",
        own=_fixes(((one, at, shared) for one, at in rows if one.handle == mine.handle), parameters),
        other=_fixes(((side, at, side.shared) for side, at in others), parameters),
        own_class=mine.mover if mine.mover in _CLASSES else None,
        begin=format_time(begin_ms),
        end=format_time(end_ms),
        least_separation=_least(met) if shared else None,
    )


def _fixes(rows: Iterable[tuple[Side, int, bool]], parameters: Parameters) -> tuple[Fix, ...]:
    """Of (side, when, whether exactly), each once."""
    found = (_fix(side, at) if exact else _coarse(side, at, parameters) for side, at, exact in rows)
    return tuple(dict.fromkeys(found))


def _least(met: Meeting) -> Separation:
    return Separation(
        horizontal_mm=met.relative.horizontal_mm,
        vertical_tmm=met.relative.vertical_tmm,
        at=format_time(met.at_ms),
        how="computed",
    )


def _coarse(side: Side, at_ms: int, parameters: Parameters) -> Fix:
    """The middle of the agreed cell and the begin of the agreed slot that hold it: no height, course or speed."""
    exact = _fix(side, at_ms)
    cell = cell_of(exact.lat_e7, exact.lon_e7, parameters.alert_cell_mm)
    start, end = slot_of(at_ms, parameters.alert_cell_ms)
    return Fix(
        at=format_time(start),
        time_error_ms=max(end - start, TIME_ERROR_MS),
        lat_e7=cell.lat_e7,
        lon_e7=cell.lon_e7,
        error_mm=cell.error_mm or exact.error_mm,
        source=exact.source,
    )


def _fix(side: Side, at_ms: int) -> Fix:
    """Where it was at the look, carried on from its report, with the error that grows meanwhile; a height as the middle
    of its interval above the ellipsoid."""
    passed_s = (at_ms - side.at_ms) / 1e3
    lat_e7, lon_e7 = to_e7(carried(side, at_ms))
    speed = math.hypot(side.east_mm_s, side.north_mm_s)
    heading = round(math.degrees(math.atan2(side.east_mm_s, side.north_mm_s)) * 100) % 36_000
    altitude, error = None, None
    if side.low_tmm is not None and side.high_tmm is not None:
        rates = side.up_low_mm_s * passed_s * _TMM_IN_MM, side.up_high_mm_s * passed_s * _TMM_IN_MM
        low, high = math.floor(side.low_tmm + min(rates)), math.ceil(side.high_tmm + max(rates))
        middle_mm = (low + high) // (2 * _TMM_IN_MM)
        altitude = Altitude(middle_mm, "mm", "WGS84")
        error = max(high - middle_mm * _TMM_IN_MM, middle_mm * _TMM_IN_MM - low)
    return Fix(
        at=format_time(at_ms),
        time_error_ms=TIME_ERROR_MS,
        lat_e7=lat_e7,
        lon_e7=lon_e7,
        error_mm=math.ceil(side.error_mm + side.velocity_error_mm_s * abs(passed_s)),
        altitude=altitude,
        altitude_error_tmm=error,
        heading_cdeg=heading if speed else None,
        speed_mm_s=round(speed),
        source="computed" if passed_s else "transponder" if side.shared else "own_radar",
    )
