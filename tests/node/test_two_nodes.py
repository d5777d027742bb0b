"""Two nodes without HTTP: a notice goes over, is delivered, conflicts, and a restart shows the same board."""

from __future__ import annotations

from pathlib import Path

from node.pair import DAY, Sites, party


def test_a_notice_is_delivered_and_a_restart_shows_the_same(tmp_path: Path) -> None:
    world = Sites(tmp_path)
    mine = world.flight("a", "b")
    theirs = world.flight("b", "a", east_e7=50_000)
    world.settle()
    for name in "ab":
        board = world.board(name)
        assert [one.judgement.verdict for one in board.conflicts] == ["conflict"]
        for entry, other in ((mine, "b"), (theirs, "a")):
            rows = world.subject(name, entry).addressees
            assert [(row.party, row.state) for row in rows] == [(party(other), "delivered")]
        world.restart(name)
        assert world.board(name).notices == board.notices
        assert world.board(name).conflicts == board.conflicts


def test_what_cannot_go_over_is_not_delivered(tmp_path: Path) -> None:
    world = Sites(tmp_path)
    world.cut.add(frozenset("ab"))
    entry = world.flight("a", "b", hours=DAY / 3_600_000)
    world.settle()
    assert world.subject("a", entry).addressees[0].state == "sent"
    world.cut.clear()
    world.settle()
    assert world.subject("a", entry).addressees[0].state == "delivered"
