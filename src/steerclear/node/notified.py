"""Sites and movements that stand on a line, as a file of CSV, GeoJSON or KML, on the order of two officers.

boundary.md: a list of what to avoid is, stolen, a list of what to hit; so it takes two persons, stands in the log as
`opened`, and says at its head that notification changes no obligation and its absence removes no protection.
"""

from __future__ import annotations

from typing import Any, Final

from steerclear.errors import Refused
from steerclear.node import exports, folds, holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.bodies import content
from steerclear.record.texts import AGREEMENT, NOTIFICATION, PLAY
from steerclear.speech import exchange
from steerclear.units import format_time

KINDS: Final = {"sites": "site.notify", "movements": "movement.notify"}


def export(node: Node, note: bytes) -> tuple[bytes, str] | list[Refused]:
    """(the file, its ending). `order.kind` is `sites` or `movements`, `order.format` an ending such as `.csv`."""
    checked = exports.check_order(node, note)
    if isinstance(checked, list):
        return checked
    line, order = checked
    if order.kind not in KINDS or order.format not in exchange.SUFFIXES:
        remedy = f"kind: {', '.join(KINDS)}; format: {', '.join(exchange.SUFFIXES)}"
        return [Refused("nothing-asked", "order", "no kind or format that can be written", remedy)]
    kind = KINDS[order.kind]
    bodies = standing(node, line, kind)
    records = [exchange.record_of(kind, body) for body in bodies]
    exports.log_opened(node, line, order)
    return exchange.write(
        records, order.format, kind, _says(node, line, order.kind, len(records))
    ), order.format


def standing(node: Node, line: LineState, kind: str) -> list[Any]:
    """The current bodies of this kind that are not closed and can be read here, the earliest released first."""
    rows = [
        one for one in line.folded.values() if one.kind == kind and not one.closed_by and one.held == "held"
    ]
    found = [
        content(holding.said(node, line, one.version))
        for one in sorted(rows, key=lambda r: (r.released_ms, r.id))
    ]
    return [body for body in found if body is not None]


def _says(node: Node, line: LineState, what: str, count: int) -> tuple[str, ...]:
    folds.ensure_acts(node, line)
    play = (PLAY,) if line.line.exercise else ()
    as_of = format_time(node.clock.now_ms())
    made = f"{count} {what} that stand here as of {as_of}; those of whom this node knows, no others."
    return (*play, NOTIFICATION, made, AGREEMENT, *play)
