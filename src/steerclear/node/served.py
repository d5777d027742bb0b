"""A served party: its root and officers' keys lie with it alone, on a phone or a card; its host runs its log.

messages.md, Parties: the host cannot sign for it. So no secret of a root or of an officer is ever made, read or kept in
a served home: what the host has is `served.json`, the public halves, and its own log, node and mirror keys, which can
neither read, acknowledge, reply nor release (record.md, Keys). What the roots sign travels as files between the two;
what an officer says goes through `prepare` and `submit` like everybody's. ADR 0012.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import card as cards
from steerclear.record import leaf as leaves
from steerclear.record.admit import ROOT_KINDS
from steerclear.record.header import Header
from steerclear.record.keyring import ROLES
from steerclear.record.keys import ED25519, Signer, parse_vkey

HOST_FILE: Final = "served.json"
PARTY_FILE: Final = "party.json"
"""The same public file: so called in the host's home, and with the party's own keys."""
FORM: Final = "steerclear/served/v1"
_SOURCE = "messages.md, Parties"


class Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    post: str
    roles: tuple[str, ...]
    vkey: str


class Served(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the party gives its host: who it is, what may follow its roots, its officers. Nothing in it is secret."""

    form: str
    party: str
    roots: cards.RootSet
    next: str
    officers: tuple[Officer, ...]

    def root_refs(self) -> tuple[str, ...]:
        """The roots that sign for the party: as many as must, in their order."""
        return tuple(key.ref for key in cards.root_verifiers(self.party, self.roots)[: self.roots.threshold])

    def added(self) -> dict[str, object]:
        """The record of the `key` entry that brings its officers into force."""
        return {
            "act": "add",
            "keys": [msgspec.to_builtins(one) | {"roles": list(one.roles)} for one in self.officers],
        }


def keep(folder: Path, made: Served) -> None:
    """Write the public file beside the party's own keys."""
    (folder / PARTY_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(made)) + b"\n")


def of_keys(
    party: str, roots: cards.RootSet, next_: str, officers: Mapping[str, tuple[tuple[str, ...], str]]
) -> Served:
    """From post → (roles, vkey). Raises `Malformed` as `read` does."""
    rows = tuple(Officer(post, roles, vkey) for post, (roles, vkey) in officers.items())
    return _checked(Served(FORM, party, roots, next_, rows))


def read(data: bytes) -> Served:
    """The public file. Raises `Malformed` `bad-served-file`, and what root sets and vkeys refuse."""
    try:
        found = msgspec.json.decode(data, type=Served)
    except msgspec.DecodeError as error:
        raise _bad("", str(error)) from None
    return _checked(found)


def host_of(folder: Path) -> Served | None:
    """Whom the host at `folder` serves; None where it is a party's own node."""
    path = folder / HOST_FILE
    return read(path.read_bytes()) if path.exists() else None


def refuse(folder: Path, what: str) -> None:
    """Raises `Malformed` `served-party` where this folder is the host of a served party."""
    if (folder / HOST_FILE).exists():
        raise Malformed(
            "served-party",
            field=what,
            remedy="this host serves a party that keeps its keys: sign on the party's own device (--key, served sign)",
            source=_SOURCE,
        )


def refuse_secrets(folder: Path) -> None:
    """Raises `Malformed` `served-keys-here` where a key of the served party lies on its host after all."""
    if not (folder / HOST_FILE).exists():
        return
    for part in ("roots", "officers"):
        for path in sorted((folder / part).glob("*")):
            raise Malformed(
                "served-keys-here",
                field=str(path),
                remedy="a served party's keys may not lie on its host: take it away and have the party revoke it",
                source=_SOURCE,
            )


def check_card(party: Served, text: bytes) -> cards.Card:
    """The card that a host wrote for us, before our roots sign it. Raises `Malformed` `not-our-card`."""
    card = cards.parse_body(text, cards.DOMAIN, cards.Card, "bad-card")
    if (card.party, card.roots, card.next, card.previous) != (party.party, party.roots, party.next, ""):
        raise Malformed(
            "not-our-card",
            field="card",
            remedy="party, roots and next roots are not those of party.json: do not sign",
        )
    return card


def check_record(party: Served, text: bytes) -> Header:
    """The entry of our log that a host wrote, before our roots sign it. Raises `Malformed` `not-our-record`,
    `strange-key`: a host may not slip in a key of its own."""
    if not text.startswith(leaves.DOMAIN):
        raise Malformed("not-our-record", field="text", remedy="neither a card nor an entry: do not sign")
    try:
        header = msgspec.json.decode(text[len(leaves.DOMAIN) : -1], type=Header)
    except msgspec.DecodeError as error:
        raise Malformed("not-our-record", field="text", remedy=str(error)) from None
    if header.author != party.party or header.kind not in ROOT_KINDS:
        raise Malformed(
            "not-our-record", field="kind", remedy="roots sign key, policy and log.restart of our own log"
        )
    known = {(one.post, one.vkey) for one in party.officers}
    rows = header.record.get("keys", ()) if header.kind == "key" else ()
    for row in rows if isinstance(rows, list | tuple) else ():
        if isinstance(row, dict) and (row.get("post"), row.get("vkey")) not in known:
            raise Malformed(
                "strange-key",
                field=f"keys: {row.get('post')}",
                remedy="no key of party.json: do not sign, ask the host",
            )
    return header


def sign_record(party: Served, text: bytes, roots: list[Signer]) -> bytes:
    """The leaf, signed by the roots that its header names. Raises `Malformed` `no-roots`, and as `check_record`."""
    header = check_record(party, text)
    mine = {key.verifier.ref: key for key in roots}
    missing = [ref for ref in header.signers if ref not in mine]
    if missing:
        raise Malformed("no-roots", field=missing[0], remedy="bring this root key: it is named as a signer")
    return leaves.finish_leaf(text, [mine[ref].sign(text) for ref in header.signers])


def take_card(folder: Path, note: bytes) -> cards.SignedCard:
    """Put the card that the party signed into its host's home. Raises `Malformed` `other-card`, and as `parse_card`."""
    signed = cards.parse_card(note)
    if signed.text != (folder / "card.text").read_bytes():
        raise Malformed(
            "other-card", field="card", remedy="it is not the text that this host wrote: sign card.text"
        )
    (folder / "card.note").write_bytes(note)
    return signed


def _checked(found: Served) -> Served:
    if found.form != FORM:
        raise _bad("form", f"write {FORM}")
    cards.check_roots(found.roots)
    if found.party != cards.party_id(found.roots):
        raise _bad("party", f"these roots are {cards.party_id(found.roots)}")
    if len(found.next) != 64 or not found.officers:
        raise _bad(
            "next" if found.officers else "officers", "the hash of the next root set, and one officer or more"
        )
    for one in found.officers:
        key = parse_vkey(one.vkey)
        if key.name != f"{found.party}/{one.post}" or key.algorithm != ED25519:
            raise _bad(f"officers: {one.post}", f"an Ed25519 vkey named {found.party}/{one.post}")
        if not one.roles or not ROLES.issuperset(one.roles):
            raise _bad(f"officers: {one.post}", f"roles of: {', '.join(sorted(ROLES))}")
    return found


def _bad(field: str, remedy: str) -> Malformed:
    return Malformed("bad-served-file", field=field, remedy=remedy, source=_SOURCE)
