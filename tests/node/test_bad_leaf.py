"""A leaf whose signature is bad counts for nothing, before a restart and after it (record.md, Admission)."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from node.pair import Sites, party
from steerclear.errors import Malformed
from steerclear.node import write
from steerclear.record import bundle as bundles
from steerclear.record.admit import Invalid
from steerclear.record.leaf import parse_leaf
from steerclear.record.note import Note, NoteSignature, format_note


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path)


def with_bad_signature(leaf: bytes) -> bytes:
    note = parse_leaf(leaf).note
    bad = [NoteSignature(one.name, one.key_id, bytes(64)) for one in note.signatures]
    return format_note(Note(note.text, tuple(bad)))


def push_bad_leaf(world: Sites) -> str:
    """A's host logs a leaf that its officer never signed; B mirrors it."""
    node, line = world.nodes["a"], world.state("a")
    entry = world.flight("a", "b")
    origin, index = line.positions[entry]
    leaf = with_bad_signature(node.store.leaves(origin, index, index + 1)[0])
    log = line.own_log

    def log_it(_: object) -> str:
        write.take(
            node, line, log, leaf, Invalid("bad-signature", log.size, parse_leaf(leaf).id, "activity.flight")
        )
        write.sign_checkpoint(node, line, log)
        return log.ids[-1]

    return str(world.run("a", log_it))


@pytest.mark.breaks_store("a node logs what its own signature does not cover")
def test_it_stays_invalid_over_a_restart(world: Sites) -> None:
    bad = push_bad_leaf(world)
    world.settle()
    for restarted in (False, True):
        if restarted:
            world.restart("b")
        line = world.state("b")
        log = line.logs[f"{world.line}/{party('a')}/1"]
        assert bad in log.ids and bad not in line.positions
        assert list(log.invalid.values()) == ["bad-signature"]
        assert all(one.version != bad for one in world.board("b").notices)


def test_the_same_leaf_well_signed_counts_over_a_restart(world: Sites) -> None:
    good = world.flight("a", "b")
    world.settle()
    world.restart("b")
    assert good in world.state("b").positions


def test_a_bundle_altered_in_its_last_log_changes_nothing(world: Sites) -> None:
    """Whatever of it was good is not taken half: the next good bundle brings all of it."""
    entry = world.flight("a", "b")
    world.settle()
    late = world.flight("a", "b", east_e7=90_000_000)
    world.tick()
    data = world.bundle("a", "b")
    read = bundles.read(data)
    spoilt = [replace(part, leaves=(*part.leaves[:-1], part.leaves[0])) for part in read.logs]
    before = {log.origin: log.size for log in world.state("b").logs.values()}
    with pytest.raises(Malformed):
        world.take_bundle("b", bundles.write(replace(read, logs=tuple(spoilt))))
    assert {log.origin: log.size for log in world.state("b").logs.values()} == before
    world.take_bundle("b", data)
    assert {entry, late} <= world.state("b").positions.keys()
