"""The state of every line read again from the store: at start, and after any failed commit."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Final

import msgspec

from steerclear.errors import Malformed
from steerclear.node import bulk, cooling, epochs, lock, mover_keep, placing, sheets, units
from steerclear.node.carried import Carrying
from steerclear.node.carried import header_of as header_of_note
from steerclear.node.lasting import lasting
from steerclear.node.line import LineSettings, LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.procedure.observed import Heard
from steerclear.record import cosignature
from steerclear.record.card import mirror_verifiers
from steerclear.record.genesis import Line, parse_genesis
from steerclear.record.keys import COSIGN_ED25519
from steerclear.record.note import parse_note, parse_signature_line
from steerclear.record.order import Order

EVERY: Final = 1024
"""Leaves of a log between two words about the progress of a start."""


def load_lines(node: Node) -> dict[str, LineState]:
    """Every line of the store in memory. Raises `Malformed` `store-altered` when a log does not hash to its newest
    checkpoint: then nothing may be signed before `fsck` has said why."""
    found = {}
    step = _steps(node)
    with lasting():  # collecting among millions of objects costs a third of the start
        for line_id, (genesis, settings) in node.store.lines().items():
            line = parse_genesis(genesis)
            decoded = msgspec.json.decode(settings, type=LineSettings) if settings else LineSettings()
            found[line_id] = load_line(node, line, decoded, step)
    return found


def _steps(node: Node) -> Callable[[], None]:
    """Tells `node.progress` of `EVERY` more leaves at each call."""
    told, done = node.progress, count(EVERY, EVERY)
    if told is None:
        return lambda: None
    total = sum(node.store.size(origin) for line in node.store.lines() for origin in node.store.origins(line))
    return lambda: told(min(next(done), total), total)


def empty_line(node: Node, line: Line, settings: LineSettings) -> LineState:
    """A line with its own log and those of its founders, nothing in them yet."""
    state = LineState(line, node.party, settings)
    state.order = Order(root_of(state))
    state.carrying = Carrying()
    for party in dict.fromkeys((*line.founders, node.party)):
        log = Log.empty(line, party, 1)
        state.logs[log.origin] = log
    return state


def root_of(state: LineState) -> Callable[[str, int], str]:
    """(log name, size) → root hex, for the order of the fold."""
    return lambda name, size: state.logs[f"{state.id}/{name}"].tree.root(size).hex()


def load_line(
    node: Node, line: Line, settings: LineSettings, step: Callable[[], None] = lambda: None
) -> LineState:
    """One line: leaves, heads, cosignatures, side data. `step` is called for every `EVERY` leaves of a log."""
    state = empty_line(node, line, settings)
    for origin in node.store.origins(line.id):
        if origin not in state.logs:
            _, party, epoch = origin.split("/")
            state.logs[origin] = Log.empty(line, party, int(epoch))
    for log in state.logs.values():
        _cosignatures(node, log)
    doubtful = node.store.side(f"invalid/{line.id}").keys()
    for log in list(state.logs.values()):
        for index, leaf in enumerate(node.store.iter_leaves(log.origin)):
            if index % EVERY == EVERY - 1:
                step()
            outcome = log.verdict(leaf, verify_signatures=f"{log.origin}#{index}" in doubtful)
            log.take(leaf, outcome)
            placing.take(node, state, log, outcome, loading=True)
        _heads(node, log)
        _embeds(node, state, log)
    _side(node, state)
    return state


def _heads(node: Node, log: Log) -> None:
    for _, note in node.store.checkpoints(log.origin):
        log.set_checkpoint(note, 0)
        for signature in parse_note(note).signatures:
            if signature.name == f"{log.party}/mirror" and len(signature.signature) == 72:
                log.own_cosigned = (log.head.size if log.head else 0, cosignature.signature_time(signature))
    if log.head is not None and (log.head.size > log.size or log.tree.root(log.head.size) != log.head.root):
        raise Malformed(
            "store-altered",
            field=log.origin,
            remedy="the leaves do not hash to the signed checkpoint: run steerclear fsck, sign nothing",
        )


def _embeds(node: Node, state: LineState, log: Log) -> None:
    """Cosignatures that headers embed and that are not among those kept (of one size the first and the newest are):
    proved again on the checkpoints they were made over, so that no interval widens by a restart."""
    if not log.unproved_embeds:
        return
    wanted = {seen.cosigned_size for _, _, seen in log.unproved_embeds}
    texts: dict[int, list[bytes]] = {}
    for size, note in node.store.checkpoints(log.origin, min(wanted)):
        if size in wanted:
            texts.setdefault(size, []).append(parse_note(note).text)
    placing.prove_embeds(state, log, texts)


def _cosignatures(node: Node, log: Log) -> None:
    for row in node.store.cosignatures(log.origin):
        party, _, post = row.mirror.partition("/")
        if post != "mirror":  # a witness's, who dates nothing
            log.known_cosignatures.add((parse_signature_line(row.line).ref, row.size, row.time_s))
            continue
        if row.algorithm != COSIGN_ED25519 or party == log.party:
            continue
        log.known_cosignatures.add((party, row.size, row.time_s))
        log.times.cosigned(party, row.size, row.time_s)
        log.cosigned_to[party] = max(log.cosigned_to.get(party, 0), row.size)
        newest = log.newest_cosignature.get(party)
        if newest is None or (row.size, row.time_s) >= newest[:2]:
            log.newest_cosignature[party] = (row.size, row.time_s, parse_signature_line(row.line))


def _side(node: Node, state: LineState) -> None:
    for entry, value in node.store.side(f"settled/{state.id}").items():
        state.settled[entry] = int(value)
    state.dirty -= state.settled.keys()
    for entry, value in node.store.side(f"missing/{state.id}").items():
        state.missing[entry] = value.decode()
    for party, value in node.store.side(f"heard/{state.id}").items():
        state.peer(party).heard = Heard(int(value))
    for origin, proof in node.store.side(f"fork/{state.id}").items():
        state.forks[origin] = proof
    for party in state.others:
        epochs.observe(state, party)
    units.load(node, state)
    cooling.load(node, state)
    bulk.load(node, state)
    sheets.load(node, state)
    mover_keep.load(node, state)
    lock.load(node, state)
    for entry, value in node.store.side(f"noplay/{state.id}").items():
        state.no_play[entry] = int(value)
    for conflict, value in node.store.side(f"conflict/{state.id}").items():
        state.conflicts_since[conflict] = int(value)
    for note, value in node.store.side(f"standing/{state.id}").items():
        state.standing[note] = msgspec.json.decode(value)
        header = header_of_note(state, note)
        if header is not None:
            placing.enter(state, note, header)


def mirror_names(log: Log) -> dict[str, tuple[str, ...]]:
    """Member → names of its cosigner keys, as the log's newest policy lists them."""
    cards = log.state.policy.cards
    return {party: tuple(key.name for key in mirror_verifiers(card)) for party, card in cards.items()}
