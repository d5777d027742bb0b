"""Requests between nodes carry a signed note, so that no transport has to be trusted (record.md, Between nodes).

The note's text is five lines: domain, `METHOD target`, SHA-256 of the body, the sender's time in Unix ms, a nonce.
It is signed by the party's node key and travels base64-encoded in one header.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from steerclear.errors import Malformed
from steerclear.record.keys import Signer, Verifier
from steerclear.record.note import Note, format_note, parse_note, verify

HEADER = "steerclear-request"
DOMAIN = "steerclear/request/v1"
WINDOW_MS = 300_000
_TIME = re.compile(r"[1-9][0-9]{0,15}")
_NONCE = re.compile(r"[0-9a-f]{32}")


def sign_request(signer: Signer, method: str, target: str, body: bytes, now_ms: int, nonce: str) -> str:
    """The header's value. `target` is path and query exactly as sent; `nonce` 32 hex digits, never used twice."""
    digest = hashlib.sha256(body).hexdigest()
    text = f"{DOMAIN}\n{method} {target}\n{digest}\n{now_ms}\n{nonce}\n".encode()
    return base64.b64encode(format_note(Note(text, (signer.sign(text),)))).decode()


@dataclass
class NonceMemory:
    """Nonces seen within the window, so that a recorded request cannot be sent again."""

    seen: dict[str, int]

    @staticmethod
    def empty() -> NonceMemory:
        return NonceMemory({})

    def first_time(self, nonce: str, now_ms: int) -> bool:
        if len(self.seen) > 10_000:
            self.seen = {known: at for known, at in self.seen.items() if abs(now_ms - at) <= 2 * WINDOW_MS}
        if nonce in self.seen:
            return False
        self.seen[nonce] = now_ms
        return True


def check_request(
    value: str,
    method: str,
    target: str,
    body: bytes,
    now_ms: int,
    verifiers: Callable[[str], Verifier | None] | Mapping[str, Verifier],
    nonces: NonceMemory,
) -> str:
    """The key name of who asks, or `Malformed` naming what is wrong.

    `verifiers` gives the key for a key name, or None for a stranger.
    """
    find = verifiers.get if isinstance(verifiers, Mapping) else verifiers
    try:
        note = parse_note(base64.b64decode(value.encode(), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Malformed(
            "request-unsigned", field=HEADER, remedy="sign the request with the node key"
        ) from error
    if len(note.signatures) != 1:
        raise Malformed("request-signature", field=HEADER, remedy="exactly one signature")
    name = note.signatures[0].name
    verifier = find(name)
    if verifier is None or not verify(note, verifier):
        raise Malformed("request-signature", field=HEADER, remedy="only members of the line are answered")
    lines = note.text.decode().split("\n")
    if len(lines) != 6 or lines[0] != DOMAIN or lines[1] != f"{method} {target}":
        raise Malformed("request-target", field=HEADER, remedy="the note signs another request")
    if lines[2] != hashlib.sha256(body).hexdigest():
        raise Malformed("request-body", field=HEADER, remedy="the body is not the one that was signed")
    if not _TIME.fullmatch(lines[3]) or not _NONCE.fullmatch(lines[4]):
        raise Malformed("request-grammar", field=HEADER)
    if abs(int(lines[3]) - now_ms) > WINDOW_MS:
        raise Malformed("request-time", field=HEADER, remedy="set the clock: more than five minutes apart")
    if not nonces.first_time(lines[4], now_ms):
        raise Malformed("request-replayed", field=HEADER)
    return name
