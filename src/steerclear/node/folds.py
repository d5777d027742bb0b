"""From entries to states: fold a subject again when something about it moved, the line likewise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from steerclear.errors import Malformed
from steerclear.node import across, holding, mover_keep, placing, residues, sheets
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure import fold as folding
from steerclear.procedure import skew
from steerclear.procedure.acts import Acts, acts
from steerclear.procedure.agreement_view import rota
from steerclear.procedure.context import Context, Local, current
from steerclear.procedure.line import Line as LineView
from steerclear.procedure.line import fold_line
from steerclear.procedure.observed import observed
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.store.port import DropSide, PutSide

SETTLED_AFTER_MS, SWEEP_MS = 86_400_000, 3_600_000
"""A subject closed for a day is settled; looked for every hour."""


def context(node: Node, line: LineState) -> Context:
    """What every fold on this line is given."""
    ensure_acts(node, line)
    assert line.acts is not None
    now = node.clock.now_ms()
    if line.residues is None:
        rows = [holding.said(node, line, entry) for entry in line.erasures]
        line.residues = residues.counted(line, rows, lambda entry: holding.header_of(node, line, entry))
    made = Context(
        line=line.id,
        own=node.party,
        members=line.members,
        exercise_line=line.line.exercise,
        in_force=line.acts.in_force,
        suspended=line.acts.suspended,
        rosters=line.acts.rosters,
        local=Local(units=line.units, names=node.names, areas=line.areas, alerts=line.movers.here),
        silent=_silent(line, now),
        author_of=lambda entry: (
            line.headers[entry].author if entry in line.headers else _author(node, line, entry)
        ),
        sealed_of=lambda entry: holding.said(node, line, entry) if holding.known(line, entry) else None,
        skew_of=lambda said: _skew_of(node, line, said),
        fired=frozenset(line.fired),
        sheets=line.sheets.differ,
        openings=line.openings.differ,
        residues=line.residues,
        **agreed(line.acts, now),
    )
    return across.given(node, line, made)


def _skew_of(node: Node, line: LineState, said: Said) -> int:
    check = skew.newest(line.machine_checks.get(said.origin, ()), said.index)
    return skew.of_check(holding.said(node, line, check)) if check else 0


def agreed(done: Acts, now: int) -> dict[str, Any]:
    """What the agreement in force gives every fold besides its numbers."""
    force = current(done.in_force, now)
    terms = done.treaty.texts.get(force.agreement)
    if terms is None:
        return {}
    return {
        "agreed_areas": frozenset(terms.areas),
        "articles": frozenset((article.number, article.text) for article in terms.articles),
        "rota": rota(done, force),
    }


def _silent(line: LineState, now: int) -> frozenset[str]:
    """Members that this node observes as silent."""
    assert line.acts is not None
    numbers = current(line.acts.in_force, now).parameters
    heard = ((party, line.peer(party).heard) for party in line.others)
    return frozenset(
        party for party, one in heard if observed(one, numbers, now) in ("silent", "never-heard")
    )


def ensure_acts(node: Node, line: LineState) -> None:
    """Fold what is about the line again if an entry about it came."""
    if line.acts is None and line.acts_kept is not None and not node.vault.unlocked:
        line.acts = line.acts_kept
        line.dirty.update(line.folded)
    if line.acts is None:
        before = line.acts_kept
        line.acts = acts([holding.said(node, line, entry) for entry in line.about_line], line.current_genesis)
        if before is None or _moving(before) != _moving(line.acts):
            line.dirty.update(line.folded)
        if node.vault.unlocked:
            line.acts_kept = line.acts


def _moving(done: Acts) -> tuple[object, ...]:
    """What in the acts every fold depends on."""
    return done.in_force, done.suspended, done.rosters


def now_of(node: Node, line: LineState, subject_id: str) -> int:
    """The instant at which a subject is folded. NO PLAY runs from its release by the wall clock, however the line's
    clock is stepped (messages.md, mode)."""
    came = line.no_play.get(subject_id)
    if came is None or not node.clock.simulated:
        return node.clock.now_ms()
    return holding.header_of(node, line, subject_id).released_ms + node.wall.now_ms() - came


def fold(node: Node, line: LineState, subject_id: str, entries: list[Said], given: Context) -> Subject:
    """One subject at its own now."""
    if subject_id in line.no_play:
        given = replace(given, wall_ms=now_of(node, line, subject_id))
    return folding.fold(entries, given, node.clock.now_ms())


def line_view(node: Node, line: LineState) -> LineView:
    """The line itself at `now`."""
    ensure_acts(node, line)
    entries = [holding.said(node, line, entry) for entry in line.about_line]
    heard = {party: line.peer(party).heard for party in line.others}
    return fold_line(entries, line.current_genesis, node.party, heard, node.clock.now_ms(), node.names)


def refresh(node: Node, line: LineState) -> list[str]:
    """Fold every subject that moved or fell due; their ids."""
    now = node.clock.now_ms()
    sweep = now - line.swept_ms >= SWEEP_MS
    line.dirty.update(one for one in line.folded.due(now) if one not in line.no_play)
    for one in line.no_play:
        waiting = line.folded.get(one)
        due = waiting.next_due_ms if waiting is not None else None
        if due is not None and due <= now_of(node, line, one):
            line.dirty.add(one)
    if sweep:
        line.dirty.update(one.id for one in line.folded.values() if _settled(one, now))
    line.swept_ms = now if sweep else line.swept_ms
    silent = _silent(line, now)
    if silent != line.silent:
        moved, line.silent = silent ^ line.silent, silent
        for subject in line.folded.values():
            if any(row.party in moved for row in subject.addressees):
                line.dirty.add(subject.id)
    mover_keep.across(node, line)
    if not line.dirty:
        return []
    given = context(node, line)
    across.moved(line, given)
    done = set(line.dirty)
    line.dirty.clear()
    again: set[str] = set()
    for subject_id in sorted(done):
        again |= _refold(node, line, subject_id, given, now)
    for subject_id in sorted(again):
        _refold(node, line, subject_id, given, now)
    return sorted(done | again)


def _refold(node: Node, line: LineState, subject_id: str, given: Context, now: int) -> set[str]:
    """Fold one subject as it stands; which others a sheet of it changes (`sheets`)."""
    if subject_id in line.no_subject or (
        not holding.known(line, subject_id) and _only_records(node, line, subject_id)
    ):
        line.folded.pop(subject_id, None)
        return set()
    entries = _entries(node, line, subject_id)
    if not entries:  # held back with its log's epoch
        return set()
    moved = sheets.note(node, line, entries)
    _keep(node, line, fold(node, line, subject_id, entries, given), now)
    return moved - {subject_id}


def _keep(node: Node, line: LineState, subject: Subject, now: int) -> None:
    """A fold goes among those watched, or among those settled, which a restart need not fold."""
    if _settled(subject, now):
        line.folded.pop(subject.id, None)
        if subject.id not in line.settled:
            line.settled[subject.id] = subject.released_ms
            node.put(PutSide(f"settled/{line.id}", subject.id, str(subject.released_ms).encode()))
        return
    line.folded[subject.id] = subject
    if line.settled.pop(subject.id, None) is not None:
        node.put(DropSide(f"settled/{line.id}", subject.id))


def _settled(subject: Subject, now: int) -> bool:
    """Closed for a day, with nothing due, alarmed or asked: it changes only if somebody speaks of it again."""
    if subject.life not in ("done", "cancelled", "expired") or subject.next_due_ms is not None:
        return False
    if subject.alarms or subject.tasks or (subject.life_safety and subject.kind != "alert"):
        return False
    if subject.family == "talks" or subject.kind == "encounter.report":  # looked at across subjects
        return False
    closed = max(subject.closed_ms or 0, subject.end_ms or 0, subject.released_ms)
    return now - closed >= SETTLED_AFTER_MS


def fold_settled(node: Node, line: LineState, subject_id: str) -> Subject | None:
    """A settled subject, folded because somebody asks."""
    entries = _entries(node, line, subject_id)
    return fold(node, line, subject_id, entries, context(node, line)) if entries else None


def subject(node: Node, line: LineState, entry: str) -> Subject:
    """The subject that an entry belongs to, as it stands now."""
    refresh(node, line)
    root = line.subjects.root(entry)
    found = line.folded.get(root)
    if found is None and root in line.settled:
        found = fold_settled(node, line, root)
    if found is None:
        raise Malformed(
            "unknown-subject", field="id", remedy="no notice, area or stop of that id on this line"
        )
    return found


def _entries(node: Node, line: LineState, subject_id: str) -> list[Said]:
    return [holding.said(node, line, one) for one in line.subjects.entries(subject_id)]


def _only_records(node: Node, line: LineState, subject_id: str) -> bool:
    """Whether nothing but the record's own kinds speaks of an entry that is not held."""
    return all(
        holding.header_of(node, line, one).kind in placing.NO_SUBJECT
        for one in line.subjects.entries(subject_id)
    )


def _author(node: Node, line: LineState, entry: str) -> str:
    return holding.header_of(node, line, entry).author if holding.known(line, entry) else ""
