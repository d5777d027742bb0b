"""Encounters and conduct as this node can compute them from what it holds."""

from __future__ import annotations

from steerclear.errors import Malformed
from steerclear.judgement.conduct import Place
from steerclear.node import folds, holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure import conduct
from steerclear.procedure.bodies import content
from steerclear.procedure.conduct import ConductRow, offset_alarms
from steerclear.procedure.context import Context
from steerclear.procedure.encounters import Area, Encounter, Plan, encounters
from steerclear.procedure.lead import first_named
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Alarm, Subject
from steerclear.procedure.thread import read


def all_of(node: Node, line: LineState) -> tuple[Encounter, ...]:
    """Accounts of encounters side by side, with the notices and areas of that time."""
    said = reports(node, line)
    plans, areas = _standing(node, line) if said else ([], [])
    return encounters(said, plans, folds.context(node, line), areas)


def reports(node: Node, line: LineState) -> list[Said]:
    """Every encounter report that this node holds."""
    return [holding.said(node, line, one.version) for one in line.folded.reports.values()]


def _standing(node: Node, line: LineState) -> tuple[list[Plan], list[Area]]:
    """All notices and areas of the line with their volumes as shared."""
    plans, areas = [], []
    for one in [*(subject.id for subject in line.folded.values()), *line.settled]:
        subject = line.folded.get(one) or folds.fold_settled(node, line, one)
        if subject is None or subject.family not in ("activity", "area"):
            continue
        body = content(holding.said(node, line, subject.version))
        volumes = getattr(body, "volumes", ())
        if subject.family == "activity":
            plans.append(Plan(subject.id, subject.author, volumes))
        elif subject.area is not None and volumes:
            place = Place(entry=subject.version, area=getattr(body, "area", None) or "", volumes=volumes)
            areas.append(Area(place, subject.released_ms, subject.closed_ms))
    return plans, areas


def conduct_of(node: Node, line: LineState, entry: str) -> list[ConductRow]:
    """Rule by rule what was measured of one account, or of one danger area's notice. Raises `Malformed`
    `unknown-subject`, `no-conduct` where no rule speaks of such an entry."""
    subject = folds.subject(node, line, entry)
    if subject.kind == "encounter.report":
        found = [one for one in all_of(node, line) if subject.version in one.reports]
        return [row for one in found for row in one.conduct if subject.version in row.judged.accounts]
    rows = _of_notice(node, line, subject)
    if not rows:
        raise Malformed(
            "no-conduct",
            field="id",
            remedy="name an encounter report, or a danger area whose payload this node holds",
        )
    return rows


def _of_notice(node: Node, line: LineState, subject: Subject) -> list[ConductRow]:
    if subject.kind != "activity.hazard":
        return []
    given = folds.context(node, line)
    entries = [holding.said(node, line, one) for one in subject.entries]
    root = next(said for said in entries if said.id == subject.id)
    thread = read(entries, root, given)
    named = first_named(thread)
    return conduct.of_notice(thread.current, named[0] if named is not None else thread.current, given)


def alarms(node: Node, line: LineState, given: Context) -> tuple[Alarm, ...]:
    """Bearings that are off by one angle; computed again only when a report came or the agreement changed."""
    if len(line.folded.reports) < 2:
        return ()
    key = ([(one.version, one.held) for one in line.folded.reports.values()], given.in_force)

    if line.nearby.turned[0] != key:
        said = reports(node, line)
        found = offset_alarms(conduct.offsets(said, given), {one.id: one.at_ms for one in said})
        line.nearby.turned = (key, found)
    return line.nearby.turned[1]
