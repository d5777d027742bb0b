"""Level flights on one pressure setting are compared in it: exactly 1,000 ft apart is legal (judgement.md,
Known defects).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.app.looking import looked, own_of
from steerclear.feeds.batch import batch_of
from steerclear.feeds.codes import MOVER, ORIGIN
from steerclear.feeds.tracks import Tracks
from steerclear.judgement.separation.levels import Levels, apart
from steerclear.speech.parameters import Parameters

NOW = 1_772_427_600_000
PLAIN, OURS = Parameters(), own_of(["icao:aa*"])
THOUSAND = 1_000 * 3048


def level_of(other_ft: float = 32_000.0, **columns: Any) -> str | None:
    """Two head on over Frankfurt, ours at FL310; at which level they are alerted on, None where they are
    not.
    """
    made = Tracks({"adsb": "shared"})
    baro = np.array([31_000.0, other_ft])
    given_ = {
        "ident": ["icao:aa0001", "icao:bb0001"],
        "at_ms": NOW - 400,
        "received_ms": NOW,
        "lat_deg": [50.0, 50.0],
        "lon_deg": [8.0, 8.2],
        "error_m": 30.0,
        "alt_baro_ft": baro,
        "alt_geom_m": baro * 0.3048 + 150,
        "alt_geom_error_m": 45.0,
        "ve_mps": [230.0, -230.0],
        "vn_mps": 0.0,
        "vu_mps": 0.0,
        "v_error_mps": 3.0,
        "mover": MOVER["fixed_wing"],
        "origin": ORIGIN["own"],
    }
    made.take("adsb", batch_of(2, given_ | columns), NOW)
    seen = looked(made.picture(NOW), OURS, PLAIN).look.seen
    return seen[0].level if seen else None


def test_exactly_a_thousand_feet_is_legal_and_a_step_less_is_not() -> None:
    assert level_of(32_000.0) is None
    assert level_of(30_000.0) is None
    assert level_of(31_975.0) is not None, "25 ft less"
    assert level_of(31_000.0) is not None


def test_who_climbs_towards_the_other_is_alerted_on_and_who_climbs_away_is_not() -> None:
    assert level_of(32_000.0, vu_mps=[8.0, 0.0]) is not None
    assert level_of(32_000.0, vu_mps=[0.0, 8.0]) is None
    assert level_of(32_000.0, vu_mps=[0.9, 0.0]) is None, "an autopilot hunts by less than 200 ft/min"


@pytest.mark.parametrize(
    "columns",
    [
        {"alt_baro_ft": [31_000.0, np.nan]},
        {"vu_mps": [0.0, np.nan]},
        {"alt_geom_m": [9_600.0, 0.0]},
        {"alt_baro_ft": [31_000.0, np.nan], "alt_geom_m": np.nan},
    ],
)
def test_where_the_levels_do_not_say_it_all_the_intervals_count(columns: dict[str, Any]) -> None:
    """Another reference, a rate that nobody sent, two heights that disagree, no height at all."""
    assert level_of(32_000.0, **columns) is not None


def levels(*rows: tuple[int, float, float], datum: tuple[int, int] = (3, 3)) -> Levels:
    values, low, high = (np.array(one) for one in zip(*rows, strict=True))
    return Levels(np.array(datum, np.uint8), values.astype(np.int64), low.astype(float), high.astype(float))


def asked(rows: Levels, least: float, from_s: float = 0.0, until_s: float = 60.0) -> bool:
    first, second = np.array([0]), np.array([1])
    return bool(apart(rows, first, second, np.array([least]), np.array([from_s]), np.array([until_s]))[0])


def test_only_one_datum_is_compared_and_a_minimum_without_end_is_never_kept() -> None:
    rows = (0, 0, 0), (THOUSAND, 0, 0)
    assert asked(levels(*rows), THOUSAND) and not asked(levels(*rows), THOUSAND + 1)
    assert not asked(levels(*rows, datum=(3, 1)), THOUSAND)
    assert not asked(levels(*rows, datum=(0, 0)), THOUSAND)
    assert not asked(levels(*rows), np.inf)


RATE = st.tuples(st.integers(-50_000, 50_000), st.integers(0, 20_000))


@given(st.integers(-10_000_000, 10_000_000), RATE, RATE, st.integers(0, 5_000_000), st.integers(0, 100))
def test_apart_is_apart_at_every_instant_and_rate(
    value: int, one: tuple[int, int], two: tuple[int, int], least: int, until: int
) -> None:
    rows = levels((0, one[0], sum(one)), (value, two[0], sum(two)))
    said = asked(rows, least, 0.0, float(until))
    gaps = []
    for second in np.linspace(0.0, until, 7):
        for a in (one[0], sum(one)):
            for b in (two[0], sum(two)):
                gaps.append(value + (b - a) * second)
    if said:
        assert min(gaps) >= least - 1e-3 or max(gaps) <= -least + 1e-3
    elif least:
        assert min(gaps) < least and max(gaps) > -least
