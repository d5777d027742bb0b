"""Names stay at home, ids go out; what stands on every board, agreement or none."""

from __future__ import annotations

from pathlib import Path

from node.pair import Sites, party
from steerclear.node import queries
from steerclear.speech.kinds.agreement import NO_RECOGNITION
from steerclear.views.board import NO_EMPTINESS, NO_IHL_CHANGE, NO_PERMISSION


def test_each_party_shows_its_own_names_and_sends_none(tmp_path: Path) -> None:
    world = Sites(tmp_path)
    world.nodes["a"].names = {party("b"): "Northern Neighbour"}
    entry = world.flight("a", "b")
    world.settle()
    (health,) = world.run("a", lambda n: queries.health(n, world.line))
    assert (health.party, health.name) == (party("b"), "Northern Neighbour")
    (other,) = world.run("b", lambda n: queries.health(n, world.line))
    assert other.name == party("a")[:8], "no name of its own: the first letters of the id"
    for node in world.nodes.values():
        for origin in node.store.origins(world.line):
            assert not [leaf for leaf in node.store.iter_leaves(origin) if b"Northern" in leaf]
    given = world.payload("a", entry, "b")
    assert given is not None and b"Northern" not in given[1]


def test_officers_appear_outward_as_post_and_key(tmp_path: Path) -> None:
    world = Sites(tmp_path)
    entry = world.flight("a", "b")
    world.settle()
    (row,) = [one for one in world.run("b", lambda n: queries.entries(n, world.line)) if one.id == entry]
    members = {one["party"]: one for one in world.run("b", lambda n: queries.members(n, world.line))}
    posts = members[party("a")]["posts"]
    assert row.post in {one["post"] for one in posts}
    assert all(set(one) == {"post", "key", "roles"} for one in posts)


def test_in_interim_mode_every_board_says_that_nothing_is_recognised_or_allowed(tmp_path: Path) -> None:
    world = Sites(tmp_path)
    board = world.board("a")
    assert board.interim
    assert {NO_RECOGNITION, NO_IHL_CHANGE, NO_PERMISSION, NO_EMPTINESS} <= set(board.standing)
