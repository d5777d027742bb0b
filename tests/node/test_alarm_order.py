"""Which alarm stands at the top: what is REAL, then life safety, a stop before all else of it."""

from __future__ import annotations

from pathlib import Path

from node.pair import Sites
from steerclear.node import naming
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
