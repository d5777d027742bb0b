"""What every judgement returns: ids, hashes, precision, reasons, and the same from both sides."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_samples import (
    NO_MINIMA,
    area,
    circle,
    conflicts,
    corridor,
    fl,
    ft,
    plan,
    rules,
    square,
    verdicts,
    volume,
)

from steerclear.judgement import Judgement, Notice, Rules, explain, judge_pair, judgement_hash
from steerclear.judgement.answer import SEALED_LINE, compare_hashes
from steerclear.record import jcs
from steerclear.space.overlap import overlap
from steerclear.space.prepare import prepare
from steerclear.speech.parameters import Minimum, Parameters
from support.effort import examples


def only(found: list[Judgement]) -> Judgement:
    (one,) = found
    return one


def test_the_conflict_id_is_of_the_pair_and_the_rule_and_of_nothing_else():
    a, b = plan("aa", "blue", square(33, 36)), plan("bb", "red", square(33.5, 36))
    found = only(judge_pair(a, b, NO_MINIMA))
    named = {"rule": "plan-plan", "agreement": NO_MINIMA.name, "a": ["aa", 0], "b": ["bb", 0]}
    assert found.id == hashlib.sha256(b"steerclear/conflict/v1\n" + jcs.dumps(named)).hexdigest()
    moved = only(judge_pair(plan("aa", "blue", volume(square(33.2, 36), start="14:20")), b, NO_MINIMA))
    assert moved.id == found.id and judgement_hash(moved) != judgement_hash(found)
    other = only(judge_pair(a, b, Rules(NO_MINIMA.parameters, "another agreement")))
    assert other.id != found.id


@settings(max_examples=examples(40), deadline=None)
@given(
    st.floats(32, 34),
    st.floats(35, 37),
    st.integers(1_000, 90_000),
    st.sampled_from(["13:30", "14:30", "15:30"]),
    st.booleans(),
)
def test_both_sides_compute_the_same_answer_with_the_same_hash(lat, lon, metres, start, is_area):
    a = plan("f1", "blue", square(33, 36), volume(square(34, 36), fl(100), fl(200)))
    make = area if is_area else plan
    b = make("f0", "red", volume(circle(lat, lon, metres), fl(50), fl(150), start=start, end="16:00"))
    used = rules(5_000_000, 3_048_000, 60_000)
    mine, theirs = judge_pair(a, b, used), judge_pair(b, a, used)
    assert mine == theirs != []
    for x, y in zip(mine, theirs, strict=True):
        assert compare_hashes(x, judgement_hash(y)) == "equal"
        assert (x.a.entry, x.b.entry) == ("f0", "f1")
        assert x.agreement == used.name and x.standing == (SEALED_LINE,)
        assert msgspec.json.decode(msgspec.json.encode(x), type=Judgement) == x
        assert explain(x)


def test_the_witness_is_one_point_whichever_node_asks():
    one, two = corridor(5_000, (33.1, 36), (34, 36)), square(33.9, 36, 0.5)
    x, y = prepare(volume(one)), prepare(volume(two))
    forth, back = overlap(x, y), overlap(y, x)
    assert (
        forth is not None and back is not None and (forth.lat_e7, forth.lon_e7) != (back.lat_e7, back.lon_e7)
    )
    a, b = plan("a", "blue", one), plan("b", "red", two)
    assert judge_pair(a, b, NO_MINIMA) == judge_pair(b, a, NO_MINIMA)


@pytest.mark.parametrize(("more_mm", "words"), [(150_000, "larger by up to 150 m"), (10**9, "is not known")])
def test_how_much_larger_the_vertical_may_be_is_a_figure_or_not_known(more_mm: int, words: str) -> None:
    a = plan("a", "blue", volume(circle(33, 36, 5_000), fl(100), fl(200)))
    b = plan("b", "red", volume(circle(33, 36.2, 5_000), fl(205), fl(300), start="14:30"))
    found = only(conflicts(a, b, rules(10_000_000, 3_048_000)))
    assert found.uncertainty is not None and "vertical figure may be" not in explain(found)
    wide = msgspec.structs.replace(found.uncertainty, vertical_mm=more_mm)
    said = explain(msgspec.structs.replace(found, uncertainty=wide))
    assert words in said and "by up to without" not in said


def test_figures_say_where_when_and_by_how_much():
    a = plan("a", "blue", volume(circle(33, 36, 5_000), fl(100), fl(200)))
    b = plan("b", "red", volume(circle(33, 36.2, 5_000), fl(205), fl(300), start="14:30"))
    used = rules(10_000_000, 3_048_000)
    found = only(conflicts(a, b, used))
    assert found.apart is not None and found.minima is not None and found.uncertainty is not None
    assert 8_600_000 < found.apart.horizontal_mm < 8_700_000, "18.68 km between the centres, 10 km of radii"
    assert found.apart.vertical_mm == 152_400 and found.apart.time_ms == -30 * 60_000
    assert (found.minima.horizontal_mm, found.minima.vertical_mm) == (10_000_000, 304_800)
    assert found.uncertainty.vertical_mm == 0, "one reference"
    assert found.to_ms - found.from_ms == 30 * 60_000
    assert found.where is not None and 360_500_000 < found.where.lon_e7 < 361_500_000


def test_no_conflict_says_how_far_apart_and_is_no_clearance():
    a, b = plan("a", "blue", circle(33, 36, 5_000)), plan("b", "red", circle(34, 36, 5_000))
    found = only(judge_pair(a, b, NO_MINIMA))
    assert found.verdict == "no_conflict" and found.apart is not None
    assert 100_000_000 < found.apart.horizontal_mm < 101_000_000
    assert "no clearance" in explain(found)
    far = only(judge_pair(a, plan("b", "red", circle(-34, -144, 5_000)), NO_MINIMA))
    assert far.apart is not None and far.apart.horizontal_mm == 2_000_000_000


@pytest.mark.parametrize("precision", ["buffered", "broad"])
def test_the_witness_names_no_point_inside_an_area_that_is_not_exact(precision):
    flight = plan("p", "blue", square(33, 36))
    exact = only(conflicts(area("s", "red", circle(33.5, 36.5, 2_000)), flight))
    assert exact.where is not None
    coarse = only(conflicts(area("s", "red", circle(33.5, 36.5, 2_000), precision=precision), flight))
    assert coarse.where is None and coarse.from_ms is not None and coarse.rule == "plan-area"
    first = only(conflicts(area("a", "red", circle(33.5, 36.5, 2_000), precision=precision), flight))
    assert first.a.entry == "a" and first.where is None


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        (plan("a", "blue"), plan("b", "red", square(33, 36)), "incomplete"),
        (plan("a", "blue", unjudged="locked"), plan("b", "red", square(33, 36)), "locked"),
        (plan("a", "blue", square(33, 36)), plan("b", "red", unjudged="missing"), "missing"),
        (plan("a", "blue", square(33, 36)), plan("b", "blue", square(33, 36)), "same-party"),
        (plan("a", "blue", square(33, 36)), plan("b", "red", square(33, 36), mode="EXERCISE"), "other-mode"),
        (plan("a", "blue", square(33, 36)), plan("b", "blue", square(33, 36), subject="a"), "same-notice"),
        (plan("a", "blue", square(33, 36)), area("b", "red", square(33, 36), agreed=False), "unagreed"),
    ],
)
def test_what_is_not_judged_says_why_and_is_never_no_conflict(a: Notice, b: Notice, reason: str):
    found = only(judge_pair(a, b, NO_MINIMA))
    assert (found.verdict, found.reason) == ("not_judged", reason)
    assert found.gives_way is None


def test_a_proposed_area_says_what_it_would_touch_and_an_agreed_one_conflicts():
    proposed = area("z", "red", square(33, 36), mover="no_fly_proposed", agreed=False)
    touched = only(judge_pair(proposed, plan("p", "blue", square(33.5, 36)), NO_MINIMA))
    assert touched.from_ms is not None and touched.where is not None and "would touch" in explain(touched)
    assert verdicts(proposed, plan("p", "blue", square(40, 36))) == ["no_conflict"]
    agreed = area("z", "red", square(33, 36), mover="no_fly_proposed")
    assert verdicts(agreed, plan("p", "blue", square(33.5, 36))) == ["conflict"]


def test_exercise_is_judged_with_exercise():
    a = plan("a", "blue", square(33, 36), mode="EXERCISE")
    assert verdicts(a, plan("b", "red", square(33, 36), mode="EXERCISE")) == ["conflict"]


def test_the_sealed_line_stands_as_the_agreement_allows_and_whether_any_exists_or_not():
    a, b = plan("a", "blue", square(33, 36)), plan("b", "red", square(33, 36))
    assert only(judge_pair(a, b, NO_MINIMA)).standing == (SEALED_LINE,)
    without = Rules(Parameters(minima=(), sealed_allowed=False))
    assert only(judge_pair(a, b, without)).standing == ()


def test_minima_are_of_the_pair_of_classes_and_an_unknown_class_gets_the_widest():
    table = (
        Minimum(a="rotary", b="fixed_wing", horizontal_mm=5_000_000),
        Minimum(a="unmanned", b="*", horizontal_mm=50_000_000),
    )
    used = Rules(Parameters(minima=table))
    near = plan("b", "red", circle(33, 36.05, 500), mover="fixed_wing")

    def verdict(mover: str, lon: float = 36.0) -> str:
        return verdicts(plan("a", "blue", circle(33, lon, 500), mover=mover), near, used)[0]

    assert verdict("rotary") == "conflict" and verdict("fixed_wing") == "no_conflict"
    assert verdict("rotary", 35.9) == "no_conflict" and verdict("unmanned", 35.9) == "conflict"
    assert verdict("", 35.9) == "conflict", "not said: whichever class asks for most"
    assert verdict("submarine", 35.9) == "conflict", "not known to this version: the same"


def test_uncertainty_of_altitudes_is_in_the_answer():
    low = plan("a", "blue", volume(square(33, 36), fl(100), fl(110)))
    sea = plan("b", "red", volume(square(33, 36), "surface", "unlimited"))
    assert only(conflicts(low, sea)).uncertainty is not None
    mixed = only(conflicts(low, plan("c", "red", volume(square(33, 36), ft(11_500), ft(12_000)))))
    assert mixed.uncertainty is not None and mixed.uncertainty.vertical_mm > 2 * 304_800
