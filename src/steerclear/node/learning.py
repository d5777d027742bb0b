"""The pane "what they will learn": the fields of this entry, and what all earlier entries to that recipient add up to.

messages.md, Parties. Counted from the own log's clear headers by kind, and from what stands now by place: it is shown
at home alone, before anything is signed.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.subject import Subject
from steerclear.record.header import Header
from steerclear.speech.kind import ACTIVITIES, MOVEMENTS, PLACES
from steerclear.speech.kinds.common import Body
from steerclear.units import format_dtg

MOST_KINDS = 12


def learns(node: Node, line: LineState, header: Header, body: Body) -> tuple[str, ...]:
    """What every member knows from the clear header, and what each addressee will know, one line each and its sum."""
    fields = ", ".join(_fields(body)) or "nothing but the clear header"
    shown = [f"every member: that a {header.kind} passed, who released it, when and to whom"]
    for party in header.to:
        if party == node.party:
            continue
        name = node.name_of(party)
        shown.append(f"{name}: {fields}")
        shown += [f"{name}: {one}" for one in adds_up(node, line, party)]
    return tuple(shown)


def adds_up(node: Node, line: LineState, party: str) -> tuple[str, ...]:
    """The sum of all earlier entries of this party to that one: how many of each kind, and what stands of them."""
    told = line.told_kinds.get(party, Counter())
    total = sum(told.values())
    if not total:
        return ("0 entries of ours before this one",)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(told.items())[:MOST_KINDS])
    out = [f"{total} entries of ours before this one: {kinds}"]
    standing = [
        one
        for one in line.folded.values()
        if one.author == node.party
        and not one.closed_by
        and any(r.party == party and r.informed for r in one.addressees)
    ]
    return (*out, *_places(standing), *_plans(standing))


def _places(standing: list[Subject]) -> list[str]:
    places = [one for one in standing if one.kind in (*PLACES, *MOVEMENTS)]
    if not places:
        return []
    fine = Counter((one.area.precision if one.area else "") or "not stated" for one in places if one.area)
    words = ", ".join(f"{count} {precision}" for precision, count in sorted(fine.items()))
    moving = sum(one.kind in MOVEMENTS for one in places)
    words += (", " if words and moving else "") + (f"{moving} movements" if moving else "")
    return [f"with these it knows {len(places)} protected places and movements of ours that stand: {words}"]


def _plans(standing: list[Subject]) -> list[str]:
    plans = [one for one in standing if one.kind in ACTIVITIES and one.life in ("released", "active")]
    starts = [one.start_ms for one in plans if one.start_ms is not None]
    ends = [one.end_ms for one in plans if one.end_ms is not None]
    if not plans:
        return []
    between = f" between {format_dtg(min(starts))} and {format_dtg(max(ends))}" if starts and ends else ""
    return [f"with these it knows {len(plans)} plans of ours{between}"]


def _fields(body: Body) -> list[str]:
    values: dict[str, Any] = msgspec.to_builtins(body)
    return sorted(name for name, value in values.items() if value not in (None, "", [], {}))
