"""Sites, movements and areas that stand on a line, as a file of CSV, GeoJSON or KML, on the order of two officers.

boundary.md: a list of what to avoid is, stolen, a list of what to hit; so it takes two persons, stands in the log as
`opened`, carries the mark of whom it was made for (`copies`), and says at its head that notification changes no
obligation and its absence removes no protection.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from steerclear.errors import Refused
from steerclear.node import compartments, copies, exports, folds, holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.bodies import content
from steerclear.procedure.subject import Subject
from steerclear.record.texts import AGREEMENT, NOTIFICATION, PLAY
from steerclear.speech import exchange, watermark, zones
from steerclear.speech.exchange import areas
from steerclear.speech.zones import Zone
from steerclear.units import format_time

KINDS: Final = {"sites": "site.notify", "movements": "movement.notify", "areas": "area.declare"}
ZONES: Final = {".kmz": "kmz", ".ed269.json": "ed269", ".ed318.json": "ed318"}
"""Formats of others that areas alone go out in. They write decimal degrees, so that a leaked part can be traced
(`speech.tracing`); OpenAIR and NOTAM do not, and are for own files (ADR 0025)."""


def export(node: Node, note: bytes) -> tuple[bytes, str] | list[Refused]:
    """(the file, its ending). `order.kind` is `sites`, `movements` or `areas`, `order.format` an ending such as
    `.csv`, `order.recipient` who the copy is for."""
    checked = exports.check_order(node, note)
    if isinstance(checked, list):
        return checked
    line, order = checked
    faults = _refused(order)
    if faults:
        return faults
    kind = KINDS[order.kind]
    rows = standing(node, line, kind, exports.signed_roles(node, line, note))
    key = copies.keep(node, line, order.nonce, order.recipient, order.what, [one.version for one, _ in rows])
    exports.log_opened(node, line, order, [one.id for one, _ in rows], key)
    bodies = [(one, watermark.marked(key, body)) for one, body in rows]
    says = _says(node, line, order.kind, len(rows), watermark.name_of(key))
    if kind == "area.declare" and order.format in ZONES:
        return _zones(node, order.format, bodies, says), order.format
    if kind == "area.declare":
        found = (areas.rows_of(one.id, node.name_of(one.author), one.marks, body) for one, body in bodies)
        return areas.write([row for rows in found for row in rows], order.format, says), order.format
    records = [exchange.record_of(kind, body) for _, body in bodies]
    return exchange.write(records, order.format, kind, says), order.format


def _zones(node: Node, ending: str, bodies: Sequence[tuple[Subject, Any]], says: tuple[str, ...]) -> bytes:
    """The same in a format of others; what it cannot hold stands at its head too."""
    rows = [
        Zone(
            f"{body.area or 'area'} ({node.name_of(one.author)})",
            body.volumes,
            kept={
                "entry": one.id,
                "identifier": one.id[:7],  # ED-269 and ED-318: seven letters or figures at most
                "precision": body.precision or "not stated",
                "marks": ";".join(one.marks),
            },
        )
        for one, body in bodies
    ]
    _, lost = zones.write(rows, ZONES[ending])
    alike: dict[str, list[str]] = {}
    for one in lost:
        alike.setdefault(f"{one.code} ({one.remedy})", []).append(str(one.line))
    more = tuple(f"Area {', '.join(numbers)}: {what}." for what, numbers in alike.items())
    return zones.write(rows, ZONES[ending], says + more)[0]


def _refused(order: exports.Order) -> list[Refused]:
    formats = (*exchange.SUFFIXES, *(ZONES if order.kind == "areas" else ()))
    if order.kind not in KINDS or order.format not in formats:
        remedy = f"kind: {', '.join(KINDS)}; format: {', '.join(formats)}"
        return [Refused("nothing-asked", "order", "no kind or format that can be written", remedy)]
    if not order.recipient.strip() or len(order.recipient) > 200:
        rule = "each copy of protected places is made for somebody, and marked so that a leak can be traced"
        return [Refused("recipient-needed", "recipient", rule, "say who it is for, in up to 200 letters")]
    return []


def standing(
    node: Node, line: LineState, kind: str, roles: Collection[str] = ()
) -> list[tuple[Subject, Any]]:
    """What of this kind is not closed and can be read here, with its current body, the earliest released first; of a
    custodian's compartment only where a custodian is among `roles`, of sealed batches nothing."""
    rows = [
        one
        for one in line.folded.values()
        if one.kind == kind
        and not one.closed_by
        and one.held == "held"
        and not compartments.hides(node, line, one.id, roles)
    ]
    found = [
        (one, content(holding.said(node, line, one.version)))
        for one in sorted(rows, key=lambda r: (r.released_ms, r.id))
    ]
    return [
        (one, body)
        for one, body in found
        if body is not None and getattr(body, "precision", None) != "sealed"
    ]


def _says(node: Node, line: LineState, what: str, count: int, copy: str) -> tuple[str, ...]:
    folds.ensure_acts(node, line)
    play = (PLAY,) if line.line.exercise else ()
    as_of = format_time(node.clock.now_ms())
    made = f"{count} {what} that stand here as of {as_of}; those of whom this node knows, no others."
    mine = f"Copy {copy}, for its recipient alone; any part of it can be traced to it."
    return (*play, NOTIFICATION, made, mine, AGREEMENT, *play)
