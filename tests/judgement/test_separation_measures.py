"""τ, τ_mod, TCOA, CPA, HMD, VMD and loss intervals by their names, and well clear in the terms of DO-365."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from steerclear.judgement import measures
from steerclear.judgement.separation import wellclear
from steerclear.kernels import exact
from support.effort import examples

FEET = 0.3048


def line(x: float, y: float, vx: float, vy: float) -> tuple[float, float, float]:
    return x * x + y * y, x * vx + y * vy, vx * vx + vy * vy


def test_head_on_at_ten_kilometres():
    ss, sv, vv = line(10_000, 300, -500, 0)
    assert measures.cpa(sv, vv) == 20 and measures.hmd(ss, sv, vv) == pytest.approx(300)
    assert measures.tau(ss, sv) == pytest.approx((10_000**2 + 300**2) / 5e6)
    assert measures.tau_mod(ss, sv, 1_000.0) == pytest.approx((10_000**2 + 300**2 - 1e6) / 5e6)
    first, last = measures.loss_interval(ss, sv, vv, 500.0)
    assert (first, last) == (pytest.approx(19.2), pytest.approx(20.8))


def test_without_relative_velocity_the_distance_stays():
    ss, sv, vv = line(400, 300, 0, 0)
    assert measures.cpa(sv, vv) == 0 and measures.hmd(ss, sv, vv) == 500
    assert measures.tau(ss, sv) is None and measures.tau_mod(ss, sv, 499.0) is None
    assert measures.tau_mod(ss, sv, 500.0) == 0
    assert measures.loss_interval(ss, sv, vv, 500.0) is None
    assert measures.loss_interval(ss, sv, vv, 500.1) == (-math.inf, math.inf)


def test_parting_ones_are_nearest_now_and_have_no_tau():
    ss, sv, vv = line(1_000, 0, 50, 0)
    assert measures.cpa(sv, vv) == 0 and measures.hmd(ss, sv, vv) == 1_000
    assert measures.tau(ss, sv) is None and measures.tau_mod(ss, sv, 10.0) is None


def test_time_to_co_altitude_is_the_earliest_that_the_intervals_allow():
    assert measures.tcoa(300, 300, -10, -10) == 30
    assert measures.tcoa(-300, -300, 10, 10) == 30
    assert measures.tcoa(200, 300, -10, -5) == 20
    assert measures.tcoa(-10, 300, 5, 5) == 0
    assert measures.tcoa(300, 300, 0, 5) is None and measures.tcoa(-300, -300, -5, 0) is None


def test_vmd_is_the_least_that_the_intervals_allow():
    assert measures.vmd(100, 300, -10, 10, 5.0) == 50 and measures.vmd(100, 300, -10, 10, 20.0) == 0
    assert measures.vmd(-300, -100, 0, 0, 5.0) == 100


VALUE = st.floats(-1e4, 1e4).map(lambda x: round(x, 3))
SPEED = st.floats(-300, 300).map(lambda x: round(x, 3) + 0.0)


@settings(max_examples=examples(100))
@given(VALUE, VALUE, SPEED, SPEED, st.floats(1.0, 9_260.0))
def test_the_scalar_loss_interval_is_that_of_the_kernels(x, y, vx, vy, distance):
    ss, sv, vv = line(x, y, vx, vy)
    one = [np.array([value]) for value in (ss, sv, vv, 0, 0, 0, 0)]
    first, last = exact.horizontal(exact.Flat(*one), np.array([distance]), np.zeros(1))
    expected = (float(first[0]), float(last[0])) if first[0] < last[0] else None
    assert measures.loss_interval(ss, sv, vv, distance) == (
        pytest.approx(expected, rel=1e-9, abs=1e-9) if expected else None
    )


# ---- well clear


def test_the_tables_are_those_of_the_standard():
    """judgement.md, Definitions: DMOD, HMD*, ZTHR, τ*, TCOA*."""
    found = {
        name: (round(t.dmod_m / FEET), round(t.hmd_m / FEET), round(t.zthr_m / FEET), t.tau_mod_s, t.tcoa_s)
        for name, t in wellclear.tables().items()
    }
    assert found == {
        "en_route": (4_000, 4_000, 450, 35, 0),
        "terminal": (1_500, 1_500, 450, 0, 0),
        "non_cooperative": (2_200, 2_200, 450, 0, 0),
    }


EN_ROUTE = wellclear.tables()["en_route"]


def violated(x, y, vx, vy, t) -> bool:
    """The definition itself, at an instant."""
    x, y = x + vx * t, y + vy * t
    ss, sv, vv = line(x, y, vx, vy)
    if math.sqrt(ss) <= EN_ROUTE.dmod_m:
        return True
    tau_mod = measures.tau_mod(ss, sv, EN_ROUTE.dmod_m)
    return (
        tau_mod is not None
        and 0 <= tau_mod <= EN_ROUTE.tau_mod_s
        and measures.hmd(ss, sv, vv) <= EN_ROUTE.hmd_m
    )


@settings(max_examples=examples(150))
@given(
    st.floats(-2e4, 2e4),
    st.floats(-2e4, 2e4),
    st.floats(-300, 300),
    st.floats(-300, 300),
    st.floats(-100, 100),
)
def test_the_interval_is_where_the_definition_holds(x, y, vx, vy, t):
    ss, sv, vv = line(x, y, vx, vy)
    assume(vv > 1)
    held = wellclear.horizontal_violation(ss, sv, vv, EN_ROUTE)
    if held is None:
        assert (
            not violated(x, y, vx, vy, t) or abs(wellclear.hmd_of_line(ss, sv, vv) - EN_ROUTE.dmod_m) < 1e-3
        )
        return
    near = min(abs(t - held[0]), abs(t - held[1])) < 1e-3
    assert near or violated(x, y, vx, vy, t) == (held[0] < t < held[1])


def test_well_clear_bounds_are_included_and_simple_minima_are_not():
    dmod, feet = EN_ROUTE.dmod_m, EN_ROUTE.zthr_m
    assert wellclear.horizontal_violation(*line(dmod, 0, 0, 0), EN_ROUTE) is not None
    assert wellclear.horizontal_violation(*line(dmod + 0.001, 0, 0, 0), EN_ROUTE) is None
    assert wellclear.vertical_violation(feet, feet, 0, 0, EN_ROUTE) is not None
    assert wellclear.vertical_violation(feet + 0.01, feet + 0.01, 0, 0, EN_ROUTE) is None
    assert measures.loss_interval(*line(dmod, 0, 0, 0), dmod) is None


def test_the_vertical_part_climbs_into_it_and_out():
    assert wellclear.vertical_violation(300.0, 300.0, -10.0, -10.0, EN_ROUTE) == (
        pytest.approx((300 - 137.16) / 10),
        pytest.approx((300 + 137.16) / 10),
    )
    both = wellclear.violation((5.0, 9.0), (8.0, 20.0), 60.0)
    assert both == (8.0, 9.0)
    assert wellclear.violation((5.0, 9.0), (10.0, 20.0), 60.0) is None
    assert (
        wellclear.violation((5.0, 9.0), (0.0, 20.0), 4.0) is None
        and wellclear.violation(None, both, 9) is None
    )
