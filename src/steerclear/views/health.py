"""How the line to each member is, as measured here."""

from __future__ import annotations

import msgspec


class PeerHealth(msgspec.Struct, frozen=True):
    """One member as this node measures it, beside what it declared."""

    party: str
    name: str
    observed: str
    declared: str
    last_heard_ms: int | None
    latency_ms: int | None
    skew_ms: int | None
    introduced: bool
    nobody_heard_since_ms: int | None
    holds_of_ours: int
    we_hold: int
    reason: str
