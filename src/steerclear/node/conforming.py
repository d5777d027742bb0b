"""Own movers and what they are held against (issue 4 §4); what the runtime found of it, at home alone.

The fleet is the party's own list: which mover, by what it broadcasts, moves under which notice, since a notice says of
nobody which one it is. It never leaves the node, nor does what follows from it: nothing here becomes an entry.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from steerclear.errors import Malformed
from steerclear.judgement.conformance.danger import DangerArea, Endangered
from steerclear.judgement.conformance.judge import Declared
from steerclear.judgement.conformance.rows import Standing, Uncoordinated
from steerclear.judgement.conformance.undeclared import AgreedArea
from steerclear.judgement.reading import repeated
from steerclear.judgement.separation.course import DeclaredLine
from steerclear.judgement.separation.life import Lives
from steerclear.node import folds, holding, mover_keep, sides, tick
from steerclear.node.line import LineState
from steerclear.node.mover_state import OwnMover, Plan
from steerclear.node.node import Node
from steerclear.procedure.bodies import content
from steerclear.space.prepare import NotJudgeable, PreparedVolume, prepare_protective
from steerclear.space.volume import Corridor, Volume4D
from steerclear.speech.kind import ACTIVITIES
from steerclear.speech.shape import volumes_of
from steerclear.store.port import DropSide

MOVING = ("activity.flight", "activity.voyage", "activity.ground", "movement.notify")
TRANSMITS = ("transponder", "ais")
"""Fields that say whether a mover transmits."""
HAZARD = "activity.hazard"
OVER = ("done", "cancelled", "amended")
MAX_FLEET = 10_000


def assign(node: Node, line_id: str, rows: Sequence[OwnMover]) -> None:
    """Own movers with the notices under which they move; what stood of the same ident is replaced. Raises `Malformed`:
    `unknown-entry`, `not-an-own-notice`, `too-many`, `locked`."""
    line = node.line(line_id)
    if not node.vault.unlocked:
        raise Malformed("locked", field="fleet", remedy="unlock the node")
    if len({*line.movers.fleet, *(row.ident for row in rows)}) > MAX_FLEET:
        raise Malformed(
            "too-many", field="fleet", remedy=f"at most {MAX_FLEET} movers: remove those that are gone"
        )
    for number, row in enumerate(rows):
        if row.notice:
            _own_notice(node, line, row.notice, f"fleet[{number}].notice")
    for row in rows:
        line.movers.fleet[row.ident] = row
        key = line.movers.fleet_keys.setdefault(row.ident, node.random(16).hex())
        sides.put_sealed(node, mover_keep.ns_fleet(line), key, msgspec.json.encode(row))
    line.movers.plan = None
    node.changed.add(line.id)


def _own_notice(node: Node, line: LineState, entry: str, field: str) -> None:
    if not holding.known(line, entry):
        raise Malformed(
            "unknown-entry", field=field, remedy="this node holds no entry of that id on this line"
        )
    header = holding.header_of(node, line, line.subjects.root(entry))
    if header.author != node.party or header.kind not in MOVING:
        raise Malformed("not-an-own-notice", field=field, remedy="name an own flight, voyage or convoy")


def remove(node: Node, line_id: str, ident: str) -> None:
    """Raises `Malformed` `unknown-mover`."""
    line = node.line(line_id)
    if line.movers.fleet.pop(ident, None) is None:
        raise Malformed("unknown-mover", field="ident", remedy="list them with: steerclear fleet list")
    node.put(DropSide(mover_keep.ns_fleet(line), line.movers.fleet_keys.pop(ident)))
    line.movers.plan = None
    node.changed.add(line.id)


def plan(node: Node, line_id: str) -> Plan:
    """What movers are held against now: the same value until a notice, an area or the fleet moved."""
    line = node.line(line_id)
    if line.movers.plan is None:
        tick.refresh(node, line)
        areas = _areas(node, line)
        line.movers.plan = Plan(
            dict(line.movers.fleet),
            tuple(
                made for row in line.movers.fleet.values() if (made := _declared(node, line, row)) is not None
            ),
            areas,
            _volumes(line) if areas else (),
            _dangers(line),
        )
    return line.movers.plan


def _declared(node: Node, line: LineState, row: OwnMover) -> Declared | None:
    """None where its notice is completed or withdrawn, or none was named."""
    if not row.notice:
        return None
    subject = line.folded.get(line.subjects.root(row.notice))
    if subject is None or subject.life in OVER:
        return None
    body = content(holding.said(node, line, subject.version))
    volumes = repeated(volumes_of(body), getattr(body, "recurrence", None)) if body is not None else ()
    transmits = any(getattr(body, name, None) == "on" for name in TRANSMITS)
    prepared = tuple(prepare_protective(one)[0] for one in volumes)
    return Declared(subject.id, row.ident, prepared, transmits, _lines(volumes, prepared))


def _lines(
    volumes: Sequence[Volume4D], prepared: Sequence[PreparedVolume | NotJudgeable]
) -> tuple[DeclaredLine, ...]:
    """Corridors among the volumes: where they turn, and when they hold."""
    return tuple(
        DeclaredLine(tuple((lat, lon) for lat, lon in one.outline.line), one.outline.half_width_mm, *window)
        for one, made in zip(volumes, prepared, strict=True)
        if isinstance(one.outline, Corridor) and isinstance(made, PreparedVolume)
        for window in [(made.start_ms, made.end_ms)]
    )


def _areas(node: Node, line: LineState) -> tuple[AgreedArea, ...]:
    """Areas that the agreement in force names, which stand, as their owner shared them."""
    agreed = folds.context(node, line).agreed_areas
    out = []
    for entry in sorted(agreed):
        root = line.subjects.root(entry)
        volumes = _prepared(line, root)
        if volumes:
            out.append(AgreedArea(root, volumes))
    return tuple(out)


def _volumes(line: LineState) -> tuple[PreparedVolume, ...]:
    """Everything that anybody declared to fly, sail or drive."""
    roots = [one.id for one in line.folded.values() if one.kind in ACTIVITIES]
    return tuple(volume for root in roots for volume in _prepared(line, root))


def _dangers(line: LineState) -> tuple[DangerArea, ...]:
    """Hazards that stand, whoever told of them, by their most protective reading."""
    roots = [
        one.id
        for one in line.folded.values()
        if one.kind == HAZARD and one.life not in (*OVER, "cancelled", "expired")
    ]
    return tuple(DangerArea(root, volumes) for root in roots if (volumes := _prepared(line, root)))


def _prepared(line: LineState, root: str) -> tuple[PreparedVolume, ...]:
    if line.active is None:
        return ()
    found = line.active.prepared(line.active_of.get(root, ""))
    return tuple(volume for volume in found if isinstance(volume, PreparedVolume))


def take(
    node: Node,
    line_id: str,
    standings: Sequence[Standing],
    lives: Lives[Standing],
    undeclared: Lives[Uncoordinated],
    in_danger: Lives[Endangered],
) -> None:
    """What the last look found. What rings was confirmed (n of m), so that one stray report calls nobody."""
    line = node.line(line_id)
    kept = line.movers
    kept.standings, kept.judged_ms = tuple(standings), node.clock.now_ms()
    confirmed = {key: live for key, live in lives.live.items() if live.confirmed_ms is not None}
    kept.departed = {key: live.raised_ms for key, live in confirmed.items()}
    kept.told = {key: live.last.what for key, live in confirmed.items()}
    inside = [live for live in undeclared.live.values() if live.confirmed_ms is not None]
    kept.uncoordinated = tuple(live.last.what for live in inside)
    kept.endangered = {
        key: (live.raised_ms, live.last.what)
        for key, live in in_danger.live.items()
        if live.confirmed_ms is not None
    }
    kept.entered = {}
    for live in inside:
        area = live.last.what.area
        kept.entered[area] = min(live.raised_ms, kept.entered.get(area, live.raised_ms))
    node.changed.add(line.id)
