"""What an officer may ask for the way by voice and paper: read-back cards, and the sheets that were entered."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from steerclear.api.native.endpoint import Call
from steerclear.node import papers
from steerclear.node.node import Node


class CardOf(msgspec.Struct, frozen=True):
    """`language`: en, ru, ar or fr; `carrier`: of a stop also what to say or write by it."""

    language: Annotated[str, Meta(pattern="^[a-z]{2}$")] = "en"
    carrier: Annotated[str, Meta(pattern="^[a-z_]{0,20}$")] = ""


def card(node: Node, call: Call) -> Any:
    return papers.card(node, call.line, call.id, call.query.language, call.query.carrier)


def sheets(node: Node, call: Call) -> Any:
    return papers.sheets(node, call.line, call.query.after)
