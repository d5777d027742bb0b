"""Encounters that only one side has reported: the other is asked for its own account (AT24: under-reporting).

A task at each addressee that was there or not: it ends when that party files a report of the same encounter, or answers
the one that it was sent. Nothing is counted, nobody is blamed; the one-minute form is `steerclear encounter`.
"""

from __future__ import annotations

from collections.abc import Sequence

from steerclear.procedure.bodies import content
from steerclear.procedure.context import Context
from steerclear.procedure.encounters import same
from steerclear.procedure.said import Said, same_play
from steerclear.procedure.subject import Task
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import task
from steerclear.speech.kinds.encounter_report import EncounterReport


def met_by(reports: Sequence[Said], own: str) -> frozenset[str]:
    """Ids of others' reports (their newest versions are given) to which `own` has filed an account of its own."""
    mine = [said for said in reports if said.author == own and isinstance(content(said), EncounterReport)]
    return frozenset(
        said.id
        for said in reports
        if said.author != own
        and isinstance(content(said), EncounterReport)
        and any(same_play(said.header.mode, one.header.mode) and same(said, one) for one in mine)
    )


def tasks(thread: Thread, context: Context) -> list[Task]:
    """At an addressee that has filed nothing about it; due when a first report is (1 h)."""
    root = thread.root
    if thread.closing is not None or context.own not in thread.to:
        return []
    if context.accounts & {version.id for version in thread.versions} or thread.of(context.own, "reply"):
        return []
    known = root.delivered.get(context.own, root.at_ms)
    due = known + context.parameters(root).incident_first_ms
    words = {"author": context.name(root.author), "entry": root.id}
    made, key = f"{root.id}/task/own-account", "tasks.own-account"
    return [task(made, root.id, key, known, due, "watch_officer", **words)]
