"""From entries to cases: an `encounter.report`, two reports' own positions, a danger area's notice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from steerclear.errors import Malformed
from steerclear.judgement.conduct.case import Act, Call, Case, Circumstance, DangerNotice, Mover, Place, State
from steerclear.speech.kinds.activity_hazard import Hazard
from steerclear.speech.kinds.common import Fix, Interval
from steerclear.speech.kinds.encounter_report import EncounterReport
from steerclear.units import parse_time_lenient


def case_of(
    report: EncounterReport,
    *,
    entry: str,
    party: str,
    other_party: str = "",
    released_ms: tuple[int | None, int | None] = (None, None),
    places: Iterable[Place] = (),
) -> Case:
    """One account as its author gave it; what it leaves out stays unknown."""
    least = report.least_separation
    return Case(
        accounts=(entry,),
        own=mover_of(report.own, report.own_class, party),
        other=mover_of(report.other, report.other_class, other_party),
        begin_ms=_instant(report.begin),
        end_ms=_instant(report.end),
        least_horizontal_mm=_pair(least.horizontal_mm) if least is not None else None,
        least_vertical_tmm=_pair(least.vertical_tmm) if least is not None else None,
        least_at_ms=_instant(least.at) if least is not None else None,
        acts=tuple(
            Act(
                what=act.what,
                by=act.by,
                at_ms=_instant(act.at),
                time_error_ms=1000 if act.time_error_ms is None else act.time_error_ms,
                distance_mm=_pair(act.distance_mm),
            )
            for act in report.acts
        ),
        calls=tuple(
            Call(
                by=call.by or "not_known",
                at_ms=_instant(call.at),
                hz=call.hz,
                answered=call.answered or "not_known",
            )
            for call in report.radio
        ),
        signals=report.signals,
        circumstances=tuple(Circumstance(what=one.what, of=one.of) for one in report.circumstances),
        lights_of_other=report.lights_shown,
        checklist={row.rule: (row.own, row.other) for row in report.checklist},
        released_ms=released_ms,
        places=tuple(places),
    )


def mover_of(fixes: Iterable[Fix], mover: str | None, party: str = "") -> Mover:
    """States in order of time; of two at one instant the first stands, and what has no time is left out."""
    states: dict[int, State] = {}
    for fix in fixes:
        at_ms = _instant(fix.at)
        if at_ms is None or at_ms in states:
            continue
        states[at_ms] = State(
            at_ms=at_ms,
            lat_e7=fix.lat_e7,
            lon_e7=fix.lon_e7,
            error_mm=fix.error_mm,
            time_error_ms=fix.time_error_ms,
            altitude=fix.altitude,
            altitude_error_tmm=fix.altitude_error_tmm,
            heading_cdeg=fix.heading_cdeg,
            speed_mm_s=fix.speed_mm_s,
        )
    known = "" if mover in (None, "not_known") else str(mover)
    return Mover(mover=known, party=party, states=tuple(states[at] for at in sorted(states)))


def danger_notice_of(
    body: Any,
    *,
    entry: str,
    party: str,
    begins_ms: int | None,
    stated_ms: int,
    after_ms: int | None = None,
    before_ms: int | None = None,
) -> DangerNotice | None:
    """None for a body that is no danger area."""
    if not isinstance(body, Hazard):
        return None
    return DangerNotice(
        entry=entry,
        party=party,
        begins_ms=begins_ms,
        stated_ms=stated_ms,
        after_ms=after_ms,
        before_ms=before_ms,
        danger=body.danger or "",
        domain=body.domain or "",
        published=tuple(one.system for one in body.published),
    )


def _pair(interval: Interval | None) -> tuple[int, int] | None:
    return None if interval is None else (interval.low, max(interval.low, interval.high))


def _instant(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(parse_time_lenient(text)[0])
    except Malformed:
        return None
