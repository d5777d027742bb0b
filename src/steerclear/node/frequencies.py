"""The plan of common frequencies, and closures to advise, of one line as this node holds it."""

from __future__ import annotations

import msgspec

from steerclear.node import folds, holding, nearby
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.nearby import Advice
from steerclear.node.node import Node
from steerclear.procedure import closures as closing
from steerclear.procedure import frequencies
from steerclear.procedure.bodies import content
from steerclear.procedure.closures import Closure
from steerclear.procedure.context import Context
from steerclear.procedure.frequencies import Asset, Near, Together
from steerclear.procedure.subject import Alarm, Subject, Task

REMARK = "A plan of frequencies says who can hear whom. It permits nothing, and says of nobody that they are not there."


class FrequencyPlan(msgspec.Struct, frozen=True):
    """`order` is the agreement's. `assets` are all planned movements with what they can receive, near another or not;
    `groups` those that come near each other. `closures` are routes over danger areas."""

    now_ms: int
    order: tuple[int, ...]
    within_mm: int
    assets: tuple[Asset, ...]
    groups: tuple[Together, ...]
    closures: tuple[Closure, ...]
    tasks: tuple[Task, ...]
    more: bool
    remark: str = REMARK


def plan(node: Node, line: LineState, rows: int) -> FrequencyPlan:
    """The whole plan, at most `rows` of each list."""
    now = node.clock.now_ms()
    numbers = in_force(line, now).parameters
    groups = of_line(node, line)
    movers = [one for one in line.folded.values() if one.kind in nearby.MOVERS and one.id in line.active_of]
    movers.sort(key=lambda one: (one.start_ms or 0, one.id))
    return FrequencyPlan(
        now,
        frequencies.order_of(numbers),
        numbers.ring_call_mm,
        tuple(_asset(node, line, one) for one in movers[:rows]),
        groups[:rows],
        closures(node, line)[:rows],
        tasks(node, line)[:rows],
        len(movers) > rows or len(groups) > rows,
    )


def of_line(node: Node, line: LineState) -> tuple[Together, ...]:
    """Groups that come near each other and are not over."""
    now = node.clock.now_ms()
    near = [
        Near(a, b, met.from_ms, met.to_ms)
        for (a, b), met in line.nearby.met.items()
        if met.to_ms > now and _mover(line, a) and _mover(line, b)
    ]
    held = {one for row in near for one in (row.a, row.b)}
    assets = {one: _asset(node, line, line.folded[one]) for one in held}
    return frequencies.together(assets, near, in_force(line, now).parameters)


def _mover(line: LineState, subject: str) -> bool:
    found = line.folded.get(subject)
    return found is not None and found.kind in nearby.MOVERS


def _asset(node: Node, line: LineState, subject: Subject) -> Asset:
    said = holding.said(node, line, subject.version)
    numbers = in_force(line, node.clock.now_ms()).parameters
    receives, monitors = frequencies.received(content(said), numbers)
    return Asset(
        subject.id,
        subject.version,
        subject.author,
        subject.kind,
        subject.start_ms,
        subject.end_ms,
        said.header.released_ms,
        receives,
        monitors,
        tuple(sorted({subject.author, *holding.addressed(line, said.header)})),
        tuple(unit.name for unit in line.units.get(subject.id, ())),
        subject.author == node.party,
    )


def closures(node: Node, line: LineState) -> tuple[Closure, ...]:
    """Danger areas under or in civil routes."""
    out = []
    for a, b in line.nearby.grounds:
        one, two, met = line.folded.get(a), line.folded.get(b), line.nearby.met.get((a, b))
        if one is None or two is None or met is None:
            continue
        danger, route = (one, two) if one.kind == nearby.HAZARD else (two, one)
        out.append(
            Closure(
                danger.id,
                danger.author,
                route.id,
                route.author,
                met.from_ms,
                met.to_ms,
                met.gap_tmm,
                max(danger.released_ms, route.released_ms),
            )
        )
    return tuple(sorted(out, key=lambda row: (row.from_ms, row.hazard, row.route)))


def alarms(node: Node, line: LineState) -> tuple[Alarm, ...]:
    """No common frequency, split ones, who is missing, and routes over danger."""
    if not line.nearby.met:
        return ()
    given = folds.context(node, line)
    own = [row for one in _standing(node, line, given) for row in one.alarms]
    return (*own, *closing.alarms(closures(node, line), given, node.clock.now_ms()))


def tasks(node: Node, line: LineState) -> tuple[Task, ...]:
    if not line.nearby.met:
        return ()
    found = [row for one in _standing(node, line, folds.context(node, line)) for row in one.tasks]
    return tuple(sorted(found, key=lambda task: (task.since_ms, task.id)))


def _standing(node: Node, line: LineState, given: Context) -> list[Advice]:
    """What each pair asks for, made anew only where one of the two moved: a line may have thousands of pairs."""
    kept = line.nearby
    for pair in kept.stale:
        made = _advised(node, line, pair, given)
        if made is None:
            kept.advice.pop(pair, None)
        else:
            kept.advice[pair] = made
    kept.stale.clear()
    now = node.clock.now_ms()
    return [one for one in kept.advice.values() if one.to_ms > now]


def _advised(node: Node, line: LineState, pair: tuple[str, str], given: Context) -> Advice | None:
    """None where nothing is amiss between the two, or where they are no two movers."""
    met = line.nearby.met.get(pair)
    if met is None or not all(_mover(line, one) for one in pair):
        return None
    assets = {one: _asset(node, line, line.folded[one]) for one in pair}
    near = Near(*pair, met.from_ms, met.to_ms)
    groups = frequencies.together(assets, [near], in_force(line, node.clock.now_ms()).parameters)
    before = met.to_ms - 1
    found = frequencies.alarms(groups, given, before), frequencies.tasks(groups, given, before)
    return Advice(met.to_ms, *found) if any(found) else None
