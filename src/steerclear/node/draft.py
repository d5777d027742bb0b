"""What an officer wants to say, before anybody signs it."""

from __future__ import annotations

from typing import Any

import msgspec


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an officer wants to say, wire form. `signers` are key references, the officer who says it first; empty
    while nobody is named yet (then only the form is checked)."""

    kind: str
    mode: str = ""
    signers: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    life_safety: bool = False
    precedence: str = "ROUTINE"
    reply_by_ms: int = 0
    refs: tuple[str, ...] = ()
    supersedes: str = ""
    inner: dict[str, Any] = {}
    body: dict[str, Any] = {}
