"""What an author may have overlooked: said before anything is signed, and never a reason to refuse it."""

from __future__ import annotations

from typing import Any

from steerclear.errors import Malformed
from steerclear.node import compartments, holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.bodies import content
from steerclear.record.header import Header
from steerclear.space.positions import SITE_LIMIT_MM, Fix, distance_mm, fix_of
from steerclear.speech.kind import SITES
from steerclear.speech.kinds.common import Body
from steerclear.speech.texts import text


def hints(node: Node, line: LineState, header: Header, body: Body) -> tuple[dict[str, Any], ...]:
    """A site that stands already where this one is notified: the nearest own one of the same mode within the distance
    at which two forms of one place agree (AT03), as a text of the catalogues; before it one that says the
    same, word for word, to each of these addressees."""
    fixes = _fixes(body) if header.kind in SITES else []
    near = []
    for one in line.folded.values() if fixes else ():
        own = one.author == node.party and one.kind in SITES and one.mode == header.mode
        if not own or one.closed_by or one.held != "held" or compartments.closed(node, line, one.id):
            continue
        stands = content(holding.said(node, line, one.version))
        there = _fixes(stands)
        apart = min((distance_mm(a, b) for a in fixes for b in there), default=None)
        if apart is not None and apart <= SITE_LIMIT_MM:
            told = {row.party for row in one.addressees if row.informed}
            same = stands == body and told.issuperset(header.to)
            near.append((not same, apart, one.id, one.titled))
    if not near:
        return ()
    other, apart, entry, titled = min(near, key=lambda row: row[:3])
    if not other:
        return (text("saying.same-own-site", entry=entry, title=titled),)
    return (text("saying.near-own-site", metres=-(-apart // 1_000), entry=entry, title=titled),)


def _fixes(body: Any) -> list[Fix]:
    """Positions that can be read; the others are the desk's to refuse, or marked on arrival."""
    out = []
    for position in getattr(body, "positions", ()):
        try:
            out.append(fix_of(position))
        except Malformed:
            continue
    return out
