"""Overlap queries: asked, answered, and treated as a conflict until their asker withdraws them.

messages.md, Areas: overlap, none, uncertain (treated as conflict); design/overlap.md: a fault is treated as a
conflict. While no query is computed between nodes nobody knows more than `uncertain`, whatever is said.
boundary.md: queries are budgeted; one beyond the month's cap is stored, marked, and a conflict like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from steerclear.procedure.context import Context
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Overlap, Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import task
from steerclear.units import format_time

KIND = "overlap.query"
OVER = "over-budget"
TREATED = "treated-as-conflict"


def overlap(thread: Thread) -> Overlap | None:
    """None for what is no query, and for one that was withdrawn."""
    if thread.root.kind != KIND or thread.closing is not None:
        return None
    said = {
        one.author: getattr(one.body, "answer", "") or "uncertain"
        for one in thread.answers
        if one.kind == "overlap.result"
    }
    return Overlap("uncertain", "conflict", said, getattr(thread.root.body, "slots", None))


def marks(thread: Thread, context: Context) -> tuple[str, ...]:
    if thread.root.kind != KIND:
        return ()
    over = (OVER,) if thread.root.id in context.over_budget else ()
    return over if thread.closing is not None else (*over, TREATED)


def tasks(thread: Thread, context: Context) -> list[Task]:
    """For each addressee: say that it is uncertain, so that the record shows an answer."""
    waiting = context.own in thread.to and not thread.of(context.own, "overlap.result", "reply")
    if thread.root.kind != KIND or thread.closing is not None or not waiting:
        return []
    root, author = thread.root, context.name(thread.root.author)
    made, key = f"{root.id}/task/overlap", "tasks.overlap"
    return [task(made, root.id, key, root.at_ms, None, "releaser", author=author)]


def over_budget(queries: Iterable[Said], context: Context) -> frozenset[str]:
    """Those beyond the cap of their author's month, counted in each log's own order."""
    counts: Counter[tuple[str, str, str]] = Counter()
    found = []
    for said in sorted(queries, key=lambda one: (one.origin, one.index)):
        month = (said.author, said.header.mode, month_of(said.header.released_ms))
        counts[month] += 1
        if counts[month] > context.parameters(said).overlap_queries_a_month:
            found.append(said.id)
    return frozenset(found)


def month_of(at_ms: int) -> str:
    """`2026-10`, in UTC."""
    return format_time(at_ms)[:7]
