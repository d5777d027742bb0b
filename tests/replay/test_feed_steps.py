"""A feed in a scenario: reports at their instants to the named node, counted there, and the alarm of its silence."""

from __future__ import annotations

import math
import tomllib
from typing import Any

import pytest

from steerclear.errors import Malformed
from steerclear.replay import feeds
from steerclear.replay.feeds import Mover
from steerclear.replay.house import build_house
from steerclear.replay.perturb import moved
from steerclear.replay.player import play
from steerclear.replay.scenario import from_document, parse

pytestmark = pytest.mark.slow

STORY = """
[scenario]
id = "F1"
title = "A receiver falls silent and comes back"
start = "2026-03-02T05:00:00Z"

[[party]]
name = "near"
[[party.feed]]
name = "roof"
stale_after = "00:01:00"

[[party]]
name = "far"

[[step]]
at = "+00:05:00"
party = "near"
feed = "roof"
as = "first"
lasts = "00:00:30"
every = "00:00:05"
movers = [{ id = "icao:43c6e1", lat = 50.1, lon = 8.6, track = 90, speed_kt = 480, alt_baro_ft = 35000 }]

[[step]]
at = "+00:10:00"
party = "near"
feed = "roof"
as = "again"
movers = [{ id = "icao:43c6e1", lat = 50.1, lon = 9.5, track = 90, speed_kt = 480, alt_baro_ft = 35000 }]

[[criterion]]
text = "what came is counted, and only there"
at = "+00:05:30"
party = "near"
get = "/feeds"
where = "[].[name, state, received, age_ms]"
equals = [["roof", "live", 7, 0]]
needs = ["first"]

[[criterion]]
text = "the other side has no feed"
at = "+00:05:30"
party = "far"
get = "/feeds"
where = "length(@)"
equals = 0
standing = "no track is shared"
needs = []

[[criterion]]
text = "a minute after its last report it rings"
at = "+00:06:31"
party = "near"
get = "/alarms"
where = "[?rule=='feed-stopped'].since_ms | [0]"
equals = "+00:06:30"
needs = ["first"]

[[criterion]]
text = "and not before"
at = "+00:06:29"
party = "near"
get = "/feeds"
where = "[?state=='live'].age_ms | [0]"
equals = 59000
needs = ["first"]

[[criterion]]
text = "a new report ends it"
at = "+00:10:00"
party = "near"
get = "/alarms"
where = "[length([?rule=='feed-stopped'])]"
equals = [0]
needs = ["again"]

[[criterion]]
text = "its silence stays at home: no log knows of it"
party = "far"
get = "/audit"
where = "[length(fired[?rule=='feed-stopped'])]"
equals = [0]
standing = "of the alarm's rule"
needs = []
"""


def test_a_feed_is_counted_stops_rings_and_comes_back() -> None:
    result = play(parse(STORY), build_house)
    assert result.passed, [(one.text, one.seen) for one in result.criteria if not one.held]


def test_the_same_story_moved_goes_the_same_way() -> None:
    document = moved(tomllib.loads(STORY), 7)
    assert document["step"][0]["movers"][0]["lon"] != 8.6
    assert play(from_document(document), build_house).passed


def test_movers_keep_their_course_and_the_same_step_gives_the_same_reports() -> None:
    mover = Mover(id="icao:43c6e1", lat=50, lon=8, track=90, speed_kt=360, climb_fpm=600, alt_baro_ft=10_000)
    rows = list(feeds.reports((mover,), 1_000_000, "00:00:20", "00:00:10"))
    assert [at for at, _ in rows] == [1_000_000, 1_010_000, 1_020_000]
    assert [batch.at_ms.tolist() for _, batch in rows] == [[1_000_000], [1_010_000], [1_020_000]]
    last = rows[-1][1]
    metres = (last.lon_deg[0] - 8) * math.cos(math.radians(50)) * 111_320
    assert metres == pytest.approx(360 * 1852 / 3600 * 20, rel=2e-3)
    assert last.alt_baro_ft[0] == pytest.approx(10_200)
    again = list(feeds.reports((mover,), 1_000_000, "00:00:20", "00:00:10"))[-1][1]
    assert (again.lat_deg[0], again.lon_deg[0]) == (last.lat_deg[0], last.lon_deg[0])


def test_a_late_report_says_where_it_was_then() -> None:
    mover = Mover(id="icao:43c6e1", lat=0, lon=0, track=90, speed_kt=360, late="00:00:10")
    (_, batch), *_ = feeds.reports((mover,), 1_000_000, "", "")
    assert batch.at_ms[0] == 990_000
    assert batch.lon_deg[0] < 0


def _step(**changed: Any) -> str:
    document = tomllib.loads(STORY)
    document["step"][0] |= changed
    with pytest.raises(Malformed) as refused:
        from_document(document)
    return refused.value.rule


def test_what_cannot_be_fed_is_refused_before_a_node_is_built() -> None:
    assert _step(feed="cellar") == "unknown-feed"
    assert _step(movers=[]) == "bad-movers"
    assert _step(lasts="300:00:00") == "bad-movers"
    assert _step(movers=[{"id": "icao:43c6e1", "lat": 1, "lon": 1, "mover": "dragon"}]) == "unknown-mover"
    assert _step(movers=[{"id": "icao:43c6e1", "lat": 1, "lon": 1, "origin": "rumour"}]) == "unknown-origin"
