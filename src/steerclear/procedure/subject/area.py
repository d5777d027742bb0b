"""Of an area, a site and a movement: what protects it, what is told of it, how a movement goes."""

from __future__ import annotations

from typing import Literal

import msgspec

AreaState = Literal["proposed", "agreed", "active", "released"]
AreaAtHome = Literal["", "occupied", "recently_vacated", "release_asked", "cooling", "cooled"]


class Challenge(msgspec.Struct, frozen=True):
    """What one member says is wrong with a place's data; `concern` '' where this node cannot read it. `version` is the
    one that it speaks of, `answered` whether the owner replied to it or said a new version since."""

    party: str
    entry: str
    version: str
    concern: str
    at_ms: int
    answered: bool = False


class Sealing(msgspec.Struct, frozen=True):
    """Of a month's batch: its `month` and how many commitments it holds, always the agreement's cap. Of an area that
    was opened: the batch it names, how many its owner thereby says were sealed in that month, and whether it `matches`
    one of the commitments (`differs`, or `not-checkable` where the batch is not held)."""

    month: str = ""
    commitments: int = 0
    opened_of: str = ""
    sealed_that_month: int | None = None
    opening: str = ""


class Overlap(msgspec.Struct, frozen=True):
    """An overlap query as it stands: `result` is what this node treats it as, `said` what each party answered."""

    result: str
    treated_as: str
    said: dict[str, str]
    slots: int | None = None


class Area(msgspec.Struct, frozen=True):
    """`home` is what the owner knows of its own area; '' at every other node. `challenge_says` stands with every
    challenge; none of them changes `state` or `protected`."""

    state: AreaState
    protected: bool = True
    stale: bool = False
    contested: bool = False
    precision: str = ""
    released_by: tuple[str, ...] = ()
    home: AreaAtHome = ""
    stale_ms: int | None = None
    challenged: bool = False
    challenges: tuple[Challenge, ...] = ()
    challenge_says: str = ""
    sealing: Sealing | None = None


class Movement(msgspec.Struct, frozen=True):
    """A humanitarian movement. `complete`: nothing of `lacks` is left; it is no permission and no guarantee."""

    state: Literal["notified", "under_way", "overdue", "over"]
    complete: bool = False
    lacks: tuple[str, ...] = ()
    departs_ms: int | None = None
    departed_ms: int | None = None
    contact_tested_ms: int | None = None
    contact_tested_by: str = ""
    last_report_ms: int | None = None
    last_report: str = ""
    overdue: tuple[str, ...] = ()
    next_check_in_ms: int | None = None
    off_route_mm: int | None = None
