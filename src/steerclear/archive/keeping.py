"""Answers of a scan that are kept, so that it goes on where it stopped.

They hold places and idents of what was scanned: those made of local tracks go with these tracks (spec/boundary.md,
24 h), and so are kept inside the archive alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from steerclear.archive import layout, manifest
from steerclear.archive.manifest import Manifest
from steerclear.archive.scan import Found
from steerclear.archive.work import Unit
from steerclear.errors import Malformed

FOLDER: Final = ".scan"
"""Below the archive's own folder."""


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer of a unit and the SHA-256 of each file that it read."""

    inputs: tuple[str, ...]
    found: Found


def read(keep: Path | None, unit: Unit) -> Found | None:
    """What is kept of a unit; None where nothing is, or a file that was cut short.

    Raises `Malformed` `not-a-folder`."""
    path = _path(keep, unit) if keep is not None else None
    if path is None or not path.exists():
        return None
    kept = _decoded(path)
    return kept.found if kept is not None else None


def write(keep: Path, unit: Unit, found: Found) -> None:
    """Keep an answer. One that local tracks are part of is kept in the archive's own folder alone, where `prune` finds
    it: elsewhere it is left out, and computed again the next time."""
    path = _path(keep, unit)
    roots = {Path(name).parents[2] for name, _ in unit.inputs if layout.is_local(name)}
    if all((root / FOLDER).resolve() == keep.resolve() for root in roots):
        digests = tuple(sorted(digest for _, digest in unit.inputs))
        manifest.replace(path, msgspec.json.encode(Kept(digests, found)))


def prune(root: Path, known: Manifest) -> int:
    """Erase the answers of which a file is no longer part of the archive, or that nobody can read; how many."""
    here, gone = {row.sha256 for row in known.files.values()}, 0
    for path in sorted((root / FOLDER).glob("*.json*")):
        kept = _decoded(path)
        if kept is None or not here.issuperset(kept.inputs):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _decoded(path: Path) -> Kept | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except (msgspec.DecodeError, FileNotFoundError):
        return None


def _path(keep: Path, unit: Unit) -> Path:
    if keep.exists() and not keep.is_dir():
        raise Malformed("not-a-folder", field=str(keep), remedy="name a folder for the kept results")
    return keep / f"{unit.key}.json"
