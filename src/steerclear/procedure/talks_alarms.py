"""Alarms and tasks of a meeting: a session that was not held in time, an action that is overdue, an answer due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import deadline_id
from steerclear.procedure.subject import Alarm, Deadline, Task
from steerclear.procedure.talks import Meeting
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import alarm, side, task


def meeting_alarms(
    thread: Thread, context: Context, meeting: Meeting | None, due: Sequence[Deadline]
) -> list[Alarm]:
    """Those that stand; each ends with the act that was due."""
    if meeting is None:
        return []
    out = []
    words: dict[str, Any]
    for row in due:
        if row.state != "missed":
            continue
        root, words = thread.root, {"party": context.name(row.party)}
        if row.rule == "convene":
            key, words = "alarms.convene", {"after": row.due_ms - root.at_ms}
        elif row.rule == "action":
            key, words = side("alarms.meeting-action", context, row.party, ""), words | {"number": row.step}
        else:
            continue
        made = deadline_id(root.id, row.rule, row.step, row.party)
        out.append(alarm(made, root.id, row.rule, row.step, key, row.due_ms, row.party, **words))
    return out


def meeting_tasks(thread: Thread, context: Context, meeting: Meeting | None) -> list[Task]:
    """At home: answer an offer, do an own action, give the own read-out after the other's."""
    if meeting is None or not context.own:
        return []
    out = []
    mine = next((row for row in meeting.parties if row.party == context.own), None)
    if mine is not None and not mine.answer and meeting.state in ("proposed", "counter-proposed"):
        out.append(_task(thread, "answer-meeting", "tasks.answer-meeting", thread.root.at_ms))
    if meeting.read_outs and mine is not None and context.own not in meeting.read_outs:
        since = meeting.convened_ms or thread.root.at_ms
        out.append(_task(thread, "read-out", "tasks.read-out", since))
    for row in meeting.actions:
        if row.owner == context.own and row.state in ("open", "missed"):
            since = meeting.convened_ms or thread.root.at_ms
            name, key = f"action-{row.number}", "tasks.meeting-action"
            out.append(_task(thread, name, key, since, row.due_ms, number=str(row.number)))
    return out


def _task(thread: Thread, name: str, key: str, since: int, due: int | None = None, /, **words: str) -> Task:
    root = thread.root
    return task(f"{root.id}/task/{name}", root.id, key, since, due, "releaser", **words)
