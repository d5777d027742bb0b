"""One endpoint as data, and the one way from a request to its answer: cap, who asks, decode, one command, encode.

Everything that can be made before the first request is made then: decoders, encoders, the closures themselves.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from steerclear.api.native import problems
from steerclear.api.native.auth import Session, still_valid
from steerclear.api.native.problems import Denied
from steerclear.api.native.services import Services
from steerclear.api.native.wording import denied
from steerclear.errors import Refused
from steerclear.node.node import Node

log = structlog.get_logger(__name__)

KIB: Final = 1024
LINE: Final = "/api/lines/{line}"
ADMIN: Final = "/api/admin"
"""Where the paths of a line's officers and of the administrator begin."""
IDEMPOTENCY: Final = "idempotency-key"
_KEY = re.compile(r"[!-~]{1,200}")
_HEX = re.compile(r"[0-9a-f]{64}")
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Call:
    """One request, decoded. `key` is the idempotency key or ''; `raw` the body as it came."""

    services: Services
    session: Session
    line: str
    id: str
    query: Any
    body: Any
    raw: bytes
    key: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """An answer that is ready: bytes with their type, or another status."""

    content: bytes
    media: str = "application/json"
    status: int = 200
    filename: str = ""


Command = Callable[[Node, Call], Any]
Direct = Callable[[Services, Request, Call], Awaitable[Response]]


@dataclass(frozen=True)
class Endpoint:
    """A row of the table. `command` runs on the node, or `direct` on the event loop where no single command will do.

    `who`: `anyone`, an `officer` (whose session must be of the line in the path), or the `admin`. `query` and `body`
    are msgspec structs (`binary`: the body is bytes as they are), `answer` the type
    of the 2xx body, `media` its type when it is not JSON. `errors`: which statuses it may answer besides 400 (not
    decoded), 401, 403 and, where it asks the node, 503.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    summary: str
    command: Command | None = None
    direct: Direct | None = None
    who: Literal["anyone", "officer", "admin"] = "officer"
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    answer: Any = None
    media: str = "application/json"
    errors: tuple[int, ...] = ()
    limit: int = 1024 * KIB
    binary: bool = False
    idempotent: bool = False
    created: bool = False
    asks_node: bool = True


def route(services: Services, endpoint: Endpoint) -> Route:
    """The Starlette route of an endpoint."""
    decode = msgspec.json.Decoder(endpoint.body).decode if endpoint.body is not None else None
    has_line, has_id = "{line}" in endpoint.path, "{id}" in endpoint.path
    requests, seconds = services.metrics.requests, services.metrics.seconds
    by_status: dict[int, Any] = {}

    async def handle(request: Request) -> Response:
        began = time.perf_counter()
        try:
            response = await answer(request)
        except Exception as error:
            known = problems.of_error(error)
            if known is None:
                log.exception("a request broke", endpoint=endpoint.name)
                known = problems.broken()
            response = known
        counter = by_status.get(response.status_code)
        if counter is None:
            counter = by_status[response.status_code] = requests.labels(
                endpoint.name, str(response.status_code)
            )
        counter.inc()
        seconds.observe(time.perf_counter() - began)
        return response

    async def answer(request: Request) -> Response:
        session = _who(services, endpoint, request)
        line = _hex(request.path_params["line"], "unknown-line") if has_line else ""
        if line and session.ref and session.line != line:
            raise Denied(404, "unknown-line", "no line of this id for you", "log in on that line", "line")
        id_ = _hex(request.path_params["id"], "unknown-entry") if has_id else ""
        query = _query(endpoint, request)
        raw = await _body(request, endpoint.limit) if endpoint.method == "POST" else b""
        body = _decoded(decode, raw) if decode is not None else None
        call = Call(services, session, line, id_, query, body, raw, _key(endpoint, request))
        if endpoint.direct is not None:
            return await endpoint.direct(services, request, call)
        command = endpoint.command
        assert command is not None

        def run(node: Node) -> Any:
            valid(node, call)
            return command(node, call)

        return encoded(await services.host.run(run))

    return Route(endpoint.path, handle, methods=[endpoint.method], name=endpoint.name)


def valid(node: Node, call: Call) -> None:
    """Raises `Denied` where the officer's key counts on the line no longer; a `direct` endpoint asks it itself."""
    if call.session.ref and not still_valid(node, call.session):
        raise Denied(
            401, "key-not-valid", "this key no longer counts on this line", "log in with another key"
        )


def encoded(value: Any) -> Response:
    """What a command returned as an answer."""
    if isinstance(value, Made):
        headers = (
            {"content-disposition": f'attachment; filename="{value.filename}"'} if value.filename else None
        )
        return Response(value.content, value.status, headers, value.media)
    if isinstance(value, list) and value and isinstance(value[0], Refused):
        return problems.refused(value)
    return Response(_encode(value), media_type="application/json")


def json_answer(value: Any, status: int = 200) -> Made:
    return Made(_encode(value), status=status)


def _who(services: Services, endpoint: Endpoint, request: Request) -> Session:
    if endpoint.who == "anyone":
        return _NOBODY
    header = request.headers.get("authorization", "")
    session = services.sessions.of(header, services.clock.now_ms())
    if session is None:
        raise Denied(
            401, "not-logged-in", "a valid bearer token is needed", "POST /api/login", "authorization"
        )
    if session.admin != (endpoint.who == "admin"):
        who = "the administrator" if endpoint.who == "admin" else "an officer of the line"
        raise Denied(403, "not-for-you", f"only {who} may ask this", "use the other token", "authorization")
    return session


_NOBODY = Session("", "", "", (), 0)


def _hex(text: str, code: str) -> str:
    if not _HEX.fullmatch(text):
        raise Denied(404, code, "64 lower-case hex digits", "", code.partition("-")[2])
    return text


def _key(endpoint: Endpoint, request: Request) -> str:
    key = request.headers.get(IDEMPOTENCY)
    if key is None or not endpoint.idempotent:
        return ""
    if not _KEY.fullmatch(key):
        raise Denied(400, "bad-idempotency-key", "1 to 200 visible ASCII characters", "", IDEMPOTENCY)
    return key


def _query(endpoint: Endpoint, request: Request) -> Any:
    given = request.query_params.multi_items()
    wanted = endpoint.query
    if not given and wanted is not None and not any(one.required for one in msgspec.structs.fields(wanted)):
        return _EMPTY.setdefault(wanted, wanted())
    fields = wanted.__struct_fields__ if wanted is not None else ()
    for name, _ in given:
        if name not in fields:
            raise Denied(
                400, "unknown-parameter", "not a parameter of this path", "see /api/openapi.json", name[:80]
            )
    if wanted is None:
        return None
    if len(given) != len({name for name, _ in given}):
        raise Denied(400, "repeated-parameter", "each parameter once", "", "query")
    try:
        return msgspec.convert(dict(given), wanted, strict=False)
    except msgspec.ValidationError as error:
        raise denied(error, "bad-parameter", "query") from None


_EMPTY: dict[type[msgspec.Struct], Any] = {}


async def _body(request: Request, limit: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and len(declared) < 16 and int(declared) > limit:
        raise Denied(413, "too-long", f"at most {limit} bytes", "", "body")
    whole = b""
    async for chunk in request.stream():
        whole = whole + chunk if whole else chunk
        if len(whole) > limit:
            raise Denied(413, "too-long", f"at most {limit} bytes", "", "body")
    return whole


def _decoded(decode: Callable[[bytes], Any], raw: bytes) -> Any:
    try:
        return decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise denied(error, "bad-json", "body") from None
