"""The parts `pairs` and `missed` at a tiny size: that they still run and answer right; no time is looked at."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bench import bluesky_beside, missed, pairs, pairs_set
from steerclear.kernels import search

TINY = pairs.Sizes(air=((300, "< 6"),), cities=((1, ""), (2, "")), numpy=300, europe=(500, 1_500), bluesky=())


def test_the_sets_are_the_published_ones():
    """Their sizes of ten thousand; the larger ones come of the same functions."""
    known = {
        "46d7e7a86839e36caabb7304e031af740b9e93e45d8801a46e246438d911f637": pairs_set.airliners(10_000),
        "4e3a089728daa8131522897ad99dd1e4a70b4dbf89ca427cc342feacc92d9e39": pairs_set.drones(10),
    }
    for expected, movers in known.items():
        assert pairs_set.sha256(movers) == expected
    assert pairs_set.sha256(pairs_set.airliners(10)) != pairs_set.sha256(pairs_set.airliners(10, seed=1))


def test_the_part_of_pairs_measures_every_figure():
    names = [one.name for one in pairs.measured(TINY, search.twin())]
    assert names[:3] == ["pairs.airliners_300", "pairs.numpy_300", "pairs.numpy_ratio_300"]
    assert {"pairs.drones_2000", "pairs.per_track_spread", "pairs.growth"} <= set(names)


def test_without_the_compiled_twin_nothing_is_measured_in_its_name(monkeypatch):
    monkeypatch.setattr(pairs, "twin", lambda: "numpy")
    with pytest.raises(SystemExit, match="not built"):
        list(pairs.run())


def test_what_stands_beside_is_told_as_it_answered(monkeypatch):
    """BlueSky itself is not installed for a test."""
    answers = {
        "compiled": {"ms": [5.0, 6.0, 7.0], "pairs": 4},
        "numpy": {"out_of_memory": True},
        "none": None,
    }
    monkeypatch.setattr(bluesky_beside, "detect", lambda movers, minima, which, times: answers[which])
    sizes = dataclasses.replace(TINY, bluesky=(("compiled", 200), ("numpy", 200), ("none", 200)))
    seen = list(pairs.beside(sizes))
    assert [one.name for one in seen] == [
        "pairs.bluesky_compiled_200",
        "pairs.bluesky_numpy_200_out_of_memory",
    ]
    assert seen[0].value == 6.0 and "it found 4 pairs, we 0" in seen[0].method


def test_what_is_given_to_the_other_tool_is_the_same_traffic():
    movers = pairs_set.airliners(50)
    given = bluesky_beside._inputs(movers, pairs_set.AIR)
    track = np.radians(given["trk"])
    assert np.allclose(given["gs"] * np.sin(track), movers.ve_mps)
    assert np.allclose(given["gs"] * np.cos(track), movers.vn_mps)
    assert (given["rpz"], given["hpz"], given["ahead"]) == (9_260.0, 304.8, 120.0)


def test_nothing_is_missed_and_a_miss_would_be_counted(monkeypatch):
    seen = {one.name: one.value for one in missed.against_brute_force(300, 120)}
    assert seen["missed.brute_force"] == seen["missed.invented"] == 0 and seen["missed.encounters"] >= 300
    plain = missed.pairs

    def forgetful(movers, minima, use=None):
        answer = plain(movers, minima, use=use)
        return type(answer)(**{name: getattr(answer, name)[1:] for name in answer.__slots__})

    monkeypatch.setattr(missed, "pairs", forgetful)
    assert next(iter(missed.against_brute_force(60, 120))).value > 0


def test_geodesics_agree_and_a_wrong_distance_would_be_counted(monkeypatch):
    assert next(one.value for one in missed.against_geodesics(6)) == 0
    plain = missed.least
    monkeypatch.setattr(missed, "least", lambda *given, steps: (0.0, plain(*given, steps=steps)[1] + 5.0))
    assert next(iter(missed.against_geodesics(6))).value > 0
