"""Who is on a line and what its proofs must carry: the policy of the genesis and its later versions.

    steerclear/policy/v1
    <one JCS line: line, version, hash of the version before, the policy, cards new or renewed>

A version is signed by the root quorums of as many members of the version before as the genesis asks
(record.md, How a line begins). Each member logs it in its own log; `admit` knows only what is logged there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec

from steerclear.errors import Malformed
from steerclear.record import card as cards
from steerclear.record import jcs
from steerclear.record.card import Card, parse_body, parse_card, root_signatures, succeeds
from steerclear.record.cosignature import is_cosigner
from steerclear.record.keys import Verifier, parse_vkey
from steerclear.record.note import Note, parse_note

DOMAIN: Final = b"steerclear/policy/v1\n"
MAX_MEMBERS: Final = 64
Quorum = Literal["all", "two_thirds"]
_SOURCE = "record.md, How a line begins"


class Policy(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Members (party ids, ascending), and what a proof must carry on this line.

    `cosigners`: how many other members' mirrors must have cosigned (0: none is asked). `ml_dsa`: each
    cosignature counted comes with the mirror's ML-DSA-44 one, which must be good. `witnesses`: vkeys of pure
    witnesses, of whom `witness_quorum` must have cosigned too.
    """

    members: tuple[str, ...]
    cosigners: int = 1
    ml_dsa: bool = True
    witnesses: tuple[str, ...] = ()
    witness_quorum: int = 0


class PolicyVersion(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A later version; `previous` is the hash of the version before (of the genesis: the line id), `cards`
    the signed cards of newcomers and renewed ones of members."""

    line: str
    version: int
    previous: str
    policy: Policy
    cards: tuple[str, ...] = ()


class PolicyState(msgspec.Struct, frozen=True):
    """The policy in force at a position of a log. `cards` holds those of all its members."""

    line: str
    version: int
    hash: str
    quorum: Quorum
    policy: Policy
    cards: Mapping[str, Card]


def quorum_size(rule: Quorum, members: int) -> int:
    """Of `members`, how many must sign: all, or two thirds rounded up (record.md: the centre template)."""
    return members if rule == "all" else -(-2 * members // 3)


def check_policy(policy: Policy, known: Iterable[str]) -> None:
    """`Malformed` `bad-policy` unless members are known and ascending and the numbers can be met."""
    members = policy.members
    if not 2 <= len(members) <= MAX_MEMBERS or list(members) != sorted(set(members)):
        raise _malformed("bad-policy", "members", f"2 to {MAX_MEMBERS} party ids in ascending order")
    if missing := set(members) - set(known):
        raise _malformed("bad-policy", "cards", f"no card of {min(missing)}")
    if not 0 <= policy.cosigners < len(members):
        raise _malformed("bad-policy", "cosigners", "0 to the number of other members")
    keys = [parse_vkey(one) for one in policy.witnesses]
    if len(keys) > 32 or len({one.ref for one in keys}) != len(keys) or not all(map(is_cosigner, keys)):
        raise _malformed("bad-policy", "witnesses", "at most 32 cosigner vkeys, each once")
    if not 0 <= policy.witness_quorum <= len(keys):
        raise _malformed("bad-policy", "witness_quorum", "0 to the number of witnesses")


def witnesses_of(policy: Policy) -> tuple[Verifier, ...]:
    """Keys of the pure witnesses; none that bears a mirror's name, whose word says more than a witness's."""
    return tuple(key for key in map(parse_vkey, policy.witnesses) if not key.name.endswith("/mirror"))


def policy_text(version: PolicyVersion) -> bytes:
    """The text that the members' roots sign."""
    return DOMAIN + jcs.dumps(version) + b"\n"


def next_version(
    state: PolicyState, policy: Policy, new_cards: Iterable[cards.SignedCard] = ()
) -> PolicyVersion:
    """The version that would follow `state`, to be signed."""
    notes = tuple([one.note.decode() for one in new_cards])
    return PolicyVersion(state.line, state.version + 1, state.hash, policy, notes)


def apply_version(state: PolicyState, data: bytes) -> PolicyState:
    """The policy after this signed version. Verifies the quorum of the members before it.

    A member whose renewed card is in the version signs with that card's roots, provided that they follow from
    the roots known before. Raises `Malformed`: `bad-policy`, `wrong-line`, `wrong-version`, `foreign-card`,
    `no-quorum`, and what cards and notes raise.
    """
    note = parse_note(data)
    version = parse_body(note.text, DOMAIN, PolicyVersion, "bad-policy")
    if version.line != state.line:
        raise _malformed("wrong-line", "line", "a policy of another line")
    if version.version != state.version + 1 or version.previous != state.hash:
        raise _malformed("wrong-version", "version", f"version {state.version + 1} after {state.hash}")
    known = dict(state.cards)
    for text in version.cards:
        new = parse_card(text.encode("utf-8", "replace")).card
        old = known.get(new.party)
        if old is not None and not succeeds(old, new):
            raise _malformed(
                "foreign-card", "cards", f"the card of {new.party} does not follow from its last"
            )
        known[new.party] = new
    check_policy(version.policy, known)
    signed = [one for one in state.policy.members if _signed(note, known[one])]
    if len(signed) < quorum_size(state.quorum, len(state.policy.members)):
        raise _malformed(
            "no-quorum", "signatures", f"{len(signed)} of {len(state.policy.members)} members signed"
        )
    members = {party: known[party] for party in version.policy.members}
    hashed = sha256(note.text).hexdigest()
    return PolicyState(state.line, version.version, hashed, state.quorum, version.policy, members)


def cards_brought(record: Mapping[str, Any]) -> list[Card]:
    """The cards in the `record` of an *admitted* `key`, `policy` or `log.restart` entry. Raises `Malformed` for one
    that was not admitted."""
    texts = [record["card"]] if isinstance(record.get("card"), str) and record["card"] else []
    for version in (*record.get("before", ()), record.get("policy")):
        if isinstance(version, str):
            texts += parse_body(parse_note(version.encode()).text, DOMAIN, PolicyVersion, "bad-policy").cards
    return [parse_card(text.encode()).card for text in texts]


def _signed(note: Note, card: Card) -> bool:
    return root_signatures(note, card.party, card.roots) >= card.roots.threshold


def _malformed(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
