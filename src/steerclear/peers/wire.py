"""What two nodes put on the wire besides the static files of a log. JSON, padded to a constant size where the size
itself would tell something."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from steerclear.errors import Malformed

BEAT_SIZE = 16_384
"""Bytes of every heartbeat and of every answer to one: a quiet line and a busy one look alike (messages.md, Timers)."""

T = TypeVar("T")


class Beat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A heartbeat: the sender's time, its newest own checkpoint (note text, empty before the first entry), how much
    of each log it holds, and what it last measured towards the receiver."""

    time_ms: int
    checkpoint: str = ""
    holds: dict[str, int] = {}
    latency_ms: int | None = None
    pad: str = ""


class BeatAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer: the receiver's time and checkpoint, what it holds, and its cosignature on the checkpoint just
    sent (a note of that text), empty when it does not hold all of it yet."""

    time_ms: int
    checkpoint: str = ""
    holds: dict[str, int] = {}
    cosigned: str = ""
    pad: str = ""


class Cosigned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Checkpoint notes of one log, each with cosignature lines of one mirror or more."""

    notes: tuple[str, ...]


class Delivered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payload in delivery form; `salt` hex, `payload` the JCS text."""

    salt: str
    payload: str


class Carried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stand-alone life-safety note with its payload (record.md, Life safety without a log)."""

    note: str
    salt: str
    payload: str


class Hint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ "My log has grown": worth a pull at once. Nothing is believed of it."""

    origin: str
    size: int


def encode(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value)


def encode_padded(value: Any) -> bytes:
    """JSON of exactly `BEAT_SIZE` bytes, or of the next multiple of it when the content is larger."""
    bare = msgspec.json.encode(value)
    size = -(-len(bare) // BEAT_SIZE) * BEAT_SIZE
    return msgspec.json.encode(msgspec.structs.replace(value, pad="0" * (size - len(bare))))


def decode(data: bytes, kind: type[T], *, limit: int = 1 << 20) -> T:
    """Strict; raises `Malformed`."""
    if len(data) > limit:
        raise Malformed("too-long", remedy=f"at most {limit} bytes")
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed("bad-json", remedy=str(error)) from error
