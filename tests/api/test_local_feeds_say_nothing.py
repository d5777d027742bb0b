"""boundary.md, No track file of the other side: what the node signs of alerts is the same to the letter and the instant
whether its local feeds show anything or not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.fed import OWN, SECOND_MS, UNSENT, Row, Second, Watch, away, pair
from steerclear.node import alert_rows, conforming, encounter_drafts, lock
from steerclear.node.mover_state import OwnMover


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def test_what_shared_feeds_lose_is_confirmed_and_over_by_no_local_one(watch: Watch) -> None:
    """Raised by broadcast; then only the radar sees them: near, and a minute later far apart. The others are told
    that nobody saw them part, two minutes after the last broadcast; at home it is known better."""
    watch.second(Second(SECOND_MS, shared=pair(0)))
    assert watch.steps() == [("raised", None)]
    watch.second(Second(32_000, radar=pair(10)))
    for n in range(1, 5):
        watch.second(Second(SECOND_MS, radar=pair(10 + n)))
    assert watch.steps() == [("raised", None)], "no confirmation by the radar"
    assert watch.rings() == [("separation", "warning")], "at home one alarm rings for the two"
    watch.second(Second(9_000, radar=away()))
    for _ in range(12):
        watch.second(Second(SECOND_MS, radar=away()))
    assert watch.steps() == [("raised", None)], "nor that they are apart"
    home = [kept for kept in watch.world.state("a").movers.kept.values() if kept.at_home]
    assert [(one.state, one.reason) for one in home] == [("cleared", "apart")], "which is known at home"
    watch.second(Second(65_000, radar=away()))
    assert watch.steps() == [("raised", None), ("cleared", "not_seen")]
    (raised, cleared) = (body for _, _, body in watch.said())
    assert cleared["states"] == raised["states"] and cleared["at"] == raised["at"]


def test_what_shared_feeds_see_part_is_over_as_apart(watch: Watch) -> None:
    for n in range(4):
        watch.second(Second(SECOND_MS, shared=pair(n), radar=pair(n)))
    for _ in range(12):
        watch.second(Second(SECOND_MS, shared=away()))
    assert watch.steps() == [("raised", None), ("confirmed", None), ("cleared", "apart")]
    assert not [kept for kept in watch.world.state("a").movers.kept.values() if kept.at_home]


def test_what_goes_on_after_shared_feeds_lost_it_rings_at_home_until_it_is_over(watch: Watch) -> None:
    watch.second(Second(SECOND_MS, shared=pair(0)))
    still = (Row(OWN, 0.0, 100.0), Row("icao:bb0001", 2_000.0, 100.0))
    for _ in range(5):
        watch.second(Second(30_000, radar=still))
    assert watch.steps() == [("raised", None), ("cleared", "not_seen")]
    assert ("local-alert", "warning") in watch.rings(), "not told to anybody, and still near"
    for _ in range(13):
        watch.second(Second(SECOND_MS, radar=away()))
    assert "local-alert" not in [rule for rule, _ in watch.rings()] and len(watch.steps()) == 2


def test_a_warning_that_the_radar_alone_shows_rings_at_home_over_the_caution_that_was_told(
    watch: Watch,
) -> None:
    watch.second(Second(SECOND_MS, shared=pair(0, 45_000.0)))
    assert watch.rings() == [("separation", "caution")]
    watch.second(Second(31_000, radar=pair(0, 14_000.0)))
    assert watch.rings() == [("local-alert", "warning"), ("separation", "caution")]
    assert watch.steps() == [("raised", None)]


def test_what_the_radar_saw_first_is_told_as_soon_as_shared_feeds_show_it(watch: Watch) -> None:
    watch.second(Second(SECOND_MS, radar=pair(0)))
    assert watch.steps() == [] and watch.rings() == [("local-alert", "warning")]
    watch.second(Second(SECOND_MS, shared=pair(1), radar=pair(1)))
    assert watch.steps() == [("raised", None)] and watch.rings() == [("separation", "warning")]
    for _ in range(13):
        watch.second(Second(SECOND_MS, shared=away(), radar=away()))
    home = [kept for kept in watch.world.state("a").movers.kept.values() if kept.at_home]
    assert watch.steps()[-1] == ("cleared", "apart") and [one.reason for one in home] == ["apart"]


def test_a_pressure_surface_of_local_donors_does_not_narrow_what_is_signed(watch: Watch) -> None:
    """Aircraft that the radar's feed places send both heights; of shared ones nobody does."""
    donors = tuple(
        Row(f"icao:cc{n:04x}", 5_000.0 * n, 205.0, north_m=40_000.0 + 9_000.0 * n) for n in range(8)
    )
    watch.second(Second(SECOND_MS, shared=pair(0, geom_m=UNSENT), radar=donors, measured=donors))
    ((_, _, body),) = watch.said()
    wide = [state["high_tmm"] - state["low_tmm"] for state in body["states"]]
    assert min(wide) > 5_000_000, "± 1,000 ft about the geoid: the setting is not known"
    shown = watch.watching._line(watch.world.line, _terms(watch), watch.world.clock.now_ms())
    assert shown is not None
    (seen,) = shown.look.seen
    assert all(side.high_tmm - side.low_tmm < 5_000_000 for side in seen.what.sides), "at home it is known"


def test_what_only_the_donors_of_an_own_feed_show_as_too_near_rings_at_home_and_is_not_told(
    watch: Watch,
) -> None:
    """By the standard setting the one who sends pressure alone is far below the other; by warm air it is level with it.
    Where both are broadcast and shared feeds show no loss, home has to say what it knows."""
    ours = Row(OWN, 0.0, -205.0, geom_m=7_550.0, baro_ft=UNSENT)
    other = Row("icao:bb0001", 3_000.0, 205.0, geom_m=UNSENT)
    donors = tuple(
        Row(f"icao:cc{n:04x}", 5_000.0 * n, 205.0, geom_m=7_550.0, north_m=40_000.0 + 9_000.0 * n)
        for n in range(8)
    )
    for _ in range(3):
        watch.second(Second(SECOND_MS, shared=(ours, other)))
    assert watch.steps() == [] and watch.rings() == []
    size = watch.world.state("a").own_log.size
    for _ in range(3):
        watch.second(Second(SECOND_MS, shared=(ours, other), radar=donors))
    assert watch.rings() == [("local-alert", "warning")]
    assert watch.steps() == [] and watch.world.state("a").own_log.size == size
    for _ in range(12):
        watch.second(Second(SECOND_MS, shared=away(), radar=donors))
    (home,) = watch.home()
    (shown,) = alert_rows.rows(watch.world.nodes["a"], watch.world.line)
    assert (shown.at_home, shown.source, shown.why) == (True, "local", "own-feed")
    report = encounter_drafts.draft(watch.world.nodes["a"], watch.world.line, home.id).draft.body
    assert report["other"][0]["lat_e7"] == 400_000_000 and "vertical_tmm" not in report["least_separation"]
    assert not any("altitude" in fix for fix in (*report["own"], *report["other"])), (
        "nor its heights in a report"
    )
    assert watch.rings() == [] and (home.state, home.reason) == ("cleared", "apart")
    assert watch.steps() == [] and watch.world.state("a").own_log.size == size


def _terms(watch: Watch) -> Any:
    return asyncio.run(watch.watching._follow())[watch.world.line]


def test_a_state_that_multilateration_placed_carries_no_shared_one_on(watch: Watch) -> None:
    """A broadcast without a velocity gets one from two broadcasts, and never from a position measured between."""
    tracks = watch.watching.feeding.tracks[watch.world.line]
    watch.second(Second(SECOND_MS, shared=(Row("icao:bb0001", 0.0, float("nan")),)))
    watch.second(Second(SECOND_MS, measured=(Row("icao:bb0001", 5_000.0, float("nan")),)))
    watch.second(Second(SECOND_MS, shared=(Row("icao:bb0001", 400.0, float("nan")),)))
    now = watch.world.clock.now_ms()
    for picture in (tracks.picture(now), tracks.picture(now, shared_alone=True)):
        assert picture.shared.all() and len(picture) == 1
        assert 190 < picture.ve_mps[0] < 210
    assert len(tracks.trail("roof", "icao:bb0001").at_ms) == 3, "for a turned sensor all three count"


def test_while_the_node_is_locked_a_told_alert_ends_by_shared_feeds_alone(watch: Watch) -> None:
    node = watch.world.nodes["a"]
    watch.watching._own = type(watch.watching._own)()
    watch.world.run("a", lambda n: conforming.assign(n, watch.world.line, [OwnMover(OWN)]))
    watch.second(Second(SECOND_MS, shared=pair(0)))
    assert watch.steps() == [("raised", None)]
    opened = node.vault
    lock.lock(node)
    for _ in range(14):
        watch.second(Second(SECOND_MS, radar=away(), shared=pair(1)))
    for _ in range(12):
        watch.second(Second(SECOND_MS, radar=pair(1), shared=away()))
    lock.unlock(node, opened)
    assert watch.steps() == [("raised", None), ("confirmed", None), ("cleared", "apart")]


def test_two_that_are_both_ours_by_now_are_told_of_by_no_alert_at_home(watch: Watch) -> None:
    """The radar saw them near while one was not known as ours: that alert keeps the pair looked at, at home alone."""
    watch.second(Second(SECOND_MS, radar=pair(0)))
    assert [one.level for one in watch.home()] == ["warning"]
    watch.assign(OwnMover("icao:bb0001"))
    size = watch.world.state("a").own_log.size
    watch.second(Second(31_000, shared=pair(1)))
    for n in range(2, 5):
        watch.second(Second(SECOND_MS, shared=pair(n)))
    assert watch.steps() == [] and watch.world.state("a").own_log.size == size
    assert watch.rings() == [("local-alert", "warning")]
    for _ in range(12):
        watch.second(Second(SECOND_MS, shared=away()))
    assert watch.rings() == [] and [one.reason for one in watch.home()] == ["apart"]


OTHER, SHIP = "icao:bb0001", "mmsi:211000001"
IDENTS = (OWN, "icao:aa0001", OTHER, "icao:bb0002", SHIP)
PLACES = st.sampled_from([0.0, 300.0, 3_000.0, 14_000.0, 45_000.0, 200_000.0])
METRES = st.sampled_from([6_700.0, 7_100.0, UNSENT])
FEET = st.sampled_from([22_000.0, 22_000.0, 23_000.0, UNSENT])


def row(ident: str, east_m: float, ve_mps: float, geom_m: float, baro_ft: float) -> Row:
    if ident != SHIP:
        return Row(ident, east_m, ve_mps, geom_m, 0.0, baro_ft)
    return Row(ident, east_m, ve_mps / 20, UNSENT, 0.0, UNSENT, "ship")


def rows(idents: tuple[str, ...], speeds: tuple[float, ...], most: int) -> st.SearchStrategy[tuple[Row, ...]]:
    one = st.builds(row, st.sampled_from(idents), PLACES, st.sampled_from(speeds), METRES, FEET)
    return st.lists(one, max_size=most, unique_by=lambda row: row.ident).map(tuple)


SHARED = rows(IDENTS, (205.0, -205.0), 4)
LOCALS = rows((*IDENTS, "radar:7", "icao:cc0001"), (205.0, 900.0), 5)
AFTER = st.sampled_from([SECOND_MS, SECOND_MS, SECOND_MS, 5_000, 31_000, 121_000])
SECONDS = st.builds(Second, AFTER, SHARED, LOCALS, LOCALS)
ACTS: Final[Mapping[str, Callable[[Watch], object]]] = {
    "": lambda watch: None,
    "restart": Watch.restart,
    "lock": Watch.lock,
    "unlock": Watch.unlock,
    "own": lambda watch: watch.unlocked and watch.assign(OwnMover(OTHER), OwnMover(SHIP)),
    "disown": lambda watch: watch.unlocked and watch.disown(),
}
"""What people do while alerts stand: none of it is heard by a feed, and it is the same at both."""


@pytest.mark.slow
@settings(
    max_examples=30,
    phases=[Phase.explicit, Phase.generate],  # printed as it was found: to shrink it takes minutes
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    st.lists(st.tuples(st.sampled_from(["", "", "", *ACTS]), SECONDS), min_size=3, max_size=10), st.booleans()
)
def test_what_is_signed_is_the_same_whatever_local_feeds_show(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[str, Second]], agreed: bool
) -> None:
    """`agreed`: a loss with an own manned mover is said of own feeds too, by relative geometry; it changes no word of
    what is said of shared ones."""
    hearing, deaf = (Watch(tmp_path_factory.mktemp("node"), alert_local_automatic=agreed) for _ in range(2))
    for watch in (hearing, deaf) if agreed else ():
        watch.assign(OwnMover(OWN, watch.world.flight("a", "b")))
    for act, one in story:
        for watch in (hearing, deaf):
            ACTS[act](watch)
            watch.second(one, deaf=watch is deaf)
    told = [one.said("shared") for one in (hearing, deaf)]
    assert told[0] == told[1]
    sizes = [one.world.state("a").own_log.size for one in (hearing, deaf)]
    assert agreed or sizes[0] == sizes[1], "nor is there any other entry"
