"""Payloads at rest: a key for each payload, wrapped to the node's storage public key (record.md, At rest;
Erasure).

A locked node has the public key only: it seals what arrives and cannot open it. Erasure destroys the
wrapped key, which is kept apart from the ciphertext, so that dead rows and backups of the ciphertext open
no more. The wrapped key also carries the ciphertext's hash, by which a locked `fsck` finds a lost or
altered payload. Drafts, snapshots and side data that hold payload are sealed in the same way, under a
label of their own.

Randomness comes in as arguments: `data_key` and `ephemeral` are 32 bytes each, new for every sealing.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

import nacl.bindings as sodium
from nacl.exceptions import CryptoError

from steerclear.errors import Malformed
from steerclear.record.keys import BoxKey, BoxPublic

TAG: Final = b"steerclear/rest/v1\n"
WRAPPED: Final = 32 + 48 + 32
"""Bytes of a wrapped key: ephemeral public key, sealed data key, hash of the ciphertext."""
_AUTHENTICATOR: Final = 16
_NONCE: Final = bytes(12)
"""Each key seals one message."""
_SOURCE = "record.md, At rest"


def seal(plain: bytes, data_key: bytes, label: str) -> bytes:
    """ChaCha20-Poly1305 under a key used for nothing else; `label` (the entry id, or a name of side data) is
    bound in."""
    return sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plain, _aad(label), _NONCE, data_key)


def open_sealed(sealed: bytes, data_key: bytes, label: str) -> bytes:
    """Raises `Malformed` `not-openable` for another key, another label or altered bytes."""
    if len(sealed) < _AUTHENTICATOR:
        raise Malformed("not-openable", remedy="cut short", source=_SOURCE)
    try:
        return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(sealed, _aad(label), _NONCE, data_key)
    except CryptoError:
        raise Malformed("not-openable", remedy="altered, or under another key", source=_SOURCE) from None


def wrap(data_key: bytes, sealed: bytes, to: BoxPublic, label: str, ephemeral: bytes) -> bytes:
    """The data key of `sealed`, sealed to a storage public key."""
    public = sodium.crypto_scalarmult_base(ephemeral)
    key = _key(sodium.crypto_scalarmult(ephemeral, to.raw), public, to.raw)
    digest = sha256(sealed).digest()
    return public + seal(data_key, key, label + digest.hex()) + digest


def unwrap(wrapped: bytes, key: BoxKey, label: str) -> bytes:
    """The data key, opened with the storage secret key. Raises `Malformed` `not-openable`."""
    if len(wrapped) != WRAPPED:
        raise Malformed("not-openable", remedy=f"a wrapped key is {WRAPPED} bytes", source=_SOURCE)
    public, inner, digest = wrapped[:32], wrapped[32:80], wrapped[80:]
    try:
        shared = sodium.crypto_scalarmult(key.raw, public)
    except RuntimeError:
        raise Malformed("not-openable", remedy="a key of low order", source=_SOURCE) from None
    return open_sealed(inner, _key(shared, public, key.public.raw), label + digest.hex())


def matches(wrapped: bytes, sealed: bytes) -> bool:
    """Whether this is the ciphertext whose key was wrapped; needs no secret (record.md: `fsck` locked)."""
    return len(wrapped) == WRAPPED and hmac.compare_digest(wrapped[80:], sha256(sealed).digest())


def _key(shared: bytes, public: bytes, to: bytes) -> bytes:
    return sha256(TAG + shared + public + to).digest()


def _aad(label: str) -> bytes:
    return TAG + label.encode()
