"""A danger area over a civil route: advise that the route be closed, at every height (AT19; history.md 8, MH17).

The airspace under MH17 was closed only below the height that people believed in. So what counts is that the danger lies
under or in the route while it is open, whatever limit was written; which limit was judged is said beside it.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from steerclear.procedure.context import Context
from steerclear.procedure.subject import Alarm
from steerclear.units import format_dtg


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
    reach = (
        "reaches into it"
        if one.gap_tmm <= 0
        else f"ends {one.gap_tmm / 10_000:,.0f} m below it, as far as its limits can be believed"
    )
    danger, route = context.name(one.hazard_party), context.name(one.route_party)
    return Alarm(
        id=f"{one.hazard}/advise-closure/{one.route}",
        subject=one.hazard,
        rule="advise-closure",
        step=one.route,
        text=(
            f"A danger area of {danger} lies under a civil route of {route} from {format_dtg(one.from_ms)} "
            f"to {format_dtg(one.to_ms)}; it {reach}."
        ),
        consequence="Civil aircraft on the route may fly over the danger.",
        action="Advise the route's authority to close it for that time, at every height; have the danger's limits "
        "confirmed.",
        since_ms=one.released_ms,
        party=one.route_party,
        life_safety=False,
    )
