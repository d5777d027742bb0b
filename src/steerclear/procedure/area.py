"""The machine of an area: proposed → agreed → active → released; stale and contested are marks (messages.md,
States).

A protection ends by a release of two officers and by nothing else: not by its validity (AT18), not by
anybody's having left (A10), not by `complete`. An expired one is `stale` and still kept away from
(boundary.md).
"""

from __future__ import annotations

from typing import Any

from steerclear.procedure.bodies import instant, window
from steerclear.procedure.context import Context
from steerclear.procedure.subject import Area, AreaAtHome, AreaState
from steerclear.procedure.thread import Thread, officers
from steerclear.procedure.times import earliest
from steerclear.speech.kind import SITES

_CONTESTS = ("CONFLICT", "UNABLE", "DECLINED")


def area(thread: Thread, body: Any, context: Context, now_ms: int) -> Area:
    """`body` is the current version's, None where it cannot be read: then the area protects all the same."""
    state = _state(thread, body, context)
    lapses = lapses_ms(thread, body, context)
    stale = state != "released" and lapses is not None and now_ms >= lapses
    contested = any(getattr(said.body, "answer", "") in _CONTESTS for said in thread.answers)
    return Area(
        state=state,
        protected=state in ("active", "agreed"),
        stale=stale,
        contested=contested,
        precision=getattr(body, "precision", None) or "",
        released_by=officers(thread.closing) if thread.closing is not None else (),
        home=at_home(thread, context, now_ms),
        stale_ms=lapses if stale else None,
    )


def at_home(thread: Thread, context: Context, now_ms: int) -> AreaAtHome:
    """What the owner alone knows: occupied, recently vacated, release asked, cooling, cooled."""
    known = context.local.areas.get(thread.root.id)
    own = thread.root.author == context.own and thread.closing is None
    return known.state(now_ms) if known is not None and own else ""


def _state(thread: Thread, body: Any, context: Context) -> AreaState:
    if thread.closing is not None:
        return "released"
    agreed = thread.root.id in context.agreed_areas
    if getattr(body, "area", None) == "no_fly_proposed":
        return "agreed" if agreed else "proposed"
    return "agreed" if agreed else "active"


def lapses_ms(thread: Thread, body: Any, context: Context) -> int | None:
    """When the area becomes stale: its validity's end or its review date, whichever comes first; a site that names no
    review date 90 days after its current version (messages.md, Timers: site review).
    """
    if body is None:
        return None
    review = instant(getattr(body, "review", None))
    if review is None and thread.root.kind in SITES:
        review = thread.current.at_ms + context.parameters(thread.root).site_review_ms
    return earliest((window(body)[1], review))
