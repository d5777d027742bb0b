"""The event stream of a line: what entered its logs, which alarms and conflicts began or ended, who is heard.

An event's id is a place in the record itself, `<entries in all>-<size of each log, by origin>`, so that it means the
same after a restart: nothing is kept for replay but the logs. A client that comes back with `Last-Event-ID` gets the
entries since, or one `reset` when there are more than fifty: then it reads the views again. A stream reads on from
its own place whenever the line moved; a slow client is behind, never overrun, and costs no memory.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from steerclear.api.native.auth import Session, still_valid
from steerclear.api.native.endpoint import LINE, Call, Endpoint
from steerclear.api.native.problems import Denied
from steerclear.api.native.services import Services
from steerclear.node import conflicts, folds, holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.subject import Alarm
from steerclear.views.board import MAX_ROWS

KEEP_ALIVE_S = 15.0
MAX_STREAMS = 256
_ID = re.compile(r"(?:0|[1-9][0-9]{0,15})-(?:0|[1-9][0-9]{0,15})(?:\.(?:0|[1-9][0-9]{0,15})){0,999}")
_encode = msgspec.json.Encoder().encode
Cursor = tuple[int, ...]
"""Sizes of the logs of a line, by origin ascending."""


class Entered(msgspec.Struct, frozen=True):
    """`entry`: a leaf entered a log. `kind` '' for one that does not count. Never its payload."""

    id: str
    log: str
    index: int
    kind: str
    author: str
    mode: str
    life_safety: bool
    subject: str


class AlarmMoved(msgspec.Struct, frozen=True):
    """`alarm`: it stands, or is over."""

    state: str
    alarm: Alarm


class ConflictMoved(msgspec.Struct, frozen=True):
    """`conflict`: a judgement stands (again when it reads differently), or is over."""

    state: str
    id: str
    verdict: str
    hash: str


class HealthMoved(msgspec.Struct, frozen=True):
    """`health`: how a member is heard now."""

    party: str
    observed: str


class Picture(msgspec.Struct, frozen=True):
    """What stands, as the node last folded it."""

    alarms: dict[str, Alarm]
    conflicts: dict[str, tuple[str, str]]
    health: dict[str, str]


class Read(msgspec.Struct, frozen=True):
    """What a stream gets in one go: events of entries with the place after each, and what stands now."""

    rows: list[tuple[Cursor, Entered]]
    cursor: Cursor
    more: bool
    picture: Picture


async def events(services: Services, request: Request, call: Call) -> Response:
    """A `text/event-stream` until the client leaves, the login ends or the node stops."""
    last = request.headers.get("last-event-id", "")
    wanted = cursor_of(last) if last else None
    if len(services.streams) >= MAX_STREAMS:
        raise Denied(503, "too-many-streams", f"{MAX_STREAMS} streams are open", "close one")
    start = await services.host.run(lambda node: _start(node, call.session, call.line, wanted))
    content = stream(services, call.session, call.line, *start)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(content, headers=headers, media_type="text/event-stream")


async def stream(
    services: Services, session: Session, line: str, cursor: Cursor, reset: bool
) -> AsyncIterator[bytes]:
    """The bytes of a stream that begins behind `cursor`; `reset` says first that entries were left out."""
    moved = services.pulse.listen(line)
    services.streams.add(moved)
    services.metrics.streams.set(len(services.streams))
    shown = Picture({}, {}, {})
    try:
        yield b"retry: 1000\n\n"
        if reset:
            yield _event("reset", cursor, {"why": "more than fifty entries behind: read the board again"})
        while not services.pulse.ended and services.clock.now_ms() < session.expires_ms:
            moved.clear()
            since = cursor
            read = await services.host.run(lambda node: _read(node, session, line, since))  # noqa: B023
            if read is None:
                return
            for place, row in read.rows:
                yield _event("entry", place, row)
            cursor = read.cursor
            for name, value in differences(shown, read.picture):
                yield _event(name, cursor, value)
            shown = read.picture
            if read.more:
                continue
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    await moved.wait()
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        services.pulse.leave(line, moved)
        services.streams.discard(moved)
        services.metrics.streams.set(len(services.streams))


def cursor_of(text: str) -> Cursor:
    """The place in an event id. Raises `Denied` 400."""
    if not _ID.fullmatch(text):
        raise Denied(400, "bad-event-id", "not an id of this stream", "begin without it", "last-event-id")
    total, _, sizes = text.partition("-")
    cursor = tuple(int(size) for size in sizes.split("."))
    if int(total) != sum(cursor):
        raise Denied(400, "bad-event-id", "not an id of this stream", "begin without it", "last-event-id")
    return cursor


def id_of(cursor: Cursor) -> str:
    return f"{sum(cursor)}-{'.'.join(map(str, cursor))}"


def place(line: LineState) -> Cursor:
    """Where the logs of a line stand now."""
    return tuple(line.logs[origin].size for origin in sorted(line.logs))


def differences(before: Picture, now: Picture) -> list[tuple[str, Any]]:
    """(event type, its data) for whatever began, changed or ended."""
    out: list[tuple[str, Any]] = []
    for id_, alarm in now.alarms.items():
        if before.alarms.get(id_) != alarm:
            out.append(("alarm", AlarmMoved("stands", alarm)))
    out += [
        ("alarm", AlarmMoved("over", alarm)) for id_, alarm in before.alarms.items() if id_ not in now.alarms
    ]
    for id_, (verdict, digest) in now.conflicts.items():
        if before.conflicts.get(id_) != (verdict, digest):
            out.append(("conflict", ConflictMoved("stands", id_, verdict, digest)))
    out += [
        ("conflict", ConflictMoved("over", id_, verdict, digest))
        for id_, (verdict, digest) in before.conflicts.items()
        if id_ not in now.conflicts
    ]
    for party, observed in now.health.items():
        if before.health.get(party) != observed:
            out.append(("health", HealthMoved(party, observed)))
    return out


def entries_since(node: Node, line: LineState, cursor: Cursor) -> tuple[list[tuple[Cursor, Entered]], bool]:
    """At most fifty entries behind a place, log by log, each with the place after it; whether there are more."""
    at = list(cursor)
    rows: list[tuple[Cursor, Entered]] = []
    for number, origin in enumerate(sorted(line.logs)):
        log = line.logs[origin]
        while at[number] < log.size:
            if len(rows) == MAX_ROWS:
                return rows, True
            at[number] += 1
            rows.append((tuple(at), _entered(node, line, origin, at[number] - 1)))
    return rows, False


def _start(node: Node, session: Session, line_id: str, wanted: Cursor | None) -> tuple[Cursor, bool]:
    """(where to begin, whether entries are left out)."""
    line = node.line(line_id)
    if not still_valid(node, session):
        raise Denied(
            401, "key-not-valid", "this key no longer counts on this line", "log in with another key"
        )
    now = place(line)
    if wanted is None:
        return now, False
    known = len(wanted) == len(now) and all(old <= new for old, new in zip(wanted, now, strict=True))
    if not known or sum(now) - sum(wanted) > MAX_ROWS:
        return now, True
    return wanted, False


def _read(node: Node, session: Session, line_id: str, cursor: Cursor) -> Read | None:
    """None when the stream must end: the key no longer counts."""
    line = node.lines.get(line_id)
    if line is None or not still_valid(node, session):
        return None
    if len(line.logs) != len(cursor):  # a member came: places have another shape from here on
        cursor = place(line)
    rows, more = entries_since(node, line, cursor)
    return Read(rows, rows[-1][0] if rows else cursor, more, picture(node, line))


def picture(node: Node, line: LineState) -> Picture:
    """What stands as it was last folded; folds nothing itself."""
    judged = conflicts.all_of(node, line)[:MAX_ROWS]
    return Picture(
        {alarm.id: alarm for alarm in line.line_alarms[:MAX_ROWS]},
        {row.judgement.id: (row.judgement.verdict, row.hash) for row in judged},
        {peer.party: peer.observed for peer in folds.line_view(node, line).peers},
    )


def _entered(node: Node, line: LineState, origin: str, index: int) -> Entered:
    log = line.logs[origin]
    entry = log.ids[index]
    if line.positions.get(entry) != (origin, index):
        return Entered(entry, log.name, index, "", "", "", False, "")
    header = holding.header_of(node, line, entry)
    return Entered(
        entry,
        log.name,
        index,
        header.kind,
        header.author,
        header.mode,
        header.life_safety,
        line.subjects.root(entry),
    )


def _event(name: str, cursor: Cursor, value: Any) -> bytes:
    return f"event: {name}\nid: {id_of(cursor)}\ndata: ".encode() + _encode(value) + b"\n\n"


ENDPOINTS: Final = (
    Endpoint(
        "GET",
        f"{LINE}/events",
        "events",
        "Event stream: `entry`, `alarm`, `conflict`, `health`, `reset`. `Last-Event-ID` reads on from there.",
        direct=events,
        media="text/event-stream",
        errors=(404,),
    ),
)
