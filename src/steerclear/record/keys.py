"""Keys of the record: Ed25519 and ML-DSA-44 for signing, X25519 for sealing, and the text forms of each.

A verifier is written as C2SP's vkey, `<name>+<8 hex of key id>+<base64 of algorithm byte and public key>`.
Ed25519 is verified by libsodium's rule, which refuses what OpenSSL and Go let pass; a public key of low or
mixed order is refused when it is parsed (design/record.md, Traps). Secrets are text too; where they are
kept is not this room's.
"""

from __future__ import annotations

import binascii
import hashlib
from functools import lru_cache
from typing import Final

import msgspec
import nacl.bindings as sodium
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from nacl.exceptions import BadSignatureError
from nacl.utils import random as random_bytes

from steerclear.errors import Malformed
from steerclear.record.note import NoteSignature, check_name, parse_base64

ED25519: Final = 0x01
"""Signs the text of a note (signed-note)."""
COSIGN_ED25519: Final = 0x04
"""Timestamped Ed25519 cosignature of a checkpoint (tlog-cosignature)."""
COSIGN_MLDSA44: Final = 0x06
"""Timestamped ML-DSA-44 cosignature of a checkpoint (tlog-cosignature)."""

PUBLIC_SIZE: Final = {ED25519: 32, COSIGN_ED25519: 32, COSIGN_MLDSA44: 1312}
SIGNATURE_SIZE: Final = {ED25519: 64, COSIGN_ED25519: 64, COSIGN_MLDSA44: 2420}
"""Bytes of the bare signature, without key id and time."""

_SECRET_PREFIX: Final = "PRIVATE+KEY+"
_SOURCE = "C2SP signed-note, Verifier keys"


class Verifier(msgspec.Struct, frozen=True, gc=False):
    """A public key under a name, for one algorithm byte. Made by `verifier` or `parse_vkey`, which check
    it."""

    name: str
    key_id: bytes
    algorithm: int
    public: bytes

    @property
    def ref(self) -> str:
        """`<name>+<8 hex of key id>`: how headers and policies name this key."""
        return f"{self.name}+{self.key_id.hex()}"

    @property
    def vkey(self) -> str:
        """C2SP's text form; `parse_vkey` reads it."""
        public = binascii.b2a_base64(bytes((self.algorithm,)) + self.public, newline=False)
        return f"{self.ref}+{public.decode()}"

    def check(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's on the text of a note. Cosigners sign no plain text: always False
        for them (see cosignature.py)."""
        return self.algorithm == ED25519 and verify_ed25519(self.public, text, signature)

    def check_message(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's on exactly these bytes, whatever they are: for cosignature.py
        and for messages with a domain of their own."""
        if self.algorithm == COSIGN_MLDSA44:
            return verify_mldsa44(self.public, message, signature)
        return verify_ed25519(self.public, message, signature)


class Signer(msgspec.Struct, frozen=True, gc=False):
    """A secret key with its verifier. `seed` is 32 bytes; never printed (`repr` hides it)."""

    verifier: Verifier
    seed: bytes

    def __repr__(self) -> str:
        return f"Signer({self.verifier.ref})"

    def sign(self, text: bytes) -> NoteSignature:
        """A signature line over the text of a note. Only for algorithm 0x01; cosigners sign through
        `cosignature.cosign`. Raises ValueError for them."""
        if self.verifier.algorithm != ED25519:
            raise ValueError(f"{self.verifier.ref} is a cosigner and signs checkpoints only")
        return NoteSignature(self.verifier.name, self.verifier.key_id, self.sign_message(text))

    def sign_message(self, message: bytes) -> bytes:
        """The bare signature of these bytes."""
        if self.verifier.algorithm == COSIGN_MLDSA44:
            return _mldsa44_private(self.seed).sign(message)
        return sodium.crypto_sign(message, _ed25519_secret(self.seed))[:64]


class BoxPublic(msgspec.Struct, frozen=True, gc=False):
    """An X25519 public key, to seal to."""

    raw: bytes

    @property
    def hex(self) -> str:
        return self.raw.hex()


class BoxKey(msgspec.Struct, frozen=True, gc=False):
    """An X25519 secret key, to open with; `repr` hides it."""

    raw: bytes

    def __repr__(self) -> str:
        return f"BoxKey({self.public.hex})"

    @property
    def hex(self) -> str:
        return self.raw.hex()

    @property
    def public(self) -> BoxPublic:
        return BoxPublic(sodium.crypto_scalarmult_base(self.raw))


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """First 4 bytes of SHA-256(name ‖ newline ‖ algorithm byte ‖ public key) (signed-note, Signatures)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes((algorithm,)) + public).digest()[:4]


def verifier(name: str, algorithm: int, public: bytes) -> Verifier:
    """A checked verifier. Raises `Malformed`: `bad-key-name`, `unknown-algorithm`, `bad-public-key`,
    `weak-key`."""
    check_name(name)
    if PUBLIC_SIZE.get(algorithm) is None:
        raise _malformed("unknown-algorithm", "use 0x01, 0x04 or 0x06")
    if len(public) != PUBLIC_SIZE[algorithm]:
        raise _malformed("bad-public-key", f"{PUBLIC_SIZE[algorithm]} bytes for algorithm 0x{algorithm:02x}")
    if algorithm != COSIGN_MLDSA44 and not sodium.crypto_core_ed25519_is_valid_point(public):
        raise _malformed("weak-key", "not a point of the prime-order group; generate a new key")
    return Verifier(name, key_id(name, algorithm, public), algorithm, bytes(public))


@lru_cache(maxsize=8192)
def parse_vkey(text: str) -> Verifier:
    """The verifier that C2SP's vkey text names; its key id must be the one that name and key give."""
    parts = text.split("+", 2)
    if len(parts) != 3 or len(parts[1]) != 8:
        raise _malformed("bad-vkey", "write <name>+<8 hex>+<base64>")
    try:
        raw = parse_base64(parts[2].encode("ascii"))
    except UnicodeEncodeError:
        raise _malformed("bad-vkey", "write <name>+<8 hex>+<base64>") from None
    if not raw:
        raise _malformed("bad-vkey", "the key is empty")
    found = verifier(parts[0], raw[0], raw[1:])
    if found.key_id.hex() != parts[1]:
        raise _malformed("wrong-key-id", f"this name and key give {found.key_id.hex()}")
    return found


def generate(name: str, algorithm: int = ED25519) -> Signer:
    """A new key from the system's randomness (the one function of this file with a hidden input)."""
    return signer_from_seed(name, algorithm, random_bytes(32))


def signer_from_seed(name: str, algorithm: int, seed: bytes) -> Signer:
    """The key that a 32-byte seed gives (RFC 8032 and FIPS 204 seeds)."""
    if len(seed) != 32:
        raise _malformed("bad-secret", "a seed is 32 bytes")
    if algorithm == COSIGN_MLDSA44:
        public = _mldsa44_private(seed).public_key().public_bytes_raw()
    else:
        public = _ed25519_secret(seed)[32:]
    return Signer(verifier(name, algorithm, public), seed)


def signer_to_secret(signer: Signer) -> str:
    """`PRIVATE+KEY+<name>+<8 hex>+<base64 of algorithm byte and seed>`, the form Go's note package writes."""
    key = binascii.b2a_base64(bytes((signer.verifier.algorithm,)) + signer.seed, newline=False)
    return f"{_SECRET_PREFIX}{signer.verifier.ref}+{key.decode()}"


def signer_from_secret(text: str) -> Signer:
    """Reads `signer_to_secret`; `Malformed` (whose text never repeats the secret) on anything else."""
    parts = text.removeprefix(_SECRET_PREFIX).split("+", 2)
    if not text.startswith(_SECRET_PREFIX) or len(parts) != 3 or not parts[2].isascii():
        raise _malformed("bad-secret", "not a secret key of this form")
    raw = parse_base64(parts[2].encode())
    if len(raw) != 33 or raw[0] not in PUBLIC_SIZE:
        raise _malformed("bad-secret", "not a secret key of this form")
    signer = signer_from_seed(parts[0], raw[0], raw[1:])
    if signer.verifier.key_id.hex() != parts[1]:
        raise _malformed("wrong-key-id", "name, key id and key do not belong together")
    return signer


def box_generate() -> BoxKey:
    """A new X25519 key from the system's randomness."""
    return BoxKey(random_bytes(32))


def box_key(text: str) -> BoxKey:
    """A secret X25519 key from 64 lower-case hex."""
    return BoxKey(_hex32(text, "bad-secret"))


@lru_cache(maxsize=1024)
def box_public(text: str) -> BoxPublic:
    """A public X25519 key from 64 lower-case hex; one of low order is `weak-key`."""
    raw = _hex32(text, "bad-public-key")
    try:
        sodium.crypto_scalarmult(b"\x01" * 32, raw)
    except RuntimeError:
        raise _malformed("weak-key", "a point of low order seals nothing") from None
    return BoxPublic(raw)


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """libsodium's strict rule: canonical S, canonical points, neither A nor R of low order."""
    if len(signature) != 64 or len(public) != 32:
        return False
    try:
        sodium.crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


def verify_mldsa44(public: bytes, message: bytes, signature: bytes) -> bool:
    """FIPS 204, pure ML-DSA-44 with an empty context."""
    if len(signature) != SIGNATURE_SIZE[COSIGN_MLDSA44]:
        return False
    try:
        _mldsa44_public(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=256)
def _ed25519_secret(seed: bytes) -> bytes:
    return sodium.crypto_sign_seed_keypair(seed)[1]


@lru_cache(maxsize=256)
def _mldsa44_private(seed: bytes) -> MLDSA44PrivateKey:
    return MLDSA44PrivateKey.from_seed_bytes(seed)


@lru_cache(maxsize=1024)
def _mldsa44_public(public: bytes) -> MLDSA44PublicKey:
    return MLDSA44PublicKey.from_public_bytes(public)


def _hex32(text: str, rule: str) -> bytes:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise _malformed(rule, "64 lower-case hex digits") from None
    if len(raw) != 32 or raw.hex() != text:
        raise _malformed(rule, "64 lower-case hex digits")
    return raw


def _malformed(rule: str, remedy: str) -> Malformed:
    return Malformed(rule, remedy=remedy, source=_SOURCE)
