"""What arrives is marked and judged on the most protective reading; nothing makes it raise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.space.altitude import Altitude
from steerclear.space.overlap import overlap
from steerclear.space.prepare import ALWAYS_MS, NotJudgeable, PreparedVolume, prepare, prepare_protective
from steerclear.space.volume import Circle, Corridor, Polygon, Volume4D
from steerclear.units import parse_time
from support.effort import examples
from support.geodesics import e7, go
from support.volumes import END, START, box, circle, ft, polygon, volume

SQUARE = box(33, 36, 34, 37)
HOUR = 3_600_000
HOLE = box(33.2, 36.2, 33.4, 36.4).exterior


def read(one):
    made, marks = prepare_protective(one)
    assert isinstance(made, PreparedVolume)
    return made, marks


def holds(made, lat, lon):
    return overlap(made, prepare(volume(circle(lat, lon, 0.01), "surface", "unlimited", *ALL))) is not None


ALL = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")


def test_what_is_sound_is_read_as_written():
    one = volume(Polygon(SQUARE.exterior, (HOLE,)))
    made, marks = read(one)
    strict = prepare(one)
    assert marks == () and (made.start_ms, made.end_ms) == (strict.start_ms, strict.end_ms)
    assert (made.floor, made.ceiling) == (strict.floor, strict.ceiling)
    assert not holds(made, 33.3, 36.3) and holds(made, 33.1, 36.1)


def test_without_zone_any_zone_is_meant():
    made, marks = read(volume(SQUARE, start=START[:-1], end=END[:-1]))
    assert marks == ("no-zone",)
    assert (made.start_ms, made.end_ms) == (parse_time(START) - 14 * HOUR, parse_time(END) + 12 * HOUR)
    made, marks = read(volume(SQUARE, end=END[:-1]))
    assert marks == ("no-zone",) and made.start_ms == parse_time(START)
    for zone in ("+14:00", "-12:00", "Z"):
        local = prepare(volume(SQUARE, start=START[:-1] + zone, end=END[:-1] + zone))
        whole, _ = read(volume(SQUARE, start=START[:-1], end=END[:-1]))
        assert whole.start_ms <= local.start_ms and local.end_ms <= whole.end_ms


def test_end_before_start_is_the_whole_time_between():
    made, marks = read(volume(SQUARE, start=END, end=START))
    assert marks == ("inconsistent",)
    assert (made.start_ms, made.end_ms) == (parse_time(START), parse_time(END))
    made, marks = read(volume(SQUARE, start=START, end=START))
    assert marks == ("inconsistent",) and made.end_ms == made.start_ms + 1
    assert read(volume(SQUARE, start=END[:-1], end=START[:-1]))[1] == ("inconsistent", "no-zone")


def test_a_time_that_cannot_be_read_is_always():
    made, marks = read(volume(SQUARE, start="noon", end=""))
    assert marks == ("malformed",) and (made.start_ms, made.end_ms) == ALWAYS_MS


def test_two_upper_limits_are_judged_on_the_higher():
    made, marks = read(volume(SQUARE, ft(1_000), (ft(2_000), ft(5_000))))
    assert marks == ("two-limits",)
    assert overlap(made, prepare(volume(SQUARE, ft(4_000), ft(6_000)))) is not None
    assert overlap(made, prepare(volume(SQUARE, ft(5_001), ft(6_000)))) is None
    made, _ = read(volume(SQUARE, ft(1_000), (ft(2_000), Altitude(300, "fl", "STD"))))
    assert overlap(made, prepare(volume(SQUARE, ft(29_000), ft(29_500)))) is not None
    made, _ = read(volume(SQUARE, (ft(1_000), ft(500)), ft(2_000)))
    assert overlap(made, prepare(volume(SQUARE, ft(600), ft(700)))) is not None
    made, _ = read(volume(SQUARE, ft(1_000), (ft(2_000), "unlimited")))
    assert overlap(made, prepare(volume(SQUARE, ft(59_000), ft(60_000)))) is not None


def test_altitudes_in_the_wrong_order_are_the_whole_range():
    made, marks = read(volume(SQUARE, ft(5_000), ft(1_000)))
    assert marks == ("inconsistent",)
    assert overlap(made, prepare(volume(SQUARE, ft(2_000), ft(3_000)))) is not None
    assert overlap(made, prepare(volume(SQUARE, ft(5_001), ft(6_000)))) is None
    assert overlap(made, prepare(volume(SQUARE, ft(100), ft(999)))) is None


def test_no_limit_and_absurd_ones_are_unknown():
    for lower, upper in (((), ()), (ft(10**9), ft(10**9))):
        made, marks = read(volume(SQUARE, lower, upper))
        assert marks == ("malformed",)
        assert overlap(made, prepare(volume(SQUARE, ft(59_000), ft(60_000)))) is not None


def test_ground_or_setting_out_of_range_is_any():
    high = prepare(volume(SQUARE, ft(20_000), ft(21_000)))
    made, marks = read(volume(SQUARE, ft(0), Altitude(0, "m", "AGL", ground_low_m=9, ground_high_m=0)))
    assert marks == ("malformed",) and overlap(made, high) is not None
    made, marks = read(volume(SQUARE, ft(0), Altitude(0, "m", "AGL", ground_low_m=0, ground_high_m=9)))
    assert marks == () and overlap(made, high) is None
    made, marks = read(volume(SQUARE, ft(0), Altitude(195, "fl", "STD", qnh_hpa_tenths=99_999)))
    assert marks == ("malformed",) and overlap(made, high) is not None


def test_a_self_crossing_ring_protects_all_that_it_spans():
    made, marks = read(volume(polygon((50, 10), (51, 11), (50, 11), (51, 10))))
    assert marks == ("inconsistent",)
    for lat, lon in ((50.5, 10.1), (50.5, 10.9), (50.1, 10.5), (50.9, 10.5), (50, 10), (51, 11)):
        assert holds(made, lat, lon)
    assert not holds(made, 49.9, 10.5) and not holds(made, 50.5, 11.1)


@pytest.mark.parametrize("centre", [(90, 0), (-90, 0), (0, 180), (60, -179.9)])
def test_a_self_crossing_ring_anywhere(centre):
    star = tuple(e7(*go(centre, 144 * i, 300_000)) for i in range(5))
    made, marks = read(volume(Polygon(star)))
    assert marks == ("inconsistent",) and holds(made, *centre)
    for azimuth in range(0, 360, 30):
        assert holds(made, *go(centre, azimuth, 200_000))
        assert not holds(made, *go(centre, azimuth, 400_000))


def test_unsound_holes_protect_nothing_from_protection():
    made, marks = read(volume(Polygon(SQUARE.exterior, (box(33.5, 36.5, 34.5, 36.8).exterior,))))
    assert marks == ("inconsistent",) and holds(made, 33.7, 36.6)
    made, marks = read(volume(Polygon(SQUARE.exterior, (HOLE[:2],))))
    assert marks == ("malformed",) and holds(made, 33.3, 36.3)


def test_a_closed_or_stuttering_ring_means_the_same():
    ring = (SQUARE.exterior[0], *SQUARE.exterior, SQUARE.exterior[0])
    made, marks = read(volume(Polygon(ring, ((*HOLE, HOLE[0]),))))
    assert marks == () and holds(made, 33.1, 36.1) and not holds(made, 33.3, 36.3)
    assert not holds(made, 34.1, 36.5)


def test_remnants_are_lines_and_points():
    made, marks = read(volume(Polygon(SQUARE.exterior[:2])))
    assert marks == ("malformed",) and holds(made, 33, 36)
    made, marks = read(volume(Circle(e7(33, 36), -1_000)))
    assert marks == ("malformed",) and holds(made, 33, 36) and not holds(made, 33.1, 36)
    made, marks = read(volume(Corridor((e7(33, 36),), 1_000)))
    assert marks == ("malformed",) and holds(made, 33, 36)


def test_a_longitude_beyond_180_is_turned():
    made, marks = read(volume(Circle((0, 1_810_000_000), 1_000)))
    assert marks == ("inconsistent",) and holds(made, 0, -179)
    made, marks = read(volume(Corridor(((0, 1_790_000_000), (0, 1_810_000_000)), 1_000_000)))
    assert marks == ("inconsistent",) and holds(made, 0, 180) and not holds(made, 0, 0)


@pytest.mark.parametrize(
    ("outline", "rule", "field"),
    [
        (Polygon(()), "no-outline", "outline"),
        (Corridor((), 5), "no-outline", "outline"),
        (Circle((900_000_001, 0), 5), "latitude-over-90", "outline"),
        (polygon((0, 0), (0, 120), (0.1, -120)), "too-large", "outline"),
        (Circle((0, 0), 10**15), "too-large", "outline"),
    ],
)
def test_what_has_no_reading_says_so(outline, rule, field):
    made, marks = prepare_protective(volume(outline))
    assert isinstance(made, NotJudgeable) and (made.rule, made.field) == (rule, field)
    assert "malformed" in marks and made.remedy


def test_more_vertices_than_can_be_prepared_are_a_circle_round_them():
    ring = tuple(e7(*go((50, 10), i * 0.05, 20_000 - i % 2)) for i in range(7_200))
    for outline in (Polygon(ring), Corridor(ring, 1_000)):
        made, marks = read(volume(outline))
        assert marks == ("malformed",) and holds(made, 50, 10) and not holds(made, 51, 10)
        assert holds(made, *go((50, 10), 77, 20_000))


ints = st.integers(-(2**53), 2**53)
near = st.integers(-1_900_000_000, 1_900_000_000)
points = st.tuples(st.integers(-910_000_000, 910_000_000) | ints, near | ints)
rings = st.lists(points, max_size=7).map(tuple)
outlines = (
    st.builds(Polygon, rings, st.lists(rings, max_size=2).map(tuple))
    | st.builds(Circle, points, ints)
    | st.builds(Corridor, rings, ints)
)
altitudes = st.builds(
    Altitude,
    ints,
    st.sampled_from(["ft", "m", "fl", "mm"]),
    st.sampled_from(["WGS84", "MSL", "STD", "AGL", "QNH", "QFE"]),
    st.just(0) | ints,
    st.text(max_size=4),
    st.none() | ints,
    st.none() | ints,
)
limits = altitudes | st.sampled_from(["surface", "unlimited", "unknown"])
texts = st.text(max_size=30) | st.sampled_from([START, END, START[:-1], END[:-1], *ALL])


@settings(max_examples=examples(120), deadline=None)
@given(
    st.builds(
        Volume4D,
        outlines,
        limits | st.lists(limits, max_size=3).map(tuple),
        limits | st.lists(limits, max_size=3).map(tuple),
        texts,
        texts,
    )
)
def test_nothing_that_arrives_raises(one):
    made, marks = prepare_protective(one)
    assert marks == tuple(sorted(marks))
    if isinstance(made, PreparedVolume):
        assert made.end_ms > made.start_ms and (made.low <= made.high).all()
        assert overlap(made, made) is not None
        assert made.floor.low_tmm <= made.ceiling.high_tmm
    else:
        assert marks
