"""Radio warnings that nobody answers (messages.md, Timers: every 30 s; after 2 unanswered to the cell line, after 4 a
third party relays).

Counted is what was spoken: the first call and each repeat that the current version states, and only of a warning whose
addressee could know that it was meant (AT06). One that does not count goes out as fast as any; it raises nothing here.
"""

from __future__ import annotations

from steerclear.procedure.bodies import content, instant
from steerclear.procedure.context import Context
from steerclear.procedure.said import Said
from steerclear.procedure.thread import Thread, about
from steerclear.speech.kinds.warning_radio import WarningRadio, counts_as_warning

CELL_LINE, THIRD_PARTY = "cell-line", "third-party-relay"
_NO_ANSWER = frozenset({"QUERY", "NOT_UNDERSTOOD", "NOT_LIFE_SAFETY"})
"""Replies that ask, or speak of the flag: nobody has answered the warning by them."""


def calls(said: Said) -> int:
    """How often the crew was called by what a version states; 0 where that is no warning, or cannot be read."""
    body = content(said)
    if not isinstance(body, WarningRadio) or not counts_as_warning(body):
        return 0
    return 1 + (body.repeats or 0)


def answered(thread: Thread, version: Said) -> bool:
    """By radio, as its author says, or on the line by an addressee, about a version that states as many calls: what
    was spoken again after an answer waits for another."""
    if getattr(content(version), "answered", None) == "yes":
        return True
    heard = {said.id for said in thread.versions if calls(said) >= calls(version)}
    replies = [said for said in thread.answers if said.kind == "reply" and about(said) in heard]
    return any(getattr(said.body, "answer", "") not in {"", *_NO_ANSWER} for said in replies)


def unanswered(thread: Thread) -> int:
    """Calls of an open warning that stand unanswered now; 0 once somebody answered. (Of a closed one nobody asks.)"""
    return 0 if answered(thread, thread.current) else calls(thread.current)


def steps(thread: Thread, context: Context) -> tuple[tuple[str, int], ...]:
    """(step, since_ms) of each step of the ladder that the unanswered calls have reached, in order."""
    count, numbers = unanswered(thread), context.parameters(thread.root)
    ladder = ((CELL_LINE, numbers.radio_to_cell_after), (THIRD_PARTY, numbers.radio_relay_after))
    return tuple((step, _since(thread, after)) for step, after in ladder if count >= max(1, after))


def _since(thread: Thread, count: int) -> int:
    """When the first of the last versions was said that each state so many calls and stand unanswered."""
    since = thread.current.at_ms
    for version in reversed(thread.versions):
        if calls(version) < count or answered(thread, version):
            break
        since = version.at_ms
    return since


def repeat_due(thread: Thread, context: Context) -> tuple[int, int] | None:
    """(last spoken, when to speak again); None for what is no warning by radio, or was answered."""
    body = content(thread.current)
    if not isinstance(body, WarningRadio) or answered(thread, thread.current):
        return None
    last = instant(body.last)
    if last is None:
        last = instant(body.first)
    last = thread.current.at_ms if last is None else last
    return last, last + context.parameters(thread.root).radio_repeat_ms
