"""Which key of a party counts for what at a position of its log (record.md, Keys).

A ring belongs to one log and is built from the party's card and the `key` entries of that log alone; no other
log and no clock is asked. A change made by the leaf at index i holds from i + 1. The header's `record`:

    {"act": "add", "keys": [{"vkey", "post", "roles": […]}, …]}       root quorum, or two registrars
    {"act": "registrars", "keys": [{"vkey", "post", "roles"?}, …]}    root quorum: exactly these from now on
    {"act": "revoke", "keys": [ref, …], "from": index}                root quorum, or two registrars
    {"act": "roots", "roots": {"keys", "threshold"}, "next": hash}    quorum of the *new* set
    {"act": "card", "card": note}                                     root quorum of the new card

The new root set must hash to what was committed before; its own quorum signs, so that a party whose old roots
are lost or stolen can go on. `from` is never below the index of the revoking leaf itself: what anybody else
cosigned stands before that leaf, so no entry that was relied on loses its signature afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import msgspec

from steerclear.errors import Malformed
from steerclear.record.card import (
    Card,
    RootSet,
    check_roots,
    node_verifier,
    parse_card,
    root_set_hash,
    root_verifiers,
    succeeds,
)
from steerclear.record.keys import ED25519, Verifier, parse_vkey

Sort = Literal["officer", "node", "root"]

ROLES: Final = frozenset(
    (
        *("watch_officer", "releaser", "linguist", "custodian"),
        *("liaison", "notification_officer", "chair", "registrar"),
    )
)
"""messages.md, Parties; `registrar` from record.md, Keys. Witness and administrator sign no entries."""
MAX_KEYS: Final = 64
"""Keys that one entry may add or revoke."""
_POST = re.compile(r"[a-z][a-z0-9._-]{0,31}")
_RESERVED = re.compile(r"node|mirror|log|root(-.*)?")
_HASH = re.compile(r"[0-9a-f]{64}")
_SOURCE = "record.md, Keys"


class KeyInfo(msgspec.Struct, frozen=True):
    """One key for a span of log positions: it counts at i when `since` ≤ i < `until` (None: open end)."""

    verifier: Verifier
    sort: Sort
    post: str
    roles: frozenset[str]
    since: int
    until: int | None = None

    @property
    def ref(self) -> str:
        return self.verifier.ref


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An officer's key as a `key` entry adds it."""

    vkey: str
    post: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keyring:
    """`keys`: every key this log ever knew, by reference, each with its spans in order. `roots` and
    `next_roots` are the root set in force and the hash of the one that may follow; `card` the newest card."""

    card: Card
    roots: RootSet
    next_roots: str
    keys: Mapping[str, tuple[KeyInfo, ...]] = field(default_factory=dict)

    def find(self, ref: str, index: int) -> KeyInfo | None:
        """The key of that reference as it counts at that index, else None."""
        for info in reversed(self.keys.get(ref, ())):
            if info.since <= index:
                return info if info.until is None or index < info.until else None
        return None

    def known(self, ref: str) -> bool:
        """Whether the key counted at any position (so that a refusal can say `revoked` for `unknown`)."""
        return ref in self.keys

    def officers(self, index: int) -> tuple[KeyInfo, ...]:
        """Officers' keys that count at an index, by reference."""
        found = [self.find(ref, index) for ref in sorted(self.keys)]
        return tuple([one for one in found if one is not None and one.sort == "officer"])


def from_card(card: Card, index: int = 0) -> Keyring:
    """The ring at the start of a log: root keys and node key of the card, no officers."""
    return _renewed(Keyring(card, card.roots, card.next), card, index)


def with_card(ring: Keyring, card: Card, index: int) -> Keyring:
    """The ring with a newer card of the party, from `index`. Raises `Malformed` `foreign-card`."""
    if card == ring.card:
        return ring
    if card.party != ring.card.party or not _follows(ring, card):
        raise _malformed("foreign-card", "card", "the card does not follow from the root set in force")
    return _renewed(replace(ring, card=card, roots=card.roots, next_roots=card.next), card, index)


def change(ring: Keyring, record: Mapping[str, Any], signers: Collection[KeyInfo], index: int) -> Keyring:
    """The ring after a `key` entry at `index`, signed by these keys (each valid there).

    Raises `Malformed`: `bad-key-entry`, `not-authorised`, `key-known`, `bad-post`, `bad-role`,
    `registrar-by-root`, `unknown-key`, `already-revoked`, `backdated`, `bad-roots`, `wrong-root-set`,
    `foreign-card`, and what vkeys and cards raise.
    """
    act = record.get("act")
    if act == "add":
        return _add(ring, record, signers, index)
    if act == "registrars":
        return _registrars(ring, record, signers, index)
    if act == "revoke":
        return _revoke(ring, record, signers, index)
    if act == "roots":
        return _rotate(ring, record, signers, index)
    if act == "card":
        return _card(ring, record, signers, index)
    raise _malformed("bad-key-entry", "act", "add, registrars, revoke, roots or card")


def candidates(ring: Keyring, record: Mapping[str, Any]) -> dict[str, KeyInfo]:
    """Root keys that a `roots` or `card` act brings with it and that may sign just this entry."""
    roots: RootSet | None = None
    if record.get("act") == "roots":
        roots = _roots_of(record)
    elif record.get("act") == "card":
        roots = _card_of(record).roots
    if roots is None:
        return {}
    keys = root_verifiers(ring.card.party, roots)
    return {key.ref: KeyInfo(key, "root", key.name[33:], frozenset(), 0) for key in keys}


def root_quorum(roots: RootSet, party: str, signers: Collection[KeyInfo]) -> bool:
    """Whether these signers hold a quorum of the set."""
    refs = {key.ref for key in root_verifiers(party, roots)}
    return len(refs & {one.ref for one in signers}) >= roots.threshold


def _add(ring: Keyring, record: Mapping[str, Any], signers: Collection[KeyInfo], index: int) -> Keyring:
    by_root = _authorise(ring, signers)
    keys = dict(ring.keys)
    for new in _new_keys(record):
        info = _officer(ring, new, index)
        if "registrar" in info.roles and not by_root:
            raise _malformed("registrar-by-root", "roles", "registrars are named by the root quorum alone")
        if not info.roles:
            raise _malformed("bad-role", "roles", "at least one role")
        if info.ref in keys:
            raise _malformed("key-known", "keys", f"{info.ref} was added before; generate a new key")
        keys[info.ref] = (info,)
    return replace(ring, keys=keys)


def _registrars(
    ring: Keyring, record: Mapping[str, Any], signers: Collection[KeyInfo], index: int
) -> Keyring:
    if not root_quorum(ring.roots, ring.card.party, signers):
        raise _malformed("not-authorised", "signers", "the root quorum names registrars")
    named = {}
    for new in _new_keys(record, empty=True):
        info = _officer(ring, new, index)
        named[info.ref] = msgspec.structs.replace(info, roles=info.roles | {"registrar"})
    keys = dict(ring.keys)
    for ref, info in named.items():
        held = ring.find(ref, index + 1)
        if held is None and ref in keys:
            raise _malformed("key-known", "keys", f"{ref} was revoked; generate a new key")
        roles = info.roles if held is None else held.roles | info.roles
        keys[ref] = _next_span(keys.get(ref, ()), msgspec.structs.replace(info, roles=roles))
    for ref in ring.keys.keys() - named.keys():
        held = ring.find(ref, index + 1)
        if held is not None and "registrar" in held.roles:
            keys[ref] = _next_span(
                keys[ref],
                msgspec.structs.replace(held, roles=held.roles - {"registrar"}, since=index + 1),
            )
    return replace(ring, keys=keys)


def _revoke(ring: Keyring, record: Mapping[str, Any], signers: Collection[KeyInfo], index: int) -> Keyring:
    _authorise(ring, signers)
    refs, start = record.get("keys"), record.get("from")
    if not _strings(refs) or not refs or len(refs) > MAX_KEYS or type(start) is not int:
        raise _malformed("bad-key-entry", "keys", f"1 to {MAX_KEYS} key references and `from`, an index")
    if start < index:
        raise _malformed("backdated", "from", f"no lower than this entry's own index, {index}")
    keys = dict(ring.keys)
    for ref in refs:
        spans = keys.get(ref, ())
        if not spans or spans[-1].sort != "officer":
            raise _malformed("unknown-key", "keys", f"{ref} is no officer's key of this log")
        last = spans[-1]
        if last.until is not None and last.until <= start:
            raise _malformed("already-revoked", "keys", f"{ref} ends at {last.until}")
        keys[ref] = (*spans[:-1], msgspec.structs.replace(last, until=start))
    return replace(ring, keys=keys)


def _rotate(ring: Keyring, record: Mapping[str, Any], signers: Collection[KeyInfo], index: int) -> Keyring:
    roots, following = _roots_of(record), record.get("next")
    if not isinstance(following, str) or not _HASH.fullmatch(following):
        raise _malformed("bad-key-entry", "next", "the hash of the root set after this one")
    if root_set_hash(roots) != ring.next_roots:
        raise _malformed("wrong-root-set", "roots", "not the root set that was committed in advance")
    if not root_quorum(roots, ring.card.party, signers):
        raise _malformed("not-authorised", "signers", "a quorum of the new root set signs its coming in")
    changed = replace(ring, roots=roots, next_roots=following)
    return replace(changed, keys=_with_roots(ring, roots, index + 1))


def _card(ring: Keyring, record: Mapping[str, Any], signers: Collection[KeyInfo], index: int) -> Keyring:
    card = _card_of(record)
    if not root_quorum(card.roots, ring.card.party, signers):
        raise _malformed("not-authorised", "signers", "the root quorum of the new card signs")
    return with_card(ring, card, index + 1)


def _follows(ring: Keyring, card: Card) -> bool:
    if card.roots == ring.roots:
        return card.next == ring.next_roots
    return root_set_hash(card.roots) == ring.next_roots or (
        ring.roots == ring.card.roots and succeeds(ring.card, card)
    )


def _renewed(ring: Keyring, card: Card, index: int) -> Keyring:
    """Root keys and node key of a card, from `index`."""
    keys = _with_roots(ring, card.roots, index)
    node = node_verifier(card)
    for ref, spans in list(keys.items()):
        if spans[-1].sort == "node" and spans[-1].until is None and ref != node.ref:
            keys[ref] = (*spans[:-1], msgspec.structs.replace(spans[-1], until=index))
    held = keys.get(node.ref, ())
    if not held or held[-1].until is not None:
        keys[node.ref] = (*held, KeyInfo(node, "node", "node", frozenset(), index))
    return replace(ring, keys=keys)


def _with_roots(ring: Keyring, roots: RootSet, index: int) -> dict[str, tuple[KeyInfo, ...]]:
    keys = dict(ring.keys)
    new = {key.ref: key for key in root_verifiers(ring.card.party, roots)}
    for ref, spans in ring.keys.items():
        if spans[-1].sort == "root" and spans[-1].until is None and ref not in new:
            keys[ref] = (*spans[:-1], msgspec.structs.replace(spans[-1], until=index))
    for ref, key in new.items():
        held = keys.get(ref, ())
        if not held or held[-1].until is not None:
            keys[ref] = (*held, KeyInfo(key, "root", key.name[33:], frozenset(), index))
    return keys


def _next_span(spans: tuple[KeyInfo, ...], new: KeyInfo) -> tuple[KeyInfo, ...]:
    """`new` after the spans held; an end already set ahead stays."""
    if not spans:
        return (new,)
    last = spans[-1]
    ended = (
        (*spans[:-1], msgspec.structs.replace(last, until=new.since))
        if last.since < new.since
        else spans[:-1]
    )
    return (*ended, msgspec.structs.replace(new, until=last.until))


def _authorise(ring: Keyring, signers: Collection[KeyInfo]) -> bool:
    """True for the root quorum, False for two registrars; anybody else is `Malformed` `not-authorised`."""
    if root_quorum(ring.roots, ring.card.party, signers):
        return True
    if sum("registrar" in one.roles for one in signers) >= 2:
        return False
    raise _malformed("not-authorised", "signers", "the root quorum or two registrars sign")


def _officer(ring: Keyring, new: NewKey, index: int) -> KeyInfo:
    key = parse_vkey(new.vkey)
    if not _POST.fullmatch(new.post) or _RESERVED.fullmatch(new.post):
        raise _malformed("bad-post", "post", "a lower-case word; node, mirror, log and root are taken")
    if key.name != f"{ring.card.party}/{new.post}" or key.algorithm != ED25519:
        raise _malformed("bad-post", "vkey", "an Ed25519 key named <party>/<post>")
    if unknown := set(new.roles) - ROLES:
        raise _malformed("bad-role", "roles", f"{min(unknown)} is no officer's role")
    return KeyInfo(key, "officer", new.post, frozenset(new.roles), index + 1)


def _new_keys(record: Mapping[str, Any], *, empty: bool = False) -> tuple[NewKey, ...]:
    try:
        keys = msgspec.convert(record.get("keys"), tuple[NewKey, ...])
    except msgspec.ValidationError as error:
        raise _malformed("bad-key-entry", "keys", str(error)) from None
    if len(keys) > MAX_KEYS or not (keys or empty) or len({one.vkey for one in keys}) != len(keys):
        raise _malformed("bad-key-entry", "keys", f"1 to {MAX_KEYS} keys, each once")
    return keys


def _roots_of(record: Mapping[str, Any]) -> RootSet:
    try:
        roots = msgspec.convert(record.get("roots"), RootSet)
    except msgspec.ValidationError as error:
        raise _malformed("bad-key-entry", "roots", str(error)) from None
    check_roots(roots)
    return roots


def _card_of(record: Mapping[str, Any]) -> Card:
    text = record.get("card")
    if not isinstance(text, str):
        raise _malformed("bad-key-entry", "card", "the signed card as text")
    return parse_card(text.encode("utf-8", "replace")).card


def _strings(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def _malformed(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
