"""Numbers of an agreement where movers and accounts are judged: each outcome by the default beside another value's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from judged_samples import circle, fl, plan, verdicts, volume
from test_alert_life import look as second
from test_alert_life import run, steps
from test_conduct import INTERCEPTION, case, mover, notice, of, state
from test_conformance import DECLARED, HOUR, MIN, at
from test_conformance import T0 as DECLARED_FROM
from test_declared_course import NOW, going, look
from test_separation_judged import flight

from steerclear.feeds.ages import terms_of
from steerclear.feeds.codes import MOVERS
from steerclear.judgement import Rules, judge_two
from steerclear.judgement.conduct import Place, judge, judge_notice
from steerclear.judgement.conduct.agreed import unread
from steerclear.judgement.conduct.case import Circumstance
from steerclear.judgement.conduct.rule import limit_of, rules
from steerclear.judgement.conformance.judge import judge as conforms
from steerclear.judgement.separation import telling
from steerclear.judgement.separation.encounter import report_of
from steerclear.judgement.separation.fresh import freshness
from steerclear.judgement.separation.life import rules_of
from steerclear.judgement.separation.meeting import asked_of, meeting
from steerclear.judgement.separation.recompute import recompute
from steerclear.space.altitude import Altitude
from steerclear.space.volume import Circle, Volume4D
from steerclear.speech.parameters import ConductLimit, Parameters
from steerclear.units import parse_time
from support.movers import FT, OTHER, OWN, head_on, side

Outcome = Callable[[Parameters], Any]
KM = 1_000_000
SHIP = {"mover": "ship", "altitude": "unknown", "sigma_pos_mm": 10_000, "sigma_vel_mm_s": 100}


# ---- alerts: their life, their hysteresis, what is fresh


def life(*seconds: tuple[float, str | None], blind: tuple[float, ...] = ()) -> Outcome:
    """The steps told of a pair that shows these levels at these seconds, and nothing fresh at those."""

    def outcome(numbers: Parameters) -> list[str]:
        looks = [second(s, level) for s, level in seconds] + [second(s, blind=True) for s in blind]
        return steps(run(*sorted(looks, key=lambda one: one.now_ms), rules=rules_of(numbers))[1])

    return outcome


HELD: tuple[tuple[float, str | None], ...] = ((0, "caution"), (1, "caution"), (2, "caution"))
APART: tuple[tuple[float, str | None], ...] = tuple((s, "none") for s in range(3, 9))


def widened(numbers: Parameters) -> int:
    """Two side by side, 5.5 NM apart: how many of them still hold an alert that stands."""
    one, two = going(OWN, (40.0, 19.0)), going(OTHER, (40.0, 19.0 + 5.5 * 1852 / 85_394))
    return len(look(one, two, numbers=numbers).seen)


def fresh(at_s: int, received_s: int, now_s: int, kind: str) -> Outcome:
    return lambda numbers: freshness(*(s * 1_000 for s in (at_s, received_s, now_s)), kind, numbers)


def ages(name: str, kind: str) -> Outcome:
    """What the store of tracks is told of a class."""
    return lambda numbers: getattr(terms_of(numbers), name)[MOVERS.index(kind)]


# ---- what leaves a local feed


def cell_of_alert(numbers: Parameters) -> tuple[int, int]:
    """Half across, and how long, of what an officer releases."""
    body = telling.released(head_on(NOW), "raised", "warning", NOW, "c" * 64, numbers)
    assert body.window is not None and body.window.start is not None and body.window.end is not None
    return (body.positions[0].error_mm or 0) // KM, parse_time(body.window.end) - parse_time(
        body.window.start
    )


def cell_of_draft(numbers: Parameters) -> int:
    """How coarse the other stands in a draft made from a local feed."""
    met = head_on(NOW, two={"shared": False})
    made = report_of(met, NOW, NOW + 1_000, numbers)
    assert made is not None
    return (made.other[0].error_mm or 0) // KM


def slot_of_draft(numbers: Parameters) -> int:
    made = report_of(head_on(NOW, two={"shared": False}), NOW, NOW + 1_000, numbers)
    assert made is not None
    return made.other[0].time_error_ms or 0


def same_cell(numbers: Parameters) -> str:
    """An alert released by the default cell, beside the own pair, by a node that holds another cell to be agreed."""
    met = head_on(NOW)
    body = telling.released(met, "raised", "warning", NOW, "c" * 64, Parameters())
    return recompute(body, {}, (met,), numbers).says


def ships_compared(numbers: Parameters) -> str:
    """An alert on two ships at anchor, beside what the own feeds heard of them a minute and a half before."""
    one, other = (side(name, at_ms=NOW, east_nm=nm, mover="ship") for name, nm in ((OWN, 0.0), (OTHER, 0.5)))
    met = meeting(one, other, NOW, asked_of("ship", "ship", numbers))
    body = telling.body_of(met, "raised", "warning", NOW, "c" * 64, "states")
    sides = {seen.shared_id: replace(seen, at_ms=NOW - 90_000) for seen in (one, other)}
    return recompute(body, sides, (), numbers).says


# ---- own movers against what was declared


def standing(at_ms: int, seen: bool, heard_ms: int | None = 0, **more: Any) -> Outcome:
    def outcome(numbers: Parameters) -> list[str]:
        heard = None if heard_ms is None else DECLARED_FROM + heard_ms
        side = at(at_ms, **more) if seen else None
        live = DECLARED_FROM
        return [
            row.state for row in conforms(DECLARED, side, heard, DECLARED_FROM + at_ms, numbers, live_ms=live)
        ]

    return outcome


# ---- two movers


def two(
    km: float, speed: float, name: str, kind: str = "fixed_wing", high_ft: int = 0, **numbers: Any
) -> Outcome:
    """One figure of the answer about two on the equator, head on, so far apart at so many m/s each."""

    def outcome(given: Parameters) -> Any:
        more = SHIP if kind == "ship" else {"altitude": Altitude(31_000 + high_ft, "ft", "STD")}
        low = SHIP if kind == "ship" else {"altitude": Altitude(31_000, "ft", "STD")}
        a = flight("A", 0, 0, speed, **low)
        b = flight("B", 0, km / 111.3195, -speed, **more)
        return getattr(judge_two(a, b, Rules(given)), name)

    return outcome


def rows(**figures: Any) -> list[dict[str, Any]]:
    """The default row between aircraft, with some figures of its own."""
    plain = {"horizontal_mm": 9_260_000, "vertical_tmm": 3_048_000}
    times = {"look_ahead_ms": 300_000, "caution_ms": 120_000, "warning_ms": 60_000}
    return [{"a": "aircraft", "b": "aircraft", **plain, **times, **figures}]


def plans(lon: float = 36.0, low: int = 100, start: str = "14:00") -> Outcome:
    """Two plans: one from FL100 for an hour, and one moved aside, up or on from it."""

    def outcome(numbers: Parameters) -> str:
        one = plan("a", "blue", volume(circle(33, 36.0, 500), fl(100), fl(110)), mover="rotary")
        other = volume(circle(33, lon, 500), fl(low), fl(low + 10), start=start, end="16:00")
        return verdicts(one, plan("b", "red", other, mover="rotary"), Rules(numbers))[0]

    return outcome


def apart(**figures: int) -> dict[str, Any]:
    return {"minima": [{"a": "rotary", "b": "rotary", **figures}]}


# ---- conduct


def conduct(rule: str, apart_m: float, *, high_ft: int = 0, **more: Any) -> Outcome:
    def outcome(numbers: Parameters) -> str:
        held = case(
            mover("fixed_wing", state(0, 0, altitude=Altitude(20_000, "ft", "MSL"))),
            mover("fixed_wing", state(0, apart_m, altitude=Altitude(20_000 + high_ft, "ft", "MSL"))),
            **more,
        )
        return of(judge(held, Rules(numbers)), rule).verdict

    return outcome


def ring(rule: str, apart_m: float) -> Outcome:
    def outcome(numbers: Parameters) -> str:
        times = ("2023-11-14T00:00:00Z", "2023-11-15T00:00:00Z")
        volume = Volume4D(Circle((380_000_000, 190_000_000), KM), "surface", "unlimited", *times)
        place = Place(entry="f" * 64, area="protected_site", volumes=(volume,))
        held = case(mover("rotary", state(0, apart_m)), mover("ground"), places=(place,))
        return of(judge(held, Rules(numbers)), rule, "author").verdict

    return outcome


def announced(days: float, rule: str) -> Outcome:
    return lambda numbers: of(judge_notice(notice(int(days * 86_400_000)), Rules(numbers)), rule).verdict


FIRST = (Circumstance(what="first_approach", of="other"),)
NO, YES, OPEN = "not_compliant", "compliant", "not_judged"
CASES: dict[str, tuple[dict[str, Any], Outcome, Any, Any]] = {
    "confirm": ({"alert_confirm_count": 2}, life(*HELD[:2]), ["raised"], ["raised", "confirmed"]),
    "window of two": (
        *({"alert_window_ms": 9_000}, life((0, "caution"), (4, "caution"), (8, "caution"))),
        *(["raised"], ["raised", "confirmed"]),
    ),
    "apart": (
        *({"alert_apart_ms": 4_000}, life(*HELD, *APART)),
        *(["raised", "confirmed"], ["raised", "confirmed", "cleared apart"]),
    ),
    "lost": (
        *({"alert_lost_ms": 30_000}, life(*HELD, blind=(3, 40))),
        *(["raised", "confirmed"], ["raised", "confirmed", "cleared not_seen"]),
    ),
    "widened": ({"alert_widened_percent": 100}, widened, 1, 0),
    "late": (
        {"report_late_ms": 40_000, "air_fresh_ms": 60_000},
        fresh(0, 20, 21, "fixed_wing"),
        "late",
        "fresh",
    ),
    "late by itself": ({"report_late_ms": 5_000}, fresh(0, 10, 11, "fixed_wing"), "fresh", "late"),
    "ahead": ({"report_ahead_ms": 10_000}, fresh(5, 0, 5, "fixed_wing"), "ahead", "fresh"),
    "aged": ({"air_fresh_ms": 20_000}, fresh(0, 1, 25, "fixed_wing"), "fresh", "aged"),
    "aged at sea": ({"sea_fresh_ms": 60_000}, fresh(0, 1, 90, "ship"), "fresh", "aged"),
    "tracks late": ({"report_late_ms": 5_000}, ages("late_by", "fixed_wing"), 15_000, 5_000),
    "tracks fresh": ({"air_fresh_ms": 20_000}, ages("fresh_by", "fixed_wing"), 30_000, 20_000),
    "tracks at sea": ({"sea_fresh_ms": 60_000}, ages("fresh_by", "ship"), 180_000, 60_000),
    "tracks ahead": ({"report_ahead_ms": 9_000}, lambda numbers: terms_of(numbers).future_ms, 2_000, 9_000),
    "cell": ({"alert_cell_mm": 20 * KM}, cell_of_alert, (7, 600_000), (14, 600_000)),
    "slot": ({"alert_cell_ms": 1_200_000}, cell_of_alert, (7, 600_000), (7, 1_200_000)),
    "cell of a draft": ({"alert_cell_mm": 20 * KM}, cell_of_draft, 7, 14),
    "slot of a draft": ({"alert_cell_ms": 1_200_000}, slot_of_draft, 600_000, 1_200_000),
    "cell compared": ({"alert_cell_mm": 3 * KM}, same_cell, "agree", "not-seen-here"),
    "ships compared": ({"sea_fresh_ms": 60_000}, ships_compared, "agree", "not-seen-here"),
    "leaving": ({"leaving_ms": 10_000}, standing(0, True, east_nm=9.8, kt=240), ["leaving"], ["inside"]),
    "overdue": (
        *({"overdue_ms": HOUR}, standing(HOUR + 40 * MIN, False, HOUR)),
        *(["not-judged", "overdue"], ["not-judged"]),
    ),
    "silent mover": (
        *({"silent_mover_ms": 2 * MIN}, standing(3 * MIN, False, None)),
        *(["not-judged"], ["not-judged", "not-transmitting"]),
    ),
    "apart horizontally": (
        {"separation": rows(horizontal_mm=20 * KM)},
        two(15, 0, "verdict"),
        "no_conflict",
        "conflict",
    ),
    "apart vertically": (
        *({"separation": rows(vertical_tmm=2_000 * FT)}, two(5, 0, "verdict", high_ft=1_500)),
        *("no_conflict", "conflict"),
    ),
    "looked ahead": (
        {"separation": rows(look_ahead_ms=30_000, caution_ms=30_000, warning_ms=30_000)},
        two(40, 150, "ahead_ms"),
        120_000,
        30_000,
    ),
    "caution": ({"separation": rows(caution_ms=80_000)}, two(40, 150, "level"), "caution", None),
    "warning": ({"separation": rows(warning_ms=110_000)}, two(40, 150, "level"), "caution", "warning"),
    "uncertainty": ({"separation_z_percent": 0}, two(9.3, 0, "verdict"), "conflict", "no_conflict"),
    "straight in the air": ({"straight_air_ms": 60_000}, two(40, 150, "verdict"), "conflict", "no_conflict"),
    "straight at sea": (
        {"straight_sea_ms": 300_000},
        two(11, 8, "verdict", "ship"),
        "conflict",
        "no_conflict",
    ),
    "plans aside": (apart(horizontal_mm=20 * KM), plans(lon=36.1), "no_conflict", "conflict"),
    "plans above": (apart(vertical_tmm=2_000 * FT), plans(low=120), "no_conflict", "conflict"),
    "plans later": (apart(time_ms=1_800_000), plans(start="15:10"), "no_conflict", "conflict"),
    "interception": (
        *(
            {"intercept_least_mm": 100_000},
            conduct("air.interception-least", 150, circumstances=INTERCEPTION),
        ),
        *(NO, YES),
    ),
    "first approach": (
        *(
            {"intercept_first_lateral_mm": 500_000},
            conduct("air.interception-first-approach", 400, circumstances=FIRST),
        ),
        *(YES, NO),
    ),
    "live caution": ({"live_caution_mm": 20 * KM}, conduct("bands.separation", 15_000), YES, NO),
    "live caution in height": (
        *({"live_caution_tmm": 2_000 * FT}, conduct("bands.separation", 5_000, high_ft=1_500)),
        *(YES, NO),
    ),
    "near miss": ({"near_miss_mm": 400_000}, conduct("bands.near-miss", 300), YES, NO),
    "near miss in height": (
        {"near_miss_tmm": 300 * FT},
        conduct("bands.near-miss", 100, high_ft=200),
        YES,
        NO,
    ),
    "call ring": ({"ring_call_mm": 30 * KM}, ring("bands.ring-call", 25_000), YES, OPEN),
    "contact ring": ({"ring_contact_mm": 20 * KM}, ring("bands.ring-contact", 15_000), YES, OPEN),
    "danger announced": ({"danger_lead_ms": 345_600_000}, announced(3.5, "incsea.danger-notice"), YES, NO),
    "five days": (
        *({"danger_lead_advised_ms": 259_200_000}, announced(3.5, "incsea.danger-notice-five-days")),
        *(NO, YES),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_judgement_goes_by_the_agreed_number(name: str) -> None:
    values, outcome, plain, otherwise = CASES[name]
    agreed = Parameters.from_dict(values)
    assert agreed.to_dict(), "it is no default"
    assert (outcome(Parameters()), outcome(agreed)) == (plain, otherwise)


FIGURES = ("horizontal_mm", "vertical_tmm", "within_mm", "change_cdeg", "lead_ms", "after_ms")
TAKES = [(rule.id, name) for rule in rules() for name in FIGURES if hasattr(rule.check, name)]


@pytest.mark.parametrize(("rule", "name"), TAKES)
def test_each_rule_takes_the_agreement_s_own_figures(rule: str, name: str) -> None:
    own = Parameters.from_dict({"conduct": [{"rule": rule, name: 17}]})
    found = next(one for one in rules() if one.id == rule)
    if getattr(found.check, name) != "minima":  # of which test_conduct.py tells
        assert (limit_of(found, name, Parameters()) == 17, limit_of(found, name, own)) == (False, 17)
    assert unread(own.conduct) == []


def test_a_figure_that_no_rule_reads_is_refused_and_its_twin_is_not() -> None:
    def codes(**row: Any) -> list[tuple[str, str]]:
        return [(one.code, one.field) for one in unread([ConductLimit(**row)])]

    assert codes(rule="bands.near-mis", horizontal_mm=1) == [
        ("conduct-rule-unknown", "parameters.conduct[0].rule")
    ]
    assert "perhaps bands.near-miss" in unread([ConductLimit(rule="bands.near-mis")])[0].remedy
    assert codes(rule="bands.near-miss", lead_ms=1, horizontal_mm=1) == [
        ("conduct-figure-unread", "parameters.conduct[0].lead_ms")
    ]
    assert (
        "horizontal_mm, vertical_tmm" in unread([ConductLimit(rule="bands.near-miss", lead_ms=1)])[0].remedy
    )
    assert codes(rule="bands.near-miss", horizontal_mm=1, vertical_tmm=1) == []
