"""Conflicts that an assistance brings with it: the named rescuer's own plan into the area that everybody keeps out of.

messages.md, `assist`: others keep clear, the rescuer goes there. The judgement stands as it is, the same at every node,
and everybody else keeps away still; it is explained, stands behind the other conflicts, and reminds nobody.
"""

from __future__ import annotations

from steerclear.judgement import Judgement
from steerclear.judgement.answer import Side
from steerclear.node import holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.assistance import KIND
from steerclear.speech.kind import ACTIVITIES

RESCUING = ("rescue", "medical")


def answers(node: Node, line: LineState, judgement: Judgement) -> str:
    """The `assist` that one side of a conflict answers as its named rescuer; '' for any other conflict."""
    if judgement.verdict != "conflict" or line.active is None:
        return ""
    for plan, area in ((judgement.a, judgement.b), (judgement.b, judgement.a)):
        found = line.folded.get(line.subjects.root(area.entry)) if area.entry else None
        if found is None or found.kind != KIND or found.assistance is None:
            continue
        if found.assistance.rescuer == plan.party and _goes_there(node, line, plan, found.id):
            return found.id
    return ""


def _goes_there(node: Node, line: LineState, plan: Side, assist: str) -> bool:
    """Whether the plan says so: it refers to the assist, or has the priority of a rescue or a medical flight."""
    root = line.subjects.root(plan.entry)
    if root not in line.positions:
        return False
    header = holding.header_of(node, line, root)
    notice = line.active.get(plan.entry) if line.active is not None else None
    if header.kind not in ACTIVITIES:
        return False
    named = any(line.subjects.root(ref) == assist for ref in header.refs)
    return named or (notice is not None and notice.priority in RESCUING)
