"""What the line as a whole tells the watch about contact: alarms and tasks that belong to no single subject."""

from __future__ import annotations

from steerclear.node import encounters, frequencies
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.context import Context
from steerclear.procedure.subject import Alarm, Task


def alarms(node: Node, line: LineState, given: Context) -> tuple[Alarm, ...]:
    """Frequencies, missing participants, routes over danger, bearings that are off by one angle."""
    return (*frequencies.alarms(node, line), *encounters.alarms(node, line, given))


def tasks(node: Node, line: LineState) -> tuple[Task, ...]:
    """What is to be done before planned activities meet."""
    return frequencies.tasks(node, line)
