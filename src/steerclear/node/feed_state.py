"""What the app counted of a feed, as it tells the node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Turned:
    """All bearings of a sensor are off by one angle (`low_cdeg` to `high_cdeg`), by `count` of them, since when."""

    low_cdeg: int
    high_cdeg: int
    count: int
    since_ms: int


@dataclass(frozen=True)
class FeedState:
    """What was counted of one feed. `line`: the start of the line's id on which it is watched, '' every line;
    `began_ms` when this node began to listen, `heard_ms` when the last report came."""

    name: str
    format: str
    trust: Literal["shared", "local"]
    line: str
    simulated: bool
    stale_after_ms: int
    began_ms: int
    heard_ms: int | None = None
    received: int = 0
    movers: int = 0
    echoes: int = 0
    drops: Mapping[str, int] = field(default_factory=dict)
    trouble: str = ""
    turned: Turned | None = None

    @property
    def stale_ms(self) -> int:
        """From when on it counts as stopped."""
        return (self.began_ms if self.heard_ms is None else self.heard_ms) + self.stale_after_ms
