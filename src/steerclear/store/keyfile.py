"""The wrapped keys, apart from the store: a file of fixed slots that are overwritten in place (ADR 0003).

A database keeps old pages in its journal, dead rows and backups; erasure needs a place that does not. Slot n
stands at byte n × 256: entry id (32 bytes), length (1), wrapped key (218, zero-filled), 0 (1), CRC-32 of all
that (4). An empty slot is zeros. The store's own transaction says which slot belongs to which entry
(`slots`), so this file needs no transactions: a slot nobody refers to is swept to zeros at the next start.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import numpy as np

from steerclear.store.port import MAX_WRAPPED_KEY, StoreInUse

SLOT = 256
_GROW = 4096  # slots at a time, so that a commit rarely changes the file's length
_EMPTY = bytes(SLOT)


class KeyFile:
    """The one open file of wrapped keys; exclusive to its process while it may write.

    Not for several threads at once but for `read`. OSError from any method means that the disk failed.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Raises `StoreInUse` when another process writes to it."""
        self.path = path
        flags = os.O_RDONLY if read_only else os.O_RDWR | os.O_CREAT
        self._fd = os.open(path, flags | os.O_CLOEXEC, 0o600)
        self._read_only = read_only
        self._free: list[int] = []
        self._slots = os.fstat(self._fd).st_size // SLOT
        if not read_only:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(self._fd)
                raise StoreInUse(
                    f"another process writes to {path}: stop it, or open another store"
                ) from None
            _sync_folder(path)

    def sweep(self, used: Collection[int]) -> int:
        """At start: zeros every slot not in `used`, learns which are free; returns how many had to be
        zeroed."""
        free = np.ones(self._slots, dtype=bool)
        free[[slot for slot in used if slot < self._slots]] = False
        orphans = []
        for first in range(0, self._slots, _GROW):
            count = min(_GROW, self._slots - first)
            block = np.frombuffer(os.pread(self._fd, count * SLOT, first * SLOT), np.uint8).reshape(
                count, SLOT
            )
            orphans += (np.flatnonzero(block.any(axis=1) & free[first : first + count]) + first).tolist()
        self.clear(orphans)
        self._free = np.flatnonzero(free)[::-1].tolist()
        return len(orphans)

    def write(self, keys: Iterable[tuple[bytes, bytes]]) -> list[int]:
        """Durably writes (id, wrapped) into free slots and returns them, in order; they stay taken until
        `clear`."""
        slots = []
        for id, wrapped in keys:
            if not self._free:
                self._grow()
            slot = self._free.pop()
            slots.append(slot)
            os.pwrite(self._fd, _pack(id, wrapped), slot * SLOT)
        if slots:
            os.fdatasync(self._fd)
        return slots

    def clear(self, slots: Iterable[int]) -> None:
        """Durably overwrites these slots with zeros and frees them."""
        count = 0
        for slot in slots:
            os.pwrite(self._fd, _EMPTY, slot * SLOT)
            self._free.append(slot)
            count += 1
        if count:
            os.fdatasync(self._fd)

    def read(self, slot: int, id: bytes) -> bytes | None:
        """The wrapped key, or None when the slot is empty, torn or another entry's (an old backup of the
        store)."""
        return _unpack(os.pread(self._fd, SLOT, slot * SLOT), id)

    def destroy(self) -> None:
        """Durably overwrites every slot."""
        zeros = bytes(_GROW * SLOT)
        for first in range(0, self._slots, _GROW):
            os.pwrite(self._fd, zeros[: min(_GROW, self._slots - first) * SLOT], first * SLOT)
        os.fsync(self._fd)
        self._free = list(range(self._slots - 1, -1, -1))

    def close(self) -> None:
        """Lets the lock go."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _grow(self) -> None:
        os.pwrite(self._fd, bytes(_GROW * SLOT), self._slots * SLOT)
        os.fsync(self._fd)
        self._free = list(range(self._slots + _GROW - 1, self._slots - 1, -1))
        self._slots += _GROW


def wrapped_of(keys: KeyFile, slot_of: Callable[[bytes], int | None], id: bytes) -> bytes | None:
    """The wrapped key of an entry, by the slot that the database has for it."""
    for _ in range(2):  # a key that is being replaced moves to another slot between the two reads
        slot = slot_of(id)
        if slot is None:
            return None
        wrapped = keys.read(slot, id)
        if wrapped is not None:
            return wrapped
    return None


def _pack(id: bytes, wrapped: bytes) -> bytes:
    body = id + bytes((len(wrapped),)) + wrapped.ljust(MAX_WRAPPED_KEY + 1, b"\0")
    return body + zlib.crc32(body).to_bytes(4, "big")


def _unpack(slot: bytes, id: bytes) -> bytes | None:
    body, crc = slot[:-4], slot[-4:]
    if len(slot) != SLOT or body[:32] != id or zlib.crc32(body).to_bytes(4, "big") != crc:
        return None
    return body[33 : 33 + body[32]]


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
