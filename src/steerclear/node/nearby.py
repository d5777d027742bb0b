"""Which plans come near each other at any height, kept up to date as subjects move: for frequencies and closures.

Movers count as near within the ring of the first call (`ring_call_mm`) at the same time; a danger area and a route
where they share ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from steerclear.judgement import ActiveSet
from steerclear.judgement.active import Beyond
from steerclear.judgement.notice import AREA_KIND, Notice
from steerclear.procedure.subject import Alarm, Task
from steerclear.space.overlap import Minima

ANY_HEIGHT_TMM = 100_000_000_000
"""More than any two heights are apart."""
MOVERS = frozenset({"activity.flight", "activity.voyage", "activity.ground"})
HAZARD, ROUTE = "activity.hazard", "corridor"


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Advice:
    """What the watch is told of one pair, until it is over."""

    to_ms: int
    alarms: tuple[Alarm, ...]
    tasks: tuple[Task, ...]


@dataclass
class Nearby:
    """`met` by pair of subject ids (a < b); `of` the pairs of each; `seen` the notice that was last looked at.
    `grounds` are pairs of a danger area and a route, `stale` pairs of movers whose `advice` (node/frequencies.py) is
    to be made anew. `turned` are the alarms of turned bearings, with what they follow from."""

    active: ActiveSet | None = None
    seen: dict[str, Notice] = field(default_factory=dict)
    met: dict[Pair, Beyond] = field(default_factory=dict)
    of: dict[str, set[Pair]] = field(default_factory=dict)
    grounds: set[Pair] = field(default_factory=set)
    stale: set[Pair] = field(default_factory=set)
    advice: dict[Pair, Advice] = field(default_factory=dict)
    turned: tuple[Any, tuple[Alarm, ...]] = (None, ())


def refresh(
    kept: Nearby, active: ActiveSet | None, active_of: Mapping[str, str], changed: Iterable[str]
) -> None:
    """Look again at every subject that moved; at all, once the active set is a new one."""
    if active is None:
        return
    if kept.active is not active:
        kept.active = active
        kept.seen.clear()
        kept.met.clear()
        kept.of.clear()
        kept.grounds.clear()
        kept.stale.clear()
        kept.advice.clear()
        changed = list(active_of)
    moved = []
    for subject in changed:
        kept.stale.update(kept.of.get(subject, ()))
        notice = active.get(active_of.get(subject, ""))
        if notice is kept.seen.get(subject):
            continue
        _forget(kept, subject)
        if notice is not None and (notice.kind in MOVERS or notice.kind in (HAZARD, AREA_KIND)):
            kept.seen[subject] = notice
            moved.append(notice)
    for notice in moved:
        _look(kept, active, notice)


def _look(kept: Nearby, active: ActiveSet, notice: Notice) -> None:
    minima = Minima(0, ANY_HEIGHT_TMM, 0)
    if notice.kind in MOVERS:
        minima = Minima(active.rules.parameters.ring_call_mm, ANY_HEIGHT_TMM, 0)
    for other, found in active.near(notice, minima, _with(notice)):
        pair = (notice.about, other.about) if notice.about < other.about else (other.about, notice.about)
        kept.met[pair] = found
        (kept.stale if notice.kind in MOVERS else kept.grounds).add(pair)
        for one in pair:
            kept.of.setdefault(one, set()).add(pair)


def _with(notice: Notice) -> Callable[[Notice], bool]:
    """Whom a notice is compared with: movers with another party's movers, a danger area with routes and the reverse.
    How a party's own movers hear each other is its own affair."""
    if notice.kind in MOVERS:
        return lambda other: other.kind in MOVERS and other.party != notice.party
    if notice.kind == HAZARD:
        return lambda other: other.kind == AREA_KIND and other.mover == ROUTE
    return lambda other: other.kind == HAZARD and notice.mover == ROUTE


def _forget(kept: Nearby, subject: str) -> None:
    kept.seen.pop(subject, None)
    for pair in kept.of.pop(subject, set()):
        kept.met.pop(pair, None)
        kept.advice.pop(pair, None)
        kept.stale.discard(pair)
        kept.grounds.discard(pair)
        for one in pair:
            if one != subject:
                kept.of.get(one, set()).discard(pair)
