"""A danger area over a civil route: advise that the route be closed, at every height (AT19; history.md 8, MH17).

The airspace under MH17 was closed only below the height that people believed in. So what counts is that the danger lies
under or in the route while it is open, whatever limit was written; which limit was judged is said beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from steerclear.procedure.context import Context
from steerclear.procedure.subject import Alarm
from steerclear.procedure.worded import alarm


class Closure(msgspec.Struct, frozen=True):
    """A danger area and a route that share ground and time. `gap_tmm`: how far the danger's upper limit, on its most
    protective reading, stays below the route (0 and less: it reaches it)."""

    hazard: str
    hazard_party: str
    route: str
    route_party: str
    from_ms: int
    to_ms: int
    gap_tmm: int
    released_ms: int


def alarms(closures: Iterable[Closure], context: Context, now_ms: int) -> tuple[Alarm, ...]:
    """One for each pair, until the danger is over, withdrawn, or moved away by a new version."""
    return tuple(_alarm(one, context) for one in closures if one.to_ms > now_ms)


def _alarm(one: Closure, context: Context) -> Alarm:
    words: dict[str, Any] = {
        "danger": context.name(one.hazard_party),
        "route": context.name(one.route_party),
        "from": one.from_ms,
        "to": one.to_ms,
        "metres": (one.gap_tmm + 5_000) // 10_000,
    }
    return alarm(
        f"{one.hazard}/advise-closure/{one.route}",
        one.hazard,
        "advise-closure",
        one.route,
        "alarms.closure-reaches" if one.gap_tmm <= 0 else "alarms.closure-below",
        one.released_ms,
        one.route_party,
        **words,
    )
