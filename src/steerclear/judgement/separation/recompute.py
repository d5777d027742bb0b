"""Another's alert computed again: from the states that it carries, and from what this node's own feeds show.

issue 4 §3: the other node recomputes it from `shared` feeds and shows agree, differs, or not seen here. Not seen is no
contradiction: a receiver hears what it hears. What carries no states (from a local feed) is put beside the own pairs;
it is found among them or it is not seen here, and never differs, since nothing in it says which two were meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from steerclear.errors import Malformed
from steerclear.judgement.separation.fresh import fresh_ms
from steerclear.judgement.separation.meeting import Meeting, Side, asked_of, relative, side_of
from steerclear.speech.alert_id import SLOT_MS
from steerclear.speech.cells import cell_of
from steerclear.speech.kinds.alert import Alert, Relative
from steerclear.speech.kinds.common import Interval
from steerclear.speech.parameters import Parameters
from steerclear.units import parse_time

Says = Literal["agree", "differs", "not-seen-here"]
ROUNDING_MM: Final = 50
ROUNDING_MS: Final = 5
"""Within these two machines mean the same figure (kernels: the last bits of sines differ)."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the own feeds say; `least` the own figure, where there is one; `why` in a word."""

    says: Says
    why: Literal["", "figures", "own-figures", "unreadable", "not-seen", "too-late"] = ""
    least: Interval | None = None


def recompute(
    body: Alert,
    sides: Mapping[str, Side],
    own: Iterable[Meeting],
    parameters: Parameters,
) -> Compared:
    """`sides`: movers of the own `shared` feeds by shared id, as they are known now; a state farther from the alert's
    instant than one of its class is fresh says nothing of it. `own`: pairs that the own feeds show, for what carries no
    states."""
    try:
        at_ms = int(parse_time(body.at))
        if body.states:
            return _of_states(body, at_ms, sides, parameters)
    except (Malformed, ValueError):
        return Compared("differs", "unreadable")
    return _beside(body, at_ms, own, parameters)


def _of_states(body: Alert, at_ms: int, sides: Mapping[str, Side], parameters: Parameters) -> Compared:
    if len(body.states) != 2 or body.relative is None:
        return Compared("differs", "unreadable")
    one, two = (side_of(state) for state in body.states)
    asked = asked_of(one.mover, two.mover, parameters)
    if not same_figures(relative(one, two, at_ms, asked), body.relative):
        return Compared("differs", "figures")
    mine = [sides.get(state.shared_id) for state in body.states]
    known = [side for side in mine if side is not None and side.shared]
    if len(known) < 2:
        return Compared("not-seen-here", "not-seen")
    if any(abs(side.at_ms - at_ms) > fresh_ms(side.mover, parameters) for side in known):
        return Compared("not-seen-here", "too-late")
    return _with(relative(known[0], known[1], at_ms, asked), body.relative)


def _with(mine: Relative, theirs: Relative) -> Compared:
    least = mine.least_horizontal_mm or mine.horizontal_mm
    meet = (
        _meet(mine.horizontal_mm, theirs.horizontal_mm)
        and _meet(mine.least_horizontal_mm, theirs.least_horizontal_mm)
        and _meet(mine.vertical_tmm, theirs.vertical_tmm)
    )
    return Compared("agree" if meet else "differs", "" if meet else "own-figures", least)


def _meet(one: Interval | None, two: Interval | None) -> bool:
    """Whether two spans may both hold; what is not known contradicts nothing."""
    return one is None or two is None or max(one.low, two.low) <= min(one.high, two.high)


def same_figures(one: Relative, two: Relative) -> bool:
    """Whether two computations of one pair of states came out the same."""
    spans = ("horizontal_mm", "vertical_tmm", "least_horizontal_mm", "least_vertical_tmm")
    times = ("nearest_in_ms", "loss_in_ms", "worst_loss_in_ms")
    for name in spans:
        a, b = getattr(one, name), getattr(two, name)
        if (a is None) != (b is None):
            return False
        if a is not None and (abs(a.low - b.low) > ROUNDING_MM or abs(a.high - b.high) > ROUNDING_MM):
            return False
    pairs = [(getattr(one, name), getattr(two, name)) for name in times]
    return all((a is None) == (b is None) and (a is None or abs(a - b) <= ROUNDING_MS) for a, b in pairs)


def _beside(body: Alert, at_ms: int, own: Iterable[Meeting], parameters: Parameters) -> Compared:
    """From a local feed: is there an own pair of that time that it may be?"""
    for met in own:
        if abs(met.at_ms - at_ms) > SLOT_MS or not any(side.own for side in met.sides):
            continue
        mine = met.relative
        if body.relative is not None:
            found = _with(mine, body.relative)
            if found.says == "agree":
                return found
        elif body.positions and _in_cell(body, met, parameters):
            return Compared("agree", "", mine.least_horizontal_mm or mine.horizontal_mm)
    return Compared("not-seen-here", "not-seen")


def _in_cell(body: Alert, met: Meeting, parameters: Parameters) -> bool:
    place = body.positions[0]
    cells = [cell_of(side.lat_e7, side.lon_e7, parameters.alert_cell_mm) for side in met.sides]
    return (place.lat_e7, place.lon_e7) in [(cell.lat_e7, cell.lon_e7) for cell in cells]
