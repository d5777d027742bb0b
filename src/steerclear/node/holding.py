"""An entry as this node holds it: its header, its payload where it may be opened, its time, whom it reached."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import msgspec

from steerclear.errors import Malformed
from steerclear.node import carried, epochs, parts, payloads
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.procedure.said import Said, merge
from steerclear.record.delivery import NOTHING_SAID, Cover, Statements, deliver
from steerclear.record.header import Header
from steerclear.record.leaf import parse_leaf
from steerclear.record.order import SEEN_AHEAD
from steerclear.speech import readback


def known(line: LineState, entry: str) -> bool:
    """Whether this node holds the entry, in a log of its author's or as a stand-alone note."""
    return entry in line.positions or entry in line.carrying.notes or entry in line.standing


def said(node: Node, line: LineState, entry: str) -> Said:
    """The entry with everything this node knows of it now. Raises `Malformed` `unknown-entry`."""
    place = line.positions.get(entry)
    note = line.carrying.notes.get(entry)
    if place is not None and note is None:
        return _said_at(node, line, entry, place)
    places = list(note.places) if note is not None else []
    if place is None and not places and entry in line.standing:
        places.append((line.own_log.origin, line.own_log.size))
    if place is None and not places:
        raise Malformed(
            "unknown-entry", field="id", remedy="this node holds no entry of that id on this line"
        )
    sightings = [_carried_at(node, line, entry, one, unlogged=place is None) for one in places]
    return reduce(merge, sightings if place is None else [_said_at(node, line, entry, place), *sightings])


def _carried_at(node: Node, line: LineState, entry: str, place: tuple[str, int], *, unlogged: bool) -> Said:
    """A stand-alone note where a member carries it; our own that nobody has taken yet behind our log."""
    made = _said_at(node, line, entry, place)
    carrier = line.logs[place[0]].party
    note = line.carrying.notes.get(entry)
    taken = {}
    if note is not None and carrier in made.header.to:
        taken = {carrier: note.places[place]}
    return replace(made, delivered=taken, marks=(*made.marks, carried.UNLOGGED) if unlogged else made.marks)


def _said_at(node: Node, line: LineState, entry: str, place: tuple[str, int]) -> Said:
    origin, index = place
    log = line.logs[origin]
    header = header_of(node, line, entry)
    held = payloads.state(node, line, header, entry)
    content = payloads.content(node, line, header, entry) if held == "held" else None
    if held == "held" and content is None:
        held = "malformed"
    marks = (*line.marks.get(entry, ()), *(content.marks if content is not None else ()))
    if any(one.size > line.order.size(name) for name, one in header.seen.items()):
        marks = (*marks, SEEN_AHEAD)
    if epochs.is_held(line, log) and epochs.waits(line, log, header):
        marks = (*marks, epochs.FORK_HELD)
    interval = log.times.interval(index)
    code = ""
    if held == "held" and header.commitment:
        opening = payloads.opened(node, line, entry)
        code = readback.code(opening.salt, header.commitment) if opening is not None else ""
    return Said(
        entry,
        origin,
        index,
        _depth(line, log, index),
        header,
        content.inner if content is not None else None,
        content.body if content is not None else None,
        content.raw if content is not None else None,
        held,  # type: ignore[arg-type]
        tuple(dict.fromkeys(marks)),
        interval.after_ms,
        interval.before_ms,
        delivered(line, log, index, header, entry),
        code,
    )


def _depth(line: LineState, log: Log, index: int) -> int:
    """Where a leaf stands; behind everything in its log for a note that waits to be logged."""
    if index < line.order.size(log.name):
        return line.order.depth(log.name, index)
    return line.order.depth(log.name, index - 1) + 1 if index else 1


def header_of(node: Node, line: LineState, entry: str) -> Header:
    """The clear header, from memory or from the store."""
    found = line.headers.get(entry)
    if found is None and entry not in line.positions:
        found = carried.header_of(line, entry)
    if found is None:
        origin, index = line.positions[entry]
        found = parse_leaf(node.store.leaves(origin, index, index + 1)[0]).header
        line.headers[entry] = found
    return found


def delivered(line: LineState, log: Log, index: int, header: Header, entry: str) -> dict[str, int]:
    """Addressee → ms of what delivered the entry to it (record.md, Delivered)."""
    out = {}
    for party in addressed(line, header):
        checkpoints, statements = _heard_of(line, log, party, index, entry)
        inline = cover = None
        if statements.missing is not None and (whole := parts.complete(line, entry, header.author, party)):
            inline = whole[1]
            cover = whole[0].times.first_cover(party, inline.last)
        found = deliver(
            index,
            addressed=True,
            cover=log.times.first_cover(party, index),
            checkpoints=checkpoints,
            statements=statements,
            inline=inline,
            inline_cover=cover,
            payload=bool(header.commitment),
        )
        if found.state == "delivered" and found.at_ms is not None:
            out[party] = found.at_ms
    return out


def _heard_of(
    line: LineState, log: Log, party: str, index: int, entry: str
) -> tuple[list[Cover], Statements]:
    """The first checkpoint of `party` that has seen the leaf, and what its logs say of it. What an earlier epoch of
    its log said before any checkpoint had seen the leaf stands before the first that has."""
    logs = line.logs_of(party)
    if not logs:
        return [], NOTHING_SAID
    if len(logs) == 1:
        return logs[0].first_cover(log.name, index), logs[0].statements(entry)
    said = NOTHING_SAID
    first: list[Cover] = []
    for one in logs:
        new = one.statements(entry)
        if not first:
            first = one.first_cover(log.name, index)
            if new.missing is not None and not first:
                new = msgspec.structs.replace(new, missing=-1)
        else:
            new = msgspec.structs.replace(new, missing=None)
        said = Statements(
            *(
                a if a is not None else b
                for a, b in zip(msgspec.structs.astuple(said), msgspec.structs.astuple(new), strict=True)
            )
        )
    return first, said


def addressed(line: LineState, header: Header) -> tuple[str, ...]:
    """Whom an entry is for, its author left out."""
    return tuple(party for party in header.to if party != header.author)


def newest_log(line: LineState, party: str) -> Log | None:
    logs = [log for log in line.logs.values() if log.party == party]
    return max(logs, key=lambda log: log.state.epoch) if logs else None
