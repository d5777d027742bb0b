"""The skew that a node's machine check put on record is in the lead time of what its party says next, alike at both."""

from __future__ import annotations

from pathlib import Path

from node.pair import HOUR, Sites, party
from steerclear.node import report


def test_both_nodes_and_a_report_take_the_same_skew_from_the_log(tmp_path: Path) -> None:
    world = Sites(tmp_path)
    before = world.flight("a", "b")
    world.settle()
    world.step(HOUR)
    world.beat("a", "b")
    peer = world.state("a").peer(party("b"))
    peer.skew_ms = -3_500
    world.tick()
    world.settle()
    assert "line.check" in world.kinds("b", "a")
    after = world.flight("a", "b")
    world.settle()
    for name in "ab":
        assert world.subject(name, after).lead_time.skew_ms == 3_500
        assert world.subject(name, before).lead_time.skew_ms == 0, (
            "what was said before it is judged as it was"
        )
    one, two = (world.subject(name, after).lead_time for name in "ab")
    assert (one.state, one.stated_ms) == (two.state, two.stated_ms)
    world.step(HOUR)
    taken = world.run("b", lambda n: report.take(n, world.line, 0, world.clock.now_ms()))
    assert report.make(taken).columns, "an outside judge folds it too"
    world.restart("b")
    assert world.subject("b", after).lead_time.skew_ms == 3_500
