"""Alerts on movers as the watch sees them: those on the line, and those that wait at home for an officer.

A row names own movers and, of the other, no more than its author broadcasts or said (boundary.md, No track file)."""

from __future__ import annotations

from typing import Literal

import msgspec

from steerclear.procedure.subject import AlertHere


class AlertRow(msgspec.Struct, frozen=True):
    """One alert. `id`: the entry that raised it, or `home-…` where it is at home; `party` who says so. `movers`: what
    the two broadcast, where its entry carries their states; `own`: the own movers in it. Distances are of the newest
    figures, at the end those of the nearest moment; None where unknown. `whole_column`: a height was not known. `rule`:
    by which it was raised: the minima, well clear, or the course that an own mover declared. `states_ms`: of when the
    older of the two states is from which its newest figures follow, `age_ms` how long ago that is now. `here`: what the
    own feeds say of another's; `same`: entries that speak of the same two. `why` it stays at home, `released` the
    entries by which officers told of it."""

    id: str
    at_home: bool
    party: str
    state: Literal["raised", "confirmed", "cleared", ""]
    level: Literal["caution", "warning", ""]
    source: Literal["shared", "local", ""]
    first_ms: int | None
    over_ms: int | None
    reason: str
    least_low_mm: int | None
    least_high_mm: int | None
    vertical_low_tmm: int | None
    vertical_high_tmm: int | None
    whole_column: bool
    rule: Literal["minima", "do_365", "course", ""] = ""
    states_ms: int | None = None
    age_ms: int | None = None
    movers: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    here: AlertHere | None = None
    same: tuple[str, ...] = ()
    why: str = ""
    released: tuple[str, ...] = ()
