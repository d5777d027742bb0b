"""What came from local feeds of others' movers lives 24 hours, unless an incident holds it (spec/boundary.md).

A hold is made on a `preserve` of the record (`entry`), for a span of time, by an officer; it lasts as long as the
preserve stands, at the latest until its own `until_ms`. A file of local tracks spans ten minutes and goes whole, when
its oldest row is 24 hours old; the manifest keeps its hash and why it went. What a scan kept of it goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from steerclear.archive import keeping, layout, manifest
from steerclear.archive.manifest import Manifest
from steerclear.archive.writing import Recorder
from steerclear.errors import Malformed

KEPT_MS: Final = 24 * 3_600_000
FILE: Final = "holds.json"
LONGEST_MS: Final = 24 * 3_600_000
"""The longest span of one hold. Ours: an incident and what led to it, not a day after day of everything."""
WHY: Final = "24 h (boundary.md)"

Instant = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Hold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Local tracks of [from, to) are kept for the preserve `entry` of the line, at the latest until `until_ms`."""

    line: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    entry: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    from_ms: Instant
    to_ms: Instant
    until_ms: Instant | None = None

    def covers(self, row: manifest.Row, now_ms: int) -> bool:
        standing = self.until_ms is None or now_ms < self.until_ms
        return standing and row.first_ms < self.to_ms and row.last_ms >= self.from_ms


def holds(root: Path) -> tuple[Hold, ...]:
    """The holds of an archive. Raises `Malformed` `bad-holds`: nothing is erased on holds that cannot be read."""
    path = root / FILE
    if not path.exists():
        return ()
    try:
        return tuple(msgspec.json.decode(path.read_bytes(), type=list[Hold]))
    except msgspec.DecodeError as error:
        raise Malformed("bad-holds", field=str(path), remedy=str(error)) from None


def hold(root: Path, one: Hold) -> None:
    """Put a hold on. Raises `Malformed`: `end-before-start`, `too-long`, `bad-holds`."""
    if one.to_ms <= one.from_ms:
        raise Malformed("end-before-start", field="until", remedy="end after the start")
    if one.to_ms - one.from_ms > LONGEST_MS:
        raise Malformed("too-long", field="until", remedy="hold at most 24 hours at a time")
    _write(root, (*(held for held in holds(root) if held != one), one))


def release(root: Path, entry: str) -> int:
    """Take off every hold of a preserve; how many there were."""
    before = holds(root)
    after = tuple(one for one in before if one.entry != entry)
    _write(root, after)
    return len(before) - len(after)


def due(known: Manifest, held: Iterable[Hold], now_ms: int) -> list[str]:
    """The files that have to go now: of local tracks, their oldest row 24 hours old, under no hold."""
    standing = tuple(held)
    return sorted(
        name
        for name, row in known.files.items()
        if layout.is_local(name)
        and now_ms - row.first_ms >= KEPT_MS
        and not any(one.covers(row, now_ms) for one in standing)
    )


def prune(recorder: Recorder, now_ms: int, standing: Iterable[Hold] | None = None) -> list[str]:
    """Erase what is due, and what a scan kept of it; the names of the track files that went. `standing`: the holds
    whose preserve still stands, where somebody has asked the node; else all of them. Raises `Malformed` `bad-holds`."""
    held = holds(recorder.root) if standing is None else standing
    gone = due(recorder.manifest, held, now_ms)
    recorder.drop(gone, WHY, now_ms)
    keeping.prune(recorder.root, recorder.manifest)
    return gone


def _write(root: Path, rows: Iterable[Hold]) -> None:
    manifest.replace(root / FILE, msgspec.json.encode(list(rows)))
