"""What came of a peer's log: checked against its own checkpoint, stored whatever it says, judged leaf by leaf, and
then cosigned. Nothing that arrives is refused for what it says; what does not prove itself never was there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from steerclear.errors import Malformed
from steerclear.node import epochs, holding, inline, inline_keys, payloads, placing, recover, write
from steerclear.node.cosigned import take_cosigned
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.record import checkpoint as checkpoints
from steerclear.record import fork as forks
from steerclear.record import peaks
from steerclear.record.admit import Admitted, Invalid
from steerclear.record.card import Card, log_verifier, mirror_verifiers
from steerclear.record.delivery import about
from steerclear.record.header import Header
from steerclear.record.keys import COSIGN_ED25519
from steerclear.record.leaf import parse_leaf
from steerclear.record.merkle import leaf_hash
from steerclear.record.note import parse_note, signature_line, verify
from steerclear.record.payload import Opening, opens
from steerclear.store.port import DropSide, PutCosignature, PutSide

INVALID_EVERY_MS = 600_000
"""At most one `entry.invalid` per log in this time (record.md, Admission)."""
MAX_EPOCH = 1000


@dataclass(frozen=True)
class Arrival:
    """Leaves [start, start + len) of one log with a checkpoint of that log. `payloads`: entry id → (salt, payload),
    None where the author did not give it. `cosigned`: checkpoint notes of the log with cosignatures of members."""

    line: str
    origin: str
    checkpoint: bytes
    start: int
    leaves: tuple[bytes, ...] = ()
    payloads: Mapping[str, tuple[bytes, bytes] | None] = field(default_factory=dict)
    cosigned: Sequence[bytes] = ()


@dataclass(frozen=True)
class Ingested:
    """`cosigned`: the checkpoint with this node's cosignatures, for its author. `contradicts`: the checkpoint does not
    grow from what is held, so all its leaves are wanted (`take_fork`): for a fork proof, and to keep the branch."""

    changed: bool = False
    cosigned: tuple[bytes, ...] = ()
    contradicts: bool = False


def addressed(node: Node, line_id: str, leaves: Sequence[bytes]) -> list[str]:
    """Ids of those leaves whose payload this node may have and does not hold yet."""
    line = node.line(line_id)
    wanted = []
    for data in leaves:
        try:
            leaf = parse_leaf(data)
        except Malformed:
            continue
        header = leaf.header
        mine = node.party in header.to or header.author == node.party
        if header.commitment and mine and payloads.state(node, line, header, leaf.id) == "missing":
            wanted.append(leaf.id)
    return wanted


def ingest(node: Node, arrival: Arrival) -> Ingested:
    """Take what proves itself. Raises `Malformed` (nothing changed) when the checkpoint is not the log's, or the leaves
    are not those it signed."""
    line = node.line(arrival.line)
    log = log_of(node, line, arrival.origin)
    head = checked_head(line, log, arrival.checkpoint)
    if arrival.start > log.size:
        raise Malformed("gap", field=arrival.origin, remedy=f"leaves from {log.size} on are needed")
    if log.origin in line.forks:
        return Ingested()
    if log.party == node.party and head.size > log.size and not line.settings.recovery:
        recover.enter(
            node, line, f"our signature stands on {head.size} entries of our log, {log.size} are here"
        )
        return Ingested(True)
    new = arrival.leaves[log.size - arrival.start :]
    if head.size < log.size or not new:
        if head.size <= log.size and log.tree.root(head.size) != head.root:
            return _contradiction(node, line, log, arrival.checkpoint)
        if head.size > log.size:
            raise Malformed(
                "leaves-missing", field=arrival.origin, remedy="a checkpoint came without its leaves"
            )
    else:
        found, size = peaks.peaks_of(log.tree, log.size), log.size
        for leaf in new:
            found, size = peaks.append(size, found, leaf_hash(leaf)), size + 1
        if size != head.size:
            raise Malformed("leaves-missing", field=arrival.origin, remedy=f"{head.size} leaves are needed")
        if peaks.root(found) != head.root:
            return Ingested(contradicts=True)
    changed = bool(new)
    line.logs[log.origin] = log
    for leaf in new:
        _take(node, line, log, leaf, arrival.payloads)
    fresh = (
        log.head is None
        or head.size > log.head.size
        or (head.size == log.head.size and arrival.checkpoint != log.checkpoint)
    )
    resigned = log.head is None or parse_note(arrival.checkpoint).text != parse_note(log.checkpoint).text
    if fresh:
        write.take_checkpoint(node, line, log, arrival.checkpoint)
        _own_cosignature(line, log, arrival.checkpoint)
    changed = take_cosigned(node, line, arrival.cosigned) or changed or fresh
    changed = inline.due(node, line) or changed
    if log.party == node.party:
        return Ingested(changed)
    cosigned = (cosign(node, line, log),) if fresh and resigned and not line.settings.recovery else ()
    write.sign_if_due(
        node, line, at_once=any(_urgent(line, log, i) for i in range(log.size - len(new), log.size))
    )
    return Ingested(changed, cosigned)


def log_of(node: Node, line: LineState, origin: str) -> Log:
    """The log of that origin; of a member's new epoch an empty one, which the line takes up once it has proved itself.
    Raises `Malformed` `not-a-member`."""
    found = line.logs.get(origin)
    if found is not None:
        return found
    named, _, rest = origin.partition("/")
    party, _, epoch = rest.partition("/")
    if (
        named != line.id
        or party not in line.members
        or not epoch.isdigit()
        or not 0 < int(epoch) <= MAX_EPOCH
    ):
        raise Malformed("not-a-member", field=origin, remedy="only members of the line have logs on it")
    return Log.empty(line.line, party, int(epoch))


def checked_head(line: LineState, log: Log, note: bytes) -> checkpoints.Checkpoint:
    """The tree head that the log's own key signed: by its card there, or by a newer one."""
    parsed = parse_note(note)
    head = checkpoints.parse(parsed.text)
    if head.origin != log.origin or not any(
        verify(parsed, log_verifier(card, log.origin)) for card in cards_of(line, log)
    ):
        raise Malformed("checkpoint-signature", field=log.origin, remedy="not signed by this log's key")
    return head


def cards_of(line: LineState, log: Log) -> list[Card]:
    """The cards of a log's author that may count for it: its policy's, its keyring's, and those of our own policy
    (a newcomer's own log begins before it holds the policy that brings its card)."""
    ring = log.state.ring
    found = [
        log.state.policy.cards.get(log.party),
        ring.card if ring is not None else None,
        line.own_log.state.policy.cards.get(log.party),
    ]
    return list(dict.fromkeys(card for card in found if card is not None))


def cosign(node: Node, line: LineState, log: Log) -> bytes:
    """This node's cosignature on a mirrored log as it holds it, kept for ever beside it."""
    now_s = node.clock.now_ms() // 1000  # read once: what is kept beside a cosignature is the time inside it
    note = write.cosign(node, log.checkpoint, now_s)
    parsed = parse_note(note)
    digest = sha256(parsed.text).digest()
    names = {key.verifier.ref: key.verifier.algorithm for key in node.keys.mirrors}
    for signature in parsed.signatures:
        algorithm = names.get(signature.ref)
        if algorithm is not None:
            row = signature_line(signature)
            node.put(PutCosignature(log.origin, signature.name, algorithm, log.size, now_s, row, digest))
            if algorithm == COSIGN_ED25519:
                log.known_cosignatures.add((node.party, log.size, now_s))
                log.newest_cosignature[node.party] = (log.size, now_s, signature)
    placing.cosignature_taken(line, log, node.party, log.size, now_s)
    return note


def take_payloads(node: Node, line_id: str, found: Mapping[str, tuple[bytes, bytes]]) -> bool:
    """Payloads that were missing have come: kept, and said so (`payload-held`), which is delivery."""
    line = node.line(line_id)
    changed = False
    for entry, (salt, payload) in found.items():
        if entry not in line.missing:
            continue
        header = holding.header_of(node, line, entry)
        opening = Opening(salt, payload)
        if not opens(opening, header.commitment):
            continue
        payloads.keep(node, line, entry, opening)
        inline_keys.forget(node, line, entry)
        del line.missing[entry]
        node.put(DropSide(f"missing/{line.id}", entry))
        origin, index = line.positions[entry]
        write.record(node, line, "payload-held", about(line.logs[origin].name, index, entry), (entry,))
        line.dirty.add(line.subjects.root(entry))
        changed = True
    return changed


def take_fork(node: Node, line_id: str, origin: str, note: bytes, leaves: Sequence[bytes]) -> bool:
    """All leaves of a checkpoint that contradicts what is held: the proof, logged and kept, and the other branch beside
    it (side data `branch/<line>`). Whether there is one."""
    from steerclear.record.tiles import tree_of

    line = node.line(line_id)
    log = log_of(node, line, origin)
    head = checked_head(line, log, note)
    tree = tree_of(list(leaves))
    if tree.size != head.size or tree.root() != head.root or not log.checkpoint:
        return False
    larger = tree if log.head is None or head.size >= log.head.size else log.tree
    proof = forks.find_fork(log.checkpoint, note, larger)
    if proof is None:
        return False
    made = _keep_fork(node, line, log, proof)
    held = node.store.leaves(origin, 0, len(leaves))
    start = next((i for i, (a, b) in enumerate(zip(held, leaves, strict=False)) if a != b), len(held))
    for index in range(start, len(leaves)):
        node.put(PutSide(f"branch/{line.id}", f"{origin} {index:015d}", leaves[index]))
    return made or start < len(leaves)


def _contradiction(node: Node, line: LineState, log: Log, note: bytes) -> Ingested:
    """The peer signed another tree at a size that is held."""
    if not log.checkpoint:
        raise Malformed("checkpoint-signature", field=log.origin, remedy="not the tree of these leaves")
    proof = forks.find_fork(
        note, log.checkpoint, log.tree if log.head and log.head.size == log.size else None
    )
    if proof is None:
        return Ingested(contradicts=True)
    return Ingested(_keep_fork(node, line, log, proof), contradicts=True)


def _keep_fork(node: Node, line: LineState, log: Log, proof: forks.ForkProof) -> bool:
    if log.origin in line.forks or not any(
        forks.check_fork(proof, log_verifier(card, log.origin)) for card in cards_of(line, log)
    ):
        return False
    record = forks.fork_record(proof)
    from steerclear.record import jcs

    line.forks[log.origin] = jcs.dumps(record)
    node.put(PutSide(f"fork/{line.id}", log.origin, line.forks[log.origin]))
    if log.party == node.party:
        recover.forked(node, line, log.origin)
    else:
        epochs.observe(line, log.party)
    write.record(node, line, forks.KIND, record)
    node.changed.add(line.id)
    return True


def _take(
    node: Node, line: LineState, log: Log, leaf: bytes, given: Mapping[str, tuple[bytes, bytes] | None]
) -> None:
    """One leaf behind its log, with its payload or with the statement that it is missing."""
    outcome = log.verdict(leaf)
    write.take(node, line, log, leaf, outcome)
    if isinstance(outcome, Invalid):
        _say_invalid(node, line, log, outcome)
        return
    assert isinstance(outcome, Admitted)
    header, entry = outcome.leaf.header, outcome.leaf.id
    if header.kind == forks.KIND:
        _told_of_fork(node, line, header)
    mine = node.party in header.to or header.author == node.party
    if not header.commitment or not mine:
        return
    found = given.get(entry)
    if found is not None and opens(Opening(*found), header.commitment):
        payloads.keep(node, line, entry, Opening(*found))
        return
    if payloads.state(node, line, header, entry) in ("held", "locked", "erased"):
        return
    line.missing[entry] = log.party
    node.put(PutSide(f"missing/{line.id}", entry, log.party.encode()))
    if header.author != node.party:
        box = inline_keys.announce(node, entry)
        write.record(node, line, "payload-missing", about(log.name, outcome.index, entry, box), (entry,))


def _told_of_fork(node: Node, line: LineState, header: Header) -> None:
    """A member logged the proof that a log forks: it convinces us as well, also of our own."""
    try:
        proof = forks.parse_fork(header.record)
        log = line.logs.get(forks.origin_of(proof))
        if log is not None:
            _keep_fork(node, line, log, proof)
    except Malformed:  # no proof: its author said nothing about anybody but itself
        return


def _say_invalid(node: Node, line: LineState, log: Log, outcome: Invalid) -> None:
    """`entry.invalid`, at most one per log and ten minutes, for a range, never about another `entry.invalid`."""
    if outcome.kind == "entry.invalid":
        return
    first, said_ms = line.invalid_logged.get(log.origin, (0, -INVALID_EVERY_MS))
    if node.clock.now_ms() - said_ms < INVALID_EVERY_MS:
        return
    line.invalid_logged[log.origin] = (outcome.index + 1, node.clock.now_ms())
    pending = [index for index in log.invalid if first <= index <= outcome.index]
    record = {
        "log": log.name,
        "from": min(pending, default=outcome.index),
        "to": outcome.index,
        "reason": outcome.reason,
    }
    write.record(node, line, "entry.invalid", record)


def _own_cosignature(line: LineState, log: Log, note: bytes) -> None:
    """The author's own dated cosignature on its own checkpoint: that it was alive then (record.md, Silence)."""
    from steerclear.record.cosignature import verify_note

    cards = cards_of(line, log)
    if not cards or log.head is None:
        return
    time_s = verify_note(parse_note(note), mirror_verifiers(cards[-1])[0])
    if time_s is not None and time_s >= log.own_cosigned[1]:
        log.own_cosigned = (log.head.size, time_s)


def _urgent(line: LineState, log: Log, index: int) -> bool:
    header = line.headers.get(log.ids[index])
    return header is not None and header.life_safety
