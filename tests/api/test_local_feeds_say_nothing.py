"""boundary.md, No track file of the other side: what the node signs of alerts is the same to the letter and the instant
whether its local feeds show anything or not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.test_resumed_alerts import Host
from node.pair import Sites
from steerclear.app.feeding import Feeding
from steerclear.app.picture import Watching
from steerclear.config import FeedSection
from steerclear.feeds.batch import Batch, batch_of
from steerclear.feeds.codes import MOVER, ORIGIN
from steerclear.node import conforming, holding, lock
from steerclear.node.mover_state import OwnMover
from steerclear.speech.kinds.alert import Alert

OWN = "icao:aa0000"
M_PER_DEG_LON = 85_394.0


@dataclass(frozen=True)
class Row:
    """One report: east of 40° N 19° E in metres, flying east; a pressure altitude, or both heights."""

    ident: str
    east_m: float
    ve_mps: float
    both_heights: bool = True
    north_m: float = 0.0


def batch(rows: Sequence[Row], now_ms: int, origin: str) -> Batch:
    columns: dict[str, Any] = {
        "ident": [row.ident.encode() for row in rows],
        "at_ms": now_ms,
        "received_ms": now_ms,
        "lat_deg": [40.0 + row.north_m / 111_320 for row in rows],
        "lon_deg": [19.0 + row.east_m / M_PER_DEG_LON for row in rows],
        "error_m": 90.0,
        "alt_baro_ft": 22_000.0,
        "alt_geom_m": [6_700.0 if row.both_heights else float("nan") for row in rows],
        "alt_geom_error_m": 30.0,
        "ve_mps": [row.ve_mps for row in rows],
        "vn_mps": 0.0,
        "vu_mps": 0.0,
        "v_error_mps": 3.0,
        "mover": MOVER["fixed_wing"],
        "origin": ORIGIN[origin],
    }
    return batch_of(len(rows), columns)


@dataclass(frozen=True)
class Second:
    """What comes after so many milliseconds: by broadcast, by multilateration in the same feed, by an own radar."""

    after_ms: int
    shared: tuple[Row, ...] = ()
    measured: tuple[Row, ...] = ()
    radar: tuple[Row, ...] = ()


class Watch:
    """A node with a shared feed and an own radar, which takes looks on a stepped clock."""

    def __init__(self, folder: Path) -> None:
        self.world = Sites(folder, "ab")
        sections = (
            FeedSection(name="roof", format="readsb", address="file:a", trust="shared", own=("icao:aa*",)),
            FeedSection(name="radar", format="readsb", address="file:b", trust="local"),
        )
        self.watching = Watching(Feeding(sections, folder, self.world.clock), Host(self.world))  # type: ignore[arg-type]
        self.look()

    def look(self) -> None:
        asyncio.run(self.watching.look())

    def second(self, one: Second, *, deaf: bool = False) -> None:
        """`deaf`: nothing local is heard."""
        self.world.step(one.after_ms)
        now = self.world.clock.now_ms()
        given_ = [("roof", one.shared, "own")]
        given_ += [] if deaf else [("roof", one.measured, "multilaterated"), ("radar", one.radar, "radar")]
        for name, rows, origin in given_:
            if rows:
                self.watching.give(name, batch(rows, now, origin))
        self.look()

    def said(self) -> list[tuple[int, bool, Any]]:
        """(instant, life safety, body) of every alert that the node signed, in order."""
        node, line = self.world.nodes["a"], self.world.state("a")
        self.world.settle()
        out = []
        for subject in line.folded.values():
            for entry in subject.entries if subject.kind == "alert" else ():
                body, header = holding.said(node, line, entry).body, holding.header_of(node, line, entry)
                if not isinstance(body, Alert):
                    continue
                assert header.author == node.party
                out.append((header.released_ms, header.life_safety, msgspec.to_builtins(body)))
        return sorted(out, key=lambda row: (row[0], str(row[2])))

    def steps(self) -> list[tuple[str, str | None]]:
        return [(body["step"], body.get("reason")) for _, _, body in self.said()]

    def rings(self) -> list[tuple[str, str]]:
        rules = ("separation", "local-alert")
        return sorted((one.rule, one.step) for one in self.world.board("a").alarms if one.rule in rules)


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def pair(second: int, apart_m: float = 14_000.0, **more: Any) -> tuple[Row, Row]:
    """Head on, as they are so many seconds after the first."""
    east = 205.0 * second
    return Row(OWN, east, 205.0, **more), Row("icao:bb0001", apart_m - east, -205.0, **more)


def away(north_m: float = 60_000.0) -> tuple[Row, Row]:
    return Row(OWN, 0.0, 205.0), Row("icao:bb0001", 0.0, 205.0, north_m=north_m)


SECOND_MS = 1_000


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
    watch.second(Second(SECOND_MS, shared=pair(0, both_heights=False), radar=donors, measured=donors))
    ((_, _, body),) = watch.said()
    wide = [state["high_tmm"] - state["low_tmm"] for state in body["states"]]
    assert min(wide) > 5_000_000, "± 1,000 ft about the geoid: the setting is not known"
    shown = watch.watching._line(watch.world.line, _terms(watch), watch.world.clock.now_ms())
    assert shown is not None
    (seen,) = shown.look.seen
    assert all(side.high_tmm - side.low_tmm < 5_000_000 for side in seen.what.sides), "at home it is known"


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


IDENTS = (OWN, "icao:bb0001", "icao:bb0002")
PLACES = st.sampled_from([0.0, 3_000.0, 14_000.0, 45_000.0, 200_000.0])
ROWS = st.lists(
    st.builds(Row, st.sampled_from(IDENTS), PLACES, st.sampled_from([205.0, -205.0]), st.booleans()),
    max_size=3,
    unique_by=lambda row: row.ident,
).map(tuple)
LOCALS = st.lists(
    st.builds(
        Row, st.sampled_from((*IDENTS, "radar:7", "icao:cc0001")), PLACES, st.sampled_from([205.0, 900.0])
    ),
    max_size=4,
    unique_by=lambda row: row.ident,
).map(tuple)
AFTER = st.sampled_from([SECOND_MS, SECOND_MS, 5_000, 31_000, 121_000])


@pytest.mark.slow
@settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(st.builds(Second, AFTER, ROWS, LOCALS, LOCALS), min_size=3, max_size=10))
def test_what_is_signed_is_the_same_whatever_local_feeds_show(
    tmp_path_factory: pytest.TempPathFactory, seconds: list[Second]
) -> None:
    hearing, deaf = (Watch(tmp_path_factory.mktemp("node")) for _ in range(2))
    for one in seconds:
        hearing.second(one)
        deaf.second(one, deaf=True)
    assert hearing.said() == deaf.said()
    sizes = [one.world.state("a").own_log.size for one in (hearing, deaf)]
    assert sizes[0] == sizes[1], "nor is there any other entry"
