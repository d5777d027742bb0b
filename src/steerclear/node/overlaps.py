"""Overlap queries among the conflicts: one row for each party asked, as long as the query stands (boundary.md:
no node judges against geometry that was not shared, and what nobody could compute is treated as a conflict)."""

from __future__ import annotations

from typing import Final

from steerclear.judgement import Judgement, judgement_hash
from steerclear.judgement.answer import JUDGE_VERSION, Side, conflict_id, ordered_sides
from steerclear.node.line import LineState
from steerclear.procedure.subject import Subject
from steerclear.views.conflicts import Conflict

RULE: Final = "overlap-query"
REASON: Final = "overlap-uncertain"


def rows(line: LineState) -> list[Conflict]:
    """Side `a` or `b` with an empty entry stands for everything that the party asked keeps sealed."""
    asked = [one for one in line.folded.values() if one.overlap is not None]
    return [
        _row(line, one, to.party) for one in asked for to in one.addressees if to.informed and one.overlap
    ]


def _row(line: LineState, query: Subject, party: str) -> Conflict:
    one = Side(entry=query.id, party=query.author, about=query.id)
    other = Side(entry="", party=party)
    a, b = ordered_sides(one, other)
    made = Judgement(
        judge_version=JUDGE_VERSION,
        id=conflict_id(RULE, line.rules_name[0], one, Side(entry=party)),
        rule=RULE,
        agreement=line.rules_name[0],
        a=a,
        b=b,
        verdict="conflict",
        reason=REASON,
    )
    return Conflict(made, judgement_hash(made), query.released_ms)
