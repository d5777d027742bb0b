"""What is due, rings, or has to be done, and the bounds of when something was said."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

DeadlineState = Literal["open", "met", "late", "disputed", "missed", "cancelled"]


class Bounds(msgspec.Struct, frozen=True):
    """A time interval: not before `after_ms`, not after `before_ms`; `None` where nothing proves it yet."""

    after_ms: int | None = None
    before_ms: int | None = None


class Deadline(msgspec.Struct, frozen=True):
    id: str
    subject: str
    rule: str
    step: str
    due_ms: int
    party: str
    state: DeadlineState
    met_ms: int | None = None
    met_by: str = ""
    bounds: Bounds = Bounds()


class Alarm(msgspec.Struct, frozen=True):
    """`text`, `consequence` and `action` are English; `key` and `parameters` are what any language is made of
    (`speech/texts`; '' where there is no more than the English). `mode`, `kind` and `place` (its title, in English;
    `titled` for any language) are those of its subject, as far as they may be shown; the node fills them in."""

    id: str
    subject: str
    rule: str
    step: str
    text: str
    consequence: str
    action: str
    since_ms: int
    party: str
    life_safety: bool
    revised: bool = False
    grouped: tuple[str, ...] = ()
    key: str = ""
    parameters: dict[str, Any] = {}
    mode: str = ""
    kind: str = ""
    place: str = ""
    titled: dict[str, Any] = {}


class Task(msgspec.Struct, frozen=True):
    """What somebody should do next; its last six fields as those of an alarm."""

    id: str
    subject: str
    text: str
    since_ms: int
    due_ms: int | None
    for_role: str
    key: str = ""
    parameters: dict[str, Any] = {}
    mode: str = ""
    kind: str = ""
    place: str = ""
    titled: dict[str, Any] = {}
