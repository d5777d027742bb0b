"""The time of an entry: bounded by adverse cosignatures, whole seconds, only ever narrower."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from line_world import Log, Party, cosign, found

from steerclear.record import keys
from steerclear.record.checkpoint import SeenLine
from steerclear.record.header import Seen
from steerclear.record.times import Interval, LogTimes, claimed_time, embed, embedded_text

A, B, C = Party("alfa"), Party("bravo"), Party("charlie")
LINE = found(A, B, C)
MIRROR = B.key("mirror", keys.COSIGN_ED25519).verifier


def times() -> LogTimes:
    return LogTimes(A.id)


def test_without_cosignatures_nothing_is_bounded():
    assert times().interval(5) == Interval()


def test_the_first_adverse_cosignature_covering_it_bounds_from_above():
    one = times()
    one.cosigned(B.id, 5, 100)
    one.cosigned(C.id, 6, 90)
    assert one.interval(4) == Interval(None, 90_999)
    assert one.interval(5) == Interval(None, 90_999)
    assert one.interval(6) == Interval()
    one.cosigned(B.id, 5, 80)
    assert one.interval(4) == Interval(None, 80_999)
    assert one.interval(5) == Interval(None, 90_999)


def test_what_changes_nothing_says_so():
    one = times()
    assert one.cosigned(B.id, 5, 100)
    assert not one.cosigned(B.id, 5, 100)
    assert not one.cosigned(B.id, 4, 100)
    assert not one.cosigned(B.id, 5, 101)
    assert one.cosigned(B.id, 6, 100)
    assert one.embedded(3, 50)
    assert not one.embedded(3, 50)
    assert not one.embedded(4, 50)
    assert one.embedded(2, 50)


def test_the_author_s_own_cosignature_bounds_nothing():
    one = times()
    one.cosigned(A.id, 5, 10)
    assert one.interval(4) == Interval()
    assert one.first_cover(A.id, 4) == (5, 10)
    assert one.first_cover(B.id, 4) is None


def test_embedded_cosignatures_bound_this_and_later_leaves_from_below():
    one = times()
    one.embedded(3, 50)
    assert one.interval(2) == Interval()
    assert one.interval(3) == one.interval(9) == Interval(50_000, None)
    one.embedded(7, 60)
    one.embedded(8, 55)
    assert [one.interval(i).after_ms for i in (3, 6, 7, 8)] == [50_000, 50_000, 60_000, 60_000]
    one.embedded(5, 70)
    assert [one.interval(i).after_ms for i in (3, 5, 7, 8)] == [50_000, 70_000, 70_000, 70_000]


def test_the_same_second_is_no_contradiction():
    one = times()
    one.embedded(0, 100)
    one.cosigned(B.id, 1, 100)
    assert one.interval(0) == Interval(100_000, 100_999)


def test_clocks_that_contradict_each_other_span_both():
    one = times()
    one.embedded(0, 200)
    one.cosigned(C.id, 1, 100)
    assert one.interval(0) == Interval(100_000, 200_999, True)


facts = st.lists(st.tuples(st.sampled_from("bce"), st.integers(0, 8), st.integers(1, 30)), max_size=20)


@given(facts, st.randoms(use_true_random=False))
def test_bounds_are_those_of_the_definition_in_any_order(given_facts, random):
    shuffled = list(given_facts)
    random.shuffle(shuffled)
    one = times()
    for sort, place, time_s in shuffled:
        if sort == "e":
            one.embedded(place, time_s)
        else:
            one.cosigned(sort, place, time_s)
    for index in range(9):
        low = max((t for s, p, t in given_facts if s == "e" and p <= index), default=None)
        high = min((t for s, p, t in given_facts if s != "e" and p > index), default=None)
        interval = one.interval(index)
        bounds = sorted(x for x in (low, high) if x is not None)
        if low is not None and high is not None:
            assert (interval.after_ms, interval.before_ms) == (bounds[0] * 1000, bounds[1] * 1000 + 999)
            assert interval.inconsistent == (low > high)
        else:
            assert interval.after_ms == (None if low is None else low * 1000)
            assert interval.before_ms == (None if high is None else high * 1000 + 999)
        for party in "bc":
            covers = [(p, t) for s, p, t in given_facts if s == party and p > index]
            cover = one.first_cover(party, index)
            assert (cover is None) == (not covers)
            assert cover is None or cover[1] == min(t for _, t in covers)


@given(facts)
def test_bounds_only_narrow(given_facts):
    one = times()
    before = [one.interval(index) for index in range(9)]
    for sort, place, time_s in given_facts:
        changed = one.embedded(place, time_s) if sort == "e" else one.cosigned(sort, place, time_s)
        after = [one.interval(index) for index in range(9)]
        for old, new in zip(before, after, strict=True):
            if old != new:
                assert changed
            if not new.inconsistent:
                assert old.after_ms is None or new.after_ms >= old.after_ms
                assert old.before_ms is None or new.before_ms <= old.before_ms
        before = after


# embedded cosignatures


def log() -> Log:
    return Log(LINE, A).enrol()


def test_an_embedded_cosignature_is_read_back_with_its_text():
    one = log()
    peer = SeenLine(f"{LINE.id}/{C.id}/1", 3, b"\x07" * 32)
    plain, extended = one.checkpoint(), one.checkpoint(seen=(peer,))
    seen = embed(Seen(4, "0" * 64), extended, cosign(B, extended, 77))
    assert (seen.cosigned_size, claimed_time(seen)) == (1, 77)
    leaf = one.leaf(seen={f"{B.id}/1": seen})
    assert one.judge(leaf).leaf.header.seen[f"{B.id}/1"] == seen
    assert embedded_text(seen, MIRROR, [plain, extended]) == (extended, 77)
    assert embedded_text(seen, MIRROR, [plain]) is None, "the cosignature covers the extension lines"
    assert embedded_text(Seen(4, "0" * 64), MIRROR, [extended]) is None


def test_a_cosignature_that_is_not_the_peer_s_bounds_nothing():
    one = log()
    text = one.checkpoint()
    good = embed(Seen(4, "0" * 64), text, cosign(B, text, 77))
    assert embedded_text(good, MIRROR, [text]) is not None
    forged = embed(Seen(4, "0" * 64), text, cosign(C, text, 77))
    other = msgspec.structs.replace(good, cosigned_root="0" * 64)
    late = good.cosignature[:-20] + "A" * 16 + good.cosignature[-4:]
    for bad in (forged, other, msgspec.structs.replace(good, cosignature=late)):
        assert embedded_text(bad, MIRROR, [text]) is None
    ml_dsa = B.key("mirror", keys.COSIGN_MLDSA44).verifier
    assert embedded_text(good, ml_dsa, [text]) is None
    assert claimed_time(Seen(1, "0" * 64)) is None
