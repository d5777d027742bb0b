"""What an officer of a line may ask about it. Never more than fifty rows (boundary.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from steerclear.api.native.endpoint import Call
from steerclear.node import bulk, claimed, compartments, queries
from steerclear.node import talks as talking
from steerclear.node.node import Node
from steerclear.views.board import MAX_ROWS

Id = Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")]


class Page(msgspec.Struct, frozen=True):
    """`after`: id of the last row of the page before."""

    after: Id = ""


class EntriesPage(msgspec.Struct, frozen=True):
    """`after`: id of the last row of the page before; `kind`: only entries of it."""

    after: Id = ""
    limit: Annotated[int, Meta(ge=1, le=MAX_ROWS)] = MAX_ROWS
    kind: Annotated[str, Meta(max_length=40)] = ""


class AuditOf(msgspec.Struct, frozen=True):
    """`gap_ms`: how long routine contact must cease to be listed."""

    gap_ms: Annotated[int, Meta(ge=60_000, le=366 * 86_400_000)] = 86_400_000


class Period(msgspec.Struct, frozen=True):
    """[start, end) in Unix ms; 0: a year before the end, and now."""

    start_ms: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    end_ms: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0


def lines(node: Node, call: Call) -> Any:
    """The line of the session and no other: nothing of one line is seen on another (messages.md, Parties)."""
    return [row for row in queries.lines(node) if row["id"] == call.session.line]


def line(node: Node, call: Call) -> Any:
    return queries.line(node, call.line)


def board(node: Node, call: Call) -> Any:
    shown = queries.board(node, call.line, call.query.after)
    _read(node, call, [one.id for one in shown.notices])
    return compartments.board(node, node.line(call.line), shown, call.session.roles)


def open_now(node: Node, call: Call) -> Any:
    shown = queries.open_now(node, call.line, call.query.after)
    return compartments.open_items(node, node.line(call.line), shown, call.session.roles)


def _read(node: Node, call: Call, entries: Iterable[str]) -> None:
    """What this officer was shown with more than its clear header counts towards a bulk read (boundary.md)."""
    bulk.shown(node, node.line(call.line), call.session.ref, entries)


def claims(node: Node, call: Call) -> Any:
    return claimed.claims_of(node, call.line)


def subject(node: Node, call: Call) -> Any:
    shown = queries.subject(node, call.line, call.id)
    _read(node, call, [shown.id])
    return compartments.subject(node, node.line(call.line), shown, call.session.roles)


def they_show(node: Node, call: Call) -> Any:
    rows = queries.they_show(node, call.line, call.id)
    return () if compartments.hides(node, node.line(call.line), call.id, call.session.roles) else rows


def entries(node: Node, call: Call) -> Any:
    rows = queries.entries(node, call.line, call.query.after, call.query.limit, call.query.kind)
    return [compartments.row(node, node.line(call.line), one, call.session.roles) for one in rows]


def entry(node: Node, call: Call) -> Any:
    view = queries.entry(node, call.line, call.id)
    _read(node, call, [call.id] if view.payload is not None else [])
    return compartments.entry(node, node.line(call.line), view, call.session.roles)


def opened(node: Node, call: Call) -> Any:
    return queries.opened(node, call.line, call.query.after)


def conflicts(node: Node, call: Call) -> Any:
    rows = queries.conflicts_of(node, call.line)
    _read(node, call, [s.entry for one in rows for s in (one.judgement.a, one.judgement.b) if s.entry])
    return compartments.conflicts(node, node.line(call.line), rows, call.session.roles)


def encounters(node: Node, call: Call) -> Any:
    return queries.encounters_of(node, call.line)


def health(node: Node, call: Call) -> Any:
    return queries.health(node, call.line)


def audit(node: Node, call: Call) -> Any:
    return queries.audit(node, call.line, call.query.gap_ms)


def lead_times(node: Node, call: Call) -> Any:
    rows = queries.lead_times(node, call.line)
    return compartments.without(node, node.line(call.line), rows, call.session.roles)


def members(node: Node, call: Call) -> Any:
    return queries.members(node, call.line)


def alarms(node: Node, call: Call) -> Any:
    return queries.alarms(node, call.line)


def talks(node: Node, call: Call) -> Any:
    return talking.talks(node, call.line)


def review(node: Node, call: Call) -> Any:
    return talking.reviewed(node, call.line, call.query.start_ms, call.query.end_ms)
