"""When an entry was made, as an interval (record.md, Time of an entry).

After the latest cosignature by another member that the entry, or one before it in its log, embeds; before
the first cosignature by another member that covers it. Cosignatures count whole seconds: one dated t was
made at t or within the second after, so it bounds from below by t and from above by the end of that
second. Deadlines are judged on the whole interval; it only ever narrows."""

from __future__ import annotations

import binascii
from array import array
from bisect import bisect_right
from collections.abc import Iterable

import msgspec

from steerclear.errors import Malformed
from steerclear.record import checkpoint, cosignature
from steerclear.record.header import Seen
from steerclear.record.keys import COSIGN_ED25519, Verifier
from steerclear.record.note import NoteSignature, signature_base64, signature_from_base64


class Interval(msgspec.Struct, frozen=True):
    """`after_ms` ≤ the entry ≤ `before_ms`; None where nothing bounds it. `inconsistent`: the clocks of two
    members contradict each other, and the interval spans both."""

    after_ms: int | None = None
    before_ms: int | None = None
    inconsistent: bool = False


class _Front:
    """Cosignatures of one mirror on one log, only those that bound some leaf: sizes and times both ascend."""

    __slots__ = ("size", "time")

    def __init__(self) -> None:
        self.size = array("q")
        self.time = array("q")

    def add(self, size: int, time_s: int) -> bool:
        """False where a cosignature not later covers as much already."""
        at = bisect_right(self.size, size)
        if at < len(self.size) and self.time[at] <= time_s:
            return False
        while at and self.time[at - 1] >= time_s:
            if self.size[at - 1] == size and self.time[at - 1] == time_s:
                return False
            at -= 1
            del self.size[at], self.time[at]
        if at and self.size[at - 1] == size:
            return False
        self.size.insert(at, size)
        self.time.insert(at, time_s)
        return True

    def first(self, index: int) -> tuple[int, int] | None:
        """(size, time) of the earliest one that covers the leaf."""
        at = bisect_right(self.size, index)
        return (self.size[at], self.time[at]) if at < len(self.size) else None


class LogTimes:
    """Bounds for the leaves of one log, from cosignatures that were verified before they come here.

    `party` is the log's author: its own cosignature on its own log is kept apart and bounds nothing.
    """

    def __init__(self, party: str) -> None:
        self.party = party
        self._fronts: dict[str, _Front] = {}
        self._low_index = array("q")
        self._low_time = array("q")

    def cosigned(self, party: str, size: int, time_s: int) -> bool:
        """Member `party` cosigned this log at `size`, dated `time_s`. Whether any bound narrowed."""
        front = self._fronts.get(party)
        if front is None:
            front = self._fronts[party] = _Front()
        return front.add(size, time_s)

    def embedded(self, index: int, time_s: int) -> bool:
        """Leaf `index` embeds another member's cosignature dated `time_s`. Whether any bound narrowed."""
        at = bisect_right(self._low_index, index)
        if at and self._low_time[at - 1] >= time_s:
            return False
        while at < len(self._low_time) and self._low_time[at] <= time_s:
            del self._low_index[at], self._low_time[at]
        if at and self._low_index[at - 1] == index:
            at -= 1
            del self._low_index[at], self._low_time[at]
        self._low_index.insert(at, index)
        self._low_time.insert(at, time_s)
        return True

    def first_cover(self, party: str, index: int) -> tuple[int, int] | None:
        """(size, time in seconds) of the earliest cosignature of `party` that covers leaf `index`."""
        front = self._fronts.get(party)
        return None if front is None else front.first(index)

    def interval(self, index: int) -> Interval:
        """The time of leaf `index`."""
        at = bisect_right(self._low_index, index)
        low = self._low_time[at - 1] if at else None
        firsts = [front.first(index) for party, front in self._fronts.items() if party != self.party]
        high = min([one[1] for one in firsts if one is not None], default=None)
        if low is not None and high is not None and low > high:
            return Interval(high * 1000, low * 1000 + 999, True)
        return Interval(None if low is None else low * 1000, None if high is None else high * 1000 + 999)


def embedded_text(seen: Seen, mirror: Verifier, texts: Iterable[bytes]) -> tuple[bytes, int] | None:
    """(checkpoint text, seconds) that the cosignature embedded in a `seen` was made over, if it is good.

    `texts` are checkpoint texts of the author's log at `cosigned_size` that are held; an Ed25519 cosignature
    covers a checkpoint's extension lines too (tlog-cosignature), so the text itself is needed. None where
    nothing is embedded, no text fits, or the signature is bad: then it bounds nothing.
    """
    if not seen.cosignature or mirror.algorithm != COSIGN_ED25519:
        return None
    try:
        line = signature_from_base64(mirror.name, seen.cosignature.encode())
    except Malformed:
        return None
    for text in texts:
        _, size, root = checkpoint.parse_head(text)
        if size == seen.cosigned_size and root.hex() == seen.cosigned_root:
            time_s = cosignature.verify(text, line, mirror)
            if time_s is not None:
                return text, time_s
    return None


def embed(seen: Seen, text: bytes, line: NoteSignature) -> Seen:
    """A `seen` that carries a peer's newest cosignature on the author's own log."""
    _, size, root = checkpoint.parse_head(text)
    return msgspec.structs.replace(
        seen,
        cosignature=signature_base64(line).decode(),
        cosigned_size=size,
        cosigned_root=root.hex(),
    )


def claimed_time(seen: Seen) -> int | None:
    """The seconds that an embedded cosignature claims, unverified: to see whether a newer one is at hand."""
    try:
        raw = binascii.a2b_base64(seen.cosignature.encode("ascii"), strict_mode=True)
    except (binascii.Error, ValueError):
        return None
    return int.from_bytes(raw[4:12], "big") if len(raw) == 76 else None
