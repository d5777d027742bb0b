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

import msgspec
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


class Session(msgspec.Struct, frozen=True):
    """One ephemeral key to one storage key, for a short run of payloads: the exchange costs more than all the rest.

    Whoever reads it from memory opens what was wrapped in it, so it is thrown away within a second. `repr` hides it."""

    public: bytes
    to: bytes
    shared: bytes

    def __repr__(self) -> str:
        return f"Session({self.public.hex()})"


def session(to: BoxPublic, ephemeral: bytes) -> Session:
    """`ephemeral`: 32 bytes of new randomness."""
    public = sodium.crypto_scalarmult_base(ephemeral)
    return Session(public, to.raw, sodium.crypto_scalarmult(ephemeral, to.raw))


def wrap(data_key: bytes, sealed: bytes, to: BoxPublic, label: str, ephemeral: bytes) -> bytes:
    """The data key of `sealed`, sealed to a storage public key in a session of its own."""
    return wrap_in(session(to, ephemeral), data_key, sealed, label)


def wrap_in(run: Session, data_key: bytes, sealed: bytes, label: str) -> bytes:
    """The data key of `sealed`, sealed within a session. Labels are used once: entry ids, or names with a number."""
    digest = sha256(sealed).digest()
    bound = label + digest.hex()
    return run.public + seal(data_key, _key(run, bound), bound) + digest


def unwrap(wrapped: bytes, key: BoxKey, label: str) -> bytes:
    """The data key, opened with the storage secret key. Raises `Malformed` `not-openable`."""
    if len(wrapped) != WRAPPED:
        raise Malformed("not-openable", remedy=f"a wrapped key is {WRAPPED} bytes", source=_SOURCE)
    return unwrap_in(opened_session(wrapped, key), wrapped, label)


def opened_session(wrapped: bytes, key: BoxKey) -> Session:
    """The session in which a key was wrapped, for opening more of the same run. Raises `Malformed` `not-openable`."""
    public = wrapped[:32]
    try:
        shared = sodium.crypto_scalarmult(key.raw, public)
    except (RuntimeError, ValueError):
        raise Malformed("not-openable", remedy="a key of low order", source=_SOURCE) from None
    return Session(public, key.public.raw, shared)


def unwrap_in(run: Session, wrapped: bytes, label: str) -> bytes:
    """The data key of one payload of that session. Raises `Malformed` `not-openable`."""
    bound = label + wrapped[80:].hex()
    return open_sealed(wrapped[32:80], _key(run, bound), bound)


def matches(wrapped: bytes, sealed: bytes) -> bool:
    """Whether this is the ciphertext whose key was wrapped; needs no secret (record.md: `fsck` locked)."""
    return len(wrapped) == WRAPPED and hmac.compare_digest(wrapped[80:], sha256(sealed).digest())


def _key(run: Session, bound: str) -> bytes:
    """A key for one message: the label and the ciphertext's hash go into it, since a session wraps many."""
    return sha256(TAG + run.shared + run.public + run.to + bound.encode()).digest()


def _aad(label: str) -> bytes:
    return TAG + label.encode()
