"""The search for legs that meet, against every pair of legs; and the exact times of loss, against finely cut time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.kernels.meeting import losses
from steerclear.kernels.segments import FAR_TMM, Legs, Met, Minima, near

HORIZONTAL = np.array([[[5000, 2000, 0], [2000, 1000, 500], [0, 500, 300]], [[9000] * 3] * 3], float)
VERTICAL = np.full((2, 3, 3), 3_048_000.0)
VERTICAL[:, 2, 2] = FAR_TMM
MINIMA = Minima(HORIZONTAL, VERTICAL, 76_200.0)
START, END = 50_000, 200_000


def legs_of(seed: int, movers: int, samples: int, spread_m: float, still: float) -> Legs:
    """Random tracks with holes; some movers hover, some fly exactly together, some heights are not known."""
    chance = np.random.default_rng(seed)
    rows = []
    for mover in range(movers):
        at = np.cumsum(chance.integers(1_000, 30_000, samples))
        begin = chance.uniform(-spread_m, spread_m, (3, 1)) * np.array([[0.01], [1], [1]])
        step = chance.normal(0, 800, (3, samples - 1)) * (chance.random() >= still)
        place = np.array([[6_378_137.0], [0], [0]]) + np.concatenate(
            [begin, begin + np.cumsum(step, axis=1)], axis=1
        )
        climb = chance.integers(-2, 3, samples - 1) * 300_000 * (chance.random() >= still)
        height = np.cumsum([chance.integers(0, 12) * 3_048_000, *climb]).astype(float)
        for k in np.flatnonzero(chance.random(samples - 1) >= 0.2):
            rows.append((mover, at[k], at[k + 1], place[:, k], place[:, k + 1], height[k], height[k + 1]))
    if not rows:
        rows = [(0, 0, 1, np.zeros(3), np.zeros(3), 0.0, 0.0)]
    mover, t0, t1, p0, p1, h0, h1 = (np.array(one) for one in zip(*rows, strict=True))
    count = len(mover)
    unknown, error = chance.random(count) < 0.05, chance.uniform(0, 500_000, count)
    std = chance.random(count) < 0.7
    return Legs(
        mover,
        t0,
        t1,
        p0.T,
        p1.T,
        chance.uniform(0, 300, count),
        np.where(unknown, -FAR_TMM, h0 - error),
        np.where(unknown, FAR_TMM, h0 + error),
        np.where(unknown, -FAR_TMM, h1 - error),
        np.where(unknown, FAR_TMM, h1 + error),
        np.where(std, h0, np.nan),
        np.where(std, h1, np.nan),
        mover % 3,
        mover < 5,
    )


def every_pair(legs: Legs) -> Met:
    a, b = np.triu_indices(len(legs), 1)
    lo = np.maximum(np.maximum(legs.t0_ms[a], legs.t0_ms[b]), START)
    hi = np.minimum(np.minimum(legs.t1_ms[a], legs.t1_ms[b]), END)
    own = (legs.own[a] | legs.own[b]).astype(int)
    kept = (hi > lo) & (legs.mover[a] != legs.mover[b]) & (HORIZONTAL[own, legs.kind[a], legs.kind[b]] > 0)
    return Met(a[kept], b[kept], lo[kept], hi[kept])


def told(legs: Legs, parts: list[Met]) -> dict[tuple[int, int], tuple[float, ...]]:
    """Pair of legs → first and last ms of the possible loss, how long it is, how long the sure one is."""
    rows: dict[tuple[int, int], list[tuple[float, ...]]] = {}
    for met in parts:
        found = losses(legs, met, MINIMA)
        sure = np.nan_to_num(found.sure_to_ms - found.sure_from_ms)
        columns = (found.a, found.b, found.from_ms, found.to_ms, found.to_ms - found.from_ms, sure)
        for a, b, *figures in zip(*(one.tolist() for one in columns), strict=True):
            rows.setdefault((a, b), []).append(tuple(figures))
    return {
        pair: (min(x[0] for x in one), max(x[1] for x in one), sum(x[2] for x in one), sum(x[3] for x in one))
        for pair, one in rows.items()
    }


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    movers=st.integers(2, 40),
    samples=st.integers(2, 20),
    spread_m=st.sampled_from([0.0, 500.0, 20_000.0, 60_000.0]),
    still=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_no_pair_of_legs_is_missed_or_told_twice(
    seed: int, movers: int, samples: int, spread_m: float, still: float
) -> None:
    legs = legs_of(seed, movers, samples, spread_m, still)
    parts = list(near(legs, START, END, MINIMA))
    brute, found = told(legs, [every_pair(legs)]), told(legs, parts)
    assert brute.keys() == found.keys()
    for pair, figures in brute.items():
        assert found[pair] == pytest.approx(figures, abs=0.01)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_loss_is_where_finely_cut_time_says_so(seed: int) -> None:
    """Each instant of a pair's time is inside the interval exactly when both distances are below the minima then."""
    legs = legs_of(seed, 12, 8, 6_000.0, 0.2)
    met = every_pair(legs)
    found = losses(legs, met, MINIMA)
    rows = {(int(a), int(b)): k for k, (a, b) in enumerate(zip(found.a, found.b, strict=True))}
    for a, b, lo, hi in zip(met.a, met.b, met.lo_ms, met.hi_ms, strict=True):
        at = np.linspace(lo, hi, 41)
        below = _below(legs, int(a), int(b), at)
        k = rows.get((int(a), int(b)))
        if k is None or np.isnan(found.sure_from_ms[k]):
            assert below.sum() <= 1, "at most touching"
            continue
        inside = (at > found.sure_from_ms[k] + 1e-3) & (at < found.sure_to_ms[k] - 1e-3)
        outside = (at < found.sure_from_ms[k] - 1e-3) | (at > found.sure_to_ms[k] + 1e-3)
        assert below[inside].all() and not below[outside].any()
        assert found.from_ms[k] <= found.sure_from_ms[k] and found.to_ms[k] >= found.sure_to_ms[k]


def _below(legs: Legs, a: int, b: int, at: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    def where(leg: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
        share = (at - legs.t0_ms[leg]) / (legs.t1_ms[leg] - legs.t0_ms[leg])
        place = legs.p0_m[:, [leg]] + (legs.p1_m - legs.p0_m)[:, [leg]] * share
        std = legs.std0_tmm[leg] + (legs.std1_tmm - legs.std0_tmm)[leg] * share
        ends = [(legs.low0_tmm + legs.high0_tmm)[leg] / 2, (legs.low1_tmm + legs.high1_tmm)[leg] / 2]
        return place, std, ends[0] + (ends[1] - ends[0]) * share

    (pa, sa, ma), (pb, sb, mb) = where(a), where(b)
    own = int(legs.own[a] or legs.own[b])
    kinds = int(legs.kind[a]), int(legs.kind[b])
    horizontal = np.sqrt(((pa - pb) ** 2).sum(axis=0)) < HORIZONTAL[own, *kinds]
    unknown = max(legs.high0_tmm[a], legs.high0_tmm[b]) >= FAR_TMM
    by_std = not np.isnan(sa).any() and not np.isnan(sb).any()
    if VERTICAL[own, *kinds] >= FAR_TMM or (unknown and not by_std):
        return np.asarray(horizontal)
    gap = np.abs(sa - sb) if by_std else np.abs(ma - mb)
    return np.asarray(horizontal & (gap < VERTICAL[own, *kinds]))


def test_nothing_to_search_is_no_error() -> None:
    legs = legs_of(1, 2, 2, 0.0, 1.0)
    nobody = Minima(np.zeros((2, 3, 3)), VERTICAL)
    assert list(near(legs, START, END, nobody)) == [] == list(near(legs, END, START, MINIMA))
