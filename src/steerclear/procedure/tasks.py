"""Tasks: what somebody should do next, with the role it is for. A task is a view; doing the thing ends it."""

from __future__ import annotations

from collections.abc import Sequence

from steerclear.procedure import radio
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import ABOVE
from steerclear.procedure.subject import Addressee, Deadline, Missing, Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.times import span


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
    return tuple(sorted(out, key=lambda task: (task.since_ms, task.id)))


def _task(thread: Thread, name: str, text: str, since: int, role: str, due: int | None = None) -> Task:
    return Task(f"{thread.root.id}/task/{name}", thread.root.id, text, since, due, role)


def _certificates(
    thread: Thread, context: Context, deadlines: Sequence[Deadline], rows: Sequence[Addressee]
) -> list[Task]:
    """A8, AT15: after an unanswered `reply_by` the asker may issue a no-reply certificate."""
    out = []
    for row in deadlines:
        if row.rule != "reply" or row.state != "missed":
            continue
        got = next((line.delivered_ms for line in rows if line.party == row.party), None)
        grade = (
            "it was delivered before"
            if got is not None and got <= row.due_ms
            else "delivery before is not shown"
        )
        text = f"No answer by {context.name(row.party)} in time ({grade}): issue the no-reply certificate."
        out.append(_task(thread, f"no-reply-certificate:{row.party}", text, row.due_ms, "watch_officer"))
    return out


def _relays(thread: Thread, context: Context, deadlines: Sequence[Deadline]) -> list[Task]:
    """A3: what an embassy or a liaison post received must reach the operations cell."""
    return [
        _task(
            thread,
            f"relay-to-operations:{row.party}",
            f"{context.name(row.party)}: hand this to the operations cell and have it acknowledged there.",
            row.due_ms - context.parameters(thread.root).relay_ms,
            "liaison",
            row.due_ms,
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
            f"Convene a call with {context.name(party)}: the level above and both capitals' duty rooms.",
            min(row.due_ms for row in late if row.party == party),
            "watch_officer",
        )
        for party in sorted({row.party for row in late})
    ]


def _asks(thread: Thread, context: Context, asked: Sequence[Missing]) -> list[Task]:
    """AT02: act first, then ask for what is missing, in order."""
    if not asked or not thread.root.header.life_safety:
        return []
    names = ", ".join(one.field.replace("_", " ") for one in asked)
    text = f"Act on what is known; then ask {context.name(thread.root.author)} for, in this order: {names}."
    return [_task(thread, "ask-missing", text, thread.root.at_ms, "watch_officer")]


def _uninformed(thread: Thread, context: Context, rows: Sequence[Addressee]) -> list[Task]:
    """AT11, A14: who was told knows that another member was not; relaying it is a decision."""
    left_out = [row.party for row in rows if not row.informed]
    if not left_out or thread.root.kind.startswith(("line.", "introduce", "agreement")):
        return []
    names = ", ".join(context.name(party) for party in left_out)
    text = f"Not informed: {names}. Whoever leads or supports them decides whether to pass it on."
    return [_task(thread, "relay-to-members", text, thread.current.at_ms, "watch_officer")]


def _release(thread: Thread, context: Context, now_ms: int) -> list[Task]:
    """A10: when the sealed cool-down of an own area is over, two officers may sign its release; till then it
    protects. Nothing of this leaves the node.
    """
    area = context.local.areas.get(thread.root.id)
    due = area.cooled_ms if area is not None else None
    if due is None or now_ms < due or thread.root.author != context.own:
        return []
    text = "The cool-down of this area is over: two officers may sign its release."
    return [_task(thread, "release-area", text, due, "releaser")]


_RADIO: dict[str, str] = {
    radio.CELL_LINE: "{n} calls by radio unanswered: tell it on the cell line ({who}), by voice.",
    radio.THIRD_PARTY: "{n} calls by radio unanswered: ask a third party that the crew can hear to relay the warning.",
}


def _radio(thread: Thread, context: Context) -> list[Task]:
    """At whoever warns: speak it again every 30 s; after 2 unanswered tell it on the cell line, after 4 ask a third
    party to relay (messages.md, Timers). An answer, by radio or on the line, ends each of them.
    """
    again = radio.repeat_due(thread, context)
    if again is None or thread.root.author != context.own:
        return []
    every = span(again[1] - again[0])
    text = f"Speak the warning again, every {every} until it is answered; amend the entry with the number of repeats."
    out = [_task(thread, "repeat-radio", text, again[0], "watch_officer", again[1])]
    words = {"n": radio.unanswered(thread), "who": ", ".join(context.name(party) for party in thread.to)}
    for step, since in radio.steps(thread, context):
        out.append(_task(thread, f"radio-{step}", _RADIO[step].format(**words), since, "watch_officer"))
    return out
