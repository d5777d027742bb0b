"""Lock and unlock: a locked node still stores, mirrors, cosigns and alarms; it shows no payload (record.md, At rest).

What was opened is forgotten, judgements read `not_judged(locked)`, deadlines run from clear headers. Those that only a
payload tells (a promised hold, a relay from a liaison post) run from a table of (subject, rule, step, party, due) that
is kept beside the record. The numbers agreed stay in force over a lock; a node that *starts* locked knows only those of
the genesis until it is unlocked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from steerclear.errors import Malformed
from steerclear.node import cooling, folds, holding, mover_keep, payloads, units
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.node.vault import Vault
from steerclear.procedure import worded
from steerclear.procedure.deadlines import deadline_id
from steerclear.procedure.subject import Alarm, Subject
from steerclear.store.port import DropSide, PutSide

Row = tuple[str, str, str, int]
"""(rule, step, party, due in ms)."""
OVER = ("done", "cancelled", "expired")


def lock(node: Node) -> None:
    """The payload keys and everything opened with them leave the memory."""
    node.vault = Vault(node.vault.storage, node.vault.delivery)
    node.home = replace(node.home, vault=node.vault)
    node.sealing = node.opening = None
    for line in node.lines.values():
        payloads.forget(line)
        line.units.clear()
        line.areas.clear()
        mover_keep.forget(line, node.clock.now_ms())
        line.residues = None
        _fold_again(node, line)


def unlock(node: Node, opened: Vault) -> None:
    """Payloads can be read from now on, `opened` by `vault.unlock`. Raises `Malformed` `zeroized`, `other-vault`."""
    if node.zeroized:
        raise Malformed("zeroized", field="vault", remedy="the payloads were destroyed: start a new node")
    if opened.storage != node.vault.storage or not opened.unlocked:
        raise Malformed("other-vault", field="vault", remedy="this vault does not belong to this node")
    node.vault = opened
    node.home = replace(node.home, vault=opened)
    for line in node.lines.values():
        units.load(node, line)
        cooling.load(node, line)
        mover_keep.load(node, line)
        line.acts = line.residues = None
        _fold_again(node, line)


def _fold_again(node: Node, line: LineState) -> None:
    """What was folded knew too much, or too little."""
    line.dirty.update(line.folded)
    line.folded.clear()
    line.active = None
    line.rules_name = ("", "")
    line.active_of.clear()
    line.judged.clear()
    line.judged_of.clear()
    line.forget_across()
    line.line_alarms = ()
    node.changed.add(line.id)


def note_due(node: Node, line: LineState, changed: Iterable[str]) -> None:
    """Keep what only payloads tell of these subjects' deadlines, while it can be read."""
    if not node.vault.unlocked:
        return
    for subject_id in changed:
        subject = line.folded.get(subject_id)
        over = subject is None or subject.life in OVER
        rows = () if over or subject is None else _rows(subject, _hold_alarm_before_ms(node, line, subject))
        if rows == line.due_table.get(subject_id, ()):
            continue
        if rows:
            line.due_table[subject_id] = rows
            node.put(PutSide(f"due/{line.id}", subject_id, msgspec.json.encode(rows)))
        else:
            del line.due_table[subject_id]
            node.put(DropSide(f"due/{line.id}", subject_id))


def load(node: Node, line: LineState) -> None:
    """The table as it was kept."""
    for subject, value in node.store.side(f"due/{line.id}").items():
        line.due_table[subject] = msgspec.json.decode(value, type=tuple[Row, ...])


def alarms(node: Node, line: LineState) -> list[Alarm]:
    """While locked: alarms of the table that are due, on subjects that clear headers do not show closed."""
    if node.vault.unlocked:
        return []
    now, out = node.clock.now_ms(), []
    for subject_id, rows in line.due_table.items():
        subject = line.folded.get(subject_id)
        if subject is None or subject.life in OVER:
            continue
        for rule, step, party, due_ms in rows:
            if due_ms <= now:
                out.append(_alarm(node, subject, rule, step, party, due_ms))
    return out


def next_due(node: Node, line: LineState) -> int | None:
    """When the next of the table falls due, while locked."""
    if node.vault.unlocked:
        return None
    now = node.clock.now_ms()
    return min((row[3] for rows in line.due_table.values() for row in rows if row[3] > now), default=None)


def _hold_alarm_before_ms(node: Node, line: LineState, subject: Subject) -> int:
    """As the unlocked node has it: by what was in force where the stop was raised. 0 where nobody holds."""
    if subject.stop is None or not subject.stop.holds:
        return 0
    said = holding.said(node, line, subject.id)
    return folds.context(node, line).parameters(said).hold_alarm_before_ms


def _rows(subject: Subject, before_ms: int) -> tuple[Row, ...]:
    rows: list[Row] = [
        (one.rule, one.step, one.party, one.due_ms)
        for one in subject.deadlines
        if one.rule == "relay" and one.state == "open"
    ]
    for hold in subject.stop.holds if subject.stop is not None else ():
        if hold.state != "holding":
            continue
        steps = [one.step for one in subject.deadlines if one.rule == "hold" and one.party == hold.party]
        number = max((int(step.rpartition("-")[2]) for step in steps), default=1)
        rows.append(("hold", f"ending-{number}", hold.party, hold.until_ms - before_ms))
        rows.append(("hold", f"ended-{number}", hold.party, hold.until_ms))
    return tuple(sorted(rows))


def _alarm(node: Node, subject: Subject, rule: str, step: str, party: str, due_ms: int) -> Alarm:
    made = deadline_id(subject.id, rule, step, party)
    words = {"rule": rule, "party": node.name_of(party)}
    safety = subject.life_safety
    return worded.alarm(made, subject.id, rule, step, "alarms.locked", due_ms, party, safety, **words)
