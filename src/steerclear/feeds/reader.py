"""What every reader is: `read(chunk, received_ms) -> Read`; state is what a cut report or a message in
parts needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from steerclear.feeds.batch import EMPTY, Batch


@dataclass(frozen=True, slots=True)
class Read:
    """Rows that have a position, what was dropped by reason, and how many reports there were in all."""

    batch: Batch = EMPTY
    drops: Mapping[str, int] = field(default_factory=dict)
    seen: int = 0


class Reader(Protocol):
    """Bytes of one source, in order. Never raises, whatever the bytes."""

    def read(self, chunk: bytes, received_ms: int) -> Read:
        """The reports that end in this chunk; of a format of documents (`Format.framing`) a chunk is one
        document.
        """
        ...
