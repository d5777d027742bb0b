"""The search for pairs: both twins alike, all of brute force's pairs and no other, each once."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import SHAPES, minima, scene

from steerclear.kernels import Minima, Movers, Pairs, native, pairs, reference, search, sweep
from support import pairs_brute
from support.effort import examples

pytestmark = pytest.mark.slow

TWINS = ["numpy", pytest.param("c", marks=pytest.mark.skipif(not native.there(), reason="no compiled twin"))]
AIR = Minima.one(9_260.0, 304.8, 120.0)


def same(a: Pairs, b: Pairs) -> None:
    """Not nearly: the same figures."""
    for name in Pairs.__slots__:
        assert np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True), name


def found(answer: Pairs) -> set[tuple[int, int]]:
    one = list(zip(answer.i.tolist(), answer.j.tolist(), strict=True))
    assert len(set(one)) == len(one) and all(i < j for i, j in one) and one == sorted(one)
    return set(one)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("groups", [1, 3])
def test_both_twins_find_what_brute_force_finds(shape: str, groups: int):
    for seed in range(4):
        movers = scene(shape, 160, seed, groups)
        asked = minima(seed, groups, z=0.0 if seed % 2 else 2.0)
        answer = pairs(movers, asked, use="numpy")
        expected = pairs_brute.answers(movers, asked, margin_m=0.05)
        got = found(answer)
        assert expected.lost <= got, (shape, seed, expected.lost - got)
        assert got <= expected.lost | expected.close, (shape, seed)
        if native.there():
            same(answer, pairs(movers, asked, use="c"))


@pytest.mark.skipif(not native.there(), reason="no compiled twin")
@settings(max_examples=examples(60), deadline=None)
@given(
    st.sampled_from(SHAPES), st.integers(0, 10**6), st.integers(0, 300), st.integers(1, 4), st.floats(0, 3)
)
def test_the_twins_answer_alike(shape: str, seed: int, n: int, groups: int, z: float):
    movers, asked = scene(shape, n, seed, groups), minima(seed, groups, z)
    same(pairs(movers, asked, use="numpy"), pairs(movers, asked, use="c"))


DEGENERATE = st.sampled_from([0.0, -0.0, 90.0, -90.0, 180.0, -180.0, 179.9999, 1e-9, 45.0, 89.9999])
SPEED = st.sampled_from([0.0, -0.0, 1e-12, 5e-10, 250.0, -250.0, 1e5])
ROW = st.tuples(DEGENERATE, DEGENERATE, SPEED, SPEED, st.sampled_from([-np.inf, 0.0, 304.8, 9_144.0]))


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(ROW, max_size=8), st.sampled_from([0.0, 1.0, 9_260.0]), st.sampled_from([0.0, 304.8, np.inf]))
def test_degenerate_inputs_are_answered_as_every_pair_would_be(rows, distance: float, height: float):
    """Same places, poles, no velocity, no minimum: the grid loses nothing that the exact test of all pairs finds."""
    columns = list(zip(*rows, strict=True)) or [[]] * 5
    lat = np.clip(np.array(columns[0], float), -90, 90)
    high = np.where(np.isinf(columns[4]), np.inf, columns[4])
    movers = Movers.of(
        lat,
        columns[1],
        ve_mps=columns[2],
        vn_mps=columns[3],
        alt_low_m=columns[4],
        alt_high_m=high,
        sigma_vel_mps=1.0,
    )
    asked = Minima.one(distance, height, 60.0, z=1.0)
    answers = [pairs(movers, asked, use=one) for one in ("numpy", "c")[: 1 + native.there()]]
    prepared, unjudged = sweep.prepare(movers, asked)
    i, j = np.triu_indices(len(rows), 1)
    a, b, _ = reference._judged(prepared, i, j)
    assert not len(unjudged)
    for answer in answers:
        assert found(answer) == set(zip(a.tolist(), b.tolist(), strict=True))
        same(answer, answers[0])


@pytest.mark.parametrize("use", TWINS)
def test_a_mover_that_cannot_be_judged_is_named_and_the_rest_is_judged(use: str):
    good = Movers.of([50.0, 50.0, 50.0], [0.0, 0.01, 0.02], ve_mps=1.0, alt_low_m=0.0, alt_high_m=0.0)
    assert found(pairs(good, AIR, use=use)) == {(0, 1), (0, 2), (1, 2)}
    for name, bad in (
        *(("lat_deg", np.nan), ("lat_deg", 90.5), ("ve_mps", np.inf), ("alt_low_m", 5.0)),
        *(("sigma_pos_m", -1.0), ("vu_low_mps", 1.0), ("lon_deg", np.nan), ("alt_high_m", np.nan)),
    ):
        column = getattr(good, name).copy()
        column[1] = bad
        answer = pairs(dataclasses.replace(good, **{name: column}), AIR, use=use)
        assert answer.unjudged.tolist() == [1] and found(answer) == {(0, 2)}, name


@pytest.mark.parametrize("use", TWINS)
def test_a_wide_mover_is_compared_with_everybody(use: str, monkeypatch):
    movers = scene("dense", 120, 5)
    plain = pairs(movers, AIR, use=use)
    monkeypatch.setattr(sweep, "MOST_CELLS", 2)
    assert sweep.prepare(movers, AIR)[0].wide.sum() > 3
    same(pairs(movers, AIR, use=use), plain)


@pytest.mark.parametrize("use", TWINS)
def test_the_size_of_cells_changes_nothing(use: str, monkeypatch):
    movers = scene("antimeridian", 200, 8)
    plain = pairs(movers, AIR, use=use)
    assert len(plain) > 20
    for cell in (0.3, 1.0, 7.0):
        monkeypatch.setattr(sweep, "CELL", cell)
        same(pairs(movers, AIR, use=use), plain)


def test_shapes_and_minima_that_make_no_sense_are_refused():
    movers = scene("dense", 4, 0)
    for bad in (
        dataclasses.replace(AIR, horizontal_m=np.array([[-1.0]])),
        dataclasses.replace(AIR, horizontal_m=np.array([[np.inf]])),
        dataclasses.replace(AIR, look_ahead_s=np.array([[np.nan]])),
        dataclasses.replace(AIR, z=-1.0),
        Minima(*(np.array([[1.0, 2.0], [3.0, 1.0]]),) * 3),
    ):
        with pytest.raises(ValueError, match="minima"):
            pairs(movers, bad)
    with pytest.raises(ValueError, match="group"):
        pairs(dataclasses.replace(movers, group=np.array([0, 1, 0, 0], np.int32)), AIR)
    with pytest.raises(ValueError, match="one value"):
        pairs(dataclasses.replace(movers, ve_mps=np.zeros(3)), AIR)
    with pytest.raises(ValueError, match="no field"):
        Movers.of([1.0], [1.0], speed=3)
    assert len(pairs(movers, AIR)) >= 0


def test_which_twin_runs_is_said_and_numpy_answers_without_the_other(monkeypatch, tmp_path):
    assert search.twin() == ("c" if native.there() else "numpy")
    movers = scene("dense", 60, 1)
    plain = pairs(movers, AIR)
    native._library.cache_clear()
    monkeypatch.setattr(native, "LIBRARY", tmp_path / "none.so")
    try:
        assert search.twin() == "numpy"
        same(pairs(movers, AIR), plain)
        with pytest.raises(ValueError, match=r"python -m steerclear\.kernels\.build"):
            pairs(movers, AIR, use="c")
    finally:
        native._library.cache_clear()
