"""What the watch alone may release when no releaser acts: an approved coarse form, after this node's own wait.

Here a flight takes two officers, and one signs: the release of the second is what is waited for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from node.pair import Sites, flight_body
from steerclear.node import settings, waiting
from steerclear.node.draft import Draft
from steerclear.speech.coarse import Form

MIN = 60_000
FORM = {"kind": "activity.flight", "cell_km": 20, "minutes": 60, "leave_out": ["number"]}
AREA_FORM = {"kind": "area.declare", "cell_km": 20, "minutes": 60}


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    made = Sites(tmp_path)
    rules(made, release_table=[{"kind": "activity.*", "release": "two"}], coarse=[FORM, AREA_FORM])
    return made


def rules(world: Sites, **wanted: Any) -> settings.Settings:
    found: settings.Settings = world.run(
        "a", lambda n: settings.change(n, world.line, settings.Change(**wanted))
    )
    return found


def full(world: Sites) -> dict[str, Any]:
    return flight_body(world.clock.now_ms() // 86_400_000 * 86_400_000)


def coarse_body(world: Sites, body: dict[str, Any], kind: str = "activity.flight") -> dict[str, Any]:
    made = world.run("a", lambda n: waiting.coarse_form(n, world.line, Draft(kind=kind, body=body)))
    assert isinstance(made, waiting.CoarseForm), made
    return made.body


def say(world: Sites, body: dict[str, Any], *, kind: str = "activity.flight", **inner: Any) -> Any:
    return world.try_say("a", kind, body, to="b", inner=inner)


def codes(found: Any) -> set[str]:
    return {one.code for one in found} if isinstance(found, list) else set()


def wanted(world: Sites, name: str = "a") -> list[str]:
    return [one.key for one in world.board(name).tasks if one.key == "tasks.release-wanted"]


def test_the_watch_alone_says_the_approved_form_once_no_releaser_acted(world: Sites) -> None:
    body = full(world)
    assert codes(say(world, body)) == {"release-needed"}
    assert wanted(world) == ["tasks.release-wanted"] and wanted(world, "b") == [], "at home alone"
    coarse = coarse_body(world, body)
    world.step(3 * MIN - 1)
    assert codes(say(world, coarse, coarse=True)) == {"releaser-has-time"}
    world.step(1)
    entry = say(world, coarse, coarse=True)
    assert isinstance(entry, str), entry
    world.settle()
    for name in "ab":
        assert "coarse-form" in world.subject(name, entry).marks, "it says so, to both"
    assert wanted(world) == []


def test_nothing_finer_goes_out_so(world: Sites) -> None:
    body = full(world)
    say(world, body)
    world.step(3 * MIN)
    assert codes(say(world, body, coarse=True)) == {"finer-than-set"}
    coarse = coarse_body(world, body)
    assert codes(say(world, coarse | {"number": body.get("number", {"least": 1})}, coarse=True)) == {
        "finer-than-set"
    }
    assert codes(say(world, coarse)) == {"release-needed"}, "it must say that it is one"
    assert isinstance(say(world, coarse, coarse=True), str)


def test_no_word_of_the_author_dates_the_wait(world: Sites) -> None:
    coarse = coarse_body(world, full(world))
    assert codes(say(world, coarse, coarse=True, origin_ms=0)) == {"releaser-has-time"}
    rules(world, coarse=[])
    world.step(3 * MIN)
    assert codes(say(world, coarse, coarse=True, origin_ms=0)) == {"no-coarse-form"}


def test_people_stay_within_two_persons_or_the_coarse_form(world: Sites) -> None:
    """`personnel` exactly takes two persons each time: neither haste nor a form lets it out by one."""
    body = {
        "area": "personnel",
        "precision": "exact",
        "volumes": full(world)["volumes"],
    }
    assert codes(say(world, body, kind="area.declare", coarse=True, origin_ms=0)) == {"finer-than-set"}
    say(world, body, kind="area.declare")
    world.step(3 * MIN)
    assert codes(say(world, body, kind="area.declare", coarse=True)) == {"finer-than-set"}
    broad = coarse_body(world, body, "area.declare")
    assert broad["precision"] == "broad" and "positions" not in broad
    assert isinstance(say(world, broad, kind="area.declare", coarse=True), str)


def test_a_releaser_who_acts_ends_the_wait(world: Sites) -> None:
    body = full(world)
    say(world, body)
    assert isinstance(world.try_say("a", "activity.flight", body, to="b", two=True), str)
    assert wanted(world) == []
    world.step(3 * MIN)
    assert codes(say(world, coarse_body(world, body), coarse=True)) == {"releaser-has-time"}


def test_the_wait_outlives_a_restart_and_is_forgotten_after_an_hour(world: Sites) -> None:
    body = full(world)
    say(world, body)
    world.restart("a")
    assert wanted(world) == ["tasks.release-wanted"]
    world.step(3 * MIN)
    coarse = coarse_body(world, body)
    assert isinstance(say(world, coarse, coarse=True), str)
    say(world, body)
    world.step(60 * MIN)
    assert wanted(world) == []
    assert codes(say(world, coarse_body(world, body), coarse=True)) == {"releaser-has-time"}


def test_forms_outlive_a_restart_and_bad_ones_change_nothing(world: Sites) -> None:
    before = rules(world)
    assert before.coarse == (
        Form(kind="activity.flight", cell_km=20, minutes=60, leave_out=("number",)),
        Form(kind="area.declare", cell_km=20, minutes=60),
    )
    world.restart("a")
    assert world.run("a", lambda n: settings.read(n, world.line)) == before
