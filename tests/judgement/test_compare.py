"""An update may keep or lessen a conflict; a new or a worse one is never silent."""

from __future__ import annotations

from judged_samples import NO_MINIMA, circle, plan, rules, square, volume

from steerclear.judgement import ActiveSet, compare


def standing(*notices, used=NO_MINIMA):
    active = ActiveSet(used)
    for notice in notices:
        active.add(notice)
    return active


OTHER = plan("other", "red", square(33, 36))
FIRST = plan("v1", "blue", volume(square(33.5, 36), start="14:00", end="15:00"))


def changes(second, *others, used=NO_MINIMA):
    active = standing(OTHER, FIRST, *others, used=used)
    return compare(active.check(FIRST).judgements, active.check(second).judgements)


def update(*volumes):
    return plan("v2", "blue", *volumes, subject="v1")


def test_a_pre_existing_conflict_may_stay():
    found = changes(update(volume(square(33.5, 36))))
    assert found.silent and len(found.kept) == 1 and not found.new and not found.resolved


def test_it_may_be_lessened_and_resolved():
    shorter = changes(update(volume(square(33.5, 36), start="14:30")))
    assert shorter.silent and len(shorter.lessened) == 1
    gone = changes(update(volume(square(50, 36))))
    assert gone.silent and len(gone.resolved) == 1 and not gone.kept


def test_a_new_one_and_a_worse_one_are_not_silent():
    third = plan("third", "red", circle(50.5, 36.5, 1_000))
    both = changes(update(square(33.5, 36), square(50, 36)), third)
    assert not both.silent and [j.b.about for j in both.new] == ["v1"] and len(both.kept) == 1
    longer = changes(
        update(volume(square(33.5, 36), start="13:00", end="16:00")), plan("x", "red", square(70, 0))
    )
    assert longer.silent, "the other's hour is what they share"
    active = standing(plan("other", "red", volume(square(33, 36), start="10:00", end="20:00")))
    worse = compare(
        active.check(FIRST).judgements,
        active.check(update(volume(square(33.5, 36), start="13:00", end="16:00"))).judgements,
    )
    assert not worse.silent and len(worse.worse) == 1
    nearer = compare(
        standing(OTHER, used=rules(50_000_000))
        .check(plan("v1", "blue", circle(34.2, 36.5, 1_000)))
        .judgements,
        standing(OTHER, used=rules(50_000_000)).check(update(circle(34.1, 36.5, 1_000))).judgements,
    )
    assert len(nearer.worse) == 1


def test_farther_in_time_is_less_and_not_worse():
    used = rules(time_ms=3_600_000)
    active = standing(plan("other", "red", volume(square(33, 36), start="10:00", end="12:00")), used=used)
    near = plan("v1", "blue", volume(square(33, 36), start="12:10", end="13:00"))
    later = plan("v2", "blue", volume(square(33, 36), start="12:30", end="13:00"), subject="v1")
    forth = compare(active.check(near).judgements, active.check(later).judgements)
    back = compare(active.check(later).judgements, active.check(near).judgements)
    assert forth.silent and len(forth.lessened) == 1 and len(back.worse) == 1


def test_what_can_no_longer_be_judged_is_new():
    found = changes(plan("v2", "blue", subject="v1"))
    assert not found.silent and [j.reason for j in found.new] == ["incomplete"]


def test_an_update_takes_the_place_of_its_older_version():
    active = standing(OTHER, FIRST)
    active.replace(update(square(50, 36)))
    assert len(active) == 2 and "v1" not in active and active.check(OTHER).conflicts == ()
