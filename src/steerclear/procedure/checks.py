"""The `line.check` that a person owes: daily on each carrier listed for life safety, and at each change of watch
(messages.md, Kinds and Timers).

A party has no roster here: its watch is who acts. The watch changed when another watch officer's key than before signs;
it is covered once that officer has checked the line, at the change or in the twelve hours before it, so that two who
share a watch do not ask each other at every entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from steerclear.procedure.subject import Task
from steerclear.procedure.worded import task
from steerclear.speech.parameters import Parameters

CHANGE = "change-of-watch"
ANY_CARRIER = "node"
"""Where nothing is listed, and what a check stands for that names no carrier: the line itself."""
DAILY = "tasks.check-daily"
_KEYS = {CHANGE: "tasks.check-change"}
"""As neutral as the check itself: nothing of events or places."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one party's own log shows: since when it is on the line, when a person last checked each carrier, when each
    officer last did, and who has acted since when (`changed`: another had acted before).
    """

    joined_ms: int
    carriers: Mapping[str, int] = field(default_factory=dict)
    officers: Mapping[str, int] = field(default_factory=dict)
    officer: str = ""
    since_ms: int = 0
    changed: bool = False


def due(checked: Checked, numbers: Parameters) -> tuple[tuple[str, int], ...]:
    """(carrier or `change-of-watch`, instant from which a check is due), whether that has come or not."""
    carriers = dict.fromkeys(numbers.life_safety_carriers or (ANY_CARRIER,))
    out = [
        (carrier, checked.carriers.get(carrier, checked.joined_ms) + numbers.check_person_ms)
        for carrier in carriers
    ]
    covered = checked.officers.get(checked.officer)
    early = checked.since_ms - numbers.nobody_heard_after_ms
    if checked.changed and (covered is None or covered < early):
        out.append((CHANGE, checked.since_ms))
    return tuple(out)


def check_tasks(line: str, checked: Checked, numbers: Parameters, now_ms: int) -> tuple[Task, ...]:
    """Tasks of the own watch, by since and id: what is due now. A check by a person ends its own."""
    found = [
        task(f"{line}/task/check:{what}", line, _KEYS.get(what, DAILY), at, at, "watch_officer", carrier=what)
        for what, at in due(checked, numbers)
        if at <= now_ms
    ]
    return tuple(sorted(found, key=lambda one: (one.since_ms, one.id)))


def next_check(checked: Checked, numbers: Parameters, now_ms: int) -> int | None:
    """The first instant after `now_ms` at which another check falls due."""
    return min((at for _, at in due(checked, numbers) if at > now_ms), default=None)
