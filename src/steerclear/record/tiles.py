"""A log as files (C2SP tlog-tiles): hash tiles, entry bundles, and their paths. A directory of them is a log.

A hash tile at level L holds up to 256 hashes, each over 256^L leaves; an entry bundle holds the leaves of one
tile of level 0, each after its length in two bytes. The last tile of a level may be partial: its width stands
in its path.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record.merkle import HASH_SIZE, Tree, leaf_hash

WIDTH: Final = 256
"""Hashes of a full tile."""
MAX_LEAF: Final = 65_535
"""Bytes of a leaf at most (design/record.md, Entry; tlog-tiles, Log entries)."""
ENTRIES: Final = -1
"""`level` of an entry bundle."""

_SOURCE = "C2SP tlog-tiles"
_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


class TilePath(msgspec.Struct, frozen=True, gc=False, order=True):
    """Which tile: `level` 0 to 63 or `ENTRIES`, `index` within it, `width` 1 to 256 (256: full)."""

    level: int
    index: int
    width: int = WIDTH


def format_path(tile: TilePath) -> str:
    """`tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`; N in groups of three digits, all but the last
    with x."""
    if not (ENTRIES <= tile.level < 64 and tile.index >= 0 and 1 <= tile.width <= WIDTH):
        raise ValueError("no such tile")
    groups = [f"{tile.index % 1000:03d}"]
    above = tile.index // 1000
    while above:
        groups.append(f"x{above % 1000:03d}")
        above //= 1000
    level = "entries" if tile.level == ENTRIES else str(tile.level)
    partial = f".p/{tile.width}" if tile.width < WIDTH else ""
    return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"


def parse_path(path: str) -> TilePath:
    """The tile that a path names; `Malformed` unless `format_path` gives the same path back."""
    match = _PATH.fullmatch(path) if len(path) < 200 else None
    if match is None:
        raise Malformed("bad-tile-path", remedy="write tile/<level>/<number>[.p/<width>]", source=_SOURCE)
    level = ENTRIES if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("x", "").replace("/", ""))
    tile = TilePath(level, index, int(match[3] or WIDTH))
    if tile.width > WIDTH or index >= 1 << 56 or format_path(tile) != path:
        raise Malformed("bad-tile-path", remedy="no needless zeroes; a width is 1 to 255", source=_SOURCE)
    return tile


def tiles_of(size: int, since: int = 0) -> Iterator[TilePath]:
    """Every tile and entry bundle that the tree of `size` has and the tree of `since` had not (or not as
    wide), lowest level first, entry bundles before all."""
    if since > size:
        raise ValueError("a log does not shrink")
    for level in (ENTRIES, *range(64)):
        shift = 8 * max(level, 0)
        now, before = size >> shift, since >> shift
        if not now:
            break
        if now == before:
            continue
        for index in range(before // WIDTH, (now + WIDTH - 1) // WIDTH):
            yield TilePath(level, index, min(WIDTH, now - index * WIDTH))


def hash_tile(tree: Tree, tile: TilePath) -> bytes:
    """The concatenated hashes of a tile of level 0 or more. ValueError if the tree does not reach that
    far."""
    start = tile.index * WIDTH
    return tree.nodes(8 * tile.level, start, start + tile.width)


def split_tile(data: bytes, width: int = WIDTH) -> list[bytes]:
    """The hashes of a tile of that width; `Malformed` at any other length."""
    if len(data) != width * HASH_SIZE:
        raise Malformed("bad-tile", remedy=f"{width} hashes of 32 bytes", source=_SOURCE)
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def format_entries(leaves: Sequence[bytes]) -> bytes:
    """An entry bundle: each leaf after its length in two bytes, big-endian. ValueError above `MAX_LEAF`."""
    parts = []
    for leaf in leaves:
        if len(leaf) > MAX_LEAF:
            raise ValueError(f"a leaf is at most {MAX_LEAF} bytes")
        parts.append(struct.pack(">H", len(leaf)))
        parts.append(leaf)
    return b"".join(parts)


def parse_entries(data: bytes, width: int | None = None) -> list[bytes]:
    """The leaves of an entry bundle, `width` of them if given, else 0 to 256; else `Malformed`."""
    leaves: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        start = at + 2
        at = start + (int.from_bytes(data[at:start], "big") if start <= end else end)
        if at > end or len(leaves) == WIDTH:
            raise Malformed("bad-entries", remedy="each entry after its length, 256 at most", source=_SOURCE)
        leaves.append(bytes(data[start:at]))
    if width is not None and len(leaves) != width:
        raise Malformed("bad-entries", remedy=f"{width} entries", source=_SOURCE)
    return leaves


def read_log(read: Callable[[str], bytes | None], size: int) -> Iterator[bytes]:
    """The leaves of a log of `size` from its entry bundles; `read` gives a path's bytes or None.

    A partial bundle is also read from the full one. Raises `Malformed` (`missing-tile`, `bad-entries`).
    Whoever reads compares the root of what comes out with a signed checkpoint: nothing here is proved.
    """
    for index in range((size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - index * WIDTH)
        data = read(format_path(TilePath(ENTRIES, index, width)))
        if data is not None:
            yield from parse_entries(data, width)
            continue
        data = read(format_path(TilePath(ENTRIES, index))) if width < WIDTH else None
        if data is None:
            raise Malformed(
                "missing-tile", field=format_path(TilePath(ENTRIES, index, width)), source=_SOURCE
            )
        yield from parse_entries(data, WIDTH)[:width]


def write_log(tree: Tree, leaves: Sequence[bytes], since: int = 0) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of every tile and bundle new since a size; `leaves[i]` is the leaf at index i of the
    tree."""
    if len(leaves) != tree.size:
        raise ValueError("as many leaves as the tree has hashes")
    for tile in tiles_of(tree.size, since):
        start = tile.index * WIDTH
        if tile.level == ENTRIES:
            yield format_path(tile), format_entries(leaves[start : start + tile.width])
        else:
            yield format_path(tile), hash_tile(tree, tile)


def tree_of(leaves: Sequence[bytes]) -> Tree:
    """The tree over these leaves."""
    return Tree(map(leaf_hash, leaves))
