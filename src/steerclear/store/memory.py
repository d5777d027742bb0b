"""The store's twin in memory: the reference for the contract, and what tests and in-process replays run on.

Durable only as long as the object lives; otherwise the whole contract of `EntryStore`.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator

from steerclear.store.plan import K, Plan, earliest, new_leaves, newest, plan, same
from steerclear.store.port import Batch, PutCheckpoint, PutCosignature, id_bytes


class MemoryStore:
    """`EntryStore` on dicts; everything under one lock."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._lines: dict[str, tuple[bytes, bytes]] = {}
        self._leaves: dict[str, list[bytes]] = {}
        self._positions: dict[bytes, list[tuple[str, int]]] = {}
        self._checkpoints: dict[str, list[PutCheckpoint]] = {}
        self._first: dict[tuple[str, str, int, int], PutCosignature] = {}
        self._newest: dict[tuple[str, str, int], PutCosignature] = {}
        self._payloads: dict[bytes, bytes] = {}
        self._keys: dict[bytes, bytes] = {}
        self._sides: dict[str, dict[str, bytes]] = {}
        self._idempotency: dict[str, bytes] = {}

    def commit(self, batch: Batch) -> None:
        made = plan(batch)
        with self._lock:
            self._check(made)
            self._apply(made)

    def _check(self, made: Plan) -> None:
        sizes = {origin: len(leaves) for origin, leaves in self._leaves.items()}
        for origin, index in new_leaves(made, sizes)[1]:
            leaf = made.leaves[origin, index][1]
            same(self._leaves[origin][index], leaf, f"leaf {index} of {origin}")
        for line, (genesis, _) in made.lines.items():
            if line in self._lines:
                same(self._lines[line][0], genesis, f"genesis of line {line}")
        for key, result in made.idempotency.items():
            same(self._idempotency.get(key), result, f"idempotency key {key!r}")

    def _apply(self, made: Plan) -> None:
        self._lines.update(made.lines)
        for origin in made.origins():
            self._leaves.setdefault(origin, [])
        for (origin, index), (id, leaf) in sorted(made.leaves.items()):
            if index == len(self._leaves[origin]):
                self._leaves[origin].append(leaf)
                self._positions.setdefault(id, []).append((origin, index))
        for checkpoint in made.checkpoints:
            held = self._checkpoints.setdefault(checkpoint.origin, [])
            if checkpoint not in held[_at(held, checkpoint.size) :]:
                held.insert(_at(held, checkpoint.size + 1), checkpoint)
        for op in made.cosignatures:
            place = (op.origin, op.mirror, op.algorithm)
            (self._first[*place, op.size],) = earliest([self._first.get((*place, op.size), op), op])
            (self._newest[place],) = newest([self._newest.get(place, op), op])
        _put(self._payloads, made.payloads)
        _put(self._keys, made.keys)
        for (ns, key), value in made.sides.items():
            _put(self._sides.setdefault(ns, {}), {key: value})
        self._idempotency.update(made.idempotency)

    def lines(self) -> dict[str, tuple[bytes, bytes]]:
        with self._lock:
            return dict(self._lines)

    def origins(self, line: str) -> list[str]:
        with self._lock:
            return sorted(origin for origin in self._leaves if origin.startswith(line + "/"))

    def size(self, origin: str) -> int:
        return len(self._leaves.get(origin, ()))

    def leaves(self, origin: str, start: int, end: int) -> list[bytes]:
        with self._lock:
            return self._leaves.get(origin, [])[max(start, 0) : max(end, 0)]

    def iter_leaves(self, origin: str, start: int = 0) -> Iterator[bytes]:
        return iter(self.leaves(origin, start, self.size(origin)))

    def entry_positions(self, id: str) -> list[tuple[str, int]]:
        with self._lock:
            return sorted(self._positions.get(id_bytes(id), ()))

    def entry_position(self, id: str) -> tuple[str, int] | None:
        return next(iter(self.entry_positions(id)), None)

    def latest_checkpoint(self, origin: str) -> bytes | None:
        with self._lock:
            held = self._checkpoints.get(origin)
            return held[-1].note if held else None

    def checkpoint_covering(self, origin: str, size: int) -> bytes | None:
        return next((note for _, note in self.checkpoints(origin, size)), None)

    def checkpoints(self, origin: str, start: int = 0) -> list[tuple[int, bytes]]:
        with self._lock:
            held = self._checkpoints.get(origin, [])
            return [(one.size, one.note) for one in held[_at(held, start) :]]

    def cosignatures(self, origin: str, start: int = 0) -> list[PutCosignature]:
        with self._lock:
            kept = {*self._first.values(), *self._newest.values()}
        found = [op for op in kept if op.origin == origin and op.size >= start]
        return sorted(found, key=lambda op: (op.mirror, op.algorithm, op.size, op.time_s))

    def payload(self, id: str) -> bytes | None:
        return self._payloads.get(id_bytes(id))

    def wrapped_key(self, id: str) -> bytes | None:
        return self._keys.get(id_bytes(id))

    def payload_ids(self) -> set[str]:
        with self._lock:
            return {id.hex() for id in self._payloads}

    def key_ids(self) -> set[str]:
        with self._lock:
            return {id.hex() for id in self._keys}

    def side(self, ns: str) -> dict[str, bytes]:
        with self._lock:
            return dict(self._sides.get(ns, {}))

    def idempotent(self, key: str) -> bytes | None:
        return self._idempotency.get(key)

    def destroy_keys(self) -> None:
        with self._lock:
            self._keys.clear()

    def close(self) -> None:
        """Nothing to let go of; the contents stay readable, as a file would."""


def _at(held: list[PutCheckpoint], size: int) -> int:
    return bisect_left(held, size, key=lambda one: one.size)


def _put(into: dict[K, bytes], values: dict[K, bytes | None]) -> None:
    for key, value in values.items():
        if value is None:
            into.pop(key, None)
        else:
            into[key] = value
