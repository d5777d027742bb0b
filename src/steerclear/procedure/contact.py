"""What a fold asks of contact, gathered: calls, identity queries, assistance, radio, carriers, missing accounts."""

from __future__ import annotations

from collections.abc import Sequence

from steerclear.procedure import assistance, calls, carriers, guard_calls, identity, one_sided
from steerclear.procedure.context import Context
from steerclear.procedure.subject import Alarm, Assistance, Deadline, Radio, Task
from steerclear.procedure.thread import Thread


def counted(thread: Thread) -> Thread:
    """The thread without what can answer nothing of its kind."""
    return identity.counted(thread) if thread.root.kind == "identity.query" else thread


def deadlines(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    asked = identity.deadlines(thread, context, now_ms) if thread.root.kind == "identity.query" else ()
    return (*calls.deadlines(thread, context, now_ms), *asked)


def alarms(
    thread: Thread, context: Context, due: Sequence[Deadline], helped: Assistance | None, end_ms: int | None
) -> list[Alarm]:
    out = [*calls.alarms(thread, context, due)]
    if thread.root.kind == "identity.query":
        out += identity.alarms(thread, context, due)
    return out + (assistance.alarms(thread, context, helped, end_ms) if helped is not None else [])


def tasks(thread: Thread, context: Context, helped: Assistance | None) -> list[Task]:
    out = carriers.tasks(thread, context)
    if thread.root.kind == "encounter.report":
        out += one_sided.tasks(thread, context)
    if helped is not None:
        out += assistance.tasks(thread, context, helped)
    return out + guard_calls.tasks(thread, context)


def marks(thread: Thread, radio: Radio | None) -> set[str]:
    """What the subject carries because of its calls, its positions, or its row of warnings."""
    found = {
        calls.PARKED_VITAL: calls.parked_vital(thread),
        assistance.ASTRAY: thread.root.kind == assistance.KIND and assistance.astray(thread),
        guard_calls.MARK: radio is not None and bool(radio.review),
    }
    return {mark for mark, holds in found.items() if holds}
