"""`identity.query`: an unidentified mover, and who said that it is his (messages.md, Contact; AT23).

Only OURS_KEEP_AWAY, CHECKING and NO_STATEMENT answer it; what else arrives is stored, marked, and counts for nothing,
so that no node ever shows that somebody said "not ours" of the present (boundary.md). An addressee that has not
answered within 3 min escalates at both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from steerclear.procedure.context import Context
from steerclear.procedure.deadlines import SENIOR, closed_at, deadline_id, judge
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Alarm, Deadline, Foreign
from steerclear.procedure.thread import Thread
from steerclear.procedure.worded import alarm, side
from steerclear.speech.kinds.identity_query import IDENTITY_ANSWERS

RULE, MARK = "identity", "answer-not-possible"


def counted(thread: Thread) -> Thread:
    """The thread without replies that say what cannot be said to "is it yours?"."""
    wrong = [said for said in thread.answers if said.kind == "reply" and _answer(said) not in _LEGAL]
    if not wrong:
        return thread
    idle = tuple(Foreign(said.id, said.author, said.kind, MARK) for said in wrong)
    kept = tuple(said for said in thread.answers if said not in wrong)
    return replace(thread, answers=kept, no_effect=(*thread.no_effect, *idle))


_LEGAL = frozenset({*IDENTITY_ANSWERS, "NOT_LIFE_SAFETY", ""})


def deadlines(thread: Thread, context: Context, now_ms: int) -> tuple[Deadline, ...]:
    """One for each addressee: answered within 3 min of the query."""
    due = thread.root.at_ms + context.parameters(thread.root).identity_answer_ms
    return tuple(
        judge(thread.root.id, RULE, SENIOR, due, party, _answers(thread, party), now_ms, closed_at(thread))
        for party in thread.to
    )


def alarms(thread: Thread, context: Context, due: Sequence[Deadline]) -> list[Alarm]:
    """Unanswered: at both sides, until an answer comes or the query is over."""
    if thread.closing is not None:
        return []
    root = thread.root
    return [
        alarm(
            deadline_id(root.id, RULE, SENIOR, row.party),
            root.id,
            RULE,
            SENIOR,
            side("alarms.identity", context, row.party, ""),
            row.due_ms,
            row.party,
            root.header.life_safety,
            party=context.name(row.party),
            within=row.due_ms - root.at_ms,
        )
        for row in due
        if row.rule == RULE and row.state == "missed"
    ]


def _answers(thread: Thread, party: str) -> list[Said]:
    return [said for said in thread.of(party, "reply") if _answer(said) in IDENTITY_ANSWERS]


def _answer(said: Said) -> str:
    return getattr(said.body, "answer", "") or ""
