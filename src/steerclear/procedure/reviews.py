"""Reviews that a pattern opens: stops at several places of one party within 30 days (AT44)."""

from __future__ import annotations

from steerclear.procedure.context import Context
from steerclear.procedure.subject import Stop, Task
from steerclear.procedure.thread import Thread

PATTERN = "pattern"


def tasks(thread: Thread, context: Context, stop: Stop | None) -> list[Task]:
    """At every side, resolved or not, until a meeting or an incident names the stop."""
    if stop is None or not stop.pattern_of or stop.reviewed or not context.own:
        return []
    text = (
        f"{len(stop.pattern_of) + 1} places of one party were hit within the pattern watch: open a review "
        "(propose a meeting, or report an incident, that refers to this stop)."
    )
    return [
        Task(
            f"{thread.root.id}/task/pattern-review", thread.root.id, text, thread.root.at_ms, None, "releaser"
        )
    ]
