"""Verdicts over time intervals (record.md, Time of an entry; messages.md, Timers, last line)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from steerclear.procedure.said import Said
from steerclear.procedure.subject import Bounds
from steerclear.speech.texts import span as span

Verdict = Literal["in-time", "late", "disputed"]

SECOND_MS = 1_000
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000


def verdict(after_ms: int | None, before_ms: int | None, due_ms: int) -> Verdict:
    """Wholly before or at `due_ms`: in time; wholly after: late; else disputed.

    A narrower interval never contradicts an earlier verdict: it keeps it, or settles a dispute.
    """
    if before_ms is not None and before_ms <= due_ms:
        return "in-time"
    if after_ms is not None and after_ms > due_ms:
        return "late"
    return "disputed"


def verdict_of(said: Said, due_ms: int) -> Verdict:
    return verdict(said.after_ms, said.before_ms, due_ms)


def bounds(said: Said) -> Bounds:
    return Bounds(said.after_ms, said.before_ms)


def earliest(instants: Iterable[int | None]) -> int | None:
    """The earliest of the known instants."""
    return min((at for at in instants if at is not None), default=None)
