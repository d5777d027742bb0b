"""What holds now on a line: the parameters of the agreement in force, or of the genesis while there is none."""

from __future__ import annotations

from steerclear.node import folds
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.context import InForce, current
from steerclear.speech.parameters import Parameters


def in_force(line: LineState, now: int) -> InForce:
    """The parameters that hold now (interim: those of the genesis)."""
    assert line.acts is not None
    return current(line.acts.in_force, now)


def numbers_now(node: Node, line: LineState) -> Parameters:
    """The numbers that hold now, with all that came since the line was last folded, and by its agreements' dates."""
    folds.ensure_acts(node, line)
    return in_force(line, node.clock.now_ms()).parameters
