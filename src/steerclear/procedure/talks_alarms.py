"""Alarms and tasks of a meeting: a session that was not held in time, an action that is overdue, an answer due."""

from __future__ import annotations

from collections.abc import Sequence

from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import deadline_id
from steerclear.procedure.subject import Alarm, Deadline, Task
from steerclear.procedure.talks import Meeting
from steerclear.procedure.thread import Thread
from steerclear.procedure.times import span


def meeting_alarms(
    thread: Thread, context: Context, meeting: Meeting | None, due: Sequence[Deadline]
) -> list[Alarm]:
    """Those that stand; each ends with the act that was due."""
    if meeting is None:
        return []
    out = []
    for row in due:
        if row.state != "missed":
            continue
        who = context.name(row.party)
        if row.rule == "convene":
            after = span(row.due_ms - thread.root.at_ms)
            text = f"The emergency session was not held within {after} of its proposal."
            why = "Nobody has agreed what is done meanwhile."
            todo = "Call the other parties' duty rooms; hold it over any carrier, or decline it."
        elif row.rule == "action":
            text = f"Action {row.step} of {who} is overdue."
            why = "What the parties left the talks with has not been done, as far as the record shows."
            todo = "Do it and say so, or ask its owner; take it up again at the next session."
        else:
            continue
        made = deadline_id(thread.root.id, row.rule, row.step, row.party)
        out.append(
            Alarm(made, thread.root.id, row.rule, row.step, text, why, todo, row.due_ms, row.party, False)
        )
    return out


def meeting_tasks(thread: Thread, context: Context, meeting: Meeting | None) -> list[Task]:
    """At home: answer an offer, do an own action, give the own read-out after the other's."""
    if meeting is None or not context.own:
        return []
    out = []
    mine = next((row for row in meeting.parties if row.party == context.own), None)
    if mine is not None and not mine.answer and meeting.state in ("proposed", "counter-proposed"):
        text = "Answer the session proposed: confirm, decline or counter-propose."
        out.append(_task(thread, "answer-meeting", text, thread.root.at_ms))
    if meeting.read_outs and mine is not None and context.own not in meeting.read_outs:
        text = "Another party has given its read-out of these talks: give ours beside it."
        out.append(_task(thread, "read-out", text, meeting.convened_ms or thread.root.at_ms))
    for row in meeting.actions:
        if row.owner == context.own and row.state in ("open", "missed"):
            since = meeting.convened_ms or thread.root.at_ms
            text = f"Action {row.number} of ours from these talks."
            out.append(_task(thread, f"action-{row.number}", text, since, row.due_ms))
    return out


def _task(thread: Thread, name: str, text: str, since: int, due: int | None = None) -> Task:
    return Task(f"{thread.root.id}/task/{name}", thread.root.id, text, since, due, "releaser")
