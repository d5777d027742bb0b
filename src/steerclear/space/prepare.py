"""A volume made ready for judgement: strictly for what a desk accepted, protectively for whatever arrives.

Arrival (judgement.md, Bad input): what is faulty is stored as received, marked, and judged on the most
protective reading. Here that is, fault by fault:

| fault | reading | mark |
|---|---|---|
| a time without zone | any zone of the Earth: from 14 h before to 12 h after | `no-zone` |
| end not after start | the whole time between the two, at least a millisecond | `inconsistent` |
| a time that cannot be read | always | `malformed` |
| several upper or lower limits | the highest ceiling, the lowest floor | `two-limits` |
| upper below lower | the whole range between the two | `inconsistent` |
| an altitude out of range, none at all | unknown | `malformed` |
| ground or pressure setting out of range | any ground, any setting | `malformed` |
| self-crossing ring | everything inside the hull of its vertices, or a circle round them | `inconsistent` |
| hole outside or in a hole | as if no hole were there | `inconsistent` |
| longitude over 180° | turned into ±180° | `inconsistent` |
| a first vertex repeated at the end, a vertex repeated | once | none: it means the same |
| two vertices, one vertex, radius not above zero | a line, a point, its absolute value | `malformed` |
| no vertex, latitude over 90°, larger than the smaller side of the Earth | not judgeable | `malformed` |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from steerclear.errors import Malformed
from steerclear.space.altitude import (
    Altitude,
    Level,
    Limit,
    as_lower,
    as_upper,
    certainly_below,
    check_altitude,
    check_limits,
    prefilter_band,
)
from steerclear.space.box import geo_box
from steerclear.space.faults import outline_faults
from steerclear.space.geodesic import Floats
from steerclear.space.geoid import GeoBox
from steerclear.space.outline import Core, build
from steerclear.space.repair import repaired
from steerclear.space.volume import UpperLimit, Volume4D, limits_of
from steerclear.units import parse_time, parse_time_lenient

ALWAYS_MS = (-62_135_596_800_000, 253_402_300_799_999)
"""Years 1 to 9999: the window of a volume whose times cannot be read."""
ZONE_BEFORE_MS = 14 * 3_600_000
ZONE_AFTER_MS = 12 * 3_600_000
"""Local clocks run up to 14 h ahead of UTC (UTC+14) and 12 h behind (UTC−12)."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedVolume:
    """A volume as `overlap` and `SpaceIndex` take it.

    `floor` and `ceiling` are levels at the place (altitude.py); the window is `[start_ms, end_ms)`.
    `low`/`high` (5,) are the corners of the box that holds it: earth-centred x, y, z in m, altitude in tmm,
    time in ms. The altitudes of the box span the value in its own reference as well as the interval over the
    ellipsoid, so that no comparison of altitude.py that finds an overlap falls outside it.
    """

    core: Core
    box: GeoBox
    floor: Level
    ceiling: Level
    start_ms: int
    end_ms: int
    low: Floats = field(repr=False)
    high: Floats = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotJudgeable:
    """A volume that has no reading: shown as `not_judged` with this rule and remedy, never as no conflict."""

    rule: str
    field: str
    remedy: str


def prepare(volume: Volume4D) -> PreparedVolume:
    """A legal volume → ready for judgement. Raises `Malformed` with the first fault; time without zone
    included."""
    for fault in outline_faults(volume.outline):
        raise _within("outline", fault)
    start_ms, end_ms = parse_time(volume.start, field="start"), parse_time(volume.end, field="end")
    if end_ms <= start_ms:
        raise Malformed("end-not-after-start", field="end", remedy="write an end after the start")
    for name, limit in (("lower", volume.lower), ("upper", volume.upper)):
        if len(limits_of(limit)) != 1:
            raise Malformed("two-limits", field=name, remedy=f"write one {name} limit")
    core = build(volume.outline)
    box = geo_box(core)
    (lower,), (upper,) = limits_of(volume.lower), limits_of(volume.upper)
    for refused in check_limits(lower, upper, box):
        raise Malformed(refused.rule, field=refused.field, remedy=refused.remedy, source=refused.source)
    return _prepared(core, box, as_lower(lower, box), as_upper(upper, box), start_ms, end_ms)


def prepare_protective(volume: Volume4D) -> tuple[PreparedVolume | NotJudgeable, tuple[str, ...]]:
    """Whatever arrived, on its most protective reading, with its marks in alphabetical order. Never raises on
    structs whose fields have the declared types.
    """
    marks: set[str] = set()
    start_ms, end_ms = _window(volume.start, volume.end, marks)
    try:
        core = repaired(volume.outline, marks)
    except Malformed as fault:
        marks.add("malformed")
        return NotJudgeable(fault.rule, _within("outline", fault).field, fault.remedy), tuple(sorted(marks))
    box = geo_box(core)
    lowers, uppers = _sane(volume.lower, marks), _sane(volume.upper, marks)
    floor = _lowest([as_lower(limit, box) for limit in lowers])
    ceiling = _highest([as_upper(limit, box) for limit in uppers])
    if certainly_below(ceiling, floor):
        marks.add("inconsistent")
        floor = _lowest([as_lower(limit, box) for limit in uppers])
        ceiling = _highest([as_upper(limit, box) for limit in lowers])
    return _prepared(core, box, floor, ceiling, start_ms, end_ms), tuple(sorted(marks))


def _prepared(
    core: Core, box: GeoBox, floor: Level, ceiling: Level, start_ms: int, end_ms: int
) -> PreparedVolume:
    lowest, highest = prefilter_band(floor, ceiling)
    return PreparedVolume(
        core,
        box,
        floor,
        ceiling,
        start_ms,
        end_ms,
        np.array([*core.low.tolist(), lowest, start_ms]),
        np.array([*core.high.tolist(), highest, end_ms]),
    )


class _Instant(NamedTuple):
    """The earliest, the written and the latest instant that a text can mean, and whether it named its
    zone."""

    low: int
    at: int
    high: int
    zoned: bool


def _window(start: str, end: str, marks: set[str]) -> tuple[int, int]:
    first, last = _instant(start, marks), _instant(end, marks)
    if first is None or last is None:
        low = ALWAYS_MS[0] if first is None else first.low
        return low, max(ALWAYS_MS[1] if last is None else last.high, low + 1)
    if last.high <= first.low or (first.zoned == last.zoned and last.at <= first.at):
        marks.add("inconsistent")
        low, high = min(first.low, last.low), max(first.high, last.high)
        return low, max(high, low + 1)
    return first.low, last.high


def _instant(text: str, marks: set[str]) -> _Instant | None:
    try:
        at_ms, has_zone = parse_time_lenient(text)
    except (Malformed, OverflowError):
        marks.add("malformed")
        return None
    if has_zone:
        return _Instant(at_ms, at_ms, at_ms, True)
    marks.add("no-zone")
    return _Instant(at_ms - ZONE_BEFORE_MS, at_ms, at_ms + ZONE_AFTER_MS, False)


def _sane(written: UpperLimit, marks: set[str]) -> list[Limit]:
    limits: list[Limit] = []
    for limit in limits_of(written):
        rules = {fault.rule for fault in check_altitude(limit)} if isinstance(limit, Altitude) else set()
        if rules:
            marks.add("malformed")
        if "altitude-out-of-range" in rules:
            limits.append("unknown")
        elif isinstance(limit, Altitude) and rules & {"bad-ground", "qnh-out-of-range"}:
            limits.append(Altitude(limit.value, limit.unit, limit.ref, aerodrome=limit.aerodrome))
        else:
            limits.append(limit)
    if len(limits) > 1:
        marks.add("two-limits")
    if not limits:
        marks.add("malformed")
    return limits or ["unknown"]


def _lowest(levels: list[Level]) -> Level:
    """The union of several floors: in their own reference where they share it, else over the ellipsoid."""
    if len({level.datum for level in levels}) == 1:
        return min(levels, key=lambda level: (level.value_tmm, level.low_tmm))
    least = min(levels, key=lambda level: level.low_tmm)
    return Level("", least.low_tmm, least.low_tmm, least.high_tmm)


def _highest(levels: list[Level]) -> Level:
    if len({level.datum for level in levels}) == 1:
        return max(levels, key=lambda level: (level.value_tmm, level.high_tmm))
    most = max(levels, key=lambda level: level.high_tmm)
    return Level("", most.high_tmm, most.low_tmm, most.high_tmm)


def _within(prefix: str, fault: Malformed) -> Malformed:
    return Malformed(
        fault.rule, field=f"{prefix}.{fault.field}".rstrip("."), remedy=fault.remedy, source=fault.source
    )
