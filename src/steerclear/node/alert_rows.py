"""What this node shows of alerts on movers: the line's own, newest first, and those that stay at home before them."""

from __future__ import annotations

from steerclear.node import tick
from steerclear.node.line import LineState
from steerclear.node.mover_state import Kept
from steerclear.node.movers import OWN_FEED
from steerclear.node.node import Node
from steerclear.procedure.subject import SeparationAlert, Subject
from steerclear.views.alerts import AlertRow
from steerclear.views.board import MAX_ROWS


def rows(node: Node, line_id: str) -> list[AlertRow]:
    """Standing ones first, then what was over last; of each those of the line and of own movers first, however many
    pairs of others are in alert; fifty at most."""
    line, now = node.line(line_id), node.clock.now_ms()
    tick.refresh(node, line)
    found = [_home(node, kept, now) for kept in line.movers.kept.values() if kept.at_home]
    found += [_said(line, one, now) for one in line.folded.values() if one.alert is not None]
    return sorted(found, key=_order)[:MAX_ROWS]


def _order(row: AlertRow) -> tuple[bool, bool, bool, int, str]:
    others = row.at_home and not row.own
    return (
        row.over_ms is not None,
        others,
        row.level != "warning",
        -(row.over_ms or row.first_ms or 0),
        row.id,
    )


def _home(node: Node, kept: Kept, now_ms: int) -> AlertRow:
    figures = kept.met.relative
    states_ms = min(side.at_ms for side in kept.met.sides)
    least = figures.least_horizontal_mm or figures.horizontal_mm
    high = figures.least_vertical_tmm or figures.vertical_tmm
    return AlertRow(
        id=kept.id,
        at_home=True,
        party=node.party,
        state=kept.state,
        level=kept.level,
        source="shared" if kept.why != OWN_FEED and all(side.shared for side in kept.met.sides) else "local",
        first_ms=kept.first_ms,
        over_ms=kept.over_ms,
        reason=kept.reason or "",
        least_low_mm=least.low,
        least_high_mm=least.high,
        vertical_low_tmm=None if high is None else high.low,
        vertical_high_tmm=None if high is None else high.high,
        whole_column=kept.met.whole_column,
        rule=kept.rule,
        states_ms=states_ms,
        age_ms=max(0, now_ms - states_ms),
        own=tuple(side.handle for side in kept.met.sides if side.own),
        why=kept.why,
        released=kept.released,
    )


def _said(line: LineState, subject: Subject, now_ms: int) -> AlertRow:
    alert = subject.alert
    assert alert is not None
    kept = line.movers.kept.get(subject.id)
    return AlertRow(
        id=subject.id,
        at_home=False,
        party=subject.author,
        state=alert.state,
        level=alert.level,
        source=alert.source,
        first_ms=alert.first_ms,
        over_ms=alert.cleared_ms,
        reason=alert.reason,
        least_low_mm=alert.least_low_mm,
        least_high_mm=alert.least_high_mm,
        vertical_low_tmm=alert.vertical_low_tmm,
        vertical_high_tmm=alert.vertical_high_tmm,
        whole_column=alert.whole_column,
        rule=alert.rule,
        states_ms=alert.states_ms,
        age_ms=None if alert.states_ms is None else max(0, now_ms - alert.states_ms),
        movers=alert.movers,
        own=own_in(line, alert, kept),
        here=alert.here,
        same=alert.same,
    )


def own_in(line: LineState, alert: SeparationAlert, kept: Kept | None = None) -> tuple[str, ...]:
    """Own movers in an alert of the line: as an own feed saw it (`kept`), else those of the two that it names which the
    feeds, the fleet's list, or an own alert on the same two know as own."""
    if kept is not None:
        return tuple(side.handle for side in kept.met.sides if side.own)
    known = set(line.movers.fleet) | set(alert.here.own if alert.here is not None else ())
    for other in alert.same:
        mine = line.movers.kept.get(other)
        known |= {side.handle for side in mine.met.sides if side.own} if mine is not None else set()
    return tuple(one for one in alert.movers if one in known)
