"""What the agreements of a line let go out with a copy: for the order of two officers, for the `opened` of others."""

from __future__ import annotations

from collections.abc import Collection

from steerclear.errors import Refused
from steerclear.node import folds, holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.said import Key
from steerclear.speech import disclosure


def refused(
    node: Node, line: LineState, audience: str, entries: Collection[str], *, whole: bool
) -> list[Refused]:
    """Entries that the order names go by what held when each was said; `whole` (spans, a report, a list of all that
    stands) by the narrowest that ever held."""
    given = folds.context(node, line)
    if whole or not entries:
        return disclosure.wrong(audience, disclosure.strictest(row.disclosure for row in given.in_force))
    said = [holding.said(node, line, one) for one in entries if holding.known(line, one)]
    return disclosure.wrong(audience, disclosure.strictest(given.force_at(one).disclosure for one in said))


def marks(node: Node, line: LineState, audience: str, key: Key) -> tuple[str, ...]:
    """Of an `opened` entry that stands at `key`: whether it says that it went farther than was agreed before it. Which
    entries went is known at its author's home alone, so the narrowest word counts."""
    folds.ensure_acts(node, line)
    assert line.acts is not None
    before = disclosure.strictest(row.disclosure for row in line.acts.in_force if row.begin <= key)
    return (disclosure.MARK,) if disclosure.beyond(audience, before) else ()
