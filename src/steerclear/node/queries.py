"""What a node can be asked: structs and plain values ready for JSON, at most fifty rows an answer (boundary.md)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Any

import msgspec

from steerclear.errors import Malformed
from steerclear.node import (
    advice,
    carried,
    compare,
    folds,
    holding,
    naming,
    no_reply,
    overlaps,
    payloads,
    rescue,
    tick,
)
from steerclear.node import conflicts as judging
from steerclear.node import encounters as contacts
from steerclear.node import feeds as feeding
from steerclear.node import opened as opens
from steerclear.node.in_force import in_force
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.procedure.encounters import Encounter
from steerclear.procedure.flood import not_life_safety
from steerclear.procedure.gaps import gaps
from steerclear.procedure.line import Line as LineView
from steerclear.procedure.subject import Alarm, LeadTime, Subject, Task
from steerclear.views.audit import Audit
from steerclear.views.board import MAX_ROWS, Board, board_order, standing_lines
from steerclear.views.compared import TheyShow
from steerclear.views.conflicts import Conflict
from steerclear.views.entries import EntryRow, EntryView
from steerclear.views.feeds import FeedRow
from steerclear.views.health import PeerHealth
from steerclear.views.open_items import OpenItems, open_items
from steerclear.views.opened import Opened


def lines(node: Node) -> list[dict[str, Any]]:
    """Each line with its name, members and how it stands."""
    out = []
    for state in node.lines.values():
        view = folds.line_view(node, state)
        out.append(
            {
                "id": state.id,
                "name": state.settings.name,
                "exercise_line": view.exercise_line,
                "interim": view.interim,
                "unauthenticated": view.unauthenticated,
                "agreement": view.agreement.state,
                "members": {party: node.name_of(party) for party in view.members},
                "recovery": state.settings.recovery,
            }
        )
    return out


def line(node: Node, line_id: str) -> LineView:
    state = node.line(line_id)
    tick.refresh(node, state)
    return folds.line_view(node, state)


def board(node: Node, line_id: str, after: str = "") -> Board:
    """Open subjects first by precedence, then newest; closed ones follow while there is room. `after` is the id of
    the last row of the page before."""
    state = node.line(line_id)
    tick.refresh(node, state)
    view = folds.line_view(node, state)
    rows = sorted(state.folded.values(), key=board_order)
    shown, more = _page(node, state, rows, after)
    ahead = (*state.check_tasks, *advice.tasks(node, state))
    return Board(
        state.id,
        node.clock.now_ms(),
        {log.name: log.size for log in state.logs.values()},
        "EXERCISE EXERCISE EXERCISE" if view.exercise_line or view.exercise_open else "REAL",
        view.interim,
        view.unauthenticated,
        not node.vault.unlocked,
        state.settings.recovery,
        state.line_alarms[:MAX_ROWS],
        naming.tasks(node, state, (*_tasks(rows)[: MAX_ROWS - len(state.check_tasks)], *ahead))[:MAX_ROWS],
        tuple(shown),
        tuple(_compared(node, state)),
        tuple(judging.unchecked(node, state))[:MAX_ROWS],
        standing_lines(in_force(state, node.clock.now_ms()).parameters.sealed_allowed),
        more,
        tuple(health(node, line_id)),
        tuple(told for row in shown for told in compare.they_show(state, row)),
        feeding.rows(node, state),
        max(0, len(state.line_alarms) - MAX_ROWS),
    )


def _tasks(rows: list[Subject]) -> tuple[Task, ...]:
    return tuple(task for row in rows for task in row.tasks)


def encounters_of(node: Node, line_id: str) -> list[Encounter]:
    """Accounts of encounters side by side, with the notices of that time and, rule by rule, their conduct."""
    state = node.line(line_id)
    tick.refresh(node, state)
    return list(contacts.all_of(node, state))[-MAX_ROWS:]


def feeds_of(node: Node, line_id: str) -> list[FeedRow]:
    """How each feed of this site is heard on the line: counts and ages, no report."""
    return list(feeding.rows(node, node.line(line_id)))[:MAX_ROWS]


def _page(node: Node, state: LineState, rows: list[Subject], after: str) -> tuple[list[Subject], bool]:
    """Up to fifty subjects after the one named, watched ones before settled ones, and whether there are more."""
    ids = [one.id for one in rows] + sorted(state.settled, key=lambda one: (-state.settled[one], one))
    start = ids.index(after) + 1 if after in ids else 0
    page = ids[start : start + MAX_ROWS]
    found = [state.folded.get(one) or folds.fold_settled(node, state, one) for one in page]
    return [one for one in found if one is not None], start + MAX_ROWS < len(ids)


def open_now(node: Node, line_id: str, after: str = "") -> OpenItems:
    """Everything open on the line at once, for whoever takes the watch."""
    state = node.line(line_id)
    tick.refresh(node, state)
    return open_items(state.folded.values(), node.clock.now_ms(), node.party, after, MAX_ROWS, node.name_of)


def subject(node: Node, line_id: str, entry: str) -> Subject:
    state = node.line(line_id)
    tick.refresh(node, state)
    return folds.subject(node, state, entry)


def entries(
    node: Node, line_id: str, after: str = "", limit: int = MAX_ROWS, kind: str = ""
) -> list[EntryRow]:
    """Entries in fold order after the one named, at most fifty."""
    state = node.line(line_id)
    if after and after not in state.positions:
        raise Malformed("unknown-entry", field="after", remedy="begin again without it")
    wanted = _in_fold_order(state, after)
    if kind:
        wanted = (one for one in wanted if _kind(node, state, one) == kind)
    return [row(node, state, entry) for entry in islice(wanted, max(0, min(limit, MAX_ROWS)))]


def _in_fold_order(state: LineState, after: str) -> Iterator[str]:
    """Valid entries by (depth, origin, index) from behind the one named; depths ascend within each log."""
    start = (-1, "", -1)
    if after:
        origin, index = state.positions[after]
        start = (state.order.depth(state.logs[origin].name, index), origin, index)

    def of(log: Log) -> Iterator[tuple[int, str, int]]:
        first = bisect_left(
            range(log.size), start, key=lambda i: (state.order.depth(log.name, i), log.origin, i)
        )
        for index in range(first, log.size):
            key = (state.order.depth(log.name, index), log.origin, index)
            if key > start and index not in log.invalid:
                yield key

    for _, origin, index in merge(*(of(log) for log in state.logs.values())):
        yield state.logs[origin].ids[index]


def entry(node: Node, line_id: str, entry_id: str) -> EntryView:
    state = node.line(line_id)
    made = row(node, state, entry_id)
    origin, index = state.positions.get(entry_id, ("", 0))
    leaf = node.store.leaves(origin, index, index + 1) or [carried.bytes_of(state, entry_id)]
    shown = made.held == "held" and not rescue.is_apart(made.kind)
    opening = payloads.opened(node, state, entry_id) if shown else None
    content = msgspec.json.decode(opening.payload) if opening is not None else None
    code = holding.said(node, state, entry_id).readback
    salt = opening.salt.hex() if opening is not None else ""
    asked = no_reply.no_replies(node, state, entry_id)
    return EntryView(made, leaf[0].decode(), content, salt, code, asked)


def row(node: Node, state: LineState, entry_id: str) -> EntryRow:
    said = holding.said(node, state, entry_id)
    header = said.header
    return EntryRow(
        said.id,
        said.origin.partition("/")[2],
        said.index,
        said.depth,
        header.kind,
        header.author,
        header.officer.partition("+")[0].partition("/")[2],
        header.mode,
        header.life_safety,
        header.precedence,
        header.released_ms,
        header.to,
        header.refs,
        said.held,
        said.marks,
        said.after_ms,
        said.before_ms,
        dict(said.delivered),
        state.subjects.root(entry_id),
    )


def conflicts_of(node: Node, line_id: str) -> list[Conflict]:
    state = node.line(line_id)
    tick.refresh(node, state)
    return _compared(node, state)


def _compared(node: Node, state: LineState) -> list[Conflict]:
    """The first fifty judgements, each with what the others show of it, and whose data are challenged."""
    replace = msgspec.structs.replace
    out = []
    for row in judging.all_of(node, state)[:MAX_ROWS]:
        told = () if row.judgement.rule == overlaps.RULE else compare.compared(node, state, row.judgement)
        out.append(replace(row, compared=told, challenged=_challenged(state, row)))
    return out


def _challenged(state: LineState, row: Conflict) -> tuple[str, ...]:
    """Subjects of this conflict whose data somebody challenges; they are kept away from all the same."""
    roots = (state.subjects.root(side.entry) for side in (row.judgement.a, row.judgement.b) if side.entry)
    found = (state.folded.get(root) for root in roots)
    return tuple(one.id for one in found if one is not None and one.area is not None and one.area.challenged)


def opened(node: Node, line_id: str, after: str = "") -> list[Opened]:
    """Who read or took out how much, the newest first; each row says how many places of ours."""
    return opens.rows(node, node.line(line_id), after, MAX_ROWS)


def they_show(node: Node, line_id: str, entry: str) -> tuple[TheyShow, ...]:
    """How other members show the subject that an entry belongs to."""
    return compare.they_show(node.line(line_id), subject(node, line_id, entry))


def health(node: Node, line_id: str) -> list[PeerHealth]:
    state = node.line(line_id)
    view = folds.line_view(node, state)
    out = []
    for peer in view.peers:
        measured = state.peer(peer.party)
        log = holding.newest_log(state, peer.party)
        out.append(
            PeerHealth(
                peer.party,
                node.name_of(peer.party),
                peer.observed,
                peer.declared,
                peer.last_heard_ms,
                measured.latency_ms,
                measured.skew_ms,
                peer.introduced,
                peer.nobody_heard_since_ms,
                measured.holds.get(state.own_log.origin, 0),
                log.size if log is not None else 0,
                measured.reason,
            )
        )
    return out


def audit(node: Node, line_id: str, gap_ms: int = 86_400_000) -> Audit:
    """`gap_ms`: how long routine contact must cease to be listed."""
    state = node.line(line_id)
    tick.refresh(node, state)
    assert state.acts is not None
    said = [holding.said(node, state, one) for one in state.positions]
    fired = [
        holding.header_of(node, state, one)
        for one in state.positions
        if _kind(node, state, one) == "timer.fired"
    ]
    return Audit(
        gaps(said, state.acts, gap_ms, node.clock.now_ms()),
        tuple({"log": origin.partition("/")[2], **msgspec.to_builtins(bad)} for origin, bad in state.invalid)[
            -MAX_ROWS:
        ],
        tuple({"log": o.partition("/")[2], "proof": msgspec.json.decode(p)} for o, p in state.forks.items()),
        not_life_safety(state.folded.values()),
        tuple({"by": header.author, "at_ms": header.released_ms, **header.record} for header in fired)[
            -MAX_ROWS:
        ],
        tuple({"entry": one.id, "marks": list(one.marks)} for one in said if one.marks)[-MAX_ROWS:],
        tuple(state.missing)[:MAX_ROWS],
        tuple(state.standing)[:MAX_ROWS],
        tuple(
            {"subject": one.id, **msgspec.to_builtins(row)}
            for one in state.folded.values()
            for row in one.no_effect
        )[:MAX_ROWS],
    )


def lead_times(node: Node, line_id: str) -> dict[str, LeadTime]:
    """Notice by notice, how long before its event it was released (both nodes compute the same, or disputed)."""
    state = node.line(line_id)
    tick.refresh(node, state)
    rows = [one for one in state.folded.values() if one.lead_time.state != "none"]
    return {one.id: one.lead_time for one in sorted(rows, key=lambda one: one.released_ms)[-MAX_ROWS:]}


def members(node: Node, line_id: str) -> list[dict[str, Any]]:
    """Members with this node's names for them and their officers' posts as their logs show them."""
    state = node.line(line_id)
    out = []
    for party in state.members:
        log = holding.newest_log(state, party)
        ring = log.state.ring if log is not None else None
        officers = ring.officers(log.size) if ring is not None and log is not None else ()
        out.append(
            {
                "party": party,
                "name": node.name_of(party),
                "own": party == node.party,
                "log": log.name if log is not None else "",
                "size": log.size if log is not None else 0,
                "posts": [{"post": one.post, "key": one.ref, "roles": sorted(one.roles)} for one in officers][
                    :MAX_ROWS
                ],
            }
        )
    return out


def alarms(node: Node, line_id: str) -> tuple[Alarm, ...]:
    state = node.line(line_id)
    tick.refresh(node, state)
    return state.line_alarms[:MAX_ROWS]


def _kind(node: Node, state: LineState, entry_id: str) -> str:
    return holding.header_of(node, state, entry_id).kind
