"""Which plans conflict, kept up to date as subjects move: the active set, its judgements, and what is unchecked.

A conflict is a view: nothing of it is an entry. `since_ms`, when this node first saw it, is side data, so that the
reminder runs on over a restart.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from steerclear.judgement import ActiveSet, Judgement, judgement_hash
from steerclear.judgement.booking import booked_km3_h
from steerclear.judgement.notice import Notice
from steerclear.judgement.reading import JUDGED_KINDS, place_lost
from steerclear.judgement.rules import Rules
from steerclear.node import expected, holding, overlaps, payloads
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.bodies import content
from steerclear.procedure.judged_notice import AsRead, judged_notice
from steerclear.procedure.reminders import OpenConflict
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.store.port import DropSide, PutSide
from steerclear.views.conflicts import Conflict, Unchecked, in_order


def refresh(node: Node, line: LineState, changed: Iterable[str]) -> None:
    """Bring the active set in line with the subjects that moved, and judge those again."""
    active = line.active
    now = node.clock.now_ms()
    force = in_force(line, now)
    if active is None or outdated(node, line):
        line.rules_name = (force.agreement, force.parameters.hash)
        line.active = active = ActiveSet(Rules(force.parameters, force.agreement))
        line.judged.clear()
        changed = [one.id for one in line.folded.values() if one.kind in JUDGED_KINDS]
    again = []
    for subject_id in changed:
        subject = line.folded.get(subject_id)
        before = line.active_of.pop(subject_id, "")
        notice = _notice(node, line, subject) if subject is not None else None
        if before and (notice is None or notice.id != before):
            active.remove(before)
            _forget(node, line, before)
        if notice is None:
            continue
        if before == notice.id and not _moved(active, notice):
            line.active_of[subject_id] = before
            continue
        if before:
            active.remove(before)
            _forget(node, line, before)
        active.add(notice)
        line.active_of[subject_id] = notice.id
        again.append(notice)
    for notice in again:
        for judgement in active.check(notice).judgements:
            _keep(node, line, judgement, now)


def all_of(node: Node, line: LineState) -> list[Conflict]:
    """Every conflict and every `not_judged` that stands, conflicts first."""
    rows = [
        Conflict(j, h, line.conflicts_since.get(j.id, 0), expected=expected.answers(node, line, j))
        for j, h in line.judged.values()
    ]
    return in_order([*rows, *overlaps.rows(line)])


def open_conflicts(node: Node, line: LineState) -> list[OpenConflict]:
    """What reminders look at."""
    out = []
    for row in all_of(node, line):
        one, active = row.judgement, line.active
        if row.expected or one.verdict != "conflict" or active is None or one.rule == overlaps.RULE:
            continue
        notice = active.get(one.a.entry)
        mode = notice.mode if notice is not None else "REAL"
        out.append(OpenConflict(one.id, one.a.entry, one.b.entry, row.since_ms, mode))
    return out


def unchecked(node: Node, line: LineState) -> list[Unchecked]:
    """Own plans against whom nothing can be said yet: until B has cosigned the plan *and* B's log is mirrored up to a
    checkpoint whose `seen` covers it (judgement.md, Concurrency)."""
    out = []
    for entry in line.active_of.values():
        place = line.positions.get(entry)
        if place is None:
            continue
        log = line.logs[place[0]]
        if log.party != node.party:
            continue
        header = holding.header_of(node, line, entry)
        waiting, as_of = [], {}
        for party in holding.addressed(line, header):
            peer = holding.newest_log(line, party)
            covered = log.times.first_cover(party, place[1]) is not None
            if peer is None or not covered or not peer.first_cover(log.name, place[1]):
                waiting.append(party)
            if peer is not None:
                as_of[party] = peer.size
        if waiting:
            out.append(Unchecked(entry, tuple(waiting), as_of))
    return out


def _notice(node: Node, line: LineState, subject: Subject) -> Notice | None:
    """The version of a plan or area that stands now; None when none does (areas stand until released)."""
    over = (
        subject.area.state == "released"
        if subject.area is not None
        else subject.life not in ("released", "active")
    )
    if subject.kind not in JUDGED_KINDS or over or subject.residue:
        return None
    said = holding.said(node, line, subject.version)
    notice = judged_notice(subject, said, content(said), as_read(node, line, said))
    return _capped(line, notice, said) if notice is not None else None


def outdated(node: Node, line: LineState) -> bool:
    """Whether what stands judged was judged by other terms than those in force now: an entry or a date changed them."""
    if line.active is None:
        return False
    force, rules = in_force(line, node.clock.now_ms()), line.active.rules
    return (rules.agreement, rules.parameters) != (force.agreement, force.parameters)


def as_read(node: Node, line: LineState, said: Said) -> AsRead:
    """What is known of an entry besides itself, for its judgement."""
    seen = line.order.seen_at(line.logs[said.origin].name, said.index)
    origins = {f"{line.id}/{name}": size for name, size in seen.items()}
    read = payloads.content(node, line, said.header, said.id) if said.held == "held" else None
    return AsRead(origins) if read is None else AsRead(origins, read.marks, place_lost(read.faults))


def _capped(line: LineState, notice: Notice, said: Said) -> Notice:
    """Priority and earliness count only inside the party's cap of volume × time."""
    active = line.active
    if active is None or not active.rules.parameters.give_way:
        return notice
    held = [one for one in active.notices() if one.party == notice.party and one.mode == notice.mode]
    over = booked_km3_h([*held, notice]) > active.rules.parameters.booking_cap_km3_h
    return msgspec.structs.replace(notice, over_cap=over)


def _moved(active: ActiveSet, notice: Notice) -> bool:
    """Whether a notice of the same entry reads differently now (its payload came, an area was agreed)."""
    known = active.get(notice.id)
    return known is None or msgspec.structs.replace(known, over_cap=notice.over_cap) != notice


def _keep(node: Node, line: LineState, judgement: Judgement, now: int) -> None:
    line.judged[judgement.id] = (judgement, judgement_hash(judgement))
    for side in (judgement.a.entry, judgement.b.entry):
        line.judged_of.setdefault(side, set()).add(judgement.id)
    if judgement.verdict == "conflict" and judgement.id not in line.conflicts_since:
        line.conflicts_since[judgement.id] = now
        node.put(PutSide(f"conflict/{line.id}", judgement.id, str(now).encode()))
        node.changed.add(line.id)


def _forget(node: Node, line: LineState, entry: str) -> None:
    for conflict in line.judged_of.pop(entry, set()):
        line.judged.pop(conflict, None)
        if line.conflicts_since.pop(conflict, None) is not None:
            node.put(DropSide(f"conflict/{line.id}", conflict))
            node.changed.add(line.id)
