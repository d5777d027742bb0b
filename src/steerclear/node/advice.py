"""What the line as a whole tells the watch about contact: alarms and tasks that belong to no single subject."""

from __future__ import annotations

from steerclear.node import encounters
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.subject import Alarm


def alarms(node: Node, line: LineState) -> tuple[Alarm, ...]:
    """Bearings that are off by one angle."""
    return encounters.alarms(node, line)
