"""What holds now on a line: the parameters of the agreement in force, or of the genesis while there is none."""

from __future__ import annotations

from steerclear.node.line import LineState
from steerclear.procedure.context import InForce, current


def in_force(line: LineState, now: int) -> InForce:
    """The parameters that hold now (interim: those of the genesis)."""
    assert line.acts is not None
    return current(line.acts.in_force, now)
