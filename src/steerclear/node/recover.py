"""The restore guard: a node that may have signed more than it holds signs nothing until it has taken that back.

At start the store is compared with the monotonic file (`guard`), at every heartbeat with what the peer holds. Whoever
knows more puts the line into recovery: nothing of ours is logged, checkpointed or cosigned, what would have been is
kept for later, life safety goes as stand-alone notes (`standing`). Our log is pulled from the peers who hold it; then
`finish` logs what was kept. Where a larger size was surely signed and nobody can give it back, `--alone` does not
help, since it would sign a second history: the root quorum opens a new epoch (`restart`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from steerclear.errors import Malformed
from steerclear.node import guard, write
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.node.settings import kept
from steerclear.node.standing import log_standing
from steerclear.store.port import DropSide

UNCONFIRMED = "restored: nobody has confirmed yet how much of our log was signed"
FORKED = "fork: "


def check_start(node: Node) -> None:
    """Put lines into recovery whose own logs are shorter than this host has signed, or of which nothing says how much
    was signed. In memory: every start looks again."""
    if node.signed is None and not any(
        log.checkpoint for line in node.lines.values() for log in line.logs_of(node.party)
    ):
        node.signed = guard.begin(node.home.folder)
    for line in node.lines.values():
        marked = {} if node.signed is None else node.signed
        behind = [
            (origin, size)
            for origin, size in sorted(marked.items())
            if _ours(line, origin) and size > _size(line, origin)
        ]
        if behind:
            origin, size = behind[-1]
            line.settings.recovery = (
                f"restored: this host signed {size} entries of {origin.partition('/')[2]},"
                f" {_size(line, origin)} are here"
            )
        elif node.signed is None and any(log.checkpoint for log in line.logs_of(node.party)):
            line.settings.recovery = UNCONFIRMED
        elif line.settings.recovery.startswith("restored: "):
            line.settings.recovery = ""
    if (
        node.signed is not None
    ):  # stored, but the file was not written before the crash: now it will be served
        heads = [
            log for line in node.lines.values() for log in line.logs_of(node.party) if log.head is not None
        ]
        guard.note(node.home.folder, node.signed, {log.origin: log.head.size for log in heads if log.head})


def heard(node: Node, line: LineState, party: str) -> None:
    """A heartbeat told what a peer holds: enter recovery if it is more of ours than we hold."""
    if line.settings.recovery and line.settings.recovery != UNCONFIRMED:
        return
    for origin, size in line.peer(party).holds.items():
        if _ours(line, origin) and size > _size(line, origin):
            enter(
                node, line, f"{node.name_of(party)} holds {size} entries of our log, we {_size(line, origin)}"
            )
            return
    if line.settings.recovery == UNCONFIRMED:
        _done(node, line)


def enter(node: Node, line: LineState, why: str) -> None:
    """Sign nothing but stand-alone life safety from now on."""
    line.settings.recovery = why
    kept(node, line)


def forked(node: Node, line: LineState, origin: str) -> None:
    """Somebody proved that our own key signed two histories of this log: it ends here."""
    if origin == line.own_log.origin and not line.settings.recovery.startswith(FORKED):
        enter(node, line, f"{FORKED}two histories of {origin.partition('/')[2]} carry our signature")


def own_origins(node: Node, line: LineState, party: str) -> list[str]:
    """Logs of ours that this peer can give back while we are in recovery."""
    if not line.settings.recovery:
        return []
    return [
        origin
        for origin, size in line.peer(party).holds.items()
        if _ours(line, origin) and size > _size(line, origin)
    ]


def hindrance(node: Node, line: LineState) -> Malformed | None:
    """Why the line may not leave recovery now, or None."""
    if line.settings.recovery.startswith(FORKED):
        return Malformed(
            "forked", field="line", remedy="the root quorum begins a new epoch: steerclear line restart"
        )
    known = dict(node.signed or {})
    for peer in line.peers.values():
        for origin, size in peer.holds.items():
            known[origin] = max(size, known.get(origin, 0))
    ring, size = line.own_log.state.ring, line.own_log.size
    if line.settings.recovery.startswith("restart: ") and (ring is None or not ring.officers(size)):
        return Malformed("no-officers", field="line", remedy="add the officers' keys to the new epoch first")
    for origin, size in known.items():
        if _ours(line, origin) and size > _size(line, origin):
            return Malformed(
                "still-behind",
                field="line",
                remedy=f"{size} entries were signed, {_size(line, origin)} are here: pull our log from a peer "
                "(steerclear line recover); if nobody has it, the root quorum begins a new epoch",
            )
    return None


def finish(node: Node, line_id: str, *, reason: str = "") -> int:
    """Sign again: what was kept is logged now, then the stand-alone notes; how many of these.

    Raises `Malformed`: `still-behind`, `forked`, and `alone` where a member has not been heard since the start and no
    reason (`--alone --reason`) was given; a reason is logged.
    """
    line = node.line(line_id)
    if not line.settings.recovery:
        return log_standing(node, line)
    wrong = hindrance(node, line)
    if wrong is not None:
        raise wrong
    unheard = [party for party in line.others if line.peer(party).latency_ms is None]
    if unheard and node.signed is None and not reason:
        raise Malformed(
            "alone",
            field="reason",
            remedy=f"{len(unheard)} members were not heard since the start and may hold more of our log: wait for them,"
            " or give --alone --reason, which is logged",
        )
    return _done(node, line, reason)


def automatically(node: Node, line: LineState) -> bool:
    """Leave recovery once every other member was heard and nobody knows more. Whether it was left."""
    if not line.settings.recovery or hindrance(node, line) is not None:
        return False
    if any(line.peer(party).latency_ms is None for party in line.others):
        return False
    _done(node, line)
    return True


def _done(node: Node, line: LineState, reason: str = "") -> int:
    line.settings.recovery = ""
    kept(node, line)
    if node.signed is None:
        node.signed = guard.begin(node.home.folder)
    if reason:
        record: dict[str, Any] = {"what": "alone", "reason": reason[:400], "size": line.own_log.size}
        write.record(node, line, "opened", record)
    for key, value in sorted(node.store.side(f"unsaid/{line.id}").items()):
        kind, content, refs = msgspec.json.decode(value)
        write.record(node, line, kind, content, tuple(refs))
        node.put(DropSide(f"unsaid/{line.id}", key))
    return log_standing(node, line)


def _ours(line: LineState, origin: str) -> bool:
    """A log of ours that matters: the newest epoch held, or a later one. An earlier one has been given up."""
    named, _, epoch = origin.rpartition("/")
    return named == f"{line.id}/{line.own}" and epoch.isdigit() and int(epoch) >= line.own_log.state.epoch


def _size(line: LineState, origin: str) -> int:
    log = line.logs.get(origin)
    return log.size if log is not None else 0
