"""The checks that conduct rules name: distance, acts, lights, signals, calls, time. All pure, each a screen.

A verdict needs the whole uncertainty on one side of the limit; exactly at a least distance is as the rule asks.
"""

from __future__ import annotations

from steerclear.judgement.conduct.answer import Basis, Figure
from steerclear.judgement.conduct.case import Act, Call, Case, Who, turned
from steerclear.judgement.conduct.finding import (
    Finding,
    asked,
    instant_of,
    least_stated,
    leg_figures,
    nearest,
    of_answer,
    unjudged,
)
from steerclear.judgement.conduct.measure import Leg, legs_of, whole
from steerclear.judgement.conduct.rule import (
    ActAbsent,
    Answered,
    CallBefore,
    ConductRule,
    LeastDistance,
    ReportWithin,
    SignalShown,
    limit_of,
)
from steerclear.speech.parameters import Parameters


def only_asked(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """The checklist, with the least separation beside it."""
    near = nearest(case)
    return asked(rule, case, who, *(leg_figures(near[0]) if near is not None else ()))


def least_distance(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """Computed from positions and as stated; where the two contradict each other nothing is judged."""
    assert isinstance(rule.check, LeastDistance)
    across = limit_of(rule, "horizontal_mm", parameters)
    above = limit_of(rule, "vertical_tmm", parameters)
    assert across is not None
    found: list[Finding] = []
    stated = least_stated(case)
    if stated is not None:
        found.append(_of_legs(case, [stated], True, across, above, "least_separation"))
    legs = legs_of(case)
    if not isinstance(legs, str):
        found.append(_of_legs(case, legs, whole(case, legs), across, above, "positions"))
    if not found:
        return unjudged(legs if isinstance(legs, str) else "no-positions")
    judged = [one for one in found if one.verdict != "not_judged"]
    if len({one.verdict for one in judged}) == 2:
        figures = tuple(figure for one in judged for figure in one.figures)
        return unjudged("inconsistent", *figures, basis=("positions", "least_separation"))
    return judged[0] if judged else found[0]


def _of_legs(
    case: Case, legs: list[Leg], covered: bool, across: int, above: int | None, basis: Basis
) -> Finding:
    def inside(leg: Leg) -> bool:
        height = above is None or (leg.high_tmm is not None and leg.high_tmm < above)
        return leg.high_mm < across and height

    def outside(leg: Leg) -> bool:
        return leg.low_mm >= across or (above is not None and leg.low_tmm >= above)

    broken = [leg for leg in legs if inside(leg)]
    worst = min(broken or legs, key=lambda leg: (leg.high_mm, leg.low_mm, leg.at_ms))
    figures = leg_figures(worst, across, above)
    when = instant_of(case, worst, basis)
    if broken:
        return Finding(
            "not_compliant", "", (basis,), figures, when, max(leg.at_ms for leg in broken) if when else None
        )
    if all(outside(leg) for leg in legs):
        if not covered:
            return unjudged("incomplete", *figures, basis=(basis,))
        return Finding("compliant", "", (basis,), figures, when, when)
    return unjudged("uncertain", *figures, basis=(basis,))


def act_absent(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """Acts as listed, each with its own distance or the least one; else what the checklist says."""
    assert isinstance(rule.check, ActAbsent)
    done = [act for act in case.acts if act.by == who and act.what in rule.check.acts]
    within = limit_of(rule, "within_mm", parameters)
    if not done:
        near = nearest(case)
        figures = leg_figures(near[0], within) if near is not None else ()
        found = asked(rule, case, who, *figures)
        if found.verdict == "not_compliant" and within is not None:
            return _near_enough(found, near[0] if near is not None else None, within)
        return found
    order = ("not_compliant", "not_judged", "compliant")
    rows = [_act(case, act, within) for act in done]
    return min(rows, key=lambda one: (order.index(one.verdict), one.from_ms or 0))


def _near_enough(found: Finding, leg: Leg | None, within: int) -> Finding:
    """It was done at some time: nearer than asked only if they were never farther apart than that is known."""
    if leg is not None and leg.low_mm >= within:
        return found._replace(verdict="compliant")
    return found._replace(verdict="not_judged", reason="no-distance")


def _act(case: Case, act: Act, within: int | None) -> Finding:
    span, basis = _distance_at(case, act)
    figures: tuple[Figure, ...] = ()
    if span is not None:
        figures = (Figure(name="horizontal", unit="mm", low=span[0], high=span[1], limit=within),)
    bases: tuple[Basis, ...] = ("acts", *basis)
    if within is None:
        return Finding("not_compliant", "", bases, figures, act.at_ms, act.at_ms)
    if span is None:
        return unjudged("no-distance", basis=bases)
    if span[1] < within:
        return Finding("not_compliant", "", bases, figures, act.at_ms, act.at_ms)
    if span[0] >= within:
        return Finding("compliant", "", bases, figures, act.at_ms, act.at_ms)
    return unjudged("uncertain", *figures, basis=bases)


def _distance_at(case: Case, act: Act) -> tuple[tuple[int, int] | None, tuple[Basis, ...]]:
    """How far apart they were at an act: as stated, else from the legs that hold its whole interval."""
    if act.distance_mm is not None:
        return act.distance_mm, ()
    legs = legs_of(case)
    if act.at_ms is None or isinstance(legs, str):
        return None, ()
    first, last = act.at_ms - act.time_error_ms, act.at_ms + act.time_error_ms
    exact = [leg for leg in legs if leg.from_ms == leg.to_ms == act.at_ms]
    if exact and act.time_error_ms == 0:
        return (exact[0].low_mm, exact[0].high_mm), ("positions",)
    spans = [leg for leg in legs if leg.to_ms > leg.from_ms and leg.from_ms <= last and leg.to_ms >= first]
    if not spans or min(leg.from_ms for leg in spans) > first or max(leg.to_ms for leg in spans) < last:
        return None, ()
    ends = {at for leg in spans for at in (leg.from_ms, leg.to_ms)}
    points = [leg for leg in legs if leg.from_ms == leg.to_ms and leg.from_ms in ends]
    high = max((leg.high_mm for leg in (*points, *spans)), default=0)
    return (min(leg.low_mm for leg in spans), high), ("positions",)


def lights_shown(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """The account's own sight of the other's lights; of its author's, the checklist."""
    found = asked(rule, case, who)
    if found.verdict == "not_judged" and who == "other" and case.lights_of_other is not None:
        return of_answer(case.lights_of_other, "yes", basis="lights")
    return found


def signal_shown(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """A group of the signal table that the account lists, else the checklist."""
    assert isinstance(rule.check, SignalShown)
    shown = {text.replace(" ", "").removeprefix("YV1") for text in case.signals}
    if shown & set(rule.check.groups):
        return Finding("compliant", "", ("signals",))
    return asked(rule, case, who)


def call_before(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """The first call on a listed frequency beside the first instant at which the two were surely that near."""
    assert isinstance(rule.check, CallBefore)
    within = limit_of(rule, "within_mm", parameters)
    assert within is not None
    legs = legs_of(case)
    if isinstance(legs, str):
        return asked(rule, case, who)
    near = [leg.at_ms for leg in legs if leg.high_mm < within]
    may = [leg.from_ms for leg in legs if leg.low_mm < within]
    calls = [call for call in _listed(case.calls, rule.check.hz) if call.at_ms is not None]
    if not may and whole(case, legs):
        return Finding("compliant", "", ("positions",), leg_figures(min(legs, key=_low), within))
    if not calls or not near:
        return asked(rule, case, who)
    first = min(call.at_ms for call in calls if call.at_ms is not None)
    figure = Figure(name="after_arrival", unit="ms", low=first - min(near), high=first - min(may))
    if first <= min(may):
        return Finding("compliant", "", ("radio", "positions"), (figure,), first, first)
    if first > min(near):
        return Finding("not_compliant", "", ("radio", "positions"), (figure,), first, first)
    return unjudged("uncertain", figure, basis=("radio", "positions"))


def _low(leg: Leg) -> int:
    return leg.low_mm


def _listed(calls: tuple[Call, ...], hz: tuple[int, ...]) -> list[Call]:
    return [call for call in calls if call.hz in hz]


def answered(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """Calls that the other side made on a frequency this side can receive: all answered, or one surely not."""
    assert isinstance(rule.check, Answered)
    calls = [call for call in _listed(case.calls, rule.check.hz) if call.by == turned(who)]
    if not calls:
        return asked(rule, case, who)
    unanswered = [call for call in calls if call.answered == "no"]
    if any(call.answered == "yes" for call in calls):
        return Finding("compliant", "", ("radio",), (), *_window(calls))
    if len(unanswered) == len(calls):
        return Finding("not_compliant", "", ("radio",), (), *_window(calls))
    return unjudged("not-observed", basis=("radio",))


def _window(calls: list[Call]) -> tuple[int | None, int | None]:
    known = [call.at_ms for call in calls if call.at_ms is not None]
    return min(known, default=None), max(known, default=None)


def report_within(rule: ConductRule, case: Case, who: Who, parameters: Parameters) -> Finding:
    """The account itself: how long after the encounter it was given, between its proved bounds."""
    assert isinstance(rule.check, ReportWithin)
    limit = limit_of(rule, "after_ms", parameters)
    assert limit is not None
    early, late = case.released_ms
    if case.end_ms is None or early is None:
        return unjudged("time-not-known", basis=("release",))
    low, high = early - case.end_ms, late - case.end_ms if late is not None else None
    figure = Figure(name="after_end", unit="ms", low=low, high=high, limit=limit)
    if high is not None and high <= limit:
        return Finding("compliant", "", ("release",), (figure,))
    if low > limit:
        return Finding("not_compliant", "", ("release",), (figure,))
    return unjudged("disputed", figure, basis=("release",))
