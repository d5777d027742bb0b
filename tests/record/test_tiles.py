"""A log as files: paths, bundles, and the log of 15 entries that others published."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from steerclear.errors import Malformed
from steerclear.record import checkpoint, keys, note, tiles
from steerclear.record.merkle import Tree, leaf_hash
from steerclear.record.tiles import ENTRIES, TilePath
from support import vectors

GOLDEN_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
TILES = st.builds(TilePath, st.integers(ENTRIES, 63), st.integers(0, 2**56 - 1), st.integers(1, 256))


def rule_of(call, *args) -> str:
    with pytest.raises(Malformed) as caught:
        call(*args)
    return caught.value.rule


@given(TILES)
@example(TilePath(0, 1234067))
@example(TilePath(ENTRIES, 0, 255))
def test_a_path_comes_back(tile):
    assert tiles.parse_path(tiles.format_path(tile)) == tile


def test_paths_of_the_standard():
    assert tiles.format_path(TilePath(0, 1234067)) == "tile/0/x001/x234/067"
    assert tiles.format_path(TilePath(1, 0, 17)) == "tile/1/000.p/17"
    assert tiles.format_path(TilePath(ENTRIES, 999)) == "tile/entries/999"


@pytest.mark.parametrize(
    "path",
    [
        "", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/x000/000", "tile/0/001/000",
        "tile/0/x01/000", "/tile/0/000", "tile/0/000/", "tile/0/000\n", "tile/0/../000", "tile/entries/٠٠٠",
        "tile/0/" + "x999/" * 30 + "000",
    ],
)  # fmt: skip
def test_refused_paths(path):
    assert rule_of(tiles.parse_path, path) == "bad-tile-path"


@given(st.text("tile/0123entriesx.p", max_size=30))
def test_any_path_is_malformed_or_itself(path):
    try:
        tile = tiles.parse_path(path)
    except Malformed:
        return
    assert tiles.format_path(tile) == path


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles_come_back(leaves):
    data = tiles.format_entries(leaves)
    assert tiles.parse_entries(data) == leaves
    assert tiles.parse_entries(data, len(leaves)) == leaves
    assert rule_of(tiles.parse_entries, data, len(leaves) + 1) == "bad-entries"
    if data:
        assert rule_of(tiles.parse_entries, data[:-1], len(leaves)) == "bad-entries"


@given(st.binary(max_size=600))
def test_any_bundle_is_malformed_or_itself(data):
    try:
        leaves = tiles.parse_entries(data)
    except Malformed:
        return
    assert tiles.format_entries(leaves) == data


def test_bounds_of_a_bundle():
    assert len(tiles.parse_entries(tiles.format_entries([b""] * 256))) == 256
    assert rule_of(tiles.parse_entries, tiles.format_entries([b""] * 256) + b"\x00\x00") == "bad-entries"
    assert tiles.parse_entries(tiles.format_entries([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(ValueError, match="65535"):
        tiles.format_entries([bytes(65_536)])


def test_the_standard_s_example_of_70000():
    """tlog-tiles, Partial Tiles: 273 full and one of 112; one full and one of 17; one of 1."""
    found = list(tiles.tiles_of(70_000))
    at = {level: [t.width for t in found if t.level == level] for level in (ENTRIES, 0, 1, 2, 3)}
    assert at[0] == at[ENTRIES] == [256] * 273 + [112]
    assert (at[1], at[2], at[3]) == ([256, 17], [1], [])
    assert [t for t in tiles.tiles_of(256) if t.level >= 0] == [TilePath(0, 0), TilePath(1, 0, 1)]
    assert list(tiles.tiles_of(0)) == []


@given(st.integers(0, 1200), st.integers(0, 1200))
def test_growth_adds_exactly_the_new_tiles(a, b):
    old, new = sorted((a, b))
    before, after = set(tiles.tiles_of(old)), set(tiles.tiles_of(new))
    assert set(tiles.tiles_of(new, old)) == after - before


@pytest.mark.slow
@given(st.integers(0, 700), st.integers(0, 700))
def test_a_directory_of_tiles_is_a_log(a, b):
    old, new = sorted((a, b))
    leaves = [b"leaf %d" % i for i in range(new)]
    files = dict(tiles.write_log(tiles.tree_of(leaves[:old]), leaves[:old]))
    files.update(tiles.write_log(tiles.tree_of(leaves), leaves, old))
    for size in (old, new):
        assert list(tiles.read_log(files.get, size)) == leaves[:size]
    tree = Tree(map(leaf_hash, leaves))
    for path, data in files.items():
        tile = tiles.parse_path(path)
        if tile.level >= 0:
            assert tiles.hash_tile(tree, tile) == data
            assert b"".join(tiles.split_tile(data, tile.width)) == data


def test_a_full_bundle_stands_in_for_a_partial_one_and_nothing_else_does():
    leaves = [b"%d" % i for i in range(256)]
    files = dict(tiles.write_log(tiles.tree_of(leaves), leaves))
    assert list(tiles.read_log(files.get, 100)) == leaves[:100]
    del files["tile/entries/000"]
    assert rule_of(lambda: list(tiles.read_log(files.get, 100))) == "missing-tile"


def test_tile_lengths():
    assert tiles.split_tile(bytes(64), 2) == [bytes(32)] * 2
    assert rule_of(tiles.split_tile, bytes(63), 2) == "bad-tile"


def test_the_golden_log():
    folder = vectors.folder("tlog-golden")
    key = keys.parse_vkey(GOLDEN_KEY)

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    tree = Tree()
    for size in range(16):
        name = f"checkpoint.{size}" if size < 15 else "checkpoint"
        one = note.parse_note((folder / name).read_bytes())
        assert note.verify(one, key)
        head = checkpoint.parse(one.text)
        assert (head.origin, head.size) == ("example.com/log/testdata", size)
        leaves = list(tiles.read_log(read, size))
        tree.extend(map(leaf_hash, leaves[tree.size :]))
        assert tree.root() == head.root
        for path, data in tiles.write_log(tree, leaves):
            assert read(path) == data
    assert sum(1 for path in folder.rglob("*") if path.is_file() and "tile" in path.parts) == 30
