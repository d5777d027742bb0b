"""`assist`: help asked for, a broad area to keep out of, and one rescuer who alone is told where (messages.md).

What a fold shows of the exact position is whether it was passed on, to whom, and whether it was read; of the position
itself nothing leaves `assist.position` here, whatever is asked (boundary.md). The area is kept out of until its author
says that it is over; a window that ran out alarms and frees nothing.
"""

from __future__ import annotations

from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import deadline_id
from steerclear.procedure.said import Said, same_play
from steerclear.procedure.subject import Alarm, Assistance, Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import alarm, side, task

KIND, POSITION = "assist", "assist.position"
ASTRAY = "position-not-for-rescuer"


def assistance(thread: Thread, end_ms: int | None, now_ms: int) -> Assistance:
    """`end_ms`: of the keep-away window of the current version."""
    rescuer = named(thread)
    passed = _passed(thread)
    over = thread.closing is not None
    return Assistance(
        state="over" if over else "window_over" if end_ms is not None and now_ms >= end_ms else "keep_away",
        rescuer=rescuer,
        position_passed=bool(passed),
        passed_ms=passed[-1].at_ms if passed else None,
        position=passed[-1].id if passed else "",
        read_ms=_read_ms(thread, passed[-1], rescuer) if passed else None,
    )


def named(thread: Thread) -> str:
    """The rescuer of the current version, '' while none is named."""
    return getattr(content(thread.current), "rescuer", None) or ""


def _passed(thread: Thread) -> list[Said]:
    """Positions that the author passed to the rescuer named now, and to nobody else."""
    rescuer = named(thread)
    return [said for said in _positions(thread) if rescuer and set(said.header.to) == {rescuer}]


def astray(thread: Thread) -> bool:
    """Whether a position went to others than a rescuer whom some version named: stored, shown by this mark alone."""
    rescuers = {getattr(content(version), "rescuer", None) for version in thread.versions}
    return any(len(said.header.to) != 1 or said.header.to[0] not in rescuers for said in _positions(thread))


def _positions(thread: Thread) -> list[Said]:
    root = thread.root
    return [
        said
        for said in thread.entries
        if said.kind == POSITION
        and said.author == root.author
        and same_play(said.header.mode, root.header.mode)
    ]


def _read_ms(thread: Thread, position: Said, rescuer: str) -> int | None:
    """When the rescuer's receipt of the position says that somebody has it."""
    return next(
        (
            said.at_ms
            for said in thread.entries
            if said.kind == "receipt" and said.author == rescuer and said.header.refs[:1] == (position.id,)
        ),
        None,
    )


def alarms(thread: Thread, context: Context, shown: Assistance, end_ms: int | None) -> list[Alarm]:
    """A window that ran out while the help is not over: at all sides, since the area protects still."""
    if shown.state != "window_over" or end_ms is None:
        return []
    root = thread.root
    return [
        alarm(
            deadline_id(root.id, KIND, "window-over", root.author),
            root.id,
            KIND,
            "window-over",
            side("alarms.assist-window-over", context, root.author, ""),
            end_ms,
            root.author,
            root.header.life_safety,
            author=context.name(root.author),
        )
    ]


def tasks(thread: Thread, context: Context, shown: Assistance) -> list[Task]:
    """At the author: name a rescuer, then pass the position. At the rescuer: read it, alone."""
    if thread.closing is not None or not context.own:
        return []
    root, out = thread.root, []
    if context.own == root.author and not shown.rescuer:
        out.append(_task(thread, "name-rescuer", "tasks.name-rescuer", root.at_ms))
    elif context.own == root.author and not shown.position_passed:
        key, rescuer = "tasks.pass-position", context.name(shown.rescuer)
        out.append(_task(thread, "pass-position", key, thread.current.at_ms, rescuer=rescuer))
    if context.own == shown.rescuer and shown.passed_ms is not None and shown.read_ms is None:
        out.append(_task(thread, "read-position", "tasks.read-position", shown.passed_ms))
    return out


def _task(thread: Thread, name: str, key: str, since: int, **words: str) -> Task:
    root = thread.root
    return task(f"{root.id}/task/{name}", root.id, key, since, None, "watch_officer", **words)
