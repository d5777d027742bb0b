"""A payload inside the log: what the author does where an addressee says that it lacks one, and what that addressee
does with the parts (record.md, Delivered).

After `payload-missing` by X the author's node logs salt and payload sealed to X, in parts. X's cosignature that covers
all of them is delivery, so that nobody keeps the line alive and denies one warning. Life safety goes inline at once,
everything else when the payload was still missing `INLINE_AFTER_MS` later, or by command.
"""

from __future__ import annotations

from contextlib import suppress

from steerclear.errors import Malformed, Refused
from steerclear.node import holding, inline_keys, parts, payloads, write
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.record.delivery import about
from steerclear.record.header import Header
from steerclear.record.payload import (
    InlinePart,
    Opening,
    box,
    inline_record,
    join_inline,
    opens,
    parse_inline,
    seed_proves,
    split_inline,
    unbox,
)
from steerclear.store.port import DropSide

INLINE_AFTER_MS = 600_000
"""Ours; the specification leaves it open. A peer that pulls at all pulls within seconds, so a payload missing for ten
minutes is not late but withheld, lost, or refused by what stands between the two nodes."""


def send_inline(node: Node, line_id: str, entry: str, party: str) -> int | list[Refused]:
    """Log the payload of an own entry, sealed to one addressee that said it lacks it: how many leaves it took.

    Refused: `not-ours`, `not-addressed`, `not-missing`, `inline-sent`, `locked`. Raises `Malformed` `unknown-entry`.
    """
    line = node.line(line_id)
    if entry not in line.positions:
        raise Malformed("unknown-entry", field="entry", remedy="this node holds no entry of that id here")
    header = holding.header_of(node, line, entry)
    if header.author != node.party:
        return [_no("not-ours", "entry", "another party's payload", "its author sends it")]
    if party not in header.to:
        remedy = "tell that party by an entry of its own, addressed to it"
        return [_no("not-addressed", "party", "this entry was never addressed to that party", remedy)]
    if (entry, party) not in line.lacking:
        if parts.sent(line, (entry, party)):
            return [_no("inline-sent", "party", "it stands in our log already", "wait for its cosignature")]
        return [_no("not-missing", "party", "that party has not logged that it lacks it", "nothing to do")]
    opening = payloads.opened(node, line, entry)
    to, seed = inline_keys.box_for(node, line, entry, party), inline_keys.seed_of(node, line, entry, party)
    if opening is None or seed is None:
        return [_no("locked", "entry", "the payload cannot be opened here now", "unlock the node")]
    sealed = box(opening, to, entry, seed)
    made = split_inline(sealed, entry, party)
    for part in made:
        write.record(node, line, parts.KIND, inline_record(part), (entry,))
    return len(made)


def due(node: Node, line: LineState) -> bool:
    """Do what must be done now: open what came for us, log inline what others lack, judge what they deny. Whether
    anything changed. Nothing while locked; nothing is signed while the log cannot."""
    if not node.vault.unlocked or node.zeroized:
        return False
    changed = open_parts(node, line) if line.openable else False
    if line.denied - line.proved.keys():
        changed = _prove(node, line) or changed
    if line.settings.recovery:
        return changed
    now = node.clock.now_ms()
    for (entry, party), since in list(line.lacking.items()):
        if entry not in line.positions or party not in line.members:
            continue
        header = holding.header_of(node, line, entry)
        if header.life_safety or now >= since + INLINE_AFTER_MS:
            changed = isinstance(send_inline(node, line.id, entry, party), int) or changed
    return changed


def next_due(line: LineState) -> int | None:
    """When the next payload goes inline by itself."""
    return min((since + INLINE_AFTER_MS for since in line.lacking.values()), default=None)


def open_parts(node: Node, line: LineState) -> bool:
    """Open what came inline for us and was missing, while unlocked; log `payload-unopenable` where that fails."""
    if not line.openable or not node.vault.unlocked:
        return False
    changed = False
    for entry in sorted(line.openable):
        header = holding.header_of(node, line, entry) if entry in line.positions else None
        if header is None or entry not in line.missing:
            line.openable.discard(entry)
            continue
        if parts.complete(line, entry, header.author, node.party) is None:
            continue
        line.openable.discard(entry)
        opening = _opened(node, line, entry, header)
        if opening is not None:
            payloads.keep(node, line, entry, opening)
            inline_keys.forget(node, line, entry)
            del line.missing[entry]
            node.put(DropSide(f"missing/{line.id}", entry))
            line.dirty.add(line.subjects.root(entry))
        elif not line.settings.recovery and not _said_unopenable(line, header, entry):
            origin, index = line.positions[entry]
            write.record(
                node, line, "payload-unopenable", about(line.logs[origin].name, index, entry), (entry,)
            )
        changed = True
    return changed


def parts_of(node: Node, line: LineState, entry: str, author: str, party: str) -> list[InlinePart]:
    """The parts as they stand in the author's logs, in order."""
    out = []
    for origin, index, _, _ in line.inlined.get((entry, party), ()):
        log = line.logs[origin]
        if log.party == author:
            out.append(parse_inline(holding.header_of(node, line, log.ids[index]).record))
    return out


def _opened(node: Node, line: LineState, entry: str, header: Header) -> Opening | None:
    sealed = join_inline(parts_of(node, line, entry, header.author, node.party))
    if sealed is None:
        return None
    for key in inline_keys.secrets(node, line, entry):
        with suppress(Malformed):  # sealed to another of our keys, or to none
            opening = unbox(sealed, key, entry)
            if opens(opening, header.commitment):
                return opening
    return None


def _prove(node: Node, line: LineState) -> bool:
    """Where X denies that it could open the parts, the author's seed decides, at the author's own node."""
    changed = False
    for entry, party in line.denied - line.proved.keys():
        place = line.positions.get(entry)
        if place is None or parts.complete(line, entry, node.party, party) is None:
            continue
        opening, seed = payloads.opened(node, line, entry), inline_keys.seed_of(node, line, entry, party)
        if opening is not None and seed is not None:
            stood = parts_of(node, line, entry, node.party, party)
            to = inline_keys.box_for(node, line, entry, party)
            line.proved[entry, party] = seed_proves(stood, opening, to, seed)
            line.dirty.add(line.subjects.root(entry))
            changed = True
    return changed


def _said_unopenable(line: LineState, header: Header, entry: str) -> bool:
    return any(log.statements(entry).unopenable is not None for log in line.logs_of(line.own))


def _no(code: str, field: str, rule: str, remedy: str) -> Refused:
    return Refused(code, field, rule, remedy, "record.md, Delivered")
