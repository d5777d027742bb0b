"""The `opened` entries of a line, so that each owner sees who read or took out how much (boundary.md)."""

from __future__ import annotations

from typing import Any

from steerclear.node import disclosing, holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.record.header import Header
from steerclear.views.opened import Opened

KIND = "opened"


def rows(node: Node, line: LineState, after: str, limit: int) -> list[Opened]:
    """Newest first, from behind the row `after`; at most `limit`."""
    known = sorted(
        line.opened_entries, key=lambda one: (-holding.header_of(node, line, one).released_ms, one)
    )
    start = known.index(after) + 1 if after in known else 0
    return [_row(node, line, holding.header_of(node, line, one), one) for one in known[start : start + limit]]


def own(node: Node, line: LineState) -> list[Opened]:
    """All of this party's."""
    headers = ((one, holding.header_of(node, line, one)) for one in line.opened_entries)
    return [_row(node, line, header, one) for one, header in headers if header.author == node.party]


def _row(node: Node, line: LineState, header: Header, entry: str) -> Opened:
    """What others wrote into their record is read leniently: a figure that is none is left out."""
    record = header.record
    owners = record.get("owners")
    recipients = record.get("recipients")
    audience = str(record.get("audience", "members"))
    return Opened(
        entry,
        header.author,
        header.released_ms,
        str(record.get("what", "")),
        _figure(record.get("entries")),
        _figure(owners.get(node.party, 0)) if isinstance(owners, dict) else None,
        str(record.get("post", "")),
        _figure(record.get("within_ms")),
        str(record.get("nonce", "")),
        str(record.get("copy", "")),
        tuple(str(one) for one in recipients) if isinstance(recipients, list | tuple) else (),
        audience,
        disclosing.marks(node, line, audience, holding.said(node, line, entry).key),
        str(record.get("manifest", ""))[:64],
    )


def _figure(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
