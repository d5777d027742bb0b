"""What a node answers about talks: meetings, provisions, the agreement, the review of a period."""

from __future__ import annotations

from steerclear.node import folds, holding, tick
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.review import Review, review
from steerclear.procedure.subject import Subject
from steerclear.speech.kinds.agreement import NO_RECOGNITION
from steerclear.views.board import MAX_ROWS
from steerclear.views.talks import Talks

YEAR_MS = 366 * 86_400_000


def talks(node: Node, line_id: str) -> Talks:
    state = node.line(line_id)
    tick.refresh(node, state)
    view = folds.line_view(node, state)
    rows = sorted(state.folded.values(), key=lambda one: (-one.released_ms, one.id))
    return Talks(
        state.id,
        node.clock.now_ms(),
        view.interim,
        view.agreement,
        view.chair,
        tuple(one for one in rows if one.kind == "meeting")[:MAX_ROWS],
        tuple(one for one in rows if one.kind == "provision")[:MAX_ROWS],
        (NO_RECOGNITION,),
    )


def reviewed(node: Node, line_id: str, start_ms: int = 0, end_ms: int = 0) -> Review:
    """The review of [start, end); without an end until now, without a start for a year before the end."""
    state = node.line(line_id)
    tick.refresh(node, state)
    assert state.acts is not None
    end = end_ms or node.clock.now_ms() + 1
    start = start_ms or max(0, end - YEAR_MS)
    said = [holding.said(node, state, one) for one in state.positions]
    return review(said, _subjects(node, state), state.acts.suspended, state.members, start, end)


def _subjects(node: Node, state: LineState) -> list[Subject]:
    """Every subject, settled ones too: a review is asked for seldom."""
    settled = [folds.fold_settled(node, state, one) for one in state.settled]
    return [*state.folded.values(), *(one for one in settled if one is not None)]
