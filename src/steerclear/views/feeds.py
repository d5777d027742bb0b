"""How each feed of this node is heard: age, counts and drops. Never what it reports (boundary.md)."""

from __future__ import annotations

from typing import Literal

import msgspec


class FeedRow(msgspec.Struct, frozen=True):
    """One feed of this site. `state`: `waiting` until the first report, `live`, `stopped` once nothing came for
    `stale_after_ms`. `heard_ms` when the last report came and `age_ms` how long ago; both None before the first.
    `received` reports since the node started, `movers` of them known now, `drops` by reason; `trouble` what the
    connection said last, '' while it stands. `turned_cdeg`: bounds of the angle by which all bearings of
    a sensor are off against known traffic, None where none is found. `judged_age_ms`: how long ago the line's picture,
    this feed in it, was last judged to the end; None where nobody judges it all the time. No alert says nothing once
    that is long ago. `echoes`: movers of it known now that are not judged because they cannot be told from one that
    states its own position."""

    name: str
    format: str
    trust: Literal["shared", "local"]
    simulated: bool
    state: Literal["waiting", "live", "stopped"]
    heard_ms: int | None
    age_ms: int | None
    stale_after_ms: int
    received: int
    movers: int
    drops: dict[str, int]
    trouble: str = ""
    turned_cdeg: tuple[int, int] | None = None
    judged_age_ms: int | None = None
    echoes: int = 0
