"""Who gives way: ratified rules in their order, antisymmetric, inside the caps; otherwise both are told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from judged_samples import conflicts, plan, rules, square, volume

from steerclear.judgement import MUTUAL, GivesWay, booked_km3_h, gives_way
from steerclear.judgement.giveway import seen_order
from steerclear.space.altitude import Altitude

ALL = ("life_safety", "medical", "rescue", "declared", "first_seen")
EMPTY = GivesWay(party=MUTUAL)


def flight(name, party, **more):
    return plan(name, party, square(33, 36), **more)


def test_without_a_ratified_rule_it_is_mutual():
    a, b = flight("a", "blue", life_safety=True), flight("b", "red")
    assert gives_way(a, b, ()) == EMPTY
    (found,) = conflicts(a, b)
    assert found.gives_way == EMPTY
    (ratified,) = conflicts(a, b, rules(give_way=("life_safety",)))
    assert ratified.gives_way == GivesWay(party="red", by="life_safety")


def test_each_rule_and_their_order():
    medical, rescue = flight("a", "blue", priority="medical"), flight("b", "red", priority="rescue")
    declared, plain = flight("c", "red", priority="declared"), flight("d", "blue")
    danger = flight("e", "red", life_safety=True)
    assert gives_way(danger, medical, ALL) == GivesWay(party="blue", by="life_safety")
    assert gives_way(medical, rescue, ALL) == GivesWay(party="red", by="medical")
    assert gives_way(medical, rescue, ("rescue", "medical")) == GivesWay(party="blue", by="rescue")
    assert gives_way(declared, plain, ALL) == GivesWay(party="blue", by="declared")
    assert gives_way(plain, flight("f", "red"), ALL) == EMPTY


def test_first_seen_is_the_one_that_the_other_had_mirrored():
    a = flight("a", "blue", origin="L/blue/1", index=4)
    knew = flight("b", "red", origin="L/red/1", index=9, seen={"L/blue/1": 5})
    did_not = flight("c", "red", origin="L/red/1", index=9, seen={"L/blue/1": 4})
    assert gives_way(a, knew, ALL) == GivesWay(party="red", by="first_seen")
    assert gives_way(a, did_not, ALL) == EMPTY and seen_order(a, did_not) == "concurrent"
    both = flight("a", "blue", origin="L/blue/1", index=4, seen={"L/red/1": 10})
    assert seen_order(both, knew) == "concurrent", "each claims to have seen the other: nobody is first"


def test_priority_and_earliness_count_only_inside_the_cap():
    booked = flight("a", "blue", priority="declared", over_cap=True, origin="L/blue/1", index=0)
    other = flight("b", "red", origin="L/red/1", index=0, seen={"L/blue/1": 1})
    assert gives_way(booked, other, ALL) == EMPTY
    within = flight("a", "blue", priority="declared", origin="L/blue/1", index=0)
    assert gives_way(within, other, ALL) == GivesWay(party="red", by="declared")
    urgent = flight("a", "blue", priority="medical", over_cap=True)
    assert gives_way(urgent, other, ALL) == GivesWay(party="red", by="medical")


NOTICE = st.builds(
    lambda name, party, priority, safe, cap, index, seen: flight(
        name,
        party,
        priority=priority,
        life_safety=safe,
        over_cap=cap,
        origin=f"L/{party}/1",
        index=index,
        seen={"L/blue/1": seen, "L/red/1": seen},
    ),
    st.just("n"),
    st.just("blue"),
    st.sampled_from(["medical", "rescue", "declared", "normal"]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 3),
    st.integers(0, 4),
)


@given(
    NOTICE, NOTICE.map(lambda n: flight_of(n, "red")), st.permutations(ALL).flatmap(lambda p: st.just(p[:3]))
)
def test_it_is_antisymmetric(a, b, order):
    assert gives_way(a, b, order) == gives_way(b, a, order)
    assert gives_way(a, b, order).party in ("blue", "red", MUTUAL)


def flight_of(notice, party):
    import msgspec

    return msgspec.structs.replace(notice, id="m", party=party, origin=f"L/{party}/1")


def test_booked_volume_and_time():
    block = volume(square(0, 0), Altitude(0, "m", "MSL"), Altitude(1000, "m", "MSL"))
    square_km2 = 12_309  # 1° by 1° at the equator
    one = booked_km3_h([plan("a", "blue", block)])
    assert abs(one - square_km2) < 10
    assert abs(booked_km3_h([plan("a", "blue", block, block)]) - 2 * square_km2) < 20
    endless = volume(square(0, 0), "surface", "unlimited", end="16:00")
    assert abs(booked_km3_h([plan("a", "blue", endless)]) - 40 * square_km2) < 400
    assert booked_km3_h([plan("a", "blue", endless, kind="area.declare")]) == 0
