"""What sites and movements said is destroyed by its timetable at every holder (messages.md, Timers: retention)."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import DAY, HOUR, Sites, party
from steerclear.node import holding
from steerclear.node.fsck import fsck
from steerclear.store.sqlite import SqliteStore
from steerclear.units import format_time

PLATE = "R-plate-4711"


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, make_store=lambda name: SqliteStore(tmp_path / f"{name}-store"))


def held(world: Sites, entry: str) -> tuple[str, str]:
    found = [holding.said(world.nodes[name], world.state(name), entry).held for name in "ab"]
    return found[0], found[1]


def place(lat: float) -> list[dict]:
    return [{"form": "wgs84", "lat_e7": round(lat * 1e7), "lon_e7": 198_000_000, "error_mm": 20_000}]


def convoy(world: Sites) -> tuple[str, str, str]:
    """(movement, its position, its end), over one day after it was notified."""
    start = world.clock.now_ms()

    def at(hours: int) -> str:
        return format_time(start + hours * HOUR)

    body = {
        "origin": {"positions": place(41.0), "at": at(20)},
        "waypoints": [{"positions": place(41.1), "at": at(22)}],
        "vehicles": [{"type": "car", "plate": PLATE}],
        "no_move_trigger": ["weather"],
        "lost_contact": "turn_back",
    }
    movement = world.say("a", "movement.notify", body, to="b")
    world.settle()
    world.step(21 * HOUR)
    report = {"event": "check_in", "at": at(21), "positions": place(41.05)}
    position = world.say("a", "movement.position", report, refs=(movement,), to="b")
    world.settle()
    world.step(3 * HOUR)
    done = {"outcome": "arrived", "at": at(23)}
    over = world.say("a", "movement.complete", done, refs=(movement,), to="b")
    world.settle()
    return movement, position, over


def wait(world: Sites, days: int) -> None:
    for _ in range(days):
        world.step(DAY)
        world.settle()


def test_positions_go_after_72_hours_and_contacts_after_30_days(world: Sites) -> None:
    movement, position, _ = convoy(world)
    wait(world, 2)
    assert held(world, position) == ("held", "held")
    wait(world, 3)
    assert held(world, position) == ("erased", "erased")
    assert held(world, movement) == ("held", "held")
    subject = world.subject("b", movement)
    assert (subject.life, subject.movement.state, subject.alarms) == ("done", "over", ())
    wait(world, 20)
    assert held(world, movement) == ("held", "held")
    wait(world, 10)
    assert held(world, movement) == ("erased", "erased")
    assert world.subject("b", movement).residue == "done"
    for name in "ab":
        node = world.nodes[name]
        assert fsck(node.store, node.party, node.vault).clean


def test_what_is_not_over_is_kept_and_so_is_what_a_preserve_names(world: Sites) -> None:
    body = {"name": "clinic", "positions": place(41.0)}
    site = world.say("a", "site.notify", body, to="b")
    movement, position, _ = convoy(world)
    world.say("b", "preserve", {"reason": "inquiry"}, refs=(movement,), to="a")
    world.settle()
    wait(world, 40)
    assert held(world, position) == ("held", "held") and held(world, movement) == ("held", "held")
    assert held(world, site) == ("held", "held") and world.subject("b", site).area.protected


def test_a_site_goes_a_year_after_its_release(world: Sites) -> None:
    site = world.say("a", "site.notify", {"name": "clinic", "positions": place(41.0)}, to="b")
    world.settle()
    world.say("a", "withdraw", {"reason": "released"}, refs=(site,), to="b", two=True)
    world.settle()
    assert world.subject("b", site).area.state == "released"
    world.step(364 * DAY)
    world.settle()
    assert held(world, site) == ("held", "held")
    wait(world, 3)
    assert held(world, site) == ("erased", "erased")


def test_nothing_of_others_is_erased_first(world: Sites) -> None:
    site = world.say("a", "site.notify", {"name": "clinic", "positions": place(41.0)}, to="b")
    world.settle()
    assert world.state("a").timetable == {site} and world.state("b").timetable == set()
    assert party("a") != party("b")
