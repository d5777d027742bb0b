"""Every "no" of the native interface in one shape, and which status it has.

400 the request is not what the document describes · 401 nobody is logged in · 403 somebody else may do this ·
404 nothing of that name for you · 409 try again from what is there now · 413 too long · 422 understood and refused
by a rule · 503 the store did not answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from steerclear.errors import Malformed, Refused, refusal
from steerclear.store.port import StoreError
from steerclear.store.sequencer import Stopped


class Problem(msgspec.Struct, frozen=True):
    """The body of every answer that is not 2xx."""

    errors: tuple[Refused, ...]
    message: str


class Denied(Malformed):
    """Ends a request with this status; for the edge's own rules. `Malformed`, so that a command that raises it has
    promised to have changed nothing."""

    def __init__(self, status: int, code: str, rule: str, remedy: str = "", field: str = "") -> None:
        self.status = status
        self.refused = Refused(code, field, rule, remedy)
        super().__init__(code, field=field, remedy=remedy)


NOT_FOUND = frozenset(("unknown-line", "unknown-entry", "unknown-subject", "unknown-log"))
CONFLICTS = frozenset(("sequence", "idempotency-key"))
_encode = msgspec.json.Encoder().encode


def problem(status: int, errors: Sequence[Refused]) -> Response:
    """The answer; `message` is the first fault in one sentence."""
    first = errors[0]
    said = ": ".join(part for part in (first.field, first.rule or first.code, first.remedy) if part)
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    body = _encode(Problem(tuple(errors), said + more))
    return Response(body, status_code=status, media_type="application/json")


def refused(errors: Sequence[Refused]) -> Response:
    """Refused by the desk or by another rule of the line."""
    return problem(409 if any(one.code in CONFLICTS for one in errors) else 422, errors)


def of_error(error: Exception) -> Response | None:
    """The answer to an expected exception; None for one that is a fault of ours."""
    if isinstance(error, Denied):
        return problem(error.status, [error.refused])
    if isinstance(error, Malformed):
        return problem(404 if error.rule in NOT_FOUND else 422, [refusal(error, error.rule)])
    if isinstance(error, StoreError | Stopped):
        remedy = "ask for it before you send it again"
        return problem(503, [Refused("store", "", "the store did not answer", remedy, "record.md")])
    return None


def broken() -> Response:
    """A fault of ours; the log has it, the answer says nothing of it."""
    return problem(500, [Refused("broken", "", "this node has a fault", "see its log")])


async def not_found(request: Request, error: Exception) -> Response:
    """Paths and methods that no endpoint has; outside `/api` nobody is told more than the status."""
    status = getattr(error, "status_code", 404)
    headers = getattr(error, "headers", None)
    if not request.url.path.startswith("/api"):
        return Response(status_code=status, headers=headers)
    code, rule = (
        ("no-such-method", "not for this method") if status == 405 else ("no-such-path", "nothing here")
    )
    answer = problem(status, [Refused(code, "", rule, "see /api/openapi.json")])
    answer.headers.update(headers or {})
    return answer
