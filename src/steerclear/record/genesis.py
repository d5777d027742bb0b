"""The genesis of a line: what its founders signed, and the hash that names the line for ever.

    steerclear/genesis/v1
    <one JCS line: cards, policy, quorum, template, parameters, whether an exercise line, nonce>

Signed by every founding root quorum. The line id is the SHA-256 of this text (record.md, How a line begins);
a log's origin is `<line>/<party>/<epoch>`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import jcs
from steerclear.record.card import Card, SignedCard, parse_body, parse_card, root_signatures
from steerclear.record.note import parse_note
from steerclear.record.policy import Policy, PolicyState, Quorum, check_policy

DOMAIN: Final = b"steerclear/genesis/v1\n"
_TEMPLATE = re.compile(r"[a-z][a-z0-9._-]{0,63}")
_NONCE = re.compile(r"[0-9a-f]{32}")
_SOURCE = "record.md, How a line begins"


class Genesis(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """`cards` are the founders' signed cards in the order of `policy.members`; `parameters` hold no floats;
    the nonce (32 hex) tells two lines of the same founders apart."""

    cards: tuple[str, ...]
    policy: Policy
    template: str
    nonce: str
    quorum: Quorum = "all"
    parameters: dict[str, Any] = {}
    exercise: bool = False


class Line(msgspec.Struct, frozen=True):
    """A line as its checked genesis founds it. `policy` is version 1, whose hash is the line id."""

    id: str
    genesis: Genesis
    policy: PolicyState
    note: bytes

    @property
    def founders(self) -> tuple[str, ...]:
        return self.genesis.policy.members

    @property
    def exercise(self) -> bool:
        return self.genesis.exercise

    @property
    def parameters(self) -> dict[str, Any]:
        return self.genesis.parameters


def make_genesis(
    cards: Iterable[SignedCard],
    *,
    template: str,
    nonce: str,
    parameters: dict[str, Any] | None = None,
    exercise: bool = False,
    quorum: Quorum = "all",
    cosigners: int = 1,
    ml_dsa: bool = True,
    witnesses: tuple[str, ...] = (),
    witness_quorum: int = 0,
) -> Genesis:
    """A genesis with its founders in order; not yet signed."""
    ordered = sorted(cards, key=lambda one: one.card.party)
    members = tuple([one.card.party for one in ordered])
    policy = Policy(members, cosigners, ml_dsa, witnesses, witness_quorum)
    notes = tuple([one.note.decode() for one in ordered])
    rule: Quorum = sys.intern(quorum)  # type: ignore[assignment]  # what equals the default is left out by identity
    return Genesis(notes, policy, template, nonce, rule, parameters or {}, exercise)


def genesis_text(genesis: Genesis) -> bytes:
    """The text that every founder's roots sign. Raises `Malformed` if it would not be read back."""
    text = DOMAIN + jcs.dumps(genesis) + b"\n"
    _check(parse_body(text, DOMAIN, Genesis, "bad-genesis"))
    return text


def line_id(text: bytes) -> str:
    """SHA-256 of the genesis text, hex."""
    return sha256(text).hexdigest()


def origin(line: str, party: str, epoch: int = 1) -> str:
    return f"{line}/{party}/{epoch}"


def parse_genesis(data: bytes) -> Line:
    """The line that a signed genesis founds; every founder's card and root quorum is checked.

    Raises `Malformed`: `bad-genesis`, `bad-policy`, `no-quorum`, `wrong-domain`, `not-canonical`, and what
    cards and notes raise.
    """
    note = parse_note(data)
    genesis = parse_body(note.text, DOMAIN, Genesis, "bad-genesis")
    cards = _check(genesis)
    good = 0
    for card in cards.values():
        signed = root_signatures(note, card.party, card.roots)
        if signed < card.roots.threshold:
            raise _malformed("no-quorum", "signatures", f"{signed} roots of {card.party} signed")
        good += signed
    if good != len(note.signatures):
        raise _malformed("no-quorum", "signatures", "a signature that is bad, foreign or there twice")
    line = line_id(note.text)
    return Line(line, genesis, PolicyState(line, 1, line, genesis.quorum, genesis.policy, cards), data)


def _check(genesis: Genesis) -> dict[str, Card]:
    found = [parse_card(text.encode("utf-8", "replace")).card for text in genesis.cards]
    cards = {card.party: card for card in found}
    if tuple([card.party for card in found]) != genesis.policy.members:
        raise _malformed("bad-genesis", "cards", "one card a founding member, in the order of `members`")
    check_policy(genesis.policy, cards)
    if not _TEMPLATE.fullmatch(genesis.template):
        raise _malformed("bad-genesis", "template", "a lower-case name")
    if not _NONCE.fullmatch(genesis.nonce):
        raise _malformed("bad-genesis", "nonce", "32 lower-case hex digits")
    return cards


def _malformed(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
