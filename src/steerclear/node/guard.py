"""The monotonic file of the restore guard: how far this host has signed each of its logs (record.md, Restore guard).

`signed.json` in the node's folder, beside the store and not in it, so that a store put back from a backup is found out:
origin → the largest size in a signed checkpoint. It is written after the commit that stores the checkpoint and before
anybody hears of it; a crash in between leaves it one behind, which holds nobody up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from steerclear.node.home import write_private
from steerclear.store.port import Op, PutCheckpoint

FILE_NAME = "signed.json"


def read(folder: Path) -> dict[str, int] | None:
    """What the file says; None where there is none, or none that can be read."""
    try:
        found = json.loads((folder / FILE_NAME).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    good = isinstance(found, dict) and all(type(size) is int for size in found.values())
    return found if good else None


def begin(folder: Path) -> dict[str, int]:
    """An empty file, from which on what this host signs is known."""
    write_private(folder / FILE_NAME, b"{}")
    return {}


def signed_in(ops: Iterable[Op], party: str) -> dict[str, int]:
    """Origin → largest size of this party's own checkpoints among these operations."""
    out: dict[str, int] = {}
    for op in ops:
        if isinstance(op, PutCheckpoint) and op.origin.split("/")[1] == party:
            out[op.origin] = max(op.size, out.get(op.origin, 0))
    return out


def note(folder: Path, known: dict[str, int], grown: Mapping[str, int]) -> None:
    """Write what has grown; sizes only ever rise. Durable on return."""
    new = {origin: size for origin, size in grown.items() if size > known.get(origin, 0)}
    if new:
        known.update(new)
        write_private(folder / FILE_NAME, json.dumps(known, sort_keys=True).encode())
