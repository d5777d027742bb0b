"""What this node shows of its own movers and of undeclared ones (views/conformance.py)."""

from __future__ import annotations

from steerclear.judgement.conformance.judge import key_of
from steerclear.node.mover_state import OwnMover
from steerclear.node.node import Node
from steerclear.views.board import MAX_ROWS
from steerclear.views.conformance import Conformance, MoverRow, UndeclaredRow


def rows(node: Node, line_id: str) -> Conformance:
    """Ringing ones first; fifty of each at most, and how many undeclared ones there are."""
    kept = node.line(line_id).movers
    judged = {one.ident for one in kept.standings}
    movers = [
        MoverRow(
            ident=one.ident,
            notice=one.notice,
            state=one.state,
            manned=kept.fleet.get(one.ident, OwnMover(one.ident)).manned,
            beyond_mm=one.beyond_mm,
            in_ms=one.in_ms,
            since_ms=one.since_ms,
            reason=one.reason,
            ringing=key_of(one) in kept.departed,
        )
        for one in kept.standings
    ]
    movers += [
        MoverRow(
            ident,
            own.notice,
            "not-judged",
            own.manned,
            reason="no-notice" if not own.notice else "not-looked-at",
        )
        for ident, own in kept.fleet.items()
        if ident not in judged
    ]
    others = [
        UndeclaredRow(
            one.area,
            one.lat_e7,
            one.lon_e7,
            one.error_mm,
            one.low_tmm,
            one.high_tmm,
            one.at_ms,
            kept.entered.get(one.area, one.at_ms),
        )
        for one in kept.uncoordinated
    ]
    movers.sort(key=lambda row: (not row.ringing, row.ident, row.state))
    others.sort(key=lambda row: (row.area, row.lat_e7, row.lon_e7))
    locked = not node.vault.unlocked
    shown = tuple(movers[:MAX_ROWS]), tuple(others[:MAX_ROWS]), len(others)
    return Conformance(*shown, locked, kept.judged_ms)
