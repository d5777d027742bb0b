"""One look at all pairs: which are too near or will be, at which level, and which only by the widened minima.

Two searches of the kernels, on the minima of the agreement and on the same widened by its hysteresis;
levels follow from the worst case (minima widened by the uncertainty of both), since what may be lost may
be lost. Where the agreement names a table of well clear, its end counts as a loss does (clearing.py), and
so does a loss along the course that an own mover declared (course.py); both are widened alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from steerclear.judgement.separation import clearing, course
from steerclear.judgement.separation.course import Leg
from steerclear.judgement.separation.levels import Levels, apart
from steerclear.judgement.separation.life import Key, Look, Seen
from steerclear.judgement.separation.meeting import Asked, Meeting, Side, asked_of, meeting
from steerclear.judgement.separation.tables import minima_of
from steerclear.kernels import Minima, Movers, Pairs, pairs
from steerclear.speech.kinds.alert import AlertRule
from steerclear.speech.parameters import Parameters
from steerclear.speech.separation import Separation

STRAIGHT: Final[Mapping[int, Sequence[Leg]]] = MappingProxyType({})
"""Nobody declared a course."""


def look(
    movers: Movers,
    handles: Sequence[str],
    own: NDArray[np.bool_],
    side: Callable[[int], Side],
    now_ms: int,
    parameters: Parameters,
    fresh: Container[str] | None = None,
    levels: Levels | None = None,
    standing: Collection[Key] = (),
    legs: Mapping[int, Sequence[Leg]] = STRAIGHT,
    *,
    others: bool = True,
) -> Look[Meeting]:
    """What `movers` show at `now_ms`, a row each of *fresh* reports alone, carried to that instant,
    `group` as `tables.group_of`. `own` marks this party's own; where any is, pairs of others are left to
    themselves, and pairs of its own always are. `side(i)` is the mover of a row as its source gave it;
    `fresh` the handles (default: all). `levels`: pairs of one pressure setting are compared in it
    (levels.py). `standing`: pairs of which an alert stands; they stay this node's matter to their end, whosever
    they are by now (a locked node forgets which movers of a fleet are its own). `legs`: where own movers declared
    to go, by row. `others` False: pairs of which none is known as own are no matter of it either, though it knows
    no own movers (whose they are cannot be told while it is locked).
    """
    percent = parameters.alert_widened_percent
    asked, widened = (minima_of(parameters, one, "caution") for one in (100, percent))
    close, wide = pairs(movers, asked), pairs(movers, widened)
    lost = _lost(close, movers, asked, levels)
    clear, barely_clear = (clearing.violations_ms(movers, parameters, levels, one) for one in (100, percent))
    ahead, barely_ahead = (
        course.losses_ms(movers, legs, ~own, parameters, levels, one) for one in (100, percent)
    )
    begins = {
        (i, j): start * 1e3
        for i, j, start, holds in zip(
            close.i.tolist(), close.j.tolist(), close.t_in_s.tolist(), lost.tolist(), strict=True
        )
        if holds
    }
    all_are = others and not bool(own.any())
    keep = (_watched(wide, own, all_are) | _standing(wide, handles, standing)) & _lost(
        wide, movers, widened, levels
    )
    found: dict[tuple[int, int], int | None] = {
        (i, j): int(near * 1e3)
        for i, j, near in zip(
            wide.i[keep].tolist(), wide.j[keep].tolist(), wide.range_m[keep].tolist(), strict=True
        )
    }
    more = {*clear, *barely_clear, *ahead, *barely_ahead} - found.keys()
    found |= {pair: None for pair in more if all_are or _ours(pair, own, handles, standing)}
    rules = cache(partial(_rules, parameters))
    seen = [
        _seen(
            *(pair, near, handles, side, now_ms, rules),
            {"minima": begins.get(pair), "do_365": clear.get(pair), "course": ahead.get(pair)},
        )
        for pair, near in sorted(found.items(), key=lambda row: row[0])
    ]
    unknown = frozenset(handles[i] for i in (*close.unjudged.tolist(), *wide.unjudged.tolist()))
    return Look(now_ms, tuple(seen), frozenset(handles) if fresh is None else fresh, unknown)


def _seen(
    pair: tuple[int, int],
    near_mm: int | None,
    handles: Sequence[str],
    side: Callable[[int], Side],
    now_ms: int,
    rules: Callable[[str, str], tuple[Asked, Separation]],
    begins_ms: Mapping[AlertRule, float | None],
) -> Seen[Meeting]:
    one, two = (side(row) for row in pair)
    asked, row = rules(one.mover, two.mover)
    level, rule = clearing.raised_by(begins_ms, row)
    met = meeting(one, two, now_ms, asked, rule)
    a, b = sorted(handles[row] for row in pair)
    return Seen((a, b), level, _middle_mm(met) if near_mm is None else near_mm, met)


def _rules(parameters: Parameters, one: str, two: str) -> tuple[Asked, Separation]:
    """What two classes ask: found once a look, not once a pair."""
    return asked_of(one, two, parameters), parameters.separation_for(one, two)


def _middle_mm(met: Meeting) -> int:
    """How far apart they are, where the searches gave no range: costs as much as a search of its own."""
    apart_mm = met.relative.horizontal_mm
    return (apart_mm.low + apart_mm.high) // 2


def _ours(
    pair: tuple[int, int], own: NDArray[np.bool_], handles: Sequence[str], standing: Collection[Key]
) -> bool:
    """As `_watched` and `_standing`, of one pair."""
    i, j = pair
    stands = tuple(sorted((handles[i], handles[j])))
    return bool(own[i] ^ own[j]) or any(key[:2] == stands for key in standing)


def _lost(found: Pairs, movers: Movers, asked: Minima, levels: Levels | None) -> NDArray[np.bool_]:
    """Which pairs stay found when those of one setting are compared in it."""
    if levels is None:
        return np.ones(len(found), np.bool_)
    vertical_m = asked.vertical_m[movers.group[found.i], movers.group[found.j]]
    least_tmm = np.where(np.isfinite(vertical_m), np.round(vertical_m * 1e4), np.inf)
    return ~apart(levels, found.i, found.j, least_tmm, found.t_in_s, found.t_out_s)


def _watched(found: Pairs, own: NDArray[np.bool_], all_are: bool) -> NDArray[np.bool_]:
    """Which pairs are this node's matter: of one own and one other; all, where it has no own movers here."""
    if all_are:
        return np.ones(len(found), np.bool_)
    made: NDArray[np.bool_] = own[found.i] ^ own[found.j]
    return made


def _standing(found: Pairs, handles: Sequence[str], standing: Collection[Key]) -> NDArray[np.bool_]:
    """Which pairs are those of alerts that stand."""
    made = np.zeros(len(found), np.bool_)
    if not standing:
        return made
    keys = {key[:2] for key in standing}
    named = {name for key in keys for name in key}
    known = np.array([name in named for name in handles], np.bool_)
    for at in np.flatnonzero(known[found.i] & known[found.j]).tolist():
        made[at] = tuple(sorted((handles[found.i[at]], handles[found.j[at]]))) in keys
    return made
