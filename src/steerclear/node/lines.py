"""Lines of a node: founding one from cards, joining, the first keys in the own log, recovery after a restore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from steerclear.errors import Malformed
from steerclear.judgement.conduct.agreed import unread
from steerclear.node import write
from steerclear.node.line import LineSettings, LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.record import genesis as geneses
from steerclear.record.card import parse_card, sign_text
from steerclear.record.header import Header, Seen
from steerclear.record.keys import Signer
from steerclear.record.leaf import VERSION, finish_leaf, leaf_text
from steerclear.record.policy import Quorum
from steerclear.speech.parameters import Parameters
from steerclear.store.port import PutLine


def found(
    cards: Sequence[bytes],
    roots: Sequence[Signer],
    *,
    template: str,
    parameters: dict[str, Any],
    exercise: bool,
    nonce: str,
    quorum: Quorum = "all",
    ml_dsa: bool = True,
    witnesses: Sequence[str] = (),
    witness_quorum: int = 0,
) -> bytes:
    """A genesis signed by our roots, for the other founders to sign in turn (`merge_signatures` puts them together).
    `witnesses`: vkeys of pure witnesses, of whom so many must have cosigned what is shown in proof."""
    for fault in unread(Parameters.from_dict(parameters).conduct):
        raise Malformed(
            fault.code, field=fault.field, remedy=f"{fault.rule}: {fault.remedy}", source=fault.source
        )
    made = geneses.make_genesis(
        [parse_card(card) for card in cards],
        template=template,
        nonce=nonce,
        parameters=parameters,
        exercise=exercise,
        quorum=quorum,
        ml_dsa=ml_dsa,
        witnesses=tuple(witnesses),
        witness_quorum=witness_quorum,
    )
    return sign_text(geneses.genesis_text(made), roots)


def join(node: Node, genesis: bytes, name: str = "") -> str:
    """Take a founded line; the line id. Again: nothing happens. Raises `Malformed` `not-a-founder`,
    `clock-not-allowed`, and what a genesis refuses."""
    from steerclear.node.load import empty_line

    line = geneses.parse_genesis(genesis)
    if node.party not in line.founders:
        raise Malformed(
            "not-a-founder", field="genesis", remedy="this node's card is not among the founders'"
        )
    if node.clock.simulated and not line.exercise:
        raise Malformed("clock-not-allowed", field="clock", remedy="a real line runs on the system's clock")
    Parameters.from_dict(line.parameters)
    if line.id not in node.lines:
        settings = LineSettings(name=name, joined_ms=node.clock.now_ms())
        node.lines[line.id] = empty_line(node, line, settings)
        node.put(PutLine(line.id, genesis, msgspec.json.encode(settings)))
        node.changed.add(line.id)
    return line.id


def key_entry(node: Node, line_id: str, record: dict[str, Any], signers: Sequence[Signer]) -> bytes:
    """A `key` entry as roots (or registrars) sign it, for `submit_record`."""
    line = node.line(line_id)
    return root_leaf(node, line, line.own_log, "key", record, signers, {})


def root_leaf(
    node: Node,
    line: LineState,
    log: Log,
    kind: str,
    record: dict[str, Any],
    signers: Sequence[Signer],
    seen: dict[str, Seen] | None = None,
) -> bytes:
    """A `key`, `policy` or `log.restart` entry of ours for `log`, signed by roots. `seen`: what it has seen that the
    log had not; None for whatever is new."""
    text = root_text(node, line, log, kind, record, [signer.verifier.ref for signer in signers], seen)
    return finish_leaf(text, [signer.sign(text) for signer in signers])


def root_text(
    node: Node,
    line: LineState,
    log: Log,
    kind: str,
    record: dict[str, Any],
    signers: Sequence[str],
    seen: dict[str, Seen] | None = None,
) -> bytes:
    """What these roots (key references) sign, wherever their keys are."""
    first = signers[0]
    seq, prev = log.state.next_of(first)
    header = Header(
        v=VERSION,
        line=line.id,
        kind=kind,
        author=node.party,
        officer=first,
        mode=write.mode_of_node(line),
        signers=tuple(signers),
        released_ms=node.clock.now_ms(),
        log=log.name,
        officer_seq=seq,
        officer_prev=prev,
        seen=write.new_seen(line) if seen is None else seen,
        record=record,
    )
    return leaf_text(header)


def submit_record(node: Node, line_id: str, leaf: bytes) -> str:
    """Take a `key`, `policy` or `log.restart` leaf that a root quorum signed. Raises `Malformed` with its reason."""
    from steerclear.record.admit import ROOT_KINDS, Admitted

    line = node.line(line_id)
    if line.settings.recovery and not line.settings.recovery.startswith("restart: "):
        raise Malformed("recovery", field="line", remedy="take our log back first: steerclear line recover")
    outcome = line.own_log.verdict(leaf)
    if not isinstance(outcome, Admitted):
        raise Malformed(outcome.reason, field="leaf", remedy="the log would not count this entry")
    if outcome.leaf.header.kind not in ROOT_KINDS:
        raise Malformed("not-a-record", field="kind", remedy="officers' entries go through submit")
    return write.append(node, line, leaf, outcome)
