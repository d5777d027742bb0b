"""What two nodes put on the wire besides the static files of a log. JSON, padded to a constant size where the size
itself would tell something."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from steerclear.errors import Malformed
from steerclear.node.compare import MOST, Asked, Pair, PairTold, State
from steerclear.record.note import parse_note

BEAT_SIZE = 16_384
"""Bytes of every heartbeat and of every answer to one: a quiet line and a busy one look alike (messages.md, Timers)."""
MAX_BODY = 8 << 20
"""Bytes of a request's body."""
MAX_HOLDS = 512
"""Logs that a heartbeat may name: 64 members with eight epochs each."""
MAX_NOTES = 512
"""Notes in one answer or post of cosignatures."""
MAX_INT = (1 << 53) - 1
MAX_VOLUME = 1 << 20

_LOG = re.compile(r"[0-9a-f]{32}/[1-9][0-9]{0,5}")
_SALT = re.compile(r"[0-9a-f]{64}")
_PARTY = re.compile(r"[0-9a-f]{32}")
_WORD = re.compile(r"[a-z-]{1,24}")
_NONE = "0" * 64

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
    """A stand-alone life-safety note with its payload (record.md, Life safety without a log). `salt` and `payload` are
    empty for a member who is no addressee."""

    note: str
    salt: str
    payload: str


class Hint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ "My log has grown": worth a pull at once. Nothing is believed of it."""

    origin: str
    size: int


class Compare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ "What do you show of these?": judgements by conflict id, and subjects."""

    conflicts: tuple[Pair, ...] = ()
    subjects: tuple[str, ...] = ()
    pad: str = ""


class Comparison(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer: the receiver's time, what it holds, and what it shows of what the asker may read."""

    time_ms: int
    holds: dict[str, int] = {}
    conflicts: tuple[PairTold, ...] = ()
    subjects: tuple[State, ...] = ()
    pad: str = ""


def encode(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value)


def encode_padded(value: Any) -> bytes:
    """JSON of exactly `BEAT_SIZE` bytes, or of the next multiple of it when the content is larger."""
    bare = msgspec.json.encode(value)
    size = -(-len(bare) // BEAT_SIZE) * BEAT_SIZE
    return msgspec.json.encode(msgspec.structs.replace(value, pad="0" * (size - len(bare))))


def decode(data: bytes, kind: type[T], *, limit: int = 1 << 20) -> T:
    """Strict; raises `Malformed` `too-long`, `bad-json`."""
    if len(data) > limit:
        raise Malformed("too-long", remedy=f"at most {limit} bytes")
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("bad-json", remedy=str(error)) from error


def asked(compare: Compare) -> Asked:
    """What is asked, each id once. Raises `Malformed` `bad-hex`, `bad-number`, `too-many`."""
    if max(len(compare.conflicts), len(compare.subjects)) > MOST:
        raise Malformed("too-many", field="conflicts", remedy=f"at most {MOST} conflicts and {MOST} subjects")
    for pair in compare.conflicts:
        _check_hex(pair.id, "conflicts")
        for entry, volume in (pair.a, pair.b):
            _check_hex(entry or _NONE, "conflicts")
            if not -1 <= volume <= MAX_VOLUME:
                raise Malformed("bad-number", field="conflicts", remedy="the index of a volume, or -1")
    for subject in compare.subjects:
        _check_hex(subject, "subjects")
    return Asked(
        tuple({one.id: one for one in compare.conflicts}.values()), tuple(dict.fromkeys(compare.subjects))
    )


def check_comparison(told: Comparison, line: str) -> None:
    """Its numbers, logs and words, so that they can be shown as they are. Raises `Malformed`."""
    check_beat(told, line)
    if max(len(told.conflicts), len(told.subjects)) > MOST:
        raise Malformed("too-many", field="conflicts", remedy=f"at most {MOST} conflicts and {MOST} subjects")
    for one in told.conflicts:
        _check_hex(one.id, "conflicts")
        _check_hex(one.hash, "conflicts")
    for state in told.subjects:
        _check_hex(state.id, "subjects")
        _check_hex(state.version, "subjects")
        rows = state.addressees.items()
        words = (state.life, state.stop or "-", state.area or "-", *(word for _, word in rows))
        if len(rows) > 2 or not all(_PARTY.fullmatch(party) for party, _ in rows):
            raise Malformed("bad-party", field="subjects", remedy="the two who compare, by party id")
        if not all(_WORD.fullmatch(word) for word in words):
            raise Malformed("bad-word", field="subjects", remedy="states are words of lower-case letters")


def _check_hex(text: str, field: str) -> None:
    if not _SALT.fullmatch(text):
        raise Malformed("bad-hex", field=field, remedy="64 lower-case hex digits")


def check_beat(beat: Beat | BeatAnswer | Comparison, line: str) -> None:
    """Its numbers and the logs that it names. Raises `Malformed` `bad-number`, `bad-log`."""
    if not 0 < beat.time_ms <= MAX_INT:
        raise Malformed("bad-number", field="time_ms", remedy="Unix milliseconds")
    if isinstance(beat, Beat) and not 0 <= (beat.latency_ms or 0) <= 1 << 31:
        raise Malformed("bad-number", field="latency_ms", remedy="milliseconds")
    if len(beat.holds) > MAX_HOLDS:
        raise Malformed("bad-log", field="holds", remedy=f"at most {MAX_HOLDS} logs")
    for origin, size in beat.holds.items():
        check_origin(origin, line, "holds")
        if not 0 <= size <= MAX_INT:
            raise Malformed("bad-number", field="holds", remedy="numbers of leaves")


def check_origin(origin: str, line: str, field: str = "origin") -> None:
    """`<line>/<party>/<epoch>` of this line, or `Malformed` `bad-log`."""
    named, _, log = origin.partition("/")
    if named != line or not _LOG.fullmatch(log):
        raise Malformed("bad-log", field=field, remedy="write <this line>/<party>/<epoch>")


def notes(told: Cosigned) -> tuple[bytes, ...]:
    """Its notes as bytes, each of which parses. Raises `Malformed` `too-many-notes` and what a note refuses."""
    if len(told.notes) > MAX_NOTES:
        raise Malformed("too-many-notes", field="notes", remedy=f"at most {MAX_NOTES}")
    found = tuple(note_bytes(note) for note in told.notes)
    for note in found:
        parse_note(note)
    return found


def note_bytes(text: str) -> bytes:
    """The text of a note as bytes; what JSON can spell but UTF-8 cannot is refused when the note is parsed."""
    return text.encode("utf-8", "replace")


def opening(salt: str, payload: str) -> tuple[bytes, bytes]:
    """(salt, payload) as bytes. Raises `Malformed` `bad-hex`."""
    if not _SALT.fullmatch(salt):
        raise Malformed("bad-hex", field="salt", remedy="64 lower-case hex digits")
    return bytes.fromhex(salt), payload.encode("utf-8", "replace")
