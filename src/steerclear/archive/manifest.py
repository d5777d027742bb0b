"""`manifest.json`: every track file with its SHA-256, rows and span; the hash of its text is what goes on record.

The text is JCS, so that the same files give the same hash. A salt of the archive stands in it: whoever sees the hash
on the record can neither confirm a guess of what the archive holds nor see whether two nodes hold the same tracks
(spec/boundary.md: no track file of the other side leaves the node, and nothing that derives from one by itself).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import jcs

FILE: Final = "manifest.json"
FORMAT: Final = "steerclear/archive/v1"
_CHUNK: Final = 1 << 20


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A track file; `first_ms` and `last_ms` are the instants of its oldest and newest row. A local row that says
    a time later than it came counts for `first_ms` from when it came."""

    sha256: str
    bytes: int
    rows: int
    first_ms: int
    last_ms: int


class Gone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that was here, so that an earlier manifest on record can still be explained."""

    sha256: str
    why: str
    at_ms: int


@dataclass(frozen=True)
class Manifest:
    """File names to what they are, and what is gone. `salt` is drawn once, when the archive is made."""

    salt: str
    files: Mapping[str, Row] = field(default_factory=dict)
    gone: Mapping[str, Gone] = field(default_factory=dict)

    def with_file(self, name: str, row: Row) -> Manifest:
        return Manifest(self.salt, {**self.files, name: row}, self.gone)

    def without(self, names: Iterable[str], why: str, at_ms: int) -> Manifest:
        left = set(names)
        gone = {name: Gone(self.files[name].sha256, why, at_ms) for name in left if name in self.files}
        files = {name: row for name, row in self.files.items() if name not in left}
        return Manifest(self.salt, files, {**self.gone, **gone})


def text(manifest: Manifest) -> bytes:
    """The manifest's bytes."""
    value = {
        "format": FORMAT,
        "salt": manifest.salt,
        "files": msgspec.to_builtins(manifest.files),
        "gone": msgspec.to_builtins(manifest.gone),
    }
    return jcs.dumps(value)


def digest(manifest: Manifest) -> str:
    """What goes on record: SHA-256 of the text, in hex."""
    return sha256(text(manifest)).hexdigest()


def parse(data: bytes) -> Manifest:
    """Raises `Malformed` for anything but the text of a manifest."""
    value = jcs.loads(data)
    if not isinstance(value, dict) or value.get("format") != FORMAT or not isinstance(value.get("salt"), str):
        raise Malformed("not-a-manifest", field=FILE, remedy=f"a manifest of {FORMAT}")
    try:
        files = msgspec.convert(value.get("files"), dict[str, Row])
        gone = msgspec.convert(value.get("gone"), dict[str, Gone])
    except msgspec.ValidationError as error:
        raise Malformed("not-a-manifest", field=FILE, remedy=str(error)) from None
    return Manifest(value["salt"], files, gone)


def read(root: Path) -> Manifest | None:
    """The archive's manifest; None where there is none. Raises `Malformed`."""
    path = root / FILE
    return parse(path.read_bytes()) if path.exists() else None


def write(root: Path, manifest: Manifest) -> None:
    """In one step: a reader sees the earlier one or this, whole."""
    replace(root / FILE, text(manifest))


def replace(path: Path, data: bytes) -> None:
    """The file's new content, durable and in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    with new.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)


def hash_of(path: Path) -> tuple[str, int]:
    """(SHA-256 in hex, bytes) of a file of any size. Raises OSError."""
    made, size = sha256(), 0
    with path.open("rb") as source:
        while piece := source.read(_CHUNK):
            made.update(piece)
            size += len(piece)
    return made.hexdigest(), size


def faults(root: Path, manifest: Manifest, names: Iterable[str]) -> list[tuple[str, str]]:
    """(file, what is wrong) of `names`, the track files that lie there, and of what the manifest names besides:
    `missing`, `changed`, `not in the manifest`. Every file is read."""
    found: list[tuple[str, str]] = []
    here = set(names)
    for name in sorted(here | set(manifest.files)):
        row: Any = manifest.files.get(name)
        if row is None:
            found.append((name, "not in the manifest"))
        elif name not in here:
            found.append((name, "missing"))
        elif hash_of(root / name)[0] != row.sha256:
            found.append((name, "changed"))
    return found
