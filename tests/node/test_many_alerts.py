"""A crowded sea: however many pairs of others are in alert, those of own movers are among the rows that are shown."""

from __future__ import annotations

from pathlib import Path

from node.pair import Sites
from steerclear.node import alert_rows, movers
from steerclear.views.board import MAX_ROWS
from support.movers import OTHER, Watched, head_on, side


def test_pairs_of_others_hide_no_pair_of_ours(tmp_path: Path) -> None:
    world = Sites(tmp_path, "ab")
    watched = Watched()
    unseen = {"shared": False, "handle": "radar:7", "shared_id": ""}
    for second in range(3):
        world.step(1_000)
        now = world.clock.now_ms()
        seen = [(head_on(now, two=unseen), "caution")]
        for number in range(60 if second else 0):  # later, graver, and none of them ours
            one = {"handle": f"mmsi:{number}", "shared_id": f"mmsi:{number}", "own": False, "manned": False}
            seen.append((head_on(now, one=one, two={"handle": OTHER + str(number)}), "warning"))
        changes = watched.look(now, *seen)
        world.run("a", lambda n, found=changes: movers.take(n, world.line, found))
    rows = world.run("a", lambda n: alert_rows.rows(n, world.line))
    assert len(rows) == MAX_ROWS and rows[0].own == (side().handle,) and rows[0].level == "caution"
    assert not any(row.own for row in rows[1:])
