"""Hours in which a member said that nobody answers at its end, held against an activity's window (AT38).

messages.md, line.roster: outward only covered or not covered. What no roster names is not said, and is shown as
such nowhere: only a stated gap is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from steerclear.procedure.bodies import instant
from steerclear.procedure.context import Context, Span
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Addressee, Task, Uncovered
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import task
from steerclear.speech.texts import text


def rosters(entries: Iterable[Said]) -> Mapping[str, tuple[Span, ...]]:
    """Party → what holds of its hours, in order of time: `line.roster` entries in fold order, a later one over an
    earlier one where they overlap. Windows that cannot be read say nothing.
    """
    out: dict[str, tuple[Span, ...]] = {}
    for said in entries:
        spans = out.get(said.author, ())
        for one in getattr(said.body, "hours", ()):
            start, end = instant(one.window.start), instant(one.window.end)
            if start is not None and end is not None and start < end:
                spans = _laid_over(spans, Span(start, end, one.covered))
        out[said.author] = spans
    return out


def _laid_over(spans: Sequence[Span], new: Span) -> tuple[Span, ...]:
    kept = [new]
    for old in spans:
        if old.start_ms < new.start_ms:
            kept.append(old._replace(end_ms=min(old.end_ms, new.start_ms)))
        if old.end_ms > new.end_ms:
            kept.append(old._replace(start_ms=max(old.start_ms, new.end_ms)))
    return tuple(sorted(span for span in kept if span.start_ms < span.end_ms))


def uncovered(
    thread: Thread, context: Context, rows: Sequence[Addressee], start_ms: int | None, end_ms: int | None
) -> tuple[Uncovered, ...]:
    """Where nobody answers at the author or at an addressee while the notice holds; nothing once it is closed."""
    if start_ms is None or end_ms is None or thread.closing is not None:
        return ()
    concerned = sorted({thread.root.author, *(row.party for row in rows if row.informed)})
    return tuple(
        Uncovered(party, max(span.start_ms, start_ms), min(span.end_ms, end_ms))
        for party in concerned
        for span in context.rosters.get(party, ())
        if not span.covered and span.start_ms < end_ms and start_ms < span.end_ms
    )


def tasks(thread: Thread, context: Context, found: Sequence[Uncovered]) -> list[Task]:
    """One for each party with a gap, before the activity is accepted; a later roster or window takes it away."""
    out = []
    for party in sorted({gap.party for gap in found}):
        gaps = [gap for gap in found if gap.party == party]
        hours = [text("tasks.part.hours", **{"from": gap.start_ms, "to": gap.end_ms}) for gap in gaps]
        words = {"party": context.name(party), "hours": hours}
        root, since = thread.root, thread.current.at_ms
        name, first = f"{root.id}/task/uncovered-hours:{party}", min(gap.start_ms for gap in gaps)
        out.append(task(name, root.id, "tasks.uncovered-hours", since, first, "watch_officer", **words))
    return out
