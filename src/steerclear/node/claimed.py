"""Claims, incidents and negative attestations of a line, with what stands beside each."""

from __future__ import annotations

from steerclear.node import folds, holding, tick
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.attestations import attestations
from steerclear.procedure.claims import against_windows
from steerclear.procedure.subject import Subject
from steerclear.views.board import MAX_ROWS
from steerclear.views.claims import ClaimRow, Claims

_COMPARED = frozenset(
    {
        *("claim", "incident", "counterclaim", "encounter.report", "attestation.negative", "amend"),
        *("activity.flight", "activity.voyage", "activity.ground", "activity.hazard"),
    }
)


def claims_of(node: Node, line_id: str) -> Claims:
    """The newest fifty claims and incidents, and as many negative attestations; newest last."""
    state = node.line(line_id)
    tick.refresh(node, state)
    rows = [one for one in state.folded.values() if one.claim is not None]
    kinds = ((one, holding.header_of(node, state, one).kind) for one in state.positions)
    said = [holding.said(node, state, one) for one, kind in kinds if kind in _COMPARED]
    newest = sorted(rows, key=lambda one: (one.released_ms, one.id))[-MAX_ROWS:]
    return Claims(tuple(_claim(node, state, one) for one in newest), attestations(said)[-MAX_ROWS:])


def _claim(node: Node, state: LineState, one: Subject) -> ClaimRow:
    assert one.claim is not None
    named = {entry for account in one.claim.accounts for entry in account.notices}
    held = {entry: folds.subject(node, state, entry) for entry in named if holding.known(state, entry)}
    return ClaimRow(one, {account.entry: against_windows(account, held) for account in one.claim.accounts})
