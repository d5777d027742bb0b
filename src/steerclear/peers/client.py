"""What a node asks of another node. Every answer proves itself: this file verifies nothing but sizes and grammar."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import httpx2 as httpx

from steerclear.clock import Clock
from steerclear.node.compare import Asked, Told
from steerclear.peers import wire
from steerclear.peers.request import HEADER, sign_request
from steerclear.record.keys import Signer
from steerclear.record.note import MAX_NOTE
from steerclear.record.tiles import MAX_LEAF, WIDTH

TIMEOUT_S = 10.0
"""For a whole request, from asking to the answer's last byte: a peer that drips bytes is as good as silent."""
MAX_SMALL = 1 << 20
MAX_ENTRIES = WIDTH * (MAX_LEAF + 2)
MAX_COSIGNED = 32 << 20
"""Bytes of an answer: an entry bundle, a page of cosigned checkpoints, anything else."""


class Unreachable(Exception):
    """No answer, or none of this protocol; the sentence says which."""


class Declined(Unreachable):
    """The peer answered, but with this status."""

    def __init__(self, status: int, where: str) -> None:
        self.status = status
        said = "our clocks are more than five minutes apart" if status == 408 else f"status {status}"
        super().__init__(f"{where}: {said}")


def new_nonce() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True)
class PeerClient:
    """One peer on one line. `base` is its address without a trailing slash; `http` carries the requests; `nonce` gives
    32 hex digits, never the same twice. Every method raises `Unreachable`, and `Malformed` for an answer of another
    grammar."""

    line: str
    base: str
    signer: Signer
    clock: Clock
    http: httpx.AsyncClient
    nonce: Callable[[], str] = new_nonce
    timeout_s: float = TIMEOUT_S

    async def checkpoint(self, origin: str, covering: int = 0) -> bytes | None:
        """The newest head, or with `covering` the smallest one of that size or more."""
        query = f"?covering={covering}" if covering else ""
        return await self._get(f"/lines/{log_path(origin)}/checkpoint{query}", MAX_NOTE)

    async def cosigned(self, origin: str, start: int) -> tuple[bytes, ...]:
        """Checkpoint notes with cosignatures, sizes from `start` on, smallest first, `wire.MAX_NOTES` at most."""
        body = await self._get(f"/lines/{log_path(origin)}/cosigned?start={start}", MAX_COSIGNED)
        if body is None:
            return ()
        return wire.notes(wire.decode(body, wire.Cosigned, limit=MAX_COSIGNED))

    async def tile(self, origin: str, path: str) -> bytes | None:
        return await self._get(f"/lines/{log_path(origin)}/{path}", MAX_ENTRIES)

    async def payload(self, leaf: str) -> tuple[bytes, bytes] | None:
        """(salt, payload) or None when the peer does not give it."""
        body = await self._get(f"/lines/{self.line}/payloads/{leaf}", MAX_SMALL)
        if body is None:
            return None
        found = wire.decode(body, wire.Delivered)
        return wire.opening(found.salt, found.payload)

    async def heartbeat(self, beat: wire.Beat) -> wire.BeatAnswer:
        body = await self._post(f"/lines/{self.line}/heartbeat", wire.encode_padded(beat))
        answer = wire.decode(body, wire.BeatAnswer)
        wire.check_beat(answer, self.line)
        return answer

    async def compare(self, asked: Asked) -> Told | None:
        """What the peer shows of these; None from one that does not know the question."""
        body = wire.encode_padded(wire.Compare(asked.conflicts, asked.subjects))
        try:
            found = await self._post(f"/lines/{self.line}/compare", body)
        except Declined as error:
            if error.status in (404, 405):
                return None
            raise
        told = wire.decode(found, wire.Comparison)
        wire.check_comparison(told, self.line)
        return Told(told.time_ms, told.holds, told.conflicts, told.subjects)

    async def cosignatures(self, notes: tuple[bytes, ...]) -> None:
        told = wire.Cosigned(tuple(note.decode() for note in notes))
        await self._post(f"/lines/{self.line}/cosignatures", wire.encode(told))

    async def hint(self, origin: str, size: int) -> None:
        await self._post(f"/lines/{self.line}/hint", wire.encode(wire.Hint(origin, size)))

    async def carried(self, note: bytes, salt: bytes, payload: bytes) -> None:
        told = wire.Carried(note.decode(), salt.hex(), payload.decode())
        await self._post(f"/lines/{self.line}/carried", wire.encode(told))

    async def _get(self, target: str, limit: int) -> bytes | None:
        try:
            return await self._send("GET", target, b"", limit)
        except Declined as error:
            if error.status == 404:
                return None
            raise

    async def _post(self, target: str, body: bytes) -> bytes:
        return await self._send("POST", target, body, MAX_SMALL)

    async def _send(self, method: str, target: str, body: bytes, limit: int) -> bytes:
        value = sign_request(self.signer, method, target, body, self.clock.now_ms(), self.nonce())
        headers = {HEADER: value, "accept-encoding": "identity"}
        url = self.base + target
        try:
            async with (
                asyncio.timeout(self.timeout_s),
                self.http.stream(
                    method, url, content=body, headers=headers, timeout=self.timeout_s, follow_redirects=False
                ) as response,
            ):
                if response.status_code != 200:
                    raise Declined(response.status_code, url)
                return await bounded(response, limit)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unreachable(f"{self.base}: {error or type(error).__name__}") from error


async def bounded(response: httpx.Response, limit: int) -> bytes:
    """The answer as sent, never more of it than `limit`; one that is compressed all the same reads as garbage."""
    parts, size = [], 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > limit:
            raise Unreachable(f"{response.url}: more than {limit} bytes")
        parts.append(part)
    return b"".join(parts)


def log_path(origin: str) -> str:
    """`<line>/logs/<party>/<epoch>`."""
    line, party, epoch = origin.split("/")
    return f"{line}/logs/{party}/{epoch}"
