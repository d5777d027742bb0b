"""What conduct is judged of: two movers with their timed states, and what one account says besides.

An account of an entry becomes a `Case` (`reading.py`); two tracks become one just so, with nothing said. Instants are
Unix ms, distances mm, heights tenths of a millimetre.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from steerclear.space.altitude import Altitude
from steerclear.space.volume import Volume4D

Who = Literal["own", "other"]
Answer = Literal["yes", "no", "not_observed", "not_applicable"]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Where a mover was at an instant. A bound that is None is not known, never zero."""

    at_ms: int
    lat_e7: int
    lon_e7: int
    error_mm: int | None = None
    time_error_ms: int | None = None
    altitude: Altitude | None = None
    altitude_error_tmm: int | None = None
    heading_cdeg: int | None = None
    speed_mm_s: int | None = None


class Mover(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two: its class ('' not known) and its states in order of time, each instant once."""

    mover: str = ""
    party: str = ""
    states: tuple[State, ...] = ()


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was seen done, by whom, when, and how far from the other (low, high)."""

    what: str
    by: Who
    at_ms: int | None = None
    time_error_ms: int = 1000
    distance_mm: tuple[int, int] | None = None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call by radio: who made it, on what frequency, and whether it was answered."""

    by: str
    at_ms: int | None = None
    hz: int | None = None
    answered: str = "not_known"


class Circumstance(msgspec.Struct, frozen=True, kw_only=True):
    """What held during the encounter, and of whom."""

    what: str
    of: Literal["own", "other", "both"] = "both"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An area that the line holds: its class (`corridor`, `coordination_line` …) and its volumes as shared."""

    entry: str
    area: str
    volumes: tuple[Volume4D, ...]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One account. `same_clock`: one observer timed both movers. `begin_ms`/`end_ms` bound the encounter; absent,
    the states do. `least_horizontal_mm`/`least_vertical_tmm` are (low, high) as its author states them. `checklist`
    is rule → (own, other). `released_ms` bounds when the account was given: (earliest, latest)."""

    accounts: tuple[str, ...]
    own: Mover
    other: Mover
    same_clock: bool = True
    begin_ms: int | None = None
    end_ms: int | None = None
    least_horizontal_mm: tuple[int, int] | None = None
    least_vertical_tmm: tuple[int, int] | None = None
    least_at_ms: int | None = None
    acts: tuple[Act, ...] = ()
    calls: tuple[Call, ...] = ()
    signals: tuple[str, ...] = ()
    circumstances: tuple[Circumstance, ...] = ()
    lights_of_other: Answer | None = None
    checklist: dict[str, tuple[Answer | None, Answer | None]] = {}
    released_ms: tuple[int | None, int | None] = (None, None)
    places: tuple[Place, ...] = ()

    def mover(self, who: Who) -> Mover:
        return self.own if who == "own" else self.other

    def holds(self, what: str, who: Who) -> bool:
        """Whether the account says that this held of that side."""
        return any(one.what == what and one.of in (who, "both") for one in self.circumstances)


class DangerNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A danger area's notice as conduct rules read it: when it begins, between which instants it was surely
    released, and where it was published. `stated_ms` is the author's own word."""

    entry: str
    party: str
    begins_ms: int | None
    stated_ms: int
    after_ms: int | None = None
    before_ms: int | None = None
    danger: str = ""
    domain: str = ""
    published: tuple[str, ...] = ()


def turned(who: Who) -> Who:
    """The other side of a side."""
    return "other" if who == "own" else "own"
