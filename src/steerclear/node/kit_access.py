"""What an evidence kit may ask of this node (`record.kit.Access`)."""

from __future__ import annotations

from steerclear.node import holding, inline, inline_keys, parts, payloads, relay, rescue
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.record import checkpoint as checkpoints
from steerclear.record import cosignature, kit
from steerclear.record.card import Card, mirror_verifiers
from steerclear.record.note import parse_note
from steerclear.record.payload import Opening, seed_proves
from steerclear.record.policy import cards_brought
from steerclear.record.tlog_policy import PolicyFile, parse_policy_file, policy_file, satisfied


def access(node: Node, line: LineState) -> kit.Access:
    """What a kit may ask of this node."""
    return kit.Access(
        line.line.note,
        {log.name: _log_access(node, line, log) for log in line.logs.values()},
        lambda entry: _place(line, entry),
        lambda entry: _opening(node, line, entry),
        lambda entry, party: _inlined(node, line, entry, party),
        node.clock.now_ms(),
    )


def _opening(node: Node, line: LineState, entry: str) -> Opening | None:
    """Salt and payload for a kit; never of what is for its addressee alone."""
    if entry not in line.positions or rescue.is_apart(holding.header_of(node, line, entry).kind):
        return None
    return payloads.opened(node, line, entry)


def _place(line: LineState, entry: str) -> tuple[str, int] | None:
    place = line.positions.get(entry)
    return (place[0].partition("/")[2], place[1]) if place is not None else None


def _log_access(node: Node, line: LineState, log: Log) -> kit.LogAccess:
    asked = _asked(node, line, log)

    def fit(notes: list[bytes]) -> list[bytes]:
        """Those that carry all that the line's policy asks, where any do."""
        good = [note for note in notes if satisfied(asked, parse_note(note))] if asked is not None else []
        return good or notes

    def at(size: int) -> list[bytes]:
        cosigned = fit([note for note in relay.cosigned_notes(node, log.origin, size) if _size(note) == size])
        return cosigned or [note for held, note in node.store.checkpoints(log.origin, size) if held == size]

    def has_seen(name: str, index: int) -> bytes | None:
        for note in relay.cosigned_notes(node, log.origin, 0):
            head = checkpoints.parse(parse_note(note).text)
            if any(one.origin == f"{line.id}/{name}" and one.size > index for one in head.seen):
                return note
        return None

    def dated_after(ms: int) -> bytes | None:
        mirrors = [mirror_verifiers(card)[0] for card in _cards(node, line, log.party)]
        for _, note in node.store.checkpoints(log.origin):
            parsed = parse_note(note)
            times = (cosignature.verify_note(parsed, mirror) for mirror in mirrors)
            if any(time_s is not None and time_s * 1000 > ms for time_s in times):
                return note
        return None

    return kit.LogAccess(
        log.tree,
        lambda index: node.store.leaves(log.origin, index, index + 1)[0],
        log.changes,
        lambda index: fit(relay.cosigned_notes(node, log.origin, index + 1)),
        at,
        has_seen,
        dated_after,
    )


def _asked(node: Node, line: LineState, log: Log) -> PolicyFile | None:
    """What a checkpoint of this log must carry, where that is more than members' cosignatures: any of those will do as
    it comes, while a witness may have missed the head that was cosigned first."""
    policy = log.state.policy.policy
    if not policy.witness_quorum:
        return None
    cards = {party: _cards(node, line, party) for party in policy.members}
    return parse_policy_file(policy_file(log.origin, policy, cards))


def _cards(node: Node, line: LineState, party: str) -> list[Card]:
    """Every card of a party that ever counted here: founded with, brought by a policy, renewed by a `key` entry."""
    found = [line.line.policy.cards.get(party)]
    for log in line.logs.values():
        for index in log.changes:
            record = holding.header_of(node, line, log.ids[index]).record
            found += [card for card in cards_brought(record) if card.party == party]
    return list(dict.fromkeys(card for card in found if card is not None))


def _inlined(node: Node, line: LineState, entry: str, party: str) -> tuple[list[str], bytes] | None:
    """The ids of the parts in our log that carry an entry of ours to `party`, and the seed of their box.

    None where there are none, one of them is cosigned by nobody yet (then it proves nothing), the payload is erased or
    locked, or sealing again does not give them."""
    found = parts.complete(line, entry, node.party, party)
    opening = _opening(node, line, entry) if found is not None else None
    seed = inline_keys.seed_of(node, line, entry, party) if opening is not None else None
    if found is None or opening is None or seed is None:
        return None
    stood = inline.parts_of(node, line, entry, node.party, party)
    rows = [row for row in line.inlined[entry, party] if line.logs[row[0]].party == node.party]
    held = all(relay.cosigned_notes(node, origin, index + 1) for origin, index, _, _ in rows)
    if not held or not seed_proves(stood, opening, inline_keys.box_for(node, line, entry, party), seed):
        return None
    return [line.logs[origin].ids[index] for origin, index, _, _ in rows], seed


def _size(note: bytes) -> int:
    return checkpoints.parse_head(parse_note(note).text)[1]
