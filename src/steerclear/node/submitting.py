"""The author's desk takes what was signed. Nothing refused is stored.

`desk.prepare` gives a client what to sign; here it comes back, signed by officers of this party.
"""

from __future__ import annotations

from steerclear.errors import Refused
from steerclear.node import desk, payloads, waiting, write
from steerclear.node.desk import Accepted
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.node.standing import submit_standing
from steerclear.record.admit import Admitted
from steerclear.record.header import Header
from steerclear.record.leaf import parse_leaf
from steerclear.record.payload import Opening, opens


def submit(node: Node, line_id: str, leaf: bytes, salt: bytes, payload: bytes) -> Accepted | list[Refused]:
    """Take a signed leaf of one of this party's officers. The same leaf again is the same entry."""
    line = node.line(line_id)
    parsed = parse_leaf(leaf)
    header = parsed.header
    known = line.positions.get(parsed.id)
    if known is not None:
        return accepted(line, parsed.id, header, known[0].partition("/")[2], known[1], repeated=True)
    if not header.log:
        return submit_standing(node, line, leaf, Opening(salt, payload))
    if line.settings.recovery:
        return [
            Refused(
                "recovery",
                "log",
                "the log cannot be signed now; life safety goes as a note without it",
                "prepare it again",
                "record.md, Restore guard",
            )
        ]
    log = line.own_log
    outcome = log.verdict(leaf)
    if not isinstance(outcome, Admitted):
        return [Refused(outcome.reason, "leaf", "the log would not count this entry", "prepare it again")]
    if "officer-fork" in outcome.marks:
        return [
            Refused(
                "sequence",
                "officer_seq",
                "this officer's key has signed another entry meanwhile",
                "prepare it again and sign what comes back",
                "record.md, Keys",
            )
        ]
    opening = Opening(salt, payload)
    if not opens(opening, header.commitment):
        return [
            Refused(
                "commitment", "payload", "salt and payload do not open the commitment", "prepare it again"
            )
        ]
    faults = desk.check(node, line, header, payload)
    if faults:
        return faults
    waiting.said(node, line, header, payload)
    payloads.keep(node, line, parsed.id, opening)
    index = log.size
    write.append(node, line, leaf, outcome)
    return accepted(line, parsed.id, header, log.name, index, marks=outcome.marks)


def accepted(
    line: LineState,
    entry: str,
    header: Header,
    log: str,
    index: int,
    *,
    marks: tuple[str, ...] = (),
    repeated: bool = False,
) -> Accepted:
    seq, prev = line.own_log.state.next_of(header.officer)
    return Accepted(entry, log, index, "", marks, seq, prev, repeated)
