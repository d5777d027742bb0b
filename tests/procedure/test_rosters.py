"""Hours that nobody covers, flagged before an activity is accepted (AT38)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from procedure_world import T0, A, B, C, D, H, World, t, volume

from steerclear.procedure.context import Context, Span
from steerclear.procedure.fold import fold
from steerclear.procedure.rosters import rosters
from steerclear.procedure.said import Said
from steerclear.speech import form, late
from steerclear.speech.kinds.activity_exercise import Exercise
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.common import Window
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.line_roster import Hours, LineRoster
from steerclear.speech.parameters import Parameters

NIGHT = Flight(volumes=(volume(3 * D, 3 * D + 6 * H),), planning="planned")


def roster(*rows: tuple[int, int, bool]) -> LineRoster:
    return LineRoster(
        hours=tuple(Hours(window=Window(start=t(a), end=t(b)), covered=covered) for a, b, covered in rows)
    )


def seen(world: World, at: int = H, **more: Any) -> Any:
    about_line = [one for one in world.entries if one.kind == "line.roster"]
    rest = [one for one in world.entries if one.kind != "line.roster"]
    return fold(rest, world.context(rosters=rosters(about_line), **more), T0 + at)


def world_with(*rows: tuple[int, int, bool], by: str = B) -> tuple[World, Said]:
    world = World(members=(A, B, C))
    flight = world.say("activity.flight", A, NIGHT, to=(B,))
    world.say("line.roster", by, roster(*rows), H // 2)
    return world, flight


def test_uncovered_hours_are_flagged_and_a_covered_night_is_not() -> None:
    world, _ = world_with((3 * D - H, 3 * D + 2 * H, False))
    found = seen(world)
    assert [(gap.party, gap.end_ms - gap.start_ms) for gap in found.uncovered] == [(B, 2 * H)]
    assert "uncovered-hours" in found.marks
    assert next(task.text for task in found.tasks if "uncovered" in task.id).startswith("Nobody answers at")
    world, _ = world_with((3 * D - H, 3 * D + 9 * H, True))
    found = seen(world)
    assert found.uncovered == () and "uncovered-hours" not in found.marks
    assert not [task for task in found.tasks if "uncovered" in task.id]


def test_hours_that_touch_the_window_are_no_gap() -> None:
    world, _ = world_with((3 * D - H, 3 * D, False), (3 * D + 6 * H, 3 * D + 7 * H, False))
    assert seen(world).uncovered == ()


def test_a_member_that_was_not_addressed_is_not_asked_for() -> None:
    world, _ = world_with((3 * D, 3 * D + H, False), by=C)
    assert seen(world).uncovered == ()


def test_a_later_roster_an_earlier_flight_or_its_end_takes_the_flag_away() -> None:
    world, flight = world_with((3 * D, 3 * D + H, False))
    assert seen(world).uncovered
    world.say("line.roster", B, roster((3 * D, 3 * D + H, True)), H)
    assert seen(world, at=2 * H).uncovered == ()
    world, flight = world_with((3 * D, 3 * D + H, False))
    moved = msgspec.structs.replace(NIGHT, volumes=(volume(2 * D, 2 * D + H),))
    world.say(
        "amend", A, Amend(kind="activity.flight", notice=msgspec.to_builtins(moved)), H, about=flight, to=(B,)
    )
    assert seen(world, at=2 * H).uncovered == ()
    world, flight = world_with((3 * D, 3 * D + H, False))
    world.say("complete", A, Complete(), H, about=flight, to=(B,))
    assert seen(world, at=2 * H).uncovered == ()


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20), st.booleans()), max_size=8),
)
def test_at_every_instant_the_last_word_holds(rows: list[tuple[int, int, bool]]) -> None:
    world = World(members=(A, B))
    for start, length, covered in rows:
        world.say("line.roster", B, roster((start * H, (start + length) * H, covered)))
    spans = rosters(world.entries).get(B, ())
    assert list(spans) == sorted(spans) and all(a.end_ms <= b.start_ms for a, b in pairwise(spans))
    zero = T0
    for hour in range(41):
        said = [covered for start, length, covered in rows if start <= hour < start + length]
        held = [span.covered for span in spans if span.start_ms <= zero + hour * H < span.end_ms]
        assert held == said[-1:]


def test_an_exercise_owes_fourteen_days() -> None:
    body = Exercise(volumes=(volume(14 * D, 15 * D),))
    start = late.begins_ms(body)
    assert start is not None
    for ahead, is_late in ((14 * D, False), (14 * D - 1, True)):
        found = late.lead(body, None, start - ahead, Parameters())
        assert found is not None and found.late is is_late


def test_windows_of_one_roster_do_not_overlap_at_the_desk() -> None:
    from steerclear.speech.rules import wrong

    good = roster((0, H, True), (H, 2 * H, False))
    assert wrong("line.roster", good, Parameters()) == []
    bad = roster((0, H, True), (H - 1, 2 * H, False))
    assert [fault.code for fault in wrong("line.roster", bad, Parameters())] == ["windows-overlap"]
    assert form.filled("line.roster", {}, {"hours": [{"window": {"start": t(0), "end": t(H)}}]})


def test_the_context_holds_what_was_said() -> None:
    assert Context().rosters == {} and Span(0, 1, True) < Span(0, 1, True)._replace(end_ms=2)
