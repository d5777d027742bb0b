"""Which checks of the line a person still owes here: kept from the own log as it grows (procedure/checks.py).

Who acts stands in the headers (`acting`); by which carrier a check went only in its payload, which is read when
somebody asks and the vault is open.
"""

from __future__ import annotations

from steerclear.node import folds, holding
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.checks import ANY_CARRIER, Checked, check_tasks, next_check
from steerclear.procedure.subject import Task
from steerclear.speech.kinds.line_check import LineCheck


def tasks(node: Node, line: LineState) -> tuple[Task, ...]:
    """Those due now; none while the vault is locked (what was checked cannot be read) or this party is dormant."""
    found = _checked(node, line)
    now = node.clock.now_ms()
    return () if found is None else check_tasks(line.id, found, in_force(line, now).parameters, now)


def next_due(node: Node, line: LineState) -> int | None:
    found = _checked(node, line)
    now = node.clock.now_ms()
    return None if found is None else next_check(found, in_force(line, now).parameters, now)


def _checked(node: Node, line: LineState) -> Checked | None:
    folds.ensure_acts(node, line)
    assert line.acts is not None
    dormant = line.acts.declared.get(node.party) == "dormant"
    if dormant or not node.vault.unlocked or node.party not in line.members:
        return None
    _read(node, line)
    kept = line.acting
    return Checked(
        line.settings.joined_ms, kept.carriers, kept.officers, kept.officer, kept.since_ms, kept.changed
    )


def _read(node: Node, line: LineState) -> None:
    """Carrier and officer of each own check that was not read yet."""
    kept = line.acting
    while kept.unread:
        said = holding.said(node, line, kept.unread.popleft())
        if not isinstance(said.body, LineCheck) or said.body.by != "person":
            continue
        carrier, officer, at = said.body.carrier or ANY_CARRIER, said.header.officer, said.header.released_ms
        kept.carriers[carrier] = max(at, kept.carriers.get(carrier, at))
        kept.officers[officer] = max(at, kept.officers.get(officer, at))
