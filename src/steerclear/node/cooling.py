"""An own area at home: who is there, who left, when its release was asked for, and how long it still cools.

Side data, no entry (messages.md, States; boundary.md). With the request for release the node draws once how long the
area cools, uniform in `cooldown_ms` to `cooldown_ms` + `cooldown_random_ms` (72 to 144 h), after the request or the
last known occupation, whichever is later; it keeps the draw sealed and raises the task when it is over. Until then the
own desk refuses the `withdraw` that frees the area, so that no release dates a departure (scenarios.md, A10). Nobody
is shown the instant before it has come, and no other node computes or learns it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

import msgspec

from steerclear.errors import Malformed, Refused
from steerclear.node import folds, holding, sides
from steerclear.node.in_force import numbers_now
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.bodies import content
from steerclear.procedure.context import HomeArea
from steerclear.procedure.subject import Subject
from steerclear.speech.parameters import Parameters
from steerclear.store.port import DropSide

Word = Literal["occupied", "vacated", "release_asked"]
NOBODY_THERE = frozenset({"corridor", "coordination_line", "no_fly_proposed"})
"""Areas that shelter nobody, so that their release dates nobody's departure: they do not cool."""
ROLES = frozenset({"watch_officer", "releaser", "custodian"})
"""Who may note it."""
SIZE = 192
"""Bytes of what is sealed, whatever it says: a stolen disk does not show which of it is known."""
_SOURCE = "messages.md, States: area; scenarios.md, A10"


def note(
    node: Node, line_id: str, entry: str, word: Word, at_ms: int | None = None, roles: Iterable[str] = ROLES
) -> list[Refused]:
    """Keep what is known at home of the own area that `entry` belongs to; `at_ms` (default: now) when somebody was seen
    there, or left. A request for release counts from now and is made once: another changes nothing. Empty when kept,
    else why not: `role-needed`, `locked`, `not-an-own-area`, `area-released`, `does-not-cool`, `future`. Raises
    `Malformed` `unknown-entry`, `unknown-subject`."""
    line = node.line(line_id)
    if not holding.known(line, entry):
        raise Malformed(
            "unknown-entry", field="id", remedy="this node holds no entry of that id on this line"
        )
    subject = folds.subject(node, line, entry)
    now = node.clock.now_ms()
    at = now if at_ms is None else at_ms
    faults = _refused(node, line, subject, at > now, roles)
    if faults:
        return faults
    before = line.areas.get(subject.id, HomeArea())
    if word == "release_asked":
        made = (
            before
            if before.asked_ms is not None
            else replace(before, asked_ms=now, drawn_ms=_draw(node, numbers_now(node, line)))
        )
    else:
        made = replace(before, occupied=word == "occupied", last_ms=max(before.last_ms or 0, at))
    if made != before:
        _keep(node, line, subject.id, made)
    return []


def held_back(node: Node, line: LineState, kind: str, refs: Sequence[str]) -> list[Refused]:
    """For the own desk: why this `withdraw` may not free its area yet; empty for everything else."""
    if kind != "withdraw" or not refs or not holding.known(line, refs[0]):
        return []
    root = line.subjects.root(refs[0])
    if not holding.known(line, root) or not _own_area(node, line, root):
        return []
    if not node.vault.unlocked:
        return [_no("locked", "how long the area cools cannot be read while locked", "unlock the node")]
    subject = folds.subject(node, line, root)
    if subject.closed_by or not _cools(node, line, subject):
        return []
    area = line.areas.get(root, HomeArea())
    if area.cooled_ms is not None and area.cooled_ms <= node.clock.now_ms():
        return []
    remedy = {
        "": f"ask for it, then wait for the task: steerclear area release {root[:12]}",
        "occupied": f"ask for it once nobody is there: steerclear area release {root[:12]}",
        "recently_vacated": f"ask for it, then wait for the task: steerclear area release {root[:12]}",
        "release_asked": f"when everybody has left: steerclear area vacated {root[:12]}",
        "cooling": "wait for the task on the board: nobody is told when that will be",
    }[area.state(node.clock.now_ms())]
    return [_no("not-cooled", "an area protects until its release was asked for and it has cooled", remedy)]


def due(line: LineState, now_ms: int) -> list[str]:
    """Areas that have cooled since they were folded last."""
    return [
        root
        for root, area in line.areas.items()
        if area.cooled_ms is not None and area.cooled_ms <= now_ms and _shown(line, root) == "cooling"
    ]


def next_due(line: LineState, now_ms: int) -> int | None:
    """When the next area will have cooled: for the node's own alarm clock alone."""
    ends = (area.cooled_ms for area in line.areas.values())
    return min((at for at in ends if at is not None and at > now_ms), default=None)


def load(node: Node, line: LineState) -> None:
    """Read it again; nothing while locked."""
    line.areas.clear()
    if not node.vault.unlocked:
        return
    for root, value in node.store.side(_ns(line)).items():
        plain = sides.open_sealed(node, _ns(line), root, value)
        if plain is not None:
            line.areas[root] = msgspec.json.decode(plain, type=HomeArea)


def forget_released(node: Node, line: LineState) -> None:
    """What was known at home of an area goes with its release."""
    for root in list(line.areas):
        subject = line.folded.get(root)
        if subject is not None and subject.closed_by:
            del line.areas[root]
            node.put(DropSide(_ns(line), root))


def _draw(node: Node, numbers: Parameters) -> int:
    """How long it cools, uniform over whole ms with both ends (of 2^128 values: the bias is below 10^-29)."""
    drawn = int.from_bytes(node.random(16), "big") % (numbers.cooldown_random_ms + 1)
    return numbers.cooldown_ms + drawn


def _keep(node: Node, line: LineState, root: str, area: HomeArea) -> None:
    line.areas[root] = area
    sides.put_sealed(node, _ns(line), root, msgspec.json.encode(area).ljust(SIZE))
    line.dirty.add(root)
    node.changed.add(line.id)


def _refused(
    node: Node, line: LineState, subject: Subject, future: bool, roles: Iterable[str]
) -> list[Refused]:
    if not ROLES & set(roles):
        return [
            _no(
                "role-needed",
                "a watch officer, a releaser or a custodian notes this",
                "ask one of them",
                "id",
            )
        ]
    if not node.vault.unlocked:
        return [_no("locked", "what is known at home cannot be read while locked", "unlock the node", "id")]
    if not _own_area(node, line, subject.id):
        return [_no("not-an-own-area", f"this is no area of ours: {subject.kind}", "name an own area", "id")]
    if subject.closed_by:
        return [_no("area-released", "this area was released", "declare a new one", "id")]
    if not _cools(node, line, subject):
        return [_no("does-not-cool", "nobody shelters in such an area", "two officers withdraw it", "id")]
    if future:
        return [_no("future", "later than now", "say when somebody was last known to be there", "at_ms")]
    return []


def _own_area(node: Node, line: LineState, root: str) -> bool:
    header = holding.header_of(node, line, root)
    return header.kind == "area.declare" and header.author == node.party


def _cools(node: Node, line: LineState, subject: Subject) -> bool:
    """An area of which any version shelters somebody, or cannot be read, cools."""
    bodies = (content(holding.said(node, line, one.id)) for one in subject.versions)
    return any(getattr(body, "area", None) not in NOBODY_THERE for body in bodies)


def _shown(line: LineState, root: str) -> str:
    subject = line.folded.get(root)
    return subject.area.home if subject is not None and subject.area is not None else ""


def _ns(line: LineState) -> str:
    return f"area/{line.id}"


def _no(code: str, rule: str, remedy: str, field: str = "refs[0]") -> Refused:
    return Refused(code, field, rule, remedy, _SOURCE)
