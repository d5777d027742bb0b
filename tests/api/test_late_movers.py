"""Vectors of judgement.md through the picture: an aged track, a replayed backlog, a clock one hour off. What is late is
recorded with its age and never alerted on as fresh; the same reports in time are."""

from __future__ import annotations

from typing import Any

import pytest

from steerclear.app.looking import Shown, looked, own_of
from steerclear.feeds.ages import terms_of
from steerclear.feeds.batch import Batch, batch_of
from steerclear.feeds.codes import MOVER, ORIGIN
from steerclear.feeds.tracks import Tracks
from steerclear.judgement.separation.fresh import freshness
from steerclear.judgement.separation.life import Lives, rules_of, step
from steerclear.judgement.separation.meeting import Meeting
from steerclear.speech.parameters import Parameters

NOW, SECOND, HOUR = 1_790_000_000_000, 1_000, 3_600_000
NUMBERS = Parameters()
OWN = own_of(["icao:3c6444"])


def head_on(at_ms: int, received_ms: int, **more: Any) -> Batch:
    """Two aircraft 8 NM apart, towards each other with 400 kt each, at one height; `more` says otherwise."""
    values: dict[str, Any] = {
        "ident": [b"icao:3c6444", b"icao:4ca2d1"],
        "at_ms": at_ms,
        "received_ms": received_ms,
        "lat_deg": 40.0,
        "lon_deg": [19.0, 19.1735],
        "error_m": 90.0,
        "alt_geom_m": 6_700.0,
        "alt_geom_error_m": 30.0,
        "ve_mps": [205.0, -205.0],
        "vn_mps": 0.0,
        "vu_mps": 0.0,
        "v_error_mps": 3.0,
        "mover": MOVER["fixed_wing"],
        "origin": ORIGIN["own"],
    }
    return batch_of(2, values | more)


def tracks() -> Tracks:
    return Tracks({"roof": "shared", "radar": "local"}, terms_of(NUMBERS))


def shown(kept: Tracks, now_ms: int) -> Shown:
    return looked(kept.picture(now_ms), OWN, NUMBERS)


def levels(one: Shown) -> list[str | None]:
    return [seen.level for seen in one.look.seen]


@pytest.mark.parametrize(
    ("at_ms", "received_ms", "now_ms", "drops", "levels_"),
    [
        (NOW, NOW, NOW, {}, ["warning"]),
        (NOW - 10 * SECOND, NOW, NOW, {}, ["warning"]),  # as old as it may be
        (NOW - 16 * SECOND, NOW, NOW, {"late": 2}, []),  # a backlog that is replayed
        (NOW - HOUR, NOW, NOW, {"late": 2}, []),  # a clock one hour slow
        (NOW + HOUR, NOW, NOW, {"in-future": 2}, []),  # a clock one hour fast
        (NOW + HOUR, NOW, NOW + HOUR, {"in-future": 2}, []),  # which nothing makes fresh later
        (NOW, NOW, NOW + 31 * SECOND, {}, []),  # an aged track
    ],
)
def test_late_data_is_counted_and_never_alerted_on_as_fresh(
    at_ms: int, received_ms: int, now_ms: int, drops: dict[str, int], levels_: list[str]
) -> None:
    kept = tracks()
    assert kept.take("roof", head_on(at_ms, received_ms), received_ms) == drops
    found = shown(kept, now_ms)
    assert levels(found) == levels_
    assert len(found.picture) == (0 if "in-future" in drops else 2), "it is recorded, and shown with its age"


def test_a_backlog_after_a_gap_raises_nothing_and_ends_nothing() -> None:
    kept, rules = tracks(), rules_of(NUMBERS)
    lives: Lives[Meeting] = Lives()
    steps = []
    for second in range(4):
        kept.take("roof", head_on(NOW + second * SECOND, NOW + second * SECOND), NOW + second * SECOND)
        lives, changes = step(lives, shown(kept, NOW + second * SECOND).look, rules)
        steps += [change.step for change in changes]
    assert steps == ["raised", "confirmed"]
    later = NOW + 60 * SECOND  # the feed comes back and brings what it had kept, all of it old
    for old in range(5, 30, 5):
        kept.take("roof", head_on(NOW + old * SECOND, later), later)
    again, changes = step(lives, shown(kept, later).look, rules)
    assert changes == () and len(again.live) == 1, "it stands as it was"


def test_pairs_of_others_are_left_alone_where_this_node_has_movers_of_its_own() -> None:
    kept = tracks()
    kept.take("roof", head_on(NOW, NOW), NOW)
    for names, count in ((["icao:3c6444"], 1), (["icao:000001"], 1), (["icao:3c6444", "icao:4ca2d1"], 0)):
        assert len(looked(kept.picture(NOW), own_of(names), NUMBERS).look.seen) == count, names


def test_what_a_radar_sees_is_judged_as_soon_as_the_report_of_the_mover_itself_is_aged() -> None:
    kept, later = tracks(), NOW + 31 * SECOND
    kept.take("roof", head_on(NOW, NOW), NOW)
    seen = head_on(later, later, origin=ORIGIN["radar"], lat_deg=40.01)
    kept.take("radar", seen, later)
    found = shown(kept, later)
    assert levels(found) == ["warning"] and found.picture.state.lat_deg.tolist() == [40.01, 40.01]
    kept.take("roof", head_on(later, later, lat_deg=40.02), later)
    assert shown(kept, later).picture.shared.all(), "the mover itself is taken again once it is fresh"


@pytest.mark.parametrize("mover", ["ship", "fixed_wing", "*"])
@pytest.mark.parametrize("late_s", [0, 15, 16, 31, 180, 181, -1, -3])
@pytest.mark.parametrize("after_s", [0, 14, 31, 181])
def test_tracks_keep_the_rule_of_freshness(mover: str, late_s: int, after_s: int) -> None:
    at = NOW - late_s * SECOND
    kept, now = tracks(), NOW + after_s * SECOND
    drops = kept.take("roof", head_on(at, NOW, mover=MOVER[mover]), NOW)
    said = freshness(at, NOW, now, mover, NUMBERS)
    assert drops == {"late": {"late": 2}, "ahead": {"in-future": 2}}.get(said, {})
    assert kept.picture(now).fresh.tolist() == ([] if said == "ahead" else [said == "fresh"] * 2)


def test_ships_reported_a_minute_late_are_judged_and_aircraft_are_not() -> None:
    slow = {"ve_mps": [8.0, -8.0], "lon_deg": [19.0, 19.006], "alt_geom_m": float("nan")}
    for name, count in (("ship", 1), ("fixed_wing", 0)):
        kept = tracks()
        kept.take("roof", head_on(NOW - 60 * SECOND, NOW, mover=MOVER[name], **slow), NOW)
        assert len(levels(shown(kept, NOW))) == count, name
