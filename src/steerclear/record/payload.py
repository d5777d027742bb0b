"""Payloads: their commitment, their way to an addressee, and the way inside the log where a mirror lacks one.

The commitment in the clear header is SHA-256("steerclear/payload/v1\\n" ‖ salt of 32 bytes ‖ payload)
(record.md, Entry = leaf). `payload.inline` carries salt and payload sealed to one addressee's X25519 key
in leaves of at most 40 KiB; the ephemeral key comes from a seed that the author keeps, so that sealing again
gives the same bytes and a stranger can be shown that the leaves held the payload (record.md, Delivered).
"""

from __future__ import annotations

import binascii
import hmac
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from steerclear.errors import Malformed
from steerclear.record import jcs
from steerclear.record.keys import BoxKey, BoxPublic
from steerclear.record.leaf import HASH, PARTY
from steerclear.record.note import parse_base64

TAG: Final = b"steerclear/payload/v1\n"
INLINE_TAG: Final = b"steerclear/inline/v1\n"
SALT: Final = 32
MAX_PAYLOAD: Final = 256 * 1024
"""Bytes of a payload (messages.md, Inner header); larger evidence is named by its hash."""
PART: Final = 40 * 1024
"""Bytes of a leaf that carries a part (record.md: leaves of at most 40 KiB)."""
PART_DATA: Final = 24 * 1024
"""Bytes of sealed data in a part, so that base64, header and signature stay within `PART`."""
MAX_PARTS: Final = 16
_NONCE: Final = bytes(12)
"""The key of each box is used once."""
_SOURCE = "record.md, Delivered"


class Opening(msgspec.Struct, frozen=True, gc=False):
    """What opens a commitment: the form in which a payload is stored, sealed and delivered."""

    salt: bytes
    payload: bytes


class InlinePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`record` of one `payload.inline` leaf: `data` is part `part` of `parts` (from 0) of the box, base64."""

    entry: str
    to: str
    part: int
    parts: int
    data: str


def commit(salt: bytes, payload: bytes) -> str:
    """The commitment, hex. ValueError for a salt that is not 32 bytes."""
    if len(salt) != SALT:
        raise ValueError("a salt is 32 bytes")
    return sha256(TAG + salt + payload).hexdigest()


def opens(opening: Opening, commitment: str) -> bool:
    """Whether this salt and payload are what was committed to."""
    good_size = len(opening.salt) == SALT and len(opening.payload) <= MAX_PAYLOAD
    return good_size and hmac.compare_digest(commit(opening.salt, opening.payload), commitment)


def pack(opening: Opening) -> bytes:
    """Salt, then payload. Raises `Malformed` `payload-too-large`, `bad-salt`."""
    _check(opening)
    return opening.salt + opening.payload


def unpack(data: bytes) -> Opening:
    """Reads `pack`. Raises `Malformed` on what cannot be one."""
    opening = Opening(data[:SALT], data[SALT:])
    _check(opening)
    return opening


def box_seed(secret: bytes, entry: str, to: BoxPublic) -> bytes:
    """The seed of one box, from 32 secret bytes that the author's node keeps: a kit may show it, and opens
    with it this box alone."""
    if len(secret) != 32:
        raise ValueError("the secret is 32 bytes")
    return _hkdf(secret, b"", INLINE_TAG + bytes.fromhex(entry) + to.raw + b"seed")


def box(opening: Opening, to: BoxPublic, entry: str, seed: bytes) -> bytes:
    """Salt and payload sealed to one addressee: ephemeral public key, then ciphertext.

    The ephemeral key is HKDF of `seed` (32 bytes from `box_seed`) over entry and addressee; the same
    arguments give the same bytes.
    """
    if len(seed) != 32:
        raise ValueError("a seed is 32 bytes")
    packed = pack(opening)
    context = INLINE_TAG + bytes.fromhex(entry) + to.raw
    ephemeral = X25519PrivateKey.from_private_bytes(_hkdf(seed, b"", context + b"ephemeral"))
    public = ephemeral.public_key().public_bytes_raw()
    key = _hkdf(ephemeral.exchange(X25519PublicKey.from_public_bytes(to.raw)), public, context + b"key")
    return public + ChaCha20Poly1305(key).encrypt(_NONCE, packed, context)


def unbox(sealed: bytes, key: BoxKey, entry: str) -> Opening:
    """Opens `box` with the addressee's secret key. Raises `Malformed` `unopenable`."""
    mine = X25519PrivateKey.from_private_bytes(key.raw)
    raw = mine.public_key().public_bytes_raw()
    context = INLINE_TAG + bytes.fromhex(entry) + raw
    public = sealed[:32]
    try:
        shared = mine.exchange(X25519PublicKey.from_public_bytes(public))
        packed = ChaCha20Poly1305(_hkdf(shared, public, context + b"key")).decrypt(
            _NONCE, sealed[32:], context
        )
    except (InvalidTag, ValueError):
        raise _malformed("unopenable", "data", "not sealed to this key for this entry") from None
    return unpack(packed)


def split_inline(sealed: bytes, entry: str, to: str) -> tuple[InlinePart, ...]:
    """The parts of a box to party `to`, in order, each for one leaf."""
    pieces = [sealed[at : at + PART_DATA] for at in range(0, len(sealed), PART_DATA)]
    texts = [binascii.b2a_base64(piece, newline=False).decode() for piece in pieces]
    return tuple([InlinePart(entry, to, n, len(texts), text) for n, text in enumerate(texts)])


def parse_inline(record: Mapping[str, Any]) -> InlinePart:
    """The part in the `record` of a `payload.inline` entry. Raises `Malformed` `bad-inline`."""
    try:
        part = msgspec.convert(dict(record), InlinePart)
    except msgspec.ValidationError as error:
        raise _malformed("bad-inline", "record", str(error)) from None
    if not HASH.fullmatch(part.entry) or not PARTY.fullmatch(part.to):
        raise _malformed("bad-inline", "entry", "the id of an entry and the party it is sealed to")
    if not 0 <= part.part < part.parts <= MAX_PARTS:
        raise _malformed("bad-inline", "part", f"part 0 to {MAX_PARTS - 1} of at most {MAX_PARTS}")
    _data(part)
    return part


def join_inline(parts: Sequence[InlinePart]) -> bytes | None:
    """The box, once all its parts are there in any order; None while one is missing.

    Of a part that stands there twice the first counts (the order given is the log's). Parts of another number
    of parts than the first one's are passed over.
    """
    if not parts:
        return None
    first = parts[0]
    found: dict[int, InlinePart] = {}
    for part in parts:
        if (part.entry, part.to, part.parts) == (first.entry, first.to, first.parts):
            found.setdefault(part.part, part)
    if len(found) < first.parts:
        return None
    return b"".join([_data(found[n]) for n in range(first.parts)])


def seed_proves(parts: Sequence[InlinePart], opening: Opening, to: BoxPublic, seed: bytes) -> bool:
    """Whether sealing again with the author's seed gives exactly the logged parts: then the addressee could
    open them, whatever its `payload-unopenable` says; else it could not (record.md, Delivered)."""
    sealed = join_inline(parts)
    return sealed is not None and hmac.compare_digest(sealed, box(opening, to, parts[0].entry, seed))


def inline_record(part: InlinePart) -> dict[str, Any]:
    """The part as the `record` of a header."""
    record: dict[str, Any] = jcs.loads(jcs.dumps(part))
    return record


def _data(part: InlinePart) -> bytes:
    data = parse_base64(part.data.encode("utf-8", "replace"))
    if not 0 < len(data) <= PART_DATA:
        raise _malformed("bad-inline", "data", f"1 to {PART_DATA} bytes")
    return data


def _check(opening: Opening) -> None:
    if len(opening.salt) != SALT:
        raise _malformed("bad-salt", "salt", "32 bytes")
    if len(opening.payload) > MAX_PAYLOAD:
        raise _malformed(
            "payload-too-large", "payload", f"at most {MAX_PAYLOAD} bytes; name evidence by hash"
        )


def _hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, info).derive(secret)


def _malformed(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
