"""Reviews that a pattern opens: stops at several places of one party within 30 days (AT44)."""

from __future__ import annotations

from steerclear.procedure.context import Context
from steerclear.procedure.subject import Stop, Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import task

PATTERN = "pattern"


def tasks(thread: Thread, context: Context, stop: Stop | None) -> list[Task]:
    """At every side, resolved or not, until a meeting or an incident names the stop."""
    if stop is None or not stop.pattern_of or stop.reviewed or not context.own:
        return []
    root, count = thread.root, len(stop.pattern_of) + 1
    made, key = f"{root.id}/task/pattern-review", "tasks.pattern-review"
    return [task(made, root.id, key, root.at_ms, None, "releaser", count=count)]
