"""A node's folder: what `steerclear init` makes and `serve` reads.

steerclear.toml           what the site decides (config.py)
card.note                 the party's signed card
vault.json                payload keys behind the watch's passphrase
keys/*.secret             log, node and mirror keys, kept by the host
roots/*.secret            root keys and the next root set: belong on paper or a stick, not here
officers/<post>.secret    officers' keys as a client of this machine keeps them
served.json               only of a host that serves a party which keeps its own keys: then no roots/, no officers/
store/                    the record
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from steerclear.config import FILE_NAME
from steerclear.errors import Malformed
from steerclear.node import served
from steerclear.node import vault as vaults
from steerclear.record import card as cards
from steerclear.record.keys import (
    COSIGN_ED25519,
    COSIGN_MLDSA44,
    ED25519,
    Signer,
    generate,
    signer_from_secret,
    signer_to_secret,
)

KEY_NAMES = {"log": ED25519, "node": ED25519, "mirror": COSIGN_ED25519, "mirror-mldsa": COSIGN_MLDSA44}


@dataclass(frozen=True)
class NodeKeys:
    """The host's signing keys. None of them can read, acknowledge, reply or release (record.md, Keys)."""

    log: Signer
    node: Signer
    mirrors: tuple[Signer, ...]


@dataclass(frozen=True)
class Home:
    """What a node is before it is on any line."""

    folder: Path
    card: cards.SignedCard
    keys: NodeKeys
    vault: vaults.Vault

    @property
    def party(self) -> str:
        return self.card.card.party

    @property
    def served(self) -> bool:
        """Whether the party keeps its own keys elsewhere and this host serves it."""
        return (self.folder / served.HOST_FILE).exists()


def create(
    folder: Path,
    *,
    passphrase: str,
    listen: str = "127.0.0.1:8440",
    store: str = "sqlite",
    urls: tuple[str, ...] = (),
    roots: int = 1,
    threshold: int = 1,
    officers: tuple[str, ...] = ("watch-1", "watch-2"),
    clock: str = "system",
    zone: str = "",
    make_key: Callable[[str, int], Signer] = generate,
) -> Home:
    """A new party in an empty folder. Raises `Malformed` `folder-not-empty` and what a card refuses."""
    new_folder(folder, "keys", "roots", "officers", "store")
    own = make_party(folder, roots, threshold, officers, make_key)
    text = make_host(
        folder, own.party, own.roots, own.next, passphrase=passphrase, listen=listen, store=store, urls=urls,
        clock=clock, zone=zone, make_key=make_key,
    )  # fmt: skip
    (folder / "card.note").write_bytes(cards.sign_text(text, own.signers))
    return read(folder)


def new_folder(folder: Path, *parts: str) -> None:
    """Raises `Malformed` `folder-not-empty`."""
    if folder.exists() and any(folder.iterdir()):
        raise Malformed("folder-not-empty", field=str(folder), remedy="name a new folder")
    for part in ("", *parts):
        (folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)


@dataclass(frozen=True)
class OwnKeys:
    """What a party is made of: its id, its first roots with the commitment to the next, their keys."""

    party: str
    roots: cards.RootSet
    next: str
    signers: tuple[Signer, ...]


def make_party(
    folder: Path,
    roots: int,
    threshold: int,
    officers: tuple[str, ...],
    make_key: Callable[[str, int], Signer],
) -> OwnKeys:
    """The keys that decide who the party is, and those that speak for it, in roots/ and officers/."""
    first = [make_key(f"roots/root-{n}", ED25519) for n in range(1, roots + 1)]
    following = [make_key(f"roots/next-{n}", ED25519) for n in range(1, roots + 1)]
    root_set = cards.RootSet(tuple(key.verifier.public.hex() for key in first), threshold)
    next_set = cards.RootSet(tuple(key.verifier.public.hex() for key in following), threshold)
    party = cards.party_id(root_set)
    named = tuple(_renamed(key, f"{party}/root-{n}") for n, key in enumerate(first, 1))
    for n, key in enumerate(named, 1):
        write_secret(folder / "roots" / f"root-{n}.secret", key)
    for n, key in enumerate(following, 1):
        write_secret(folder / "roots" / f"next-{n}.secret", _renamed(key, f"{party}/root-{n}"))
    for post in officers:
        write_secret(folder / "officers" / f"{post}.secret", make_key(f"{party}/{post}", ED25519))
    return OwnKeys(party, root_set, cards.root_set_hash(next_set), named)


def make_host(
    folder: Path,
    party: str,
    roots: cards.RootSet,
    next_: str,
    *,
    passphrase: str,
    listen: str,
    store: str,
    urls: tuple[str, ...],
    clock: str,
    zone: str = "",
    make_key: Callable[[str, int], Signer] = generate,
) -> bytes:
    """The host's own keys, the vault and the configuration; the card's text, which the roots have to sign."""
    keys = {name: make_key(f"{party}/{name.partition('-')[0]}", kind) for name, kind in KEY_NAMES.items()}
    for name, key in keys.items():
        write_secret(folder / "keys" / f"{name}.secret", key)
    sealed, opened = vaults.create(passphrase)
    write_private(folder / "vault.json", sealed)
    settings = {"listen": listen, "store": store, "clock": clock, **({"zone": zone} if zone else {})}
    rows = "".join(f'{name} = "{value}"\n' for name, value in settings.items())
    (folder / FILE_NAME).write_text(f'[node]\n{rows}\n[names]\n"{party}" = "us"\n')
    return cards.card_text(
        cards.Card(
            party=party,
            roots=roots,
            next=next_,
            log=keys["log"].verifier.vkey,
            node=keys["node"].verifier.vkey,
            mirrors=(keys["mirror"].verifier.vkey, keys["mirror-mldsa"].verifier.vkey),
            box=opened.delivery.hex,
            urls=urls or (f"http://{listen}",),
        )
    )


def read(folder: Path, passphrase: str | None = None) -> Home:
    """The node at `folder`, unlocked when the passphrase is given. Raises `Malformed`."""
    served.refuse_secrets(folder)
    if (folder / served.HOST_FILE).exists() and not (folder / "card.note").exists():
        raise Malformed(
            "card-not-signed",
            field=str(folder / "card.text"),
            remedy="the served party signs it: steerclear served sign; then: steerclear served take",
        )
    try:
        card = cards.parse_card((folder / "card.note").read_bytes())
        sealed = (folder / "vault.json").read_bytes()
    except FileNotFoundError as error:
        raise Malformed("no-node-here", field=str(folder), remedy=f"run: steerclear init {folder}") from error
    keys = {name: read_secret(folder / "keys" / f"{name}.secret") for name in KEY_NAMES}
    found = vaults.locked(sealed) if passphrase is None else vaults.unlock(sealed, passphrase)
    return Home(
        folder, card, NodeKeys(keys["log"], keys["node"], (keys["mirror"], keys["mirror-mldsa"])), found
    )


def roots_of(folder: Path) -> list[Signer]:
    """The root keys that lie here (none, once they are where they belong). Raises `Malformed` `served-party`."""
    served.refuse(folder, "roots")
    return [read_secret(path) for path in sorted((folder / "roots").glob("root-*.secret"))]


def officer(folder: Path, post: str) -> Signer:
    """An officer's key as this machine's client keeps it. Raises `Malformed` `served-party`, `key-missing`."""
    served.refuse(folder, post)
    return read_secret(folder / "officers" / f"{post}.secret")


def read_secret(path: Path) -> Signer:
    try:
        return signer_from_secret(path.read_text().strip())
    except FileNotFoundError as error:
        raise Malformed(
            "key-missing", field=str(path), remedy="put the key file there, or name another"
        ) from error


def write_secret(path: Path, signer: Signer) -> None:
    write_private(path, signer_to_secret(signer).encode() + b"\n")


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _renamed(signer: Signer, name: str) -> Signer:
    from steerclear.record.keys import signer_from_seed

    return signer_from_seed(name, signer.verifier.algorithm, signer.seed)
