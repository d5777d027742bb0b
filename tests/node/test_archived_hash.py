"""The hash of recorded tracks on record: on an officer's word, and nothing but the hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from steerclear.node import archived, queries
from steerclear.node.archived import Archived

from .pair import Sites

MANIFEST = "5a" * 32


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "ab")


def test_the_hash_is_an_entry_of_every_member_and_nothing_else_of_the_archive_is(world: Sites) -> None:
    told = world.nodes["a"].run_inline(
        lambda node: archived.log(node, world.line, MANIFEST, "watch-1", ["watch_officer"])
    )
    assert isinstance(told, Archived) and told.id
    world.settle()
    for side in "ab":
        [row] = queries.opened(world.nodes[side], world.line)
        assert (row.entry, row.what, row.manifest, row.post) == (told.id, "archive", MANIFEST, "watch-1")
        assert (row.entries, row.ours) == (None, None), "neither how much nor of whom"


def test_only_an_officer_and_only_a_hash(world: Sites) -> None:
    def log(manifest: str, role: str) -> object:
        return world.nodes["a"].run_inline(lambda node: archived.log(node, world.line, manifest, "x", [role]))

    assert log(MANIFEST, "auditor")[0].code == "role-may-not-log"  # type: ignore[index]
    assert log("tracks of yesterday", "releaser")[0].code == "not-a-hash"  # type: ignore[index]
    assert log(MANIFEST.upper(), "releaser")[0].code == "not-a-hash"  # type: ignore[index]
    assert not queries.opened(world.nodes["a"], world.line)
    assert isinstance(log(MANIFEST, "releaser"), Archived)
