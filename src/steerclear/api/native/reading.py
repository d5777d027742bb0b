"""What an officer of a line may ask about it. Never more than fifty rows (boundary.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from steerclear.api.native.endpoint import LINE, Call, Endpoint
from steerclear.node import bulk, claimed, compartments, queries
from steerclear.node import talks as talking
from steerclear.node.node import Node
from steerclear.procedure.encounters import Encounter
from steerclear.procedure.line import Line
from steerclear.procedure.review import Review
from steerclear.procedure.subject import Alarm, LeadTime, Subject
from steerclear.views.audit import Audit
from steerclear.views.board import MAX_ROWS, Board
from steerclear.views.claims import Claims
from steerclear.views.compared import TheyShow
from steerclear.views.conflicts import Conflict
from steerclear.views.entries import EntryRow, EntryView
from steerclear.views.health import PeerHealth
from steerclear.views.open_items import OpenItems
from steerclear.views.opened import Opened
from steerclear.views.talks import Talks

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


ENDPOINTS: Final = (
    Endpoint("GET", "/api/lines", "lines", "The line of this login.", lines, answer=list[dict[str, Any]]),
    Endpoint("GET", LINE, "line", "The line itself.", line, answer=Line, errors=(404,)),
    Endpoint(
        "GET",
        f"{LINE}/open",
        "open",
        "Everything that is open, and what is owed about it: the drill of an officer who takes the watch.",
        open_now,
        query=Page,
        answer=OpenItems,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/claims",
        "claims",
        "Claims and incidents, each number with whose it is; negative attestations and what meets them.",
        claims,
        answer=Claims,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/board",
        "board",
        "Everything a watch needs at one look.",
        board,
        query=Page,
        answer=Board,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/subjects/{{id}}",
        "subject",
        "The notice, area, stop … that an entry belongs to, as it stands now.",
        subject,
        answer=Subject,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/subjects/{{id}}/they-show",
        "they_show",
        "How other members show the same notice, area or stop, as each last told.",
        they_show,
        answer=tuple[TheyShow, ...],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/entries",
        "entries",
        "Entries in the order of the fold.",
        entries,
        query=EntriesPage,
        answer=list[EntryRow],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/entries/{{id}}",
        "entry",
        "One entry: its leaf, and its payload where this node may open it.",
        entry,
        answer=EntryView,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/opened",
        "opened",
        "Bulk reads and files taken out, by whom and when, with how many protected places and movements of ours.",
        opened,
        query=Page,
        answer=list[Opened],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/conflicts",
        "conflicts",
        "Judgements that stand, conflicts first.",
        conflicts,
        answer=list[Conflict],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/encounters",
        "encounters",
        "Accounts of encounters side by side, with conduct rule by rule; no verdict of the whole.",
        encounters,
        answer=list[Encounter],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/health",
        "health",
        "How each member was last heard.",
        health,
        answer=list[PeerHealth],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/audit",
        "audit",
        "Gaps, invalid entries, forks, fired timers, marks.",
        audit,
        query=AuditOf,
        answer=Audit,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/lead-times",
        "lead_times",
        "How long before its event each notice was released.",
        lead_times,
        answer=dict[str, LeadTime],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/members",
        "members",
        "Members, their logs and their posts.",
        members,
        answer=list[dict[str, Any]],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/talks",
        "talks",
        "The agreement, whose turn it is to convene, meetings and provisions.",
        talks,
        answer=Talks,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/review",
        "review",
        "The review of a period, a year unless told, from the record alone: each party's own figures.",
        review,
        query=Period,
        answer=Review,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{LINE}/alarms",
        "alarms",
        "Alarms that stand.",
        alarms,
        answer=tuple[Alarm, ...],
        errors=(404,),
    ),
)
