"""What an officer may ask about contact: conduct rules beside an account, and who can hear whom."""

from __future__ import annotations

from typing import Any, Final

from steerclear.api.native.endpoint import LINE, Call, Endpoint
from steerclear.node import encounters, rescue, tick
from steerclear.node import frequencies as plans
from steerclear.node.frequencies import FrequencyPlan
from steerclear.node.node import Node
from steerclear.procedure.conduct import ConductRow
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


ENDPOINTS: Final = (
    Endpoint(
        "GET",
        f"{LINE}/subjects/{{id}}/conduct",
        "conduct",
        "Rule by rule what was measured of one encounter report or one danger area's notice, with its uncertainty.",
        conduct,
        answer=list[ConductRow],
        errors=(404, 422),
    ),
    Endpoint(
        "GET",
        f"{LINE}/frequencies",
        "frequencies",
        "What each planned activity can receive, the common frequency of those near each other, and who is missing.",
        frequencies,
        answer=FrequencyPlan,
        errors=(404,),
    ),
    Endpoint(
        "POST",
        f"{LINE}/positions/{{id}}",
        "read_position",
        "Where the people of an assist are, for an officer of the named rescuer or of its author; logged as `opened`.",
        read_position,
        answer=rescue.Position,
        errors=(404, 413, 422),
    ),
)
