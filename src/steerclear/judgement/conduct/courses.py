"""Checks of how movers move beside each other: a steady bearing, the line ahead, and agreed areas."""

from __future__ import annotations

import math
from itertools import pairwise

from steerclear.judgement.conduct.answer import Figure
from steerclear.judgement.conduct.case import Case, Mover, State, Who, turned
from steerclear.judgement.conduct.finding import Finding, asked, unjudged
from steerclear.judgement.conduct.measure import At, at, instants, legs_of, plane_of
from steerclear.judgement.conduct.rule import (
    AreaDistance,
    ConductRule,
    ConstantBearing,
    CrossingAhead,
    agreed_limit,
    limit_of,
)
from steerclear.space.meet import meet
from steerclear.space.prepare import PreparedVolume, prepare_protective
from steerclear.space.volume import Circle, Volume4D
from steerclear.speech.parameters import Parameters
from steerclear.units import format_time

FAR_MM = 2_000_000_000


def constant_bearing(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """Over every run of at least `over_ms` in which the distance surely falls: did the bearing stay, for sure?"""
    check = rule.check
    assert isinstance(check, ConstantBearing)
    change = limit_of(rule, "change_cdeg", parameters)
    within = limit_of(rule, "within_mm", parameters)
    assert change is not None and within is not None
    seen = _bearings(case, who)
    if isinstance(seen, str):
        return asked(rule, case, who) if seen == "no-positions" else unjudged(seen)
    runs = [
        (i, k)
        for i in range(len(seen))
        for k in range(i + 1, len(seen))
        if seen[k][0] - seen[i][0] >= check.over_ms and seen[k][3] < seen[i][2]
    ]
    if not runs:
        return asked(rule, case, who)
    figures = []
    for i, k in runs:
        low, high = _change(seen[i : k + 1])
        figure = Figure(name="bearing_change", unit="cdeg", low=low, high=high, limit=change)
        near = Figure(name="horizontal", unit="mm", low=seen[k][2], high=seen[k][3], limit=within)
        if high <= change and seen[k][3] < within:
            return Finding("not_compliant", "", ("positions",), (figure, near), seen[i][0], seen[k][0])
        figures.append((low > change or seen[k][2] >= within, figure, near))
    sure = [row for row in figures if row[0]]
    if len(sure) == len(figures):
        return Finding("compliant", "", ("positions",), sure[0][1:], seen[0][0], seen[-1][0])
    unsure = next(row for row in figures if not row[0])
    return unjudged("uncertain", *unsure[1:], basis=("positions",))


Seen = tuple[int, tuple[float, float], int, int]


def _bearings(case: Case, who: Who) -> list[Seen] | str:
    """(instant, bearing of the other in degrees with its half-width, low and high distance in mm)."""
    legs = legs_of(case)
    if isinstance(legs, str):
        return legs
    plane = plane_of(case.own.states[0])
    out: list[Seen] = []
    for when in instants(case.own, case.other):
        here, there = at(case, case.mover(who), when, plane), at(case, case.mover(turned(who)), when, plane)
        apart = math.hypot(there.x - here.x, there.y - here.y) * 1000
        error = here.error_mm + there.error_mm
        if apart <= error:
            return "uncertain"
        bearing = math.degrees(math.atan2(there.x - here.x, there.y - here.y))
        wide = math.degrees(math.asin(error / apart))
        out.append((when, (bearing, wide), math.floor(apart) - error, math.ceil(apart) + error))
    return out


def _change(seen: list[Seen]) -> tuple[int, int]:
    """(least, greatest) change of bearing over a run, hundredths of a degree."""
    start = seen[0][1][0]
    turns = [((bearing - start + 540) % 360 - 180, wide) for _, (bearing, wide), _, _ in seen]
    low = max(turn - wide for turn, wide in turns) - min(turn + wide for turn, wide in turns)
    high = max(turn + wide for turn, wide in turns) - min(turn - wide for turn, wide in turns)
    return max(0, math.floor(low * 100)), math.ceil(high * 100)


def crossing_ahead(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """Where the actor goes over the line ahead of the other: how far ahead, if surely crossed."""
    assert isinstance(rule.check, CrossingAhead)
    within = limit_of(rule, "within_mm", parameters)
    assert within is not None
    legs = legs_of(case)
    if isinstance(legs, str):
        return asked(rule, case, who) if legs == "no-positions" else unjudged(legs)
    seen = _beside_the_bow(case, who)
    if seen is None:
        found = asked(rule, case, who)
        return found if found.verdict != "not_judged" else unjudged("no-heading")
    sides = [(when, across, along, error) for when, across, along, error in seen if abs(across) > error]
    crossed = [(one, two) for one, two in pairwise(sides) if (one[1] > 0) != (two[1] > 0)]
    if not crossed:
        doubt = len(sides) < len(seen) or len(seen) < 2
        found = asked(rule, case, who)
        if found.verdict != "not_judged":
            return found
        return unjudged("uncertain", basis=("positions",)) if doubt else _kept(seen)
    one, two = crossed[0]
    part = one[1] / (one[1] - two[1])
    along = one[2] + part * (two[2] - one[2])
    error = max(one[3], two[3])
    low, high = math.floor(along - error), math.ceil(along + error)
    figure = Figure(name="along", unit="mm", low=low, high=high, limit=within)
    if low > 0 and high < within:
        return Finding("not_compliant", "", ("positions",), (figure,), one[0], two[0])
    if low >= within or high < 0:
        return Finding("compliant", "", ("positions",), (figure,), one[0], two[0])
    return unjudged("uncertain", figure, basis=("positions",))


def _kept(seen: list[tuple[int, float, float, int]]) -> Finding:
    return Finding("compliant", "", ("positions",), (), seen[0][0], seen[-1][0])


def _beside_the_bow(case: Case, who: Who) -> list[tuple[int, float, float, int]] | None:
    """(instant, mm to starboard of the line ahead, mm along it, error) of the actor, in the other's own frame."""
    plane = plane_of(case.own.states[0])
    actor, ship = case.mover(who), case.mover(turned(who))
    out = []
    for when in instants(actor, ship):
        heading = _heading(case, ship, when)
        if heading is None:
            return None
        here: At = at(case, ship, when, plane)
        there: At = at(case, actor, when, plane)
        x, y = (there.x - here.x) * 1000, (there.y - here.y) * 1000
        sine, cosine = math.sin(math.radians(heading)), math.cos(math.radians(heading))
        out.append((when, x * cosine - y * sine, x * sine + y * cosine, here.error_mm + there.error_mm))
    return out


def _heading(case: Case, mover: Mover, when: int) -> float | None:
    """The heading stated nearest to the instant, degrees."""
    known = [state for state in mover.states if state.heading_cdeg is not None]
    if not known:
        return None
    best = min(known, key=lambda state: (abs(state.at_ms - when), state.at_ms))
    return (best.heading_cdeg or 0) / 100


def area_distance(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """Each position of the mover against each area of the class that stood then; the nearest one decides."""
    check = rule.check
    assert isinstance(check, AreaDistance)
    mover = case.mover(who)
    places = [place for place in case.places if place.area in check.areas]
    if not places:
        return unjudged("no-area")
    if not mover.states or any(state.error_mm is None for state in mover.states):
        return unjudged("no-error" if mover.states else "no-positions")
    rows = []
    for place in places:
        limit = _from_area(rule, mover.mover, place.area, parameters)
        for state in mover.states:
            for volume in place.volumes:
                gap = _gap(state, volume)
                if gap is not None and limit is not None:
                    error = state.error_mm or 0
                    rows.append((max(0, gap - error - 2), gap + error + 2, limit, state.at_ms))
    if not rows:
        return unjudged("no-area")
    low, high, limit, when = min(rows, key=lambda row: (row[1] - row[2], row[3]))
    figure = Figure(name="horizontal", unit="mm", low=low, high=high, limit=limit)
    if high < limit and check.but_with_contact:
        return _with_contact(rule, case, who, when, figure)
    if high < limit:
        return Finding("not_compliant", "", ("positions",), (figure,), when, when)
    if all(row[0] >= row[2] for row in rows):
        return Finding("compliant", "", ("positions",), (figure,), when, when)
    return unjudged("uncertain", figure, basis=("positions",))


def _from_area(rule: ConductRule, mover: str, area: str, parameters: Parameters) -> int | None:
    """How far a class stays from areas of a class: the agreement's own figure for the rule, else what the rule names;
    `minima` are the agreed ones of the two classes."""
    assert isinstance(rule.check, AreaDistance)
    if rule.check.horizontal_mm == "minima":
        own = agreed_limit(rule, "horizontal_mm", parameters)
        return own if own is not None else parameters.minima_for(mover, area).horizontal_mm
    return limit_of(rule, "horizontal_mm", parameters)


def _with_contact(rule: ConductRule, case: Case, who: Who, when: int, figure: Figure) -> Finding:
    """Inside a ring: a call recorded by then is contact; else the checklist answers."""
    calls = [call.at_ms for call in case.calls if call.at_ms is not None and call.at_ms <= when]
    if calls:
        return Finding("compliant", "", ("radio", "positions"), (figure,), min(calls), when)
    return asked(rule, case, who, figure)


def _gap(state: State, volume: Volume4D) -> int | None:
    """How far a position is from an outline, mm; None where it cannot be read. An area stands until released."""
    moment = format_time(state.at_ms)
    point = Volume4D(
        outline=Circle(centre=(state.lat_e7, state.lon_e7), radius_mm=1),
        lower="surface",
        upper="unlimited",
        start=moment,
        end=format_time(state.at_ms + 1),
    )
    here, _ = prepare_protective(point)
    there, _ = prepare_protective(volume)
    if not isinstance(here, PreparedVolume) or not isinstance(there, PreparedVolume):
        return None
    met = meet(here.core, there.core, FAR_MM)
    return FAR_MM if met is None else met.gap_mm
