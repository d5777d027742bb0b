"""Cosignatures (C2SP tlog-cosignature): "I have seen this tree, at this second, and it grew from all I saw
before".

Two forms, both with a time in whole seconds: 0x04 Ed25519 over `cosignature/v1`, the time and the
checkpoint's whole text; 0x06 ML-DSA-44 over a binary message that holds cosigner, time, origin, size and
root (and so no extension lines). A mirror's cosignature also says that it holds all leaves below that size
(design/record.md, Admission).
"""

from __future__ import annotations

import struct
from typing import Final

from steerclear.errors import Malformed
from steerclear.record import checkpoint
from steerclear.record.keys import COSIGN_ED25519, COSIGN_MLDSA44, SIGNATURE_SIZE, Signer, Verifier
from steerclear.record.note import Note, NoteSignature

MAX_TIME: Final = (1 << 63) - 1
"""Seconds at most (tlog-cosignature, Format)."""

_LABEL: Final = b"subtree/v1\n\x00"
_SOURCE = "C2SP tlog-cosignature"


def cosign(signer: Signer, text: bytes, time_s: int) -> NoteSignature:
    """The cosignature line of `signer` (0x04 or 0x06) on a checkpoint's text, dated `time_s` (Unix seconds,
    from 1).

    Raises `Malformed` if the text is no checkpoint, ValueError for a key that is no cosigner or a time out
    of range.
    """
    if not 0 < time_s <= MAX_TIME:
        raise ValueError("a cosignature's time is 1 to 2^63 - 1 seconds")
    key = signer.verifier
    bare = signer.sign_message(message(key, text, time_s))
    return NoteSignature(key.name, key.key_id, struct.pack(">Q", time_s) + bare)


def verify(text: bytes, signature: NoteSignature, verifier: Verifier) -> int | None:
    """The time in seconds of a good cosignature by `verifier` on this checkpoint text, else None.

    A time of 0 makes no statement about time (tlog-cosignature, ML-DSA-44) and is no evidence here: None.
    Raises `Malformed` if the text is no checkpoint.
    """
    if signature.key_id != verifier.key_id or signature.name != verifier.name:
        return None
    if len(signature.signature) != 8 + SIGNATURE_SIZE[verifier.algorithm] or not is_cosigner(verifier):
        return None
    time_s = signature_time(signature)
    if not 0 < time_s <= MAX_TIME:
        return None
    signed = message(verifier, text, time_s)
    return time_s if verifier.check_message(signed, signature.signature[8:]) else None


def verify_note(note: Note, verifier: Verifier) -> int | None:
    """The earliest time of this cosigner's lines in a note, if there is one and all of them are good; else
    None."""
    mine = [one for one in note.signatures if one.key_id == verifier.key_id and one.name == verifier.name]
    times = [verify(note.text, one, verifier) for one in mine]
    good = [time for time in times if time is not None]
    return min(good) if good and len(good) == len(times) else None


def signature_time(signature: NoteSignature) -> int:
    """The time in seconds that a cosignature line claims, unverified. `Malformed` if too short to hold
    one."""
    if len(signature.signature) < 8:
        raise Malformed("bad-cosignature", remedy="eight bytes of time and a signature", source=_SOURCE)
    return int(struct.unpack(">Q", signature.signature[:8])[0])


def is_cosigner(verifier: Verifier) -> bool:
    """Whether this key signs checkpoints with a time."""
    return verifier.algorithm in (COSIGN_ED25519, COSIGN_MLDSA44)


def message(verifier: Verifier, text: bytes, time_s: int) -> bytes:
    """The bytes that a cosigner of this algorithm signs for a checkpoint's text and a time."""
    if verifier.algorithm == COSIGN_ED25519:
        checkpoint.parse_head(text)
        return b"cosignature/v1\ntime %d\n%b" % (time_s, text)
    if verifier.algorithm != COSIGN_MLDSA44:
        raise ValueError(f"{verifier.ref} is no cosigner")
    origin, size, root = checkpoint.parse_head(text)
    times = struct.pack(">Q", time_s)
    return b"".join((_LABEL, _short(verifier.name), times, _short(origin), struct.pack(">QQ", 0, size), root))


def _short(text: str) -> bytes:
    """A string of 1 to 255 bytes with its length before it (RFC 8446, section 3.4)."""
    raw = text.encode()
    if not 0 < len(raw) < 256:
        raise Malformed(
            "name-too-long", remedy="at most 255 bytes for ML-DSA-44 cosignatures", source=_SOURCE
        )
    return bytes((len(raw),)) + raw
