"""Life safety while the log cannot sign: stand-alone notes out, and what arrives as one (record.md).

The receiver's node logs the note's bytes in `carried`, which makes it an entry at once, shown as unlogged; the author
logs the same bytes later, and it stays the same entry.
"""

from __future__ import annotations

import msgspec

from steerclear.errors import Malformed, Refused
from steerclear.node import holding, payloads, placing, write
from steerclear.node.desk import Accepted, check
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.record import standalone
from steerclear.record.admit import Admitted
from steerclear.record.payload import Opening, opens
from steerclear.store.port import DropSide, PutSide


def submit_standing(node: Node, line: LineState, note: bytes, opening: Opening) -> Accepted | list[Refused]:
    """One of our officers signed life safety without a log."""
    leaf = standalone.parse_standalone(note)
    if leaf.id in line.standing:
        return Accepted(leaf.id, "", 0, "", ("unlogged",), repeated=True)
    outcome = standalone.judge(leaf, line.own_log.state)
    if not isinstance(outcome, Admitted):
        return [
            Refused(
                outcome.reason, "note", "no valid officer's key signed it", "sign it with an officer's key"
            )
        ]
    if not opens(opening, leaf.header.commitment):
        return [
            Refused(
                "commitment", "payload", "salt and payload do not open the commitment", "prepare it again"
            )
        ]
    if faults := check(node, line, leaf.header, opening.payload):
        return faults
    payloads.keep(node, line, leaf.id, opening)
    line.standing[leaf.id] = {"note": note.decode(), "to": list(line.others), "mine": True}
    _store(node, line, leaf.id)
    placing.enter(line, leaf.id, leaf.header)
    node.changed.add(line.id)
    return Accepted(leaf.id, "", 0, "", ("unlogged",))


def take_standalone(
    node: Node, line_id: str, party: str, note: bytes, salt: bytes, payload: bytes, carrier: str = "node"
) -> None:
    """A stand-alone note came: logged in `carried` and alarmed at once. The same note again changes nothing."""
    line = node.line(line_id)
    leaf = standalone.parse_standalone(note)
    if holding.known(line, leaf.id) or leaf.header.line != line.id:
        return
    logs = line.logs_of(leaf.header.author)
    if not any(isinstance(standalone.judge(leaf, log.state), Admitted) for log in logs):
        raise Malformed("standalone-signature", field="note", remedy="not signed by a member's officer")
    opening = Opening(salt, payload)
    if node.party in leaf.header.to and leaf.header.commitment:
        if not opens(opening, leaf.header.commitment):
            raise Malformed("commitment", field="payload", remedy="send salt and payload with the note")
        payloads.keep(node, line, leaf.id, opening)
    if line.settings.recovery:
        line.standing[leaf.id] = {"note": note.decode(), "to": [], "mine": False, "carrier": carrier}
        _store(node, line, leaf.id)
        placing.enter(line, leaf.id, leaf.header)
        node.changed.add(line.id)
        return
    write.record(node, line, standalone.KIND, standalone.carried_record(note, carrier))


def standing_for(node: Node, line_id: str, party: str) -> list[tuple[bytes, bytes, bytes]]:
    """(note, salt, payload) of every own stand-alone note that this member has not taken yet."""
    line = node.line(line_id)
    out = []
    for entry, held in line.standing.items():
        opening = payloads.opened(node, line, entry)
        if held.get("mine") and party in held["to"] and opening is not None:
            header = standalone.parse_standalone(held["note"].encode()).header
            mine = party in header.to
            out.append(
                (held["note"].encode(), opening.salt if mine else b"", opening.payload if mine else b"")
            )
    return out


def standing_taken(node: Node, line_id: str, party: str, note: bytes) -> None:
    """The member has it."""
    line = node.line(line_id)
    entry = standalone.parse_standalone(note).id
    held = line.standing.get(entry)
    if held is not None and party in held["to"]:
        held["to"] = [other for other in held["to"] if other != party]
        _store(node, line, entry)


def log_standing(node: Node, line: LineState) -> int:
    """After recovery: our notes become leaves of the own log, others' go into `carried`. How many of ours."""
    count = 0
    for entry, held in list(line.standing.items()):
        note = held["note"].encode()
        del line.standing[entry]
        node.put(DropSide(f"standing/{line.id}", entry))
        if held.get("mine"):
            write.append(node, line, note, line.own_log.verdict(note))
            count += 1
        else:
            write.record(node, line, standalone.KIND, standalone.carried_record(note, held["carrier"]))
    return count


def _store(node: Node, line: LineState, entry: str) -> None:
    node.put(PutSide(f"standing/{line.id}", entry, msgspec.json.encode(line.standing[entry])))
