"""Conduct rules: a verdict only where the whole uncertainty lies on one side, with its figures, alike everywhere."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.judgement.conduct import (
    Act,
    Call,
    Case,
    Circumstance,
    Conduct,
    DangerNotice,
    Mover,
    Place,
    State,
    conduct_hash,
    explain_conduct,
    judge,
    judge_notice,
)
from steerclear.judgement.conduct.case import turned
from steerclear.judgement.conduct.measure import legs_of, whole
from steerclear.judgement.conduct.rule import GROUPS, limit_of, rules
from steerclear.judgement.rules import Rules
from steerclear.space.altitude import Altitude
from steerclear.space.geodesic import direct
from steerclear.space.volume import Corridor
from steerclear.speech.parameters import ConductLimit, Parameters
from support.effort import examples

pytestmark = pytest.mark.slow

S, M = 1_000, 1_000
T0 = 1_700_000_000_000
HOME = (38.0, 19.0)
PLAIN = Rules(Parameters())


def state(at_s: float, east_m: float = 0, north_m: float = 0, error_m: float = 1, **more: Any) -> State:
    lat, lon = direct(direct(HOME, 90, east_m), 0, north_m)
    known: dict[str, Any] = {"altitude": Altitude(20_000, "ft", "MSL"), "altitude_error_tmm": 10_000} | more
    return State(
        at_ms=T0 + round(at_s * S),
        lat_e7=round(lat * 1e7),
        lon_e7=round(lon * 1e7),
        error_mm=round(error_m * M),
        **known,
    )


def mover(kind: str, *states: State, party: str = "") -> Mover:
    return Mover(mover=kind, party=party, states=states)


def case(own: Mover, other: Mover, **more: Any) -> Case:
    return Case(accounts=("e" * 64,), own=own, other=other, **more)


def of(rows: tuple[Conduct, ...], rule: str, about: str = "") -> Conduct:
    found = [row for row in rows if row.rule == rule and about in ("", row.about)]
    assert len(found) == 1, [row.rule for row in rows]
    return found[0]


def aircraft(apart_m: float, error_m: float = 1, **more: Any) -> Case:
    return case(
        mover("fixed_wing", state(0, 0, 0, error_m)),
        mover("fixed_wing", state(0, apart_m, 0, error_m)),
        **more,
    )


INTERCEPTION = (Circumstance(what="interception", of="other"),)


@pytest.mark.parametrize(
    ("apart_m", "error_m", "verdict", "reason"),
    [
        (150, 10, "not_compliant", ""),
        (250, 10, "compliant", ""),
        (195, 10, "not_judged", "uncertain"),
        (205, 10, "not_judged", "uncertain"),
        (150, 40, "not_judged", "uncertain"),
    ],
)
def test_a_distance_is_judged_where_its_whole_uncertainty_is_on_one_side(
    apart_m: float, error_m: float, verdict: str, reason: str
) -> None:
    row = of(
        judge(aircraft(apart_m, error_m, circumstances=INTERCEPTION), PLAIN),
        "air.interception-least",
        "other",
    )
    assert (row.verdict, row.reason) == (verdict, reason)
    (figure,) = [one for one in row.figures if one.name == "horizontal"]
    assert figure.limit == 200_000 and figure.high is not None
    assert figure.low <= apart_m * M <= figure.high
    assert abs(figure.high - figure.low - 4 * error_m * M) < 100


@pytest.mark.parametrize(("apart_m", "verdict"), [(300, "not_compliant"), (310, "compliant")])
def test_a_first_approach_stays_a_thousand_feet_aside(apart_m: int, verdict: str) -> None:
    first = (Circumstance(what="first_approach", of="other"),)
    row = of(
        judge(aircraft(apart_m, 1, circumstances=first), PLAIN), "air.interception-first-approach", "other"
    )
    assert row.verdict == verdict


def test_a_rule_speaks_only_where_class_and_circumstance_fit() -> None:
    without = judge(aircraft(150), PLAIN)
    assert "air.interception-least" not in {row.rule for row in without}
    assert "incsea.flight-deck" not in {row.rule for row in without}
    named = [row.about for row in judge(aircraft(150, circumstances=INTERCEPTION), PLAIN)
             if row.rule == "air.interception-least"]  # fmt: skip
    assert named == ["other"]


def test_a_class_that_is_not_known_is_said() -> None:
    one = aircraft(50)
    unknown = msgspec.structs.replace(one, other=msgspec.structs.replace(one.other, mover=""))
    assert of(judge(unknown, PLAIN), "bands.near-miss").reason == "class-not-known"


def test_a_position_without_its_error_is_not_judged() -> None:
    one = aircraft(50)
    bare = msgspec.structs.replace(one.other.states[0], error_mm=None)
    row = of(judge(msgspec.structs.replace(one, other=mover("fixed_wing", bare)), PLAIN), "bands.near-miss")
    assert (row.verdict, row.reason) == ("not_judged", "no-error")


def test_height_counts_beside_distance() -> None:
    high = mover("fixed_wing", state(0, 50, altitude=Altitude(21_000, "ft", "MSL")))
    same = mover("fixed_wing", state(0, 50))
    here = mover("fixed_wing", state(0))
    assert of(judge(case(here, same), PLAIN), "bands.near-miss").verdict == "not_compliant"
    kept = of(judge(case(here, high), PLAIN), "bands.near-miss")
    assert kept.verdict == "compliant"
    (vertical,) = [one for one in kept.figures if one.name == "vertical"]
    assert vertical.low == 3_048_000 - 20_000 and vertical.high == 3_048_000 + 20_000
    unknown = mover("fixed_wing", state(0, 50, altitude=None))
    row = of(judge(case(here, unknown), PLAIN), "bands.near-miss")
    assert (row.verdict, row.reason) == ("not_judged", "uncertain")


def test_an_encounter_between_two_samples_is_not_missed() -> None:
    """Head on at 200 m/s each: 2 km apart at both samples, over each other in the middle."""
    a = mover("rotary", state(0, -1000, 0), state(10, 1000, 0))
    b = mover("rotary", state(0, 1000, 0), state(10, -1000, 0))
    legs = legs_of(case(a, b))
    assert not isinstance(legs, str) and min(leg.low_mm for leg in legs) == 0
    assert of(judge(case(a, b), PLAIN), "bands.near-miss").reason == "uncertain"
    slow_a = mover("ship", state(0, -100), state(10, 100))
    slow_b = mover("ship", state(0, 100), state(10, -100))
    assert of(judge(case(slow_a, slow_b), PLAIN), "cues.safe-distance").verdict == "not_compliant"


def test_two_at_the_same_velocity_inside_the_minimum_are_found() -> None:
    a = mover("ship", state(0, 0, 0), state(60, 0, 300))
    b = mover("ship", state(0, 200, 0), state(60, 200, 300))
    assert of(judge(case(a, b), PLAIN), "cues.safe-distance").verdict == "not_compliant"


def test_a_hole_in_the_account_is_no_compliance() -> None:
    a = mover("ship", state(0, 0), state(60, 0))
    b = mover("ship", state(0, 5000), state(60, 5000))
    held = case(a, b)
    longer = msgspec.structs.replace(held, begin_ms=T0 - 600 * S, end_ms=T0 + 60 * S)
    assert of(judge(held, PLAIN), "cues.safe-distance").verdict == "compliant"
    assert of(judge(longer, PLAIN), "cues.safe-distance").reason == "incomplete"


def test_stated_separation_and_positions_that_contradict_are_not_judged() -> None:
    stated = aircraft(
        100, least_horizontal_mm=(900_000, 1_000_000), least_vertical_tmm=(0, 0), circumstances=INTERCEPTION
    )
    row = of(judge(stated, PLAIN), "air.interception-least", "other")
    assert (row.verdict, row.reason) == ("not_judged", "inconsistent")
    agreeing = msgspec.structs.replace(stated, least_horizontal_mm=(90_000, 110_000))
    row = of(judge(agreeing, PLAIN), "air.interception-least", "other")
    assert (row.verdict, row.basis) == ("not_compliant", ("least_separation",))


def test_an_act_is_judged_at_its_own_distance() -> None:
    def flare(low: int, high: int) -> Conduct:
        act = Act(what="flare", by="other", at_ms=T0, distance_mm=(low * M, high * M))
        return of(judge(aircraft(9_000, acts=(act,)), PLAIN), "air.no-flares", "other")

    assert flare(40, 60).verdict == "not_compliant"
    assert flare(2_000, 2_500).verdict == "compliant"
    assert flare(1_800, 1_900).reason == "uncertain"
    assert flare(40, 60).figures[0].limit == 1_852_000


def test_an_act_without_its_distance_is_measured_from_the_positions() -> None:
    acts = (Act(what="flare", by="own", at_ms=T0, time_error_ms=0),)
    row = of(judge(aircraft(500, acts=acts), PLAIN), "air.no-flares", "author")
    assert row.verdict == "not_compliant" and row.basis == ("acts", "positions")
    nowhere = Case(accounts=(), own=mover("fixed_wing"), other=mover("fixed_wing"), acts=acts)
    assert of(judge(nowhere, PLAIN), "air.no-flares", "author").reason == "no-distance"


def test_an_act_nobody_spoke_of_is_not_said_and_the_checklist_answers() -> None:
    rule = "incsea.no-mock-run-air"
    assert of(judge(aircraft(500), PLAIN), rule, "other").reason == "not-said"
    for said, verdict in (("no", "compliant"), ("yes", "not_compliant")):
        row = of(judge(aircraft(500, checklist={rule: (None, said)}), PLAIN), rule, "other")
        assert (row.verdict, row.basis) == (verdict, ("checklist",))
    unseen = judge(aircraft(500, checklist={rule: (None, "not_observed")}), PLAIN)
    assert of(unseen, rule, "other").reason == "not-observed"


def test_a_steady_bearing_with_falling_distance() -> None:
    ship = mover("ship", *(state(60 * i, 0, 0, 5) for i in range(5)))
    steady = mover("ship", *(state(60 * i, 2500 - 600 * i, 0, 5) for i in range(5)))
    passing = mover("ship", *(state(60 * i, 2500 - 600 * i, 400 * i, 5) for i in range(5)))
    found = of(judge(case(ship, steady), PLAIN), "incsea.well-clear")
    assert found.verdict == "not_compliant"
    assert {figure.name for figure in found.figures} == {"bearing_change", "horizontal"}
    assert of(judge(case(ship, passing), PLAIN), "incsea.well-clear").verdict == "compliant"
    vague = mover("ship", *(state(60 * i, 2500 - 600 * i, 0, 200) for i in range(4)))
    assert of(judge(case(ship, vague), PLAIN), "incsea.well-clear").verdict == "not_judged"


def test_crossing_ahead_of_a_formation() -> None:
    def cross(north_m: float, error_m: float = 5) -> Conduct:
        ship = mover("ship", state(0, 0, 0, 5, heading_cdeg=0), state(60, 0, 300, 5, heading_cdeg=0))
        across = mover("ship", state(0, -800, north_m, error_m), state(60, 800, north_m, error_m))
        held = case(ship, across, circumstances=(Circumstance(what="formation", of="own"),))
        return of(judge(held, PLAIN), "incsea.formation-not-hindered", "other")

    assert cross(1000).verdict == "not_compliant"
    assert cross(-1000).verdict == "compliant"
    assert cross(8000).verdict == "compliant"
    assert cross(1000, 900).verdict == "not_judged"


def test_a_call_before_coming_near() -> None:
    a = mover("tanker_airlift", state(0), state(600))
    b = mover("tanker_airlift", state(0, 20_000), state(600, 2_000))

    def called(at_s: int) -> Conduct:
        held = case(a, b, calls=(Call(by="own", at_ms=T0 + at_s * S, hz=121_500_000),))
        return of(judge(held, Rules(Parameters(live_caution_mm=15_000_000))), "air.call-before-approach")

    assert called(-60).verdict == "compliant"
    assert called(599).verdict in ("not_judged", "not_compliant")
    other = case(a, b, calls=(Call(by="own", at_ms=T0 - 60 * S, hz=133_000_000),))
    assert of(judge(other, PLAIN), "air.call-before-approach").reason == "not-said"


def test_calls_answered_by_the_side_that_was_called() -> None:
    def call(answer: str, hz: int = 121_500_000) -> Conduct:
        held = aircraft(900, calls=(Call(by="own", at_ms=T0, hz=hz, answered=answer),))
        return of(judge(held, PLAIN), "air.calls-answered", "other")

    assert [call(word).verdict for word in ("yes", "no", "not_known")] == [
        "compliant",
        "not_compliant",
        "not_judged",
    ]
    assert call("no", 243_000_000).reason == "not-said"


def test_distance_from_a_line_by_class() -> None:
    line = Corridor(((380_000_000, 190_000_000), (380_000_000, 200_000_000)), 1)
    from steerclear.space.volume import Volume4D

    volume = Volume4D(line, "surface", "unlimited", "2023-11-14T00:00:00Z", "2023-11-15T00:00:00Z")
    place = Place(entry="f" * 64, area="coordination_line", volumes=(volume,))

    def at(kind: str, north_m: int) -> Conduct:
        held = case(mover(kind, state(0, 20_000, north_m, 50)), mover("ship"), places=(place,))
        return of(judge(held, PLAIN), "bands.from-line", "author")

    assert at("rotary", 8_000).verdict == "not_compliant"
    assert at("rotary", 12_000).verdict == "compliant"
    assert at("fixed_wing", 12_000).verdict == "not_compliant"
    assert at("unmanned", 9_500).verdict == "not_compliant" and at("unmanned", 10_500).verdict == "compliant"
    assert at("fixed_wing", 20_500).verdict == "compliant"
    bare = case(mover("rotary", state(0)), mover("ship"))
    assert of(judge(bare, PLAIN), "bands.from-line", "author").reason == "no-area"


def test_combat_aircraft_and_the_agreement_s_own_figures() -> None:
    from steerclear.space.volume import Volume4D
    from steerclear.speech.parameters import Parameters

    line = Corridor(((380_000_000, 190_000_000), (380_000_000, 200_000_000)), 1)
    volume = Volume4D(line, "surface", "unlimited", "2023-11-14T00:00:00Z", "2023-11-15T00:00:00Z")
    place = Place(entry="f" * 64, area="coordination_line", volumes=(volume,))

    def at(kind: str, north_m: int, rule: str, **more: Any) -> str:
        held = case(mover(kind, state(0, 20_000, north_m, 50)), mover("ship"), places=(place,))
        rows = judge(held, Rules(Parameters.from_dict(more)))
        found = [one for one in rows if (one.rule, one.about) == (rule, "author")]
        return found[0].verdict if found else "absent"

    assert at("combat", 9_000, "bands.combat-from-line") == "not_compliant"
    assert at("combat", 11_000, "bands.combat-from-line") == "compliant"
    assert at("combat", 11_000, "bands.combat-from-line", combat_from_line_mm=12_000_000) == "not_compliant"
    assert (
        at("combat", 11_000, "bands.from-line") == "absent" == at("rotary", 9_000, "bands.combat-from-line")
    )
    own = [{"rule": "bands.from-line", "horizontal_mm": 30_000_000}]
    assert at("rotary", 12_000, "bands.from-line") == "compliant"
    assert at("rotary", 12_000, "bands.from-line", conduct=own) == "not_compliant"
    row = [{"a": "rotary", "b": "coordination_line", "horizontal_mm": 15_000_000}]
    assert at("rotary", 12_000, "bands.from-line", minima=row) == "not_compliant", (
        "the agreement's row for the class"
    )


def test_in_the_agreed_zone_a_call_decides() -> None:
    from steerclear.space.volume import Circle, Volume4D
    from steerclear.speech.parameters import Parameters

    circle = Circle((380_000_000, 190_000_000), 1_000_000)
    volume = Volume4D(circle, "surface", "unlimited", "2023-11-14T00:00:00Z", "2023-11-15T00:00:00Z")

    def zone(apart_m: int, area: str = "special_caution", numbers: Any = None, **more: Any) -> Conduct:
        place = Place(entry="f" * 64, area=area, volumes=(volume,))
        held = case(mover("combat", state(0, apart_m)), mover("ground"), places=(place,), **more)
        return of(judge(held, Rules(Parameters.from_dict(numbers or {}))), "bands.agreed-zone", "author")

    assert zone(57_000).verdict == "compliant" and zone(54_000).reason == "not-said"
    assert zone(54_000, calls=(Call(by="own", at_ms=T0 - S),)).verdict == "compliant"
    assert zone(54_000, checklist={"bands.agreed-zone": ("no", None)}).verdict == "not_compliant"
    assert zone(57_000, numbers={"agreed_zone_mm": 70_000_000}).reason == "not-said"
    assert zone(20_000, numbers={"agreed_zone_mm": 10_000_000}).verdict == "compliant"
    assert zone(2_000, "corridor").reason == "no-area"


def test_inside_a_ring_contact_decides() -> None:
    from steerclear.space.volume import Circle, Volume4D

    circle = Circle((380_000_000, 190_000_000), 1_000_000)
    volume = Volume4D(circle, "surface", "unlimited", "2023-11-14T00:00:00Z", "2023-11-15T00:00:00Z")
    place = Place(entry="f" * 64, area="protected_site", volumes=(volume,))

    def ring(apart_m: int, rule: str = "bands.ring-contact", **more: Any) -> Conduct:
        held = case(mover("rotary", state(0, apart_m)), mover("ground"), places=(place,), **more)
        return of(judge(held, PLAIN), rule, "author")

    assert ring(20_000).verdict == "compliant"
    assert ring(8_000).reason == "not-said"
    assert ring(8_000, calls=(Call(by="own", at_ms=T0 - S),)).verdict == "compliant"
    assert ring(8_000, checklist={"bands.ring-contact": ("no", None)}).verdict == "not_compliant"
    # 12 NM to call, 7 NM not to cross without contact; both from the edge of the area, which is 1 km round its centre
    outer = "bands.ring-call"
    assert ring(23_300, outer).verdict == "compliant" and ring(23_100, outer).reason == "not-said"
    assert ring(14_000).verdict == "compliant" and ring(13_900).reason == "not-said"
    assert ring(20_000, outer, calls=(Call(by="own", at_ms=T0 - S),)).verdict == "compliant"
    assert ring(20_000, outer, checklist={outer: ("no", None)}).verdict == "not_compliant"


DAY = 86_400_000


def notice(ahead: int, **more: Any) -> DangerNotice:
    known: dict[str, Any] = {"domain": "air_and_sea", "published": ("NAVAREA", "NOTAM")} | more
    return DangerNotice(entry="a" * 64, party="p", begins_ms=T0 + ahead, stated_ms=T0, **known)


def test_danger_is_announced_three_to_five_days_ahead() -> None:
    def words(one: DangerNotice) -> list[str]:
        rows = judge_notice(one, PLAIN)
        return [of(rows, f"incsea.danger-notice{end}").verdict for end in ("", "-five-days")]

    assert words(notice(5 * DAY)) == ["compliant", "compliant"]
    assert words(notice(4 * DAY)) == ["compliant", "not_compliant"]
    assert words(notice(3 * DAY)) == ["compliant", "not_compliant"]
    assert words(notice(3 * DAY - 1)) == ["not_compliant", "not_compliant"]
    proved_late = notice(3 * DAY, after_ms=T0 - DAY, before_ms=T0 + 2)
    assert words(proved_late) == ["not_judged", "not_compliant"]
    assert of(judge_notice(proved_late, PLAIN), "incsea.danger-notice").reason == "disputed"


def test_danger_is_published_in_the_system_of_its_domain() -> None:
    def word(**more: Any) -> str:
        return of(judge_notice(notice(DAY, **more), PLAIN), "incsea.danger-broadcast").verdict

    assert word() == "compliant"
    assert word(published=("NOTAM",)) == "not_compliant"
    assert word(published=("NOTAM",), domain="air") == "compliant"
    assert word(domain="") == "not_judged"


def test_an_agreement_sets_its_own_figures() -> None:
    own = Parameters.from_dict({"conduct": [{"rule": "air.interception-least", "horizontal_mm": 100_000}]})
    one = aircraft(150, circumstances=INTERCEPTION)
    assert of(judge(one, PLAIN), "air.interception-least").verdict == "not_compliant"
    assert of(judge(one, Rules(own)), "air.interception-least").verdict == "compliant"
    assert Parameters(conduct=(ConductLimit(rule="air.interception-least", horizontal_mm=100_000),)) == own


def test_every_answer_names_its_source_its_parameters_and_has_a_hash() -> None:
    rows = judge(aircraft(150, circumstances=INTERCEPTION), PLAIN)
    assert len(rows) > 20
    known = {rule.id: rule for rule in rules()}
    for row in rows:
        assert (row.document, row.article) == (known[row.rule].document, known[row.rule].article)
        assert row.agreement == PLAIN.name and len(conduct_hash(row)) == 64
        assert (row.verdict == "not_judged") == bool(row.reason)
        words = explain_conduct(row)
        assert row.rule in words and not {"fault", "blame", "guilty", "violat"} & set(words.lower().split())
    assert judge(aircraft(150, circumstances=INTERCEPTION), PLAIN) == rows


def test_the_rules_are_whole() -> None:
    documents = {rule.document for rule in rules()}
    assert {"INCSEA 1972", "INCSEA protocol 1973", "DMA 1989", "CUES 2014", "Air encounters"} <= documents
    for rule in rules():
        assert rule.actor in GROUPS and rule.beside in GROUPS and rule.article and rule.text
        assert rule.of_notice or rule.question or rule.check.__class__.__name__ == "ReportWithin"
        for name in ("horizontal_mm", "vertical_tmm", "within_mm", "change_cdeg", "lead_ms", "after_ms"):
            if getattr(rule.check, name, None) not in (None, "minima"):
                assert limit_of(rule, name, Parameters()) is not None


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, 3_000), st.integers(0, 400), st.integers(-3000, 3000), st.integers(-3000, 3000))
def test_told_from_the_other_side_the_pair_gets_the_same_answer(
    apart: int, error: int, x: int, y: int
) -> None:
    one = mover("rotary", state(0, 0, 0, error), state(20, x / 10, y / 10, error))
    two = mover("rotary", state(0, apart, 0, error), state(20, apart + y / 10, x / 10, error))
    here, there = case(one, two), case(two, one)
    a, b = (of(judge(held, PLAIN), "bands.near-miss") for held in (here, there))
    assert {a.verdict, b.verdict} != {"compliant", "not_compliant"}
    legs = legs_of(here)
    assert not isinstance(legs, str) and whole(here, legs)
    assert turned(turned("own")) == "own"


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(1, 40_000), st.integers(0, 3_000))
def test_more_uncertainty_never_turns_a_verdict_round(apart: int, error: int) -> None:
    exact = of(judge(aircraft(apart / 10, 0, circumstances=INTERCEPTION), PLAIN), "air.interception-least")
    vague = of(
        judge(aircraft(apart / 10, error / 10, circumstances=INTERCEPTION), PLAIN), "air.interception-least"
    )
    assert vague.verdict in (exact.verdict, "not_judged")
