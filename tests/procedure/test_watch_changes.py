"""The watch as it changes: handed over and read back; what is open at once; reviews that a pattern opens."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from procedure_world import MIN, T0, A, B, D, H, World, hexid, t, wgs84

from steerclear.procedure.fold import fold
from steerclear.procedure.repeats import patterns, place_of
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.line_check import LineCheck
from steerclear.speech.kinds.line_handover import LineHandover, OpenItem
from steerclear.speech.kinds.receipt import Receipt
from steerclear.speech.kinds.stop import Stop
from steerclear.views.open_items import is_open, open_item, open_items

OUT, IN, THIRD = f"{A}/watch-1+00000001", f"{A}/watch-2+00000002", f"{A}/watch-3+00000003"


def handed(world: World, *items: str, at: int = 0) -> Said:
    body = LineHandover(
        from_post="watch-1", to_post="watch-2", items=tuple(OpenItem(entry=one) for one in items)
    )
    return world.say("line.handover", A, body, at, to=(), officer=OUT, delivered=None)


def read_back(world: World, about: Said, officer: str, level: Any = "understood", at: int = MIN) -> None:
    world.say("receipt", A, Receipt(level=level), at, about=about, to=(), officer=officer, delivered=None)


def tasks(subject: Subject) -> list[str]:
    return [task.id.rpartition("/")[2] for task in subject.tasks]


def test_a_handover_is_read_back_by_the_post_it_was_given_to_which_understood_it() -> None:
    for officer, level, done in (
        (IN, "understood", True),
        (OUT, "understood", False),
        (THIRD, "understood", False),
        (IN, "read", False),
    ):
        world = World()
        root = handed(world, hexid("one"))
        assert tasks(world.at(0)) == ["read-back"] and world.at(0).handover is not None
        read_back(world, root, officer, level)
        found = world.at(2 * MIN)
        assert found.handover is not None and bool(found.handover.read_back_by) is done, (officer, level)
        assert tasks(found) == ([] if done else ["read-back"])
    assert found.handover.to_post == "watch-2" and found.handover.items == (hexid("one"),)


def test_another_party_neither_owes_nor_reads_back() -> None:
    world = World(own=B)
    root = handed(world)
    assert tasks(world.at(0)) == []
    world.say("receipt", B, Receipt(level="understood"), MIN, about=root, officer=f"{B}/x+00000003")
    found = world.at(2 * MIN)
    assert found.handover is not None and found.handover.read_back_by == ""


@given(st.sampled_from(["watch-2", "WATCH 2", "Watch_2", " watch  2 "]))
def test_a_post_is_the_same_however_it_is_written(to_post: str) -> None:
    world = World()
    root = world.say(
        "line.handover",
        A,
        LineHandover(from_post="watch-1", to_post=to_post),
        to=(),
        officer=OUT,
        delivered=None,
    )
    read_back(world, root, IN)
    found = world.at(2 * MIN).handover
    assert found is not None and found.read_back_by == "watch-2"


def test_where_no_post_is_named_any_other_officer_reads_it_back() -> None:
    world = World()
    root = world.say("line.handover", A, LineHandover(), to=(), officer=OUT, delivered=None)
    read_back(world, root, THIRD)
    found = world.at(2 * MIN).handover
    assert found is not None and found.read_back_by == "watch-3"


def subject(kind: str, **more: Any) -> Subject:
    made = Subject(
        id=hexid(kind, sorted(more.items())),
        kind=kind,
        family="activity",
        author=A,
        mode="REAL",
        life_safety=False,
        precedence="ROUTINE",
        released_ms=T0,
        life="active",
        version="",
    )
    return msgspec.structs.replace(made, **more)


def test_what_is_closed_is_open_only_while_something_is_owed() -> None:
    assert is_open(subject("activity.flight"))
    for life in ("done", "cancelled", "expired"):
        assert not is_open(subject("activity.flight", life=life))
    for kind in ("line.check", "line.roster", "baseline"):
        assert not is_open(subject(kind))
    world = World()
    handed(world)
    assert is_open(world.at(0)), "a handover nobody read back"
    check = World()
    check.say("line.check", A, LineCheck(by="person"))
    assert not is_open(check.at(0))


def test_an_open_stop_says_who_closes_it_until_it_is_closed() -> None:
    world = World()
    root = world.say("stop", A, Stop())
    assert any("only its raiser or the site's owner" in text for text in open_item(world.at(MIN)).owed)
    world.say("complete", A, Complete(), MIN, about=root)
    assert not any("only its raiser" in text for text in open_item(world.at(2 * MIN)).owed)


many = st.lists(st.booleans(), max_size=30)


@given(many, st.integers(1, 7), st.randoms(use_true_random=False))
def test_pages_hold_every_open_item_once_whatever_the_order(
    opens: list[bool], most: int, random: Any
) -> None:
    rows = [
        subject("activity.flight", released_ms=T0 + i, life="active" if one else "done")
        for i, one in enumerate(opens)
    ]
    random.shuffle(rows)
    seen: list[str] = []
    after, more = "", True
    while more:
        page = open_items(rows, T0 + D, A, after, most)
        assert page.count == sum(opens) and len(page.items) <= most
        seen += [one.subject for one in page.items]
        after, more = (seen[-1] if seen else ""), page.more
    assert len(seen) == len(set(seen)) == sum(opens)


def test_what_was_open_and_not_handed_over_is_named_and_what_came_later_is_not() -> None:
    named, left, later = (subject("activity.flight", released_ms=T0 + at) for at in (-2 * H, -H, H))
    world = World()
    handed(world, named.id)
    given_over = world.at(0)
    found = open_items([named, left, later, given_over], T0 + D, A, "", 50)
    assert found.handover_entry == given_over.id and left.id in found.left_out
    assert named.id not in found.left_out and later.id not in found.left_out
    assert open_items([named, left, given_over], T0 + D, B, "", 50).handover is None


def stops(*rows: tuple[int, int], reviewed: bool = False) -> dict[str, Subject]:
    """Stops of one party at (day, degrees east), folded with their pattern."""
    worlds = []
    for i, (day, east) in enumerate(rows):
        world = World()
        body = Stop(since=t(day * D), positions=(wgs84(330_000_000, 380_000_000 + east * 10_000_000),))
        world.say("stop", A, body, day * D + MIN, depth=i)
        worlds.append(world)
    places = [place_of(one.entries, one.context()) for one in worlds]
    found = patterns([one for one in places if one is not None])
    ids = frozenset(one.entries[0].id for one in worlds) if reviewed else frozenset()
    return {
        one.entries[0].id: fold(
            one.entries, one.context(patterns=found, reviewed=ids), T0 + rows[-1][0] * D + H
        )
        for one in worlds
    }


def reviews(found: dict[str, Subject]) -> list[bool]:
    return [any("pattern-review" in task.id for task in one.tasks) for one in found.values()]


def test_a_second_place_within_thirty_days_opens_a_review_until_somebody_names_it() -> None:
    assert reviews(stops((0, 0), (5, 1))) == [False, True]
    assert reviews(stops((0, 0), (31, 1))) == [False, False]
    assert reviews(stops((0, 0), (5, 0))) == [False, False], "the same place is a repeat, no pattern"
    assert reviews(stops((0, 0), (5, 1), reviewed=True)) == [False, False]
    (first, second) = stops((0, 0), (5, 1)).values()
    assert second.stop is not None and second.stop.pattern_of == (first.id,)
    assert "pattern" in second.marks and "pattern" not in first.marks
