"""A `stop` on every carrier that is listed for life safety, not the nodes alone (messages.md, `stop`: on all carriers).

The node cannot telephone. At release it raises, for each other carrier and each party, a task with the words ready to
be spoken; a `call` by that carrier about the stop, or anything that shows that somebody there heard, ends it.
"""

from __future__ import annotations

from steerclear.procedure import calls
from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import heard_acts
from steerclear.procedure.subject import Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import task
from steerclear.speech.ready_text import stop_text

HERE = ("node", "bundle")
"""Carriers that the node serves by itself."""
_REACHED = ("answered", "handed_to", "ended")


def tasks(thread: Thread, context: Context) -> list[Task]:
    """At whoever raised the stop: one task for each carrier and each party that it has not reached."""
    root = thread.root
    if root.kind != "stop" or thread.closing is not None or root.author != context.own:
        return []
    listed = [one for one in context.parameters(root).life_safety_carriers if one not in HERE]
    out = []
    for party in thread.to:
        if heard_acts(thread, party):
            continue
        for carrier in dict.fromkeys(listed):
            if _reached(thread, carrier, party):
                continue
            ready = stop_text(
                content(thread.current), carrier, mode=root.header.mode, readback=thread.current.readback
            )
            made, words = f"{root.id}/task/carrier-{carrier}:{party}", {"carrier": carrier, "words": ready}
            words["party"] = context.name(party)
            out.append(task(made, root.id, "tasks.carrier", root.at_ms, None, "watch_officer", **words))
    return out


def _reached(thread: Thread, carrier: str, party: str) -> bool:
    """Whether a call by this carrier with this party was answered, handed on or ended."""
    for call in calls.words(thread):
        between = {call[0].author, *call[0].header.to} == {thread.root.author, party} or (
            call[0].author == thread.root.author and party in call[0].header.to
        )
        by = {getattr(said.body, "carrier", None) for said in call}
        states = {getattr(said.body, "state", "") for said in call}
        if between and carrier in by and states & set(_REACHED):
            return True
    return False
