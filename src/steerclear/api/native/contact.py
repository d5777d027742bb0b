"""What an officer may ask about contact: conduct rules beside an account, and who can hear whom."""

from __future__ import annotations

from typing import Any

from steerclear.api.native.endpoint import Call
from steerclear.node import encounters, rescue, tick
from steerclear.node import frequencies as plans
from steerclear.node.node import Node
from steerclear.views.board import MAX_ROWS


def conduct(node: Node, call: Call) -> Any:
    line = node.line(call.line)
    tick.refresh(node, line)
    return encounters.conduct_of(node, line, call.id)[:MAX_ROWS]


def frequencies(node: Node, call: Call) -> Any:
    line = node.line(call.line)
    tick.refresh(node, line)
    return plans.plan(node, line, MAX_ROWS)


def read_position(node: Node, call: Call) -> Any:
    return rescue.read(node, call.line, call.id, call.session.roles)
