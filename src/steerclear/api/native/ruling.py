"""What a party decides at home about a line: permitted kinds, release table, approved coarse forms. Officers read it;
two of them, one a releaser, change it by a signed order. The administrator cannot (messages.md, Roles)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from steerclear.api.native.endpoint import LINE, Call, Endpoint
from steerclear.api.native.exporting import Ordered, order_of
from steerclear.errors import Malformed, Refused
from steerclear.node import exports, settings, waiting
from steerclear.node.draft import Draft
from steerclear.node.node import Node


def rules(node: Node, call: Call) -> Any:
    return settings.read(node, call.line)


def change_rules(node: Node, call: Call) -> Any:
    """What the order's `rules` leaves out stays."""
    note, faults = order_of(call, "rules")
    checked = faults or exports.check_order(node, note)
    if isinstance(checked, list):
        return checked
    try:
        wanted = msgspec.convert(checked[1].rules, settings.Change, strict=True)
    except (msgspec.ValidationError, ValueError) as error:
        raise Malformed("bad-rules", field="rules", remedy=str(error)) from None
    return settings.change(node, call.line, wanted)


def coarse_form(node: Node, call: Call) -> waiting.CoarseForm | list[Refused]:
    return waiting.coarse_form(node, call.line, call.body)


ENDPOINTS: Final = (
    Endpoint(
        "GET",
        f"{LINE}/rules",
        "rules",
        "Which kinds this party may send here, who releases what, and which coarse forms it set beforehand.",
        rules,
        answer=settings.Settings,
        errors=(404,),
    ),
    Endpoint(
        "POST",
        f"{LINE}/rules",
        "change_rules",
        "Change these; an order `rules` of two officers, one of them a releaser, holds the new values in `rules`.",
        change_rules,
        body=Ordered,
        answer=settings.Settings,
        errors=(404, 413, 422),
    ),
    Endpoint(
        "POST",
        f"{LINE}/coarse",
        "coarse_form",
        "A draft in the coarse form that was set beforehand, for the watch to say where no releaser acts.",
        coarse_form,
        body=Draft,
        answer=waiting.CoarseForm,
        errors=(404, 413, 422),
    ),
)
