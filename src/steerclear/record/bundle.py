"""Bundles: a part of a line's logs in one file, for a stick or any other carrier (record.md, Between nodes).

    steerclear/bundle/v1\\n
    frames: one byte of type, four of length (big-endian), body
      G  the signed genesis                                   first, once
      L  origin, newline, index of the first leaf in decimal  begins a log, ascending
      E  an entry bundle of 1 to 256 leaves (tlog-tiles)      continues that log
      C  a checkpoint note with all signatures and cosignatures held
      B  party, newline, sealed box                           payloads for one recipient, ascending
      Z  SHA-256 of all bytes before this frame               last, once

Logs, checkpoints and cosignatures are in clear and prove themselves; payloads are one sealed box a
recipient, padded to powers of two from 4 KiB, and an empty box is as good as a full one, so that the file
does not say who was addressed. The same content gives the same bytes. Reading verifies the frame only;
merging is the node's, idempotent and independent of order."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Final, Protocol

import msgspec
import nacl.bindings as sodium

from steerclear.errors import Malformed
from steerclear.record.jcs import MAX_INT
from steerclear.record.keys import BoxKey, BoxPublic
from steerclear.record.leaf import PARTY
from steerclear.record.note import MAX_NOTE, parse_size
from steerclear.record.payload import Opening, pack, unpack
from steerclear.record.seal import open_sealed, seal
from steerclear.record.tiles import WIDTH, format_entries, parse_entries

MAGIC: Final = b"steerclear/bundle/v1\n"
BOX_TAG: Final = b"steerclear/bundle-box/v1\n"
MAX_BUNDLE: Final = 1 << 30
"""Bytes of a bundle file at most."""
MAX_BOX: Final = 1 << 28
MIN_BOX: Final = 4096
_MAX_FRAME: Final = {
    b"G": MAX_NOTE,
    b"L": 256,
    b"E": WIDTH * 65_537,
    b"C": MAX_NOTE,
    b"B": MAX_BOX + 256,
    b"Z": 32,
}
_ORIGIN = re.compile(r"[0-9a-f]{64}/[0-9a-f]{32}/[1-9][0-9]{0,5}")
_SOURCE = "record.md, Between nodes"


class Source(Protocol):
    """What `export` reads: one line as a node holds it."""

    def genesis(self) -> bytes: ...
    def origins(self) -> Iterable[str]: ...
    def leaves(self, origin: str, start: int) -> Iterable[bytes]: ...
    def checkpoints(self, origin: str, start: int) -> Iterable[bytes]:
        """Checkpoint notes with size ≥ start, cosignature lines included, ascending by size."""
        ...

    def payloads(self, party: str) -> Iterable[tuple[str, Opening]]:
        """(entry id, opening) of what `party` is an addressee or the author of, and shall get."""
        ...


class LogPart(msgspec.Struct, frozen=True):
    """Leaves of one log from index `start`, and checkpoint notes of it."""

    origin: str
    start: int
    leaves: tuple[bytes, ...]
    checkpoints: tuple[bytes, ...]


class Bundle(msgspec.Struct, frozen=True):
    """What a bundle file holds. `boxes`: party → sealed box, for `open_box`."""

    genesis: bytes
    logs: tuple[LogPart, ...]
    boxes: dict[str, bytes]


def export(
    source: Source,
    *,
    recipients: Mapping[str, tuple[BoxPublic, bytes]] | None = None,
    starts: Mapping[str, int] | None = None,
) -> bytes:
    """The bundle of a line. `recipients`: party → (its X25519 key, 32 new random bytes); each gets a box.
    `starts`: origin → index of the first leaf to take along (default 0)."""
    starts = starts or {}
    boxes = {
        party: seal_box(party, source.payloads(party), key, ephemeral)
        for party, (key, ephemeral) in sorted((recipients or {}).items())
    }
    logs = [
        LogPart(
            origin,
            starts.get(origin, 0),
            tuple(source.leaves(origin, starts.get(origin, 0))),
            tuple(source.checkpoints(origin, starts.get(origin, 0))),
        )
        for origin in sorted(source.origins())
    ]
    return write(Bundle(source.genesis(), tuple(logs), boxes))


def write(bundle: Bundle) -> bytes:
    """The file's bytes. Raises ValueError if `read` would not give the same bundle back."""
    parts = [MAGIC, _frame(b"G", bundle.genesis)]
    for log in bundle.logs:
        parts.append(_frame(b"L", f"{log.origin}\n{log.start}".encode()))
        for at in range(0, len(log.leaves), WIDTH):
            parts.append(_frame(b"E", format_entries(log.leaves[at : at + WIDTH])))
        parts.extend([_frame(b"C", note) for note in log.checkpoints])
    for party, box in sorted(bundle.boxes.items()):
        parts.append(_frame(b"B", party.encode() + b"\n" + box))
    body = b"".join(parts)
    data = body + _frame(b"Z", sha256(body).digest())
    if read(data) != bundle:
        raise ValueError("logs in ascending order of origin, and frames within their sizes")
    return data


def read(data: bytes) -> Bundle:
    """The bundle that these bytes are. Raises `Malformed` on any others: `bundle-too-large`, `not-a-bundle`,
    `bad-frame`, `frame-order`, `bad-checksum`, and what entry bundles raise."""
    if len(data) > MAX_BUNDLE:
        raise _malformed("bundle-too-large", f"at most {MAX_BUNDLE} bytes")
    if not data.startswith(MAGIC):
        raise _malformed("not-a-bundle", f"the file begins with {MAGIC[:-1].decode()}")
    genesis = b""
    logs: list[tuple[str, int, list[bytes], list[bytes]]] = []
    boxes: dict[str, bytes] = {}
    short = checkpoints = ended = False
    for at, sort, body in _frames(data):
        if ended or (sort != b"G") == (not genesis):
            raise _malformed("frame-order", "the genesis first and once, the checksum last")
        if sort == b"G":
            if not body:
                raise _malformed("bad-frame", "the genesis is empty")
            genesis = body
        elif sort == b"L":
            logs.append((*_log(body, [one[0] for one in logs[-1:]]), [], []))
            short = checkpoints = False
        elif sort in (b"E", b"C") and (not logs or boxes):
            raise _malformed("frame-order", "entries and checkpoints follow their log, before any box")
        elif sort == b"E":
            leaves = parse_entries(body)
            if short or checkpoints or not leaves:
                raise _malformed("frame-order", "entry frames are full but the last, and come first in a log")
            short = len(leaves) < WIDTH
            logs[-1][2].extend(leaves)
        elif sort == b"C":
            checkpoints = True
            logs[-1][3].append(body)
        elif sort == b"B":
            party, box = _box(body, list(boxes)[-1:])
            boxes[party] = box
        else:
            if body != sha256(memoryview(data)[:at]).digest():
                raise _malformed("bad-checksum", "the file was cut or altered; copy it again")
            ended = True
        if sort == b"L" and boxes:
            raise _malformed("frame-order", "logs stand before boxes")
    if not ended:
        raise _malformed("bad-frame", "the file was cut; copy it again")
    parts = [LogPart(origin, start, tuple(leaves), tuple(notes)) for origin, start, leaves, notes in logs]
    return Bundle(genesis, tuple(parts), boxes)


def seal_box(party: str, payloads: Iterable[tuple[str, Opening]], to: BoxPublic, ephemeral: bytes) -> bytes:
    """Payloads sealed to one recipient: ephemeral public key, ciphertext. `ephemeral` is 32 bytes of new
    randomness. ValueError above `MAX_BOX`."""
    items = dict(sorted(payloads))
    parts = []
    for entry, opening in items.items():
        packed = pack(opening)
        parts.append(bytes.fromhex(entry) + struct.pack(">I", len(packed)) + packed)
    plain = b"".join(parts)
    size = max(MIN_BOX, 1 << (len(plain) + 3).bit_length())
    padded = struct.pack(">I", len(plain)) + plain + bytes(size - len(plain) - 4)
    if len(padded) > MAX_BOX - 48:
        raise ValueError("too many payloads for one box; export fewer entries")
    public = sodium.crypto_scalarmult_base(ephemeral)
    key = _box_key(sodium.crypto_scalarmult(ephemeral, to.raw), public, to.raw)
    return public + seal(padded, key, party)


def open_box(party: str, box: bytes, key: BoxKey) -> tuple[tuple[str, Opening], ...]:
    """(entry id, opening) of each payload, ascending. Raises `Malformed` `not-openable`, `bad-box`."""
    public = box[:32]
    try:
        shared = sodium.crypto_scalarmult(key.raw, public)
    except (RuntimeError, ValueError, TypeError):
        raise _malformed("not-openable", "the box was altered") from None
    plain = open_sealed(box[32:], _box_key(shared, public, key.public.raw), party)
    length = int.from_bytes(plain[:4], "big")
    if len(plain) < 4 or length > len(plain) - 4 or any(plain[4 + length :]):
        raise _malformed("bad-box", "its length does not fit")
    found: list[tuple[str, Opening]] = []
    at, end = 4, 4 + length
    while at < end:
        start = at + 36
        size = int.from_bytes(plain[at + 32 : start], "big")
        entry = plain[at : at + 32].hex()
        if start + size > end or (found and found[-1][0] >= entry):
            raise _malformed("bad-box", "payloads in ascending order, each within the box")
        found.append((entry, unpack(plain[start : start + size])))
        at = start + size
    return tuple(found)


def _frame(sort: bytes, body: bytes) -> bytes:
    return sort + struct.pack(">I", len(body)) + body


def _frames(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(offset, type, body) of each frame."""
    at = len(MAGIC)
    while at < len(data):
        sort, start = data[at : at + 1], at + 5
        length = int.from_bytes(data[at + 1 : start], "big")
        if sort not in _MAX_FRAME or length > _MAX_FRAME[sort] or start + length > len(data):
            raise _malformed("bad-frame", f"at byte {at}: the file was cut or altered; copy it again")
        yield at, sort, data[start : start + length]
        at = start + length


def _log(body: bytes, last: list[str]) -> tuple[str, int]:
    origin, _, start = body.decode("utf-8", "replace").partition("\n")
    if not _ORIGIN.fullmatch(origin) or any(one >= origin for one in last):
        raise _malformed("frame-order", "origins <line>/<party>/<epoch> in ascending order, each once")
    first = parse_size(start)
    if first > MAX_INT:
        raise _malformed("bad-frame", "an index is below 2^53")
    return origin, first


def _box(body: bytes, last: list[str]) -> tuple[str, bytes]:
    head, newline, box = body.partition(b"\n")
    party = head.decode("utf-8", "replace")
    if not newline or not PARTY.fullmatch(party) or any(one >= party for one in last):
        raise _malformed("frame-order", "boxes by party in ascending order, one each")
    return party, box


def _box_key(shared: bytes, public: bytes, to: bytes) -> bytes:
    return sha256(BOX_TAG + shared + public + to).digest()


def _malformed(rule: str, remedy: str) -> Malformed:
    return Malformed(rule, remedy=remedy, source=_SOURCE)
