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
from dataclasses import dataclass, field

from steerclear.errors import Malformed
from steerclear.record.keys import Signer, Verifier
from steerclear.record.note import Note, format_note, parse_note, verify

HEADER = "steerclear-request"
DOMAIN = "steerclear/request/v1"
WINDOW_MS = 300_000
"""How far the sender's clock may be from the receiver's (record.md, Between nodes: ± 5 min)."""
MAX_HEADER = 4096
_TIME = re.compile(r"[1-9][0-9]{0,15}")
_NONCE = re.compile(r"[0-9a-f]{32}")

FindKey = Callable[[str], Verifier | None] | Mapping[str, Verifier]


@dataclass(frozen=True)
class Signed:
    """What a member's node key signed: who (key name), `METHOD target`, the body's SHA-256, when, and the nonce."""

    name: str
    request: str
    digest: str
    time_ms: int
    nonce: str


def sign_request(signer: Signer, method: str, target: str, body: bytes, now_ms: int, nonce: str) -> str:
    """The header's value. `target` is path and query exactly as sent; `nonce` 32 hex digits, never used twice."""
    digest = hashlib.sha256(body).hexdigest()
    text = f"{DOMAIN}\n{method} {target}\n{digest}\n{now_ms}\n{nonce}\n".encode()
    return base64.b64encode(format_note(Note(text, (signer.sign(text),)))).decode()


@dataclass
class NonceMemory:
    """Nonces of requests that could still be in time, so that a recorded request cannot be sent again.

    Two generations of twice the window each: what is forgotten was signed too long ago to be taken. A restart forgets
    all; every path bears repetition (docs/reference/between-nodes.md).
    """

    began_ms: int = 0
    young: set[str] = field(default_factory=set)
    old: set[str] = field(default_factory=set)

    @staticmethod
    def empty() -> NonceMemory:
        return NonceMemory()

    def first_time(self, nonce: str, now_ms: int) -> bool:
        """Whether this nonce is new; it is remembered."""
        if now_ms - self.began_ms >= 2 * WINDOW_MS:
            self.old = self.young if now_ms - self.began_ms < 4 * WINDOW_MS else set()
            self.young, self.began_ms = set(), now_ms
        if nonce in self.young or nonce in self.old:
            return False
        self.young.add(nonce)
        return True


def open_request(value: str, verifiers: FindKey) -> Signed:
    """What the header says and whose node key signed it; nothing of the request itself is looked at yet, so that a
    stranger's body is never read.

    `verifiers` gives the key for a key name, or None for a stranger. Raises `Malformed`: `request-unsigned`,
    `request-signature`, `request-grammar`.
    """
    find = verifiers.get if isinstance(verifiers, Mapping) else verifiers
    if len(value) > MAX_HEADER:
        raise Malformed("request-unsigned", field=HEADER, remedy=f"at most {MAX_HEADER} characters")
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
    if len(lines) != 6 or lines[0] != DOMAIN:
        raise Malformed("request-grammar", field=HEADER, remedy="five lines, the first names the domain")
    if not _TIME.fullmatch(lines[3]) or not _NONCE.fullmatch(lines[4]):
        raise Malformed("request-grammar", field=HEADER, remedy="Unix ms, then 32 lower-case hex digits")
    return Signed(name, lines[1], lines[2], int(lines[3]), lines[4])


def accept(signed: Signed, method: str, target: str, body: bytes, now_ms: int, nonces: NonceMemory) -> None:
    """Whether this is the request that was signed, now and for the first time. Raises `Malformed`: `request-target`,
    `request-body`, `request-time`, `request-replayed`; the nonce is remembered only when all else is good."""
    if signed.request != f"{method} {target}":
        raise Malformed("request-target", field=HEADER, remedy="the note signs another request")
    if signed.digest != hashlib.sha256(body).hexdigest():
        raise Malformed("request-body", field=HEADER, remedy="the body is not the one that was signed")
    if abs(signed.time_ms - now_ms) > WINDOW_MS:
        raise Malformed("request-time", field=HEADER, remedy="set the clock: more than five minutes apart")
    if not nonces.first_time(signed.nonce, now_ms):
        raise Malformed("request-replayed", field=HEADER, remedy="sign it again with a new nonce")


def check_request(
    value: str,
    method: str,
    target: str,
    body: bytes,
    now_ms: int,
    verifiers: FindKey,
    nonces: NonceMemory,
) -> str:
    """The key name of who asks, or `Malformed` naming what is wrong (`open_request`, then `accept`)."""
    signed = open_request(value, verifiers)
    accept(signed, method, target, body, now_ms, nonces)
    return signed.name
