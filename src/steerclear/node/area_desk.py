"""What the own desk refuses about sealed areas and overlap queries because of what this party said before.

boundary.md: overlap queries are budgeted; messages.md, area.declare: one batch a month, padded to the cap; what is
opened is what was sealed.
"""

from __future__ import annotations

from steerclear.errors import Refused
from steerclear.node import holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.overlap_queries import month_of
from steerclear.speech import sealed
from steerclear.speech.kinds.area_declare import AreaDeclare
from steerclear.speech.kinds.common import Body
from steerclear.speech.kinds.overlap_query import OverlapQuery
from steerclear.speech.parameters import Parameters
from steerclear.speech.refusing import no

MONTH_MS = 31 * 86_400_000


def refused(node: Node, line: LineState, body: Body, mode: str, numbers: Parameters) -> list[Refused]:
    """Empty for everything that is neither a batch, nor an opening, nor a query."""
    if isinstance(body, OverlapQuery):
        return _budget(node, line, mode, numbers)
    if not isinstance(body, AreaDeclare):
        return []
    if body.precision == "sealed" and body.month is not None:
        return _batch(node, line, body.month, mode)
    return _opening(node, line, body) if body.opening is not None else []


def asked(node: Node, line: LineState, mode: str, month: str) -> int:
    """How many overlap queries this party has said in that month."""
    headers = (holding.header_of(node, line, one) for one in line.queries)
    return sum(
        one.author == node.party and one.mode == mode and month_of(one.released_ms) == month
        for one in headers
    )


def _budget(node: Node, line: LineState, mode: str, numbers: Parameters) -> list[Refused]:
    cap = numbers.overlap_queries_a_month
    if asked(node, line, mode, month_of(node.clock.now_ms())) < cap:
        return []
    rule = f"{cap} overlap queries of one party in a month (UTC), all of them in the log"
    remedy = "wait for the next month, or treat the plan as a conflict and change it"
    return [no("overlap-budget", "kind", rule, remedy, "boundary.md: overlap queries are budgeted")]


def _batch(node: Node, line: LineState, month: str, mode: str) -> list[Refused]:
    now = node.clock.now_ms()
    if month not in (month_of(now), month_of(now + MONTH_MS)):
        rule = "a batch is of this month or the next"
        return [no("batch-of-another-month", "body.month", rule, f"seal for {month_of(now)}")]
    held = (one for one in line.folded.values() if one.author == node.party and one.mode == mode)
    if any(
        one.area and one.area.sealing and one.area.sealing.month == month and one.area.precision == "sealed"
        for one in held
    ):
        rule = "one batch a month, so that its day and size say nothing"
        return [
            no("month-sealed", "body.month", rule, "seal it in the next month's batch, or declare it broad")
        ]
    return []


def _opening(node: Node, line: LineState, body: AreaDeclare) -> list[Refused]:
    assert body.opening is not None
    batch = body.opening.batch
    said = holding.said(node, line, batch) if holding.known(line, batch) else None
    own = said is not None and said.author == node.party
    if own and said is not None and sealed.check(body, said.body) == "matches":
        return []
    rule = "what is opened is exactly what was sealed in the batch named"
    return [no("opening-differs", "body.opening", rule, "make it with: steerclear area unseal")]
