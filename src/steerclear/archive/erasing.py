"""Everything of an archive, erased at once: a node that is zeroized leaves no list of who was where.

boundary.md, A node's content: a list of what to avoid is, stolen, one of what to hit. Track files are not encrypted, so
there is no key to destroy: they are deleted, not overwritten (the disk is an encrypted one, docs/how-to/analyst.md).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from steerclear.archive import keeping, layout, lock, manifest, retention

_OWN = (manifest.FILE, retention.FILE, lock.FILE)


class Erased(NamedTuple):
    """How many files went, and which could not be erased."""

    files: int
    left: tuple[str, ...] = ()


def erase(root: Path) -> Erased:
    """Erase the track files below `root` and below its exercises, what scans kept of them, manifest and holds. Other
    files stay, and the folders that hold some. Never raises."""
    gone, left = 0, list[str]()
    for folder in (root / layout.EXERCISES, root):
        for path in sorted(_files(folder)):
            try:
                path.unlink()
                gone += 1
            except FileNotFoundError:
                continue
            except OSError:
                left.append(str(path))
        _empty(folder)
    return Erased(gone, tuple(left))


def _files(root: Path) -> Iterator[Path]:
    """Half-written files (`manifest.replace`) too."""
    with contextlib.suppress(OSError):
        for pattern in ("day=*/hour=*/shared-*", "day=*/hour=*/local-*", f"{keeping.FOLDER}/*.json*"):
            yield from root.glob(pattern)
        for name in _OWN:
            yield from root.glob(f"{name}*")


def _empty(root: Path) -> None:
    """Folders that hold nothing any more."""
    with contextlib.suppress(OSError):
        hours, days = list(root.glob("day=*/hour=*")), list(root.glob("day=*"))
        for folder in (*hours, *days, root / keeping.FOLDER, root):
            with contextlib.suppress(OSError):
                folder.rmdir()
