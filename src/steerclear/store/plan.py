"""A batch sorted by table: the part of a commit that is the same on every engine (pure).

Later operations of a batch win over earlier ones where a value may change; where it may not, other bytes are
a `Conflict` already here. What remains per table can be written in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from steerclear.store.port import (
    MAX_WRAPPED_KEY,
    Batch,
    Conflict,
    DropKey,
    DropPayload,
    DropSide,
    PutCheckpoint,
    PutCosignature,
    PutIdempotency,
    PutKey,
    PutLeaf,
    PutLine,
    PutPayload,
    PutSide,
    id_bytes,
    line_of,
)

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Plan:
    """None in `payloads`, `keys` and `sides` means drop. `leaves` are new ones only after `check_leaves`."""

    lines: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    leaves: dict[tuple[str, int], tuple[bytes, bytes]] = field(default_factory=dict)  # → (id, leaf)
    checkpoints: list[PutCheckpoint] = field(default_factory=list)
    cosignatures: list[PutCosignature] = field(default_factory=list)
    payloads: dict[bytes, bytes | None] = field(default_factory=dict)
    keys: dict[bytes, bytes | None] = field(default_factory=dict)
    sides: dict[tuple[str, str], bytes | None] = field(default_factory=dict)
    idempotency: dict[str, bytes] = field(default_factory=dict)

    def origins(self) -> set[str]:
        """Every origin that the batch names."""
        found = {origin for origin, _ in self.leaves}
        found.update(op.origin for op in self.checkpoints)
        found.update(op.origin for op in self.cosignatures)
        return found


def plan(batch: Batch) -> Plan:
    """Raises `ValueError` for what is out of its grammar and `Conflict` where a batch contradicts itself."""
    made = Plan()
    for op in batch:
        match op:
            case PutLeaf(origin, index, leaf, id):
                if index < 0:
                    raise ValueError(f"leaf index {index} of {origin} is negative")
                once(made.leaves, (origin, index), (id_bytes(id), leaf), f"leaf {index} of {origin}")
            case PutPayload(id, sealed):
                made.payloads[id_bytes(id)] = sealed
            case PutKey(id, wrapped):
                if not 1 <= len(wrapped) <= MAX_WRAPPED_KEY:
                    raise ValueError(f"a wrapped key has 1 to {MAX_WRAPPED_KEY} bytes, not {len(wrapped)}")
                made.keys[id_bytes(id)] = wrapped
            case PutCosignature():
                made.cosignatures.append(op)
            case PutCheckpoint():
                made.checkpoints.append(op)
            case PutIdempotency(key, result):
                _text(key)
                once(made.idempotency, key, result, f"idempotency key {key!r}")
            case PutSide(ns, key, value):
                _text(ns, key)
                made.sides[ns, key] = value
            case DropSide(ns, key):
                made.sides[ns, key] = None
            case DropPayload(id):
                made.payloads[id_bytes(id)] = None
            case DropKey(id):
                made.keys[id_bytes(id)] = None
            case PutLine(line, genesis, settings):
                earlier = made.lines.get(line)
                same(earlier[0] if earlier else None, genesis, f"genesis of line {line}")
                made.lines[line] = (genesis, settings)
            case _:
                raise ValueError(f"{op!r} is no operation of the store")
    for origin in made.origins():
        line_of(origin)
    return made


def new_leaves(made: Plan, sizes: dict[str, int]) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """(sizes after the batch, places below the old size whose bytes must be compared with what is stored).

    Raises `Conflict` for a place past the end of its log: leaves stand without a hole.
    """
    after = {origin: sizes.get(origin, 0) for origin in made.origins()}
    held = []
    for origin, index in sorted(made.leaves):
        if index < sizes.get(origin, 0):
            held.append((origin, index))
        elif index == after[origin]:
            after[origin] += 1
        else:
            raise Conflict(f"leaf {index} of {origin} would leave a hole: the log holds {after[origin]}")
    return after, held


def once(into: dict[K, V], key: K, value: V, what: str) -> None:
    """Puts a value that never changes."""
    same(into.get(key), value, what)
    into[key] = value


def same(held: object, given: object, what: str) -> None:
    """Raises `Conflict` when something else is held."""
    if held is not None and held != given:
        raise Conflict(f"{what} is already stored with other bytes: two writers on one store, or a fault")


def earliest(cosignatures: list[PutCosignature]) -> list[PutCosignature]:
    """Of each (origin, mirror, algorithm, size) the one with the least `time_s`, the first given on a tie."""
    kept: dict[tuple[str, str, int, int], PutCosignature] = {}
    for op in cosignatures:
        held = kept.setdefault((op.origin, op.mirror, op.algorithm, op.size), op)
        if op.time_s < held.time_s:
            kept[op.origin, op.mirror, op.algorithm, op.size] = op
    return list(kept.values())


def newest(cosignatures: list[PutCosignature]) -> list[PutCosignature]:
    """Of each (origin, mirror, algorithm) the one with the greatest (`time_s`, size), the first given on a
    tie.
    """
    kept: dict[tuple[str, str, int], PutCosignature] = {}
    for op in cosignatures:
        held = kept.setdefault((op.origin, op.mirror, op.algorithm), op)
        if (op.time_s, op.size) > (held.time_s, held.size):
            kept[op.origin, op.mirror, op.algorithm] = op
    return list(kept.values())


def _text(*values: str) -> None:
    """Not every engine keeps NUL in text, so none does."""
    for value in values:
        if "\0" in value:
            raise ValueError(f"{value!r} holds a NUL character")
