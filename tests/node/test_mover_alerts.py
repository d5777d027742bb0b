"""Alerts on movers as a node says them, keeps them at home, and shows what its own feeds say of another's."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.pair import Sites, party
from steerclear.errors import Malformed
from steerclear.judgement.separation import telling
from steerclear.judgement.separation.meeting import Meeting, state_of
from steerclear.judgement.separation.recompute import recompute
from steerclear.node import alert_rows, conforming, encounter_drafts, holding, lock, movers, tick
from steerclear.node.in_force import numbers_now
from steerclear.node.mover_state import OwnMover
from steerclear.procedure.subject import Alarm, AlertHere, SeparationAlert
from steerclear.speech.cells import cell_of
from steerclear.speech.kinds.alert import Alert, ids_of
from steerclear.speech.parameters import Parameters
from steerclear.units import parse_time
from support.movers import OTHER, OWN, Watched, head_on, side

FINER = "finer-than-cell"
LOCAL = {"two": {"shared": False, "handle": "radar:7", "shared_id": ""}}


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "ab")


def take(world: Sites, name: str, watched: Watched, *seen: Any, blind: bool = False) -> tuple[str, ...]:
    """One second goes by, and a look is taken."""
    world.step(1_000)
    changes = watched.look(world.clock.now_ms(), *seen, blind=blind)
    said: tuple[str, ...] = world.run(name, lambda n: movers.take(n, world.line, changes))
    return said


def near(world: Sites, **more: Any) -> Meeting:
    return head_on(world.clock.now_ms(), **more)


def alert_of(world: Sites, name: str, entry: str) -> SeparationAlert:
    made = world.subject(name, entry).alert
    assert made is not None
    return made


def alarms(world: Sites, name: str, rule: str = "separation") -> list[Alarm]:
    return [one for one in world.board(name).alarms if one.rule == rule]


def body(world: Sites, name: str, entry: str) -> Alert:
    made = holding.said(world.nodes[name], world.state(name), entry).body
    assert isinstance(made, Alert)
    return made


# ---- shared feeds: entries of the node


def test_raised_confirmed_and_cleared_as_entries_on_both_sides(world: Sites) -> None:
    watched = Watched()
    (raised,) = take(world, "a", watched, (near(world), "warning"))
    world.settle()
    both = [world.subject(name, raised) for name in "ab"]
    assert [one.alert.state for one in both if one.alert is not None] == ["raised", "raised"]
    assert both[0].life_safety and both[0].precedence == "IMMEDIATE", "less than 10 min ahead"
    assert both[0].life == "active"
    assert [one.step for one in alarms(world, "b")] == ["warning"]
    assert "lose their separation" in alarms(world, "b")[0].text

    take(world, "a", watched, (near(world), "warning"))
    take(world, "a", watched, (near(world), "warning"))
    world.settle()
    assert alert_of(world, "b", raised).state == "confirmed"
    nearest = near(world, apart_nm=1.0)
    take(world, "a", watched, (nearest, "warning"))
    for _ in range(11):
        take(world, "a", watched)
    world.settle()
    over = alert_of(world, "b", raised)
    assert (over.state, over.reason) == ("cleared", "apart") and world.subject("b", raised).life == "done"
    assert over.least_low_mm == nearest.relative.least_horizontal_mm.low  # type: ignore[union-attr]
    assert over.raised_ms is not None and over.cleared_ms is not None and over.raised_ms < over.cleared_ms


def test_a_warning_that_is_over_rings_until_somebody_here_has_read_it(world: Sites) -> None:
    watched = Watched()
    (raised,) = take(world, "a", watched, (near(world), "warning"))
    for _ in range(12):
        take(world, "a", watched)
    world.settle()
    assert [one.step for one in alarms(world, "b")] == ["over"] == [one.step for one in alarms(world, "a")]
    for name, other in ("ba", "ab"):
        world.say(
            name, "receipt", {"level": "read", "post": "watch"}, to=other, refs=(raised,), life_safety=True
        )
        world.settle()
        assert alarms(world, name) == []
    read = {row.party for row in alert_of(world, "a", raised).read_by}
    assert read == {party("a"), party("b")}, "by whom, on either side"


def test_an_alert_that_nobody_sees_any_more_says_so(world: Sites) -> None:
    watched = Watched()
    (raised,) = take(world, "a", watched, (near(world), "warning"))
    world.step(119_000)
    assert take(world, "a", watched, blind=True) != ()
    world.settle()
    assert alert_of(world, "b", raised).reason == "not_seen"
    assert "nobody saw them part" in alarms(world, "b")[0].text


def test_a_caution_is_no_life_safety_and_gives_way_to_the_warning_that_follows(world: Sites) -> None:
    watched = Watched()
    (caution,) = take(world, "a", watched, (near(world, apart_nm=26), "caution"))
    over, warning = take(world, "a", watched, (near(world), "warning"))
    world.settle()
    assert not world.subject("b", caution).life_safety and world.subject("b", warning).life_safety
    assert alert_of(world, "b", caution).reason == "worse" and over != warning
    assert alert_of(world, "b", warning).level == "warning"
    assert alert_of(world, "b", warning).alert == alert_of(world, "b", caution).alert, "one encounter, one id"
    assert [one.step for one in alarms(world, "b")] == ["warning"], "the caution rings no more"


def test_the_entry_carries_the_two_states_and_its_id_is_made_of_them(world: Sites) -> None:
    (raised,) = take(world, "a", Watched(), (near(world), "warning"))
    said = body(world, "a", raised)
    assert ids_of(said) == (OWN, OTHER) and said.source == "shared" and said.relative is not None
    assert said.positions == () and said.window is None
    assert said.agreement == numbers_now(world.nodes["a"], world.state("a")).hash, (
        "in interim mode the parameters' hash"
    )


def test_a_height_that_is_not_known_is_said_in_the_alert(world: Sites) -> None:
    unknown = {"low_tmm": None, "high_tmm": None}
    (raised,) = take(world, "a", Watched(), (near(world, two=unknown), "warning"))
    world.settle()
    assert alert_of(world, "b", raised).whole_column
    assert "every height counts" in alarms(world, "b")[0].text
    (known,) = take(world, "a", Watched(), (near(world), "warning"))
    assert not alert_of(world, "a", known).whole_column


@pytest.mark.parametrize(("rule", "words"), [("do_365", "DO-365"), ("course", "course that was declared")])
def test_an_alert_says_by_which_rule_it_was_raised_to_its_end(world: Sites, rule: Any, words: str) -> None:
    watched = Watched()
    met = dataclasses.replace(near(world, apart_nm=26), rule=rule)
    (raised,) = take(world, "a", watched, (met, "warning"))
    assert body(world, "a", raised).rule == rule
    world.settle()
    for name in "ab":
        assert words in alarms(world, name)[0].text
    watched.lives = world.run("a", lambda n: movers.resume(n, world.line))
    over = [entry for _ in range(12) for entry in take(world, "a", watched)]
    world.settle()
    assert body(world, "b", over[-1]).rule == rule == alert_of(world, "b", raised).rule
    (plain,) = take(world, "a", Watched(), (near(world), "warning"))
    assert body(world, "a", plain).rule is None and alert_of(world, "a", plain).rule == "minima"
    assert words not in next(one.text for one in alarms(world, "a") if one.subject == plain)


def test_a_warning_along_a_declared_course_is_life_safety_and_one_of_well_clear_is_not(world: Sites) -> None:
    """It is a loss of separation less than ten minutes ahead; that two are not well clear is none yet."""
    for rule, flag in (("course", True), ("do_365", False)):
        met = dataclasses.replace(near(world, apart_nm=150), rule=rule)
        assert met.relative.loss_in_ms is None and met.relative.worst_loss_in_ms is None
        (raised,) = take(world, "a", Watched(), (met, "warning"))
        assert world.subject("a", raised).life_safety is flag


def test_a_row_has_the_age_of_its_states_and_names_our_mover_in_the_others_alert(world: Sites) -> None:
    at = world.clock.now_ms()
    met = near(world)
    met = dataclasses.replace(met, two=dataclasses.replace(met.two, at_ms=at - 4_000))
    (raised,) = take(world, "a", Watched(), (met, "warning"))
    world.settle()
    for name in "ab":
        (row,) = world.run(name, lambda n: alert_rows.rows(n, world.line))
        assert (row.id, row.rule, row.states_ms) == (raised, "minima", at - 4_000)
        assert row.age_ms == world.clock.now_ms() - row.states_ms and row.movers == (OWN, OTHER)
        assert row.own == ((OWN,) if name == "a" else ())
    world.step(60_000)
    (later,) = world.run("b", lambda n: alert_rows.rows(n, world.line))
    assert later.age_ms == row.age_ms + 60_000
    here = AlertHere("agree", 0, own=(OTHER,))
    world.run("b", lambda n: movers.compared(n, world.line, {raised: here}))
    assert world.run("b", lambda n: alert_rows.rows(n, world.line))[0].own == (OTHER,), (
        "as the own feeds tell"
    )
    world.run("b", lambda n: movers.compared(n, world.line, {raised: AlertHere("agree", 0)}))
    assert world.run("b", lambda n: alert_rows.rows(n, world.line))[0].own == ()
    world.run("b", lambda n: conforming.assign(n, world.line, [OwnMover(OTHER)]))
    assert world.run("b", lambda n: alert_rows.rows(n, world.line))[0].own == (OTHER,), (
        "as the fleet's list does"
    )


def test_the_board_names_who_and_where_about_as_far_as_it_may(world: Sites) -> None:
    take(world, "a", Watched(), (near(world), "warning"))
    world.settle()
    for name in "ab":
        (ring,) = alarms(world, name)
        assert f"{OWN} and {OTHER}, near 40.000 19.000" in ring.text
    take(world, "a", Watched(), (near(world, **LOCAL), "warning"))
    (home,) = alarms(world, "a", "local-alert")
    assert f"ours: {OWN}, near 40.000 19.000" in home.text and "radar:7" not in home.text


def test_alerts_of_both_sides_on_the_same_two_are_put_side_by_side(world: Sites) -> None:
    (mine,) = take(world, "a", Watched(), (near(world), "warning"))
    world.settle()
    flipped = {"one": {"own": False, "manned": False}, "two": {"own": True, "manned": True}}
    (theirs,) = take(world, "b", Watched(), (near(world, **flipped), "warning"))
    world.settle()
    for name in "ab":
        assert alert_of(world, name, mine).same == (theirs,) and alert_of(world, name, theirs).same == (mine,)
    world.step(1_300_000)
    (later,) = take(world, "a", Watched(), (near(world), "warning"))
    world.settle()
    assert alert_of(world, "b", later).same == (), "more than a slot beside it is another encounter"


def test_an_alert_goes_on_after_a_restart(world: Sites) -> None:
    watched = Watched()
    (raised,) = take(world, "a", watched, (near(world), "warning"))
    world.restart("a")
    again = Watched()
    again.lives = world.run("a", lambda n: movers.resume(n, world.line))
    assert list(again.lives.live) == [tuple(sorted((OWN, OTHER)))]
    for _ in range(11):
        take(world, "a", again)
    world.settle()
    assert alert_of(world, "b", raised).reason == "apart"


def test_a_kind_that_is_not_permitted_stays_at_home(world: Sites) -> None:
    state = world.state("a")
    state.settings.permitted = {}
    try:
        assert take(world, "a", Watched(), (near(world, apart_nm=26), "caution")) == ()
    finally:
        state.settings.permitted = None
    (kept,) = state.movers.kept.values()
    assert kept.at_home and kept.why == "kind-not-permitted"
    assert "kind-not-permitted" in alarms(world, "a", "local-alert")[0].text


# ---- local feeds: nothing by itself


def test_what_an_own_feed_alone_saw_stays_at_home_and_rings_there(world: Sites) -> None:
    before = world.state("a").own_log.size
    assert take(world, "a", Watched(), (near(world, **LOCAL), "warning")) == ()
    world.settle()
    assert world.state("a").own_log.size == before, "no entry, and no timer.fired that would tell of it"
    (ring,) = alarms(world, "a", "local-alert")
    assert "Not told to anybody" in ring.text and "steerclear alert release" in ring.action
    assert alarms(world, "b") == alarms(world, "b", "local-alert") == []


def test_an_officer_releases_it_as_coarse_as_was_agreed_and_says_that_it_is_over(world: Sites) -> None:
    watched = Watched()
    take(world, "a", watched, (near(world, **LOCAL), "warning"))
    kept = next(iter(world.state("a").movers.kept))
    draft = world.run("a", lambda n: movers.release(n, world.line, kept))
    made = msgspec.convert(draft.body, Alert)
    assert made.states == () and made.relative is None and made.positions[0].error_mm >= 5_000_000  # type: ignore[operator]
    said = world.say("a", "alert", draft.body, to="b", life_safety=draft.life_safety)
    world.run("a", lambda n: movers.released(n, world.line, kept, said))
    assert alarms(world, "a", "local-alert") == []
    for _ in range(11):
        take(world, "a", watched)
    (ring,) = alarms(world, "a", "local-alert")
    assert ring.step == "over" and "steerclear alert release" in ring.action, "the end is asked for"
    draft = world.run("a", lambda n: movers.release(n, world.line, kept))
    assert draft.body["step"] == "cleared" and draft.refs == (said,)
    end = world.say("a", "alert", draft.body, to="b", refs=draft.refs)
    world.run("a", lambda n: movers.released(n, world.line, kept, end))
    assert alarms(world, "a", "local-alert") == []
    world.settle()
    assert alert_of(world, "b", said).state == "cleared" and alert_of(world, "b", said).form == "cell"


def test_what_is_over_and_was_never_told_raises_no_alert(world: Sites) -> None:
    watched = Watched()
    take(world, "a", watched, (near(world, **LOCAL), "warning"))
    kept = next(iter(world.state("a").movers.kept))
    assert world.run("a", lambda n: movers.release(n, world.line, kept)).body["step"] == "raised"
    for _ in range(11):
        take(world, "a", watched)
    assert alarms(world, "a", "local-alert") == []
    with pytest.raises(Malformed, match="already-over"):
        world.run("a", lambda n: movers.release(n, world.line, kept))


def test_only_an_own_entry_of_a_local_alert_counts_as_its_release(world: Sites) -> None:
    """Neither what the node signed of shared feeds, nor what the other side said, silences an alert at home."""
    take(world, "a", Watched(), (near(world, **LOCAL), "warning"))
    (shared,) = take(world, "a", Watched(), (near(world), "warning"))
    kept = next(one for one in world.state("a").movers.kept if one.startswith("home-"))
    draft = world.run("a", lambda n: movers.release(n, world.line, kept))
    theirs = world.say("b", "alert", draft.body, to="a", life_safety=draft.life_safety)
    world.settle()
    for entry in (shared, theirs, "ab" * 32):
        with pytest.raises(Malformed, match="not-an-alert"):
            world.run("a", lambda n, entry=entry: movers.released(n, world.line, kept, entry))
    assert [one.step for one in alarms(world, "a", "local-alert")] == ["warning"]
    ours = world.say("a", "alert", draft.body, to="b", life_safety=draft.life_safety)
    world.run("a", lambda n: movers.released(n, world.line, kept, ours))
    assert alarms(world, "a", "local-alert") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"positions": [{"form": "wgs84", "lat_e7": 400_000_001, "lon_e7": 190_000_001, "error_mm": 1}]}, FINER),
        ({"window": {"start": "2016-06-16T06:00:03Z", "end": "2016-06-16T06:00:04Z"}}, FINER),
        ({"relative": {"horizontal_mm": {"low": 1, "high": 2}}, "whole_column": True}, FINER),
    ],
)  # fmt: skip
def test_nothing_finer_than_the_cell_passes_the_desk(world: Sites, change: dict[str, Any], code: str) -> None:
    take(world, "a", Watched(), (near(world, **LOCAL), "warning"))
    kept = next(iter(world.state("a").movers.kept))
    draft = world.run("a", lambda n: movers.release(n, world.line, kept))
    refused = world.try_say("a", "alert", draft.body | change, to="b", life_safety=True)
    assert isinstance(refused, list) and code in {one.code for one in refused}
    assert isinstance(world.try_say("a", "alert", draft.body, to="b", life_safety=True), str)


def test_no_state_leaves_a_local_feed_by_the_desk_either(world: Sites) -> None:
    (raised,) = take(world, "a", Watched(), (near(world), "warning"))
    said = msgspec.to_builtins(body(world, "a", raised)) | {"source": "local"}
    refused = world.try_say("a", "alert", said, to="b", life_safety=True)
    assert isinstance(refused, list)
    assert {"no-track-from-local", "local-not-agreed"} <= {one.code for one in refused}


def test_by_agreement_a_loss_with_an_own_manned_mover_is_said_in_relative_geometry_alone(
    tmp_path: Path,
) -> None:
    agreed = Sites(tmp_path, "ab", parameters={"alert_local_automatic": True})
    flight = agreed.flight("a", "b")
    told = {**LOCAL, "one": {"notice": flight}}
    (raised,) = take(agreed, "a", Watched(), (near(agreed, **told), "warning"))
    agreed.settle()
    said = body(agreed, "b", raised)
    assert said.source == "local" and said.states == () and said.positions == () and said.notice == flight
    assert said.relative is not None and alert_of(agreed, "b", raised).form == "relative"
    for more in ({"manned": False}, {"own": False, "manned": False}, {"notice": ""}):
        told = {**LOCAL, "one": {"notice": flight, **more}}
        assert take(agreed, "a", Watched(), (near(agreed, **told), "warning")) == ()
    assert (
        take(agreed, "a", Watched(), (near(agreed, **{**LOCAL, "one": {"notice": flight}}), "caution")) == ()
    )


FLAGS = st.booleans()
ROW = st.tuples(FLAGS, FLAGS, FLAGS, FLAGS)


@settings(max_examples=200)
@given(ROW, ROW, FLAGS, st.sampled_from(["caution", "warning"]))
def test_nothing_is_signed_from_a_local_feed_but_what_was_agreed(
    one: tuple[bool, ...], two: tuple[bool, ...], automatic: bool, level: Any
) -> None:
    def fields(row: tuple[bool, ...], ident: str) -> dict[str, Any]:
        shared, broadcast, own, manned = row
        return {
            "shared": shared, "shared_id": ident if broadcast else "", "own": own, "manned": own and manned,
            "notice": "ab" * 32 if own else "",
        }  # fmt: skip

    met = head_on(0, one=fields(one, OWN), two=fields(two, OTHER))
    how = telling.form(met, level, Parameters(alert_local_automatic=automatic))
    public = all(side.shared and side.shared_id for side in met.sides)
    own = [side for side in met.sides if side.own]
    if not public:
        may = automatic and level == "warning" and any(side.manned for side in own)
        assert how == ("relative" if may else "home")
    else:
        assert how == ("states" if own else "home")
    if how == "relative":
        said = telling.body_of(met, "raised", level, 0, "c" * 64, how)
        told = msgspec.json.encode(said).decode()
        assert OWN not in told and OTHER not in told and "lat_e7" not in told and "lon_e7" not in told


@pytest.mark.parametrize("locked", [False, True])
def test_what_turns_local_while_its_alert_stands_is_never_signed(world: Sites, locked: bool) -> None:
    """The same broadcast ident, by MLAT or a radar plot now: the state that goes with the entry is the last public."""
    watched, local = Watched(), {"two": {"shared": False, "source": "own", "error_mm": 150_000}}
    public = near(world)
    (raised,) = take(world, "a", watched, (public, "warning"))
    opened = world.nodes["a"].vault
    if locked:
        lock.lock(world.nodes["a"])
    entries = [raised]
    for apart_nm in (4, 1):
        entries += take(world, "a", watched, (near(world, apart_nm=apart_nm, **local), "warning"))
    for _ in range(12):
        entries += take(world, "a", watched)
    if locked:
        lock.unlock(world.nodes["a"], opened)
    world.settle()
    assert alert_of(world, "b", raised).state == "cleared", "it is still said that it is over"
    said = [body(world, "b", one) for one in entries]
    assert [one.step for one in said] == ["raised", "cleared"], (
        "nor is it confirmed by what an own feed shows"
    )
    for one in said:
        assert one.states == tuple(state_of(side) for side in public.sides)
        assert one.relative == public.relative
    (told,) = (kept for kept in world.state("a").movers.kept.values() if not kept.at_home)
    (home,) = (kept for kept in world.state("a").movers.kept.values() if kept.at_home)
    assert told.met.two.shared and not home.met.two.shared, "at home its nearest look is kept as it was"


def test_of_looks_that_are_public_again_the_nearest_is_said(world: Sites) -> None:
    watched = Watched()
    (raised,) = take(world, "a", watched, (near(world), "warning"))
    take(world, "a", watched, (near(world, apart_nm=4, two={"shared": False}), "warning"))
    nearest = near(world, apart_nm=1)
    take(world, "a", watched, (nearest, "warning"))
    over = [entry for _ in range(12) for entry in take(world, "a", watched)]
    world.settle()
    said = body(world, "b", over[-1])
    assert alert_of(world, "b", raised).state == said.step == "cleared" and said.relative == nearest.relative


def test_an_alert_at_home_rings_on_while_the_node_is_locked_and_says_nothing_of_it(world: Sites) -> None:
    watched = Watched()
    take(world, "a", watched, (near(world, **LOCAL), "warning"))
    (open_ring,) = alarms(world, "a", "local-alert")
    node, opened = world.nodes["a"], world.nodes["a"].vault
    lock.lock(node)
    (ring,) = alarms(world, "a", "local-alert")
    assert (ring.id, ring.step, ring.since_ms) == (open_ring.id, "warning", open_ring.since_ms)
    assert "locked" in ring.text and set(ring.parameters) == {"level"}
    lock.unlock(node, opened)
    assert alarms(world, "a", "local-alert") == [open_ring]
    lock.lock(node)
    for _ in range(12):
        take(world, "a", watched)
    assert alarms(world, "a", "local-alert") == [], "and seen apart it is over, locked or not"


def test_what_was_told_of_an_alert_at_home_outlives_a_lock(world: Sites) -> None:
    watched = Watched()
    take(world, "a", watched, (near(world, **LOCAL), "warning"))
    kept = next(iter(world.state("a").movers.kept))
    draft = world.run("a", lambda n: movers.release(n, world.line, kept))
    said = world.say("a", "alert", draft.body, to="b", life_safety=draft.life_safety)
    world.run("a", lambda n: movers.released(n, world.line, kept, said))
    node, opened = world.nodes["a"], world.nodes["a"].vault
    lock.lock(node)
    assert alarms(world, "a", "local-alert") == []
    for _ in range(12):
        take(world, "a", watched)
    lock.unlock(node, opened)
    assert [one.step for one in alarms(world, "a", "local-alert")] == ["over"]
    assert world.run("a", lambda n: movers.release(n, world.line, kept)).refs == (said,)


@pytest.mark.parametrize("days", [0, 2])
def test_an_end_that_could_not_be_signed_is_signed_as_soon_as_it_may(world: Sites, days: int) -> None:
    watched, state = Watched(), world.state("a")
    (raised,) = take(world, "a", watched, (near(world, apart_nm=26), "caution"))
    take(world, "a", watched, (near(world, apart_nm=25, two={"shared": False}), "caution"))
    state.settings.permitted = {}
    for _ in range(12):
        assert take(world, "a", watched) == ()
    world.settle()
    assert not watched.lives.live and alert_of(world, "b", raised).state == "raised"
    for _ in range(days):
        world.step(86_400_000)
        world.run("a", tick.tick)
        (kept,) = state.movers.kept.values()
        assert kept.untold and kept.course == () and kept.met.two.shared, "and nothing local is kept longer"
    state.settings.permitted = None
    world.run("a", tick.tick)
    world.settle()
    over = alert_of(world, "b", raised)
    assert (over.state, over.reason) == ("cleared", "apart")
    size = state.own_log.size
    take(world, "a", watched)
    assert state.own_log.size == size and all(not one.untold for one in state.movers.kept.values()), "once"


def test_an_alert_that_a_newer_one_followed_while_it_was_sealed_is_over(world: Sites) -> None:
    (old,) = take(world, "a", Watched(), (near(world), "warning"))
    node, opened = world.nodes["a"], world.nodes["a"].vault
    lock.lock(node)
    world.state("a").movers.open.clear()
    watched = Watched()
    (new,) = take(world, "a", watched, (near(world), "warning"))
    lock.unlock(node, opened)
    assert list(world.run("a", lambda n: movers.resume(n, world.line)).live) == list(watched.lives.live)
    world.settle()
    assert alert_of(world, "b", old).reason == "not_seen" and alert_of(world, "b", new).state == "raised"
    for _ in range(12):
        take(world, "a", watched)
    world.settle()
    assert alert_of(world, "b", new).reason == "apart"


def test_a_state_of_an_own_feed_is_no_body_and_no_broadcast(world: Sites) -> None:
    met = near(world, two={"shared": False})
    with pytest.raises(ValueError, match="own feed alone"):
        telling.body_of(met, "raised", "warning", met.at_ms, "c" * 64, "states")
    assert telling.body_of(near(world), "raised", "warning", met.at_ms, "c" * 64, "states").states


def test_what_waits_at_home_goes_with_the_lock_and_after_a_day(world: Sites) -> None:
    watched = Watched()
    take(world, "a", watched, (near(world, **LOCAL), "warning"))
    node, opened = world.nodes["a"], world.nodes["a"].vault
    lock.lock(node)
    assert world.state("a").movers.kept == {}
    with pytest.raises(Malformed, match="locked"):
        world.run("a", lambda n: movers.release(n, world.line, "home-"))
    lock.unlock(node, opened)
    assert len(world.state("a").movers.kept) == 1
    for _ in range(12):
        take(world, "a", watched)
    world.step(86_400_000)
    world.tick()
    assert world.state("a").movers.kept == {}
    assert node.store.side(f"movers/{world.line}") == {}


# ---- what the own feeds say of another's


def compared(world: Sites, entry: str, *seen: Any, own: tuple[Meeting, ...] = ()) -> SeparationAlert:
    """What `b` shows of an alert of `a` when its own feeds show these."""
    for asked, said in world.run("b", lambda n: movers.to_compare(n, world.line)):
        if asked == entry:
            sides = {one.shared_id: one for one in seen}
            found = recompute(said, sides, own, numbers_now(world.nodes["b"], world.state("b")))
            here = AlertHere(
                found.says,
                world.clock.now_ms(),
                *((found.least.low, found.least.high) if found.least else ()),
            )
            world.run("b", lambda n, here=here: movers.compared(n, world.line, {entry: here}))
    assert all(asked != entry for asked, _ in world.run("b", lambda n: movers.to_compare(n, world.line)))
    return alert_of(world, "b", entry)


def test_the_other_node_computes_it_again_and_shows_what_its_own_feeds_say(world: Sites) -> None:
    for seen, says in (
        ("both", "agree"),
        ("elsewhere", "differs"),
        ("one", "not-seen-here"),
        ("old", "not-seen-here"),
        ("local", "not-seen-here"),
    ):
        met = near(world)
        (raised,) = take(world, "a", Watched(), (met, "warning"))
        world.settle()
        now = met.at_ms
        two: dict[str, Any] = {"east_nm": 8.0, "kt": -400}
        two |= {"elsewhere": {"east_nm": 20.0}, "local": {"shared": False}}.get(seen, {})
        rows = [
            side(OWN, at_ms=now, kt=400),
            side(OTHER, at_ms=now - (60_000 if seen == "old" else 0), **two),
        ]
        found = compared(world, raised, *rows[: 1 if seen == "one" else 2])
        assert found.here is not None and found.here.says == says, seen
        world.settle()
        assert alert_of(world, "a", raised).here is None, "it stays at home"
    world.restart("b")
    assert alert_of(world, "b", raised).here is not None, "and is kept"


def test_figures_that_do_not_follow_from_their_own_states_differ(world: Sites) -> None:
    met = near(world)
    (raised,) = take(world, "a", Watched(), (met, "warning"))
    said = body(world, "a", raised)
    assert said.relative is not None
    sides = {one.shared_id: one for one in met.sides}
    numbers = numbers_now(world.nodes["a"], world.state("a"))
    assert recompute(said, sides, (), numbers).says == "agree"
    wrong = msgspec.structs.replace(said.relative, loss_in_ms=1_000_000)
    bent = msgspec.structs.replace(said, relative=wrong)
    assert recompute(bent, sides, (), numbers).why == "figures"


def test_what_carries_no_states_is_put_beside_the_own_pairs(world: Sites) -> None:
    met = near(world, two={"shared": False})
    said = telling.body_of(met, "raised", "warning", met.at_ms, "c" * 64, "relative")
    numbers = numbers_now(world.nodes["a"], world.state("a"))
    assert recompute(said, {}, (met,), numbers).says == "agree"
    far = near(world, apart_nm=30, kt=100)
    assert recompute(said, {}, (far,), numbers).says == "not-seen-here", "and never differs"
    cell = telling.released(met, "raised", "warning", met.at_ms, "c" * 64, numbers)
    assert recompute(cell, {}, (met,), numbers).says == "agree"
    assert recompute(cell, {}, (), numbers).says == "not-seen-here"


def test_only_its_author_says_how_an_alert_goes_on(world: Sites) -> None:
    (raised,) = take(world, "a", Watched(), (near(world), "warning"))
    world.settle()
    said = msgspec.to_builtins(body(world, "b", raised)) | {"step": "cleared", "reason": "apart"}
    entry = world.try_say("b", "alert", said, to="a", refs=(raised,))
    assert isinstance(entry, list) and [one.code for one in entry] == ["not-the-author"], (
        "refused at an honest desk"
    )
    entry = world.try_say("a", "alert", said, to="b")
    assert isinstance(entry, list) and [one.code for one in entry] == ["step-without-alert"]
    assert isinstance(world.try_say("a", "alert", said, to="b", refs=(raised,)), str)


# ---- the report that follows


def test_a_report_is_begun_from_what_was_seen_and_its_officer_completes_it(world: Sites) -> None:
    watched = Watched()
    (raised,) = take(world, "a", watched, (near(world), "warning"))
    for _ in range(2):
        take(world, "a", watched, (near(world), "warning"))
    nearest = near(world, apart_nm=1.0)
    take(world, "a", watched, (nearest, "warning"))
    for _ in range(11):
        take(world, "a", watched)
    world.settle()
    assert [one.id.rpartition("/")[2] for one in world.subject("a", raised).tasks] == ["encounter"]
    assert all("encounter draft" not in one.text for one in world.subject("b", raised).tasks), (
        "at its author alone"
    )
    made = world.run("a", lambda n: encounter_drafts.draft(n, world.line, raised[:12]))
    report = made.draft.body
    assert report["own"][0]["lon_e7"] == 190_000_000 and report["own_class"] == "fixed_wing"
    assert "other_class" not in report, "what the other was its officer says, or not"
    least = report["least_separation"]
    assert least["horizontal_mm"]["low"] == nearest.relative.horizontal_mm.low and least["how"] == "computed"
    assert {"visual_contact", "checklist"} <= set(made.missing) and made.draft.refs == (raised,)
    whole = report | {"visual_contact": "both", "other_class": "fixed_wing"}
    said = world.say("a", "encounter.report", whole, to="b", refs=made.draft.refs)
    world.settle()
    assert world.subject("a", raised).tasks == (), "and the task is done"
    assert world.subject("b", said).kind == "encounter.report"


def test_a_report_begun_while_the_alert_stands_says_what_the_last_look_showed(world: Sites) -> None:
    """Not what its last step said, nor anything of the time after the last look; and that it is not over."""
    watched, state = Watched(), world.state("a")

    def look(apart_nm: float) -> Meeting:
        met = near(world, apart_nm=apart_nm)
        take(world, "a", watched, (met, "warning"))
        world.run("a", lambda n: movers.stand(n, world.line, watched.lives.live))
        return met

    def draft() -> Any:
        return world.run("a", lambda n: encounter_drafts.draft(n, world.line, next(iter(state.movers.kept))))

    for miles in (8.0, 7.9, 7.8):
        look(miles)
    nearest = look(1.0)
    last = look(2.0)
    world.step(60_000)
    made = draft()
    least = made.draft.body["least_separation"]
    assert made.standing and least["horizontal_mm"]["low"] == nearest.relative.horizontal_mm.low
    assert parse_time(least["at"]) == nearest.at_ms and parse_time(made.draft.body["end"]) == last.at_ms
    state.movers.standing.clear()
    made = draft()
    assert made.standing and parse_time(made.draft.body["end"]) < nearest.at_ms, (
        "as of its last step, and says so"
    )
    for _ in range(11):
        take(world, "a", watched)
    world.run("a", lambda n: movers.stand(n, world.line, watched.lives.live))
    assert state.movers.standing == {}
    made = draft()
    least = made.draft.body["least_separation"]
    assert not made.standing and least["horizontal_mm"]["low"] == nearest.relative.horizontal_mm.low
    assert parse_time(made.draft.body["end"]) == next(iter(state.movers.kept.values())).over_ms


def test_a_locked_node_keeps_nothing_of_the_looks_that_stand(world: Sites) -> None:
    watched, node = Watched(), world.nodes["a"]
    take(world, "a", watched, (near(world), "warning"))
    world.run("a", lambda n: movers.stand(n, world.line, watched.lives.live))
    assert world.state("a").movers.standing
    lock.lock(node)
    assert world.state("a").movers.standing == {}
    world.run("a", lambda n: movers.stand(n, world.line, watched.lives.live))
    assert world.state("a").movers.standing == {}


def test_of_anothers_alert_the_officer_says_which_of_the_two_is_ours(world: Sites) -> None:
    watched = Watched()
    (raised,) = take(world, "a", watched, (near(world), "warning"))
    world.settle()

    def draft(own: str = "") -> Any:
        return world.run("b", lambda n: encounter_drafts.draft(n, world.line, raised, own))

    with pytest.raises(Malformed, match="which-is-ours"):
        draft()
    assert draft(OTHER).draft.body["own"][0]["lon_e7"] > 190_000_000
    with pytest.raises(Malformed, match="which-is-ours"):
        draft("icao:000000")
    with pytest.raises(Malformed, match="unknown-alert"):
        world.run("b", lambda n: encounter_drafts.draft(n, world.line, "ffff"))
    world.run("b", lambda n: conforming.assign(n, world.line, [OwnMover(OTHER)]))
    assert draft().draft.body["own"][0]["lon_e7"] > 190_000_000, "as the fleet says"
    world.run("b", lambda n: conforming.remove(n, world.line, OTHER))
    with pytest.raises(Malformed, match="which-is-ours"):
        draft()
    world.run("b", lambda n: movers.compared(n, world.line, {raised: AlertHere("agree", 0, own=(OTHER,))}))
    world.settle()
    assert draft().draft.body["own"][0]["lon_e7"] > 190_000_000, "as the feeds tell"


def test_of_what_stays_at_home_a_report_is_begun_with_the_agreed_cells_of_the_other(world: Sites) -> None:
    """boundary.md: what derives from a local feed leaves the node coarsened to the agreed cell and time."""
    watched = Watched()
    for miles in (3.0, 2.99, 2.98):
        take(world, "a", watched, (near(world, apart_nm=miles, **LOCAL), "warning"))
    kept = next(iter(world.state("a").movers.kept))
    made = world.run("a", lambda n: encounter_drafts.draft(n, world.line, kept))
    body, numbers = made.draft.body, Parameters()
    assert made.draft.refs == () and "least_separation" not in body and "own" not in made.missing
    assert [len(body[side]) for side in ("own", "other")] == [1, 1], "the looks of one cell and slot are one"
    for fix in (*body["other"], *body["own"]):  # where and when ours was nearest says where the other was
        cell = cell_of(fix["lat_e7"], fix["lon_e7"], numbers.alert_cell_mm)
        assert (fix["lat_e7"], fix["lon_e7"], fix["error_mm"]) == cell, "nothing finer than the cell"
        assert not {"altitude", "altitude_error_tmm", "heading_cdeg", "speed_mm_s"} & set(fix)
        assert fix["time_error_ms"] == numbers.alert_cell_ms
    for word in (*(fix["at"] for fix in (*body["other"], *body["own"])), body["begin"], body["end"]):
        assert parse_time(word) % numbers.alert_cell_ms == 0, "nor than the slot"
