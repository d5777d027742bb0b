"""At home no alert is lost, and none falls silent, because what is told of two movers and what own feeds show of them
have lives of their own (ADR 0031): each rings, and each is over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.fed import OWN, SECOND_MS, Row, Second, Watch, away
from steerclear.node import alert_rows, encounter_drafts, movers
from steerclear.node.mover_state import OwnMover

TOLD, HOME = ("separation", "warning"), ("local-alert", "warning")
NEAR = (Row(OWN, 0.0, 100.0), Row("icao:bb0001", 2_000.0, 100.0))
LIFE = [("raised", None), ("confirmed", None), ("cleared", "apart")]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def seconds(watch: Watch, count: int, **seen: Any) -> None:
    for _ in range(count):
        watch.second(Second(SECOND_MS, **seen))


def lost(watch: Watch) -> None:
    """Told of by broadcast, then seen by the radar alone."""
    seconds(watch, 4, shared=NEAR)
    watch.second(Second(31_000, radar=NEAR))
    seconds(watch, 3, radar=NEAR)


def states(watch: Watch) -> list[tuple[str, str | None]]:
    return [(one.state, one.reason) for one in watch.home()]


def test_a_pair_that_comes_and_goes_by_broadcast_is_one_alert_of_either_kind(watch: Watch) -> None:
    seconds(watch, 4, shared=NEAR)
    for _ in range(4):
        watch.second(Second(31_000, radar=NEAR))
        seconds(watch, 3, radar=NEAR)
        seconds(watch, 3, shared=NEAR, radar=NEAR)
        assert watch.rings() == [TOLD] and watch.steps() == LIFE[:2]
    assert states(watch) == [("confirmed", None)], "one at home, not one for each time"
    seconds(watch, 12, shared=away(), radar=away())
    assert watch.steps() == LIFE and states(watch) == [("cleared", "apart")]


def test_at_home_it_rings_again_when_what_was_told_is_over(watch: Watch) -> None:
    lost(watch)
    assert watch.rings() == [TOLD]
    for _ in range(4):
        watch.second(Second(30_000, radar=NEAR))
    assert watch.steps()[-1] == ("cleared", "not_seen") and HOME in watch.rings()
    seconds(watch, 12, radar=away())
    assert HOME not in watch.rings() and states(watch) == [("cleared", "apart")]


@pytest.mark.parametrize("radar", ["local", "shared"])
def test_after_a_restart_both_go_on(watch: Watch, radar: str) -> None:
    """Also where the configuration trusts the feed otherwise by then: what it shows is of that trust from then on."""
    lost(watch)
    watch.world.restart("a")
    watch.watch(radar)
    assert watch.rings() == [TOLD]
    if radar == "local":
        seconds(watch, 12, radar=away())
        assert states(watch) == [("cleared", "apart")] and watch.steps() == LIFE[:2]
        watch.second(Second(121_000))
        assert watch.steps()[-1] == ("cleared", "not_seen")
    else:
        seconds(watch, 12, shared=away())
        assert states(watch) == [("cleared", "apart")] and watch.steps() == LIFE
    assert HOME not in watch.rings()


def test_while_locked_both_ring_and_both_end(watch: Watch) -> None:
    lost(watch)
    watch.lock()
    assert HOME in watch.rings(), "which of the two it is of cannot be read"
    assert any(rule == "separation" for rule, _ in watch.rings())
    seconds(watch, 12, radar=away())
    assert HOME not in watch.rings()
    watch.second(Second(121_000))
    watch.unlock()
    seconds(watch, 1)
    assert states(watch) == [("cleared", "apart")] and watch.steps()[-1] == ("cleared", "not_seen")


def test_what_an_officer_told_of_the_radar_and_what_the_node_tells_end_each_by_itself(watch: Watch) -> None:
    world = watch.world
    seconds(watch, 3, radar=NEAR)
    (kept,) = watch.home()
    draft = world.run("a", lambda n: movers.release(n, world.line, kept.id))
    said = world.say("a", "alert", draft.body, to="b", life_safety=draft.life_safety)
    world.run("a", lambda n: movers.released(n, world.line, kept.id, said))
    assert watch.rings() == [TOLD], "the released one"
    seconds(watch, 3, shared=NEAR, radar=NEAR)
    assert watch.rings() == [TOLD, TOLD]
    seconds(watch, 12, shared=away(), radar=away())
    assert ("local-alert", "over") in watch.rings(), "its officer is asked for the end of what he told"
    draft = world.run("a", lambda n: movers.release(n, world.line, kept.id))
    end = world.say("a", "alert", draft.body, to="b", refs=draft.refs)
    world.run("a", lambda n: movers.released(n, world.line, kept.id, end))
    assert {rule for rule, _ in watch.rings()} == {"separation"}
    assert [one.state for one in alert_rows.rows(world.nodes["a"], world.line)] == ["cleared"] * 3


def test_what_could_not_be_signed_rings_at_home_by_either_life(watch: Watch) -> None:
    """It stays at home under shared feeds; where the radar alone goes on, that rings when it is over."""
    line = watch.world.state("a")
    line.settings.permitted = {}
    seconds(watch, 4, shared=(Row(OWN, 0.0, 205.0), Row("icao:bb0001", 45_000.0, -205.0)))
    line.settings.permitted = None
    assert watch.steps() == [] and watch.rings() == [("local-alert", "caution")]
    watch.second(Second(31_000, radar=NEAR))
    assert watch.rings() == [("local-alert", "caution"), HOME], "a warning is more than the caution"
    for _ in range(4):
        watch.second(Second(30_000, radar=NEAR))
    assert watch.rings() == [HOME] and watch.steps() == []
    seconds(watch, 12, radar=away())
    assert watch.rings() == [] and {one.reason for one in watch.home()} == {"not_seen", "apart"}


def test_the_list_and_the_reports_have_both(watch: Watch) -> None:
    """The row at home is as old as the radar's states; a report that is begun from it says what the radar showed,
    in agreed cells; one begun from what was told says no more than that."""
    lost(watch)
    world, node = watch.world, watch.world.nodes["a"]
    rows = {row.at_home: row for row in alert_rows.rows(node, world.line)}
    assert rows[True].states_ms is not None and rows[False].states_ms is not None
    assert rows[True].states_ms > rows[False].states_ms
    told, home = (
        encounter_drafts.draft(node, world.line, rows[at_home].id).draft.body for at_home in (False, True)
    )
    assert "least_separation" in told and "least_separation" not in home
    assert {fix["source"] for fix in told["other"]} <= {"transponder", "computed"}
    assert all("altitude" not in fix for fix in home["other"])


def test_by_agreement_the_radar_is_told_of_by_figures_alone_and_that_ends_too(tmp_path: Path) -> None:
    watch = Watch(tmp_path, alert_local_automatic=True)
    watch.assign(OwnMover(OWN, watch.world.flight("a", "b"), True))
    lost(watch)
    seconds(watch, 12, shared=away(), radar=away())
    told = {source: [body for _, _, body in watch.said(source)] for source in ("shared", "local")}
    for rows in told.values():
        assert [(one["step"], one.get("reason")) for one in rows] == LIFE
    assert all("relative" in one and not {"states", "positions"} & set(one) for one in told["local"])
    assert watch.home() == [] and "local-alert" not in [rule for rule, _ in watch.rings()]
