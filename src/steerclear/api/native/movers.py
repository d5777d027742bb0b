"""What an officer may ask about what flies and sails: how the feeds are heard. Never a track of anybody else's."""

from __future__ import annotations

from typing import Any, Final

from steerclear.api.native.endpoint import LINE, Call, Endpoint
from steerclear.node import queries
from steerclear.node.node import Node
from steerclear.views.feeds import FeedRow


def feeds(node: Node, call: Call) -> Any:
    return queries.feeds_of(node, call.line)


ENDPOINTS: Final = (
    Endpoint(
        "GET",
        f"{LINE}/feeds",
        "feeds",
        "How each feed of this site is heard: age, counts, drops by reason; never what it reports.",
        feeds,
        answer=list[FeedRow],
        errors=(404,),
    ),
)
