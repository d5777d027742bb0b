"""Serials of paper forms that stand in several entries with different content: marked at every one of them, everywhere.

Nothing is overwritten and nothing is chosen: both entries stand. What is known of a sheet is side data of this node
(`sheet/<line>`: entry id → two keyed hashes, of whose serial it is and of what it says), so that an entry that comes
after a restart is compared with one that was settled long before. Neither serial nor content can be read from it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from steerclear.errors import Malformed
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.said import Said
from steerclear.record import jcs
from steerclear.speech import serial
from steerclear.store.port import PutSide

_HALF: Final = 16


def load(node: Node, line: LineState) -> None:
    """What was known."""
    for entry, value in node.store.side(_ns(line)).items():
        _take(line, entry, value)


def note(node: Node, line: LineState, entries: Iterable[Said]) -> set[str]:
    """Look at these entries; the subjects whose marks change by it."""
    moved: set[str] = set()
    for said in entries:
        if said.id in line.sheets or said.body is None:
            continue
        found = getattr(said.inner, "paper", None)
        if found is None:
            continue
        value = _hashes(node, said, found.serial)
        before = len(line.sheets_differ)
        _take(line, said.id, value)
        node.put(PutSide(_ns(line), said.id, value))
        if len(line.sheets_differ) != before:
            touched = (said.id, *line.sheets_differ.get(said.id, ()))
            moved.update(line.subjects.root(one) for one in touched if one in line.positions)
    return moved


def _take(line: LineState, entry: str, value: bytes) -> None:
    line.sheets[entry] = value
    same = line.sheets_of.setdefault(value[:_HALF], [])
    same.append(entry)
    for one in same:
        others = tuple(sorted(two for two in same if line.sheets[two] != line.sheets[one]))
        if others:
            line.sheets_differ[one] = others


def _hashes(node: Node, said: Said, given: str) -> bytes:
    """(whose serial, what it says): sixteen bytes each, keyed by the node's own secret."""
    try:
        name = serial.parse(given).text
    except Malformed:
        name = given
    whose = jcs.dumps([said.author, name])
    says = jcs.dumps([said.kind, list(said.header.refs), msgspec.to_builtins(said.body)])
    seed = node.keys.node.seed
    return b"".join(hmac.digest(seed, b"sheet\n" + part, "sha256")[:_HALF] for part in (whose, says))


def differing(line: LineState) -> Mapping[str, tuple[str, ...]]:
    """Entry → the other entries of its serial that say something else."""
    return line.sheets_differ


def _ns(line: LineState) -> str:
    return f"sheet/{line.id}"
