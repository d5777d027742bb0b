"""In and out: a signed note for a token."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from steerclear.api.native import auth
from steerclear.api.native.auth import Session
from steerclear.api.native.endpoint import Call, Endpoint, encoded
from steerclear.api.native.problems import Denied
from steerclear.api.native.services import Services
from steerclear.errors import Malformed


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`note`: a signed note of the lines `steerclear/login/v1`, party, line, time in Unix ms, nonce (32 hex), with
    one signature by an officer's key."""

    note: str


class LoggedIn(msgspec.Struct, frozen=True):
    """`token` goes into `Authorization: Bearer …` until `expires_ms`."""

    token: str
    key: str
    post: str
    roles: tuple[str, ...]
    line: str
    expires_ms: int


class Done(msgspec.Struct, frozen=True):
    """It was done."""

    done: bool = True


async def login(services: Services, request: Request, call: Call) -> Response:
    now = services.clock.now_ms()
    try:
        act = auth.read_act(auth.LOGIN, call.body.note, now)
        if len(act.note.signatures) != 1:
            raise Malformed("bad-signature", field="note", remedy="exactly one officer signs")
        (officer,) = await services.host.run(lambda node: auth.signers_of(node, act))
    except Malformed as error:
        raise Denied(401, error.rule, "no login", error.remedy, "note") from None
    if not services.sessions.once(act.nonce, now):
        raise Denied(401, "act-repeated", "no login", "sign a new note", "note")
    roles = tuple(sorted(officer.roles))
    session = Session(officer.ref, act.line, officer.post, roles, now + auth.SESSION_MS)
    token = services.sessions.begin(session, now)
    return encoded(LoggedIn(token, officer.ref, officer.post, roles, act.line, session.expires_ms))


async def logout(services: Services, request: Request, call: Call) -> Response:
    services.sessions.end(request.headers.get("authorization", ""))
    return encoded(Done())


ENDPOINTS: Final = (
    Endpoint(
        "POST",
        "/api/login",
        "login",
        "A token for a note that an officer's key signed.",
        direct=login,
        who="anyone",
        body=Login,
        answer=LoggedIn,
        errors=(401, 413),
        limit=16 * 1024,
    ),
    Endpoint(
        "POST",
        "/api/logout",
        "logout",
        "End this token.",
        direct=logout,
        answer=Done,
        errors=(413,),
        asks_node=False,
    ),
)
