"""The secrets that open payloads, behind the watch's passphrase (boundary.md: keys unlocked by the watch's token).

The vault holds two X25519 keys: `storage`, to which payloads at rest are sealed, and `delivery`, to which peers seal
bundles and inline payloads. It is a file of salt and ciphertext (Argon2id, XSalsa20-Poly1305); unlocked they live in
memory only. A locked node still seals, since sealing needs the public halves alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import nacl.exceptions
import nacl.pwhash
import nacl.secret
from nacl.utils import random as random_bytes

from steerclear.errors import Malformed
from steerclear.record.keys import BoxKey, BoxPublic, box_generate, box_key, box_public

SALT_SIZE = nacl.pwhash.argon2id.SALTBYTES
OPS, MEMORY = nacl.pwhash.argon2id.OPSLIMIT_INTERACTIVE, nacl.pwhash.argon2id.MEMLIMIT_INTERACTIVE


@dataclass(frozen=True)
class Vault:
    """The public halves always, the secret ones only while unlocked."""

    storage: BoxPublic
    delivery: BoxPublic
    storage_key: BoxKey | None = None
    delivery_key: BoxKey | None = None

    @property
    def unlocked(self) -> bool:
        return self.storage_key is not None


def create(passphrase: str) -> tuple[bytes, Vault]:
    """(the vault file, the opened vault) with new keys."""
    storage, delivery = box_generate(), box_generate()
    return _seal(passphrase, storage, delivery), Vault(storage.public, delivery.public, storage, delivery)


def locked(data: bytes) -> Vault:
    """What a vault file tells without its passphrase. Raises `Malformed`."""
    content = _read(data)
    return Vault(box_public(content["storage"]), box_public(content["delivery"]))


def unlock(data: bytes, passphrase: str) -> Vault:
    """The opened vault. Raises `Malformed` `wrong-passphrase`, `bad-vault`, or `zeroized`."""
    content = _read(data)
    if content.get("zeroized"):
        raise Malformed(
            "zeroized", field="vault", remedy="its secrets were destroyed; payloads cannot be opened again"
        )
    salt, box = bytes.fromhex(content["salt"]), bytes.fromhex(content["box"])
    try:
        plain = nacl.secret.SecretBox(_key(passphrase, salt)).decrypt(box)
    except nacl.exceptions.CryptoError as error:
        raise Malformed(
            "wrong-passphrase", field="passphrase", remedy="type the watch's passphrase"
        ) from error
    storage, delivery = plain.decode().split()
    found = Vault(
        box_public(content["storage"]), box_public(content["delivery"]), box_key(storage), box_key(delivery)
    )
    if (found.storage_key and found.storage_key.public) != found.storage:
        raise Malformed("bad-vault", field="vault", remedy="the file was altered: restore it")
    return found


def zeroized(data: bytes) -> bytes:
    """The vault file without its secrets: the public halves stay, so that the node can still say who it was."""
    content = _read(data)
    return json.dumps(
        {"storage": content["storage"], "delivery": content["delivery"], "zeroized": True}
    ).encode()


def _seal(passphrase: str, storage: BoxKey, delivery: BoxKey) -> bytes:
    salt = random_bytes(SALT_SIZE)
    box = nacl.secret.SecretBox(_key(passphrase, salt)).encrypt(f"{storage.hex} {delivery.hex}".encode())
    content = {
        "storage": storage.public.hex,
        "delivery": delivery.public.hex,
        "salt": salt.hex(),
        "box": bytes(box).hex(),
    }
    return json.dumps(content).encode()


def _key(passphrase: str, salt: bytes) -> bytes:
    return nacl.pwhash.argon2id.kdf(32, passphrase.encode(), salt, opslimit=OPS, memlimit=MEMORY)


def _read(data: bytes) -> dict[str, str]:
    try:
        content = json.loads(data)
        if not isinstance(content, dict) or not {"storage", "delivery"} <= content.keys():
            raise ValueError("fields")
    except ValueError as error:
        raise Malformed("bad-vault", field="vault", remedy="the file is not a vault: restore it") from error
    if "box" not in content:
        content |= {"salt": "", "box": ""}
        if content.get("zeroized"):
            return content
    return content
