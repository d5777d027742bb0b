"""What a node answers to other nodes: the static files of the logs it holds, payloads to their addressees, and five
posts. Every request is signed by a member's node key; a stranger gets 404 for everything.

Paths are tlog-tiles' under `/lines/<line>/logs/<party>/<epoch>/`; see `docs/reference/between-nodes.md`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from steerclear.errors import Malformed
from steerclear.node import compare, relay, standing
from steerclear.node.host import Host
from steerclear.node.node import Node
from steerclear.peers import wire
from steerclear.peers.request import HEADER, NonceMemory, accept, open_request
from steerclear.peers.sync import claims
from steerclear.record.note import parse_size

Answer = Callable[[Host, str, Request, bytes], Awaitable[bytes | None]]
"""(host, party that asks, request, body) → the answer's body, None for 404."""
LOG = "/lines/{line}/logs/{party}/{epoch}"


def routes(host: Host) -> list[Route]:
    """The routes of the peers' side; to be mounted at the root."""
    nonces = NonceMemory.empty()
    return [Route(path, _signed(host, nonces, answer), methods=[method]) for method, path, answer in TABLE]


async def _checkpoint(host: Host, party: str, request: Request, body: bytes) -> bytes | None:
    covering = _size(request, "covering")
    return await host.run(lambda node: relay.serve_checkpoint(node, *_log(request), covering))


async def _cosigned(host: Host, party: str, request: Request, body: bytes) -> bytes | None:
    start = _size(request, "start")
    notes = await host.run(lambda node: relay.serve_cosigned(node, *_log(request), start))
    return None if notes is None else wire.encode(wire.Cosigned(tuple(note.decode() for note in notes)))


async def _tile(host: Host, party: str, request: Request, body: bytes) -> bytes | None:
    path = request.path_params["path"]
    return await host.run(lambda node: relay.serve_tile(node, *_log(request), f"tile/{path}"))


async def _payload(host: Host, party: str, request: Request, body: bytes) -> bytes | None:
    line, leaf = request.path_params["line"], request.path_params["leaf"]
    found = await host.run(lambda node: relay.serve_payload(node, line, leaf, party))
    return None if found is None else wire.encode(wire.Delivered(found[0].hex(), found[1].decode()))


async def _heartbeat(host: Host, party: str, request: Request, body: bytes) -> bytes | None:
    line = request.path_params["line"]
    beat = wire.decode(body, wire.Beat)
    wire.check_beat(beat, line)
    note = wire.note_bytes(beat.checkpoint)

    def command(node: Node) -> relay.BeatOut:
        # more of our own log than we hold is believed only where our own heartbeat can ask for the proof
        holds = beat.holds | claims(node, line, beat.holds)
        return relay.heard(node, line, party, beat.time_ms, note, holds, beat.latency_ms)

    answer = await host.run(command)
    return wire.encode_padded(
        wire.BeatAnswer(answer.time_ms, answer.checkpoint.decode(), answer.holds, answer.cosigned.decode())
    )


async def _compared(host: Host, party: str, request: Request, body: bytes) -> bytes | None:
    line = request.path_params["line"]
    asked = wire.asked(wire.decode(body, wire.Compare))
    told = await host.run(lambda node: compare.answer(node, line, party, asked))
    return wire.encode_padded(wire.Comparison(told.time_ms, dict(told.holds), told.conflicts, told.subjects))


async def _cosignatures(host: Host, party: str, request: Request, body: bytes) -> bytes | None:
    notes = wire.notes(wire.decode(body, wire.Cosigned, limit=wire.MAX_BODY))
    line = request.path_params["line"]
    await host.run(lambda node: relay.take_cosigned(node, line, notes))
    return b"{}"


async def _hint(host: Host, party: str, request: Request, body: bytes) -> bytes | None:
    told = wire.decode(body, wire.Hint)
    line = request.path_params["line"]
    wire.check_origin(told.origin, line)
    await host.run(lambda node: relay.hinted(node, line, party, told.origin, told.size))
    return b"{}"


async def _carried(host: Host, party: str, request: Request, body: bytes) -> bytes | None:
    told = wire.decode(body, wire.Carried)
    line = request.path_params["line"]
    note = wire.note_bytes(told.note)
    salt, payload = wire.opening(told.salt, told.payload) if told.salt or told.payload else (b"", b"")
    await host.run(lambda node: standing.take_standalone(node, line, party, note, salt, payload))
    return b"{}"


TABLE: Final[tuple[tuple[str, str, Answer], ...]] = (
    ("GET", f"{LOG}/checkpoint", _checkpoint),
    ("GET", f"{LOG}/cosigned", _cosigned),
    ("GET", f"{LOG}/tile/{{path:path}}", _tile),
    ("GET", "/lines/{line}/payloads/{leaf}", _payload),
    ("POST", "/lines/{line}/heartbeat", _heartbeat),
    ("POST", "/lines/{line}/compare", _compared),
    ("POST", "/lines/{line}/cosignatures", _cosignatures),
    ("POST", "/lines/{line}/hint", _hint),
    ("POST", "/lines/{line}/carried", _carried),
)
"""Method, path, and who answers."""


def _signed(host: Host, nonces: NonceMemory, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of an answer that only members get: who asks is known before a byte of the body is read."""

    async def endpoint(request: Request) -> Response:
        line = request.path_params["line"]
        verifiers = await host.run(lambda node: node.node_keys(line))
        try:
            signed = open_request(request.headers.get(HEADER, ""), verifiers)
            body = await read_body(request, wire.MAX_BODY)
            if body is None:
                return Response(status_code=413)
            accept(signed, request.method, _target(request), body, host.clock.now_ms(), nonces)
        except Malformed as error:
            return Response(status_code=408 if error.rule == "request-time" else 404)
        try:
            found = await answer(host, signed.name.partition("/")[0], request, body)
        except Malformed as error:
            return Response(f"{error}\n", status_code=400, media_type="text/plain")
        if found is None:
            return Response(status_code=404)
        return Response(found, media_type="application/octet-stream")

    return endpoint


async def read_body(request: Request, limit: int) -> bytes | None:
    """The body, None when it is longer than `limit` or its sender went away; never more than that is kept."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                return None
            parts.append(part)
    except ClientDisconnect:
        return None
    return b"".join(parts)


def _target(request: Request) -> str:
    """Path and query as they were sent: what was signed is not what a decoder makes of it."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return (raw.partition(b"?")[0] + (b"?" + query if query else b"")).decode("latin-1")


def _log(request: Request) -> tuple[str, str]:
    line = request.path_params["line"]
    return line, f"{line}/{request.path_params['party']}/{request.path_params['epoch']}"


def _size(request: Request, name: str) -> int:
    """A size in the query, 0 where it is left out. Raises `Malformed`."""
    given = dict(parse_qsl(request.url.query, keep_blank_values=True)).get(name, "0")
    return parse_size(given)
