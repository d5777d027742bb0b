"""Which alarm stands at the top: what is REAL, then life safety, a stop before all else of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.pair import Sites
from steerclear.cli.board import board_lines
from steerclear.cli.show import plain
from steerclear.node import naming, queries, tick
from steerclear.procedure.worded import alarm


def test_a_stop_stands_above_older_alarms_of_the_line(tmp_path: Path) -> None:
    world = Sites(tmp_path)
    stop = world.stop("a")
    flight = world.flight("a", "b")
    world.settle()
    node, line = world.nodes["b"], world.state("b")
    feed = alarm("feed-stopped/roof", "", "feed-stopped", "roof", "alarms.feed-stopped", 1, feed="roof")
    other = alarm("x", flight, "movers", "warning", "alarms.feed-stopped", 2, "", True, feed="roof")
    rings = [one for one in line.line_alarms if one.subject == stop]
    assert rings
    shown = naming.alarms(node, line, [feed, other, *rings], {})
    assert [one.id for one in shown[: len(rings)]] == [one.id for one in rings]
    assert [one.id for one in shown[len(rings) :]] == ["x", "feed-stopped/roof"]


def test_many_pairs_of_others_hide_no_feed_that_stopped_and_what_is_left_out_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crowded sea rings for every pair of ships; the board has room for fifty."""
    world = Sites(tmp_path)
    node, line = world.nodes["b"], world.state("b")
    words = {"state": "confirmed", "level": "warning", "known": []}
    others = [
        alarm(f"home-{n}", "", "local-alert", "warning", "movers.home-others", n, id=f"home-{n}", **words)
        for n in range(60)
    ]
    feed = alarm("feed-stopped/roof", "", "feed-stopped", "roof", "alarms.feed-stopped", 99, feed="roof")
    monkeypatch.setattr(tick, "refresh", lambda *_: None)
    for rings, left in ([*others, feed], 11), ([*others[:20], feed], 0):
        line.line_alarms = naming.alarms(node, line, rings, {})
        board = queries.board(node, world.line)
        assert board.alarms[0].id == "feed-stopped/roof" and board.alarms_left == left
        said = "\n".join(board_lines(plain(board), {}))
        assert ("AND 11 MORE ALARMS that this page has no room for" in said) is (left == 11)
