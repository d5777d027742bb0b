"""A turned radar: one observer's bearings to known traffic, all off by the same angle (AT21, PS752: 107 degrees).

Each sighting has the observer's own place, the place it reports, and the place that the traffic itself states. The
offset of a sighting is an interval; traffic is known when its distance agrees as well. Flagged only where every
offset can be one and the same angle, and that angle is surely not under the limit (10 degrees).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from steerclear.judgement.conduct.case import Case, Mover
from steerclear.judgement.conduct.measure import At, at, plane_of

LEAST: Final = 3
"""Fewer sightings show no constant."""


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One instant: bearing and distance as reported and as known, each (low, high), from the observer's place.
    Bearings in hundredths of a degree, unwrapped; distances in mm."""

    at_ms: int
    reported_cdeg: tuple[int, int]
    known_cdeg: tuple[int, int]
    reported_mm: tuple[int, int]
    known_mm: tuple[int, int]


class BearingOffset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one account's bearings have in common against known traffic. `constant`: one angle fits every sighting;
    `low_cdeg`/`high_cdeg` bound it (clockwise, −18000 to 18000). `flagged`: surely at least the limit either way."""

    account: str
    against: str
    sightings: int
    constant: bool
    flagged: bool
    low_cdeg: int
    high_cdeg: int
    limit_cdeg: int
    from_ms: int
    to_ms: int


def sightings(observer: Mover, reported: Mover, known: Mover) -> list[Sighting]:
    """At each instant of `reported` at which all three can be placed. `known` keeps its own clock, so its place is
    worth a second less; what has no stated error is left out."""
    movers = (observer, reported, known)
    if any(not one.states or any(state.error_mm is None for state in one.states) for one in movers):
        return []
    plane = plane_of(observer.states[0])
    near = Case(accounts=(), own=observer, other=reported)
    far = Case(accounts=(), own=observer, other=known, same_clock=False)
    out = []
    for state in reported.states:
        if not all(one.states[0].at_ms <= state.at_ms <= one.states[-1].at_ms for one in (observer, known)):
            continue
        here = at(near, observer, state.at_ms, plane)
        seen = _polar(here, at(near, reported, state.at_ms, plane))
        true = _polar(here, at(far, known, state.at_ms, plane))
        if seen is not None and true is not None:
            out.append(
                Sighting(
                    at_ms=state.at_ms,
                    reported_cdeg=seen[0],
                    known_cdeg=true[0],
                    reported_mm=seen[1],
                    known_mm=true[1],
                )
            )
    return out


def _polar(here: At, there: At) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Bearing and distance as intervals; None where the place cannot be told from the observer's own."""
    apart = math.hypot(there.x - here.x, there.y - here.y) * 1000
    error = here.error_mm + there.error_mm
    if apart <= error:
        return None
    bearing = math.degrees(math.atan2(there.x - here.x, there.y - here.y)) * 100
    wide = math.degrees(math.asin(error / apart)) * 100
    angle = (math.floor(bearing - wide), math.ceil(bearing + wide))
    return angle, (math.floor(apart) - error, math.ceil(apart) + error)


def bearing_offsets(
    seen: Sequence[Sighting], limit_cdeg: int, *, account: str = "", against: str = ""
) -> BearingOffset | None:
    """None where there is too little to compare, or the distances show another mover."""
    if len(seen) < LEAST or any(not _meet(one.reported_mm, one.known_mm) for one in seen):
        return None
    offsets = [_offset(one) for one in seen]
    first = sum(offsets[0]) // 2
    turned = [_near(low, high, first) for low, high in offsets]
    low, high = max(low for low, _ in turned), min(high for _, high in turned)
    constant = low <= high
    if not constant:
        low, high = min(low for low, _ in turned), max(high for _, high in turned)
    low, high = _folded(low, high)
    return BearingOffset(
        account=account,
        against=against,
        sightings=len(seen),
        constant=constant,
        flagged=constant and (low >= limit_cdeg or high <= -limit_cdeg),
        low_cdeg=low,
        high_cdeg=high,
        limit_cdeg=limit_cdeg,
        from_ms=seen[0].at_ms,
        to_ms=seen[-1].at_ms,
    )


def _meet(one: tuple[int, int], two: tuple[int, int]) -> bool:
    return one[0] <= two[1] and two[0] <= one[1]


def _offset(one: Sighting) -> tuple[int, int]:
    return one.reported_cdeg[0] - one.known_cdeg[1], one.reported_cdeg[1] - one.known_cdeg[0]


def _near(low: int, high: int, beside: int) -> tuple[int, int]:
    """The interval turned by whole circles, so that its middle is within half a circle of `beside`."""
    turns = round((beside - (low + high) / 2) / 36_000) * 36_000
    return low + turns, high + turns


def _folded(low: int, high: int) -> tuple[int, int]:
    """With its middle between −180 and 180 degrees."""
    turns = round((low + high) / 2 / 36_000) * 36_000
    return low - turns, high - turns
