"""`permitted_kinds` and the release table are the party's own: the desk reads them, nobody else sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from node.pair import Sites, flight_body
from steerclear.errors import Malformed
from steerclear.node import settings
from steerclear.speech.facts import Permission


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


def change(world: Sites, **wanted: Any) -> settings.Settings:
    found: settings.Settings = world.run(
        "a", lambda n: settings.change(n, world.line, settings.Change(**wanted))
    )
    return found


def codes(found: object) -> list[str]:
    assert isinstance(found, list), found
    return [one.code for one in found]


def flight(world: Sites) -> Any:
    return world.try_say("a", "activity.flight", flight_body(world.clock.now_ms()), to="b")


def test_only_listed_kinds_may_be_sent_and_life_safety_always(world: Sites) -> None:
    assert isinstance(flight(world), str)
    change(world, permitted={"receipt": Permission("Act of 2015, s. 4")})
    assert codes(flight(world)) == ["kind-not-permitted"]
    assert isinstance(world.stop("a"), str)
    change(world, permitted={"activity.flight": Permission("Act of 2015, s. 4")})
    assert isinstance(flight(world), str)
    change(world, permitted={"receipt": Permission("Act of 2015, s. 4")})
    change(world, every_kind=True)
    assert isinstance(flight(world), str)


def test_a_permission_ends(world: Sites) -> None:
    ends = world.clock.now_ms() + 60_000
    change(world, permitted={"activity.flight": Permission("order 7", ends)})
    assert isinstance(flight(world), str)
    world.step(60_000)
    assert codes(flight(world)) == ["permission-expired"]


def test_an_own_release_table_stands_over_the_defaults(world: Sites) -> None:
    body = flight_body(world.clock.now_ms())
    change(world, release_table=[{"kind": "activity.flight", "release": "two"}])
    assert codes(flight(world)) == ["release-needed"]
    assert isinstance(world.try_say("a", "activity.flight", body, to="b", two=True), str)
    change(world, release_table=[])
    assert isinstance(flight(world), str)


def test_settings_outlive_a_restart_and_bad_ones_change_nothing(world: Sites) -> None:
    before = change(world, permitted={"receipt": Permission("order 7")}, name="Northern line")
    for wrong, rule in (
        ({"permitted": {"targeting": Permission("none")}}, "unknown-kind"),
        ({"permitted": {"receipt": Permission(" ")}}, "basis-missing"),
        ({"release_table": [{"kind": "stop", "release": "nobody"}]}, "bad-release-table"),
    ):
        with pytest.raises(Malformed) as error:
            change(world, **wrong)
        assert error.value.rule == rule
    world.restart("a")
    assert world.run("a", lambda n: settings.read(n, world.line)) == before
