"""The clear header: what stands in the leaf for every member of the line to see (messages.md, Header)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Mode = Literal["REAL", "EXERCISE", "TEST"]
Precedence = Literal["ROUTINE", "PRIORITY", "IMMEDIATE", "FLASH"]


class Seen(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How much of one peer's log the author had mirrored: size, root (hex), and the newest Ed25519 cosignature of
    that peer on the author's own log (one signature line, base64 part) with the size it covers."""

    size: int
    root: str
    cosignature: str = ""
    cosigned_size: int = 0
    cosigned_root: str = ""


class Header(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One JCS line of the leaf. Ids and hashes are lower-case hex, instants Unix ms UTC, keys `name+id8`.

    `log` is `<party>/<epoch>`; with `line` before it the log's origin. A stand-alone life-safety note has no
    `log`, `officer_seq`, `officer_prev` and `seen` (record.md, Life safety without a log).
    """

    v: int
    line: str
    kind: str
    author: str
    officer: str
    mode: Mode
    signers: tuple[str, ...]
    released_ms: int
    log: str = ""
    officer_seq: int = 0
    officer_prev: str = ""
    life_safety: bool = False
    precedence: Precedence = "ROUTINE"
    to: tuple[str, ...] = ()
    reply_by_ms: int = 0
    refs: tuple[str, ...] = ()
    supersedes: str = ""
    commitment: str = ""
    seen: dict[str, Seen] = {}
    record: dict[str, Any] = {}
    pad: str = ""
