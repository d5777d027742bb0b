"""What an officer may ask for the way by voice and paper: read-back cards, and the sheets that were entered."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from steerclear.api.native.endpoint import LINE, Call, Endpoint
from steerclear.api.native.reading import Page
from steerclear.node import papers
from steerclear.node.node import Node
from steerclear.views.card import Card
from steerclear.views.paper import Paper


class CardOf(msgspec.Struct, frozen=True):
    """`language`: en, ru, ar or fr; `carrier`: of a stop also what to say or write by it."""

    language: Annotated[str, Meta(pattern="^[a-z]{2}$")] = "en"
    carrier: Annotated[str, Meta(pattern="^[a-z_]{0,20}$")] = ""


def card(node: Node, call: Call) -> Any:
    return papers.card(node, call.line, call.id, call.query.language, call.query.carrier)


def sheets(node: Node, call: Call) -> Any:
    return papers.sheets(node, call.line, call.query.after)


ENDPOINTS: Final = (
    Endpoint(
        "GET",
        f"{LINE}/entries/{{id}}/card",
        "card",
        "The read-back card of an entry in a language: every field, check digits of its figures, the code.",
        card,
        query=CardOf,
        answer=Card,
        errors=(404, 422),
    ),
    Endpoint(
        "GET",
        f"{LINE}/paper",
        "paper",
        "What was entered from paper, by serial: what stands side by side, which numbers were never entered.",
        sheets,
        query=Page,
        answer=Paper,
        errors=(404,),
    ),
)
