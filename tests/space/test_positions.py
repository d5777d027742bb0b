"""Positions in every form against values from other software, round trips, two forms that do not agree."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.space import mgrs, positions, sk42
from steerclear.space.positions import AREA_LIMIT_MM, SITE_LIMIT_MM, Fix, compare, distance_mm, fix_of
from support.effort import examples


@dataclass(frozen=True)
class Said:
    form: str
    lat_e7: int | None = None
    lon_e7: int | None = None
    text: str | None = None
    from_lat_e7: int | None = None
    from_lon_e7: int | None = None
    bearing_cdeg: int | None = None
    distance_mm: int | None = None
    error_mm: int | None = None


LAT = st.integers(-900_000_000, 900_000_000)
LON = st.integers(-1_800_000_000, 1_799_999_999)


def metres(lat, lon, fix):
    return distance_mm(Fix(lat, lon, 0), fix) / 1000


# Computed with GEOTRANS's library (the `mgrs` package) and with PROJ (EPSG:5044), not with this code.
@pytest.mark.parametrize(
    ("lat", "lon", "text"),
    [
        (33.5138055, 36.2765, "37SBT4702911570"),
        (60.4, 5.3, "32VKN9619101684"),
        (73.0, 8.0, "31XFB6299607286"),
        (-33.8568, 151.2153, "56HLH3490052288"),
        (89.0, 45.0, "ZAG7850721492"),
        (-85.0, -120.0, "ATK1895922271"),
    ],
)
def test_mgrs_as_others_write_it(lat, lon, text):
    assert mgrs.to_mgrs(lat, lon) == text
    fix = positions.read_mgrs(text.lower())
    assert metres(round(lat * 1e7), round(lon * 1e7), fix) * 1000 <= fix.error_mm


def test_sk42_as_proj_transforms_it():
    assert sk42.sk42_to_wgs84(55.0, 37.0) == pytest.approx((55.00001991974856, 36.99815575711561), abs=1e-11)


@settings(max_examples=examples(200), deadline=None)
@given(LAT, LON, st.integers(0, 5))
def test_mgrs_holds_the_point_it_was_written_from(lat, lon, digits):
    fix = positions.read_mgrs(positions.write_mgrs(lat, lon, digits))
    assert metres(lat, lon, fix) * 1000 <= fix.error_mm  # squares are stretched by the projection's scale


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(-790_000_000, 830_000_000), LON)
def test_the_other_forms_hold_it_too(lat, lon):
    for fix in (
        positions.read_dms(positions.write_dms(lat, lon)),
        positions.read_utm(positions.write_utm(lat, lon)),
        positions.read_sk42(positions.write_sk42(lat, lon)),
    ):
        assert metres(lat, lon, fix) * 1000 <= fix.error_mm


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(-890_000_000, 890_000_000), LON, st.integers(0, 35_999), st.integers(1_000, 300_000_000))
def test_bearing_and_distance_holds_the_place_it_names(lat, lon, bearing, distance):
    fix = fix_of(
        Said("bearing", from_lat_e7=lat, from_lon_e7=lon, bearing_cdeg=bearing, distance_mm=distance)
    )
    end = Geodesic.WGS84.Direct(lat / 1e7, lon / 1e7, bearing / 100, distance / 1000)
    assert metres(round(end["lat2"] * 1e7), round(end["lon2"] * 1e7), fix) < 0.02
    back = positions.bearing_and_distance(lat, lon, fix.lat_e7, fix.lon_e7)
    assert abs(back[1] - distance) < 20


def test_round_figures_are_taken_as_rounded():
    near = {"from_lat_e7": 0, "from_lon_e7": 0}
    rounded = fix_of(Said("bearing", bearing_cdeg=4500, distance_mm=10_000_000, **near))
    exact = fix_of(Said("bearing", bearing_cdeg=4501, distance_mm=10_000_001, **near))
    assert 500_000 < rounded.error_mm < 700_000 and exact.error_mm < 2_000
    assert fix_of(Said("wgs84", 0, 0, error_mm=7_000)).error_mm > 7_000


@pytest.mark.parametrize(
    ("text", "lat", "lon", "error_m"),
    [
        ("33°30'49.7\"N 036°16'35.4\"E", 335138056, 362765000, 3),
        ("33 30 49 N 36 16 35 E", 335136111, 362763889, 21),
        ("333049N 0361635E", 335136111, 362763889, 21),
        ("3330.8N 03616.6E", 335133333, 362766667, 122),
        ("33.5138 S, 36.2765 W", -335138000, -362765000, 8),
        ("0 0 0 n 180 0 0 e", 0, -1800000000, 22),
    ],
)
def test_dms_as_people_write_it(text, lat, lon, error_m):
    fix = positions.read_dms(text)
    assert fix[:2] == (lat, lon) and fix.error_mm <= error_m * 1000


@pytest.mark.parametrize(
    ("form", "bad", "rule", "good"),
    [
        ("mgrs", "37SBT470291157", "uneven-figures", "37SBT47021157"),
        ("mgrs", "37SIT4702911570", "not-mgrs", "37SBT4702911570"),
        ("mgrs", "37SJT4702911570", "no-such-square", "37SBT4702911570"),
        ("mgrs", "37QBT4702911570", "no-such-square", "37SBT 47029 11570"),
        ("mgrs", "32XNG0000000000", "no-such-square", "33XWG0000000000"),
        ("mgrs", "ZRA0000000000", "no-such-square", "ZAH0000000000"),
        ("mgrs", "SBT4702911570", "not-mgrs", "37SBT4702911570"),
        ("dms", "33 61 00 N 36 00 00 E", "not-dms", "33 59 00 N 36 00 00 E"),
        ("dms", "91 00 00 N 36 00 00 E", "out-of-range", "89 00 00 N 36 00 00 E"),
        ("dms", "33.5 30 N 36 00 E", "not-dms", "33 30.5 N 36 00 E"),
        ("dms", "36 00 00 E 33 00 00 N", "not-dms", "33 00 00 N 36 00 00 E"),
        ("utm", "37N 4702 3711571", "not-utm", "37N 247029 3711571"),
        ("utm", "61N 247029 3711571", "not-a-utm-position", "60N 247029 3711571"),
        ("sk42", "X 3713156 Y 99247036", "not-sk42", "X 3713156 Y 7247036"),
        ("sk42", "95.1 36.2", "out-of-range", "33.51 36.27"),
        ("mgrs", "", "no-text", "37SBT"),
        ("what3words", "a.b.c", "unknown-form", None),
    ],
)
def test_each_refusal_and_its_twin(form, bad, rule, good):
    with pytest.raises(Malformed) as caught:
        fix_of(Said(form, text=bad), field="positions[0]")
    assert caught.value.rule == rule and caught.value.remedy and caught.value.field.startswith("positions[0]")
    if good is not None:
        assert fix_of(Said(form, text=good)).error_mm > 0


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(["mgrs", "dms", "utm", "sk42"]), st.text(max_size=30))
def test_any_text_is_a_position_or_malformed(form, text):
    try:
        fix = fix_of(Said(form, text=text))
    except Malformed:
        return
    assert abs(fix.lat_e7) <= 900_000_000 and abs(fix.lon_e7) <= 1_800_000_000 and fix.error_mm >= 0


def test_half_a_position_is_none():
    for said in (
        Said("wgs84", 1),
        Said("bearing", from_lat_e7=1, from_lon_e7=1, bearing_cdeg=5),
        Said("bearing"),
    ):
        with pytest.raises(Malformed):
            fix_of(said)
    with pytest.raises(Malformed):
        positions.write_utm(850_000_000, 0)


def moved(lat, lon, m):
    end = Geodesic.WGS84.Direct(lat / 1e7, lon / 1e7, 90, m)
    return round(end["lat2"] * 1e7), round(end["lon2"] * 1e7)


@pytest.mark.parametrize(("limit", "near", "far"), [(SITE_LIMIT_MM, 495, 505), (AREA_LIMIT_MM, 4_990, 5_010)])
def test_two_forms_agree_to_the_limit_and_not_beyond(limit, near, far):
    here = (335_138_055, 362_765_000)
    exact = Said("wgs84", *here)
    for away, agrees in ((near, True), (far, False)):
        other = Said("dms", text=positions.write_dms(*moved(*here, away), decimals=3))
        answer = compare([exact, other], limit)
        assert answer.agrees is agrees and math.isclose(answer.distance_mm, away * 1000, abs_tol=100)


def test_nine_kilometres_off_is_found_and_one_form_twice_says_nothing():
    here = (335_138_055, 362_765_000)
    off = Said("mgrs", text=positions.write_mgrs(*moved(*here, 9_000)))
    assert compare([Said("wgs84", *here), off], AREA_LIMIT_MM).agrees is False
    assert compare([Said("wgs84", *here), Said("wgs84", *moved(*here, 9_000))], AREA_LIMIT_MM).agrees is None
    torn = compare([Said("wgs84", *here), Said("mgrs", text="37S??")], AREA_LIMIT_MM)
    assert torn.agrees is None and torn.unreadable == (1,) and len(torn.fixes) == 1
