"""Cosignatures on any log of the line: verified, kept, and what those of members deliver or date. A witness that the
policy names only cosigned that the head exists: its line is kept for proofs, dates no entry and delivers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from steerclear.errors import Malformed
from steerclear.node import placing
from steerclear.node.line import LineState
from steerclear.node.log import Log
from steerclear.node.node import Node
from steerclear.record import checkpoint as checkpoints
from steerclear.record import cosignature
from steerclear.record.card import log_verifier, mirror_verifiers
from steerclear.record.keys import COSIGN_ED25519, COSIGN_MLDSA44, Verifier
from steerclear.record.note import Note, NoteSignature, format_note, parse_note, signature_line, verify
from steerclear.record.policy import witnesses_of
from steerclear.store.port import PutCheckpoint, PutCosignature


def take_cosigned(node: Node, line: LineState, notes: Sequence[bytes]) -> bool:
    """Checkpoint notes with cosignature lines. Only what verifies, on a tree that this node holds, counts; whether
    anything was new."""
    changed = False
    for note in notes:
        try:
            changed = _take_note(node, line, note) or changed
        except Malformed:  # what does not prove itself never was there; nothing was taken of it
            continue
    return changed


def _take_note(node: Node, line: LineState, data: bytes) -> bool:
    note = parse_note(data)
    head = checkpoints.parse(note.text)
    log = line.logs.get(head.origin)
    if log is None or head.size > log.size or log.tree.root(head.size) != head.root:
        return False
    card = log.state.policy.cards.get(log.party)
    if card is None or not verify(note, log_verifier(card, log.origin)):
        return False
    keys = {
        key.ref: (party, key)
        for party, card in log.state.policy.cards.items()
        if party != log.party
        for key in mirror_verifiers(card)
    }
    watchers = {key.ref: key for key in witnesses_of(log.state.policy.policy)}
    changed, kept = False, []
    digest = sha256(note.text).digest()
    for signature in note.signatures:
        found = keys.get(signature.ref)
        if found is None:
            seen = watchers.get(signature.ref)
            if seen is not None and _witnessed(node, log, seen, note.text, signature, digest):
                kept.append(signature)
            continue
        party, key = found
        claimed = cosignature.signature_time(signature)
        known = (party, head.size, claimed) in log.known_cosignatures
        if known and key.algorithm == COSIGN_ED25519:
            continue
        time_s = cosignature.verify(note.text, signature, key)
        if time_s is None:
            continue
        kept.append(signature)
        node.put(
            PutCosignature(
                log.origin, key.name, key.algorithm, head.size, time_s, signature_line(signature), digest
            )
        )
        if key.algorithm == COSIGN_MLDSA44:
            continue
        log.known_cosignatures.add((party, head.size, time_s))
        newest = log.newest_cosignature.get(party)
        if newest is None or (head.size, time_s) >= newest[:2]:
            log.newest_cosignature[party] = (head.size, time_s, signature)
        changed = placing.cosignature_taken(line, log, party, head.size, time_s) or changed
    if kept:
        bare = format_note(Note(note.text, tuple(s for s in note.signatures if s.name == log.origin)))
        ours = log.party == node.party and not line.settings.recovery  # what we lost comes back from others
        if not ours and (log.head is None or note.text != parse_note(log.checkpoint).text):
            node.put(PutCheckpoint(log.origin, head.size, bare))
        placing.prove_embeds(line, log, {head.size: [note.text]})
        node.changed.add(line.id)
    return changed


def _witnessed(
    node: Node, log: Log, key: Verifier, text: bytes, signature: NoteSignature, digest: bytes
) -> bool:
    """Keep a witness's line under its own name; whether it was new and good."""
    size = checkpoints.parse_head(text)[1]
    known = (key.ref, size, cosignature.signature_time(signature))
    if known in log.known_cosignatures:
        return False
    time_s = cosignature.verify(text, signature, key)
    if time_s is None:
        return False
    log.known_cosignatures.add(known)
    line = signature_line(signature)
    node.put(PutCosignature(log.origin, key.name, key.algorithm, size, time_s, line, digest))
    return True
