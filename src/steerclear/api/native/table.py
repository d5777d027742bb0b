"""Every endpoint of the native interface, one row each. Routes and OpenAPI document are made from this alone."""

from __future__ import annotations

from typing import Any, Final

from steerclear.api.native import login, reading, saying
from steerclear.api.native.endpoint import Endpoint
from steerclear.node import conflicts, desk, queries
from steerclear.procedure.line import Line
from steerclear.procedure.subject import Alarm, LeadTime, Subject

_LINE = "/api/lines/{line}"

SAYING: Final = (
    Endpoint(
        "POST",
        f"{_LINE}/entries",
        "submit",
        "Take a signed leaf; answered once it is durable. 201 when new, 200 when it already stands.",
        saying.submit,
        body=saying.Submission,
        answer=desk.Accepted,
        errors=(404, 409, 413, 422),
        idempotent=True,
        created=True,
    ),
    Endpoint(
        "POST",
        f"{_LINE}/prepare",
        "prepare",
        "What the officer's key must sign for this draft, or every fault of it at once. Stores nothing.",
        saying.prepare,
        body=desk.Draft,
        answer=desk.Prepared,
        errors=(404, 413, 422),
    ),
)

READING: Final = (
    Endpoint(
        "GET", "/api/lines", "lines", "The line of this login.", reading.lines, answer=list[dict[str, Any]]
    ),
    Endpoint("GET", _LINE, "line", "The line itself.", reading.line, answer=Line, errors=(404,)),
    Endpoint(
        "GET",
        f"{_LINE}/board",
        "board",
        "Everything a watch needs at one look.",
        reading.board,
        query=reading.Page,
        answer=queries.Board,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/subjects/{{id}}",
        "subject",
        "The notice, area, stop … that an entry belongs to, as it stands now.",
        reading.subject,
        answer=Subject,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/entries",
        "entries",
        "Entries in the order of the fold.",
        reading.entries,
        query=reading.EntriesPage,
        answer=list[queries.EntryRow],
        errors=(404, 422),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/entries/{{id}}",
        "entry",
        "One entry: its leaf, and its payload where this node may open it.",
        reading.entry,
        answer=queries.EntryView,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/conflicts",
        "conflicts",
        "Judgements that stand, conflicts first.",
        reading.conflicts,
        answer=list[conflicts.Conflict],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/health",
        "health",
        "How each member was last heard.",
        reading.health,
        answer=list[queries.PeerHealth],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/audit",
        "audit",
        "Gaps, invalid entries, forks, fired timers, marks.",
        reading.audit,
        query=reading.AuditOf,
        answer=queries.Audit,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/lead-times",
        "lead_times",
        "How long before its event each notice was released.",
        reading.lead_times,
        answer=dict[str, LeadTime],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/members",
        "members",
        "Members, their logs and their posts.",
        reading.members,
        answer=list[dict[str, Any]],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/alarms",
        "alarms",
        "Alarms that stand.",
        reading.alarms,
        answer=tuple[Alarm, ...],
        errors=(404,),
    ),
)

ENTRANCE: Final = (
    Endpoint(
        "POST",
        "/api/login",
        "login",
        "A token for a note that an officer's key signed.",
        direct=login.login,
        who="anyone",
        body=login.Login,
        answer=login.LoggedIn,
        errors=(401, 413),
        limit=16 * 1024,
    ),
    Endpoint(
        "POST",
        "/api/logout",
        "logout",
        "End this token.",
        direct=login.logout,
        answer=login.Done,
        errors=(413,),
    ),
)

ENDPOINTS: Final = (*SAYING, *READING, *ENTRANCE)
