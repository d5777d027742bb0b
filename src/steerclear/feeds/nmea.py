"""NMEA 0183 around AIS: checksum, tag block, sentences in parts, armour. No meaning of messages.

IEC 61162-1 (`!AIVDM`), NMEA 0183 4.10 §7 (tag blocks), ITU-R M.1371-5. One sentence:
`\\g:1-2-7,s:station,c:1428621738*5F\\!AIVDM,2,1,7,B,payload,0*2E`.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

_ARMOUR: Final = bytes([*range(48, 88), *range(96, 120)])
"""The 64 letters of the armour in order of value: `0`-`W`, `` ` ``-`w`."""
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_BASE64: Final = bytes.maketrans(_ARMOUR, _BASE64)
MOST_PARTS: Final = 9
MOST_PENDING: Final = 256
PART_MS: Final = 30_000
"""Parts of one message come within this; ours (a base station sends them in one go)."""


class Bits(NamedTuple):
    """A message: `value` holds `size` bits, the first bit highest."""

    value: int
    size: int

    def u(self, start: int, count: int) -> int:
        """`count` bits from `start`, unsigned; bits beyond the end are 0."""
        shift = self.size - start - count
        whole = self.value >> shift if shift >= 0 else self.value << -shift
        return whole & ((1 << count) - 1)

    def i(self, start: int, count: int) -> int:
        """The same as two's complement."""
        value = self.u(start, count)
        return value - (1 << count) if value >> (count - 1) else value

    def text(self, start: int, letters: int) -> str:
        """Six-bit letters (M.1371-5 table 47) up to the first `@`."""
        codes = [self.u(start + 6 * i, 6) for i in range(letters)]
        made = "".join(chr(code + 64) if code < 32 else chr(code) for code in codes)
        return made.partition("@")[0].rstrip()


class Message(NamedTuple):
    """A whole message; `sent_s` is the receiver's own time from the tag block, None where it gave none."""

    bits: Bits
    sent_s: float | None


class Sentence(NamedTuple):
    total: int
    number: int
    key: bytes
    payload: bytes
    fill: int
    sent_s: float | None


def checksum(body: bytes) -> int:
    """XOR of all bytes."""
    value, size = int.from_bytes(body, "big"), 8 * len(body)
    while size > 8:
        half = (size // 16) * 8
        value = (value >> half) ^ (value & ((1 << half) - 1))
        size -= half
    return value & 0xFF


def holds(text: bytes, start: int = 0) -> bool:
    """Whether `…*hh` holds its checksum over what lies between `start` and the `*`."""
    star = text.rfind(b"*")
    try:
        return star >= 0 and int(text[star + 1 : star + 3], 16) == checksum(text[start:star])
    except ValueError:
        return False


def armoured(payload: bytes, fill: int) -> Bits | None:
    """Letters to bits; None where a letter is none of the armour or the fill is impossible."""
    if not payload or not 0 <= fill <= 5 or payload.translate(None, _ARMOUR):
        return None
    spare = -len(payload) % 4
    raw = b64decode(payload.translate(_TO_BASE64) + b"A" * spare)
    return Bits(int.from_bytes(raw, "big") >> (6 * spare + fill), 6 * len(payload) - fill)


def sentence(line: bytes) -> Sentence | str:
    """One line, or the reason why it is dropped."""
    line = line.strip()
    sent_s: float | None = None
    group = b""
    if line[:1] == b"\\":
        block, slash, line = line[1:].partition(b"\\")
        if not slash:
            return "malformed"
        if not holds(block):
            return "bad-checksum"
        sent_s, group = _tags(block)
    if line[:1] in (b"$", b"#", b""):
        return "not-used"
    if line[:1] != b"!" or line[3:6] not in (b"VDM", b"VDO"):
        return "malformed"
    fields = line.partition(b"*")[0].split(b",")
    if len(fields) != 7 or b"*" not in line:
        return "malformed"
    if not holds(line, 1):
        return "bad-checksum"
    try:
        total, number, fill = int(fields[1]), int(fields[2]), int(fields[6] or b"0")
    except ValueError:
        return "malformed"
    if not 1 <= number <= total <= MOST_PARTS:
        return "malformed"
    return Sentence(
        total, number, b",".join((fields[0], fields[3], fields[4], group)), fields[5], fill, sent_s
    )


def _tags(block: bytes) -> tuple[float | None, bytes]:
    """(receiver's time in seconds, group) of a tag block; `c` is seconds, or milliseconds where it is that
    large.
    """
    sent_s, group = None, b""
    for part in block.partition(b"*")[0].split(b","):
        name, _, value = part.partition(b":")
        if name == b"c" and value.isdigit() and len(value) <= 14:
            sent_s = int(value) / (1000 if len(value) > 10 else 1)
        elif name == b"g":
            group = value.rpartition(b"-")[2]
    return sent_s, group


def _stamp(line: bytes) -> float | None:
    """Gatehouse's `$PGHP,1,year,month,day,hour,minute,second,millisecond,…`: when the next sentence was
    received.
    """
    try:
        year, month, day, hour, minute, second, ms = (int(part) for part in line.split(b",")[2:9])
        return datetime(year, month, day, hour, minute, second, ms * 1000, tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None


@dataclass(slots=True)
class _Pending:
    parts: dict[int, Sentence]
    total: int
    since_ms: int


class Messages:
    """Sentences to messages; keeps the parts of those that are not whole yet."""

    def __init__(self) -> None:
        self._pending: dict[bytes, _Pending] = {}
        self._stamp_s: float | None = None

    def add(self, line: bytes, now_ms: int) -> Message | str | None:
        """A whole message, the reason of a drop, or None: a part was kept."""
        if line.startswith(b"$PGHP,1,"):
            self._stamp_s = _stamp(line)
            return "not-used"
        read = sentence(line)
        if isinstance(read, str):
            return read
        stamp_s, self._stamp_s = self._stamp_s, None
        if read.sent_s is None and stamp_s is not None:
            read = read._replace(sent_s=stamp_s)
        if read.total == 1:
            bits = armoured(read.payload, read.fill)
            return "malformed" if bits is None else Message(bits, read.sent_s)
        pending = self._pending.get(read.key)
        if pending is None or pending.total != read.total or read.number in pending.parts:
            self._pending.pop(read.key, None)
            self._pending[read.key] = _Pending({read.number: read}, read.total, now_ms)
            return "incomplete" if pending is not None else None
        pending.parts[read.number] = read
        if len(pending.parts) < read.total:
            return None
        del self._pending[read.key]
        return _whole([pending.parts[i] for i in range(1, read.total + 1)])

    def overdue(self, now_ms: int) -> int:
        """Let go of messages whose parts never came; how many."""
        gone = 0
        for key, one in list(self._pending.items()):  # in the order of their first part
            if one.since_ms >= now_ms - PART_MS and len(self._pending) <= MOST_PENDING:
                break
            del self._pending[key]
            gone += 1
        return gone


def _whole(parts: list[Sentence]) -> Message | str:
    if any(one.fill for one in parts[:-1]):
        return "malformed"
    bits = armoured(b"".join(one.payload for one in parts), parts[-1].fill)
    sent_s = next((one.sent_s for one in parts if one.sent_s is not None), None)
    return "malformed" if bits is None else Message(bits, sent_s)
