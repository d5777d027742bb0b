"""`EntryStore`: what a node needs from whatever keeps its record, stated as a contract and not as a
technology.

Values are opaque bytes. Entry ids are 64 lower-case hex (`sha256(leaf)`, house.md), origins
`<line>/<party>/<epoch>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

MAX_WRAPPED_KEY = 218
"""Bytes. A sealed 32-byte key is 80; the rest is room for a newer wrapping (ADR 0003: one slot of the key
file)."""


class StoreError(Exception):
    """The store did not do what was asked; the sentence says what to do about it."""


class Conflict(StoreError):
    """Other bytes already stand at this place: a second writer, or a bug. Nothing of the batch was stored."""


class StoreFailed(StoreError):
    """A commit did not report success: its batch is stored whole or not at all, and only reading tells
    which."""


class StoreInUse(StoreError):
    """Another process writes to this store."""


class SchemaTooNew(StoreError):
    """The store was written by a newer release than this one."""


class PutLine(msgspec.Struct, frozen=True, gc=False):
    """A line this node is on. `genesis` never changes (other bytes: `Conflict`), `settings` (local) may."""

    line: str
    genesis: bytes
    settings: bytes = b""


class PutLeaf(msgspec.Struct, frozen=True, gc=False):
    """Leaf `index` of the log `origin`; the next index or one already held. Same bytes again: nothing
    happens."""

    origin: str
    index: int
    leaf: bytes
    id: str


class PutCheckpoint(msgspec.Struct, frozen=True, gc=False):
    """A signed checkpoint note of `size`. Several of one size are kept (a changed `seen` re-signs)."""

    origin: str
    size: int
    note: bytes


class PutCosignature(msgspec.Struct, frozen=True, gc=False):
    """`mirror` (key name) cosigned `origin` at `size`, at `time_s` (whole seconds); `line` is its signature
    line.

    `checkpoint` is the sha256 (32 bytes) of the checkpoint text signed over, for the checkpoints of one size
    differ in their `seen`; empty where the author does not need it. Kept for ever: per mirror, algorithm and
    size the earliest by `time_s` (record.md, State); besides it the newest of each mirror and algorithm.
    """

    origin: str
    mirror: str
    algorithm: int
    size: int
    time_s: int
    line: bytes
    checkpoint: bytes = b""


class PutPayload(msgspec.Struct, frozen=True, gc=False):
    """The ciphertext of an entry's payload; puts itself in the place of an earlier one."""

    id: str
    sealed: bytes


class DropPayload(msgspec.Struct, frozen=True, gc=False):
    """The ciphertext goes. Erasure does not depend on it: that is `DropKey`."""

    id: str


class PutKey(msgspec.Struct, frozen=True, gc=False):
    """The wrapped key of an entry's payload, at most `MAX_WRAPPED_KEY` bytes; in the place of an earlier
    one."""

    id: str
    wrapped: bytes


class DropKey(msgspec.Struct, frozen=True, gc=False):
    """Erasure of one payload: the wrapped key is overwritten where it stood before `commit` returns (ADR
    0003)."""

    id: str


class PutSide(msgspec.Struct, frozen=True, gc=False):
    """Side data of this node (accounts, drafts, stamps): `value` under (`ns`, `key`), in the place of an
    earlier."""

    ns: str
    key: str
    value: bytes


class DropSide(msgspec.Struct, frozen=True, gc=False):
    """The side datum goes; absent is no error."""

    ns: str
    key: str


class PutIdempotency(msgspec.Struct, frozen=True, gc=False):
    """What was answered to the request with this key; another answer for the same key is a `Conflict`."""

    key: str
    result: bytes


Op = (
    PutLine
    | PutLeaf
    | PutCheckpoint
    | PutCosignature
    | PutPayload
    | DropPayload
    | PutKey
    | DropKey
    | PutSide
    | DropSide
    | PutIdempotency
)
Batch = tuple[Op, ...]


class EntryStore(Protocol):
    """One writer, many readers, one history.

    `commit(batch)` is atomic (after any crash either all of it is there or nothing), serialisable (as if
    batches came one after the other in the order in which their commits returned, and the operations of a
    batch in their order) and durable on return (a power cut after the return takes nothing away). When it
    raises `Conflict` nothing was stored. When it raises anything else the batch may or may not be stored,
    whole; the caller must throw away what it holds in memory and read again before it commits again. It is
    called by one thread.

    Reads may come from any thread. A read that starts after a commit returned sees it; no read sees part of a
    batch.
    """

    def commit(self, batch: Batch) -> None:
        """Raises `Conflict` (nothing stored), `ValueError` for an operation out of its grammar (nothing
        stored, the caller's fault), `StoreFailed` (stored or not)."""

    def lines(self) -> dict[str, tuple[bytes, bytes]]:
        """line id → (genesis note, local settings)."""

    def origins(self, line: str) -> list[str]:
        """Sorted origins of which a leaf, a checkpoint or a cosignature is held."""

    def size(self, origin: str) -> int:
        """Number of leaves held; they are 0 … size-1 without a hole. 0 for an origin never heard of."""

    def leaves(self, origin: str, start: int, end: int) -> list[bytes]:
        """Leaves start ≤ index < end, fewer where the log ends earlier."""

    def iter_leaves(self, origin: str, start: int = 0) -> Iterator[bytes]:
        """All leaves from `start` in order, in constant memory; not disturbed by commits meanwhile."""

    def entry_positions(self, id: str) -> list[tuple[str, int]]:
        """Every (origin, index) at which this entry stands, sorted; a hostile log may repeat another's
        leaf."""

    def entry_position(self, id: str) -> tuple[str, int] | None:
        """The first of `entry_positions`; for an entry whose header names its log, ask `entry_positions`."""

    def latest_checkpoint(self, origin: str) -> bytes | None:
        """The one of the greatest size; of several, the one stored last."""

    def checkpoint_covering(self, origin: str, size: int) -> bytes | None:
        """The smallest one whose size ≥ `size`; of several, the one stored first."""

    def checkpoints(self, origin: str, start: int = 0) -> list[tuple[int, bytes]]:
        """(size, note) of each with size ≥ `start`, by size, then in the order stored."""

    def cosignatures(self, origin: str, start: int = 0) -> list[PutCosignature]:
        """Those kept with size ≥ `start`, sorted by (mirror, algorithm, size, time_s)."""

    def payload(self, id: str) -> bytes | None:
        """The ciphertext."""

    def wrapped_key(self, id: str) -> bytes | None:
        """None when never put, dropped, or destroyed."""

    def payload_ids(self) -> set[str]:
        """Entries of which a ciphertext is held."""

    def key_ids(self) -> set[str]:
        """Entries of which a wrapped key is held."""

    def side(self, ns: str) -> dict[str, bytes]:
        """All of one namespace."""

    def idempotent(self, key: str) -> bytes | None:
        """The answer given before, or None."""

    def destroy_keys(self) -> None:
        """Zeroize: every wrapped key is overwritten and gone on return (boundary.md: under 5 s)."""

    def close(self) -> None:
        """Lets go of files, locks and connections; durable things stay."""


def line_of(origin: str) -> str:
    """The line id in an origin; `ValueError` if it is not `<line>/<party>/<epoch>`."""
    line, _, rest = origin.partition("/")
    if not line or "/" not in rest:
        raise ValueError(f"{origin!r} is not an origin <line>/<party>/<epoch>")
    return line


def id_bytes(id: str) -> bytes:
    """The 32 bytes of an entry id; `ValueError` unless 64 lower-case hex."""
    raw = bytes.fromhex(id)
    if len(raw) != 32 or raw.hex() != id:
        raise ValueError(f"{id!r} is not an entry id (64 lower-case hex)")
    return raw
