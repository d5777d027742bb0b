"""Many outlines beside one: the very answers that each pair gets by itself, whatever stands beside it."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.space.geodesic import ERROR_MM
from steerclear.space.meet import Other, meet, meet_all
from steerclear.space.outline import build
from steerclear.space.volume import Circle, Corridor, Polygon
from support.effort import examples
from support.geodesics import e7, go, star

PLACES = ((50.0, 10.0), (89.9, 0.0), (-33.0, 179.9), (0.0, 0.0))


def drawn(rng, centre):
    """Any outline within 150 km of a place; small ones lie inside larger ones, some have a hole."""
    where = go(centre, rng.uniform(0, 360), rng.uniform(0, 100_000))
    size = 10 ** rng.uniform(3, 5)
    kind = rng.randrange(6)
    if kind == 0:
        return Circle(e7(*where), round(size * 1000))
    if kind == 1:
        return Corridor((e7(*where), e7(*go(where, rng.uniform(0, 360), size))), rng.randint(1, 5_000_000))
    ring = star(rng, where, size, rng.randint(3, 40), 0.4)
    hole = star(rng, where, size * 0.2, 5, 0.2) if kind == 2 and len(ring) > 8 else ()
    return Polygon(ring, (hole,) if hole else ())


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(PLACES), st.integers(0, 30))
def test_company_changes_nothing(seed, centre, count):
    rng = random.Random(seed)
    one = build(drawn(rng, centre))
    others = [
        Other(build(drawn(rng, centre)), rng.choice([0, 0, 20_000_000]), rng.random() < 0.5)
        for _ in range(count)
    ]
    alone = [
        meet(one, row.core, row.minimum_mm) if row.one_first else meet(row.core, one, row.minimum_mm)
        for row in others
    ]
    assert meet_all(one, others) == alone
    shuffled = rng.sample(range(count), count)
    assert meet_all(one, [others[i] for i in shuffled]) == [alone[i] for i in shuffled]


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(PLACES))
def test_the_same_figures_from_either_side(seed, centre):
    """As two nodes look at it: each with the other's notice in its set, in the order of the ids."""
    rng = random.Random(seed)
    a, b = build(drawn(rng, centre)), build(drawn(rng, centre))
    here = meet_all(a, [Other(build(drawn(rng, centre)), 0, True), Other(b, 0, True)])[1]
    there = meet_all(b, [Other(a, 0, False)])[0]
    assert here == there


def test_identical_and_touching_areas_in_company():
    """Vertices that lie on the other's edges are no points inside by chance of a digit."""
    square = Polygon((e7(40, 20), e7(40, 21), e7(41, 21), e7(41, 20)))
    beside = Polygon((e7(40, 21), e7(40, 22), e7(41, 22), e7(41, 21)))
    rows = [Other(build(outline), 0, True) for outline in (square, beside, square)]
    same, touching, again = meet_all(build(square), rows)
    assert same == again and same.depth_mm > 40_000_000
    assert touching is not None and touching.depth_mm <= ERROR_MM
