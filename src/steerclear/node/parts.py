"""Which payloads other members say they lack, and which parts of `payload.inline` stand in which log: bookkeeping of
headers only, fed by the fold (record.md, Delivered). What is done about it: `inline`.
"""

from __future__ import annotations

from steerclear.errors import Malformed
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.record.delivery import About, Inline
from steerclear.record.header import Header
from steerclear.record.payload import parse_inline

KIND = "payload.inline"


def said(line: LineState, kind: str, log: Log, found: About, header: Header) -> None:
    """`payload-missing`, `-held` or `-unopenable` by the author of `log`, about an entry of this node's party."""
    if not found.log.startswith(f"{line.own}/") or log.party == line.own:
        return
    key = (found.entry, log.party)
    if kind == "payload-missing" and not sent(line, key) and key not in line.lacking:
        line.lacking[key] = header.released_ms
    elif kind == "payload-held":
        line.lacking.pop(key, None)
    elif kind == "payload-unopenable":
        line.denied.add(key)


def sent(line: LineState, key: tuple[str, str]) -> bool:
    """Whether a part of this entry to this party stands in a log of ours; another's parts are none."""
    return any(line.logs[row[0]].party == line.own for row in line.inlined.get(key, ()))


def take(line: LineState, log: Log, index: int, header: Header) -> None:
    """A `payload.inline` leaf stands in `log`."""
    try:
        part = parse_inline(header.record)
    except Malformed:
        return
    key = (part.entry, part.to)
    line.inlined.setdefault(key, []).append((log.origin, index, part.part, part.parts))
    if log.party == line.own:
        line.lacking.pop(key, None)
    if part.entry in line.positions:
        line.dirty.add(line.subjects.root(part.entry))
    if part.to == line.own:
        line.openable.add(part.entry)


def complete(line: LineState, entry: str, author: str, party: str) -> tuple[Log, Inline] | None:
    """All parts for `party`, with the log in which the last one stands; None while one is missing. Only what stands in
    logs of the entry's author counts; of each part the first, of the first one's number of parts."""
    rows = [row for row in line.inlined.get((entry, party), ()) if line.logs[row[0]].party == author]
    found: set[int] = set()
    for origin, index, part, parts in rows:
        if parts == rows[0][3]:
            found.add(part)
        if len(found) == rows[0][3]:
            return line.logs[origin], Inline(index, line.proved.get((entry, party)))
    return None
