"""`fold`: all entries of one subject in, its state out; and `next_due`, when to look again.

A pure function of the set of entries, the context and `now` (record.md, State): entries are sorted by (depth,
origin, index) first, so the order in which they arrived, and how often, changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from steerclear.procedure import calls, claims, contact, movement, overlap_queries
from steerclear.procedure import meeting as meetings
from steerclear.procedure import residue as residues
from steerclear.procedure.activity import life, versions
from steerclear.procedure.area import lapses_ms
from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.contradictions import contradictions
from steerclear.procedure.deadlines import closed_at
from steerclear.procedure.dissemination import counts_until
from steerclear.procedure.free_text import free_texts
from steerclear.procedure.lead import lead_time
from steerclear.procedure.machines import alarms_of, marks_of, run, tasks_of
from steerclear.procedure.marks import no_play
from steerclear.procedure.provision import provision
from steerclear.procedure.said import Said, ordered
from steerclear.procedure.subject import Subject
from steerclear.procedure.subjects import BY_REFERENCE, parent
from steerclear.procedure.thread import Thread, read
from steerclear.procedure.titles import titled
from steerclear.record.texts import NOTIFICATION
from steerclear.speech import table, texts
from steerclear.speech.kind import MOVEMENTS, PLACES


def root_of(entries: Sequence[Said]) -> Said | None:
    """The entry that the others hang on: the one whose parent is not among them."""
    ids = {said.id for said in entries}
    tops = [said for said in entries if parent(said.header) not in ids]
    free = [said for said in tops if not parent(said.header)]
    return next(iter(free or tops), None)


def fold(entries: Sequence[Said], context: Context, now_ms: int) -> Subject:
    """The subject that `entries` make at `now_ms`. Raises `ValueError` on no entries at all.

    Where the root has not arrived the earliest entry stands in for it, marked `root-missing`. A REAL stop in
    an exercise runs on `context.wall_ms` when given.
    """
    said = ordered(entries)
    root = root_of(said)
    if root is None:
        raise ValueError("a subject has at least one entry")
    now = context.wall_ms if no_play(root, context) and context.wall_ms is not None else now_ms
    residue = context.residues.get(root.id)
    if residue is not None and residues.applies(residue, now):
        return residues.folded(root, residue, said)
    return _fold(read(said, root, context), context, now)


def _fold(thread: Thread, context: Context, now_ms: int) -> Subject:
    thread = contact.counted(thread)
    root, current = thread.root, thread.current
    if root.kind == "meeting":
        thread = replace(thread, no_effect=(*thread.no_effect, *meetings.no_effect(thread, context)))
    made = run(thread, context, now_ms)
    now = life(thread, made.start_ms, made.end_ms, made.rows, now_ms)
    found = marks_of(thread, context, made)
    kind, named = table.kind(root.kind), titled(root.kind, made.body)
    subject = Subject(
        id=root.id,
        kind=root.kind,
        family=kind.family if kind is not None else "unknown",
        author=root.author,
        mode=root.header.mode,
        life_safety=root.header.life_safety,
        precedence=root.header.precedence,
        released_ms=root.header.released_ms,
        life=now,
        version=current.id,
        versions=versions(thread, now),
        title=texts.say(named["key"], named["parameters"]),
        start_ms=made.start_ms,
        end_ms=made.end_ms,
        held=current.held,
        no_play=no_play(root, context),
        interim=context.force_at(root).interim,
        marks=found
        if not parent(root.header) or root.kind in BY_REFERENCE
        else tuple(sorted({*found, "root-missing"})),
        missing=made.missing,
        addressees=made.rows,
        dissemination_home=made.home,
        stop=made.stop,
        area=made.area,
        overlap=overlap_queries.overlap(thread),
        movement=made.movement,
        calls=calls.rows(thread),
        assistance=made.assistance,
        radio=made.radio,
        alert=made.alert,
        lead_time=lead_time(thread, context),
        uncovered=made.uncovered,
        handover=made.handover,
        claim=claims.claim(thread),
        meeting=made.meeting,
        provision=provision(thread, context) if root.kind == "provision" else None,
        deadlines=tuple(sorted(made.due, key=lambda row: (row.due_ms, row.id))),
        alarms=alarms_of(thread, context, made, now_ms),
        tasks=tasks_of(thread, context, made, now_ms),
        no_effect=thread.no_effect,
        contradictions=contradictions(thread, context),
        closed_by=thread.closing.id if thread.closing else "",
        closed_ms=closed_at(thread),
        entries=tuple(said.id for said in thread.entries),
        free_text=free_texts(thread.entries),
        standing=(NOTIFICATION,) if root.kind in (*PLACES, *MOVEMENTS) else (),
        titled=named,
    )
    return msgspec.structs.replace(subject, next_due_ms=_next_due(subject, context, thread, now_ms))


def _next_due(subject: Subject, context: Context, thread: Thread, now_ms: int) -> int | None:
    """The first instant after `now_ms` at which something here changes by itself; but for the end of a
    cool-down, which is sealed: the node's own clock wakes for it (node/cooling.py).
    """
    closed = thread.closing is not None
    instants: list[int | None] = [row.due_ms + 1 for row in subject.deadlines if row.state == "open"]
    instants += [row.dissemination.counts_until_ms for row in subject.addressees]
    instants += [unit.counts_until_ms for unit in context.local.units.get(subject.id, ())]
    if subject.dissemination_home is not None:
        instants += _home_lapses(thread, context)
    if not closed:
        instants += [subject.start_ms, subject.end_ms]
        if subject.area is not None:
            instants.append(lapses_ms(thread, content(thread.current), context))
        if subject.movement is not None:
            instants += movement.instants(thread, context)
    if subject.stop is not None and not closed:
        before = context.parameters(thread.root).hold_alarm_before_ms
        for hold in subject.stop.holds:
            if hold.state == "holding":
                instants += [hold.until_ms - before, hold.until_ms]
    residue = context.residues.get(subject.id)
    if residue is not None:
        instants.append(residue.term_ms)
    return min((at for at in instants if at is not None and at > now_ms), default=None)


def _home_lapses(thread: Thread, context: Context) -> list[int | None]:
    own = [said for said in thread.entries if said.kind == "dissemination" and said.author == context.own]
    return [counts_until(said, context) for said in own]


def next_due(subject: Subject) -> int | None:
    """When the subject reads differently if nothing arrives; None when it never will."""
    return subject.next_due_ms


def outward(subject: Subject) -> Subject:
    """The subject without what must stay at home: units and posts by name, counts where only a word may
    leave, who is in an area, the node's own names in texts, its tasks (messages.md, Answers and States).
    """
    replace = msgspec.structs.replace
    rows = tuple(
        replace(row, dissemination=replace(row.dissemination, n=None, m=None)) for row in subject.addressees
    )
    return replace(
        subject,
        addressees=rows,
        dissemination_home=None,
        area=replace(subject.area, home="") if subject.area is not None else None,
        stop=replace(subject.stop, lost_hop_name="") if subject.stop is not None else None,
        alert=replace(subject.alert, here=None) if subject.alert is not None else None,
        alarms=tuple(
            replace(alarm, text="", consequence="", action="", key="", parameters={})
            for alarm in subject.alarms
        ),
        tasks=(),
        titled={},
    )
