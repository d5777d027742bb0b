"""Pure witnesses (C2SP tlog-witness): a node that cosigns logs it does not read, and a log's own node that asks one.

A witness sees checkpoints and proofs, never an entry. Its key is its own (`keys/witness.secret`, a cosigner), never
the mirror's, whose cosignature also says that all leaves are held (record.md, Admission). Which logs it serves stands
in `witness.logs`, one vkey a line, named as the log's origin. `add-checkpoint` carries no signed request: the
checkpoint proves itself.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2 as httpx
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from steerclear.errors import Malformed
from steerclear.node.cosigned import take_cosigned
from steerclear.node.home import read_secret
from steerclear.node.host import Host
from steerclear.node.node import Node
from steerclear.peers.client import MAX_SMALL, TIMEOUT_S, Declined, Unreachable, bounded
from steerclear.peers.server import read_body
from steerclear.record import checkpoint, cosignature, witness
from steerclear.record.keys import Signer, Verifier, parse_vkey
from steerclear.record.note import MAX_NOTE, Note, format_note, parse_note, parse_signature_line, parse_size
from steerclear.record.note import signature_line as line_of
from steerclear.store.port import PutSide

KEY_FILE, LOGS_FILE = "keys/witness.secret", "witness.logs"
HEADS = "witness"
WITNESSED = "witnessed"
PATH = "/add-checkpoint"


class Kept(msgspec.Struct, frozen=True):
    """The last head cosigned of a log, as it stands in the side data; `root` hex."""

    size: int
    root: str


class Watch:
    """A node's work as a witness: its key, the logs it serves, and what it cosigned last of each. `heads` runs with
    the commands and is read again from the store after any that failed."""

    def __init__(self, signer: Signer, logs: dict[str, list[Verifier]]) -> None:
        self.signer = signer
        self.logs = logs
        self.heads: dict[str, witness.Head] | None = None

    def take(self, node: Node, body: bytes) -> witness.Cosign | witness.Declined:
        """A command: the answer, with what has to be durable before it is sent."""
        if self.heads is None:
            kept = {origin: msgspec.json.decode(data, type=Kept) for origin, data in _side(node).items()}
            self.heads = {o: witness.Head(o, one.size, bytes.fromhex(one.root)) for o, one in kept.items()}
        result = witness.answer(body, lambda origin: self.logs.get(origin, ()), self.heads.get)
        if isinstance(result, witness.Cosign):
            head = result.head
            self.heads[head.origin] = head
            node.put(PutSide(HEADS, head.origin, msgspec.json.encode(Kept(head.size, head.root.hex()))))
        return result


def read_watch(folder: Path) -> Watch | None:
    """The witness that lies in a node's folder, None where it is none. Raises `Malformed` for a key that is no
    cosigner or a line that is no vkey."""
    if not (folder / KEY_FILE).exists():
        return None
    signer = read_secret(folder / KEY_FILE)
    if not cosignature.is_cosigner(signer.verifier):
        raise Malformed("not-a-cosigner", field=KEY_FILE, remedy="a witness key has algorithm 0x04 or 0x06")
    logs: dict[str, list[Verifier]] = {}
    listed = (folder / LOGS_FILE).read_text() if (folder / LOGS_FILE).exists() else ""
    for line in listed.split("\n"):
        if line.strip() and not line.startswith("#"):
            key = parse_vkey(line.strip())
            logs.setdefault(key.name, []).append(key)
    return Watch(signer, logs)


def routes(host: Host, watch: Watch | None) -> list[Route]:
    """`POST /add-checkpoint`; none without a witness."""
    if watch is None:
        return []

    async def endpoint(request: Request) -> Response:
        body = await read_body(request, 2 * MAX_NOTE)
        if body is None:
            return Response(status_code=413)
        try:
            result = await host.run(lambda node: watch.take(node, body))
        except Exception:
            watch.heads = None
            raise
        if isinstance(result, witness.Cosign):
            line = cosignature.cosign(watch.signer, result.text, host.clock.now_ms() // 1000)
            return Response(line_of(line) + b"\n", media_type="text/plain")
        if result.known_size is not None:
            return Response(f"{result.known_size}\n", result.status, {"content-type": witness.SIZE_TYPE})
        return Response(f"{result.reason}\n", result.status, media_type="text/plain")

    return [Route(PATH, endpoint, methods=["POST"])]


async def ask(host: Host, http: httpx.AsyncClient, base: str, key: Verifier, line: str) -> int:
    """Have the own log of a line witnessed as it is signed now; the cosignature's time in seconds, 0 where nothing is
    signed yet. What it said is kept (`witnessed_note`), and where the line's policy names this witness it stands among
    the cosignatures of the log, which kits and other members are given.

    Raises `Unreachable` (`Declined` with its status), `Malformed` for an answer that is no good cosignature by `key`,
    and `witness-ahead` where the witness cosigned more of our log than we hold.
    """
    size = await host.run(lambda node: _known(node, line, key))
    for _ in range(2):
        made = await host.run(lambda node, size=size: _request(node, line, size))  # type: ignore[misc]
        if made is None:
            return 0
        note, body, held = made
        status, answer = await _post(http, base, body)
        if status != witness.CONFLICT or not answer.strip():
            break
        size = parse_size(answer.removesuffix(b"\n"))
        if size > held:
            raise Malformed("witness-ahead", field=line, remedy=f"it cosigned {size} entries, we hold {held}")
    if status != witness.OK:
        raise Declined(status, base + PATH)
    lines = [parse_signature_line(one) for one in answer.removesuffix(b"\n").split(b"\n")]
    text = parse_note(note).text
    good = [(cosignature.verify(text, one, key), one) for one in lines]
    for time_s, one in good:
        if time_s is not None:
            kept = format_note(Note(text, (parse_note(note).signatures[0], one)))
            await host.run(lambda node, kept=kept: _keep(node, line, key, kept))  # type: ignore[misc]
            return time_s
    raise Malformed("bad-cosignature", field=base, remedy=f"no good line by {key.ref}")


def _keep(node: Node, line: str, key: Verifier, note: bytes) -> None:
    """As side data, from which the next proof begins; where the line's policy names the witness also for proofs."""
    node.put(PutSide(f"{WITNESSED}/{line}", key.ref, note))
    take_cosigned(node, node.line(line), [note])


def witnessed_note(node: Node, line: str, key: Verifier) -> bytes | None:
    """Our newest checkpoint with this witness's cosignature."""
    return node.store.side(f"{WITNESSED}/{line}").get(key.ref)


def _known(node: Node, line: str, key: Verifier) -> int:
    note = witnessed_note(node, line, key)
    return checkpoint.parse_head(parse_note(note).text)[1] if note is not None else 0


def _request(node: Node, line_id: str, old: int) -> tuple[bytes, bytes, int] | None:
    """(our newest checkpoint, the body of the POST with the proof from `old` on, its size)."""
    log = node.line(line_id).own_log
    if log.head is None:
        return None
    size = log.head.size
    proof = tuple(log.tree.consistency(old, size)) if 0 < old < size else ()
    note = parse_note(log.checkpoint)
    bare = Note(note.text, tuple(one for one in note.signatures if one.name == log.origin))
    body = witness.format_request(witness.AddCheckpoint(old, proof, bare))
    return format_note(bare), body, size


async def _post(http: httpx.AsyncClient, base: str, body: bytes) -> tuple[int, bytes]:
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            http.stream(
                "POST", base + PATH, content=body, timeout=TIMEOUT_S, follow_redirects=False
            ) as answer,
        ):
            return answer.status_code, await bounded(answer, MAX_SMALL)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Unreachable(f"{base}: {error or type(error).__name__}") from error


def _side(node: Node) -> dict[str, bytes]:
    return node.store.side(HEADS)
