"""A bundle as a directory, and back: each log as the tiles and the checkpoint that any reader of tlog-tiles knows.

record.md, Formats: "A directory of tiles on a USB stick *is* a log." Layout, below one folder:

    genesis.note
    logs/<party>/<epoch>/checkpoint            the newest
    logs/<party>/<epoch>/checkpoints/<number>  every one that came along, in the bundle's order
    logs/<party>/<epoch>/tile/…                tlog-tiles: hashes and entries
    boxes/<party>                              payloads sealed to that party

What another tool wrote has no `checkpoints`; its `checkpoint` stands alone then. Pure: files are a mapping.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from steerclear.errors import Malformed
from steerclear.record.bundle import Bundle, LogPart
from steerclear.record.checkpoint import parse_head
from steerclear.record.genesis import parse_genesis
from steerclear.record.note import parse_note
from steerclear.record.tiles import ENTRIES, WIDTH, parse_path, read_log, tree_of, write_log

_SOURCE: Final = "record.md, Formats"


def files_of(bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of every file of a bundle as `bundle.read` gives it, which lets no name be another
    path. Raises `Malformed` `part-of-a-log` for a bundle that begins in the middle of one."""
    yield "genesis.note", bundle.genesis
    for log in bundle.logs:
        if log.start:
            raise _malformed("part-of-a-log", log.origin, "unpack a bundle that was exported whole")
        folder = f"logs/{log.origin.partition('/')[2]}"
        for path, data in write_log(tree_of(log.leaves), log.leaves):
            yield f"{folder}/{path}", data
        if log.checkpoints:
            yield f"{folder}/checkpoint", max(log.checkpoints, key=_size)
        for number, note in enumerate(log.checkpoints):
            yield f"{folder}/checkpoints/{number:06d}", note
    for party, box in bundle.boxes.items():
        yield f"boxes/{party}", box


def bundle_of(files: Mapping[str, bytes]) -> Bundle:
    """The bundle that such a directory is. Raises `Malformed`: `not-a-log`, `missing-tile`, and what its parts raise.
    Nothing is proved here: whoever merges it compares roots with signed checkpoints, as with any bundle."""
    if "genesis.note" not in files:
        raise _malformed("not-a-log", "genesis.note", "name a folder that holds genesis.note and logs/")
    line = parse_genesis(files["genesis.note"]).id
    folders = sorted({"/".join(path.split("/")[:3]) for path in files if path.startswith("logs/")})
    boxes = {path[6:]: files[path] for path in sorted(files) if path.startswith("boxes/")}
    return Bundle(files["genesis.note"], tuple(_log(line, folder, files) for folder in folders), boxes)


def _log(line: str, folder: str, files: Mapping[str, bytes]) -> LogPart:
    below = {path[len(folder) + 1 :]: data for path, data in files.items() if path.startswith(f"{folder}/")}
    entries = [parse_path(path) for path in below if path.startswith("tile/entries/")]
    size = max((one.index * WIDTH + one.width for one in entries if one.level == ENTRIES), default=0)
    notes = [below[path] for path in sorted(below) if path.startswith("checkpoints/")]
    if not notes and "checkpoint" in below:
        notes = [below["checkpoint"]]
    return LogPart(f"{line}/{folder[5:]}", 0, tuple(read_log(below.get, size)), tuple(notes))


def _size(note: bytes) -> int:
    return parse_head(parse_note(note).text)[1]


def _malformed(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
