"""Numbers of an agreement that nodes run on: at another value than the default each shows in what a node does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from node.pair import DAY, HOUR, Sites, party
from node.test_coarse_release import FORM, coarse_body, codes, full, rules, say, wanted
from node.test_compare import crossing
from node.test_cooling import declared, kept, note
from node.test_lock import hold_alarms, locked, promise
from node.test_retention import convoy, held, place, wait
from node.test_units import code, put
from steerclear.node import bulk, frequencies, report, tick, waiting
from steerclear.procedure.context import HomeUnit
from steerclear.speech.kinds.agreement import NO_RECOGNITION
from steerclear.units import format_time

MIN = 60_000
KM = 1_000_000
QUIET = {
    "heartbeat_ms": HOUR,
    "degraded_after_ms": 200 * HOUR,
    "silent_after_ms": 400 * HOUR,
    "check_machine_ms": 2_000 * HOUR,
}


def line(tmp_path: Path, **numbers: Any) -> Sites:
    return Sites(tmp_path, parameters=QUIET | numbers)


def test_an_idle_log_is_dated_anew_as_often_as_agreed(tmp_path: Path) -> None:
    world = line(tmp_path, checkpoint_refresh_ms=10 * MIN)
    world.settle()
    log = world.state("a").own_log
    signed = log.checkpoint_ms
    world.step(signed + 10 * MIN - 1 - world.clock.now_ms())
    world.tick()
    assert log.checkpoint_ms == signed and tick.next_due(world.nodes["a"]) == signed + 10 * MIN
    world.step(1)
    world.tick()
    assert log.checkpoint_ms == signed + 10 * MIN


def test_the_node_checks_the_line_as_often_as_agreed(tmp_path: Path) -> None:
    world = line(tmp_path, check_machine_ms=10 * MIN, checkpoint_refresh_ms=200 * HOUR)
    world.tick()
    first = world.state("a").last_check_ms
    assert tick.next_due(world.nodes["a"]) == first + 10 * MIN
    for at, checks in ((10 * MIN - 1, 0), (10 * MIN, 1), (20 * MIN, 2)):
        world.step(first + at - world.clock.now_ms())
        world.tick()
        assert world.kinds("a", "a").count("line.check") == checks


@pytest.mark.parametrize(("least", "more"), [(0, 0), (3 * HOUR, 0), (0, HOUR)])
def test_a_cool_down_is_drawn_between_the_agreed_figures(tmp_path: Path, least: int, more: int) -> None:
    world = line(tmp_path, cooldown_ms=least, cooldown_random_ms=more)
    entries = [declared(world) for _ in range(4)]
    assert [note(world, entry, "release_asked") for entry in entries] == [[]] * 4
    drawn = {kept(world, entry).drawn_ms or 0 for entry in entries}
    assert min(drawn) >= least and max(drawn) <= least + more
    assert (len(drawn) > 1) == (more > 0)


def test_a_unit_counts_to_the_agreed_end_of_a_shift_at_most(tmp_path: Path) -> None:
    world = line(tmp_path, counts_until_max_ms=2 * HOUR)
    entry = world.flight("a", "b")
    world.settle()
    now, read = world.clock.now_ms(), code(world, "b", entry)
    rows = [
        HomeUnit("long", read, now, now + 9 * HOUR),
        HomeUnit("short", read, now, now + HOUR),
        HomeUnit("none", read),
    ]
    assert put(world, "b", entry, *rows) == []
    until = {unit.name: unit.counts_until_ms for unit in world.state("b").units[entry]}
    assert until == {"long": now + 2 * HOUR, "short": now + HOUR, "none": now + 2 * HOUR}


def test_a_conflict_reminds_after_the_agreed_time(tmp_path: Path) -> None:
    world = line(tmp_path, reminder_ms=HOUR)
    crossing(world)

    def rings() -> list[str]:
        world.tick()
        return [one.step for one in world.board("a").alarms if one.rule == "reminder"]

    world.step(HOUR - MIN)
    assert rings() == []
    world.step(2 * MIN)
    assert rings() == ["conflict"]


@pytest.mark.parametrize(("every", "gaps"), [(HOUR, 1), (2 * HOUR, 0)])
def test_a_report_tells_of_quiet_hours_by_the_agreed_time_between_checks(
    tmp_path: Path, every: int, gaps: int
) -> None:
    world = line(tmp_path, check_machine_ms=every)
    world.flight("a", "b")
    begin = world.clock.now_ms()
    world.step(3 * HOUR)
    world.flight("a", "b", east_e7=9_000_000)
    made = report.make(world.run("a", lambda n: report.take(n, world.line, begin, world.clock.now_ms() + 1)))
    (column,) = [one for one in made.columns if one.party == party("a")]
    assert len(column.quiet) == gaps, "from twice that time on"


@pytest.mark.parametrize("allowed", [True, False])
def test_the_board_says_what_is_not_judged_while_areas_may_be_sealed(tmp_path: Path, allowed: bool) -> None:
    world = line(tmp_path, sealed_allowed=allowed)
    assert any("sealed" in one for one in world.board("a").standing) is allowed


def test_payloads_go_when_the_agreement_says(tmp_path: Path) -> None:
    kept = {"movement_retention_ms": 8 * DAY, "contact_retention_ms": 5 * DAY, "site_retention_ms": 2 * DAY}
    world = line(tmp_path, **kept)
    site = world.say("a", "site.notify", {"name": "clinic", "positions": place(41.0)}, to="b")
    movement, position, _ = convoy(world)
    world.say("a", "withdraw", {"reason": "released"}, refs=(site,), to="b", two=True)
    world.settle()
    wait(world, 1)
    assert held(world, site) == ("held", "held")
    wait(world, 3)
    assert held(world, site) == ("erased", "erased"), "two days, and a day for the others to follow"
    assert held(world, movement) == held(world, position) == ("held", "held"), (
        "by default positions go after three"
    )
    wait(world, 4)
    assert held(world, movement) == ("erased", "erased")


def test_reads_are_counted_within_the_agreed_window(tmp_path: Path) -> None:
    world = line(tmp_path, bulk_read_count=2, bulk_read_ms=3 * HOUR)
    for n in range(3):
        world.say("a", "site.notify", {"name": f"clinic {n}", "positions": place(41.0 + n)}, to="b")
    world.settle()
    entries = [one.id for one in world.state("b").folded.values() if one.kind == "site.notify"]
    key = f"{party('b')}/watch-1+00000000"

    def read(one: str) -> str:
        return world.run("b", lambda n: bulk.shown(n, world.state("b"), key, [one]))

    assert read(entries[0]) == ""
    world.step(70 * MIN)
    assert read(entries[1]) == ""
    world.step(70 * MIN)
    assert read(entries[2]) != "", "all three within three hours, though not within one"


@pytest.mark.parametrize(("cap", "by"), [(100_000_000, "first_seen"), (0, "")])
def test_earliness_counts_inside_the_agreed_cap_alone(tmp_path: Path, cap: int, by: str) -> None:
    world = line(tmp_path, give_way=["first_seen"], booking_cap_km3_h=cap)
    world.flight("a", "b")
    world.settle()
    world.flight("b", "a", east_e7=50_000)
    world.settle()
    for name in "ab":
        (row,) = world.board(name).conflicts
        assert row.judgement.gives_way is not None and row.judgement.gives_way.by == by


@pytest.mark.parametrize(("ring_km", "pairs"), [(22, 0), (60, 1)])
def test_movers_of_two_parties_are_near_within_the_agreed_ring(
    tmp_path: Path, ring_km: int, pairs: int
) -> None:
    world = line(tmp_path, ring_call_mm=ring_km * KM)
    world.flight("a", "b")
    world.flight("b", "a", east_e7=8_000_000)  # 74 km east: 54 km between the two circles
    world.settle()
    plan = world.run("a", lambda n: frequencies.plan(n, world.state("a"), 50))
    assert (len(plan.groups), plan.within_mm) == (pairs, ring_km * KM)


def test_the_watch_waits_for_a_releaser_as_long_as_agreed(tmp_path: Path) -> None:
    world = line(tmp_path, releaser_wait_ms=10 * MIN)
    rules(world, release_table=[{"kind": "activity.*", "release": "two"}], coarse=[FORM])
    body = full(world)
    assert codes(say(world, body)) == {"release-needed"} and wanted(world)
    (task,) = [one for one in world.board("a").tasks if one.key == "tasks.release-wanted"]
    assert task.due_ms == world.clock.now_ms() + 10 * MIN
    assert (
        waiting.next_due(world.state("a"), world.state("a").genesis_parameters, world.clock.now_ms())
        == task.due_ms
    )
    coarse = coarse_body(world, body)
    world.step(10 * MIN - 1)
    assert codes(say(world, coarse, coarse=True)) == {"releaser-has-time"}
    world.step(1)
    assert isinstance(say(world, coarse, coarse=True), str)


def test_a_locked_node_rings_for_a_hold_as_early_as_agreed(tmp_path: Path) -> None:
    world = line(tmp_path, hold_alarm_before_ms=20 * MIN)
    entry = promise(world, 60)
    locked(world, "b")
    world.step(39 * MIN)
    assert [hold_alarms(world, name, entry) for name in "ab"] == [set(), set()]
    world.step(2 * MIN)
    assert [hold_alarms(world, name, entry) for name in "ab"] == [{"ending-1"}] * 2


def test_a_hold_rings_by_the_agreement_under_which_the_stop_was_raised(tmp_path: Path) -> None:
    """The unlocked node has it from the fold, the locked one from its table: both by the same number."""
    world = line(tmp_path, hold_alarm_before_ms=20 * MIN)
    now = world.clock.now_ms()
    terms = {
        "act": "ratify",
        "name": "memorandum",
        "parameters": {"hold_alarm_before_ms": MIN},
        "clause": NO_RECOGNITION,
        "in_force_from": format_time(now + 30 * MIN),
    }
    for name in "ab":
        world.say(name, "agreement", terms)
        world.settle()
    entry = promise(world, 60)
    world.step(35 * MIN)
    world.settle()
    locked(world, "b")
    world.step(8 * MIN)
    assert [hold_alarms(world, name, entry) for name in "ab"] == [{"ending-1"}] * 2
