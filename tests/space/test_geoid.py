"""The shipped grid against points that NGA published, and the range over a box against dense sampling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.space.geoid import BOUND_TMM, GeoBox, point_box, undulation_range_tmm, undulation_tmm
from support.effort import examples

# NGA, EGM96 F477 test output (INPUT.DAT / OUTPUT.DAT): latitude, longitude, undulation in metres.
PUBLISHED = [
    (38.6281550, -90.2208450, -31.628),
    (-14.6212170, -54.9788860, -2.969),
    (46.8743190, 102.4487290, -43.575),
    (-23.6174460, 133.8747120, 15.871),
    (38.6254730, -0.0005000, 50.066),
    (-0.4667440, 0.0023000, 17.329),
]


@pytest.mark.parametrize(("lat", "lon", "metres"), PUBLISHED)
def test_published_points_are_within_the_stated_bound_and_near_its_rms(lat, lon, metres):
    error = undulation_tmm(round(lat * 1e7), round(lon * 1e7)) - metres * 10_000
    assert abs(error) < BOUND_TMM
    assert abs(error) < 5_000, "the half-degree grid is off 0.14 m rms; 0.5 m here means a shifted grid"


def test_poles_and_the_date_line_have_one_height_each():
    assert undulation_tmm(900_000_000, 0) == undulation_tmm(900_000_000, 1_234_567_890) == 136_100
    assert undulation_tmm(-900_000_000, 0) == -295_300
    assert undulation_tmm(123_000_000, 1_800_000_000) == undulation_tmm(123_000_000, -1_800_000_000)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.integers(-900_000_000, 880_000_000),
    st.integers(-1_800_000_000, 1_800_000_000),
    st.integers(0, 20_000_000),
    st.integers(0, 60_000_000),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=5, max_size=5),
)
def test_range_holds_every_point_of_the_box(south, west, height, width, shares):
    east = west + width
    box = GeoBox(south, west, south + height, east - 3_600_000_000 if east > 1_800_000_000 else east)
    low, high = undulation_range_tmm(box)
    for y, x in shares:
        lon = west + round(x * width)
        value = undulation_tmm(south + round(y * height), lon - 3_600_000_000 if lon > 1_800_000_000 else lon)
        assert low - 1 <= value <= high + 1


def test_range_is_no_wider_than_the_heights_in_the_box():
    south = 330_000_000
    box = GeoBox(south, 350_000_000, south + 10_000_000, 365_000_000)
    values = [
        undulation_tmm(south + 100_000 * i, 350_000_000 + 150_000 * j) for i in range(101) for j in range(101)
    ]
    low, high = undulation_range_tmm(box)
    assert abs(low - min(values)) <= 1 and abs(high - max(values)) <= 1


def test_a_box_over_the_date_line_is_not_the_long_way_round():
    near = undulation_range_tmm(GeoBox(0, 1_790_000_000, 10_000_000, -1_790_000_000))
    assert near == (192_000, 219_100)
    whole = undulation_range_tmm(GeoBox(-900_000_000, -1_800_000_000, 900_000_000, 1_800_000_000))
    assert whole == (-1_069_700, 846_300)
    assert undulation_range_tmm(point_box(1, 2)) == (undulation_tmm(1, 2),) * 2
