"""The grade of each addressee's silence as this node can tell it (record.md, Silence is evidence)."""

from __future__ import annotations

from steerclear.node import holding
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.record.card import mirror_verifiers
from steerclear.record.checkpoint import parse_head
from steerclear.record.cosignature import verify_note
from steerclear.record.note import parse_note
from steerclear.record.silence import OwnCosignature, Reply, answers, grade
from steerclear.record.times import Interval
from steerclear.views.no_reply import WORDS, NoReply


def no_replies(node: Node, line: LineState, entry: str) -> tuple[NoReply, ...]:
    """A row for each addressee of an entry that asked for an answer, once its time is over; else none."""
    if entry not in line.positions:
        return ()
    said = holding.said(node, line, entry)
    due_ms = said.header.reply_by_ms
    if not due_ms or node.clock.now_ms() <= due_ms:
        return ()
    out = []
    for party in holding.addressed(line, said.header):
        log = holding.newest_log(line, party)
        found = grade(
            due_ms,
            delivered_ms=said.delivered.get(party),
            own=_own(node, line, log, due_ms) if log is not None else (),
            held=log.size if log is not None else 0,
            replies=_replies(node, line, entry, log, said.author) if log is not None else (),
        )
        out.append(NoReply(party, due_ms, found, WORDS[found]))
    return tuple(out)


def _replies(node: Node, line: LineState, entry: str, log: Log, author: str) -> list[Reply]:
    """The answers in this log, with their times and when the asking party first held each."""
    found = []
    for one in line.subjects.entries(line.subjects.root(entry)):
        place = line.positions.get(one)
        if place is None or place[0] != log.origin or not answers(holding.header_of(node, line, one), entry):
            continue
        bounds: Interval = log.times.interval(place[1])
        cover = log.times.first_cover(author, place[1])
        found.append(Reply(place[1], bounds, cover[1] * 1000 if cover is not None else None))
    return found


def _own(node: Node, line: LineState, log: Log, due_ms: int) -> list[OwnCosignature]:
    """The author's own cosignatures on its log on either side of the deadline: the last before, the first after.
    Heads are dated in the order of their sizes, so that they are found by halving; the newest head counts too."""
    heads = [note for size, note in node.store.checkpoints(log.origin) if size <= log.size]
    if log.checkpoint:
        heads.append(log.checkpoint)
    card = log.state.policy.cards.get(log.party)
    if card is None:
        return []
    low, high = 0, len(heads)
    around: dict[int, OwnCosignature] = {}
    while low < high:
        middle = (low + high) // 2
        time_s = verify_note(parse_note(heads[middle]), mirror_verifiers(card)[0])
        if time_s is None:  # not dated by its author: as good as not there
            del heads[middle]
            high -= 1
            continue
        around[middle] = OwnCosignature(parse_head(parse_note(heads[middle]).text)[1], time_s)
        if time_s * 1000 > due_ms:
            high = middle
        else:
            low = middle + 1
    return list(around.values())
