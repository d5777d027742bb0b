"""Who signed a checkpoint: the log, then other members' mirrors with their times, then witnesses.

A checkpoint counts when the log's key signed it and as many other members (and witnesses) cosigned it as the
policy in force at that size of that log asks, each with its ML-DSA-44 cosignature where the policy asks for
one. A bad line by a known key spoils the whole checkpoint (signed-note, Signatures; record.md, Formats).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import cosignature
from steerclear.record.card import log_verifier, mirror_verifiers
from steerclear.record.checkpoint import Checkpoint, parse
from steerclear.record.keys import COSIGN_MLDSA44, Verifier, parse_vkey
from steerclear.record.note import Note, parse_note, verify
from steerclear.record.policy import Policy
from steerclear.record.verify_line import LineView, LogHistory

_ORIGIN: Final = re.compile(r"([0-9a-f]{64})/([0-9a-f]{32})/([1-9][0-9]{0,5})", re.ASCII)
_SOURCE = "design/record.md, Formats; C2SP tlog-checkpoint, tlog-cosignature"


class Signed(msgspec.Struct, frozen=True):
    """A checkpoint whose signatures hold. `log` is `<party>/<epoch>`. `cosigned`: seconds of each *other*
    party's earliest Ed25519 cosignature here, `post_quantum` of its ML-DSA-44 one; `own` the author's own."""

    log: str
    party: str
    head: Checkpoint
    cosigned: Mapping[str, int]
    post_quantum: Mapping[str, int]
    own: int | None
    witnesses: Mapping[str, int]


def check_note(data: bytes, view: LineView, field: str, *, ask_policy: bool = True) -> Signed:
    """The checkpoint in these bytes with all who signed it.

    Raises `Malformed`: `other-line`, `unknown-party`, `not-signed-by-the-log`, `bad-cosignature`,
    `not-cosigned` (fewer others than the policy asks; not asked where `ask_policy` is False), and what notes
    and checkpoints raise.
    """
    note = parse_note(data)
    head = parse(note.text)
    party, epoch = origin_parts(head.origin, view, field)
    log = f"{party}/{epoch}"
    cards = view.cards.get(party)
    if not cards:
        raise _malformed("unknown-party", field, f"no card of {party} follows from the genesis")
    logs = {key.ref: key for key in (log_verifier(card, head.origin) for card in cards)}
    if not any(verify(note, key) for key in logs.values()):
        raise _malformed("not-signed-by-the-log", field, "the log's key of no known card signed it")
    fast, slow = _times(note, view, field)
    witnesses = {}
    history = view.logs.get(log) or LogHistory(party, epoch, {}, [(0, view.line.policy)])
    state = history.policy_at(head.size)
    for key in map(parse_vkey, state.policy.witnesses):
        time_s = _time(note, key, field)
        if time_s is not None:
            witnesses[key.ref] = time_s
    own = fast.pop(party, None)
    slow.pop(party, None)
    signed = Signed(log, party, head, fast, slow, own, witnesses)
    if ask_policy:
        _ask(signed, state.policy, field)
    return signed


def origin_parts(origin: str, view: LineView, field: str) -> tuple[str, int]:
    """(party, epoch) of an origin of this line. Raises `Malformed` `other-line`."""
    match = _ORIGIN.fullmatch(origin)
    if match is None or match[1] != view.line.id:
        raise _malformed("other-line", field, f"an origin of line {view.line.id}")
    return match[2], int(match[3])


def _times(note: Note, view: LineView, field: str) -> tuple[dict[str, int], dict[str, int]]:
    """Earliest second by party, of Ed25519 and of ML-DSA-44 cosignatures."""
    fast: dict[str, int] = {}
    slow: dict[str, int] = {}
    for party, key in _mirrors(view):
        time_s = _time(note, key, field)
        if time_s is not None:
            into = slow if key.algorithm == COSIGN_MLDSA44 else fast
            into[party] = min(time_s, into.get(party, time_s))
    return fast, slow


def _mirrors(view: LineView) -> Iterator[tuple[str, Verifier]]:
    for party, cards in view.cards.items():
        keys = {key.ref: key for card in cards for key in mirror_verifiers(card)}
        for key in keys.values():
            yield party, key


def _time(note: Note, key: Verifier, field: str) -> int | None:
    if not any(one.key_id == key.key_id and one.name == key.name for one in note.signatures):
        return None
    time_s = cosignature.verify_note(note, key)
    if time_s is None:
        raise _malformed("bad-cosignature", field, f"a line of {key.ref} does not verify")
    return time_s


def _ask(signed: Signed, policy: Policy, field: str) -> None:
    counted = [
        party
        for party in signed.cosigned
        if party in policy.members and (not policy.ml_dsa or party in signed.post_quantum)
    ]
    if len(counted) < policy.cosigners:
        kind = " with Ed25519 and ML-DSA-44" if policy.ml_dsa else ""
        raise _malformed("not-cosigned", field, f"{policy.cosigners} other members{kind}; {len(counted)} did")
    if len(signed.witnesses) < policy.witness_quorum:
        raise _malformed("not-cosigned", field, f"{policy.witness_quorum} witnesses of the policy")


def _malformed(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
