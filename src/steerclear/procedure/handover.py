"""The watch as it goes from one post to the next: handed over, then read back (messages.md, line.handover)."""

from __future__ import annotations

from steerclear.procedure.context import Context
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Handover, Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import task
from steerclear.speech.kinds.line_handover import LineHandover, post_of, same_post


def handover(thread: Thread) -> Handover | None:
    """Read back by the post that it was given to, never by the officer who handed over, with a `receipt` of level
    `understood`. Where no post is named any other officer of the party may."""
    body = thread.root.body
    if not isinstance(body, LineHandover):
        return None
    back = next((said for said in thread.answers if _reads_back(said, thread, body.to_post or "")), None)
    return Handover(
        body.from_post or "",
        body.to_post or "",
        tuple(item.entry for item in body.items),
        post_of(back.header.officer) if back is not None else "",
        back.at_ms if back is not None else None,
    )


def _reads_back(said: Said, thread: Thread, to_post: str) -> bool:
    officer, root = said.header.officer, thread.root
    if said.kind != "receipt" or said.author != root.author or officer == root.header.officer:
        return False
    named = not to_post or same_post(post_of(officer), to_post)
    return named and getattr(said.body, "level", "") == "understood"


def tasks(thread: Thread, context: Context, found: Handover | None) -> list[Task]:
    """Until it is read back the outgoing post has the watch."""
    if found is None or found.read_back_by or thread.root.author != context.own:
        return []
    root, words = thread.root, {"post": found.to_post, "items": len(found.items)}
    key = "tasks.read-back" if found.to_post else "tasks.read-back-nobody"
    return [task(f"{root.id}/task/read-back", root.id, key, root.at_ms, None, "watch_officer", **words)]
