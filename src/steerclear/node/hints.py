"""What an author may have overlooked: said before anything is signed, and never a reason to refuse it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from steerclear.errors import Malformed
from steerclear.node import compartments, folds, holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.bodies import content
from steerclear.procedure.subject import Subject
from steerclear.record.header import Header
from steerclear.space.positions import SITE_LIMIT_MM, Fix, distance_mm, fix_of
from steerclear.speech.kind import AREAS, MOVEMENTS, SITES
from steerclear.speech.kinds.common import Body
from steerclear.speech.texts import text

REPEATED: Final = (*SITES, *MOVEMENTS, *AREAS)
"""What is taken in from files: each may be told that it stands already, word for word."""


def hints(node: Node, line: LineState, header: Header, body: Body) -> tuple[dict[str, Any], ...]:
    """What stands already and says the same as this one, word for word, to each of these addressees (sites, movements,
    areas); else, of a site, the nearest own one of the same mode within the distance at which two forms of one place
    agree (AT03). As texts of the catalogues."""
    if header.kind not in REPEATED:
        return ()
    standing = list(_standing(node, line, header))
    for one, stands in standing:
        told = {row.party for row in one.addressees if row.informed}
        if stands == body and told.issuperset(header.to):
            key = "saying.same-own-site" if header.kind in SITES else "saying.same-own"
            return (text(key, entry=one.id, title=one.titled),)
    near = _nearest(standing, body) if header.kind in SITES else None
    if near is None:
        return ()
    apart, one = near
    return (text("saying.near-own-site", metres=-(-apart // 1_000), entry=one.id, title=one.titled),)


def _standing(node: Node, line: LineState, header: Header) -> Iterator[tuple[Subject, Any]]:
    """The own ones of this kind and mode that nobody closed and that the watch may read, each with what it says."""
    still = [one for one in line.folded.values() if one.id not in line.dirty]
    for one in (*still, *_moved(node, line, header.kind)):
        own = one.author == node.party and one.kind == header.kind and one.mode == header.mode
        if own and not one.closed_by and one.held == "held" and not compartments.closed(node, line, one.id):
            yield one, content(holding.said(node, line, one.version))


def _moved(node: Node, line: LineState, kind: str) -> Iterator[Subject]:
    """Those of this kind that something was said of since the line was folded: the row of a file just before this."""
    for root in sorted(line.dirty):
        if holding.known(line, root) and holding.header_of(node, line, root).kind == kind:
            found = folds.fold_settled(node, line, root)
            if found is not None:
                yield found


def _nearest(standing: list[tuple[Subject, Any]], body: Body) -> tuple[int, Subject] | None:
    """(millimetres, the site) of the nearest, where one lies near enough to be the same place."""
    fixes = _fixes(body)
    apart = [
        (distance_mm(here, there), one)
        for one, stands in standing
        for there in _fixes(stands)
        for here in fixes
    ]
    near = [row for row in apart if row[0] <= SITE_LIMIT_MM]
    return min(near, key=lambda row: (row[0], row[1].id), default=None)


def _fixes(body: Any) -> list[Fix]:
    """Positions that can be read; the others are the desk's to refuse, or marked on arrival."""
    out = []
    for position in getattr(body, "positions", ()):
        try:
            out.append(fix_of(position))
        except Malformed:
            continue
    return out
