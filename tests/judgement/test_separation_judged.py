"""Two movers judged: one answer with every figure, legs followed, nothing unknown taken for no conflict."""

from __future__ import annotations

import dataclasses
import math

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.judgement import (
    Fix,
    Rules,
    State,
    explain_movers,
    judge_movers,
    judge_two,
    movers_hash,
    schemas,
)
from steerclear.judgement.separation.tables import GROUPS, group_of, minima_of
from steerclear.kernels import Movers, pairs
from steerclear.space.altitude import Altitude
from steerclear.speech.parameters import Parameters
from support.effort import examples
from support.geodesic_movers import Going, apart

RULES = Rules(Parameters())
NOW = 1_800_000_000_000


def flight(
    id: str, lat: float, lon: float, east: float = 0, north: float = 0, fl: int = 310, **more
) -> State:
    plain = {
        "mover": "fixed_wing",
        "up_mm_s": 0,
        "sigma_pos_mm": 30_000,
        "sigma_vel_mm_s": 1_000,
        "at_ms": NOW,
    }
    return State(
        **plain
        | {"altitude": Altitude(fl, "fl", "STD")}
        | more
        | {"id": id, "lat_e7": round(lat * 1e7), "lon_e7": round(lon * 1e7)}
        | {"east_mm_s": None if east is None else round(east * 1e3), "north_mm_s": round(north * 1e3)}
    )


def test_head_on_every_figure():
    a, b = flight("A", 0, 0, 250), flight("B", 0, 0.34, -250)
    j = judge_two(a, b, RULES)
    metres = 6_378_137 * math.radians(0.34)
    assert j.verdict == "conflict" and j.level == "warning" and (j.a, j.b, j.at_ms) == ("A", "B", NOW)
    assert j.horizontal_mm == pytest.approx(metres * 1e3, abs=20) and j.vertical_mm == 0
    assert j.cpa_ms == pytest.approx(metres / 500 * 1e3, abs=2) and j.hmd_mm < 100 and j.vmd_mm == 0
    assert j.loss.from_ms - NOW == pytest.approx((metres - 9_260) / 500 * 1e3, abs=3)
    assert j.loss.to_ms - NOW == pytest.approx((metres + 9_260) / 500 * 1e3, abs=3)
    assert j.worst_loss.from_ms < j.loss.from_ms < j.loss.to_ms < j.worst_loss.to_ms
    assert j.tau_ms == pytest.approx(metres / 500 * 1e3, abs=2) and j.tcoa_ms == 0
    assert j.tau_mod_ms == pytest.approx((metres**2 - 9_260**2) / (metres * 500) * 1e3, abs=2)
    assert j.sigma_pos_mm == math.ceil(30_000 * 2**0.5) and j.asked.horizontal_mm == 9_260_000
    assert j.agreement == RULES.name and "WARNING: A and B lose separation" in explain_movers(j)
    assert j == judge_two(b, a, RULES) and movers_hash(j) == movers_hash(judge_two(b, a, RULES))


def test_passing_each_other_far_off_is_no_conflict_and_no_clearance():
    j = judge_two(flight("A", 0, 0, 250), flight("B", 0.2, 0.36, -250), RULES)
    assert j.verdict == "no_conflict" and j.level is None and j.loss is j.worst_loss is None
    assert j.hmd_mm > 20_000_000 and "no clearance" in explain_movers(j)


@pytest.mark.parametrize(("km", "level"), [(44, "warning"), (80, "caution"), (90, None)])
def test_levels_are_the_time_to_the_loss(km: float, level: str | None):
    """Closing at 600 m/s the minimum of 9.26 km is reached after 58, 118 and 135 s, a little earlier at worst."""
    rules = Rules(Parameters(straight_air_ms=300_000))
    away = math.degrees(km * 1000 / 6_378_137)
    row = rules.parameters.separation_for("fixed_wing", "rotary")
    assert (row.warning_ms, row.caution_ms) == (60_000, 120_000)
    j = judge_two(flight("A", 0, 0, 300), flight("B", 0, away, -300), rules)
    assert j.verdict == "conflict" and j.level == level


def test_exactly_a_thousand_feet_is_legal_in_one_reference_and_a_foot_less_is_not():
    a = flight("A", 50, 0, 250)
    for fl in range(20, 600, 10):
        lower = dataclasses.replace(a, altitude=Altitude(fl, "fl", "STD"))
        above = flight("B", 50, 0.1, -250, fl=fl + 10)
        assert judge_two(lower, above, RULES).verdict == "no_conflict", fl
        nearer = dataclasses.replace(above, altitude=Altitude(fl * 100 + 999, "ft", "STD"))
        assert judge_two(lower, nearer, RULES).verdict == "conflict", fl


def test_two_references_are_compared_with_what_is_not_known_between_them():
    a = flight("A", 50, 0, 250, fl=100)
    far = flight("B", 50, 0.1, -250, altitude=Altitude(3_800, "m", "WGS84"))
    near = flight("B", 50, 0.1, -250, altitude=Altitude(3_500, "m", "WGS84"))
    assert judge_two(a, far, RULES).verdict == "no_conflict"  # 10,000 ft ± 1,000 ft and geoid
    assert judge_two(a, near, RULES).verdict == "conflict"


def test_what_is_not_known_is_never_no_conflict():
    a, b = flight("A", 50, 0, 250), flight("B", 50, 3.0, -250)
    assert judge_two(a, b, RULES).verdict == "no_conflict"
    for change, reason in (
        ({"east_mm_s": None}, "no-velocity"),
        ({"sigma_pos_mm": None}, "no-uncertainty"),
        ({"sigma_vel_mm_s": None}, "no-uncertainty"),
        ({"mode": "EXERCISE"}, "other-mode"),
        ({"mover": "ground"}, "no-minima"),
        ({"at_ms": NOW - 130_000}, "aged"),
    ):
        j = judge_two(dataclasses.replace(a, **change), b, RULES)
        assert (j.verdict, j.reason) == ("not_judged", reason)
        assert explain_movers(j).startswith("NOT JUDGED")
    certain = judge_two(dataclasses.replace(a, sigma_pos_mm=None), flight("B", 50, 0.3, -250), RULES)
    assert certain.verdict == "conflict" and certain.worst_loss is None and certain.level == "warning"


def test_an_unknown_height_is_the_whole_column_and_says_so():
    a, b = flight("A", 50, 0, 250), flight("B", 50, 0.3, -250, altitude="unknown")
    j = judge_two(a, b, RULES)
    assert j.verdict == "conflict" and "whole-column" in j.marks and "whole column" in explain_movers(j)
    known = judge_two(a, flight("B", 50, 0.3, -250, fl=100), RULES)
    assert known.verdict == "no_conflict" and "whole-column" not in known.marks


def test_a_ship_floats_where_nobody_says_how_high_it_is():
    ship = flight("S", 50, 0.1, 0, altitude="unknown", mover="ship")
    high = judge_two(flight("A", 50, 0, 150), ship, RULES)
    assert high.verdict == "no_conflict" and high.vmd_mm > 8_000_000 and "whole-column" not in high.marks
    low = judge_two(flight("A", 50, 0, 150, altitude=Altitude(350, "m", "MSL")), ship, RULES)
    assert low.verdict == "conflict"  # 300 m asked, and 100 m for mast and tide
    over = judge_two(flight("A", 50, 0, 150, altitude=Altitude(450, "m", "MSL")), ship, RULES)
    assert over.verdict == "no_conflict"


def test_an_unknown_rate_is_all_that_the_class_can_do():
    a, b = flight("A", 50, 0, 250), flight("B", 50, 0.3, -250, fl=250)
    assert judge_two(a, b, RULES).verdict == "no_conflict"
    j = judge_two(dataclasses.replace(a, up_mm_s=None), b, RULES)
    assert j.verdict == "conflict" and "climb-unknown" in j.marks


def test_states_of_two_times_are_carried_on_to_the_later_one():
    a = flight("A", 0, 0, 250)
    later = flight("A", 0, math.degrees(250 * 10 / 6_378_137), 250, at_ms=NOW + 10_000)
    b = flight("B", 0, 0.5, -250, at_ms=NOW + 10_000)
    early, both = judge_two(a, b, RULES), judge_two(later, b, RULES)
    assert early.at_ms == both.at_ms == NOW + 10_000
    assert early.loss.from_ms == pytest.approx(both.loss.from_ms, abs=2)
    assert early.worst_loss.from_ms < both.worst_loss.from_ms  # ten seconds of uncertainty more


def test_straight_courses_are_good_for_two_minutes_and_ships_hold_theirs():
    a, b = flight("A", 0, 0, 100), flight("B", 0, 0.4, -100)
    assert judge_two(a, b, RULES).ahead_ms == 120_000 and "straight-only" in judge_two(a, b, RULES).marks
    assert judge_two(a, b, RULES).verdict == "no_conflict"  # 176 s to the minimum
    ship = {"mover": "ship", "altitude": "unknown", "sigma_pos_mm": 10_000, "sigma_vel_mm_s": 100}
    j = judge_two(flight("S", 0, 0, 8, **ship), flight("T", 0, 0.1, -8, **ship), RULES)
    assert j.ahead_ms == 30 * 60_000 and j.verdict == "conflict" and j.level == "caution" and j.marks == ()


def test_declared_intent_is_followed_leg_by_leg():
    """Head on when flown straight; one turns away in time, and the other twin turns into it."""
    a, b = flight("A", 50, 0, 250), flight("B", 50, 0.4, -250)
    assert judge_two(a, b, RULES).verdict == "conflict"
    away = (Fix(at_ms=NOW + 20_000, lat_e7=501_000_000, lon_e7=3_800_000),)
    j = judge_two(a, dataclasses.replace(b, legs=away), RULES)
    assert j.verdict == "no_conflict" and j.hmd_mm > 9_260_000

    aside = flight("C", 50.3, 0.2, 0, 0)
    assert judge_two(a, aside, RULES).verdict == "no_conflict"
    into = (Fix(at_ms=NOW + 60_000, lat_e7=500_000_000, lon_e7=2_000_000),)
    assert judge_two(a, dataclasses.replace(aside, legs=into), RULES).verdict == "conflict"


def test_fixes_that_are_past_are_past():
    a, b = flight("A", 50, 0, 250), flight("B", 50, 0.3, -250)
    past = (Fix(at_ms=NOW - 60_000, lat_e7=510_000_000, lon_e7=3_000_000),)
    assert judge_two(a, dataclasses.replace(b, legs=past), RULES) == judge_two(a, b, RULES)


def test_legs_are_followed_in_height_too_and_a_loss_ends_and_begins_with_them():
    a = flight("A", 50, 0, 0, 0)
    level = (
        Fix(at_ms=NOW + 60_000, lat_e7=500_000_000, lon_e7=500_000, altitude=Altitude(290, "fl", "STD")),
    )
    b = flight("B", 50, 0.05, 0, 0, legs=level)
    j = judge_two(a, b, RULES)
    assert j.loss.from_ms == NOW and j.loss.to_ms - NOW == pytest.approx(30_000, abs=2)


def test_a_long_leg_is_the_geodesic_between_its_ends():
    """500 km in 30 min, an encounter in the middle of it: cut into minutes, not one plane."""
    rules = Rules(
        Parameters.from_dict(
            {
                "separation": [
                    {"a": "aircraft", "b": "aircraft", "horizontal_mm": 2_000_000, "vertical_tmm": 3_048_000}
                    | {"look_ahead_ms": 1_800_000, "caution_ms": 0, "warning_ms": 0}
                ]
            }
        )
    )
    a = flight("A", 60, 0, 0, 0, legs=(Fix(at_ms=NOW + 1_800_000, lat_e7=600_000_000, lon_e7=90_000_000),))
    from geographiclib.geodesic import Geodesic

    line_ = Geodesic.WGS84.InverseLine(60, 0, 60, 9)
    middle = line_.Position(line_.s13 / 2)
    place = middle["lat2"], middle["lon2"]
    waits = flight("B", *place, 0, 0)
    stays = Fix(at_ms=NOW + 1_800_000, lat_e7=waits.lat_e7, lon_e7=waits.lon_e7)
    waits = dataclasses.replace(waits, legs=(stays,))
    j = judge_two(a, waits, rules)
    assert j.verdict == "conflict" and j.hmd_mm < 100
    assert j.cpa_ms == pytest.approx(900_000, abs=200)


def test_each_pair_once_conflicts_first_and_the_newest_state_of_a_mover():
    states = [
        *(flight("C", 50, 5, 0), flight("A", 50, 0, 250), flight("B", 50, 0.3, -250)),
        flight("A", 50, 2.9, 250, at_ms=NOW - 1),
    ]
    found = judge_movers(states, RULES)
    assert [(j.a, j.b, j.verdict) for j in found] == [
        *(("A", "B", "conflict"), ("A", "C", "no_conflict"), ("B", "C", "no_conflict"))
    ]


def test_well_clear_stands_beside_the_simple_minima_when_the_agreement_asks_for_it():
    rules = Rules(Parameters(well_clear="en_route"))
    a, b = flight("A", 50, 0, 250), flight("B", 50, 0.3, -250)
    assert judge_two(a, b, RULES).well_clear is None
    j = judge_two(a, b, rules)
    assert j.well_clear.table == "en_route" and j.well_clear.violated is not None
    assert "Not well clear (en route)" in explain_movers(j)
    assert judge_two(a, flight("B", 50, 0.3, -250, fl=315), rules).well_clear.violated is None


@settings(max_examples=examples(40), deadline=None)
@given(
    *(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
    *(st.integers(-300, 300), st.integers(-300, 300), st.integers(-300, 300), st.integers(-300, 300)),
    st.sampled_from([0.0, 60.0, 89.7, 179.9]),
)
def test_the_judge_of_two_and_the_search_of_all_say_the_same(dlat, dlon, ve, vn, we, wn, where):
    lat, lon = (where, 10.0) if where < 90 else (10.0, where)
    other = min(90.0, max(-90.0, lat + dlat)), (lon + dlon + 180) % 360 - 180
    states = flight("A", lat, lon, ve, vn), flight("B", *other, we, wn)
    j = judge_two(*states, RULES)
    high = [one.altitude.value_tmm / 1e4 for one in states]
    movers = Movers.of(
        [one.lat_e7 / 1e7 for one in states],
        [one.lon_e7 / 1e7 for one in states],
        ve_mps=[ve, we],
        vn_mps=[vn, wn],
        alt_low_m=high,
        alt_high_m=high,
        sigma_pos_m=30.0,
        sigma_vel_mps=1.0,
        group=group_of("fixed_wing"),
    )
    found = pairs(movers, minima_of(RULES.parameters))
    if j.worst_loss is None or j.worst_loss.to_ms - j.worst_loss.from_ms < 20:
        assert len(found) == 0 or found.t_out_s[0] - found.t_in_s[0] < 0.1
        return
    assert len(found) == 1
    assert j.worst_loss.from_ms - NOW == pytest.approx(found.t_in_s[0] * 1e3, abs=30)
    truth = [
        Going(one.lat_e7 / 1e7, one.lon_e7 / 1e7, *v)
        for one, v in zip(states, ((ve, vn), (we, wn)), strict=True)
    ]
    assert j.horizontal_mm == pytest.approx(apart(*truth, 0) * 1e3, abs=500)


def test_groups_of_the_kernels_are_the_classes_of_the_agreement():
    tables = minima_of(RULES.parameters)
    assert tables.horizontal_m.shape == (len(GROUPS), len(GROUPS)) and tables.z == 2.0
    air, ship = group_of("rotary"), group_of("ship")
    assert tables.horizontal_m[air, air] == 9_260 and tables.vertical_m[air, air] == 304.8
    assert tables.vertical_m[ship, ship] == math.inf and tables.look_ahead_s[ship, ship] == 1_800
    assert tables.look_ahead_s[air, air] == 120  # straight courses
    assert minima_of(RULES.parameters, 150).horizontal_m[air, air] == 13_890
    assert group_of("nothing we know") == 0 and tables.horizontal_m[0, 0] == 9_260


def test_the_answer_fits_its_schema():
    from steerclear.judgement import judge_file

    schema = schemas()["judge-report"]
    report = judge_file({"movers": []})
    jsonschema.validate(report, schema)
    assert report["faults"]
