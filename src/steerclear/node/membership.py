"""Who is on a line, after its genesis: policy versions, newcomers, members who leave (record.md, How a line begins).

A version is signed by the root quorums that the genesis asks; then each member logs it in its own log, signed by its
own roots, and from that leaf on it counts there. A newcomer's log begins with the version that brings its card, with
the versions before it beside it, since `admit` looks at no other log. What was not addressed to a newcomer it cannot
open; clear headers it sees from the line's beginning.

    propose(node, line, policy, cards)   the text to sign          (one member)
    sign_text(text, roots)               each member; `record.card.merge_signatures` puts them together
    log_policy(node, line, note, roots)  each old member
    accede(node, genesis, notes, roots)  the newcomer, then it pulls
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from steerclear.errors import Malformed
from steerclear.node import holding, lines, write
from steerclear.node.line import LineSettings, LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.node.settings import kept
from steerclear.record import genesis as geneses
from steerclear.record import policy as policies
from steerclear.record.admit import Admitted
from steerclear.record.card import SignedCard, parse_card
from steerclear.record.keys import Signer
from steerclear.speech.parameters import Parameters


def propose(
    node: Node, line_id: str, members: Iterable[str], new_cards: Iterable[bytes] = (), **changes: Any
) -> bytes:
    """The text of the next policy version with these members (`changes`: other fields of the policy), for the roots to
    sign. Raises `Malformed` `bad-policy`, and what a card refuses."""
    line = node.line(line_id)
    state = line.own_log.state.policy
    cards: list[SignedCard] = [parse_card(card) for card in new_cards]
    values = {name: getattr(state.policy, name) for name in policies.Policy.__struct_fields__}
    made = policies.Policy(**{**values, **changes, "members": tuple(sorted(members))})
    policies.check_policy(made, [*state.cards, *(card.card.party for card in cards)])
    return policies.policy_text(policies.next_version(state, made, cards))


def log_policy(node: Node, line_id: str, note: bytes, roots: Sequence[Signer]) -> str:
    """Log a signed version in our own log: it counts here from now on. Raises `Malformed` with admit's reason."""
    line = node.line(line_id)
    return lines.submit_record(node, line_id, policy_leaf(node, line, note, roots))


def policy_leaf(node: Node, line: LineState, note: bytes, roots: Sequence[Signer]) -> bytes:
    return lines.root_leaf(node, line, line.own_log, "policy", {"policy": note.decode()}, roots)


def accede(
    node: Node, genesis: bytes, notes: Sequence[bytes], roots: Sequence[Signer], name: str = ""
) -> str:
    """Join a line that others founded, by the policy versions since its genesis, oldest first; the last brings our
    card. Our log begins with it; then we pull. Raises `Malformed` `not-invited`, `known-line`, `clock-not-allowed`,
    and what genesis and policies refuse."""
    from steerclear.node.load import empty_line

    line = geneses.parse_genesis(genesis)
    if line.id in node.lines:
        raise Malformed("known-line", field="genesis", remedy="this node is on that line already")
    if node.clock.simulated and not line.exercise:
        raise Malformed("clock-not-allowed", field="clock", remedy="a real line runs on the system's clock")
    Parameters.from_dict(line.parameters)
    state = line.policy
    for note in notes:
        state = policies.apply_version(state, note)
    if node.party not in state.policy.members:
        raise Malformed(
            "not-invited", field="policy", remedy="no version given here makes this party a member"
        )
    made = empty_line(node, line, LineSettings(name=name, joined_ms=node.clock.now_ms()))
    record: dict[str, Any] = {"policy": notes[-1].decode()}
    if len(notes) > 1:
        record["before"] = [note.decode() for note in notes[:-1]]
    leaf = lines.root_leaf(node, made, made.own_log, "policy", record, roots, {})
    outcome = made.own_log.verdict(leaf)
    if not isinstance(outcome, Admitted):
        raise Malformed(outcome.reason, field="policy", remedy="our log would not count this version")
    node.lines[line.id] = made
    kept(node, made)
    write.append(node, made, leaf, outcome)
    return line.id


def policies_in(node: Node, line: LineState, log: Log) -> list[dict[str, Any]]:
    """Records of the policy entries of a log, in order."""
    headers = (holding.header_of(node, line, log.ids[index]) for index in log.changes)
    return [dict(header.record) for header in headers if header.kind == "policy"]
