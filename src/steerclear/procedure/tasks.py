"""Tasks: what somebody should do next, with the role it is for. A task is a view; doing the thing ends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from steerclear.procedure import radio
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import ABOVE
from steerclear.procedure.subject import Addressee, Deadline, Missing, Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import fields, side, task


def tasks(
    thread: Thread,
    context: Context,
    now_ms: int,
    deadlines: Sequence[Deadline],
    rows: Sequence[Addressee],
    asked: Sequence[Missing],
) -> tuple[Task, ...]:
    """Open tasks of a subject, by since and id. Closed subjects keep only the certificate of a silence."""
    out = _certificates(thread, context, deadlines, rows)
    if thread.closing is None:
        out += _relays(thread, context, deadlines)
        out += _calls(thread, context, deadlines)
        out += _asks(thread, context, asked)
        out += _uninformed(thread, context, rows)
        out += _release(thread, context, now_ms)
        out += _radio(thread, context)
    return tuple(sorted(out, key=lambda one: (one.since_ms, one.id)))


def _task(
    thread: Thread, name: str, key: str, since: int, role: str, due: int | None = None, /, **words: Any
) -> Task:
    root = thread.root
    return task(f"{root.id}/task/{name}", root.id, key, since, due, role, **words)


def _certificates(
    thread: Thread, context: Context, deadlines: Sequence[Deadline], rows: Sequence[Addressee]
) -> list[Task]:
    """A8, AT15: after an unanswered `reply_by` the asker may issue a no-reply certificate."""
    out = []
    for row in deadlines:
        if row.rule != "reply" or row.state != "missed":
            continue
        got = next((line.delivered_ms for line in rows if line.party == row.party), None)
        before = got is not None and got <= row.due_ms
        key = "tasks.certificate-delivered" if before else "tasks.certificate-not-shown"
        name, who = f"no-reply-certificate:{row.party}", context.name(row.party)
        out.append(_task(thread, name, key, row.due_ms, "watch_officer", party=who))
    return out


def _relays(thread: Thread, context: Context, deadlines: Sequence[Deadline]) -> list[Task]:
    """A3: what an embassy or a liaison post received must reach the operations cell."""
    return [
        _task(
            thread,
            f"relay-to-operations:{row.party}",
            side("tasks.relay-to-operations", context, row.party, ""),
            row.due_ms - context.parameters(thread.root).relay_ms,
            "liaison",
            row.due_ms,
            party=context.name(row.party),
        )
        for row in deadlines
        if row.rule == "relay" and row.state in ("open", "missed")
    ]


def _calls(thread: Thread, context: Context, deadlines: Sequence[Deadline]) -> list[Task]:
    """AT01: at the last step of the ladder a call is convened, at both sides."""
    late = [row for row in deadlines if row.step == ABOVE and row.state == "missed"]
    return [
        _task(
            thread,
            f"convene-call:{party}",
            side("tasks.convene-call", context, party, ""),
            min(row.due_ms for row in late if row.party == party),
            "watch_officer",
            party=context.name(party),
            author=context.name(thread.root.author),
        )
        for party in sorted({row.party for row in late})
    ]


def _asks(thread: Thread, context: Context, asked: Sequence[Missing]) -> list[Task]:
    """AT02: act first, then ask for what is missing, in order."""
    root = thread.root
    if not asked or not root.header.life_safety:
        return []
    key = "tasks.say-missing" if context.own == root.author else "tasks.ask-missing"
    words = {"author": context.name(root.author), "fields": fields(one.field for one in asked)}
    return [_task(thread, "ask-missing", key, root.at_ms, "watch_officer", **words)]


def _uninformed(thread: Thread, context: Context, rows: Sequence[Addressee]) -> list[Task]:
    """AT11, A14: who was told knows that another member was not; relaying it is a decision."""
    left_out = [row.party for row in rows if not row.informed]
    if not left_out or thread.root.kind.startswith(("line.", "introduce", "agreement")):
        return []
    words = {"parties": [context.name(party) for party in left_out]}
    key, since = "tasks.relay-to-members", thread.current.at_ms
    return [_task(thread, "relay-to-members", key, since, "watch_officer", **words)]


def _release(thread: Thread, context: Context, now_ms: int) -> list[Task]:
    """A10: when the sealed cool-down of an own area is over, two officers may sign its release; till then it
    protects. Nothing of this leaves the node.
    """
    area = context.local.areas.get(thread.root.id)
    due = area.cooled_ms if area is not None else None
    if due is None or now_ms < due or thread.root.author != context.own:
        return []
    return [_task(thread, "release-area", "tasks.release-area", due, "releaser")]


_RADIO: dict[str, str] = {
    radio.CELL_LINE: "tasks.radio-cell-line",
    radio.THIRD_PARTY: "tasks.radio-third-party",
}


def _radio(thread: Thread, context: Context) -> list[Task]:
    """At whoever warns: speak it again every 30 s; after 2 unanswered tell it on the cell line, after 4 ask a third
    party to relay (messages.md, Timers). An answer, by radio or on the line, ends each of them.
    """
    again = radio.repeat_due(thread, context)
    if again is None or thread.root.author != context.own:
        return []
    every, watch = again[1] - again[0], "watch_officer"
    out = [_task(thread, "repeat-radio", "tasks.repeat-radio", again[0], watch, again[1], every=every)]
    words = {"times": radio.unanswered(thread), "parties": [context.name(party) for party in thread.to]}
    for step, since in radio.steps(thread, context):
        out.append(_task(thread, f"radio-{step}", _RADIO[step], since, watch, **words))
    return out
