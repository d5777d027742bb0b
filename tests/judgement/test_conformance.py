"""Own movers against what was declared of them, and movers that nobody declared: each state raised and over."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.judgement.conformance.judge import Declared, judge, key_of, look
from steerclear.judgement.conformance.rows import Standing, Uncoordinated
from steerclear.judgement.conformance.undeclared import AgreedArea, Others, uncoordinated
from steerclear.judgement.separation.life import Change, Lives, rules_of, step
from steerclear.judgement.separation.meeting import Side
from steerclear.space.altitude import Altitude
from steerclear.space.beyond import beyond_m
from steerclear.space.geodesic import inverse
from steerclear.space.outline import build
from steerclear.space.prepare import PreparedVolume, prepare
from steerclear.space.volume import Circle, Corridor, Polygon, Volume4D
from steerclear.speech.parameters import Parameters
from steerclear.units import format_time, parse_time
from support.movers import FT, OTHER, OWN, side

T0 = int(parse_time("2026-10-10T12:00:00Z"))
MIN, HOUR = 60_000, 3_600_000
RULES, NUMBERS = rules_of(Parameters()), Parameters()
NOTICE, AREA = "9b" * 32, "a7" * 32


def volume(
    start: int = 0,
    end: int = HOUR,
    *,
    lon_e7: int = 190_000_000,
    km: int = 20,
    low_ft: int = 20_000,
    high_ft: int = 24_000,
) -> PreparedVolume:
    limits = [Altitude(feet, "ft", "WGS84") for feet in (low_ft, high_ft)]
    times = [format_time(T0 + at) for at in (start, end)]
    return prepare(Volume4D(Circle((400_000_000, lon_e7), km * 1_000_000), *limits, *times))


DECLARED = Declared(NOTICE, OWN, (volume(),), transmits=True)


def at(at_ms: int, **more: Any) -> Side:
    return side(OWN, at_ms=T0 + at_ms, **more)


def states(
    one: Side | None,
    at_ms: int,
    declared: Declared = DECLARED,
    heard_ms: int | None = 0,
    live_ms: int | None = 0,
) -> list[str]:
    heard, live = (None if at is None else T0 + at for at in (heard_ms, live_ms))
    return [row.state for row in judge(declared, one, heard, T0 + at_ms, NUMBERS, live_ms=live)]


@pytest.mark.parametrize(
    ("at_ms", "more", "state", "reason"),
    [
        (-MIN, {}, "waiting", ""),
        (0, {}, "inside", ""),
        (0, {"east_nm": 10}, "inside", ""),
        (0, {"east_nm": 11.5}, "out", "place"),
        (0, {"east_nm": 10.8, "error_mm": 500_000}, "inside", ""),  # it may be inside
        (0, {"low_tmm": 24_001 * FT, "high_tmm": 24_050 * FT}, "out", "height"),
        (0, {"low_tmm": 23_990 * FT, "high_tmm": 24_050 * FT}, "inside", ""),
        (0, {"low_tmm": None, "high_tmm": None}, "inside", ""),  # every height counts
        (0, {"east_nm": 10, "kt": 400}, "leaving", ""),
        (0, {"east_nm": 10, "kt": -400}, "inside", ""),
        (0, {"up_low_mm_s": 10_000, "up_high_mm_s": 12_000}, "leaving", ""),
        (HOUR - 1, {"kt": 100}, "inside", ""),  # it ends before it would be out
        (HOUR, {"kt": 100}, "out", "time"),  # [start, end)
        (HOUR, {}, "waiting", ""),  # it stands still
    ],
)
def test_the_state_of_a_mover(at_ms: int, more: dict[str, Any], state: str, reason: str) -> None:
    (row,) = judge(DECLARED, at(at_ms, **more), T0 + at_ms, T0 + at_ms, NUMBERS, live_ms=T0)
    assert (row.state, row.reason) == (state, reason)


def test_how_far_outside_and_how_soon() -> None:
    (out,) = judge(
        DECLARED, at(0, east_nm=13.5, error_mm=0, velocity_error_mm_s=0), T0, T0, NUMBERS, live_ms=T0
    )
    assert out.beyond_mm == pytest.approx((13.5 * 1852 - 20_000) * 1e3, abs=60_000)
    (leaving,) = judge(
        DECLARED, at(0, east_nm=10, kt=400, velocity_error_mm_s=0, error_mm=0), T0, T0, NUMBERS, live_ms=T0
    )
    assert leaving.in_ms == 10_000, "1,480 m at 206 m/s, looked at every 5 s"


def test_one_volume_of_several_is_enough_and_each_counts_in_its_own_time() -> None:
    legs = replace(DECLARED, volumes=(volume(0, 30 * MIN), volume(20 * MIN, HOUR, lon_e7=193_000_000)))
    assert states(at(10 * MIN), 10 * MIN, legs, 10 * MIN) == ["inside"]
    assert states(at(10 * MIN, east_nm=14), 10 * MIN, legs, 10 * MIN) == ["out"], (
        "the next leg is not active yet"
    )
    assert states(at(25 * MIN, east_nm=14), 25 * MIN, legs, 25 * MIN) == ["inside"]
    gap = replace(DECLARED, volumes=(volume(0, 10 * MIN), volume(20 * MIN, HOUR)))
    row, *_ = judge(gap, at(15 * MIN), T0, T0 + 15 * MIN, NUMBERS, live_ms=T0)
    assert (row.state, row.reason) == ("out", "time")


def test_overdue_and_not_transmitting() -> None:
    assert states(None, HOUR + 30 * MIN - 1, heard_ms=HOUR) == ["not-judged"]
    assert states(None, HOUR + 30 * MIN, heard_ms=HOUR) == ["not-judged", "overdue"]
    assert states(None, 5 * MIN - 1, heard_ms=None) == ["not-judged"]
    assert states(None, 5 * MIN, heard_ms=None) == ["not-judged", "not-transmitting"]
    assert states(None, 10 * MIN, heard_ms=6 * MIN) == ["not-judged"], "it was heard less than 5 min ago"
    down = [states(None, 10 * MIN, heard_ms=None, live_ms=live) for live in (None, 5 * MIN + 1, 5 * MIN)]
    assert down == [["not-judged"], ["not-judged"], ["not-judged", "not-transmitting"]], (
        "who hears nobody knows of nobody that it is silent, nor at once when the feed is back"
    )
    quiet = replace(DECLARED, transmits=False)
    assert states(None, 30 * MIN, quiet, heard_ms=None) == ["not-judged"], "it never said that it would"


def test_what_cannot_be_judged_says_so() -> None:
    assert states(at(0), 0, replace(DECLARED, volumes=())) == ["not-judged"]
    (row,) = judge(DECLARED, None, None, T0, NUMBERS, live_ms=T0)
    assert row.reason == "not-seen", "where it is nobody knows: that is neither inside nor out"


def lived(*rows: tuple[int, tuple[Standing, ...]]) -> list[Change[Standing]]:
    lives: Lives[Standing] = Lives()
    told: list[Change[Standing]] = []
    for at_ms, standings in rows:
        lives, changes = step(lives, look(standings, T0 + at_ms), RULES)
        told += changes
    return told


def told(changes: list[Change[Standing]]) -> list[tuple[str, str]]:
    return [(one.step, one.live.last.what.state) for one in changes]


def second(at_ms: int, one: Side | None, heard_ms: int | None = None) -> tuple[int, tuple[Standing, ...]]:
    heard = at_ms if heard_ms is None and one is not None else heard_ms
    return at_ms, judge(DECLARED, one, None if heard is None else T0 + heard, T0 + at_ms, NUMBERS, live_ms=T0)


def test_leaving_then_out_then_back_is_raised_confirmed_and_cleared() -> None:
    leaving = [second(s * 1000, at(s * 1000, east_nm=10, kt=400)) for s in range(3)]
    out = [second(s * 1000, at(s * 1000, east_nm=13)) for s in range(3, 6)]
    back = [second(s * 1000, at(s * 1000)) for s in range(6, 17)]
    assert told(lived(*leaving, *out, *back)) == [
        ("raised", "leaving"),
        ("confirmed", "leaving"),
        ("cleared", "out"),
        ("raised", "out"),
        ("confirmed", "out"),
        ("cleared", "out"),
    ]
    unseen = [second(s * 1000, None, 5_000) for s in range(6, 17)]
    assert told(lived(*leaving, *out, *unseen))[-1] == ("confirmed", "out"), "not seen is not back"


@pytest.mark.parametrize("state", ["overdue", "not-transmitting"])
def test_overdue_and_silence_are_raised_and_cleared_though_nothing_is_heard(state: str) -> None:
    start = HOUR + 30 * MIN if state == "overdue" else 10 * MIN
    rows = [second(start + s * 1000, None, 0) for s in range(3)]
    changes = lived(*rows)
    assert told(changes) == [("raised", state), ("confirmed", state)]
    over = [(start + s * 1000, (Standing(NOTICE, OWN, "inside"),)) for s in range(3, 14)]
    assert told(lived(*rows, *over))[-1] == ("cleared", state), "completed, or heard again"


def test_a_mover_has_one_life_for_its_place_and_one_for_each_silence() -> None:
    rows = [Standing(NOTICE, OWN, state) for state in ("leaving", "out", "overdue", "not-transmitting")]  # type: ignore[arg-type]
    assert len({key_of(row) for row in rows}) == 3 and key_of(rows[0]) == key_of(rows[1])


# ---- how far outside an outline

OUTLINES = [
    Circle((400_000_000, 190_000_000), 20_000_000),
    Corridor(((400_000_000, 180_000_000), (400_000_000, 200_000_000)), 5_000_000),
    Polygon(((399_000_000, 189_000_000), (399_000_000, 191_000_000), (401_000_000, 190_000_000))),
    Circle((899_000_000, 1_799_000_000), 20_000_000),
]


@pytest.mark.parametrize("outline", OUTLINES)
def test_below_zero_inside_and_above_outside(outline: Any) -> None:
    core = build(outline)
    inside = {0: (400_000_000, 190_000_000), 1: (400_100_000, 190_000_000), 2: (399_900_000, 190_000_000)}
    lat, lon = inside.get(OUTLINES.index(outline), (899_000_000, 1_799_000_000))
    far = beyond_m(core, np.array([lat, lat - 5_000_000]), np.array([lon, lon]))
    assert far[0] < 0 < far[1]


@given(st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_799_999_999))
def test_of_a_circle_it_is_the_distance_less_the_radius(lat: int, lon: int) -> None:
    centre = (lat / 1e7, lon / 1e7)
    near = (min(lat + 400_000, 900_000_000), lon)
    found = beyond_m(build(Circle((lat, lon), 1_000_000)), np.array([near[0]]), np.array([near[1]]))[0]
    assert found == pytest.approx(inverse(centre, (near[0] / 1e7, near[1] / 1e7))[0] - 1000, abs=0.02)


# ---- uncoordinated


def others(*rows: tuple[str, float], own: bool = False, **more: float) -> Others:
    """(handle, nautical miles east) each, as arrays."""
    lon = np.array([190_000_000 + east * 1852 / 85_394 * 1e7 for _, east in rows])
    count = len(rows)
    values = {
        "error_mm": 50_000.0,
        "low_tmm": 22_000.0 * FT,
        "high_tmm": 22_050.0 * FT,
        "at_ms": float(T0),
    } | more
    columns = {name: np.full(count, value) for name, value in values.items()}
    return Others(
        tuple(name for name, _ in rows), np.full(count, own), np.full(count, 400_000_000.0), lon, **columns
    )


AREAS = (AgreedArea(AREA, (volume(),)),)


def names(found: Any) -> list[str]:
    return [seen.key[0] for seen in found.seen]


def test_a_mover_inside_an_agreed_area_that_nobody_declared() -> None:
    rows = others((OTHER, 0.0), ("radar:7", 5.0), ("radar:8", 30.0))
    assert names(uncoordinated(rows, AREAS, (), T0)) == [OTHER, "radar:7"]
    assert names(uncoordinated(rows, AREAS, (volume(km=8),), T0)) == ["radar:7"], (
        "a volume of anybody declares it"
    )
    assert names(uncoordinated(rows, AREAS, (volume(HOUR, 2 * HOUR),), T0)) == [OTHER, "radar:7"], (
        "not one of later"
    )
    assert names(uncoordinated(rows, AREAS, (volume(low_ft=0, high_ft=9_000),), T0)) == [OTHER, "radar:7"]
    unknown = others((OTHER, 0.0), low_tmm=-np.inf, high_tmm=np.inf)
    assert names(uncoordinated(unknown, AREAS, (volume(low_ft=0, high_ft=9_000),), T0)) == [], (
        "it may be that one"
    )
    assert names(uncoordinated(others((OTHER, 10.78)), AREAS, (), T0)) == [], (
        "surely inside, or nothing is said"
    )
    assert names(uncoordinated(others((OTHER, 0.0), own=True), AREAS, (), T0)) == [], (
        "own movers are no matter of this"
    )
    assert names(uncoordinated(others((OTHER, 0.0)), (), (), T0)) == [], "no agreed area, nothing to say"
    assert names(uncoordinated(rows, AREAS, (), T0 + HOUR)) == [], "the area's time is over"


def test_it_is_raised_and_cleared() -> None:
    lives: Lives[Uncoordinated] = Lives()
    steps = []
    for s in range(16):
        found = uncoordinated(others((OTHER, 0.0 if s < 4 else 30.0)), AREAS, (), T0 + s * 1000)
        lives, changes = step(lives, found, RULES)
        steps += [(one.step, one.reason) for one in changes]
    assert steps == [("raised", None), ("confirmed", None), ("cleared", "apart")]


def test_it_is_shown_as_presumed_civil_and_carries_no_class_and_no_identity() -> None:
    (row,) = (seen.what for seen in uncoordinated(others((OTHER, 0.0)), AREAS, (), T0).seen)
    assert row.presume == "presume civil"
    told = dataclasses.asdict(row)
    assert set(told) == {"area", "lat_e7", "lon_e7", "error_mm", "low_tmm", "high_tmm", "at_ms", "presume"}
    assert OTHER not in str(told) and "icao" not in str(told)
