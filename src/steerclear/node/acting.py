"""Who acts for this party, and which checks of the line it said: taken from the own log's headers as they come."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from steerclear.node.log import Log
from steerclear.record.header import Header

KEPT = 64
"""Newest own checks to be read: eleven carriers daily by several watches; of older ones a newer speaks."""


@dataclass
class Acting:
    """The watch officer's key that signed last, since its first entry of this run, and whether another had signed
    before; checks by persons to be read (`unread`), and of those read the newest by carrier and by officer.
    """

    officer: str = ""
    since_ms: int = 0
    changed: bool = False
    unread: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))
    carriers: dict[str, int] = field(default_factory=dict)
    officers: dict[str, int] = field(default_factory=dict)

    def note(self, log: Log, index: int, entry: str, header: Header) -> None:
        """An entry of the own log, in its order. Another key of a watch officer than before is a change of watch."""
        if header.officer != self.officer:
            ring = log.state.ring
            key = ring.find(header.officer, index) if ring is not None else None
            if key is None or key.sort != "officer" or "watch_officer" not in key.roles:
                return
            self.changed = bool(self.officer)
            self.officer, self.since_ms = header.officer, header.released_ms
        if header.kind == "line.check":
            self.unread.append(entry)
