"""Asking witnesses: each own head that is new is shown to every witness that the site's settings name, with back-off.

A witness that fails holds up nothing: the head stands and is mirrored without it, and the next round asks again.
"""

from __future__ import annotations

from dataclasses import dataclass

import httpx2 as httpx
import structlog

from steerclear.config import WitnessSection
from steerclear.errors import Malformed
from steerclear.node.host import Host
from steerclear.node.node import Node
from steerclear.peers import witness
from steerclear.peers.client import Unreachable
from steerclear.record.cosignature import is_cosigner
from steerclear.record.keys import Verifier, parse_vkey
from steerclear.record.note import parse_note

log = structlog.get_logger(__name__)

ANYBODY = "authorities"
"""In place of a certificate's fingerprint: whoever the system's authorities vouch for."""
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 1_000, 600_000
"""After a failure; doubled each time. A witness's word is no part of life safety."""


@dataclass
class Asked:
    """One witness for one line: the own head that it cosigned last, how often it failed in a row, and when it may be
    asked again."""

    line: str
    url: str
    tls: str
    key: Verifier
    head: bytes = b""
    failed: int = 0
    retry_ms: int = 0
    reason: str = ""


def check_settings(sections: tuple[WitnessSection, ...]) -> None:
    """Raises `Malformed` `bad-setting` for a key that is no witness's."""
    for place, section in enumerate(sections):
        try:
            key = parse_vkey(section.vkey)
        except Malformed as error:
            raise _no_witness(place, str(error)) from error
        if not is_cosigner(key) or key.name.endswith("/mirror"):
            raise _no_witness(place, "a witness's key has algorithm 0x04 or 0x06 and is no mirror's")


def _no_witness(place: int, why: str) -> Malformed:
    return Malformed("bad-setting", field=f"witness[{place}].vkey", remedy=why, source="C2SP tlog-witness")


def wanted(node: Node, sections: tuple[WitnessSection, ...], known: list[Asked]) -> list[Asked]:
    """Whom to ask for which line, what is remembered of each kept. A line in recovery shows its head to nobody."""
    before = {(one.line, one.url, one.key.ref): one for one in known}
    out = []
    for line in sorted(node.lines):
        if node.lines[line].settings.recovery:
            continue
        for section in sections:
            key = parse_vkey(section.vkey)
            if line.startswith(section.line):
                url = section.url.rstrip("/")
                out.append(before.get((line, url, key.ref)) or Asked(line, url, section.tls or ANYBODY, key))
    return out


def due_ms(rows: list[Asked]) -> int | None:
    """When the first that failed may be asked again."""
    return min((one.retry_ms for one in rows if one.retry_ms), default=None)


async def ask(host: Host, http: httpx.AsyncClient, one: Asked) -> bool:
    """Show it the head, if that is new and its pause is over; whether it cosigned."""
    now = host.clock.now_ms()
    head = await host.run(lambda node: _head(node, one.line))
    if head in (b"", one.head) or now < one.retry_ms:
        return False
    try:
        time_s = await witness.ask(host, http, one.url, one.key, one.line)
    except (Unreachable, Malformed) as error:
        one.failed += 1
        one.reason = str(error)
        one.retry_ms = now + min(FIRST_PAUSE_MS << min(one.failed - 1, 16), LONGEST_PAUSE_MS)
        if one.failed == 1:
            log.warning("a witness did not cosign", witness=one.key.name, reason=one.reason)
        return False
    one.head, one.failed, one.retry_ms, one.reason = head, 0, 0, ""
    return bool(time_s)


def _head(node: Node, line: str) -> bytes:
    """The text of the newest own head: our own signature on it, renewed while idle, is no news to a witness."""
    checkpoint = node.line(line).own_log.checkpoint
    return parse_note(checkpoint).text if checkpoint else b""
