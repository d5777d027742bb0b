"""What a fold needs of other subjects of the line: repeats and patterns of stops, unanswered radio warnings in a row,
own accounts of encounters; and which subjects are folded again when that moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from steerclear.node import holding
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure import guard_calls, one_sided
from steerclear.procedure.context import Context
from steerclear.procedure.overlap_queries import over_budget
from steerclear.procedure.repeats import patterns, place_of, repeats
from steerclear.procedure.said import Said


def given(node: Node, line: LineState, made: Context) -> Context:
    """The context with what stands across subjects."""
    places = [place_of(_entries(node, line, stop), made) for stop in line.stops]
    known = [place for place in places if place is not None]
    return replace(
        made,
        repeats=repeats(known),
        patterns=patterns(known),
        reviewed=frozenset(line.reviewed),
        unanswered=_unanswered(node, line, made),
        accounts=_accounts(node, line),
        alike=line.movers.alike.of,
        told_of=frozenset(line.movers.told_of),
        over_budget=over_budget((holding.said(node, line, one) for one in line.queries), made),
    )


def moved(line: LineState, context: Context) -> None:
    """Fold again the stops, warnings and reports whose place across subjects moved, and those that they name."""
    across = (context.repeats, context.patterns, context.unanswered, context.reviewed, context.accounts)
    if across == line.across:
        return
    mappings: list[Mapping[str, tuple[str, ...]]] = [*across[:3], *line.across[:3]]
    for mapping in mappings:
        line.dirty.update(mapping)
        for earlier in mapping.values():
            line.dirty.update(earlier)
    line.dirty.update({*line.stops, *line.spoken} & (context.reviewed ^ line.across[3]))
    line.dirty.update(line.subjects.root(one) for one in context.accounts ^ line.across[4])
    line.across = across


def _unanswered(node: Node, line: LineState, made: Context) -> Mapping[str, tuple[str, ...]]:
    """Each warning is read again only when something about it moved."""
    again = [one for one in line.warnings if one in line.dirty or one not in line.spoken]
    found = {one: guard_calls.spoken(_entries(node, line, one), made) for one in again}
    if any(one not in line.spoken or line.spoken[one] != said for one, said in found.items()):
        line.spoken.update(found)
        line.unanswered = guard_calls.rows([one for one in line.spoken.values() if one is not None])
    return line.unanswered


def _accounts(node: Node, line: LineState) -> frozenset[str]:
    """Others' reports of which this party filed its own account; looked for again when a report moved."""
    if line.accounts and (
        len(line.accounts) != line.accounts_seen or not line.dirty.isdisjoint(line.accounts)
    ):
        line.accounts_seen = len(line.accounts)
        line.own_accounts = one_sided.met_by([_newest(node, line, one) for one in line.accounts], node.party)
    return line.own_accounts


def _newest(node: Node, line: LineState, report: str) -> Said:
    """The report, or its author's newest version of it."""
    said = _entries(node, line, report)
    root = next(one for one in said if one.id == report)
    amends = [one for one in said if one.kind == "amend" and one.author == root.author]
    return max(amends, key=lambda one: one.key, default=root)


def _entries(node: Node, line: LineState, subject_id: str) -> list[Said]:
    return [holding.said(node, line, one) for one in line.subjects.entries(subject_id)]
