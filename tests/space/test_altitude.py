"""Altitudes: exact in one reference, protective between two, refused at the desk when senseless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.space.altitude import (
    BOTTOMLESS_TMM,
    ENDLESS_TMM,
    Altitude,
    as_lower,
    as_upper,
    check_limits,
    interval_tmm,
    prefilter_band,
    vertical_gap,
    vertical_uncertainty,
)
from steerclear.space.geoid import GeoBox, undulation_tmm

HERE = GeoBox(334_000_000, 362_000_000, 335_000_000, 363_000_000)
FOOT = 3048
METRE = 10_000


def block(lower, upper, box=HERE):
    return as_lower(lower, box), as_upper(upper, box)


def gap(a, b, **kw):
    return vertical_gap(*block(*a), *block(*b), **kw)


def ft(value, ref="MSL", **kw):
    return Altitude(value, "ft", ref, **kw)


def fl(value, **kw):
    return Altitude(value, "fl", "STD", **kw)


@pytest.mark.parametrize("ref", ["WGS84", "MSL", "STD"])
def test_levels_exactly_1000_ft_apart_are_exactly_that(ref):
    for level in range(0, 59_000, 100):
        a, b = (ft(level, ref), ft(level, ref)), (ft(level + 1000, ref), ft(level + 1000, ref))
        assert gap(a, b) == gap(b, a) == 1000 * FOOT
        assert vertical_uncertainty(*block(*a), *block(*b)) == 0


def test_flight_levels_and_feet_of_standard_pressure_are_one_reference():
    assert gap((fl(310), fl(310)), (ft(32_000, "STD"), ft(33_000, "STD"))) == 1000 * FOOT


def test_feet_and_metres_of_one_reference_compare_exactly():
    assert gap((Altitude(0, "m", "MSL"), Altitude(3048, "m", "MSL")), (ft(10_000), ft(11_000))) == 0
    assert gap((Altitude(0, "m", "MSL"), Altitude(3047, "m", "MSL")), (ft(10_000), ft(11_000))) == METRE
    assert gap((Altitude(0, "mm", "MSL"), Altitude(3_047_999, "mm", "MSL")), (ft(10_000), ft(11_000))) == 10


def test_overlapping_blocks_have_no_gap_and_separated_ones_do():
    assert gap((fl(200), fl(300)), (fl(250), fl(350))) < 0
    assert gap((fl(200), fl(240)), (fl(250), fl(350))) == 1000 * FOOT


def test_sea_level_and_ellipsoid_differ_by_the_geoid_never_by_nothing():
    metres = round(undulation_tmm(334_500_000, 362_500_000) / METRE)
    assert metres > 15
    low, high = interval_tmm(Altitude(100, "m", "MSL"), HERE)
    assert low < (100 + metres) * METRE < high and high - low < 14 * METRE
    sea = (Altitude(0, "m", "MSL"), Altitude(1000, "m", "MSL"))
    inside = (Altitude(1005, "m", "WGS84"), Altitude(1100, "m", "WGS84"))
    clear = (Altitude(1000 + metres + 10, "m", "WGS84"), Altitude(1200, "m", "WGS84"))
    assert gap(sea, inside) < 0, "1,005 m above the ellipsoid is under 1,000 m above the sea here"
    assert gap(sea, clear) > 0


def test_flight_level_against_sea_level_carries_a_thousand_feet():
    assert gap((fl(100), fl(110)), (ft(11_900), ft(12_500))) < 0, "900 ft apart on paper may touch in the air"
    assert gap((fl(100), fl(110)), (ft(12_100), ft(12_500))) > 0
    assert vertical_uncertainty(*block(fl(100), fl(110)), *block(ft(12_100), ft(12_500))) > 2000 * FOOT


def test_a_known_setting_moves_and_narrows_a_flight_level():
    plain, low_pressure = interval_tmm(fl(50), HERE), interval_tmm(fl(50, qnh_hpa_tenths=9_832), HERE)
    assert low_pressure[1] - low_pressure[0] < plain[1] - plain[0]
    middle = (sum(low_pressure) - sum(plain)) // 2
    assert middle == pytest.approx(-30 * 27.5 * FOOT, rel=0.05), "30 hPa low: about 825 ft nearer the ground"
    standard = interval_tmm(fl(50, qnh_hpa_tenths=10_132), HERE)
    assert abs(sum(standard) - sum(plain)) < 20 * FOOT


def test_qnh_is_exact_with_one_setting_only():
    a = (ft(1000, "QNH", qnh_hpa_tenths=10_150),) * 2
    same = (ft(2000, "QNH", qnh_hpa_tenths=10_150),) * 2
    other = (ft(2000, "QNH", qnh_hpa_tenths=9_900),) * 2
    unknown = (ft(2000, "QNH"),) * 2
    assert gap(a, same) == 1000 * FOOT
    assert gap(a, other) < 1000 * FOOT and gap(unknown, unknown) < 0 and gap(a, unknown) < 1000 * FOOT
    at = (ft(1000, "QNH", aerodrome="OSLK"),) * 2, (ft(2000, "QNH", aerodrome="OSLK"),) * 2
    assert gap(*at) == 1000 * FOOT


def test_height_above_ground_is_exact_over_one_ground_and_protective_elsewhere():
    drone, crewed = (ft(0, "AGL"), ft(400, "AGL")), (ft(500, "AGL"), ft(1000, "AGL"))
    assert gap(drone, crewed) == 100 * FOOT
    assert gap(drone, crewed, apart=True) < 0, "other ground may be higher by any mountain"
    assert gap(drone, (fl(100), fl(200))) < 0, "unknown ground"
    ground = {"ground_low_m": 600, "ground_high_m": 700}
    known = (ft(0, "AGL", **ground), ft(400, "AGL", **ground))
    assert gap(known, (fl(100), fl(200))) > 5000 * FOOT
    assert gap(known, (ft(2000), ft(9000))) < 0


def test_qfe_counts_from_its_aerodrome():
    at = {"aerodrome": "OSLK", "ground_low_m": 47, "ground_high_m": 48}
    assert gap((ft(1000, "QFE", **at),) * 2, (ft(2000, "QFE", **at),) * 2) == 1000 * FOOT
    low, high = interval_tmm(Altitude(300, "m", "QFE", **at), HERE)
    geoid = undulation_tmm(334_500_000, 362_500_000)
    assert low < 347 * METRE + geoid < high
    assert high - low < 90 * METRE


def test_open_limits():
    assert gap(("surface", "unlimited"), (fl(500), fl(600))) < 0
    assert gap(("unknown", "unknown"), (fl(500), fl(600))) < 0
    assert gap(("surface", "surface"), ("surface", "surface")) <= 0
    assert gap(("surface", "surface"), (ft(300, "AGL"), ft(500, "AGL"))) == 300 * FOOT
    assert as_lower("unlimited", HERE).low_tmm == BOTTOMLESS_TMM, "a senseless floor reaches down"
    assert as_upper("unknown", HERE).high_tmm == ENDLESS_TMM


REFS = st.sampled_from(["WGS84", "MSL", "STD", "AGL", "QNH", "QFE"])
LIMITS = st.builds(
    lambda value, ref, qnh, ground: Altitude(
        value,
        "m",
        ref,
        qnh_hpa_tenths=qnh if ref in ("STD", "QNH") else 0,
        aerodrome="X" if ref == "QFE" else "",
        ground_low_m=ground if ref in ("AGL", "QFE") else None,
        ground_high_m=ground + 50 if ref in ("AGL", "QFE") and ground is not None else None,
    ),
    st.integers(-400, 20_000),
    REFS,
    st.sampled_from([0, 9_800, 10_250]),
    st.sampled_from([None, 0, 3000]),
).filter(lambda a: a.ref in ("AGL", "QFE") or a.ground_low_m is None)
NEAR = GeoBox(335_500_000, 362_000_000, 336_000_000, 364_000_000)


@given(LIMITS, LIMITS, LIMITS, LIMITS, st.booleans())
def test_gap_is_symmetric_and_never_below_the_gap_of_the_prefilter_bands(al, au, bl, bu, apart):
    a, b = block(al, au), block(bl, bu, NEAR)
    exact = vertical_gap(*a, *b, apart=apart)
    assert exact == vertical_gap(*b, *a, apart=apart)
    (a_low, a_high), (b_low, b_high) = prefilter_band(*a), prefilter_band(*b)
    assert max(a_low - b_high, b_low - a_high) <= exact


@given(LIMITS)
def test_an_interval_holds_its_value_and_an_altitude_touches_itself(limit):
    low, high = interval_tmm(limit, HERE)
    assert low <= high
    assert gap((limit, limit), (limit, limit)) <= 0


def rules(lower, upper):
    return {(fault.field, fault.rule) for fault in check_limits(lower, upper, HERE, field="volumes[0]")}


@pytest.mark.parametrize(
    ("bad", "good", "field", "rule"),
    [
        ((fl(300), fl(200)), (fl(200), fl(300)), "upper", "upper-below-lower"),
        ((ft(9_000), fl(50)), (ft(5_200), fl(50)), "upper", "upper-below-lower"),
        (
            (Altitude(50, "fl", "MSL"), fl(300)),
            (fl(50), fl(300)),
            "lower.ref",
            "flight-level-is-standard-pressure",
        ),
        (
            (ft(0), ft(100, "QNH", qnh_hpa_tenths=1013)),
            (ft(0), ft(900, "QNH", qnh_hpa_tenths=10_130)),
            "upper.qnh_hpa_tenths",
            "qnh-out-of-range",
        ),
        (
            (ft(0), ft(100, qnh_hpa_tenths=10_130)),
            (ft(0), ft(100)),
            "upper.qnh_hpa_tenths",
            "qnh-without-pressure-reference",
        ),
        (("unlimited", "unlimited"), ("surface", "unlimited"), "lower", "unlimited-floor"),
        (
            ("surface", ft(9, "QFE")),
            ("surface", ft(9, "QFE", aerodrome="X")),
            "upper.aerodrome",
            "qfe-without-aerodrome",
        ),
        (
            ("surface", ft(9, "AGL", ground_low_m=5)),
            ("surface", ft(9, "AGL", ground_low_m=5, ground_high_m=6)),
            "upper.ground_low_m",
            "bad-ground",
        ),
        (
            ("surface", ft(9, ground_low_m=5, ground_high_m=6)),
            ("surface", ft(9)),
            "upper.ground_low_m",
            "ground-without-height",
        ),
        (
            (ft(0), Altitude(501_000, "m", "MSL")),
            (ft(0), Altitude(499_000, "m", "MSL")),
            "upper.value",
            "altitude-out-of-range",
        ),
    ],
)
def test_the_desk_refuses_and_its_twin_passes(bad, good, field, rule):
    assert (f"volumes[0].{field}", rule) in rules(*bad)
    assert all(fault.remedy for fault in check_limits(*bad, HERE))
    assert rules(*good) == set()
