"""Statements about one subject that cannot both hold. Both stay; nobody is judged (boundary.md)."""

from __future__ import annotations

from steerclear.procedure.context import Context
from steerclear.procedure.marks import positions_disagree
from steerclear.procedure.stop import answer
from steerclear.procedure.thread import Thread

_AGAINST = (("HOLDING", "NOT_OURS"), ("NO_CONFLICT_KNOWN", "CONFLICT"))


def contradictions(thread: Thread, context: Context) -> tuple[str, ...]:
    """One line each, in a fixed order."""
    out = []
    if positions_disagree(thread, context):
        out.append("positions: the forms given for one place lie too far apart; hold on both, ask afterwards")
    said = {(answer(reply), reply.author) for reply in thread.answers if reply.kind == "reply"}
    for one, other in _AGAINST:
        for word, party in sorted(said):
            for word2, party2 in sorted(said):
                if (word, word2) == (one, other):
                    out.append(f"{one} by {party} beside {other} by {party2}")
    for party in thread.to:
        by_depth: dict[tuple[int, str], str] = {}
        for reply in thread.of(party, "reply"):
            other_word = by_depth.setdefault((reply.depth, reply.kind), answer(reply))
            if other_word != answer(reply):
                out.append(f"two answers by {party} beside each other: {other_word} and {answer(reply)}")
    return tuple(out)
