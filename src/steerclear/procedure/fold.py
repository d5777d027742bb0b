"""`fold`: all entries of one subject in, its state out; and `next_due`, when to look again.

A pure function of the set of entries, the context and `now` (record.md, State): entries are sorted by (depth,
origin, index) first, so the order in which they arrived, and how often, changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from steerclear.procedure import (
    assistance,
    calls,
    challenges,
    claims,
    contact,
    guard_calls,
    handover,
    humanitarian,
    movement,
    overlap_queries,
    reviews,
    rosters,
)
from steerclear.procedure import meeting as meetings
from steerclear.procedure import residue as residues
from steerclear.procedure.activity import life, versions
from steerclear.procedure.addressee import addressees, with_lost_hop
from steerclear.procedure.alarms import alarms
from steerclear.procedure.area import area, lapses_ms
from steerclear.procedure.bodies import content, title, window
from steerclear.procedure.context import Context
from steerclear.procedure.contradictions import contradictions
from steerclear.procedure.deadlines import closed_at, ladder, relays, replies
from steerclear.procedure.dissemination import at_home, counts_until
from steerclear.procedure.free_text import free_texts
from steerclear.procedure.lead import lead_time
from steerclear.procedure.marks import marks, missing, no_play
from steerclear.procedure.provision import provision
from steerclear.procedure.rosters import uncovered
from steerclear.procedure.said import Said, ordered
from steerclear.procedure.stop import hold_deadlines, lost_hop, stop
from steerclear.procedure.subject import Subject
from steerclear.procedure.subjects import BY_REFERENCE, parent
from steerclear.procedure.talks_alarms import meeting_alarms, meeting_tasks
from steerclear.procedure.tasks import tasks
from steerclear.procedure.thread import Thread, read
from steerclear.record.texts import NOTIFICATION
from steerclear.speech import table
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
    body = content(current)
    start, end = window(body)
    rows = addressees(thread, context, now_ms)
    due = (
        *ladder(thread, context, now_ms),
        *(hold_deadlines(thread, context, now_ms) if root.kind == "stop" else ()),
        *replies(thread, context, now_ms),
        *relays(thread, context, now_ms),
        *claims.deadlines(thread, context, now_ms),
        *contact.deadlines(thread, context, now_ms),
        *(meetings.deadlines(thread, context, now_ms) if root.kind == "meeting" else ()),
        *(movement.check_ins(thread, context, now_ms) if root.kind in MOVEMENTS else ()),
    )
    home = at_home(thread, context, now_ms)
    the_stop = stop(thread, context, now_ms, due, rows, home) if root.kind == "stop" else None
    the_area = area(thread, body, context, now_ms) if root.kind in PLACES else None
    if root.header.life_safety:
        repeated = the_stop is not None and bool(the_stop.repeated_by)
        rows = tuple(
            with_lost_hop(row, lost_hop(thread, row.party, due, repeated)) if row.informed else row
            for row in rows
        )
    asked = missing(thread)
    moving = movement.movement(thread, context, rows, due, asked, now_ms) if root.kind in MOVEMENTS else None
    gaps = uncovered(thread, context, rows, start, end) if root.kind in table.ACTIVITIES else ()
    handed = handover.handover(thread)
    helped = assistance.assistance(thread, end, now_ms) if root.kind == assistance.KIND else None
    spoken = guard_calls.state(thread, context)
    the_meeting = meetings.meeting(thread, context, due) if root.kind == "meeting" else None
    now = life(thread, start, end, rows, now_ms)
    found = marks(thread, body, context, rows, the_area, the_stop, asked)
    if gaps:
        found = tuple(sorted({*found, "uncovered-hours"}))
    if the_stop is not None and the_stop.pattern_of:
        found = tuple(sorted({*found, reviews.PATTERN}))
    found = tuple(sorted({*found, *contact.marks(thread, spoken), *overlap_queries.marks(thread, context)}))
    kind = table.kind(root.kind)
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
        title=title(root.kind, body),
        start_ms=start,
        end_ms=end,
        held=current.held,
        no_play=no_play(root, context),
        interim=context.force_at(root).interim,
        marks=found
        if not parent(root.header) or root.kind in BY_REFERENCE
        else tuple(sorted({*found, "root-missing"})),
        missing=asked,
        addressees=rows,
        dissemination_home=home,
        stop=the_stop,
        area=the_area,
        overlap=overlap_queries.overlap(thread),
        movement=moving,
        calls=calls.rows(thread),
        assistance=helped,
        radio=spoken,
        lead_time=lead_time(thread, context),
        uncovered=gaps,
        handover=handed,
        claim=claims.claim(thread),
        meeting=the_meeting,
        provision=provision(thread, context) if root.kind == "provision" else None,
        deadlines=tuple(sorted(due, key=lambda row: (row.due_ms, row.id))),
        alarms=(
            *alarms(thread, context, now_ms, due, rows, the_stop, end),
            *meeting_alarms(thread, context, the_meeting, due),
            *humanitarian.alarms(thread, context, moving, due, home, now_ms),
            *contact.alarms(thread, context, due, helped, end),
        ),
        tasks=(
            *tasks(thread, context, now_ms, due, rows, asked),
            *rosters.tasks(thread, context, gaps),
            *handover.tasks(thread, context, handed),
            *reviews.tasks(thread, context, the_stop),
            *claims.tasks(thread, context, due),
            *challenges.tasks(thread, context),
            *overlap_queries.tasks(thread, context),
            *contact.tasks(thread, context, helped),
            *meeting_tasks(thread, context, the_meeting),
            *humanitarian.tasks(thread, context, rows, asked, home, the_area, moving, now_ms),
        ),
        no_effect=thread.no_effect,
        contradictions=contradictions(thread, context),
        closed_by=thread.closing.id if thread.closing else "",
        closed_ms=closed_at(thread),
        entries=tuple(said.id for said in thread.entries),
        free_text=free_texts(thread.entries),
        standing=(NOTIFICATION,) if root.kind in (*PLACES, *MOVEMENTS) else (),
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
        alarms=tuple(replace(alarm, text="", consequence="", action="") for alarm in subject.alarms),
        tasks=(),
    )
