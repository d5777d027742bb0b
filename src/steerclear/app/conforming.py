"""A look's movers held against what was declared of them and against agreed areas; lives kept second by second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from steerclear.app.looking import Shown
from steerclear.feeds.quality import SIGMA_TO_95_CIRCULAR
from steerclear.judgement.conformance import danger
from steerclear.judgement.conformance.danger import Endangered
from steerclear.judgement.conformance.judge import judge, look
from steerclear.judgement.conformance.rows import Standing, Uncoordinated
from steerclear.judgement.conformance.undeclared import Others, uncoordinated
from steerclear.judgement.separation import life
from steerclear.judgement.separation.life import Lives, Look
from steerclear.judgement.separation.meeting import Side
from steerclear.node.mover_state import Plan
from steerclear.space.prepare import PreparedVolume
from steerclear.speech.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Conformed:
    """What stands after a look: each own mover's standing, the lives that follow, when each own mover was last heard,
    and since when any feed is (None: none is)."""

    standings: tuple[Standing, ...] = ()
    lives: Lives[Standing] = field(default_factory=Lives)
    undeclared: Lives[Uncoordinated] = field(default_factory=Lives)
    in_danger: Lives[Endangered] = field(default_factory=Lives)
    heard_ms: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    live_ms: int | None = None

    def differs(self, before: Conformed) -> bool:
        """Whether there is anything new to tell: a state, or a figure that halved or doubled; figures that move less
        are not told each second."""
        return (
            [_told(one) for one in self.standings] != [_told(one) for one in before.standings]
            or _stand(self.lives) != _stand(before.lives)
            or _stand(self.undeclared, _cell) != _stand(before.undeclared, _cell)
            or _stand(self.in_danger, _soon) != _stand(before.in_danger, _soon)
        )


FAR_MM, SOON_MS, CELL_E7 = 100_000, 1_000, 100_000
"""What figures are told by (ours): doublings of 100 m and of a second; a hundredth of a degree, about 1 km."""


def _told(one: Standing) -> tuple[object, ...]:
    figures = _doublings(one.beyond_mm, FAR_MM), _doublings(one.in_ms, SOON_MS)
    return (one.notice, one.ident, one.state, one.reason, *figures)


def _doublings(figure: int | None, unit: int) -> int | None:
    return None if figure is None else (figure // unit).bit_length()


def _cell(one: Uncoordinated) -> object:
    return one.lat_e7 // CELL_E7, one.lon_e7 // CELL_E7


def _soon(one: Endangered) -> object:
    return _doublings(one.in_ms, SOON_MS)


def _stand(
    lives: Lives[Any], figure: Callable[[Any], object] = lambda _: None
) -> dict[tuple[str, ...], tuple[object, ...]]:
    return {
        key: (live.level, live.confirmed_ms is not None, figure(live.last.what))
        for key, live in lives.live.items()
    }


def conformed(
    before: Conformed, plan: Plan, shown: Shown, parameters: Parameters, *, live: bool
) -> Conformed:
    """The state after one look. `live`: whether a feed of the line is heard."""
    now = shown.picture.now_ms
    since = (now if before.live_ms is None else before.live_ms) if live else None
    sides = _sides(plan, shown)
    heard = dict(before.heard_ms) | {ident: side.at_ms for ident, side in sides.items()}
    standings = tuple(
        standing
        for one in plan.declared
        for standing in judge(
            one,
            sides.get(one.ident),
            heard.get(one.ident),
            now,
            parameters,
            live_ms=since,
        )
    )
    rules = life.rules_of(parameters)
    lives, _ = life.step(_owed(before.lives, plan), look(standings, now), rules)
    found = uncoordinated(_others(shown), plan.areas, plan.volumes, now) if plan.areas else Look(now, (), ())
    undeclared, _ = life.step(before.undeclared, found, rules)
    in_danger, _ = life.step(before.in_danger, _in_danger(shown, plan, parameters), rules)
    return Conformed(standings, lives, undeclared, in_danger, MappingProxyType(heard), since)


def _owed(lives: Lives[Standing], plan: Plan) -> Lives[Standing]:
    """Those of what is still declared: of a notice that was completed, or of a mover that was taken off it, nothing
    rings on until nobody has seen it for long enough."""
    declared = {(one.ident, one.notice) for one in plan.declared}
    stand = {key: live for key, live in lives.live.items() if (key[0] or key[1], key[2]) in declared}
    return lives if len(stand) == len(lives.live) else replace(lives, live=MappingProxyType(stand))


def _in_danger(shown: Shown, plan: Plan, parameters: Parameters) -> Look[Endangered]:
    """Own movers with a fresh report against the danger areas that stand."""
    now = shown.picture.now_ms
    rows = np.flatnonzero(shown.fresh & shown.own) if plan.dangers else np.empty(0, np.intp)
    if not len(rows):
        return danger.look((), (), now)
    judged = shown.judged(rows)
    sides = [judged.side(row) for row in range(len(rows))]
    found = [one for side in sides for one in danger.endangered(side, plan.dangers, now, parameters)]
    return danger.look(found, [side.handle for side in sides], now)


def next_ms(stands: Conformed, plan: Plan, now_ms: int, parameters: Parameters) -> int | None:
    """When to look again though nothing is heard: each second while something is about to be confirmed or is over,
    else when a mover would be silent for too long or overdue."""
    told = {live.last.what.state for live in stands.lives.live.values() if live.confirmed_ms is not None}
    shown = {one.state for one in stands.standings if one.state in ("overdue", "not-transmitting")}
    if len(told & shown) < len(shown) or len(told) > len(shown):
        return now_ms + life.SECOND_MS
    instants = []
    for one in plan.declared:
        volumes = [volume for volume in one.volumes if isinstance(volume, PreparedVolume)]
        if not volumes:
            continue
        start = max(
            min(volume.start_ms for volume in volumes), stands.heard_ms.get(one.ident, 0), stands.live_ms or 0
        )
        instants += [start + parameters.silent_mover_ms]
        instants += [max(volume.end_ms for volume in volumes) + parameters.overdue_ms]
    return min((at for at in instants if at > now_ms), default=None)


def _sides(plan: Plan, shown: Shown) -> dict[str, Side]:
    """Fresh movers of the picture that were declared, by ident."""
    wanted = {one.ident for one in plan.declared}
    if not wanted:
        return {}
    names = [name.encode() for name in wanted]
    judged = shown.judged(np.flatnonzero(shown.fresh & np.isin(shown.picture.state.ident, names)))
    return {judged.name(row): judged.side(row) for row in range(len(judged.own))}


def _others(shown: Shown) -> Others:
    """Fresh movers as arrays, carried to the look's instant."""
    judged = shown.judged(np.flatnonzero(shown.fresh))
    moving = judged.moving
    return Others(
        handles=tuple(judged.name(row) for row in range(len(judged.own))),
        own=judged.own,
        lat_e7=np.rint(moving.lat_deg * 1e7),
        lon_e7=np.rint(moving.lon_deg * 1e7),
        error_mm=moving.sigma_pos_m * SIGMA_TO_95_CIRCULAR * 1e3,
        low_tmm=moving.alt_low_m * 1e4,
        high_tmm=moving.alt_high_m * 1e4,
        at_ms=judged.picture.state.at_ms.astype(np.float64),
    )
