"""What a witness does with `add-checkpoint` (C2SP tlog-witness): cosign what grew from all it saw, else say
why not.

Pure: the caller holds the last cosigned checkpoint of each log, stores the new one *before* it answers, and
lets no second request for the same origin in between (the race that tlog-witness describes).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from steerclear.errors import Malformed
from steerclear.record import checkpoint
from steerclear.record.keys import ED25519, Verifier
from steerclear.record.merkle import EMPTY_ROOT, verify_consistency
from steerclear.record.note import MAX_NOTE, Note, format_note, parse_note, parse_size, verify
from steerclear.record.proof import format_hashes, parse_hashes

OK: Final = 200
BAD_REQUEST: Final = 400
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
CONFLICT: Final = 409
UNPROCESSABLE: Final = 422

SIZE_TYPE: Final = "text/x.tlog.size"
"""Content type of the answer 409 that carries `known_size`."""

_SOURCE = "C2SP tlog-witness, add-checkpoint"


class Head(msgspec.Struct, frozen=True, gc=False):
    """A log's tree head as a witness keeps it."""

    origin: str
    size: int
    root: bytes


class AddCheckpoint(msgspec.Struct, frozen=True, gc=False):
    """A request: the size that the sender thinks the witness cosigned last, a consistency proof, a
    checkpoint."""

    old_size: int
    hashes: tuple[bytes, ...]
    note: Note


class Cosign(msgspec.Struct, frozen=True, gc=False):
    """Store `head` as the log's latest, then cosign `text` and answer 200 with the signature lines."""

    head: Head
    text: bytes
    status: int = OK


class Declined(msgspec.Struct, frozen=True, gc=False):
    """Answer `status`; `known_size` (409 on another size) is the body, in decimal with a newline.

    `reason` `fork`: the log signed two roots for one size; keep both, they are evidence. `inconsistent`: the
    proof does not hold, which may be the sender's fault.
    """

    status: int
    reason: str
    known_size: int | None = None


def format_request(request: AddCheckpoint) -> bytes:
    """The body of the POST."""
    return b"old %d\n%b\n%b" % (request.old_size, format_hashes(request.hashes), format_note(request.note))


def parse_request(data: bytes) -> AddCheckpoint:
    """The request that a body is. Raises `Malformed` (answer 400)."""
    if len(data) > 2 * MAX_NOTE:
        raise Malformed("request-too-long", source=_SOURCE)
    head, gap, rest = bytes(data).partition(b"\n\n")
    lines = head.split(b"\n")
    if not gap or not lines[0].startswith(b"old "):
        raise Malformed(
            "bad-request", remedy="old <size>, proof lines, an empty line, a checkpoint", source=_SOURCE
        )
    return AddCheckpoint(parse_size(lines[0][4:]), parse_hashes(lines[1:]), parse_note(rest))


def consider(old_size: int, known: Head | None, proof: Sequence[bytes], new: Head) -> Head | Declined:
    """The head to store and cosign, or why not; `known` is the last one cosigned for this origin, None if
    never.

    The checkpoint's signature was verified before. Order of the checks as in tlog-witness: 400 old above
    new, 409 old is not what is known, 409 same size and another root, 422 the proof does not hold.
    """
    if old_size > new.size:
        return Declined(BAD_REQUEST, "old-size-above-new")
    size, root = (known.size, known.root) if known else (0, EMPTY_ROOT)
    if old_size != size:
        return Declined(CONFLICT, "other-size-known", size)
    if size == new.size and root != new.root:
        return Declined(CONFLICT, "fork")
    if not verify_consistency(size, new.size, proof, root, new.root):
        return Declined(UNPROCESSABLE, "inconsistent")
    return new


def answer(
    body: bytes,
    keys_of: Callable[[str], Sequence[Verifier]],
    known_of: Callable[[str], Head | None],
) -> Cosign | Declined:
    """The answer to a POST body. `keys_of(origin)` are the log keys that are trusted for an origin (none:
    404), `known_of(origin)` the last head cosigned. Unknown keys' signatures are ignored; a bad one by a
    known key is 403.
    """
    try:
        request = parse_request(body)
        origin, size, root = checkpoint.parse_head(request.note.text)
    except Malformed as error:
        return Declined(BAD_REQUEST, error.rule)
    keys = [key for key in keys_of(origin) if key.algorithm == ED25519]
    if not keys:
        return Declined(NOT_FOUND, "unknown-log")
    if not any(verify(request.note, key) for key in keys):
        return Declined(FORBIDDEN, "not-signed-by-the-log")
    result = consider(request.old_size, known_of(origin), request.hashes, Head(origin, size, root))
    return result if isinstance(result, Declined) else Cosign(result, request.note.text)
