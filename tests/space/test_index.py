"""The index may name too many and never too few, whatever was put in and taken out before."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.space.altitude import Altitude
from steerclear.space.index import SpaceIndex
from steerclear.space.overlap import Minima, overlap
from steerclear.space.prepare import prepare, prepare_protective
from steerclear.space.volume import Circle, Corridor, Polygon
from steerclear.units import format_time
from support.effort import examples
from support.geodesics import e7, go, star
from support.volumes import box, circle, ft, volume

NOON_MS = 1_445_342_400_000
LIMITS = ("surface", "unknown", *(ft(n, r) for n in (0, 900, 5_000) for r in ("MSL", "WGS84", "AGL", "STD")))
UPPERS = ("unlimited", "unknown", *(ft(n, r) for n in (5_000, 9_000) for r in ("MSL", "WGS84", "AGL", "STD")))


def drawn(rng):
    """A volume around one of a few places where maps end, of any size, at any height, short or long."""
    places = [(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0), (51.0, -179.9), (51.0, 179.9), (33.0, 36.0)]
    centre = go(rng.choice(places), rng.uniform(0, 360), rng.uniform(0, 400_000))
    size = 10 ** rng.uniform(2, 6)
    match rng.randrange(3):
        case 0:
            outline = Circle(e7(*centre), round(size * 1000))
        case 1:
            outline = Corridor((e7(*centre), e7(*go(centre, rng.uniform(0, 360), size))), 2_000_000)
        case _:
            outline = Polygon(star(rng, centre, size, rng.randint(3, 7)))
    start = NOON_MS + rng.randrange(-10, 10) * 3_600_000
    end = start + rng.choice([1, 3_600_000, 30 * 86_400_000])
    made, _ = prepare_protective(
        volume(outline, rng.choice(LIMITS), rng.choice(UPPERS), format_time(start), format_time(end))
    )
    return made


def asked(rng):
    return Minima(
        rng.choice([0, 0, 1, 20_000_000, 400_000_000]),
        rng.choice([0, 1, 3_048_000]),
        rng.choice([0, 1, 7_200_000]),
    )


@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 2**32))
def test_no_conflict_is_missed(seed):
    rng = random.Random(seed)
    index: SpaceIndex[int] = SpaceIndex()
    held = {}
    for step in range(60):
        if held and rng.random() < 0.25:
            gone = rng.choice(sorted(held))
            assert index.remove(gone)
            del held[gone]
        key = rng.randrange(40) if rng.random() < 0.2 else step + 100
        held[key] = drawn(rng)
        index.add(key, held[key])
    assert len(index) == len(held)
    for _ in range(10):
        one, minima = drawn(rng), asked(rng)
        named = index.candidates(one, minima)
        assert len(named) == len(set(named)) and set(named) <= set(held)
        for key, other in held.items():
            if overlap(one, other, minima) is not None:
                assert key in named


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 2**32))
def test_adding_and_removing_everything_leaves_nothing(seed):
    rng = random.Random(seed)
    index: SpaceIndex[int] = SpaceIndex()
    volumes = [drawn(rng) for _ in range(20)]
    for round_ in range(3):
        for key, one in enumerate(volumes):
            index.add(key, one)
        assert all(key in index for key in range(20)) and len(index) == 20
        order = list(range(20))
        rng.shuffle(order)
        for key in order:
            assert index.remove(key) and not index.remove(key)
        assert len(index) == 0 and all(index.candidates(one) == [] for one in volumes), round_


def test_what_is_far_away_in_place_height_or_time_is_not_named():
    """The twin of never missing: an index that names everybody is no index."""
    index: SpaceIndex[str] = SpaceIndex()
    here = box(33, 36, 34, 37)
    index.add("here", prepare(volume(here)))
    index.add("far", prepare(volume(box(33, 39, 34, 40))))
    index.add("high", prepare(volume(here, ft(30_000), ft(31_000))))
    index.add("later", prepare(volume(here, start="2015-10-21T10:00:00Z", end="2015-10-21T11:00:00Z")))
    index.add("antipode", prepare(volume(box(-34, -144, -33, -143))))
    one = prepare(volume(here))
    assert index.candidates(one) == ["here"]
    assert set(index.candidates(one, Minima(300_000_000))) == {"here", "far"}
    assert set(index.candidates(one, Minima(0, 40_000 * 3_048))) == {"here", "high"}
    assert set(index.candidates(one, Minima(0, 0, 86_400_000))) == {"here", "later"}


def test_replacing_a_key_moves_it():
    index: SpaceIndex[str] = SpaceIndex()
    index.add("a", prepare(volume(circle(10, 10, 1_000))))
    index.add("a", prepare(volume(circle(20, 20, 1_000))))
    assert len(index) == 1
    assert index.candidates(prepare(volume(circle(10, 10, 1_000)))) == []
    assert index.candidates(prepare(volume(circle(20, 20, 1_000)))) == ["a"]


def test_two_references_whose_intervals_are_apart_but_whose_values_meet():
    """One reference compares by value; the box must not be narrower."""
    index: SpaceIndex[str] = SpaceIndex()
    outline = circle(46, 8, 5_000)
    low = Altitude(100, "m", "AGL", ground_low_m=0, ground_high_m=10)
    high = Altitude(100, "m", "AGL", ground_low_m=3_000, ground_high_m=3_100)
    one, other = prepare(volume(outline, low, low)), prepare(volume(outline, high, high))
    index.add("high", other)
    assert overlap(one, other) is not None and index.candidates(one) == ["high"]
