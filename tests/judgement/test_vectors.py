"""judgement.md, "Vectors to keep as black boxes": each with its twin, through the public API."""

from __future__ import annotations

import pytest
from judged_samples import (
    NO_MINIMA,
    area,
    away,
    circle,
    conflicts,
    corridor,
    fl,
    ft,
    meets,
    plan,
    polygon,
    rules,
    square,
    verdicts,
    volume,
)

from steerclear.judgement import ActiveSet, judge_pair
from steerclear.judgement.whatif import judge_all
from steerclear.space.altitude import Altitude
from steerclear.space.geodesic import ERROR_MM
from steerclear.units import parse_time

FOOT = 3048


def test_identical_and_its_twin_elsewhere():
    assert meets(square(33, 36), square(33, 36))
    assert not meets(square(33, 36), square(40, 36))


def test_vertical_only_separated():
    low, high = volume(square(33, 36), fl(200), fl(240)), volume(square(33, 36), fl(250), fl(300))
    assert not meets(low, high)
    assert meets(low, volume(square(33, 36), fl(230), fl(300)))


def test_boxes_overlap_but_outlines_do_not():
    ell = polygon((33, 36), (33, 37), (33.3, 37), (33.3, 36.3), (34, 36.3), (34, 36))
    assert not meets(ell, square(33.6, 36.6, 0.3))
    assert meets(ell, square(33.2, 36.2, 0.3))


@pytest.mark.parametrize("length_m", [100_000, 300_000])
@pytest.mark.parametrize("lat", [0.0, 33.0, 60.0])
def test_a_centimetre_in_the_middle_of_a_long_edge(length_m, lat):
    west, east = away(lat, 36, 270, length_m / 2), away(lat, 36, 90, length_m / 2)
    from geographiclib.geodesic import Geodesic

    line = Geodesic.WGS84.InverseLine(*west, *east)
    middle = line.Position(line.s13 / 2)
    normal = middle["azi2"] - 90
    big = polygon(west, east, away(*east, normal + 180, 20_000), away(*west, normal + 180, 20_000))

    def small(gap_m):
        near = away(middle["lat2"], middle["lon2"], normal, gap_m)
        tip = (round(near[0] * 1e7), round(near[1] * 1e7))
        far = away(*near, normal, 5_000)
        sides = away(*far, normal + 90, 2_000), away(*far, normal - 90, 2_000)
        return polygon((tip[0] / 1e7, tip[1] / 1e7), *sides)

    # 1e-7 degree is 1.1 cm, so the tip is put 2.5 cm in or out to be surely 1 cm in or out after rounding.
    assert meets(big, small(-0.025))
    assert not meets(big, small(+0.025 + ERROR_MM / 1000))


def test_a_centimetre_of_two_circles():
    apart_m = 20_000
    there = away(60, 10, 37, apart_m)
    grid_m = 0.02
    one = circle(60, 10, 12_000)
    assert meets(one, circle(*there, 8_000 + grid_m))
    assert not meets(one, circle(*there, 8_000 - grid_m))


def test_a_metre_gap_under_500_m_minimum_and_just_over_it():
    one, there = circle(33, 36, 1_000), away(33, 36, 90, 2_001)
    assert not meets(one, circle(*there, 1_000))
    assert meets(one, circle(*there, 1_000), rules(horizontal_mm=500_000))
    beyond = away(33, 36, 90, 2_500.1)
    assert not meets(one, circle(*beyond, 1_000), rules(horizontal_mm=500_000))


def test_least_distance_of_20_km_to_a_centimetre():
    one = circle(33, 36, 1_000)
    used = rules(horizontal_mm=20_000_000)
    assert meets(one, circle(*away(33, 36, 123, 22_000 - 0.02), 1_000), used)
    assert not meets(one, circle(*away(33, 36, 123, 22_000 + 0.02), 1_000), used)


def test_touching_in_time_is_no_conflict_and_a_millisecond_is():
    before = volume(square(33, 36), start="13:00", end="14:00")
    assert not meets(before, volume(square(33, 36)))
    assert meets(
        volume(square(33, 36), start="13:00", end="2015-10-20T14:00:00.001Z"), volume(square(33, 36))
    )
    assert meets(before, volume(square(33, 36)), rules(time_ms=60_000))
    assert not meets(before, volume(square(33, 36), start="14:01"), rules(time_ms=60_000))


def test_an_area_active_for_half_of_the_window():
    site = area("s", "red", volume(square(33, 36), start="14:30", end="16:00"))
    (found,) = conflicts(site, plan("p", "blue", volume(square(33, 36))))
    assert (found.from_ms, found.to_ms) == (
        parse_time("2015-10-20T14:30:00Z"),
        parse_time("2015-10-20T15:00:00Z"),
    )
    assert verdicts(site, plan("p", "blue", volume(square(33, 36), start="13:00", end="14:30"))) == [
        "no_conflict"
    ]


def test_an_area_that_ran_out_is_stale_and_still_kept_away_from():
    site = area("s", "red", volume(square(33, 36), start="10:00", end="11:00"))
    (found,) = conflicts(site, plan("p", "blue", volume(square(33, 36))))
    assert "stale" in found.marks
    plans = plan("q", "red", volume(square(33, 36), start="10:00", end="11:00"))
    assert verdicts(plans, plan("p", "blue", volume(square(33, 36)))) == ["no_conflict"]


def test_latitude_is_not_longitude():
    assert meets(square(10, 50), circle(10.5, 50.5, 1_000))
    assert not meets(square(10, 50), circle(50.5, 10.5, 1_000))


def test_an_area_withdrawn_and_put_in_again():
    active = ActiveSet(NO_MINIMA)
    site, flight = area("s", "red", square(33, 36)), plan("p", "blue", square(33, 36))
    active.add(site)
    assert len(active.check(flight).conflicts) == 1
    assert active.remove("s") and not active.remove("s")
    assert active.check(flight).judgements == ()
    active.add(site)
    assert len(active.check(flight).conflicts) == 1


def test_over_the_date_line():
    over = polygon((10, 179.5), (10, -179.5), (11, -179.5), (11, 179.5))
    assert meets(over, circle(10.5, -179.9, 1_000)) and meets(over, circle(10.5, 179.9, 1_000))
    assert not meets(over, circle(10.5, 0, 1_000)) and not meets(over, circle(10.5, 179.0, 1_000))


def test_over_the_pole():
    cap = polygon((85, 0), (85, 90), (85, 180), (85, -90))
    assert meets(cap, circle(89.99, 123, 100)) and meets(cap, circle(90, 0, 100))
    assert not meets(cap, circle(80, 45, 100))


@pytest.mark.parametrize(("lat", "lon"), [(60, 10), (33, -100), (-75, 179.99)])
def test_circles_keep_their_true_radius_at_any_latitude(lat, lon):
    for azimuth in (0, 90, 217):
        there = away(lat, lon, azimuth, 10_000)
        assert meets(circle(lat, lon, 5_000), circle(*there, 5_000.05))
        assert not meets(circle(lat, lon, 5_000), circle(*there, 4_999.95))


def test_several_candidates_with_one_true_hit():
    active = ActiveSet(NO_MINIMA)
    for i in range(20):
        ring = [away(33, 36, azimuth, 30_000) for azimuth in range(0, 360, 30)]
        hole = [away(33, 36, azimuth, 20_000 - i) for azimuth in range(0, 360, 30)]
        active.add(plan(f"ring-{i}", "red", polygon(*ring, holes=(hole,))))
    active.add(plan("hit", "red", circle(33, 36, 500)))
    check = active.check(plan("p", "blue", circle(33, 36, 5_000)))
    assert [j.a.entry for j in check.conflicts] == ["hit"] and check.against == 21


def test_outline_and_altitude_matching_in_different_volumes():
    here_low, there_high = volume(square(33, 36), fl(100), fl(200)), volume(square(40, 36), fl(300), fl(400))
    here_high = volume(square(33, 36), fl(300), fl(400))
    two = plan("a", "blue", here_low, there_high)
    assert verdicts(two, plan("b", "red", here_high)) == ["no_conflict"]
    (found,) = conflicts(two, plan("b", "red", here_high, volume(square(33, 36), fl(150), fl(160))))
    assert (found.a.volume, found.b.volume) == (0, 1)


def test_level_flights_exactly_1000_ft_apart_are_legal():
    used = rules(vertical_tmm=1000 * FOOT)
    level = volume(square(33, 36), fl(310), fl(310))
    assert not meets(level, volume(square(33, 36), fl(320), fl(320)), used)
    assert meets(level, volume(square(33, 36), ft(31_999, "STD"), ft(31_999, "STD")), used)
    assert meets(level, level, NO_MINIMA)


@pytest.mark.parametrize(
    ("floor", "hit"),
    [
        (Altitude(3_048, "m", "MSL"), True),  # 10,000 ft to the millimetre: one shared level
        (Altitude(3_048_001, "mm", "MSL"), False),
        (Altitude(3_040, "m", "WGS84"), True),  # the geoid is about 20 m up here: under the sea-level ceiling
        (Altitude(3_080, "m", "WGS84"), False),
        (fl(109), True),  # standard pressure: ± 1,000 ft
        (fl(111), False),
        ("unknown", True),
    ],
)
def test_feet_metres_ellipsoid_sea_level_and_pressure(floor, hit):
    block = volume(circle(33.5, 36.3, 5_000), ft(5_000), ft(10_000))
    assert meets(block, volume(circle(33.5, 36.3, 5_000), floor, "unlimited")) is hit


def test_the_same_message_twice_is_one_message():
    active = ActiveSet(NO_MINIMA)
    flight = plan("p", "blue", square(33, 36))
    active.add(flight)
    active.add(flight)
    assert len(active) == 1 and active.check(flight).judgements == ()
    active.add(plan("q", "red", square(33, 36)))
    assert len(active.check(flight).conflicts) == 1
    assert [j.rule for j in judge_pair(flight, flight, NO_MINIMA)] == ["same-notice"]


def test_two_at_once_have_one_conflict_with_one_id_at_both():
    one, two = plan("p", "blue", square(33, 36)), plan("q", "red", square(33, 36))
    at_blue, at_red = ActiveSet(NO_MINIMA), ActiveSet(NO_MINIMA)
    at_blue.add(one)
    at_red.add(two)
    assert at_blue.check(two).judgements == at_red.check(one).judgements != ()


def test_a_batch_is_judged_against_itself_once_per_pair():
    batch = [
        plan("p", "blue", square(33, 36)),
        plan("q", "red", square(33, 36)),
        plan("r", "red", square(50, 36)),
    ]
    found = [(j.a.entry, j.b.entry, j.verdict) for j in judge_all([*batch, batch[0]], NO_MINIMA)]
    assert found == [("p", "q", "conflict"), ("q", "r", "not_judged"), ("p", "r", "no_conflict")]


@pytest.mark.parametrize(
    ("broken", "mark"),
    [
        (volume(square(33, 36), start="15:00", end="14:00"), "inconsistent"),
        (volume(square(33, 36), fl(300), fl(200)), "inconsistent"),
        (volume(square(33, 36), "surface", (fl(100), fl(260))), "two-limits"),
        (volume(polygon((33, 36), (34, 37), (33, 37), (34, 36))), "inconsistent"),
        (volume(square(33, 36), start="2015-10-20T02:00:00", end="2015-10-20T03:00:00"), "no-zone"),
        (volume(square(33, 36), Altitude(50, "fl", "MSL"), "unlimited"), "malformed"),
        (volume(square(33, 36), start="yesterday"), "malformed"),
    ],
)
def test_bad_input_that_arrived_is_marked_and_judged_protectively(broken, mark):
    (found,) = conflicts(
        plan("a", "blue", broken),
        plan("b", "red", volume(circle(33.5, 36.2, 9_000), fl(250), fl(255), start="14:10")),
    )
    assert mark in found.marks
    sound = plan("c", "blue", volume(square(33, 36), fl(200), fl(300)))
    assert conflicts(sound, plan("b", "red", square(33, 36)))[0].marks == ()


def test_a_volume_with_no_reading_is_not_judged_never_no_conflict():
    lost = plan("a", "blue", polygon((33, 36), (34, 37), (95, 37)))
    other = plan("b", "red", square(60, 36))
    assert [(j.verdict, j.reason) for j in judge_pair(lost, other, NO_MINIMA)] == [
        ("not_judged", "unreadable-volume")
    ]
    active = ActiveSet(NO_MINIMA)
    active.add(lost)
    assert [j.reason for j in active.check(other).judgements] == ["unreadable-volume"]
    active.add(other)
    assert [j.reason for j in active.check(lost).judgements] == ["unreadable-volume"]


def test_corridors_and_holes():
    airway = corridor(5_000, (33, 36), (34, 38))
    middle = away(33.5, 37, 0, 0)
    assert meets(airway, circle(*middle, 1_000))
    assert not meets(airway, circle(34, 36, 1_000))
    holed = polygon(
        (33, 36),
        (33, 37),
        (34, 37),
        (34, 36),
        holes=(((33.3, 36.3), (33.3, 36.7), (33.7, 36.7), (33.7, 36.3)),),
    )
    assert not meets(holed, circle(33.5, 36.5, 1_000))
    assert meets(holed, circle(33.3, 36.5, 1_000))
