"""Spoken calls as they go (messages.md, `call`; AT01): ringing → answered, parked, handed to → ended, told by either
side. A call about an entry stands with that entry; one about nothing is a subject of its own.

A call that is parked for 30 s alarms at both sides until it is answered, handed on or ended. One about life safety may
not be parked at all: refused at an honest desk, and an alarm at once where it arrives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import deadline_id, judge
from steerclear.procedure.said import Said, same_play
from steerclear.procedure.subject import Alarm, CallRow, Deadline
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import alarm
from steerclear.speech.texts import text

PARKED_VITAL = "life-safety-parked"
RULE = "call"


def words(thread: Thread) -> tuple[tuple[Said, ...], ...]:
    """The calls of a subject, each as its words in fold order. A word goes on with the call whose word refs[0] names,
    said by either of its sides and before its end; any other begins a call."""
    calls: list[list[Said]] = []
    of: dict[str, list[Said]] = {}
    for said in thread.entries:
        if said.kind != RULE or not same_play(said.header.mode, thread.root.header.mode):
            continue
        before = of.get(said.header.refs[0]) if said.header.refs else None
        if before is None:
            calls.append([said])
            of[said.id] = calls[-1]
            continue
        of[said.id] = before
        if said.author in (before[0].author, *before[0].header.to) and _state(before[-1]) != "ended":
            before.append(said)
    return tuple(tuple(call) for call in calls)


def rows(thread: Thread) -> tuple[CallRow, ...]:
    """How each call stands, in the order in which they began."""
    return tuple(_row(call) for call in words(thread))


def ended(thread: Thread) -> bool:
    """Whether every call of the subject is over."""
    return all(_state(call[-1]) == "ended" for call in words(thread))


def deadlines(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    """Each parking is due to end within 30 s: by an answer, by being handed on, or by the end of the call."""
    out = []
    for call in words(thread):
        for number, said in enumerate(call):
            if _state(said) != "parked" or vital(thread, said):
                continue
            due = said.at_ms + context.parameters(said).call_parked_ms
            moves = [later for later in call[number + 1 :] if _state(later) != "parked"]
            out.append(judge(thread.root.id, RULE, _step(said), due, said.author, moves, now_ms))
    return tuple(out)


def alarms(thread: Thread, context: Context, due: Sequence[Deadline]) -> list[Alarm]:
    """Calls parked too long, and calls about life safety that are parked at all."""
    missed = {row.step: row for row in due if row.rule == RULE and row.state == "missed"}
    out = []
    for call in words(thread):
        last = call[-1]
        if _state(last) != "parked":
            continue
        begun = next(said for said in call if _state(said) == "parked")
        post = getattr(content(last), "post", None) or text("tasks.part.somebody")
        given: dict[str, Any] = {"party": context.name(last.author), "post": post}
        if vital(thread, last):
            step, key = f"{PARKED_VITAL}:{begun.id[:12]}", "alarms.call-parked-vital"
            out.append(_alarm(thread, step, last, begun.at_ms, key, **given))
        elif _step(begun) in missed:
            due_ms = missed[_step(begun)].due_ms
            given["within"] = due_ms - begun.at_ms
            out.append(_alarm(thread, _step(begun), last, due_ms, "alarms.call-parked", **given))
    return out


def parked_vital(thread: Thread) -> bool:
    """Whether a call about life safety was ever parked: marked, whatever came of it."""
    return any(_state(said) == "parked" and vital(thread, said) for call in words(thread) for said in call)


def vital(thread: Thread, said: Said) -> bool:
    """Whether a call is about life safety: by its own flag, or by that of what it is about."""
    return said.header.life_safety or thread.root.header.life_safety


def _alarm(thread: Thread, step: str, last: Said, since: int, key: str, /, **words: Any) -> Alarm:
    root, who = thread.root, last.author
    made = deadline_id(root.id, RULE, step, who)
    return alarm(made, root.id, RULE, step, key, since, who, vital(thread, last), **words)


def _row(call: Sequence[Said]) -> CallRow:
    bodies = [content(said) for said in call]

    def newest(name: str) -> str:
        return next((value for body in reversed(bodies) if (value := getattr(body, name, None))), "")

    return CallRow(
        id=call[0].id,
        author=call[0].author,
        to=call[0].header.to,
        state=_state(call[-1]),
        post=getattr(bodies[-1], "post", None) or "",
        carrier=newest("carrier"),
        direction=newest("direction"),
        interpreter=newest("interpreter"),
        read_back=next((said.id for said in reversed(call) if getattr(content(said), "read_back", None)), ""),
        recording=newest("recording"),
        began_ms=call[0].at_ms,
        since_ms=call[-1].at_ms,
        words=tuple(said.id for said in call),
    )


def _state(said: Said) -> str:
    """`ringing` where it cannot be read here: a call is being made, and no more is known."""
    return getattr(content(said), "state", None) or "ringing"


def _step(said: Said) -> str:
    return f"parked:{said.id[:12]}"
