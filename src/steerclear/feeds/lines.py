"""Lines out of chunks: what every reader of a text stream starts with."""

from __future__ import annotations

from typing import Final

MOST: Final = 4096
"""No line of SBS or NMEA 0183 is nearly as long (NMEA 0183 §5.3: 82 characters, tag blocks 80 more)."""


class Lines:
    """Keeps the unfinished line between chunks. A line above `most` bytes is let go of as a whole and
    counted.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._rest = b""
        self._skipping = False

    def split(self, chunk: bytes) -> tuple[list[bytes], int]:
        """(whole lines without their ends and without empty ones, how many were too long)."""
        *whole, rest = (self._rest + chunk).replace(b"\r", b"\n").split(b"\n")
        long = 0
        if whole and self._skipping:
            whole, self._skipping = whole[1:], False
        if self._skipping or len(rest) > self._most:
            long += not self._skipping
            self._skipping, rest = True, b""
        self._rest = rest
        lines = [line for line in whole if line and len(line) <= self._most]
        long += sum(len(line) > self._most for line in whole)
        return lines, long
