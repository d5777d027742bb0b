"""AVR lines: raw Mode S frames as hex, `*8D…;` or `@` with 12 hex of a counter before, port 30002."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from steerclear.feeds.drops import Drops
from steerclear.feeds.lines import Lines
from steerclear.feeds.modes import Frames, add
from steerclear.feeds.reader import Read

_LINE: Final = re.compile(rb"\s*(?:\*|@[0-9A-Fa-f]{12})([0-9A-Fa-f]{14}|[0-9A-Fa-f]{28});\s*")


class Reader:
    """`receiver = [lat_deg, lon_deg]` places aircraft on the ground."""

    def __init__(self, receiver: Sequence[float] | None = None) -> None:
        self._frames = Frames(receiver)
        self._lines = Lines()

    def read(self, chunk: bytes, received_ms: int) -> Read:
        lines, long = self._lines.split(chunk)
        drops: Drops = {}
        add(drops, "too-long", long)
        frames = []
        for line in lines:
            match = _LINE.fullmatch(line)
            if match is None:
                add(drops, "malformed", 1)
            else:
                frames.append(match[1].decode().lower())
        return self._frames.read(frames, received_ms, drops, len(lines) + long)
