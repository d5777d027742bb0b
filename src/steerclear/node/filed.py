"""Safety accounts: reports of close encounters that stay outside evidence kits by default, so that they are filed
(messages.md, `encounter.report`). The signed leaf and its proofs go along like any other; what the account says stays
at home unless the two officers' order names it (`exports.Order.safety_accounts`).

A bundle is no kit: it carries an account to those it was addressed to, sealed to each, as a pull does.
"""

from __future__ import annotations

from collections.abc import Iterable

from steerclear.node import holding, payloads
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.speech.kinds.encounter_report import EncounterReport

KIND = "encounter.report"


def safety_accounts(node: Node, line: LineState, entries: Iterable[str]) -> frozenset[str]:
    """Of these entries those whose payload could be opened here and is a safety account: encounter reports that do not
    read as statements, and what somebody sent as an amendment of a report (its kind has no versions)."""
    return frozenset(entry for entry in entries if entry in line.positions and _is_account(node, line, entry))


def _is_account(node: Node, line: LineState, entry: str) -> bool:
    header = holding.header_of(node, line, entry)
    if header.kind not in (KIND, "amend") or payloads.opened(node, line, entry) is None:
        return False
    if header.kind == "amend":
        known = (one for one in header.refs if one in line.positions)
        return any(holding.header_of(node, line, one).kind == KIND for one in known)
    found = payloads.content(node, line, header, entry)
    body = found.body if found is not None else None
    return not (isinstance(body, EncounterReport) and body.form == "statement")
