"""Erasure of payloads whose life is over: payload and salt are destroyed here, the residue is logged in `erased`, and
past its term every node folds the notice as that residue (record.md, Erasure).

The author erases first; other holders follow by themselves, at most one batch a day. `preserve` holds it off. What the
log itself carries (`payload.inline`) stays, for no erasure takes a leaf away; the keys that open it go (ADR 0010).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from steerclear.errors import Malformed, Refused
from steerclear.node import folds, holding, inline_keys, write
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.bodies import instant
from steerclear.procedure.subject import Subject
from steerclear.procedure.subjects import LINE_KINDS
from steerclear.store.port import DropKey, DropPayload, DropSide

KIND = "erased"
BATCH = 200
"""Rows in one leaf, so that it stays well within 65,535 bytes."""
EVERY_MS = 86_400_000
"""One batch a day (record.md, Erasure)."""
OVER = frozenset({"done", "cancelled", "expired"})
_KEPT = LINE_KINDS | {"agreement", "provision"}


def erase(node: Node, line_id: str, entries: Sequence[str]) -> int | list[Refused]:
    """Erase the payloads of the notices that these entries belong to, with all that was said of each: how many.

    Refused, and then nothing is erased: `unknown-entry`, `not-ours`, `not-over`, `preserved`, `kept`, `locked`,
    `recovery`, `erased`.
    """
    line = node.line(line_id)
    if line.settings.recovery:
        return [_no("recovery", "line", "the log cannot be signed now", "take our log back first")]
    if not node.vault.unlocked:
        return [_no("locked", "entries", "what is locked cannot be seen to be over", "unlock the node")]
    roots = list(dict.fromkeys(line.subjects.root(entry) for entry in entries))
    faults = [fault for root in roots if (fault := _hindrance(node, line, root)) is not None]
    if faults:
        return faults
    now = node.clock.now_ms()
    rows: list[dict[str, Any]] = []
    for root in roots:
        rows += rows_of(node, line, folds.subject(node, line, root), now)
    log(node, line, rows)
    return len(rows)


def follow(node: Node, line: LineState) -> bool:
    """Erase here what its author has erased, once its term is over: at most one batch a day."""
    now = node.clock.now_ms()
    if not line.erasable or now - line.last_erased_ms < EVERY_MS or line.settings.recovery:
        return False
    folds.context(node, line)
    assert line.residues is not None
    rows = []
    for entry in sorted(line.erasable):
        residue = line.residues.get(entry)
        if residue is None or (residue.term_ms is not None and now < residue.term_ms):
            continue
        if preserved(node, line, line.subjects.root(entry)):
            continue
        if node.store.wrapped_key(entry) is None and entry not in line.opened:
            _give_up(node, line, entry)
            continue
        rows.append(
            row_of(entry, residue.kind, residue.life, residue.end_ms, residue.term_ms, residue.verdicts)
        )
    if not rows:
        return False
    log(node, line, rows)
    return True


def _give_up(node: Node, line: LineState, entry: str) -> None:
    """A payload that never came here and is erased at its author's is asked for no more, and what stands of it in the
    log is never opened."""
    inline_keys.forget(node, line, entry)
    line.erasable.discard(entry)
    line.openable.discard(entry)
    if line.missing.pop(entry, None) is not None:
        node.put(DropSide(f"missing/{line.id}", entry))


def preserved(node: Node, line: LineState, root: str) -> bool:
    """Whether a `preserve` of any member that still stands names the notice or anything said of it. One that was
    withdrawn by its author holds nothing; one that cannot be read here holds what its clear header names.
    """
    named = {root, *line.subjects.entries(root)}
    return any(
        _stands(node, line, one) for ref in named & line.preserved.keys() for one in line.preserved[ref]
    )


def _stands(node: Node, line: LineState, preserve: str) -> bool:
    until = instant(getattr(holding.said(node, line, preserve).body, "until", None))
    if until is not None and until <= node.clock.now_ms():
        return False
    return folds.subject(node, line, preserve).life != "cancelled"


def _hindrance(node: Node, line: LineState, root: str) -> Refused | None:
    if root not in line.positions:
        return _no("unknown-entry", root, "this node holds no such entry", "name an entry of this line")
    try:
        subject = folds.subject(node, line, root)
    except Malformed as error:
        return _no("unknown-entry", root, str(error), "name a notice")
    if subject.kind in _KEPT:
        return _no("kept", root, "the line's own acts are kept as long as the line", "leave it out")
    if root in line.erased:
        return _no("erased", root, "its payload was erased here before", "leave it out")
    if subject.author != node.party:
        return _no("not-ours", root, "its author erases it first; this node then follows", "leave it out")
    released = subject.area is None or subject.area.state == "released"
    if subject.life not in OVER or not released:
        return _no("not-over", root, f"its life is not over: {subject.life}", "withdraw or complete it first")
    if preserved(node, line, root):
        return _no("preserved", root, "a `preserve` holds it off", "wait until its author withdraws it")
    return None


def rows_of(node: Node, line: LineState, subject: Subject, now: int) -> list[dict[str, Any]]:
    """The residue of a notice and of all that was said of it, as `erased` carries it."""
    verdicts = sorted(
        line.judged[one][1] for entry in subject.entries for one in line.judged_of.get(entry, ())
    )
    term = max(now, subject.end_ms or 0, subject.closed_ms or 0)
    committed = (
        entry
        for entry in subject.entries
        if entry in line.positions
        and (entry == subject.id or holding.header_of(node, line, entry).commitment)
    )
    return [row_of(entry, subject.kind, subject.life, subject.end_ms, term, verdicts) for entry in committed]


def row_of(
    entry: str, kind: str, life: str, end_ms: int | None, term_ms: int | None, verdicts: Iterable[str]
) -> dict[str, Any]:
    row: dict[str, Any] = {"id": entry, "kind": kind, "life": life, "verdicts": list(verdicts)}
    if end_ms is not None:
        row["end_ms"] = end_ms
    if term_ms is not None:
        row["term_ms"] = term_ms
    return row


def log(node: Node, line: LineState, rows: list[dict[str, Any]]) -> None:
    """The keys go in the commit that logs the residue, so that neither is ever there without the other."""
    for row in rows:
        entry = row["id"]
        node.put(DropKey(entry), DropPayload(entry))
        inline_keys.forget(node, line, entry)
        line.opened.pop(entry, None)
        line.parsed.pop(entry, None)
        if line.missing.pop(entry, None) is not None:
            node.put(DropSide(f"missing/{line.id}", entry))
        if line.units.pop(entry, None) is not None:
            node.put(DropSide(f"units/{line.id}", entry))
    for at in range(0, len(rows), BATCH):
        write.record(node, line, KIND, {"entries": rows[at : at + BATCH]})
    for row in rows:
        line.dirty.add(line.subjects.root(row["id"]))


def _no(code: str, field: str, rule: str, remedy: str) -> Refused:
    return Refused(code, field, rule, remedy, "record.md, Erasure")
