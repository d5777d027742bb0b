"""Whose newer epoch counts at this node: a member's log after its `log.restart` is stored and cosigned like any other,
but what it says waits until our own root quorum has countersigned (record.md, Fork). Life safety and the record's own
kinds never wait. Bookkeeping of headers only; the acts are in `restart`.
"""

from __future__ import annotations

from dataclasses import replace

from steerclear.errors import Malformed
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.record.admit import RECORD_KINDS
from steerclear.record.header import Header
from steerclear.record.restart import KIND, is_countersignature

FORK_HELD = "fork-held"


def is_held(line: LineState, log: Log) -> bool:
    """Whether this log goes on from a restart that our party has not countersigned."""
    if log.state.epoch == 1 or log.party == line.own:
        return False
    return line.countersigned.get(log.name, "") != line.restarts.get(log.name, "no restart")


def waits(line: LineState, log: Log, header: Header) -> bool:
    """Whether what this entry says has no effect here yet."""
    return is_held(line, log) and not header.life_safety and header.kind not in RECORD_KINDS


def take(line: LineState, log: Log, entry: str, header: Header) -> list[str]:
    """A `log.restart` stands in `log`; entries that need wait no longer."""
    if header.kind != KIND:
        return []
    try:
        countersigned = is_countersignature(header.record)
    except Malformed:
        return []
    if not countersigned:
        if log.state.epoch > 1 and header.log == log.name:
            line.restarts.setdefault(log.name, entry)
        named = log.name
    elif log.party == line.own:
        named = str(header.record["log"])
        line.countersigned[named] = str(header.record["entry"])
    else:
        return []
    party = named.partition("/")[0]
    observe(line, party)
    held = line.logs.get(f"{line.id}/{named}")
    if held is not None and is_held(line, held):
        return []
    return line.held_back.pop(named, [])


def observe(line: LineState, party: str) -> None:
    """Whether the line to a member is fork-held: its newest log forked, or goes on without our word."""
    logs = line.logs_of(party)
    if party == line.own or not logs:
        return
    held = logs[-1].origin in line.forks or is_held(line, logs[-1])
    peer = line.peer(party)
    if peer.heard.forked != held:
        peer.heard = replace(peer.heard, forked=held)
