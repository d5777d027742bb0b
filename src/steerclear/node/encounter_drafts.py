"""Drafts of encounter reports from alerts: what was seen stands in them, the rest an officer says (issue 4 §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from steerclear.errors import Malformed
from steerclear.judgement.separation.encounter import report_of
from steerclear.judgement.separation.meeting import Meeting, asked_of, side_of
from steerclear.judgement.separation.views import is_home
from steerclear.node import folds, holding, write
from steerclear.node.alert_rows import own_in
from steerclear.node.draft import Draft
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.movers import course_of
from steerclear.node.node import Node
from steerclear.procedure.bodies import instant
from steerclear.speech import complete
from steerclear.speech.kinds.alert import Alert
from steerclear.speech.parameters import Parameters


class EncounterDraft(msgspec.Struct, frozen=True):
    """A report begun: `draft` as the desk takes it, `missing` what its officer still says, in the order to ask.
    `standing`: the alert is not over; the draft ends with the last look, and what comes after is not in it."""

    draft: Draft
    missing: tuple[str, ...]
    standing: bool = False


def draft(node: Node, line_id: str, id: str, own: str = "") -> EncounterDraft:
    """Of an alert of the line or of one that stays at home, by its id or the start of it; `own` names which of the two
    is ours where this node does not know. Raises `Malformed`: `locked`, `unknown-alert`, `which-is-ours`,
    `no-states`."""
    line = node.line(line_id)
    if not node.vault.unlocked:
        raise Malformed("locked", field="id", remedy="unlock the node")
    entry, met, course, begin, over = _seen(node, line, id)
    end = max(look.at_ms for look in (met, *course)) if over is None else over
    met = _owned(line, met, own, entry)
    body = report_of(met, begin, end, in_force(line, node.clock.now_ms()).parameters, course)
    if body is None:
        names = " or ".join(side.handle for side in met.sides)
        raise Malformed("which-is-ours", field="own", remedy=f"name the one that is ours: {names}")
    return EncounterDraft(
        Draft(
            kind="encounter.report",
            mode=write.mode_of_node(line),
            to=line.others,
            refs=(entry,) if entry else (),
            body=msgspec.to_builtins(body),
        ),
        complete.missing("encounter.report", body),
        standing=over is None,
    )


def _seen(node: Node, line: LineState, id: str) -> tuple[str, Meeting, tuple[Meeting, ...], int, int | None]:
    """(the entry to refer to, the nearest look, others, begin, when it was over: None while it stands)."""
    now = node.clock.now_ms()
    found = [kept for kept in line.movers.kept.values() if id and kept.id.startswith(id)]
    if len(found) == 1:
        kept = found[0]
        entry = kept.released[0] if kept.released else "" if kept.at_home else kept.id
        seen = _without_heights if is_home(kept.key) else _as_seen
        if kept.over_ms is not None:
            return entry, seen(kept.met), tuple(map(seen, kept.course)), kept.first_ms, kept.over_ms
        live = line.movers.standing.get(kept.id)
        looks = tuple(map(seen, course_of(live) if live is not None else (kept.met, *kept.course)))
        return entry, _nearest(looks), looks, kept.first_ms, None
    roots = [entry for entry in line.movers.roots if id and entry.startswith(id)]
    if len(roots) != 1:
        raise Malformed("unknown-alert", field="id", remedy="list them with: steerclear alert list")
    subject = folds.subject(node, line, roots[0])
    bodies = [holding.said(node, line, entry).body for entry in subject.entries]
    told = [body for body in bodies if isinstance(body, Alert) and body.states]
    if not told:
        raise Malformed(
            "no-states",
            field="id",
            remedy="this alert carries no states: file it by hand, steerclear encounter",
        )
    numbers = in_force(line, now).parameters
    looks = tuple(_met(body, now, numbers) for body in told)
    over = subject.alert.cleared_ms if subject.alert is not None else None
    return subject.id, _nearest(looks), looks, instant(told[-1].first) or now, over


def _as_seen(met: Meeting) -> Meeting:
    return met


def _without_heights(met: Meeting) -> Meeting:
    """What all feeds showed of two that may both broadcast: their heights may follow from donors that own feeds alone
    placed (boundary.md). An officer who knows his own states it."""
    one, two = (replace(side, low_tmm=None, high_tmm=None) for side in met.sides)
    return replace(met, one=one, two=two)


def _nearest(looks: Sequence[Meeting]) -> Meeting:
    return min(looks, key=lambda met: met.relative.horizontal_mm.low)


def _met(body: Alert, now_ms: int, numbers: Parameters) -> Meeting:
    one, two = (side_of(state) for state in body.states)
    return Meeting(one, two, instant(body.at) or now_ms, asked_of(one.mover, two.mover, numbers))


def _owned(line: LineState, met: Meeting, own: str, entry: str) -> Meeting:
    """The meeting with the own side marked: as named, as it was seen, else as is known of the alert of that entry."""
    if not own and any(side.own for side in met.sides):
        return met
    subject = line.folded.get(line.subjects.root(entry)) if entry else None
    alert = subject.alert if subject is not None else None
    mine = {own} if own else {*line.movers.fleet, *(own_in(line, alert) if alert is not None else ())}
    one, two = (replace(side, own=side.handle in mine) for side in met.sides)
    return replace(met, one=one, two=two)
