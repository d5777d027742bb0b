"""What a node asks of another node. Every answer proves itself: this file verifies nothing but sizes and grammar."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import httpx2 as httpx
import msgspec

from steerclear.clock import Clock
from steerclear.errors import Malformed
from steerclear.peers import wire
from steerclear.peers.request import HEADER, sign_request
from steerclear.record.keys import Signer

TIMEOUT_S = 10.0
MAX_ANSWER = 32 << 20


class Unreachable(Exception):
    """No answer, or none of this protocol; the sentence says which."""


@dataclass(frozen=True)
class PeerClient:
    """One peer on one line. `base` is its address without a trailing slash; `transport` carries the requests."""

    line: str
    base: str
    signer: Signer
    clock: Clock
    http: httpx.AsyncClient

    async def checkpoint(self, origin: str) -> bytes | None:
        return await self._get(f"/lines/{_log_path(origin)}/checkpoint")

    async def cosigned(self, origin: str, start: int) -> tuple[bytes, ...]:
        """Checkpoint notes with cosignatures, sizes from `start` on."""
        body = await self._get(f"/lines/{_log_path(origin)}/cosigned?start={start}")
        if body is None:
            return ()
        return tuple(note.encode() for note in wire.decode(body, wire.Cosigned, limit=MAX_ANSWER).notes)

    async def tile(self, origin: str, path: str) -> bytes | None:
        return await self._get(f"/lines/{_log_path(origin)}/{path}")

    async def payload(self, leaf: str) -> tuple[bytes, bytes] | None:
        """(salt, payload) or None when the peer does not give it."""
        body = await self._get(f"/lines/{self.line}/payloads/{leaf}")
        if body is None:
            return None
        found = wire.decode(body, wire.Delivered)
        try:
            return bytes.fromhex(found.salt), found.payload.encode()
        except ValueError as error:
            raise Malformed("bad-hex", field="salt") from error

    async def heartbeat(self, beat: wire.Beat) -> wire.BeatAnswer:
        body = await self._post(f"/lines/{self.line}/heartbeat", wire.encode_padded(beat))
        return wire.decode(body, wire.BeatAnswer)

    async def cosignatures(self, notes: tuple[bytes, ...]) -> None:
        told = wire.Cosigned(tuple(note.decode() for note in notes))
        await self._post(f"/lines/{self.line}/cosignatures", wire.encode(told))

    async def hint(self, origin: str, size: int) -> None:
        await self._post(f"/lines/{self.line}/hint", wire.encode(wire.Hint(origin, size)))

    async def carried(self, note: bytes, salt: bytes, payload: bytes) -> None:
        told = wire.Carried(note.decode(), salt.hex(), payload.decode())
        await self._post(f"/lines/{self.line}/carried", wire.encode(told))

    async def _get(self, target: str) -> bytes | None:
        response = await self._send("GET", target, b"")
        if response.status_code == 404:
            return None
        return self._body(response, target)

    async def _post(self, target: str, body: bytes) -> bytes:
        return self._body(await self._send("POST", target, body), target)

    async def _send(self, method: str, target: str, body: bytes) -> httpx.Response:
        nonce = secrets.token_hex(16)
        value = sign_request(self.signer, method, target, body, self.clock.now_ms(), nonce)
        try:
            return await self.http.request(
                method, self.base + target, content=body, headers={HEADER: value}, timeout=TIMEOUT_S
            )
        except (httpx.HTTPError, OSError) as error:
            raise Unreachable(f"{self.base}: {error or type(error).__name__}") from error

    def _body(self, response: httpx.Response, target: str) -> bytes:
        if response.status_code != 200:
            raise Unreachable(f"{self.base}{target}: status {response.status_code}")
        if len(response.content) > MAX_ANSWER:
            raise Unreachable(f"{self.base}{target}: more than {MAX_ANSWER} bytes")
        return response.content


def holds(answer: wire.BeatAnswer) -> dict[str, int]:
    return dict(msgspec.structs.asdict(answer)["holds"])


def _log_path(origin: str) -> str:
    line, party, epoch = origin.split("/")
    return f"{line}/logs/{party}/{epoch}"
