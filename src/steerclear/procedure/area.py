"""The machine of an area: proposed → agreed → active → released; stale, contested and challenged are marks
(messages.md, States).

A protection ends by a release of two officers and by nothing else: not by its validity (AT18), not by
anybody's having left (A10), not by `complete`. An expired one is `stale` and still kept away from
(boundary.md).
"""

from __future__ import annotations

from typing import Any

from steerclear.procedure.bodies import instant, window
from steerclear.procedure.challenges import challenges
from steerclear.procedure.context import Context
from steerclear.procedure.subject import Area, AreaAtHome, AreaState
from steerclear.procedure.thread import Thread, officers
from steerclear.procedure.times import earliest
from steerclear.procedure.unsealing import sealing
from steerclear.speech.kind import SITES
from steerclear.speech.kinds.area_challenge import NO_WARNING

_CONTESTS = ("CONFLICT", "UNABLE", "DECLINED")


def area(thread: Thread, body: Any, context: Context, now_ms: int) -> Area:
    """`body` is the current version's, None where it cannot be read: then the area protects all the same. A month's
    batch of sealed areas is no notice: it protects only through overlap queries."""
    state = _state(thread, body, context)
    lapses = lapses_ms(thread, body, context)
    stale = state != "released" and lapses is not None and now_ms >= lapses
    contested = any(getattr(said.body, "answer", "") in _CONTESTS for said in thread.answers)
    challenged = challenges(thread)
    batch = getattr(body, "precision", None) == "sealed"
    return Area(
        state=state,
        protected=state in ("active", "agreed") and not batch,
        stale=stale,
        contested=contested,
        precision=getattr(body, "precision", None) or "",
        released_by=officers(thread.closing) if thread.closing is not None else (),
        home=at_home(thread, context, now_ms),
        stale_ms=lapses if stale else None,
        challenged=bool(challenged),
        challenges=challenged,
        challenge_says=NO_WARNING if challenged else "",
        sealing=sealing(thread.root, body, context),
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
