"""Read-back cards of entries, and what was entered from paper."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from steerclear.errors import Malformed
from steerclear.node import folds, holding, payloads, queries, tick
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.free_text import FreeText
from steerclear.speech.phrases import LANGUAGES
from steerclear.speech.ready_text import stop_text
from steerclear.views.board import MAX_ROWS
from steerclear.views.card import Card, card_of
from steerclear.views.paper import Paper, Sheet, paper, sheet_of


def card(node: Node, line_id: str, entry: str, language: str = "en", carrier: str = "") -> Card:
    """The card of an entry in a language; of a stop also what to say by `carrier`. Raises `Malformed`:
    `unknown-entry`, `unknown-language`."""
    if language not in LANGUAGES:
        raise Malformed("unknown-language", field="language", remedy=f"one of {', '.join(LANGUAGES)}")
    state = node.line(line_id)
    view = queries.entry(node, line_id, entry)
    texts: tuple[FreeText, ...] = ()
    if view.row.subject:
        tick.refresh(node, state)
        texts = folds.subject(node, state, entry).free_text
    names = {party: node.name_of(party) for party in (view.row.author, *view.row.to)}
    made = card_of(view, state.id, texts, names, language)
    if view.row.kind != "stop" or not carrier:
        return made
    payload = view.payload if isinstance(view.payload, dict) else {}
    serial = str(((payload.get("inner") or {}).get("paper") or {}).get("serial", ""))
    ready = stop_text(
        payload.get("body"),
        carrier,
        mode=view.row.mode,
        readback=view.readback,
        serial=serial,
        language=language,
    )
    return msgspec.structs.replace(made, ready=ready)


def sheets(node: Node, line_id: str, after: str = "") -> Paper:
    """Everything that was entered from paper, of every party, as far as this node may read it."""
    return paper(_sheets(node, node.line(line_id)), after, MAX_ROWS)


def _sheets(node: Node, line: LineState) -> Iterator[Sheet]:
    for entry in line.positions:
        header = holding.header_of(node, line, entry)
        if not header.commitment or payloads.state(node, line, header, entry) != "held":
            continue
        content = payloads.content(node, line, header, entry)
        found = content.inner.paper if content is not None and content.inner is not None else None
        if found is not None:
            yield sheet_of(
                found.serial,
                header.author,
                entry,
                header.kind,
                found.source,
                found.written or "",
                header.released_ms,
            )
