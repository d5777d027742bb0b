"""Challenges of a protected place's data: who says what of it, beside the place; they move nothing of it.

messages.md, area.challenge; AT36: a challenge is visible wherever the place is, and the place is kept away from
exactly as before. It stands until its challenger withdraws it or the place is released; a new version of the place
does not end it, so that nobody is silenced by a comma.
"""

from __future__ import annotations

from steerclear.procedure.context import Context
from steerclear.procedure.said import Said, same_play
from steerclear.procedure.subject import Challenge, Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import task
from steerclear.speech.texts import code

KIND = "area.challenge"


def challenges(thread: Thread) -> tuple[Challenge, ...]:
    """Those that stand, in fold order."""
    if thread.closing is not None:
        return ()
    return tuple(_made(thread, said) for said in _standing(thread))


def tasks(thread: Thread, context: Context) -> list[Task]:
    """For the owner: look at the data again."""
    if thread.root.author != context.own:
        return []
    return [
        task(
            f"{thread.root.id}/task/challenge:{one.entry}",
            thread.root.id,
            "tasks.challenge" if one.concern else "tasks.challenge-unread",
            one.at_ms,
            None,
            "releaser",
            party=context.name(one.party),
            concern=code("concern", one.concern),
        )
        for one in challenges(thread)
        if not one.answered
    ]


def _standing(thread: Thread) -> list[Said]:
    withdrawn = {
        (said.author, said.header.refs[0])
        for said in thread.entries
        if said.kind == "withdraw" and said.header.refs
    }
    return [
        said
        for said in thread.entries
        if said.kind == KIND
        and said.author != thread.root.author
        and same_play(said.header.mode, thread.root.header.mode)
        and (said.author, said.id) not in withdrawn
    ]


def _made(thread: Thread, said: Said) -> Challenge:
    own = [one for one in thread.entries if one.author == thread.root.author and one.key > said.key]
    answered = any(
        one.kind == "amend" or (one.kind == "reply" and one.header.refs[:1] == (said.id,)) for one in own
    )
    version = said.header.refs[0] if said.header.refs else ""
    return Challenge(
        said.author, said.id, version, getattr(said.body, "concern", "") or "", said.at_ms, answered
    )
