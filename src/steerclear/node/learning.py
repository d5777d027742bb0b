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
from steerclear.speech.kind import ACTIVITIES, MOVEMENTS, PLACES, SITES
from steerclear.speech.kinds.common import Body
from steerclear.speech.texts import text

MOST_KINDS = 12


def learns(node: Node, line: LineState, header: Header, body: Body) -> tuple[dict[str, Any], ...]:
    """What every member knows from the clear header, and what each addressee will know, one text each and its sum."""
    fields = _fields(body)
    shown = [text("learn.every-member", kind=header.kind)]
    for party in header.to:
        if party == node.party:
            continue
        name = node.name_of(party)
        shown.append(
            text("learn.fields", party=name, fields=fields) if fields else text("learn.nothing", party=name)
        )
        shown += adds_up(node, line, party)
    return tuple(shown)


def adds_up(node: Node, line: LineState, party: str) -> tuple[dict[str, Any], ...]:
    """The sum of all earlier entries of this party to that one: how many of each kind, and what stands of them."""
    told = line.told_kinds.get(party, Counter())
    total, name = sum(told.values()), node.name_of(party)
    if not total:
        return (text("learn.first", party=name),)
    kinds = [f"{count} {kind}" for kind, count in sorted(told.items())[:MOST_KINDS]]
    out = text("learn.before", party=name, n=total, kinds=kinds)
    standing = [
        one
        for one in line.folded.values()
        if one.author == node.party
        and not one.closed_by
        and any(r.party == party and r.informed for r in one.addressees)
    ]
    return (out, *_places(standing, name), *_plans(standing, name))


def _places(standing: list[Subject], name: str) -> list[dict[str, Any]]:
    places = [one for one in standing if one.kind in (*PLACES, *MOVEMENTS)]
    if not places:
        return []
    fine = Counter(_precision(one) for one in places if one.area)
    words: list[Any] = [f"{count} {precision}" for precision, count in sorted(fine.items())]
    moving = sum(one.kind in MOVEMENTS for one in places)
    words += [text("learn.movements", n=moving)] if moving else []
    return [text("learn.places", party=name, n=len(places), kinds=words)]


def _precision(place: Subject) -> str:
    """How exactly it knows a place: of a site, which no outline stands for, its positions."""
    stated = place.area.precision if place.area is not None else ""
    return stated or ("exact" if place.kind in SITES else "not stated")


def _plans(standing: list[Subject], name: str) -> list[dict[str, Any]]:
    plans = [one for one in standing if one.kind in ACTIVITIES and one.life in ("released", "active")]
    starts = [one.start_ms for one in plans if one.start_ms is not None]
    ends = [one.end_ms for one in plans if one.end_ms is not None]
    if not plans:
        return []
    if not starts or not ends:
        return [text("learn.plans", party=name, n=len(plans))]
    window = {"from": min(starts), "to": max(ends)}
    return [text("learn.plans-between", party=name, n=len(plans), **window)]


def _fields(body: Body) -> list[str]:
    values: dict[str, Any] = msgspec.to_builtins(body)
    return sorted(name for name, value in values.items() if value not in (None, "", [], {}))
