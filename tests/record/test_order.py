"""Depth: what each leaf had seen orders it, and the order in which leaves came does not."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.record.header import Seen
from steerclear.record.order import SEEN_AHEAD, SEEN_OTHER, Order, SeenOther
from support.effort import examples

LOGS = tuple(f"{letter * 32}/1" for letter in "abcd")


def root(log: str, size: int) -> str:
    return sha256(f"{log} {size}".encode()).hexdigest()


def seen(*pairs: tuple[str, int]) -> dict[str, Seen]:
    return {log: Seen(size, root(log, size)) for log, size in pairs}


@st.composite
def histories(draw):
    """What up to four parties wrote in one real order: (log, seen), each seeing only what was there.

    Now and then one claims to have seen less than it said before, which a dishonest node may.
    """
    sizes = dict.fromkeys(LOGS[: draw(st.integers(2, 4))], 0)
    known = {log: {} for log in sizes}
    events = []
    for _ in range(draw(st.integers(1, 25))):
        log = draw(st.sampled_from(sorted(sizes)))
        news = []
        for peer in sorted(sizes):
            if peer != log and sizes[peer] > known[log].get(peer, 0) and draw(st.booleans()):
                least = 1 if draw(st.integers(0, 4)) == 0 else known[log].get(peer, 0) + 1
                known[log][peer] = draw(st.integers(least, sizes[peer]))
                news.append((peer, known[log][peer]))
        events.append((log, seen(*news)))
        sizes[log] += 1
    return events


def reference(events) -> dict[tuple[str, int], int]:
    """Depths by the definition, straight from the whole history."""
    depths: dict[tuple[str, int], int] = {}
    sizes: dict[str, int] = {}
    effective: dict[str, dict[str, int]] = {}
    for log, news in events:
        index = sizes.get(log, 0)
        effective.setdefault(log, {}).update({peer: one.size for peer, one in news.items()})
        before = [depths.get((log, index - 1), 0)]
        before += [depths[peer, size - 1] for peer, size in effective[log].items()]
        depths[log, index] = 1 + max(before)
        sizes[log] = index + 1
    return depths


def placed(order: Order, depths) -> dict[tuple[str, int], int]:
    return {(log, index): order.depth(log, index) for log, index in depths}


@given(histories())
def test_depth_is_as_defined(events):
    order = Order(root)
    depths = reference(events)
    for log, news in events:
        index = order.size(log)
        found = order.place(log, news)
        assert (found.depth, found.marks, found.moved) == (depths[log, index], (), ())
    assert placed(order, depths) == depths


@pytest.mark.slow
@settings(max_examples=examples(300))
@given(histories(), st.randoms(use_true_random=False))
def test_depth_does_not_depend_on_the_order_of_arrival(events, random):
    queues: dict[str, list] = {}
    for log, news in events:
        queues.setdefault(log, []).append(news)
    order = Order(root)
    believed: dict[tuple[str, int], int] = {}
    while queues:
        log = random.choice(sorted(queues))
        index = order.size(log)
        found = order.place(log, queues[log].pop(0))
        believed[log, index] = found.depth
        for moved, start in found.moved:
            for at in range(start, order.size(moved)):
                believed[moved, at] = order.depth(moved, at)
        if not queues[log]:
            del queues[log]
    depths = reference(events)
    assert placed(order, depths) == depths
    assert believed == depths, "`moved` must name every depth that changed"
    assert all(order.waiting(log) == 0 for log in LOGS)


@given(histories())
def test_fold_order_is_total_and_keeps_what_was_seen_before(events):
    depths = reference(events)
    keys = [(depth, log, index) for (log, index), depth in depths.items()]
    assert len(set(keys)) == len(keys)
    sizes: dict[str, int] = {}
    for log, news in events:
        index = sizes.get(log, 0)
        for peer, one in news.items():
            assert depths[peer, one.size - 1] < depths[log, index]
        assert index == 0 or depths[log, index - 1] < depths[log, index]
        sizes[log] = index + 1


def test_seen_ahead_counts_for_nothing_until_the_prefix_comes():
    a, b, _, _ = LOGS
    order = Order(root)
    found = order.place(a, seen((b, 2)))
    assert (found.depth, found.marks) == (1, (SEEN_AHEAD,))
    assert order.place(a, {}).depth == 2
    assert order.place(b, {}).moved == ()
    last = order.place(b, {})
    assert last.moved == ((a, 0),)
    assert [order.depth(a, index) for index in (0, 1)] == [3, 4]


def test_what_moved_moves_others():
    a, b, c, _ = LOGS
    order = Order(root)
    order.place(a, seen((b, 1)))
    order.place(c, seen((a, 1)))
    assert order.depth(c, 0) == 2
    assert order.place(b, {}).moved == ((a, 0), (c, 0))
    assert (order.depth(a, 0), order.depth(c, 0)) == (2, 3)


def test_a_later_leaf_moves_though_the_first_that_saw_it_does_not():
    a, b, c, d = LOGS
    order = Order(root)
    order.place(a, seen((b, 3)))
    for _ in range(8):
        order.place(a, {})
    for _ in range(5):
        order.place(d, {})
    order.place(c, seen((a, 1), (d, 5)))
    order.place(c, seen((a, 9)))
    assert [order.depth(c, index) for index in (0, 1)] == [6, 10]
    order.place(b, {})
    order.place(b, {})
    assert order.place(b, {}).moved == ((a, 0), (c, 1))
    assert [order.depth(c, index) for index in (0, 1)] == [6, 13]


def test_one_who_claims_less_later_is_still_found_when_depths_move():
    a, b, c, _ = LOGS
    order = Order(root)
    order.place(a, seen((b, 5)))
    order.place(a, seen((b, 3)))
    for index in range(5):
        order.place(b, seen((c, 9)) if index == 3 else {})
    assert order.depth(a, 0) == 6
    for _ in range(9):
        order.place(c, {})
    assert [order.depth(b, index) for index in (2, 3, 4)] == [3, 10, 11]
    assert order.depth(a, 0) == 12


def test_a_different_root_counts_for_nothing_and_is_told():
    a, b, _, _ = LOGS
    order = Order(root)
    for _ in range(3):
        order.place(b, {})
    wrong = {b: Seen(2, "0" * 64)}
    found = order.place(a, wrong)
    assert (found.depth, found.marks) == (1, (SEEN_OTHER,))
    assert found.others == (SeenOther(a, 0, b, 2, "0" * 64),)
    assert order.place(a, seen((b, 3))).depth == 4


def test_a_different_root_is_told_when_the_prefix_comes():
    a, b, _, _ = LOGS
    order = Order(root)
    assert order.place(a, {b: Seen(1, "0" * 64)}).marks == (SEEN_AHEAD,)
    found = order.place(b, {})
    assert found.others == (SeenOther(a, 0, b, 1, "0" * 64),)
    assert (order.depth(a, 0), found.marks, found.moved) == (1, (), ())


def test_seeing_less_or_nothing_changes_nothing():
    a, b, _, _ = LOGS
    order = Order(root)
    for _ in range(3):
        order.place(b, {})
    assert order.place(a, seen((b, 3))).depth == 4
    assert order.place(a, seen((b, 1))).depth == 5
    assert order.place(a, {b: Seen(0, "0" * 64)}).marks == ()


def test_roots_are_not_asked_for_what_was_checked_before():
    a, b, _, _ = LOGS
    order = Order(lambda log, size: (_ for _ in ()).throw(AssertionError(log)))
    order.place(b, {})
    assert order.place(a, {b: Seen(1, "0" * 64)}, checked=True).depth == 2
