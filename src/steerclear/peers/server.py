"""What a node answers to other nodes: the static files of the logs it holds, payloads to their addressees, and four
posts. Every request is signed by a member's node key; a stranger gets 404 for everything.

Paths are tlog-tiles' under `/lines/<line>/logs/<party>/<epoch>/`; see `docs/reference/between-nodes.md`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from steerclear.errors import Malformed
from steerclear.node import relay, standing
from steerclear.node.host import Host
from steerclear.peers import wire
from steerclear.peers.request import HEADER, NonceMemory, check_request

MAX_BODY = 8 << 20
Answer = Callable[[str, Request, bytes], Awaitable[bytes | None]]


def routes(host: Host) -> list[Route]:
    """The routes of the peers' side; to be mounted at the root."""
    nonces = NonceMemory.empty()

    def signed(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            if len(body) > MAX_BODY:
                return Response(status_code=413)
            line = request.path_params["line"]
            target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            verifiers = await host.run(lambda node: node.node_keys(line))
            try:
                name = check_request(
                    request.headers.get(HEADER, ""),
                    request.method,
                    target,
                    body,
                    host.clock.now_ms(),
                    verifiers,
                    nonces,
                )
            except Malformed as error:
                return Response(status_code=404 if error.rule != "request-time" else 408)
            try:
                found = await answer(name.partition("/")[0], request, body)
            except Malformed as error:
                return Response(str(error), status_code=400, media_type="text/plain")
            if found is None:
                return Response(status_code=404)
            return Response(found, media_type="application/octet-stream")

        return endpoint

    async def checkpoint(party: str, request: Request, body: bytes) -> bytes | None:
        return await host.run(lambda node: relay.serve_checkpoint(node, *_log(request)))

    async def cosigned(party: str, request: Request, body: bytes) -> bytes | None:
        start = request.query_params.get("start", "0")
        if not start.isascii() or not start.isdigit() or len(start) > 16:
            raise Malformed("bad-size", field="start")
        notes = await host.run(lambda node: relay.serve_cosigned(node, *_log(request), int(start)))
        return None if notes is None else wire.encode(wire.Cosigned(tuple(note.decode() for note in notes)))

    async def tile(party: str, request: Request, body: bytes) -> bytes | None:
        path = request.path_params["path"]
        return await host.run(lambda node: relay.serve_tile(node, *_log(request), f"tile/{path}"))

    async def payload(party: str, request: Request, body: bytes) -> bytes | None:
        line, leaf = request.path_params["line"], request.path_params["leaf"]
        found = await host.run(lambda node: relay.serve_payload(node, line, leaf, party))
        return None if found is None else wire.encode(wire.Delivered(found[0].hex(), found[1].decode()))

    async def heartbeat(party: str, request: Request, body: bytes) -> bytes | None:
        beat = wire.decode(body, wire.Beat)
        line = request.path_params["line"]
        answer = await host.run(
            lambda node: relay.heard(
                node, line, party, beat.time_ms, beat.checkpoint.encode(), beat.holds, beat.latency_ms
            )
        )
        return wire.encode_padded(
            wire.BeatAnswer(
                answer.time_ms, answer.checkpoint.decode(), answer.holds, answer.cosigned.decode()
            )
        )

    async def cosignatures(party: str, request: Request, body: bytes) -> bytes | None:
        notes = wire.decode(body, wire.Cosigned, limit=MAX_BODY).notes
        line = request.path_params["line"]
        await host.run(lambda node: relay.take_cosigned(node, line, [note.encode() for note in notes]))
        return b"{}"

    async def hint(party: str, request: Request, body: bytes) -> bytes | None:
        told = wire.decode(body, wire.Hint)
        line = request.path_params["line"]
        await host.run(lambda node: relay.hinted(node, line, party, told.origin, told.size))
        return b"{}"

    async def carried(party: str, request: Request, body: bytes) -> bytes | None:
        told = wire.decode(body, wire.Carried)
        line = request.path_params["line"]
        await host.run(
            lambda node: standing.take_standalone(
                node, line, party, told.note.encode(), _hex(told.salt), told.payload.encode()
            )
        )
        return b"{}"

    log = "/lines/{line}/logs/{party}/{epoch}"
    return [
        Route(f"{log}/checkpoint", signed(checkpoint), methods=["GET"]),
        Route(f"{log}/cosigned", signed(cosigned), methods=["GET"]),
        Route(f"{log}/tile/{{path:path}}", signed(tile), methods=["GET"]),
        Route("/lines/{line}/payloads/{leaf}", signed(payload), methods=["GET"]),
        Route("/lines/{line}/heartbeat", signed(heartbeat), methods=["POST"]),
        Route("/lines/{line}/cosignatures", signed(cosignatures), methods=["POST"]),
        Route("/lines/{line}/hint", signed(hint), methods=["POST"]),
        Route("/lines/{line}/carried", signed(carried), methods=["POST"]),
    ]


def _log(request: Request) -> tuple[str, str]:
    line = request.path_params["line"]
    return line, f"{line}/{request.path_params['party']}/{request.path_params['epoch']}"


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Malformed("bad-hex", field="salt", remedy="lower-case hex") from error
