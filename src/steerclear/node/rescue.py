"""Where the people of an `assist` are: read by an officer of the named rescuer (or of its author), one at a time.

No query, list, board, kit or stream gives the payload of such an entry (`Kind.apart`); this is the only way to it, and
that it was read stands in the log, so that whoever passed it on sees that somebody has it (boundary.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from steerclear.english import an
from steerclear.errors import Malformed, Refused
from steerclear.node import holding, payloads, write
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.speech import table
from steerclear.speech.kind import OFFICERS

_SOURCE = "messages.md, assist; boundary.md"


class Position(msgspec.Struct, frozen=True):
    """The payload of one `assist.position` as it was passed; `opened` is the entry that says that it was read."""

    id: str
    assist: str
    author: str
    body: Any
    readback: str
    opened: str


def is_apart(kind: str) -> bool:
    """Whether the payload of such an entry is given to nobody but by `read`."""
    row = table.kind(kind)
    return row is not None and row.apart


def read(node: Node, line_id: str, entry: str, roles: Iterable[str]) -> Position | list[Refused]:
    """Refused: `not-a-position`, `role-may-not-read`, `not-the-rescuer`, and `not-held` with why. Raises `Malformed`
    `unknown-entry`."""
    line = node.line(line_id)
    if not holding.known(line, entry):
        raise Malformed(
            "unknown-entry", field="id", remedy="this node holds no entry of that id on this line"
        )
    said = holding.said(node, line, entry)
    faults = _faults(said.kind, said.held, roles)
    opening = payloads.opened(node, line, entry)
    if faults or opening is None:
        return faults or [_no("not-held", "id", "its payload cannot be opened here now", "unlock the node")]
    about = said.header.refs[0] if said.header.refs else ""
    opened = _log(node, line, entry)
    body = msgspec.json.decode(opening.payload).get("body")
    return Position(entry, about, said.author, body, said.readback, opened)


def _faults(kind: str, held: str, roles: Iterable[str]) -> list[Refused]:
    if not is_apart(kind):
        return [_no("not-a-position", "id", f"{an(kind)} is no position for a rescuer", "steerclear show ID")]
    if not set(roles) & set(OFFICERS):
        return [_no("role-may-not-read", "", "a watch officer or releaser reads it", "ask the watch")]
    if held == "not_addressed":
        return [_no("not-the-rescuer", "id", "it went to the named rescuer alone", "ask its author for help")]
    if held not in ("held", "malformed"):
        return [_no("not-held", "id", f"its payload is {held} here", "ask its author to pass it again")]
    return []


def _log(node: Node, line: LineState, entry: str) -> str:
    record = {"what": "position", "entries": 1, "nonce": node.random(16).hex()}
    return write.record(node, line, "opened", record, (entry,))


def _no(code: str, field: str, rule: str, remedy: str) -> Refused:
    return Refused(code, field, rule, remedy, _SOURCE)
