"""`log.restart`: our log goes on in a new epoch after a fork or a loss, and others' new epochs are countersigned.

Both are acts of a root quorum (record.md, Fork). The old log stays as everybody holds it, and so does the other branch
where a node was shown it. In the new epoch keys begin anew, so that the officers' keys are added again (`key_adds`);
subjects go on, since an entry is named by its id and not by its log.

    reopen(node, line, roots)            restart, policies, officers' keys; then the node signs again
    countersign(node, line, log, roots)  another member's new epoch counts here from now on
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from steerclear.errors import Malformed
from steerclear.node import lines, membership, recover, settings, write
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.record import merkle
from steerclear.record.admit import Admitted
from steerclear.record.header import Seen
from steerclear.record.keys import Signer
from steerclear.record.leaf import parse_leaf
from steerclear.record.restart import KIND

RESTARTING = "restart: the new epoch holds no officer's key yet"


def restart_record(line: LineState, old: Log, epoch: int, card: str = "") -> dict[str, Any]:
    """What each member last held of the old log, as far as its cosignatures show here."""
    held = {}
    for party in line.others:
        size = min(old.cosigned_to.get(party, 0), old.size)
        root = old.tree.root(size) if size else merkle.Tree().root()
        held[party] = {"size": size, "root": root.hex()}
    record: dict[str, Any] = {"old": old.name, "epoch": epoch, "members": held}
    if card:
        record["card"] = card
    return record


def restart_leaf(node: Node, line_id: str, roots: Sequence[Signer], card: str = "") -> bytes:
    """The `log.restart` that opens our next epoch, signed by the root quorum. It has seen the old log, so that what
    is said from now on comes after it in the fold."""
    line = node.line(line_id)
    old = line.own_log
    new = Log.empty(line.line, node.party, old.state.epoch + 1)
    seen = write.everything_seen(line)
    if old.size:
        seen[old.name] = Seen(old.size, old.tree.root().hex())
    record = restart_record(line, old, new.state.epoch, card)
    return lines.root_leaf(node, line, new, KIND, record, roots, seen)


def open_epoch(node: Node, line_id: str, leaf: bytes) -> str:
    """Take the `log.restart` (of a newcomer: its policy entry first, then this) of our own next epoch. Only key and
    policy entries are taken then, until an officer's key stands in it. Raises `Malformed` with admit's reason, and
    `not-needed` where the log is neither forked nor lost."""
    line = node.line(line_id)
    old = line.own_log
    if not line.settings.recovery:
        raise Malformed(
            "not-needed", field="line", remedy="this log can be signed; a restart is for fork or loss"
        )
    header = parse_leaf(leaf).header
    log = old
    if header.log != old.name:
        log = Log.empty(line.line, node.party, old.state.epoch + 1)
    outcome = log.verdict(leaf)
    if not isinstance(outcome, Admitted):
        raise Malformed(outcome.reason, field="leaf", remedy="the log would not count this entry")
    if outcome.leaf.header.kind not in (KIND, "policy"):
        raise Malformed("not-a-record", field="kind", remedy="a new epoch begins with its log.restart")
    if log is not old:
        line.logs[log.origin] = log
        line.seen_said = {}
    line.settings.recovery = RESTARTING
    settings.kept(node, line)
    return write.append(node, line, leaf, outcome)


def key_adds(line: LineState, old: Log) -> dict[str, Any] | None:
    """The record of a `key` entry that adds, in the new epoch, the officers' keys that counted at the end of the old
    log; None where there were none."""
    ring = old.state.ring
    found = ring.officers(old.size) if ring is not None else ()
    rows = [{"vkey": one.verifier.vkey, "post": one.post, "roles": sorted(one.roles)} for one in found]
    return {"act": "add", "keys": rows} if rows else None


def reopen(node: Node, line_id: str, roots: Sequence[Signer], card: str = "") -> int:
    """Everything at once where the root keys are at hand; how many stand-alone notes were logged then.

    Raises `Malformed`: `not-needed`, `no-officers`, and what the log would not count.
    """
    line = node.line(line_id)
    old = line.own_log
    if not line.settings.recovery:
        raise Malformed(
            "not-needed", field="line", remedy="this log can be signed; a restart is for fork or loss"
        )
    adds = key_adds(line, old)
    if adds is None:
        raise Malformed(
            "no-officers", field="line", remedy="the old log held no officer's key: add keys by hand"
        )
    policies = membership.policies_in(node, line, old)
    restart = restart_leaf(node, line_id, roots, card)
    if node.party in line.line.founders:
        open_epoch(node, line_id, restart)
        for record in policies:
            _root_entry(node, line, "policy", record, roots)
    else:
        new = Log.empty(line.line, node.party, old.state.epoch + 1)
        open_epoch(node, line_id, lines.root_leaf(node, line, new, "policy", policies[0], roots, {}))
        opening = parse_leaf(restart).header
        leaf = lines.root_leaf(node, line, line.own_log, KIND, opening.record, roots, opening.seen)
        open_epoch(node, line_id, leaf)
        for record in policies[1:]:
            _root_entry(node, line, "policy", record, roots)
    _root_entry(node, line, "key", adds, roots)
    return recover.finish(node, line_id, reason="log.restart")


def countersign_leaf(node: Node, line_id: str, log: str, roots: Sequence[Signer]) -> bytes:
    """Our word that we go on with a member's new epoch (`<party>/<epoch>`), for `lines.submit_record`. Raises
    `Malformed` `no-restart` where this node holds none."""
    line = node.line(line_id)
    entry = line.restarts.get(log)
    if entry is None or log.startswith(f"{node.party}/"):
        raise Malformed("no-restart", field="log", remedy="this node holds no log.restart of that log")
    record = {"act": "countersign", "log": log, "entry": entry}
    return lines.root_leaf(node, line, line.own_log, KIND, record, roots)


def countersign(node: Node, line_id: str, log: str, roots: Sequence[Signer]) -> str:
    """The same, taken at once."""
    return lines.submit_record(node, line_id, countersign_leaf(node, line_id, log, roots))


def _root_entry(
    node: Node, line: LineState, kind: str, record: dict[str, Any], roots: Sequence[Signer]
) -> str:
    leaf = lines.root_leaf(node, line, line.own_log, kind, record, roots)
    outcome = line.own_log.verdict(leaf)
    if not isinstance(outcome, Admitted):
        raise Malformed(outcome.reason, field=kind, remedy="the log would not count this entry")
    return write.append(node, line, leaf, outcome)
