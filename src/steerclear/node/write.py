"""Appending to the own log: an officer's signed leaf or a record of the node's own, and the checkpoint after it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec

from steerclear.node import placing
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.record import checkpoint as checkpoints
from steerclear.record import cosignature
from steerclear.record.admit import Admitted, Invalid, Outcome
from steerclear.record.card import log_verifier
from steerclear.record.header import Header, Precedence, Seen
from steerclear.record.keys import Signer
from steerclear.record.leaf import VERSION, entry_id, finish_leaf, leaf_text
from steerclear.record.note import Note, format_note, parse_note, signature_base64
from steerclear.record.payload import Opening, commit
from steerclear.speech.kinds.common import Body
from steerclear.speech.payload import Inner, encode
from steerclear.store.port import PutCheckpoint, PutLeaf, PutSide

CHECKPOINT_MS = 100
"""At most one checkpoint in this time, but at once for life safety (record.md, Formats)."""


def append(node: Node, line: LineState, leaf: bytes, outcome: Outcome) -> str:
    """Put one leaf behind the own log, durable with the running command; signs the checkpoint when it is due."""
    log = line.own_log
    take(node, line, log, leaf, outcome)
    urgent = isinstance(outcome, Admitted) and outcome.leaf.header.life_safety
    sign_if_due(node, line, at_once=urgent)
    return log.ids[-1]


def take(node: Node, line: LineState, log: Log, leaf: bytes, outcome: Outcome) -> None:
    """A leaf whose verdict is known goes behind its log: store, tree, fold."""
    entry = log.take(leaf, outcome)
    node.put(PutLeaf(log.origin, log.size - 1, leaf, entry))
    if isinstance(
        outcome, Invalid
    ):  # so that a start, which checks no signatures, does not count it after all
        node.put(PutSide(f"invalid/{line.id}", f"{log.origin}#{outcome.index}", outcome.reason.encode()))
    placing.take(node, line, log, outcome)
    node.changed.add(line.id)


def record(
    node: Node, line: LineState, kind: str, content: dict[str, Any], refs: tuple[str, ...] = ()
) -> str:
    """An entry of the record's own kinds, signed by the node key (record.md, Keys); returns its id. While the line is
    in recovery it is kept, to be said when the log may be signed again; then ''."""
    if line.settings.recovery:
        value = msgspec.json.encode([kind, content, list(refs)])
        node.put(
            PutSide(f"unsaid/{line.id}", f"{node.clock.now_ms():015d} {sha256(value).hexdigest()}", value)
        )
        return ""
    header = _header(node, line, kind, refs=refs, record=content)
    leaf = _signed(node, header)
    return append(node, line, leaf, line.own_log.verdict(leaf, verify_signatures=False))


def _header(node: Node, line: LineState, kind: str, *, mode: str = "", **more: Any) -> Header:
    """The next header of this node's own key in the own log."""
    ref = node.keys.node.verifier.ref
    seq, prev = line.own_log.state.next_of(ref)
    return Header(
        v=VERSION,
        line=line.id,
        kind=kind,
        author=node.party,
        officer=ref,
        mode=mode or mode_of_node(line),  # type: ignore[arg-type]
        signers=(ref,),
        released_ms=node.clock.now_ms(),
        log=line.own_log.name,
        officer_seq=seq,
        officer_prev=prev,
        seen=new_seen(line),
        **more,
    )


def _signed(node: Node, header: Header) -> bytes:
    text = leaf_text(header)
    return finish_leaf(text, (node.keys.node.sign(text),))


def mode_of_node(line: LineState) -> Any:
    """What the machine itself signs is REAL everywhere but on an exercise line (messages.md, mode)."""
    return "EXERCISE" if line.line.exercise else "REAL"


def new_seen(line: LineState) -> dict[str, Seen]:
    """What the next own entry adds to what the log has said it saw: peers' logs that grew, and newer cosignatures
    of theirs on this log (record.md, Entry = leaf)."""
    own = line.own_log
    out = {}
    for log in line.logs.values():
        if log.party == line.own or not log.size:
            continue
        now = Seen(log.size, log.tree.root().hex())
        newest = own.newest_cosignature.get(log.party)
        if newest is not None:
            size, _, signature = newest
            root = own.tree.root(size).hex()
            now = Seen(now.size, now.root, signature_base64(signature).decode(), size, root)
        if line.seen_said.get(log.name) != now:
            out[log.name] = now
    return out


def everything_seen(line: LineState) -> dict[str, Seen]:
    """What the first leaf of a new epoch has seen: every other log as it is held, since nothing is inherited."""
    logs = (log for log in line.logs.values() if log.party != line.own and log.size)
    return {log.name: Seen(log.size, log.tree.root().hex()) for log in logs}


def sign_if_due(node: Node, line: LineState, *, at_once: bool = False) -> bool:
    """A new checkpoint if the log or what it saw changed and the last one is old enough."""
    log = line.own_log
    if line.settings.recovery or not unsigned(line):
        return False
    if not at_once and log.checkpoint and node.clock.now_ms() - log.checkpoint_ms < CHECKPOINT_MS:
        return False
    sign_checkpoint(node, line, log)
    return True


def checkpoint_due_ms(line: LineState) -> int | None:
    """When a checkpoint that was put off must be signed."""
    return line.own_log.checkpoint_ms + CHECKPOINT_MS if unsigned(line) else None


def unsigned(line: LineState) -> bool:
    """Whether the own log, or what it saw, has moved since its newest checkpoint."""
    log = line.own_log
    return bool(log.size) and (
        log.head is None or log.head.size != log.size or log.head.seen != seen_lines(line)
    )


def sign_checkpoint(node: Node, line: LineState, log: Log) -> bytes:
    """Sign the own log as it stands, with the own timestamped cosignatures beside it (record.md, Silence)."""
    now = node.clock.now_ms()
    text = checkpoints.format(checkpoints.make(log.origin, log.size, log.tree.root(), seen_lines(line)))
    key = Signer(log_verifier(node.home.card.card, log.origin), node.keys.log.seed)
    lines = [key.sign(text), *(cosignature.cosign(mirror, text, now // 1000) for mirror in node.keys.mirrors)]
    note = format_note(Note(text, tuple(lines)))
    take_checkpoint(node, line, log, note)
    return note


def take_checkpoint(node: Node, line: LineState, log: Log, note: bytes) -> None:
    """A newer head of a log, own or mirrored, whose signature is known to be good."""
    before = {name: covers[-1].covers for name, covers in log.covers.items() if covers}
    grown = log.set_checkpoint(note, node.clock.now_ms())
    node.put(PutCheckpoint(log.origin, log.head.size if log.head else 0, note))
    placing.checkpoint_taken(line, log, grown, before)
    node.changed.add(line.id)


def cosign(node: Node, note: bytes, time_s: int) -> bytes:
    """The checkpoint's text with its log signature and this node's cosignatures, dated `time_s`."""
    parsed = parse_note(note)
    mine = [cosignature.cosign(mirror, parsed.text, time_s) for mirror in node.keys.mirrors]
    return format_note(Note(parsed.text, (parsed.signatures[0], *mine)))


def seen_lines(line: LineState) -> tuple[checkpoints.SeenLine, ...]:
    """One line a mirrored log that holds anything, ascending."""
    logs = sorted((log.origin, log) for log in line.logs.values() if log.party != line.own and log.size)
    return tuple(checkpoints.SeenLine(origin, log.size, log.tree.root()) for origin, log in logs)


def say(
    node: Node,
    line: LineState,
    kind: str,
    inner: Inner,
    body: Body,
    to: tuple[str, ...],
    *,
    refs: tuple[str, ...] = (),
    life_safety: bool = False,
    precedence: Precedence = "ROUTINE",
) -> str:
    """An entry with a payload that the node key may sign (`line.check`, `alert`); returns its id."""
    payload, salt = encode(kind, inner, body), node.random(32)
    header = _header(
        node,
        line,
        kind,
        mode="REAL" if kind == "line.check" and not line.line.exercise else "",
        life_safety=life_safety,
        precedence=precedence,
        to=tuple(sorted(to)),
        refs=refs,
        commitment=commit(salt, payload),
    )
    leaf = _signed(node, header)
    from steerclear.node import payloads

    payloads.keep(node, line, entry_id(leaf), Opening(salt, payload))
    return append(node, line, leaf, line.own_log.verdict(leaf, verify_signatures=False))
