"""Bulk reads: one officer who is shown many protected places of others within a time is logged to their owners.

boundary.md: every bulk read by any role is logged to the owner. What counts is the agreement's: more than
`bulk_read_count` different protected places or movements of other parties, shown with more than their clear header
to one officer's key within `bulk_read_ms`, through whatever views. Then one `opened` entry names by owner how many,
by what post, and in what time; the count begins again. Exports are logged each by itself (`exports`).

The count is side data of this node (`read/<line>`: officer's key and entry id → when), so that a restart forgets
nothing; a place that is shown again and again is dated anew every twelfth of `bulk_read_ms`, so that a screen does not
write at each look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from steerclear.node import folds, holding, write
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.speech.kind import MOVEMENTS, PLACES
from steerclear.store.port import DropSide, PutSide

WHAT = "bulk-read"
REDATED = 12


def shown(node: Node, line: LineState, key: str, entries: Iterable[str]) -> str:
    """These entries were shown to the officer of this key. The id of the `opened` entry, where it made one; else ''."""
    if node.zeroized or not node.vault.unlocked:
        return ""  # nothing can be opened here
    folds.ensure_acts(node, line)
    numbers = in_force(line, node.clock.now_ms()).parameters
    now = node.clock.now_ms()
    seen = line.reads.setdefault(key, {})
    for one in entries:
        root = line.subjects.root(one)
        again = root in seen and 0 <= now - seen[root] < numbers.bulk_read_ms // REDATED
        if not again and root in line.positions and _counts(node, line, root):
            seen[root] = now
            node.put(PutSide(_ns(line), f"{key} {root}", str(now).encode()))
    _forget(node, line, key, [root for root, at in seen.items() if now - at > numbers.bulk_read_ms])
    if len(seen) <= numbers.bulk_read_count or line.settings.recovery:
        return ""
    content: dict[str, Any] = {
        "what": WHAT,
        "entries": len(seen),
        "owners": owners(node, line, seen),
        "post": key.partition("+")[0].partition("/")[2],
        "within_ms": max(seen.values()) - min(seen.values()),
    }
    _forget(node, line, key, list(seen))
    return write.record(node, line, "opened", content)


def load(node: Node, line: LineState) -> None:
    """The counts as they stood."""
    for name, at in node.store.side(_ns(line)).items():
        key, _, root = name.rpartition(" ")
        line.reads.setdefault(key, {})[root] = int(at)


def _forget(node: Node, line: LineState, key: str, roots: Iterable[str]) -> None:
    for root in roots:
        del line.reads[key][root]
        node.put(DropSide(_ns(line), f"{key} {root}"))
    if not line.reads[key]:
        del line.reads[key]


def _ns(line: LineState) -> str:
    return f"read/{line.id}"


def owners(node: Node, line: LineState, roots: Iterable[str]) -> dict[str, int]:
    """Party → how many of these places and movements are its own; this party's left out."""
    return dict(
        sorted(
            Counter(
                holding.header_of(node, line, root).author for root in roots if _counts(node, line, root)
            ).items()
        )
    )


def _counts(node: Node, line: LineState, root: str) -> bool:
    header = holding.header_of(node, line, root)
    return header.kind in (*PLACES, *MOVEMENTS) and node.party in header.to and header.author != node.party
