"""Who asks: officers by a note that their key signed, the administrator by a token in the node's folder.

A signed act is a note of five or six lines: domain, party, line, (what it is about,) time in Unix ms, nonce of 32 hex.
It counts for five minutes either way and once. No password of an officer exists anywhere (record.md, Keys).
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec

from steerclear.errors import Malformed
from steerclear.node.home import write_private
from steerclear.node.node import Node
from steerclear.record.keyring import KeyInfo
from steerclear.record.keys import Signer
from steerclear.record.note import Note, format_note, parse_note, verify

LOGIN = "steerclear/login/v1"
WINDOW_MS = 300_000
SESSION_MS = 12 * 3_600_000
"""A watch: the token ends with it."""
MAX_SESSIONS = 10_000
ADMIN_FILE = "admin.token"
_TIME = re.compile(r"[1-9][0-9]{0,15}")
_NONCE = re.compile(r"[0-9a-f]{32}")


class Session(msgspec.Struct, frozen=True):
    """Who holds a token, on which line, until when. `ref` is the key reference, '' for the administrator."""

    ref: str
    line: str
    post: str
    roles: tuple[str, ...]
    expires_ms: int

    @property
    def admin(self) -> bool:
        return not self.ref


@dataclass
class Sessions:
    """Tokens in memory only; a restart logs everybody out. Used on the event loop's thread alone."""

    admin_digest: bytes
    held: dict[str, Session] = field(default_factory=dict)
    nonces: dict[str, int] = field(default_factory=dict)

    def begin(self, session: Session, now_ms: int) -> str:
        """A new token. The oldest go when there are too many."""
        if len(self.held) >= MAX_SESSIONS:
            self.held = {token: one for token, one in self.held.items() if now_ms < one.expires_ms}
            while len(self.held) >= MAX_SESSIONS:
                del self.held[next(iter(self.held))]
        token = secrets.token_urlsafe(32)
        self.held[token] = session
        return token

    def of(self, authorization: str, now_ms: int) -> Session | None:
        """Who the `Authorization` header names, None for nobody."""
        if not authorization.startswith("Bearer "):
            return None
        token = authorization[7:]
        session = self.held.get(token)
        if session is not None:
            if now_ms < session.expires_ms:
                return session
            del self.held[token]
            return None
        if hmac.compare_digest(sha256(token.encode("utf-8", "replace")).digest(), self.admin_digest):
            return Session("", "", "", (), 0)
        return None

    def end(self, authorization: str) -> None:
        self.held.pop(authorization.removeprefix("Bearer "), None)

    def once(self, nonce: str, now_ms: int) -> bool:
        """False for a nonce seen within the window."""
        if len(self.nonces) > 10_000:
            self.nonces = {known: at for known, at in self.nonces.items() if now_ms - at <= 2 * WINDOW_MS}
        if nonce in self.nonces:
            return False
        self.nonces[nonce] = now_ms
        return True


def admin_token(home: Path) -> str:
    """The administrator's token, made on first use (mode 0600)."""
    path = home / ADMIN_FILE
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32).encode() + b"\n")
    return path.read_text().strip()


class Act(msgspec.Struct, frozen=True):
    """A signed act whose grammar is right; `signed` are not yet checked."""

    party: str
    line: str
    about: str
    time_ms: int
    nonce: str
    note: Note


def act_text(domain: str, party: str, line: str, about: str, time_ms: int, nonce: str) -> bytes:
    """What the officers sign; `about` '' leaves its line out."""
    lines = [domain, party, line, *([about] if about else []), str(time_ms), nonce]
    return ("\n".join(lines) + "\n").encode()


def sign_act(
    domain: str, signers: list[Signer], party: str, line: str, time_ms: int, nonce: str, about: str = ""
) -> str:
    """The note, for clients."""
    text = act_text(domain, party, line, about, time_ms, nonce)
    return format_note(Note(text, tuple(one.sign(text) for one in signers))).decode()


def read_act(domain: str, note: str, now_ms: int, *, about: bool = False) -> Act:
    """The act in a note. Raises `Malformed`: `bad-act`, `act-time`, and what notes raise."""
    parsed = parse_note(note.encode("utf-8", "replace"))
    lines = parsed.text.decode().split("\n")
    if len(lines) != (7 if about else 6) or lines[0] != domain:
        raise Malformed(
            "bad-act", field="note", remedy=f"{domain}, party, line, time in ms and nonce, a line each"
        )
    party, line, *rest, time_text, nonce, _ = lines[1:]
    if not _TIME.fullmatch(time_text) or not _NONCE.fullmatch(nonce):
        raise Malformed("bad-act", field="note", remedy="a time in Unix ms and a nonce of 32 hex digits")
    if abs(int(time_text) - now_ms) > WINDOW_MS:
        raise Malformed(
            "act-time", field="note", remedy="set the clock and sign again: it counts for five minutes"
        )
    return Act(party, line, rest[0] if rest else "", int(time_text), nonce, parsed)


def signers_of(node: Node, act: Act, line: str = "") -> list[KeyInfo]:
    """The officers' keys of this party, valid in its own log now, that signed the act well, each once. Raises
    `Malformed` `bad-signature` when any signature is of nobody or bad."""
    if act.party != node.party:
        raise Malformed("other-party", field="note", remedy="sign for the party of this node")
    log = node.line(line or act.line).own_log
    ring = log.state.ring
    found: dict[str, KeyInfo] = {}
    for signature in act.note.signatures:
        info = ring.find(signature.ref, log.size) if ring is not None else None
        if info is None or info.sort != "officer" or not verify(act.note, info.verifier):
            raise Malformed(
                "bad-signature", field="note", remedy="sign with an officer's key valid on this line"
            )
        found[info.ref] = info
    return list(found.values())


def still_valid(node: Node, session: Session) -> bool:
    """Whether the key of a session still counts in the own log."""
    line = node.lines.get(session.line)
    if line is None:
        return False
    log = line.own_log
    return log.state.ring is not None and log.state.ring.find(session.ref, log.size) is not None
