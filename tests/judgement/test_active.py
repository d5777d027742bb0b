"""The standing set against brute force, and what it leaves out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_samples import NO_MINIMA, area, circle, corridor, fl, plan, polygon, rules, square, volume

from steerclear.judgement import ActiveSet, Rules, judge_all, judge_pair
from steerclear.speech.parameters import Minimum, Parameters
from support.effort import examples

TABLE = (
    Minimum(a="rotary", b="fixed_wing", horizontal_mm=40_000_000, vertical_tmm=3_048_000),
    Minimum(a="protected_site", b="*", horizontal_mm=10_000_000),
    Minimum(a="ship", b="ship", time_ms=1_800_000),
)
MIXED = Rules(Parameters(minima=TABLE))


def random_notice(i, party, mover, lat, lon, metres, low, start, kind):
    outline = circle(lat, lon, metres)
    if kind == 1:
        outline = polygon(*((lat + 0.5 * math.sin(k), lon + 0.5 * math.cos(k)) for k in (0, 1.5, 3, 4.5)))
    made = area if kind == 2 else plan
    block = volume(outline, fl(low), fl(low + 40), start=f"{start:02d}:00", end=f"{start + 2:02d}:00")
    return made(f"n{i}", party, block, mover="protected_site" if kind == 2 else mover)


NOTICES = st.lists(
    st.tuples(
        st.sampled_from(["blue", "red", "green"]),
        st.sampled_from(["fixed_wing", "rotary", "ship", ""]),
        st.floats(33, 35),
        st.floats(178, 182).map(lambda lon: lon if lon <= 180 else lon - 360),
        st.integers(100, 60_000),
        st.integers(0, 200),
        st.integers(8, 18),
        st.integers(0, 2),
    ),
    min_size=2,
    max_size=14,
).map(lambda rows: [random_notice(i, *row) for i, row in enumerate(rows)])


@pytest.mark.slow
@settings(max_examples=examples(60), deadline=None)
@given(NOTICES, st.data())
def test_the_set_finds_what_brute_force_finds_after_any_history(notices, data):
    active = ActiveSet(MIXED)
    for notice in notices:
        active.add(notice)
    gone = {n.id for n in notices if data.draw(st.booleans())}
    for entry in gone:
        active.remove(entry)
    back = {entry for entry in sorted(gone) if data.draw(st.booleans())}
    for notice in notices:
        if notice.id in back:
            active.add(notice)
    stand = [n for n in notices if n.id not in gone or n.id in back]
    asked = notices[0]
    brute = [
        j
        for other in stand
        if other.id != asked.id and other.party != asked.party
        for j in judge_pair(asked, other, MIXED)
        if j.verdict != "no_conflict"
    ]
    check = active.check(asked)
    assert {j.id for j in check.judgements} == {j.id for j in brute}
    assert sorted(check.judgements, key=lambda j: j.id) == sorted(brute, key=lambda j: j.id)
    assert check.against == sum(n.party != asked.party for n in stand)
    every = judge_all(stand, MIXED)
    assert len({j.id for j in every}) == len(every)


def test_own_notices_other_modes_and_older_versions_are_left_out():
    active = ActiveSet(NO_MINIMA)
    active.add(plan("own", "blue", square(33, 36)))
    active.add(plan("exercise", "red", square(33, 36), mode="EXERCISE"))
    active.add(plan("v1", "blue", square(33, 36)))
    check = active.check(plan("v2", "blue", square(33, 36), subject="v1"))
    assert check.judgements == () and check.against == 0
    active.add(plan("real", "red", square(33, 36)))
    assert len(active.check(plan("v2", "blue", square(33, 36), subject="v1")).conflicts) == 1


def test_incomplete_notices_are_told_and_no_figure_of_none_is_given():
    active = ActiveSet(NO_MINIMA)
    active.add(plan("vague", "red"))
    active.add(plan("closed", "red", unjudged="locked"))
    check = active.check(plan("p", "blue", square(33, 36)))
    assert {(j.verdict, j.reason) for j in check.judgements} == {
        ("not_judged", "incomplete"),
        ("not_judged", "locked"),
    }
    (own,) = active.check(plan("q", "blue")).judgements
    assert (own.rule, own.reason, own.b.entry) == ("notice", "incomplete", "")
    active.remove("vague")
    active.add(plan("vague-2", "red", square(60, 36), subject="vague"))
    assert [j.reason for j in active.check(plan("p", "blue", square(33, 36))).judgements] == ["locked"]


def test_an_empty_set_still_says_what_it_cannot_see():
    check = ActiveSet(rules()).check(plan("p", "blue", square(33, 36)))
    assert check.against == 0 and check.judgements == () and check.standing == ("not_judged(sealed)",)


def test_one_class_with_wide_minima_does_not_widen_the_others():
    active = ActiveSet(MIXED)
    active.add(plan("rotor", "red", circle(33, 36, 500), mover="rotary"))
    active.add(plan("ship", "red", circle(33, 36, 500), mover="ship"))
    check = active.check(plan("p", "blue", circle(33, 36.3, 500), mover="fixed_wing"))
    assert [j.b.entry for j in check.conflicts] == ["rotor"]


def test_a_party_that_names_anothers_notice_as_its_own_hides_nothing():
    active = ActiveSet(NO_MINIMA)
    active.add(plan("p", "blue", square(33, 36)))
    active.add(plan("forged", "red", square(33, 36), subject="p"))
    assert len(active) == 2 and "p" in active
    assert len(active.check(plan("p", "blue", square(33, 36))).conflicts) == 1


def test_both_nodes_show_one_witness():
    a, b = plan("a", "blue", corridor(5_000, (33.1, 36), (34, 36))), plan("b", "red", square(33.9, 36, 0.5))
    at_blue, at_red = ActiveSet(NO_MINIMA), ActiveSet(NO_MINIMA)
    at_blue.add(a)
    at_red.add(b)
    assert at_blue.check(b).judgements == at_red.check(a).judgements != ()
