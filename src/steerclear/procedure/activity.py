"""The machine *life*: released → active → done, cancelled or expired (messages.md, States; windows are
half-open).

One function for every kind of subject, since only the end differs: an area never expires, nor does a movement that is
under way, a stop is active until resolved, a request is done when everybody answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from steerclear.procedure import calls
from steerclear.procedure.subject import Addressee, Life, Version
from steerclear.procedure.thread import Thread
from steerclear.speech.kind import MOVEMENTS, PLACES

NEVER_EXPIRES = frozenset(
    {*PLACES, "stop", "agreement", "introduce", "line.status", "warning.radio", "encounter.report", "assist"}
)
ASKS = frozenset({"area.request"})


def life(
    thread: Thread, start_ms: int | None, end_ms: int | None, rows: Sequence[Addressee], now_ms: int
) -> Life:
    """`start_ms`/`end_ms` of the current version; without a start the notice stays `released`, since nothing
    says when it is active.
    """
    kind = thread.root.kind
    if thread.closing is not None:
        done = kind in PLACES or thread.closing.kind in ("complete", "movement.complete", "alert")
        return "done" if done else "cancelled"
    if kind in ASKS:
        informed = [row for row in rows if row.informed]
        return "done" if informed and all(row.state == "answered" for row in informed) else "released"
    if kind == "call":
        return "done" if calls.ended(thread) else "active"
    if kind in (*PLACES, "stop", "assist", "alert"):
        return "active"
    if kind in NEVER_EXPIRES or start_ms is None:
        return "released"
    if end_ms is not None and now_ms >= end_ms and kind not in MOVEMENTS:
        return "expired"
    return "active" if now_ms >= start_ms else "released"


def versions(thread: Thread, now: Life) -> tuple[Version, ...]:
    """Every wording; all but the last are `amended`."""
    return tuple(
        Version(said.id, now if said is thread.current else "amended", said.header.released_ms, said.readback)
        for said in thread.versions
    )
