"""Own units that were told of a notice, and the codes that they read back: kept at home, sealed at rest.

A code that a unit reads back must be that of the version now in force; the code of an earlier version is refused and
the version that the unit holds is named (messages.md, `dissemination`). A confirmation counts until the end of the
unit's shift, at most as long as agreed (12 h).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from steerclear.errors import Malformed, Refused
from steerclear.node import folds, holding, sides
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.context import HomeUnit
from steerclear.procedure.subject import Subject
from steerclear.speech import readback
from steerclear.store.port import DropSide

MAX_UNITS = 200


def set_units(node: Node, line_id: str, entry: str, units: Sequence[HomeUnit]) -> list[Refused]:
    """All own units to be told of the notice that `entry` belongs to, each with what it read back ('' when nothing
    yet); what stood before is replaced, none removes the list. Empty when taken, else every fault and nothing is
    changed: `unit-twice`, `too-many`, `not-a-read-back-code`, `old-code`, `wrong-code`, `locked`. A code that
    stood there before is not judged again. Raises `Malformed` `unknown-entry`, `unknown-subject`."""
    line = node.line(line_id)
    if not holding.known(line, entry):
        raise Malformed(
            "unknown-entry", field="id", remedy="this node holds no entry of that id on this line"
        )
    if not node.vault.unlocked:
        return [Refused("locked", "units", "codes cannot be compared while locked", "unlock the node")]
    subject = folds.subject(node, line, entry)
    if len({one.name for one in units}) != len(units):
        return [Refused("unit-twice", "units", "each unit stands once in the list", "name each unit once")]
    if len(units) > MAX_UNITS:
        return [Refused("too-many", "units", f"at most {MAX_UNITS} units", "group the units")]
    before = {one.name: one for one in line.units.get(subject.id, ())}
    made: list[HomeUnit] = []
    faults: list[Refused] = []
    for number, unit in enumerate(units):
        found = _checked(node, line, subject, unit, before.get(unit.name), f"units[{number}]")
        if isinstance(found, Refused):
            faults.append(found)
        else:
            made.append(found)
    if faults:
        return faults
    _keep(node, line, subject.id, tuple(made))
    return []


def _checked(
    node: Node, line: LineState, subject: Subject, unit: HomeUnit, before: HomeUnit | None, field: str
) -> HomeUnit | Refused:
    if not unit.code:
        return HomeUnit(unit.name)
    try:
        code = readback.heard(unit.code)
    except Malformed as error:
        return Refused("not-a-read-back-code", f"{field}.code", error.rule, error.remedy)
    if before is not None and before.code == code:
        return before
    held = readback.version_of(code, [(one.id, one.readback) for one in subject.versions if one.readback])
    if held is None:
        return Refused(
            "wrong-code",
            f"{field}.code",
            f"{code} is the code of no version of this notice",
            "have the unit read it back again from its card",
            "messages.md, dissemination",
        )
    if held != subject.version:
        number = [one.id for one in subject.versions].index(held) + 1
        return Refused(
            "old-code",
            f"{field}.code",
            f"{unit.name} holds version {number} of {len(subject.versions)} ({held})",
            "tell the unit the version now in force",
            "messages.md, dissemination; AT40",
        )
    now = node.clock.now_ms()
    at = min(unit.at_ms, now) if unit.at_ms is not None else now
    most = at + in_force(line, now).parameters.counts_until_max_ms
    until = most if unit.counts_until_ms is None else min(unit.counts_until_ms, most)
    return HomeUnit(unit.name, code, at, until)


def _keep(node: Node, line: LineState, root: str, rows: tuple[HomeUnit, ...]) -> None:
    if rows:
        line.units[root] = rows
        sides.put_sealed(node, f"units/{line.id}", root, msgspec.json.encode(rows))
    else:
        line.units.pop(root, None)
        node.put(DropSide(f"units/{line.id}", root))
    line.dirty.add(root)
    node.changed.add(line.id)


def load(node: Node, line: LineState) -> None:
    """Read the lists again; nothing while locked."""
    line.units.clear()
    if not node.vault.unlocked:
        return
    for root, value in node.store.side(f"units/{line.id}").items():
        plain = sides.open_sealed(node, f"units/{line.id}", root, value)
        if plain is not None:
            line.units[root] = msgspec.json.decode(plain, type=tuple[HomeUnit, ...])
