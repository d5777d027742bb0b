"""Measured skew in the lead time (AT04): within it nobody is contradicted, and nothing is called late or in time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from procedure_world import MIN, A, B, H, S, World, volume

from steerclear.procedure import skew
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.line_check import Beat, LineCheck


def flight(ahead: int, bounds: tuple[int | None, int | None], measured: int = 0) -> Subject:
    world = World()
    body = Flight(volumes=(volume(ahead, ahead + H),), aircraft_class="fixed_wing")
    world.say("activity.flight", A, body, bounds=bounds)
    return world.at(0, skew_of=lambda _: measured)


def test_a_measured_skew_contradicts_nobody_and_an_unmeasured_one_does() -> None:
    off = (4 * S, 9 * S)  # the other's clock is 4 s ahead
    assert flight(2 * H, off).lead_time.state == "disputed"
    told = flight(2 * H, off, 4 * S).lead_time
    assert (told.state, told.skew_ms) == ("agreed", 4 * S) and "differ by" in told.text
    assert flight(2 * H, off, 2 * S).lead_time.state == "disputed", "it differs by more than was measured"
    assert "differ" not in flight(2 * H, (-500, 500), 500).lead_time.text


def test_within_the_skew_nothing_is_late_and_nothing_in_time() -> None:
    over = (2 * S, 3 * S)  # proved 2 to 3 s after the last instant in time, said at it
    assert flight(60 * MIN, over).marks.count("late") == 1
    assert "late" not in flight(60 * MIN, over, 2 * S).marks
    assert "late-disputed" in flight(60 * MIN, over, 2 * S).marks
    just = (-3 * S, -2 * S)
    assert "late-disputed" not in flight(60 * MIN, just).marks
    assert "late-disputed" in flight(60 * MIN, just, 3 * S).marks
    assert "late" in flight(59 * MIN, (-500, 500), 4 * S).marks, "what its author admits needs no proof"


def test_a_skew_is_no_excuse_beyond_a_minute_and_silences_no_alarm() -> None:
    far = (5 * MIN, 5 * MIN + S)
    assert flight(2 * H, far, 10 * MIN).lead_time.state == "disputed"
    assert flight(2 * H, far, 10 * MIN).lead_time.skew_ms == MIN
    assert "very-late" in flight(10 * MIN, (2 * S, 3 * S), 30 * S).marks


@given(st.integers(0, 90 * S), st.integers(0, 90 * S), st.integers(-5 * S, 5 * S))
def test_more_skew_never_turns_one_verdict_into_the_other(one: int, two: int, at: int) -> None:
    small, large = sorted((one, two))
    before, after = (set(flight(60 * MIN, (at, at + S), n).marks) for n in (small, large))
    assert not ("late" in after and "late" not in before)
    assert not ("late-disputed" in before and not {"late-disputed", "late"} & after)


def check(world: World, at: int, *skews: int | None, machine: bool = True) -> Said:
    beats = tuple(Beat(peer=B, expected=3, heard=3, skew_ms=one) for one in skews)
    officer = f"{A}/node+00000001" if machine else f"{A}/watch+00000001"
    return world.say("line.check", A, LineCheck(by="machine", beats=beats), at, officer=officer)


def test_the_newest_check_before_an_entry_in_its_own_log_says_it() -> None:
    world = World()
    early = world.say("activity.flight", A, None)
    check(world, MIN, 300, -4_000, None)
    noted = world.say("activity.flight", A, None, 2 * MIN)
    theirs = world.say("activity.flight", B, None, 2 * MIN)
    check(world, 3 * MIN, 90_000, machine=False)
    check(world, 4 * MIN, None)
    later = world.say("activity.flight", A, None, 5 * MIN)
    find = skew.lookup(world.entries)
    assert [find(one) for one in (early, noted, theirs, later)] == [0, 4_000, 0, 0]
