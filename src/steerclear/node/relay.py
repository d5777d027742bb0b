"""What a node answers to peers and what it makes of their heartbeats: reads, and measurements that are no entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from steerclear.errors import Malformed
from steerclear.node import holding, ingest, payloads, recover, write
from steerclear.node.cosigned import take_cosigned as _take_cosigned
from steerclear.node.in_force import numbers_now
from steerclear.node.line import LineState
from steerclear.node.node import Node
from steerclear.procedure.observed import observed
from steerclear.record import checkpoint as checkpoints
from steerclear.record import tiles
from steerclear.record.note import Note, format_note, parse_note, parse_signature_line
from steerclear.store.port import PutSide

BEATS_KEPT = 200
COSIGNED_AT_ONCE = 512


@dataclass(frozen=True)
class BeatOut:
    """A heartbeat, or the answer to one, before it is padded."""

    time_ms: int
    checkpoint: bytes = b""
    holds: dict[str, int] = None  # type: ignore[assignment]
    cosigned: bytes = b""
    latency_ms: int | None = None


@dataclass(frozen=True)
class Answered:
    """A peer's answer to our heartbeat."""

    time_ms: int
    checkpoint: bytes
    holds: Mapping[str, int]
    cosigned: bytes


def serve_checkpoint(node: Node, line_id: str, origin: str, covering: int = 0) -> bytes | None:
    """The newest head of a log that this node holds, or with `covering` the smallest kept one of that size or more;
    None for no such log or head here."""
    line = node.lines.get(line_id)
    log = line.logs.get(origin) if line is not None else None
    if log is None or not log.checkpoint:
        return None
    return node.store.checkpoint_covering(origin, covering) if covering else log.checkpoint


def serve_tile(node: Node, line_id: str, origin: str, path: str) -> bytes | None:
    """A hash tile or an entry bundle within the newest head (C2SP tlog-tiles). Raises `Malformed` `bad-tile-path`."""
    line = node.lines.get(line_id)
    log = line.logs.get(origin) if line is not None else None
    if log is None or log.head is None:
        return None
    tile = tiles.parse_path(path)
    level = max(tile.level, 0)
    if tile.index * tiles.WIDTH + tile.width > log.head.size >> (8 * level):
        return None
    if tile.level != tiles.ENTRIES:
        return tiles.hash_tile(log.tree, tile)
    start = tile.index * tiles.WIDTH
    return tiles.format_entries(node.store.leaves(origin, start, start + tile.width))


def serve_cosigned(node: Node, line_id: str, origin: str, start: int) -> list[bytes] | None:
    """Checkpoint notes of size ≥ `start` with every cosignature that is kept for their text, smallest first."""
    line = node.lines.get(line_id)
    if line is None or origin not in line.logs:
        return None
    return cosigned_notes(node, origin, start)[:COSIGNED_AT_ONCE]


def cosigned_notes(node: Node, origin: str, start: int) -> list[bytes]:
    """Every kept checkpoint of size ≥ `start` with the cosignature lines that are kept for its text: each mirror key's
    first and newest, since heartbeats bring more of them than a note may carry (`note.MAX_SIGNATURES`)."""
    found: dict[bytes, dict[tuple[str, int], list[bytes]]] = {}
    for row in node.store.cosignatures(origin, start):  # by mirror, algorithm, size, time
        found.setdefault(row.checkpoint, {}).setdefault((row.mirror, row.algorithm), []).append(row.line)
    lines = {
        digest: [line for rows in by_key.values() for line in (rows[:1] + rows[1:][-1:])]
        for digest, by_key in found.items()
    }
    notes = {}
    for _, data in node.store.checkpoints(origin, start):
        note = parse_note(data)
        digest = sha256(note.text).digest()
        if digest in lines and digest not in notes:
            own = tuple(signature for signature in note.signatures if signature.name == origin)
            cosigned = tuple(parse_signature_line(line) for line in lines[digest])
            notes[digest] = format_note(Note(note.text, own + cosigned))
    return list(notes.values())


def serve_payload(node: Node, line_id: str, entry: str, party: str) -> tuple[bytes, bytes] | None:
    """(salt, payload) to an addressee or the author; None to anybody else whether or not it exists. A locked node
    cannot open it and answers None too: the peer asks again."""
    line = node.lines.get(line_id)
    if line is None or not holding.known(line, entry):
        return None
    header = holding.header_of(node, line, entry)
    if party not in header.to and party != header.author:
        return None
    opening = payloads.opened(node, line, entry)
    return (opening.salt, opening.payload) if opening is not None else None


def make_beat(node: Node, line_id: str, party: str) -> BeatOut:
    line = node.line(line_id)
    return BeatOut(
        node.clock.now_ms(), line.own_log.checkpoint, held_sizes(line), latency_ms=line.peer(party).latency_ms
    )


def heard(
    node: Node,
    line_id: str,
    party: str,
    time_ms: int,
    checkpoint: bytes,
    holds: Mapping[str, int],
    latency_ms: int | None,
) -> BeatOut:
    """A peer's heartbeat came: it is alive; our cosignature on its checkpoint goes back when all of it is held."""
    line = node.line(line_id)
    _alive(node, line, party, time_ms, latency_ms or 0, holds)
    cosigned = b""
    if checkpoint:
        try:
            cosigned = _fresh_cosignature(node, line, party, checkpoint)
        except Malformed as error:
            line.peer(party).reason = str(error)
    return BeatOut(node.clock.now_ms(), line.own_log.checkpoint, held_sizes(line), cosigned)


def answered(node: Node, line_id: str, party: str, answer: Answered, latency_ms: int) -> bool:
    """A peer answered our heartbeat."""
    line = node.line(line_id)
    _alive(node, line, party, answer.time_ms, latency_ms, answer.holds)
    changed = False
    if answer.cosigned:
        changed = _take_cosigned(node, line, [answer.cosigned])
    if answer.checkpoint:
        _note_growth(line, party, answer.checkpoint)
    return changed


def unheard(node: Node, line_id: str, party: str, reason: str) -> None:
    """A heartbeat was not answered; measured as silence by the time that passes."""
    peer = node.line(line_id).peer(party)
    peer.reason = reason
    peer.missed += 1


def hinted(node: Node, line_id: str, party: str, origin: str, size: int) -> None:
    """A peer says that a log has grown: worth a pull, nothing more."""
    line = node.line(line_id)
    log = line.logs.get(origin)
    if log is None or size >= log.size:
        line.peer(party).hinted = True
        node.hinted.add((line_id, party))


def take_cosigned(node: Node, line_id: str, notes: Sequence[bytes]) -> bool:
    return _take_cosigned(node, node.line(line_id), notes)


def origins_from(node: Node, line_id: str, party: str) -> list[str]:
    """Logs to pull from this peer: its own of every epoch that it says it has, and those of members whom this node
    does not hear itself, which any member may pass on since they prove themselves."""
    line = node.line(line_id)
    peer = line.peer(party)
    peer.hinted = False
    numbers, now = numbers_now(node, line), node.clock.now_ms()
    wanted = {log.origin for log in line.logs.values() if log.party == party}
    wanted.update(recover.own_origins(node, line, party))
    wanted.update(contradicted(line, party))
    for origin, size in peer.holds.items():
        _, _, rest = origin.partition("/")
        other = rest.partition("/")[0]
        known = line.logs.get(origin)
        if other == party or (
            other != node.party
            and other in line.members
            and observed(line.peer(other).heard, numbers, now) in ("silent", "never-heard")
            and size > (known.size if known is not None else 0)
        ):
            wanted.add(origin)
    return sorted(wanted)


def contradicted(line: LineState, party: str) -> set[str]:
    """Logs of third members of which this one's newest head has seen another root than stands here: one of the two was
    shown another tree, which starts the fork check (record.md, State)."""
    found = set()
    for log in line.logs.values():
        for seen in log.head.seen if log.party == party and log.head is not None else ():
            known = line.logs.get(seen.origin)
            if (
                known is not None
                and known.party != line.own
                and seen.origin not in line.forks
                and 0 < seen.size <= known.size
                and known.tree.root(seen.size) != seen.root
            ):
                found.add(seen.origin)
    return found


def held(node: Node, line_id: str, origin: str) -> tuple[int, bytes]:
    """(leaves held, newest head) of a log; (0, b"") before anything came."""
    log = node.line(line_id).logs.get(origin)
    return (log.size, log.checkpoint) if log is not None else (0, b"")


def held_sizes(line: LineState) -> dict[str, int]:
    return {log.origin: log.size for log in line.logs.values() if log.size}


def missing_from(node: Node, line_id: str, party: str) -> list[str]:
    """Entries of this author whose payload did not come."""
    line = node.line(line_id)
    mine = line.own
    return [
        entry
        for entry, author in line.missing.items()
        if author == party or (author == mine and party in holding.header_of(node, line, entry).to)
    ]


def _alive(
    node: Node, line: LineState, party: str, time_ms: int, latency_ms: int, holds: Mapping[str, int]
) -> None:
    peer, now = line.peer(party), node.clock.now_ms()
    before = observed(peer.heard, numbers_now(node, line), now)
    restored = now if before == "silent" else peer.heard.restored_ms
    peer.heard = replace(peer.heard, last_ms=now, restored_ms=restored)
    node.put(PutSide(f"heard/{line.id}", party, str(now).encode()))
    peer.latency_ms, peer.skew_ms = latency_ms, time_ms + latency_ms // 2 - now
    peer.beats = [*peer.beats[-BEATS_KEPT:], (latency_ms, peer.skew_ms)]
    peer.holds, peer.reason, peer.missed = dict(holds), "", 0
    recover.heard(node, line, party)
    if before in ("silent", "never-heard"):
        node.changed.add(line.id)


def _note_growth(line: LineState, party: str, checkpoint: bytes) -> None:
    head = checkpoints.parse(parse_note(checkpoint).text)
    log = line.logs.get(head.origin)
    known = log.head if log is not None else None
    if known is None or head != known:
        line.peer(party).hinted = True


def _fresh_cosignature(node: Node, line: LineState, party: str, note: bytes) -> bytes:
    """Our cosignature dated now on a peer's newest checkpoint, if this node holds every leaf of it."""
    if line.settings.recovery:
        return b""
    parsed = parse_note(note)
    log = ingest.log_of(node, line, checkpoints.parse(parsed.text).origin)
    head = ingest.checked_head(line, log, note)
    if (
        log.party != party
        or head.size != log.size
        or log.tree.root() != head.root
        or log.origin in line.forks
    ):
        line.peer(party).hinted = True
        return b""
    if log.head is None or note != log.checkpoint:
        write.take_checkpoint(node, line, log, note)
    return ingest.cosign(node, line, log)
