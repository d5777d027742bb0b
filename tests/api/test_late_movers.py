"""Vectors of judgement.md through the picture: an aged track, a replayed backlog, a clock one hour off. What is late is
recorded with its age and never alerted on as fresh; the same reports in time are."""

from __future__ import annotations

from typing import Any

import pytest

from steerclear.app.looking import Shown, looked, own_of
from steerclear.feeds.batch import Batch, batch_of
from steerclear.feeds.codes import MOVER, ORIGIN
from steerclear.feeds.tracks import Terms, Tracks
from steerclear.judgement.separation.life import Lives, rules_of, step
from steerclear.judgement.separation.meeting import Meeting
from steerclear.speech.parameters import Parameters

NOW, SECOND, HOUR = 1_790_000_000_000, 1_000, 3_600_000
NUMBERS = Parameters()
OWN = own_of(["icao:3c6444"])


def head_on(at_ms: int, received_ms: int) -> Batch:
    """Two aircraft 8 NM apart, towards each other with 400 kt each, at one height."""
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
    return batch_of(2, values)


def tracks() -> Tracks:
    terms = Terms(
        late_ms=NUMBERS.report_late_ms, future_ms=NUMBERS.report_ahead_ms, fresh_ms=NUMBERS.sea_fresh_ms
    )
    return Tracks({"roof": "shared"}, terms)


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
