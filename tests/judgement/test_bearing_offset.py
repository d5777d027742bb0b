"""A turned radar (AT21): one angle that fits every bearing, surely ten degrees or more; and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.judgement.conduct import BearingOffset, Mover, State, bearing_offsets, sightings
from steerclear.space.geodesic import direct

SITE = (35.5, 51.0)
LIMIT = 1_000


def track(mover: str, *polar: tuple[float, float], error_m: float = 20, **more: int) -> Mover:
    """States at (azimuth, km) from the site, ten seconds apart."""
    states = []
    for i, (azimuth, km) in enumerate(polar):
        lat, lon = direct(SITE, azimuth, km * 1000)
        states.append(
            State(
                at_ms=10_000 * i,
                lat_e7=round(lat * 1e7),
                lon_e7=round(lon * 1e7),
                error_mm=round(error_m * 1000),
                speed_mm_s=0,
                **more,
            )
        )
    return Mover(mover=mover, states=tuple(states))


PATH = ((60.0, 24.0), (70.0, 22.5), (80.0, 21.6), (90.0, 21.3))
HERE = track("ground", *((0.0, 0.0),) * 4)
KNOWN = track("tanker_airlift", *PATH)


def turned(degrees: float, error_m: float = 20, *, km: float = 0) -> BearingOffset | None:
    seen = track("", *((a + degrees, d + km) for a, d in PATH), error_m=error_m)
    return bearing_offsets(sightings(HERE, seen, KNOWN), LIMIT)


@pytest.mark.parametrize("degrees", [107, -107, 11, -11, 179, 10.5])
def test_a_turned_radar_is_flagged(degrees: float) -> None:
    found = turned(degrees)
    assert found is not None and found.constant and found.flagged and found.sightings == 4
    assert found.low_cdeg <= degrees * 100 <= found.high_cdeg
    assert found.high_cdeg - found.low_cdeg < 60


@pytest.mark.parametrize("degrees", [0, 5, -9, 9.9])
def test_a_small_offset_is_not(degrees: float) -> None:
    found = turned(degrees)
    assert found is not None and found.constant and not found.flagged


def test_at_the_limit_and_with_wide_errors_nothing_is_flagged() -> None:
    exact, wide = turned(10), turned(12, 1_000)
    assert exact is not None and not exact.flagged
    assert wide is not None and not wide.flagged


def test_other_distances_are_other_traffic() -> None:
    assert turned(107, km=3) is None


def test_offsets_that_differ_are_no_turned_radar() -> None:
    seen = track("", *((a + turn, d) for (a, d), turn in zip(PATH, (20, 40, 60, 80), strict=True)))
    found = bearing_offsets(sightings(HERE, seen, KNOWN), LIMIT)
    assert found is not None and not found.constant and not found.flagged


def test_two_bearings_show_no_constant() -> None:
    seen = track("", *((a + 107, d) for a, d in PATH[:2]))
    assert bearing_offsets(sightings(HERE, seen, KNOWN), LIMIT) is None


def test_positions_without_error_are_left_out() -> None:
    bare = Mover(states=(State(at_ms=0, lat_e7=355_000_000, lon_e7=510_000_000),))
    assert sightings(HERE, bare, KNOWN) == [] == sightings(bare, KNOWN, KNOWN)


@settings(max_examples=80, deadline=None)
@given(st.integers(-1790, 1790))
def test_the_bounds_hold_the_true_angle(tenths: int) -> None:
    found = turned(tenths / 10)
    assert found is not None and found.constant
    assert found.low_cdeg <= tenths * 10 <= found.high_cdeg
    if found.flagged:
        assert abs(tenths) > 100
