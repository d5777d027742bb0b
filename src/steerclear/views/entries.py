"""Entries as the log list and the single view show them."""

from __future__ import annotations

from typing import Any

import msgspec

from steerclear.views.no_reply import NoReply


class EntryRow(msgspec.Struct, frozen=True):
    """One entry as the log list shows it: clear header's facts and where it stands, never its payload."""

    id: str
    log: str
    index: int
    depth: int
    kind: str
    author: str
    post: str
    mode: str
    life_safety: bool
    precedence: str
    released_ms: int
    to: tuple[str, ...]
    refs: tuple[str, ...]
    held: str
    marks: tuple[str, ...]
    after_ms: int | None
    before_ms: int | None
    delivered: dict[str, int]
    subject: str


class EntryView(msgspec.Struct, frozen=True):
    """One entry whole: the leaf as it stands in the log, the payload where this node may open it, and what can be said
    of addressees whose answer was due."""

    row: EntryRow
    leaf: str
    payload: Any = None
    salt: str = ""
    readback: str = ""
    no_reply: tuple[NoReply, ...] = ()
