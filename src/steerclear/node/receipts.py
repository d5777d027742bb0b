"""What reached whom, as files for a served party: each a small kit that `verify` reads without a node.

messages.md, Parties: "each receipt reaches it as a file that `verify` reads without a node". A file for every delivery
of an own entry (the addressee's mirror cosignature, record.md) and for every `receipt`. Only a node that serves a party
gives them out like this, one at a time and to that party's own officer: what stands in one he may read anyhow, and it
is what he has in place of his own node. Everybody else's exports take two officers (ADR 0012).
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nsmallest

import msgspec

from steerclear.errors import Malformed, Refused
from steerclear.node import holding, kit_access, queries
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.record import kit
from steerclear.views.board import MAX_ROWS

KIND = "receipt"


class ReceiptRow(msgspec.Struct, frozen=True):
    """One file that there is: `entry` of ours, `party` that holds it, `receipt` its entry ('' for the delivery alone).
    `name` is unique, ascending in the order of our log, and never changes: whoever has a file of that name has it."""

    name: str
    entry: str
    party: str
    receipt: str


def rows(node: Node, line_id: str, after: str = "") -> list[ReceiptRow] | list[Refused]:
    """The files behind the name given, at most fifty. Refused: `not-served`."""
    if not node.home.served:
        return [_not_served()]
    found = (row for row in _rows(node, node.line(line_id)) if row.name > after)
    return nsmallest(MAX_ROWS, found, key=lambda row: row.name)


def kit_of(node: Node, line_id: str, entry: str, party: str = "") -> dict[str, bytes] | list[Refused]:
    """The files of one kit: of the receipt `entry`, or of the delivery of our `entry` to `party`. Refused:
    `not-served`, `no-receipt`, and why a kit cannot be built yet (`record.kit.build`)."""
    if not node.home.served:
        return [_not_served()]
    line = node.line(line_id)
    if not holding.known(line, entry):
        raise Malformed(
            "unknown-entry", field="id", remedy="this node holds no entry of that id on this line"
        )
    header = holding.header_of(node, line, entry)
    said = header.refs[0] if header.kind == KIND and header.refs else entry
    who = header.author if header.kind == KIND else party
    receipt = entry if header.kind == KIND else ""
    if not any((row.entry, row.party, row.receipt) == (said, who, receipt) for row in _rows(node, line)):
        rule = "no receipt of an entry of ours, and nothing of ours that this party holds"
        return [Refused("no-receipt", "id", rule, "choose from the list: steerclear served receipts")]
    chosen = {said, receipt} - {""}
    made = kit.build(kit_access.access(node, line), entries=chosen, delivered_to=[(said, who)])
    return [made] if isinstance(made, Refused) else made


def _rows(node: Node, line: LineState) -> Iterator[ReceiptRow]:
    for log in line.logs_of(node.party):
        for index, entry in enumerate(log.ids):
            if entry not in line.positions:
                continue
            to = holding.header_of(node, line, entry).to
            if not to:
                continue
            start = f"{log.state.epoch:04d}-{index:08d}-{entry[:12]}"
            for party in sorted(queries.row(node, line, entry).delivered):
                yield ReceiptRow(f"{start}-{party[:8]}-delivered", entry, party, "")
            for other in line.subjects.entries(line.subjects.root(entry)):
                header = holding.header_of(node, line, other)
                if header.kind == KIND and header.refs[:1] == (entry,) and header.author in to:
                    yield ReceiptRow(
                        f"{start}-{header.author[:8]}-receipt-{other[:12]}", entry, header.author, other
                    )


def _not_served() -> Refused:
    return Refused(
        "not-served",
        "line",
        "this party runs its own node: what leaves it takes two officers",
        "order a kit: steerclear evidence",
        "messages.md, Parties",
    )
