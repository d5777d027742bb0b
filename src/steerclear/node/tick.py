"""What falls due by itself: checkpoints put off or grown old, machine checks, alarms that begin, heartbeats summed up.

`tick` does all that is due now; `next_due` says when to come again. Both are driven by a loop on a real line and by
the player's steps on an exercise line.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from statistics import median

from steerclear.node import (
    advice,
    checks,
    compartments,
    conflicts,
    cooling,
    erase,
    feeds,
    folds,
    holding,
    inline,
    lock,
    mover_alarms,
    mover_keep,
    mover_saying,
    naming,
    nearby,
    recover,
    retention,
    waiting,
    write,
)
from steerclear.node.in_force import in_force, numbers_now
from steerclear.node.lasting import lasting
from steerclear.node.line import LineState, PeerState
from steerclear.node.node import Node
from steerclear.procedure.alarms import fired_key
from steerclear.procedure.flood import floods, grouped
from steerclear.procedure.reminders import next_reminder, reminders
from steerclear.procedure.subject import Alarm
from steerclear.speech.kinds.line_check import Beat, LineCheck
from steerclear.speech.payload import Inner
from steerclear.units import format_time

AT_HOME = (compartments.RULE, *feeds.RULES, *mover_alarms.RULES)
"""Alarms that leave no trace in the log: what a custodian keeps, and what this site receives (boundary.md)."""


MANY = 500
"""Subjects folded at once, as after a start or the unlocking of a node, that will stand for long."""


def tick(node: Node) -> bool:
    """Everything that is due at `now`; whether anything changed."""
    before = len(node.ops)
    for line in node.lines.values():
        if line.settings.recovery and not node.zeroized:
            recover.automatically(node, line)
        if node.zeroized or line.settings.recovery:
            inline.due(node, line)
            refresh(node, line)
            continue
        _check(node, line)
        inline.due(node, line)
        erase.follow(node, line)
        retention.due(node, line)
        mover_saying.late(node, line)
        refresh(node, line)
        _fire(node, line)
        if not write.sign_if_due(node, line):
            _keep_fresh(node, line)
    return len(node.ops) > before


def refresh(node: Node, line: LineState) -> None:
    """Subjects, conflicts, alarms, the checks owed and what waits for a releaser, as they stand now."""
    folds.ensure_acts(node, line)
    if conflicts.outdated(node, line):  # also by a date of the agreement alone: what each fold is given moved
        line.dirty.update(line.folded)
    line.dirty.update(cooling.due(line, node.clock.now_ms()))
    with lasting() if len(line.dirty) >= MANY else nullcontext():
        changed = folds.refresh(node, line)
        cooling.forget_released(node, line)
        mover_keep.forget_old(node, line)
        lock.note_due(node, line, changed)
        if changed or line.active is None or conflicts.outdated(node, line):
            conflicts.refresh(node, line, changed)
            mover_keep.moved(line, changed)
            nearby.refresh(line.nearby, line.active, line.active_of, changed)
            node.changed.add(line.id)
    line.line_alarms = current_alarms(node, line)
    wanted = waiting.tasks(node, line, in_force(line, node.clock.now_ms()).parameters)
    owed = (*checks.tasks(node, line), *wanted)
    if owed != line.check_tasks:
        line.check_tasks = owed
        node.changed.add(line.id)


def current_alarms(node: Node, line: LineState) -> tuple[Alarm, ...]:
    """All alarms that stand: subjects' (floods grouped), the line's, reminders."""
    numbers = in_force(line, node.clock.now_ms()).parameters
    roots = [
        holding.said(node, line, one.id) for one in line.folded.vital.values() if holding.known(line, one.id)
    ]
    own = grouped(line.folded.alarming.values(), floods(roots, numbers))
    given = folds.context(node, line)
    view = folds.line_view(node, line)
    reports = list(line.folded.reports.values())
    now = node.clock.now_ms()
    pending = [
        one for one in conflicts.open_conflicts(node, line) if now > one.since_ms + numbers.reminder_ms
    ]
    remind: tuple[Alarm, ...] = ()
    if reports or pending:
        sent = [holding.said(node, line, entry) for entry in _own_entries(node, line, pending, reports)]
        remind = reminders(reports, pending, sent, given, numbers.reminder_ms, now)
    across = (*lock.alarms(node, line), *advice.alarms(node, line, given), *compartments.alarms(node, line))
    across = (*across, *feeds.alarms(node, line), *mover_alarms.alarms(node, line))
    modes = {one.id: one.mode for one in pending}
    return naming.alarms(node, line, (*own, *view.alarms, *remind, *across), modes)


def next_due(node: Node) -> int | None:
    """The first instant after now at which `tick` has something to do."""
    now = node.clock.now_ms()
    instants: list[int | None] = [feeds.next_due(node)]
    for line in node.lines.values():
        folds.ensure_acts(node, line)
        numbers = in_force(line, now).parameters
        instants.append(line.folded.next_due(now, line.no_play))
        instants.append(lock.next_due(node, line))
        instants.append(cooling.next_due(line, now))
        instants.append(mover_keep.next_due(line, now))
        instants.append(checks.next_due(node, line))
        instants.append(waiting.next_due(line, numbers, now))
        instants.append(folds.line_view(node, line).next_due_ms)
        if line.settings.recovery or node.zeroized:
            continue
        instants.append(write.checkpoint_due_ms(line))
        instants.append(inline.next_due(line))
        instants.append(retention.next_due(line))
        if line.own_log.checkpoint:
            instants.append(line.own_log.checkpoint_ms + numbers.checkpoint_refresh_ms)
        instants.append(line.last_check_ms + numbers.check_machine_ms)
        reports = list(line.folded.reports.values())
        given = folds.context(node, line) if reports else None
        pending = conflicts.open_conflicts(node, line)
        if given is not None or pending:
            given = given or folds.context(node, line)
            instants.append(next_reminder(reports, pending, given, numbers.reminder_ms, now))
    return min((at for at in instants if at is not None and at > now), default=None)


def _own_entries(
    node: Node, line: LineState, pending: Sequence[object], reports: Sequence[object]
) -> list[str]:
    """Own entries that speak of a report or of a notice in conflict."""
    about = {entry for one in reports for entry in one.entries}  # type: ignore[attr-defined]
    about |= {entry for one in pending for entry in (one.a, one.b)}  # type: ignore[attr-defined]
    roots = {line.subjects.root(entry) for entry in about}
    found = [entry for root in roots for entry in line.subjects.entries(root)]
    return [entry for entry in found if holding.header_of(node, line, entry).author == node.party]


def _fire(node: Node, line: LineState) -> None:
    """`timer.fired` for every alarm of life safety or of a deadline that begins at this node, once."""
    for alarm in line.line_alarms:
        if alarm.rule in AT_HOME:
            continue
        subject, rule, step = fired_key(alarm)
        if (subject, rule, step) in line.fired:
            continue
        line.fired.add((subject, rule, step))
        record = {"subject": subject, "rule": rule, "step": step, "due_ms": alarm.since_ms}
        refs = (subject,) if holding.known(line, subject) else ()
        write.record(node, line, "timer.fired", record, refs)


def _keep_fresh(node: Node, line: LineState) -> None:
    """The own checkpoint refreshed with a time when idle (messages.md, Timers: 4 min)."""
    log = line.own_log
    refresh_ms = in_force(line, node.clock.now_ms()).parameters.checkpoint_refresh_ms
    if log.size and node.clock.now_ms() - log.checkpoint_ms >= refresh_ms:
        write.sign_checkpoint(node, line, log)


def _check(node: Node, line: LineState) -> None:
    """The machine's `line.check`: heartbeats since the last one, summed up (messages.md, line.check)."""
    now = node.clock.now_ms()
    period = numbers_now(node, line).check_machine_ms
    if line.last_check_ms == 0:
        line.last_check_ms = now
    if now - line.last_check_ms < period or node.party not in line.members:
        return
    start, line.last_check_ms = line.last_check_ms, now
    beats = tuple(_beat(party, line.peer(party)) for party in line.others)
    body = LineCheck(
        by="machine",
        occasion="periodic",
        window_start=format_time(start),
        window_end=format_time(now),
        beats=beats,
    )
    write.say(node, line, "line.check", Inner(), body, line.others)
    for party in line.others:
        line.peer(party).beats, line.peer(party).missed = [], 0


def _beat(party: str, peer: PeerState) -> Beat:
    latencies = [latency for latency, _ in peer.beats]
    return Beat(
        peer=party,
        expected=len(peer.beats) + peer.missed,
        heard=len(peer.beats),
        latency_median_ms=int(median(latencies)) if latencies else None,
        latency_worst_ms=max(latencies, default=None),
        skew_ms=peer.skew_ms,
    )
