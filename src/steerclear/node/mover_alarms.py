"""What rings at home alone: alerts that no entry tells of, own movers that left what was declared of them or are in a
danger area, and movers that nobody declared inside an agreed area; and what cannot be told while the node is locked.

None of these is logged (`tick.AT_HOME`): a `timer.fired` would tell the line what an own feed saw (boundary.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from steerclear.judgement.separation.views import no_lower
from steerclear.node.feeds import of_line
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.mover_state import Kept
from steerclear.node.node import Node
from steerclear.procedure import separation
from steerclear.procedure.subject import Alarm, SeparationAlert
from steerclear.procedure.worded import alarm
from steerclear.speech.parameters import Parameters
from steerclear.speech.texts import text

LOCAL: Final = "local-alert"
CONFORMANCE: Final = "conformance"
UNCOORDINATED: Final = "uncoordinated"
DANGER: Final = "in-danger-area"
LOCKED: Final = "locked-movers"
RULES: Final = (LOCAL, CONFORMANCE, UNCOORDINATED, DANGER, LOCKED)


def alarms(node: Node, line: LineState) -> tuple[Alarm, ...]:
    """Those that stand. Alerts at home ring until they are over, or an officer told of them; then their end does, until
    he told of that."""
    return (
        *(() if node.zeroized else _sealed(line)),
        *(() if node.zeroized else _locked(node, line)),
        *_at_home(line, in_force(line, node.clock.now_ms()).parameters),
        *_conformance(line),
        *_uncoordinated(line),
        *_in_danger(line),
    )


def _at_home(line: LineState, numbers: Parameters) -> Iterator[Alarm]:
    for kept in line.movers.kept.values():
        if kept.released and kept.over_ms is not None and not kept.end_told:
            yield _end(kept)
        if not kept.at_home or kept.over_ms is not None or kept.released or _rings_already(line, kept):
            continue
        words = {
            "state": kept.state,
            "level": kept.level,
            "known": separation.known(shown(kept, numbers)),
            "id": kept.id,
        }
        if kept.why == "others":
            yield alarm(
                kept.id, "", LOCAL, kept.level, "movers.home-others", kept.raised_ms, "", False, **words
            )
            continue
        why = text(_WHY[kept.why]) if kept.why in _WHY else text("movers.why.refused", rule=kept.why)
        yield alarm(
            kept.id, "", LOCAL, kept.level, "movers.home", kept.raised_ms, "", False, why=why, **words
        )


def _rings_already(line: LineState, kept: Kept) -> bool:
    """Whether the alert of what shared feeds show of the same two stands, at no lower level."""
    told = line.movers.kept.get(line.movers.open.get(kept.key[:2], ""))
    return told is not None and told.id != kept.id and no_lower(told.level, kept.level)


def _sealed(line: LineState) -> Iterator[Alarm]:
    """Alerts at home that stood when the node was locked, until they are looked at again: no word of them."""
    for id, one in line.movers.sealed.items():
        if id not in line.movers.kept and not one.released:
            yield alarm(
                *(id, "", LOCAL, one.level, "movers.home-locked", one.raised_ms, "", False), level=one.level
            )


def _locked(node: Node, line: LineState) -> Iterator[Alarm]:
    """While the node is locked: what of movers it does not judge or cannot tell, since what that needs is sealed."""
    kept = line.movers
    if kept.locked_ms is None:
        return
    rows = [
        ("alerts", "movers.locked-alerts", kept.sealed_alerts),
        ("fleet", "movers.locked-fleet", kept.sealed_fleet),
    ]
    for step, key, count in rows:
        if count:
            yield alarm(f"{LOCKED}/{step}", "", LOCKED, step, key, kept.locked_ms, "", False, count=count)
    if kept.sealed_fleet or any(of_line(one, line) for one in node.feeds.values()):
        step, key = "conformance", "movers.locked-conformance"
        yield alarm(f"{LOCKED}/{step}", "", LOCKED, step, key, kept.locked_ms, "", False)


def _end(kept: Kept) -> Alarm:
    """The others' boards show it until its officer says that it is over."""
    words = {"id": kept.id, "entry": kept.released[0]}
    since_ms = kept.over_ms or kept.raised_ms
    return alarm(kept.id, "", LOCAL, "over", "movers.home-end", since_ms, "", False, **words)


_WHY: Final = {
    "own-feed": "movers.why.own-feed",
    "others": "movers.why.others",
    "recovery": "movers.why.recovery",
    "alone": "movers.why.alone",
}


def shown(kept: Kept, numbers: Parameters) -> SeparationAlert:
    """An alert at home as one on the line is shown."""
    figures, at = kept.met.relative, kept.met.at_ms
    own = [side for side in kept.met.sides if side.own]
    least, high = figures.least_horizontal_mm or figures.horizontal_mm, figures.least_vertical_tmm
    return SeparationAlert(
        alert=kept.id,
        state=kept.state,
        level=kept.level,
        source="local",
        first_ms=kept.first_ms,
        raised_ms=kept.raised_ms,
        confirmed_ms=kept.confirmed_ms,
        cleared_ms=kept.over_ms,
        reason=kept.reason or "",
        whole_column=kept.met.whole_column,
        least_low_mm=least.low,
        least_high_mm=least.high,
        vertical_low_tmm=None if high is None else high.low,
        vertical_high_tmm=None if high is None else high.high,
        near_collision=separation.near_collision(least, high, numbers),
        loss_ms=None if figures.loss_in_ms is None else at + figures.loss_in_ms,
        worst_loss_ms=None if figures.worst_loss_in_ms is None else at + figures.worst_loss_in_ms,
        rule=kept.rule,
        movers=tuple(side.handle for side in own),
        lat_e7=own[0].lat_e7 if own else None,
        lon_e7=own[0].lon_e7 if own else None,
        states_ms=min(side.at_ms for side in kept.met.sides),
    )


_KEYS: Final = {
    "leaving": "movers.leaving",
    "out": "movers.out",
    "overdue": "movers.overdue",
    "not-transmitting": "movers.not-transmitting",
}


def _conformance(line: LineState) -> Iterator[Alarm]:
    """One for each own mover and notice that do not agree, since its life was raised."""
    for key, raised_ms in line.movers.departed.items():
        one = line.movers.told.get(key)
        if one is None or one.state not in _KEYS:
            continue
        id = f"{CONFORMANCE}/{one.notice}/{one.ident}/{one.state}"
        words = {
            "mover": one.ident,
            "entry": one.notice,
            "after": one.in_ms or 0,
            "at": one.since_ms or raised_ms,
            "how": one.reason or "place",
        }
        yield alarm(id, one.notice, CONFORMANCE, one.state, _KEYS[one.state], raised_ms, "", False, **words)


_DANGER_KEYS: Final = {"inside": "movers.danger-inside", "entering": "movers.danger-entering"}


def _in_danger(line: LineState) -> Iterator[Alarm]:
    """One for each own mover and danger area that it is in, or will be."""
    for since, one in line.movers.endangered.values():
        id = f"{DANGER}/{one.entry}/{one.ident}/{one.state}"
        words = {"mover": one.ident, "entry": one.entry, "after": one.in_ms}
        yield alarm(id, one.entry, DANGER, one.state, _DANGER_KEYS[one.state], since, "", True, **words)


def _uncoordinated(line: LineState) -> Iterator[Alarm]:
    """One for each agreed area with anybody in it whom nobody declared: how many, and nothing of them."""
    rows = sorted(line.movers.uncoordinated, key=lambda row: row.area)
    for area, inside in groupby(rows, key=lambda row: row.area):
        since = line.movers.entered.get(area, 0)
        id, words = f"{UNCOORDINATED}/{area}", {"count": len(list(inside)), "entry": area}
        yield alarm(id, area, UNCOORDINATED, "inside", "movers.uncoordinated", since, "", False, **words)
