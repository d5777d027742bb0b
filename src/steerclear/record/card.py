"""Party cards: who a party is to others, signed by its own roots (record.md, How a line begins; Keys).

    steerclear/card/v1
    <one JCS line: party, roots, hash of the next root set, log, mirror, node and box keys, URLs, TLS>

A party's id is the hash of its *first* root set. A card whose roots are others carries the card before it
(`previous`), which committed to them, and so on to the first: whoever knows the id can check any later card.
How a party is called stands on no card; each side keeps its own names at home.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec

from steerclear.errors import Malformed
from steerclear.record import jcs
from steerclear.record.keys import (
    COSIGN_ED25519,
    COSIGN_MLDSA44,
    ED25519,
    BoxPublic,
    Signer,
    Verifier,
    box_public,
    parse_vkey,
    verifier,
)
from steerclear.record.note import Note, format_note, parse_note

DOMAIN: Final = b"steerclear/card/v1\n"
MAX_ROOTS: Final = 16
MAX_CARD: Final = 60_000
"""Bytes of a signed card with all cards before it, so that one fits into a leaf."""
_HEX64 = re.compile(r"[0-9a-f]{64}")
_URL = re.compile(r"https?://[!-~]{1,240}")
_SOURCE = "record.md, How a line begins"

S = TypeVar("S", bound=msgspec.Struct)


class RootSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Offline root keys, n of m: `threshold` of `keys` (raw Ed25519 public keys, 64 hex) must sign."""

    keys: tuple[str, ...]
    threshold: int


class Card(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One party's card.

    `next` is `root_set_hash` of the root set that may follow. `log`, `node`, `mirrors` are vkeys named
    `<party>/log`, `<party>/node` (Ed25519) and `<party>/mirror` (0x04, and at most one 0x06). `box` is the
    X25519 public key to which payloads are sealed, `tls` the SHA-256 of the server certificate ('' for none),
    `previous` the signed card of the root set before this one.
    """

    party: str
    roots: RootSet
    next: str
    log: str
    node: str
    mirrors: tuple[str, ...]
    box: str
    urls: tuple[str, ...] = ()
    tls: str = ""
    previous: str = ""


class SignedCard(msgspec.Struct, frozen=True):
    """A card whose root quorum was checked: `text` is what `words.words_of` speaks, `note` the bytes."""

    card: Card
    text: bytes
    note: bytes


def party_id(roots: RootSet) -> str:
    """First 32 hex of SHA-256("steerclear/party/v1\\n" ‖ JCS(first root set)) (house.md, Conventions)."""
    return sha256(b"steerclear/party/v1\n" + jcs.dumps(roots)).hexdigest()[:32]


def root_set_hash(roots: RootSet) -> str:
    """SHA-256("steerclear/roots/v1\\n" ‖ JCS(root set)), hex: how a root set is committed in advance."""
    return sha256(b"steerclear/roots/v1\n" + jcs.dumps(roots)).hexdigest()


def check_roots(roots: RootSet, field: str = "roots") -> None:
    """`Malformed` `bad-roots`, `weak-key` or `bad-public-key` unless keys and threshold are usable."""
    if not 0 < len(roots.keys) <= MAX_ROOTS or len(set(roots.keys)) != len(roots.keys):
        raise _malformed("bad-roots", field, f"1 to {MAX_ROOTS} keys, each once")
    if not 0 < roots.threshold <= len(roots.keys):
        raise _malformed("bad-roots", field, "the threshold is 1 to the number of keys")
    if not all(_HEX64.fullmatch(key) for key in roots.keys):
        raise _malformed("bad-roots", field, "raw Ed25519 public keys as 64 lower-case hex digits")
    root_verifiers("roots", roots)


@lru_cache(maxsize=1024)
def root_verifiers(party: str, roots: RootSet) -> tuple[Verifier, ...]:
    """`<party>/root-1` …, in the order of the set."""
    named = enumerate(roots.keys, 1)
    return tuple([verifier(f"{party}/root-{n}", ED25519, bytes.fromhex(key)) for n, key in named])


def root_signatures(note: Note, party: str, roots: RootSet) -> int:
    """How many keys of the set signed this note well, each counted once."""
    keys = {one.ref: one for one in root_verifiers(party, roots)}
    good = {line.ref for line in note.signatures if line.ref in keys}
    for line in note.signatures:
        if line.ref in good and not keys[line.ref].check(note.text, line.signature):
            good.discard(line.ref)
    return len(good)


def sign_text(text: bytes, signers: Iterable[Signer]) -> bytes:
    """The note of a text with one line a signer: for cards, genesis and policy versions."""
    return format_note(Note(text, tuple([one.sign(text) for one in signers])))


def merge_signatures(notes: Iterable[bytes]) -> bytes:
    """One note from copies of the same text that different people signed, lines in the order of their key
    names. Raises `Malformed` `different-texts`."""
    parsed = [parse_note(one) for one in notes]
    if len({one.text for one in parsed}) != 1:
        raise _malformed("different-texts", "", "all copies carry the same text")
    lines = {one.ref: one for note in parsed for one in note.signatures}
    return format_note(Note(parsed[0].text, tuple([lines[ref] for ref in sorted(lines)])))


def card_text(card: Card) -> bytes:
    """The text that the roots sign. Raises `Malformed` if the card is not well formed."""
    _check_card(card)
    return DOMAIN + jcs.dumps(card) + b"\n"


@lru_cache(maxsize=512)
def parse_card(data: bytes) -> SignedCard:
    """A card with its root quorum and its chain back to the party id checked.

    Raises `Malformed`: `card-too-long`, `wrong-domain`, `not-one-line`, `bad-card`, `bad-roots`,
    `not-canonical`, `wrong-party`, `wrong-root-set`, `no-root-quorum`, and what vkeys and notes raise.
    """
    if len(data) > MAX_CARD:
        raise _malformed("card-too-long", "", f"at most {MAX_CARD} bytes with the cards before it")
    note = parse_note(data)
    card = parse_body(note.text, DOMAIN, Card, "bad-card")
    _check_card(card)
    refs = [one.ref for one in note.signatures]
    if root_signatures(note, card.party, card.roots) != len(refs) or len(refs) < card.roots.threshold:
        raise _malformed(
            "no-root-quorum",
            "roots",
            f"{card.roots.threshold} good root signatures, no others and none twice",
        )
    return SignedCard(card, note.text, data)


def parse_body(text: bytes, domain: bytes, sort: type[S], rule: str) -> S:
    """The struct in a two-line text of ours: its domain line and one JCS line without default values."""
    if not text.startswith(domain):
        raise _malformed("wrong-domain", "", f"the first line is {domain[:-1].decode()}")
    body = text[len(domain) : -1]
    if b"\n" in body:
        raise _malformed("not-one-line", "", "one line of JCS")
    value: Any = jcs.loads(body)
    try:
        found = msgspec.convert(value, sort)
    except msgspec.ValidationError as error:
        raise _malformed(rule, "", str(error)) from None
    if jcs.dumps(found) != body:
        raise _malformed("not-canonical", "", "leave out every field that has its default value")
    return found


def chain(card: Card) -> Iterator[Card]:
    """This card and those before it, newest first; only of a card that `parse_card` gave."""
    yield card
    while card.previous:
        card = parse_card(card.previous.encode()).card
        yield card


def succeeds(old: Card, new: Card) -> bool:
    """Whether `new` may stand in the place of `old`: same party, and its chain holds the roots of `old` with
    the same commitment to what follows (so that stolen roots cannot commit to others)."""
    same = (one.roots == old.roots and one.next == old.next for one in chain(new))
    return new.party == old.party and any(same)


def log_verifier(card: Card, origin: str) -> Verifier:
    """The key that signs checkpoints of `origin`: the card's log key under the origin as its name."""
    return verifier(origin, ED25519, parse_vkey(card.log).public)


def node_verifier(card: Card) -> Verifier:
    return parse_vkey(card.node)


def mirror_verifiers(card: Card) -> tuple[Verifier, ...]:
    """The party's cosigning keys; the first is Ed25519 (0x04), a second ML-DSA-44 (0x06)."""
    return tuple([parse_vkey(one) for one in card.mirrors])


def box_of(card: Card) -> BoxPublic:
    return box_public(card.box)


def _check_card(card: Card) -> None:
    check_roots(card.roots)
    _check_chain(card)
    if not _HEX64.fullmatch(card.next):
        raise _malformed("bad-card", "next", "root_set_hash of the next root set, 64 hex digits")
    _check_key(card.log, f"{card.party}/log", ED25519, "log")
    _check_key(card.node, f"{card.party}/node", ED25519, "node")
    if not 1 <= len(card.mirrors) <= 2:
        raise _malformed("bad-card", "mirrors", "an Ed25519 cosigner key and at most one of ML-DSA-44")
    for vkey, algorithm in zip(card.mirrors, (COSIGN_ED25519, COSIGN_MLDSA44), strict=False):
        _check_key(vkey, f"{card.party}/mirror", algorithm, "mirrors")
    box_public(card.box)
    if len(card.urls) > 8 or not all(_URL.fullmatch(url) for url in card.urls):
        raise _malformed("bad-card", "urls", "at most 8 http or https URLs in ASCII")
    if card.tls and not _HEX64.fullmatch(card.tls):
        raise _malformed("bad-card", "tls", "SHA-256 of the certificate, 64 hex digits")


def _check_chain(card: Card) -> None:
    if not card.previous:
        if card.party != party_id(card.roots):
            raise _malformed("wrong-party", "party", f"these roots are {party_id(card.roots)}")
        return
    before = parse_card(card.previous.encode("utf-8", "replace")).card
    if before.party != card.party:
        raise _malformed("wrong-party", "previous", "the card before it is another party's")
    if before.next != root_set_hash(card.roots):
        raise _malformed("wrong-root-set", "roots", "the card before it committed to another root set")


def _check_key(vkey: str, name: str, algorithm: int, field: str) -> None:
    key = parse_vkey(vkey)
    if key.name != name or key.algorithm != algorithm:
        raise _malformed("bad-card", field, f"a vkey named {name} of algorithm 0x{algorithm:02x}")


def _malformed(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
