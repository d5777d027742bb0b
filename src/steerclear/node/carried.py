"""Stand-alone life-safety notes as entries: those that members logged in `carried`, and our own that no log holds yet.

The note is an entry of its author's with its own id, at the place of the `carried` leaf that holds it, shown
`unlogged` until its author has logged the same bytes; then it is one entry at the earlier of its places (record.md,
Life safety without a log). Whether its officer's key counts is judged at the position of the author's log that the
carrier had seen, so that every node that holds the same logs answers alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from steerclear.errors import Malformed
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.record import standalone
from steerclear.record.admit import Admitted, admit_leaf
from steerclear.record.header import Header
from steerclear.record.leaf import Leaf
from steerclear.record.note import format_note

UNLOGGED = "unlogged"
NOT_COUNTED = "carried-not-counted"
"""Mark on a `carried` leaf whose note is no entry: no key of its author's log, as the carrier had seen it."""


@dataclass
class Carried:
    """One note: header, bytes, the places (origin, index) of the leaves that carry it, when each carrier wrote."""

    header: Header
    data: bytes
    places: dict[tuple[str, int], int] = field(default_factory=dict)


@dataclass
class Carrying:
    """All carried notes of a line. `waiting`: those whose author's log is not held as far as the carrier had seen it.
    `inner`: id of the `carried` leaf → id of the note."""

    notes: dict[str, Carried] = field(default_factory=dict)
    waiting: list[tuple[str, int, str, int, Leaf]] = field(default_factory=list)
    inner: dict[str, str] = field(default_factory=dict)


def take(line: LineState, log: Log, index: int, entry: str, header: Header) -> None:
    """A `carried` leaf stands in `log`; `resolve` says whether its note counts."""
    try:
        leaf, _ = standalone.parse_carried(header.record)
    except Malformed:
        line.marks[entry] = (*line.marks.get(entry, ()), NOT_COUNTED)
        return
    line.carrying.waiting.append((log.origin, index, entry, header.released_ms, leaf))


def resolve(line: LineState) -> list[tuple[str, Header]]:
    """Notes that count from now on, or at one place more: (id, header). Those that still may are kept waiting."""
    ready, left = [], []
    for row in line.carrying.waiting:
        origin, index, carrier, at_ms, leaf = row
        counts, settled = _counts(line, line.logs[origin], index, leaf)
        if counts:
            note = line.carrying.notes.setdefault(leaf.id, Carried(leaf.header, format_note(leaf.note)))
            note.places[origin, index] = at_ms
            line.carrying.inner[carrier] = leaf.id
            ready.append((leaf.id, leaf.header))
        elif settled:
            line.marks[carrier] = (*line.marks.get(carrier, ()), NOT_COUNTED)
        else:
            left.append(row)
    line.carrying.waiting = left
    return ready


def header_of(line: LineState, entry: str) -> Header | None:
    """The header of a note that no log of its author's holds; None for no such note here."""
    data = bytes_of(line, entry)
    return standalone.parse_standalone(data).header if data else None


def bytes_of(line: LineState, entry: str) -> bytes:
    """The note itself, b"" where there is none."""
    note: Carried | None = line.carrying.notes.get(entry)
    if note is not None:
        return note.data
    held = line.standing.get(entry)
    return str(held["note"]).encode() if held is not None else b""


def _counts(line: LineState, log: Log, index: int, leaf: Leaf) -> tuple[bool, bool]:
    """(a key of its author counts for it, nothing that comes later changes this)."""
    header = leaf.header
    if header.line != line.id or header.author == log.party:
        return False, True
    seen = line.order.seen_at(log.name, index)
    settled = True
    for one in line.logs_of(header.author):
        settled = settled and not line.order.waits(log.name, index, one.name)
        size = seen.get(one.name, 0)
        if size and isinstance(admit_leaf(leaf, size, one.state), Admitted):
            return True, True
    known = {one.name for one in line.logs_of(header.author)}
    unheard = any(name.startswith(f"{header.author}/") for name in line.order.waited_for() - known)
    return False, settled and not unheard
