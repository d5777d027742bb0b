"""The watch as it goes from one post to the next: handed over, then read back (messages.md, line.handover)."""

from __future__ import annotations

from steerclear.procedure.context import Context
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Handover, Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import task
from steerclear.speech.kinds.line_handover import LineHandover


def handover(thread: Thread) -> Handover | None:
    """Read back by an officer other than the one who handed over, with a `receipt` of level `understood`."""
    body = thread.root.body
    if not isinstance(body, LineHandover):
        return None
    back = next((said for said in thread.answers if _reads_back(said, thread)), None)
    return Handover(
        body.from_post or "",
        body.to_post or "",
        tuple(item.entry for item in body.items),
        back.header.officer.partition("+")[0].partition("/")[2] if back is not None else "",
        back.at_ms if back is not None else None,
    )


def _reads_back(said: Said, thread: Thread) -> bool:
    other = said.header.officer != thread.root.header.officer
    return said.kind == "receipt" and other and getattr(said.body, "level", "") == "understood"


def tasks(thread: Thread, context: Context, found: Handover | None) -> list[Task]:
    """Until it is read back the outgoing post has the watch."""
    if found is None or found.read_back_by or thread.root.author != context.own:
        return []
    root, words = thread.root, {"post": found.to_post, "items": len(found.items)}
    key = "tasks.read-back" if found.to_post else "tasks.read-back-nobody"
    return [task(f"{root.id}/task/read-back", root.id, key, root.at_ms, None, "watch_officer", **words)]
