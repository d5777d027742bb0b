"""Of a `stop`: who holds, until when, and where it was lost."""

from __future__ import annotations

from typing import Literal

import msgspec

from steerclear.procedure.subject.notice import LostHop

StopState = Literal["raised", "heard", "relayed", "holding", "hold-ended", "resolved"]


class Hold(msgspec.Struct, frozen=True):
    """One party's promise to hold, as it stands."""

    party: str
    until_ms: int
    state: Literal["holding", "hold-ended", "withdrawn"]
    entry: str
    since_ms: int


class Stop(msgspec.Struct, frozen=True):
    state: StopState
    heard_by: tuple[str, ...] = ()
    heard_ms: int | None = None
    relayed_by: tuple[str, ...] = ()
    relayed_ms: int | None = None
    hold_until_ms: int | None = None
    holds: tuple[Hold, ...] = ()
    lost_hop: LostHop = ""
    lost_hop_party: str = ""
    lost_hop_name: str = ""
    repeat_after_warning: bool = False
    repeats: tuple[str, ...] = ()
    repeated_by: tuple[str, ...] = ()
    pattern_of: tuple[str, ...] = ()
    reviewed: bool = False
    resolved_by: str = ""
    resolved_ms: int | None = None
