"""Every endpoint of the native interface, one row each. Routes and OpenAPI document are made from this alone."""

from __future__ import annotations

from typing import Any, Final

from steerclear.api.native import admin, events, exporting, keeping, locking, login, reading, saying
from steerclear.api.native.endpoint import Endpoint
from steerclear.node import desk, zeroize
from steerclear.procedure.line import Line
from steerclear.procedure.subject import Alarm, LeadTime, Subject
from steerclear.views.audit import Audit
from steerclear.views.board import Board
from steerclear.views.conflicts import Conflict
from steerclear.views.entries import EntryRow, EntryView
from steerclear.views.health import PeerHealth

_LINE, _ADMIN = "/api/lines/{line}", "/api/admin"

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
        answer=Board,
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
        answer=list[EntryRow],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/entries/{{id}}",
        "entry",
        "One entry: its leaf, and its payload where this node may open it.",
        reading.entry,
        answer=EntryView,
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/conflicts",
        "conflicts",
        "Judgements that stand, conflicts first.",
        reading.conflicts,
        answer=list[Conflict],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/health",
        "health",
        "How each member was last heard.",
        reading.health,
        answer=list[PeerHealth],
        errors=(404,),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/audit",
        "audit",
        "Gaps, invalid entries, forks, fired timers, marks.",
        reading.audit,
        query=reading.AuditOf,
        answer=Audit,
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
        asks_node=False,
    ),
)

HOME: Final = (
    Endpoint(
        "POST",
        f"{_LINE}/units",
        "set_units",
        "Which own units are to be told of a notice, and the code that each read back.",
        keeping.set_units,
        body=keeping.Units,
        answer=login.Done,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{_LINE}/displayed",
        "displayed",
        "The console has shown everything up to this entry.",
        keeping.displayed,
        body=keeping.Displayed,
        answer=login.Done,
        errors=(404, 413),
    ),
    Endpoint(
        "GET",
        f"{_LINE}/events",
        "events",
        "Event stream: `entry`, `alarm`, `conflict`, `health`, `reset`. `Last-Event-ID` reads on from there.",
        direct=events.events,
        media="text/event-stream",
        errors=(404,),
    ),
)

EXPORTING: Final = (
    Endpoint(
        "POST",
        f"{_LINE}/evidence",
        "evidence",
        "An evidence kit, ordered by two officers.",
        exporting.evidence,
        body=exporting.Ordered,
        media=exporting.TAR,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{_LINE}/certificate",
        "certificate",
        "No-reply certificates in a kit, ordered by two officers.",
        exporting.certificate,
        body=exporting.Ordered,
        media=exporting.TAR,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{_LINE}/bundle",
        "bundle",
        "The line as one file for other members, ordered by two officers.",
        exporting.bundle,
        body=exporting.Ordered,
        media=exporting.BUNDLE,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{_LINE}/bundle/import",
        "import_bundle",
        "Merge a bundle; what does not prove itself is refused.",
        exporting.take_bundle,
        answer=dict[str, int],
        errors=(404, 413, 422),
        limit=exporting.MAX_BUNDLE,
        binary=True,
    ),
)

ADMIN: Final = (
    Endpoint(
        "GET",
        f"{_ADMIN}/status",
        "admin_status",
        "How the node stands.",
        admin.status,
        who="admin",
        answer=admin.Status,
    ),
    Endpoint(
        "GET",
        f"{_ADMIN}/backup",
        "admin_backup",
        "What to copy.",
        admin.backup,
        who="admin",
        answer=admin.Backup,
    ),
    Endpoint(
        "GET",
        f"{_ADMIN}/doctor",
        "admin_doctor",
        "Checks, worst first.",
        admin.doctor,
        who="admin",
        answer=list[admin.Finding],
    ),
    Endpoint(
        "POST",
        f"{_ADMIN}/lock",
        "admin_lock",
        "Lock the payloads.",
        locking.lock,
        who="admin",
        answer=login.Done,
        errors=(413,),
    ),
    Endpoint(
        "POST",
        f"{_ADMIN}/unlock",
        "admin_unlock",
        "Open the payloads with the watch's passphrase.",
        direct=admin.unlock,
        who="admin",
        body=admin.Passphrase,
        answer=login.Done,
        errors=(413, 422),
    ),
    Endpoint(
        "POST",
        f"{_ADMIN}/zeroize",
        "admin_zeroize",
        "Destroy every payload key: two officers, or one and the duress word.",
        locking.destroy,
        who="admin",
        body=admin.Zeroize,
        answer=zeroize.Zeroized,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{_ADMIN}/lines",
        "admin_join",
        "Join a founded line.",
        admin.join,
        who="admin",
        body=admin.Join,
        answer=admin.Joined,
        errors=(413, 422),
        limit=4 << 20,
    ),
    Endpoint(
        "POST",
        f"{_ADMIN}/lines/{{line}}/record/prepare",
        "admin_prepare_record",
        "What the roots sign for a `key`, `policy` or `log.restart` entry.",
        admin.prepare_record,
        who="admin",
        body=admin.RecordDraft,
        answer=admin.RecordText,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{_ADMIN}/lines/{{line}}/record",
        "admin_record",
        "Take a `key`, `policy` or `log.restart` leaf that the roots signed.",
        admin.record,
        who="admin",
        body=admin.RecordLeaf,
        answer=admin.Recorded,
        errors=(404, 413, 422),
        created=True,
    ),
    Endpoint(
        "POST",
        f"{_ADMIN}/lines/{{line}}/recover",
        "admin_recover",
        "Take the own log back from the peers after a restore.",
        direct=admin.recover,
        who="admin",
        answer=admin.Recovered,
        errors=(404, 413, 422),
    ),
)

ENDPOINTS: Final = (*SAYING, *READING, *HOME, *EXPORTING, *ENTRANCE, *ADMIN)
