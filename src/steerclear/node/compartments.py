"""A custodian's compartment: an own area that the own watch may not see (messages.md, Parties: custodian).

Own places whose first signer is a custodian. Whoever is none is told of such an area that it exists, whom to call on a
match, and nothing else: no title, place, time, payload, figure of a conflict. The area is judged like any other. A
custodian sees everything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

from steerclear.errors import Refused
from steerclear.judgement import Judgement
from steerclear.node import holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure import worded
from steerclear.procedure.subject import Alarm, LeadTime, Subject
from steerclear.speech import texts
from steerclear.speech.kind import PLACES
from steerclear.views.board import Board
from steerclear.views.conflicts import Conflict
from steerclear.views.entries import EntryRow, EntryView
from steerclear.views.open_items import OpenItems

ROLE: Final = "custodian"
HELD: Final = "compartment"
RULE: Final = "custodian"
_replace = msgspec.structs.replace
Roles = Collection[str]


def closed(node: Node, line: LineState, entry: str) -> bool:
    """Whether the entry belongs to an own place that a custodian entered."""
    root = line.subjects.root(entry)
    place = line.positions.get(root)
    if place is None or line.logs[place[0]].party != node.party:
        return False
    header = holding.header_of(node, line, root)
    ring = line.logs[place[0]].state.ring
    info = ring.find(header.officer, place[1]) if header.kind in PLACES and ring is not None else None
    return info is not None and ROLE in info.roles


def hides(node: Node, line: LineState, entry: str, roles: Roles) -> bool:
    return ROLE not in roles and closed(node, line, entry)


def call_text(node: Node, line: LineState, entry: str) -> str:
    """`custodian alarm: call post 7`."""
    return texts.say("alarms.custodian.text", {"post": _post(node, line, entry)})


def _post(node: Node, line: LineState, entry: str) -> str:
    header = holding.header_of(node, line, line.subjects.root(entry))
    return header.officer.partition("/")[2].partition("+")[0].replace("-", " ")


def alarms(node: Node, line: LineState) -> list[Alarm]:
    """One for each plan of another that an area in a compartment conflicts with, named by that plan alone."""
    found: dict[tuple[str, str], Alarm] = {}
    for judgement, _ in line.judged.values():
        for mine, other in ((judgement.a, judgement.b), (judgement.b, judgement.a)):
            if judgement.verdict != "conflict" or not mine.entry or not closed(node, line, mine.entry):
                continue
            post = _post(node, line, mine.entry)
            plan, since = line.subjects.root(other.entry), line.conflicts_since.get(judgement.id, 0)
            made = f"{plan}/{RULE}/match:{post.replace(' ', '-')}"
            found[plan, post] = worded.alarm(made, plan, RULE, "match", "alarms.custodian", since, post=post)
    return list(found.values())


def subject(node: Node, line: LineState, one: Subject, roles: Roles) -> Subject:
    """A subject as these roles may see it."""
    if not hides(node, line, one.id, roles):
        return one
    area = one.area
    return Subject(
        one.id,
        one.kind,
        one.family,
        one.author,
        one.mode,
        one.life_safety,
        one.precedence,
        one.released_ms,
        one.life,
        one.version,
        title=call_text(node, line, one.id).partition(": ")[2],
        held=HELD,
        area=_replace(area, home="", stale_ms=None, challenges=(), sealing=None, precision="")
        if area
        else None,
        closed_by=one.closed_by,
        closed_ms=one.closed_ms,
        standing=one.standing,
        entries=one.entries,
    )


def entry(node: Node, line: LineState, view: EntryView, roles: Roles) -> EntryView:
    if not hides(node, line, view.row.id, roles):
        return view
    return _replace(view, row=row(node, line, view.row, roles), payload=None, salt="", readback="")


def row(node: Node, line: LineState, one: EntryRow, roles: Roles) -> EntryRow:
    return _replace(one, held=HELD) if hides(node, line, one.id, roles) else one


def conflicts(node: Node, line: LineState, rows: Sequence[Conflict], roles: Roles) -> list[Conflict]:
    """Conflicts with a compartment without geometry, times or figures, and with whom to call."""
    return [_conflict(node, line, one, roles) for one in rows]


def board(node: Node, line: LineState, shown: Board, roles: Roles) -> Board:
    return _replace(
        shown,
        notices=tuple(subject(node, line, one, roles) for one in shown.notices),
        conflicts=tuple(conflicts(node, line, shown.conflicts, roles)),
        tasks=tuple(one for one in shown.tasks if not hides(node, line, one.subject, roles)),
    )


def open_items(node: Node, line: LineState, shown: OpenItems, roles: Roles) -> OpenItems:
    items = [
        _replace(one, title="", titled={}, owed=(), owes=(), due_ms=None)
        if hides(node, line, one.subject, roles)
        else one
        for one in shown.items
    ]
    return _replace(shown, items=tuple(items))


def without(node: Node, line: LineState, rows: Mapping[str, LeadTime], roles: Roles) -> dict[str, LeadTime]:
    """Rows by subject id, those of a compartment left out."""
    return {one: value for one, value in rows.items() if not hides(node, line, one, roles)}


def kept_back(node: Node, line: LineState, entries: Collection[str], roles: Roles) -> list[Refused]:
    """Why a file with these entries needs a custodian's signature; empty when it does not, or has it."""
    found = [one for one in entries if one in line.positions and hides(node, line, one, roles)]
    if not found:
        return []
    rule = f"{found[0][:12]} stands in a custodian's compartment"
    remedy = f"leave it out, or have the order signed by {call_text(node, line, found[0]).rpartition('call ')[2]} too"
    return [Refused("compartment", "entries", rule, remedy, "messages.md, Parties: custodian")]


def _conflict(node: Node, line: LineState, one: Conflict, roles: Roles) -> Conflict:
    judged = one.judgement
    hidden = [side for side in (judged.a, judged.b) if side.entry and hides(node, line, side.entry, roles)]
    if not hidden:
        return one
    bare = Judgement(
        judge_version=judged.judge_version,
        id=judged.id,
        rule=judged.rule,
        agreement=judged.agreement,
        a=_replace(judged.a, volume=-1),
        b=_replace(judged.b, volume=-1),
        verdict=judged.verdict,
        reason=call_text(node, line, hidden[0].entry),
        standing=judged.standing,
    )
    return _replace(one, judgement=bare, hash="", compared=())
