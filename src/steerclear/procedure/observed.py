"""Observed status of the line to one member: measured from heartbeats and entries, never declared
(messages.md, Timers: 60 s missed, degraded; 5 min, silent).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from steerclear.speech.parameters import Parameters

Observed = Literal[
    "up",
    "degraded",
    "silent",
    "suspended",
    "suspended-but-alive",
    "dormant",
    "fork-held",
    "restored",
    "never-heard",
]


@dataclass(frozen=True, slots=True)
class Heard:
    """What this node measured of one member: the last heartbeat or entry, when a silence last ended, and
    whether its log forked. Side data of the node.
    """

    last_ms: int | None = None
    restored_ms: int | None = None
    forked: bool = False


def observed(
    heard: Heard,
    parameters: Parameters,
    now_ms: int,
    *,
    suspended: bool = False,
    dormant: bool = False,
    checked_ms: int | None = None,
) -> Observed:
    """`suspended` and `dormant` are what stands declared by either side; `checked_ms` the member's last check
    by a person, which ends `restored`.
    """
    if heard.forked:
        return "fork-held"
    if heard.last_ms is None:
        return "suspended" if suspended else "dormant" if dormant else "never-heard"
    age = now_ms - heard.last_ms
    silent = age >= parameters.silent_after_ms
    if suspended:
        return "suspended" if silent else "suspended-but-alive"
    if dormant and silent:
        return "dormant"
    if silent:
        return "silent"
    if age >= parameters.degraded_after_ms:
        return "degraded"
    since = heard.restored_ms
    fresh = since is not None and now_ms < since + parameters.check_machine_ms
    return (
        "restored" if fresh and (checked_ms is None or (since is not None and checked_ms < since)) else "up"
    )


def next_change(heard: Heard, parameters: Parameters, now_ms: int) -> int | None:
    """The next instant at which silence alone, or time, changes the status."""
    instants = []
    if heard.last_ms is not None:
        instants += [heard.last_ms + parameters.degraded_after_ms, heard.last_ms + parameters.silent_after_ms]
    if heard.restored_ms is not None:
        instants.append(heard.restored_ms + parameters.check_machine_ms)
    return min((at for at in instants if at > now_ms), default=None)
