"""Lead time of a notice: how long before its event it was said, as both nodes compute it (AT04, messages.md
Timers).

The author states its release; the cosignatures of the others prove an interval. Stated and proven within a
minute of each other: `agreed`. Contradicted or wider: `disputed`, with bounds. Clocks that the author's own log
measured to differ contradict nobody by as much, and nothing is called late or in time by less
(`skew.py`; a minute at the most).
"""

from __future__ import annotations

from msgspec.structs import replace

from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.said import Said
from steerclear.procedure.subject import LeadTime
from steerclear.procedure.thread import Thread
from steerclear.procedure.times import DAY_MS, SECOND_MS, span, verdict
from steerclear.speech.late import advised_ms, begins_ms, required_ms

# Cosignatures count whole seconds (record.md, Time of an entry).
_WHOLE_SECOND = SECOND_MS


def first_named(thread: Thread) -> tuple[Said, int] | None:
    """The earliest version that names the start that holds now, and that start: an amend that leaves the time
    alone does not make a notice later.
    """
    starts = [(said, begins_ms(content(said), said.inner)) for said in thread.versions]
    event = starts[-1][1]
    if event is None:
        return None
    return next((said, event) for said, start in starts if start == event)


def lead_time(thread: Thread, context: Context) -> LeadTime:
    """How long before its event the current start was named; what falls short of the advice says so."""
    named = first_named(thread)
    if named is None:
        return LeadTime()
    made = _lead_time(*named, context)
    if "under-advised" not in late_marks(thread, context):
        return made
    days = advised_ms(content(named[0]), context.parameters(named[0])) / DAY_MS
    return replace(made, text=f"{made.text}: less than the advised {days:g} days")


def _lead_time(said: Said, event: int, context: Context) -> LeadTime:
    released = said.header.released_ms
    stated = event - released
    low = None if said.before_ms is None else event - said.before_ms
    high = None if said.after_ms is None else event - said.after_ms
    skew = _skew(said, context)
    room = _WHOLE_SECOND + skew
    contradicted = (said.after_ms is not None and released < said.after_ms - room) or (
        said.before_ms is not None and released > said.before_ms + room
    )
    if contradicted:
        return LeadTime("disputed", event, stated, low, high, _disputed(stated, low, high), skew)
    if low is None or high is None:
        return LeadTime("stated", event, stated, low, high, f"{span(stated)} as its author says", skew)
    if high - low > context.parameters(said).degraded_after_ms:
        return LeadTime("disputed", event, stated, low, high, _disputed(stated, low, high), skew)
    differ = f" (clocks measured to differ by {span(skew)})" if skew > _WHOLE_SECOND else ""
    return LeadTime("agreed", event, stated, low, high, span(stated) + differ, skew)


def _skew(said: Said, context: Context) -> int:
    """As measured, a minute at the most: a clock that is farther off is a fault to be mended, and no excuse."""
    return min(context.skew_of(said), context.parameters(said).degraded_after_ms)


def _disputed(stated: int, low: int | None, high: int | None) -> str:
    least = span(low) if low is not None else "unknown"
    most = span(high) if high is not None else "unknown"
    return f"disputed: its author says {span(stated)}; proven at least {least}, at most {most}"


def late_marks(thread: Thread, context: Context) -> tuple[str, ...]:
    """`late`, `very-late` (under 10 min), or `late-disputed`; in time and short of what is advised, `under-advised`.
    What the author's own words admit needs no proof.
    """
    named = first_named(thread)
    if named is None:
        return ()
    said, event = named
    parameters = context.parameters(said)
    required = required_ms(content(said), parameters)
    if required is None:
        return ()
    marks = []
    skew = _skew(said, context)
    word = _judge(said, event, required, skew)
    if word:
        marks.append(word)
    elif _judge(said, event, advised_ms(content(said), parameters), skew) == "late":
        marks.append("under-advised")
    if _judge(said, event, parameters.immediate_lead_ms, 0) == "late":  # the watch is alarmed rather than not
        marks.append("very-late")
    return tuple(marks)


def _judge(said: Said, event_ms: int, required: int, skew: int) -> str:
    due = event_ms - required
    after = said.after_ms - skew if said.after_ms is not None else None
    before = said.before_ms + skew if said.before_ms is not None else None
    found = verdict(after, before, due)
    if found == "late" or (found == "disputed" and said.header.released_ms > due):
        return "late"
    return "late-disputed" if found == "disputed" and said.before_ms is not None else ""
