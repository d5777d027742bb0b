"""Beast binary: raw Mode S frames of a receiver, port 30005.

Mode-S Beast, output format: 0x1a, type (`1` Mode A/C, `2` short, `3` long), 6 bytes of a 12 MHz counter, 1
of signal level, the frame; 0x1a inside is doubled. The counter is no time of day, so a position holds when
it was received.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from steerclear.feeds.drops import Drops
from steerclear.feeds.modes import Frames, add
from steerclear.feeds.reader import Read

_ESCAPE: Final = 0x1A
_SIZE: Final = {0x31: 2, 0x32: 7, 0x33: 14}
_HEAD: Final = 7


class Reader:
    """`receiver = [lat_deg, lon_deg]` places aircraft on the ground."""

    def __init__(self, receiver: Sequence[float] | None = None) -> None:
        self._frames = Frames(receiver)
        self._rest = b""

    def read(self, chunk: bytes, received_ms: int) -> Read:
        data, drops, frames, seen = self._rest + chunk, Drops(), list[str](), 0
        place = data.find(_ESCAPE)
        if place != 0 and data:  # begun in the middle of a frame
            add(drops, "malformed", 1)
            seen += 1
        while 0 <= place < len(data) - 1:
            size = _SIZE.get(data[place + 1])
            whole = None if size is None else _unescaped(data, place + 2, _HEAD + size)
            if size is None or whole == b"":
                seen += 1
                add(drops, "not-used" if data[place + 1] in b"45" else "malformed", 1)
                place = _next(data, place + 2)
                continue
            if whole is None:
                break
            frame, place = whole[_HEAD:], place + 2 + len(whole) + whole.count(_ESCAPE)
            seen += 1
            frames.append(frame.hex())
            if place < len(data) and data[place] != _ESCAPE:
                place = _next(data, place)
        self._rest = data[place:] if place >= 0 else b""
        return self._frames.read(frames, received_ms, drops, seen)


def _next(data: bytes, place: int) -> int:
    """Where the next frame begins; −1 where none does."""
    while True:
        place = data.find(_ESCAPE, place)
        if place < 0 or place + 1 >= len(data) or data[place + 1] != _ESCAPE:
            return place
        place += 2


def _unescaped(data: bytes, place: int, size: int) -> bytes | None:
    """`size` bytes with doubled 0x1a made one; None where the chunk ends before, empty where another frame
    begins.
    """
    made = bytearray()
    while len(made) < size:
        if place >= len(data):
            return None
        if data[place] == _ESCAPE:
            if place + 1 >= len(data):
                return None
            if data[place + 1] != _ESCAPE:
                return b""
            place += 1
        made.append(data[place])
        place += 1
    return bytes(made)
