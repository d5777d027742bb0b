"""How near two movers came, in continuous time, as bounds: whole integers, the low one rounded down, the high one up.

Between two states a mover is taken along the straight line, with all that it could have done beside it
(`motion.astray_mm`); encounters between samples are not missed (judgement.md, Known defects). A leg's `low` holds for
every instant of it, its `high` at `at_ms`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise
from typing import Final, NamedTuple

from steerclear.judgement.conduct.case import Case, Mover, State
from steerclear.judgement.conduct.heights import vertical
from steerclear.judgement.conduct.motion import astray_mm, speed_mm_s
from steerclear.space.geodesic import MEAN_M, inverse

BESIDE_MS: Final = 60_000
"""A mover stands for a minute before its first and after its last state, its error growing at its class's speed."""
APART_MS: Final = 600_000
"""Between instants farther apart than this nothing is computed."""
OTHER_CLOCK_MS: Final = 1_000
"""Two observers' clocks differ by this much at least, where nobody states more."""


class Leg(NamedTuple):
    """Bounds of the distance of two movers over [from_ms, to_ms]."""

    from_ms: int
    to_ms: int
    at_ms: int
    low_mm: int
    high_mm: int
    low_tmm: int
    high_tmm: int | None


class At(NamedTuple):
    """A mover in the local plane, metres east and north, with its error."""

    x: float
    y: float
    error_mm: int


Plane = tuple[float, float]


def legs_of(case: Case) -> list[Leg] | str:
    """Every leg of the two movers, or why there is none: `no-positions`, `no-error`."""
    own, other = case.own, case.other
    if not own.states or not other.states:
        return "no-positions"
    if any(state.error_mm is None for mover in (own, other) for state in mover.states):
        return "no-error"
    times = instants(own, other)
    if not times:
        return "no-positions"
    points = [_leg(case, at, at) for at in times]
    spans = [_leg(case, a, b) for a, b in pairwise(times) if b - a <= APART_MS]
    return [*points, *spans]


def whole(case: Case, legs: list[Leg]) -> bool:
    """Whether the legs cover the encounter from its begin to its end without a hole."""
    first, last = min(leg.from_ms for leg in legs), max(leg.to_ms for leg in legs)
    begin = case.begin_ms if case.begin_ms is not None else first
    end = case.end_ms if case.end_ms is not None else last
    if first > begin or last < end:
        return False
    held = sorted((leg.from_ms, leg.to_ms) for leg in legs if leg.to_ms > leg.from_ms)
    reached = first
    for start, stop in held:
        if start > reached:
            return False
        reached = max(reached, stop)
    return reached >= last


def instants(a: Mover, b: Mover) -> list[int]:
    """Instants of any state at which both can be placed."""
    low = max(mover.states[0].at_ms for mover in (a, b)) - BESIDE_MS
    high = min(mover.states[-1].at_ms for mover in (a, b)) + BESIDE_MS
    times = {state.at_ms for mover in (a, b) for state in mover.states}
    return sorted(at for at in times if low <= at <= high)


def _leg(case: Case, from_ms: int, to_ms: int) -> Leg:
    plane = plane_of(case.own.states[0])
    a0, b0 = at(case, case.own, from_ms, plane), at(case, case.other, from_ms, plane)
    a1, b1 = at(case, case.own, to_ms, plane), at(case, case.other, to_ms, plane)
    error = span_error(case, case.own, from_ms, to_ms) + span_error(case, case.other, from_ms, to_ms)
    x, y = b0.x - a0.x, b0.y - a0.y
    dx, dy = (b1.x - a1.x) - x, (b1.y - a1.y) - y
    moved = dx * dx + dy * dy
    part = min(max(-(x * dx + y * dy) / moved, 0.0), 1.0) if moved > 0 else 0.0
    apart = math.hypot(x + part * dx, y + part * dy)
    error += flat_error_mm(apart, a0, b0, a1, b1)
    low_tmm, high_tmm = vertical(case.own, case.other, from_ms, to_ms)
    return Leg(
        from_ms,
        to_ms,
        from_ms + round(part * (to_ms - from_ms)),
        max(0, math.floor(apart * 1000) - error),
        math.ceil(apart * 1000) + error,
        low_tmm,
        high_tmm,
    )


def plane_of(state: State) -> Plane:
    return state.lat_e7 / 1e7, state.lon_e7 / 1e7


def flat_error_mm(apart_m: float, *points: At) -> int:
    """What an azimuthal equidistant plane leaves out at these distances from its middle: r²/(2R²) of the length."""
    far = max(math.hypot(one.x, one.y) for one in points)
    return 1 + math.ceil(1000 * apart_m * far * far / (2 * MEAN_M * MEAN_M))


def at(case: Case, mover: Mover, at_ms: int, plane: Plane) -> At:
    """Where a mover is at an instant at which it can be placed."""
    times = [state.at_ms for state in mover.states]
    after = bisect_right(times, at_ms)
    before = after - 1
    error = span_error(case, mover, at_ms, at_ms)
    if before < 0 or after >= len(times) or times[before] == at_ms:
        x, y = flat(mover.states[min(max(before, 0), len(times) - 1)], plane)
        return At(x, y, error)
    (x0, y0), (x1, y1) = flat(mover.states[before], plane), flat(mover.states[after], plane)
    part = (at_ms - times[before]) / (times[after] - times[before])
    return At(x0 + part * (x1 - x0), y0 + part * (y1 - y0), error)


def flat(state: State, plane: Plane) -> tuple[float, float]:
    """Metres east and north of the plane's middle."""
    distance_m, azimuth = inverse(plane, plane_of(state))
    return distance_m * math.sin(math.radians(azimuth)), distance_m * math.cos(math.radians(azimuth))


def span_error(case: Case, mover: Mover, from_ms: int, to_ms: int) -> int:
    """The mover's error anywhere in [from, to], mm: that of the states beside it, and what it could do between."""
    states = mover.states
    times = [state.at_ms for state in states]
    before = bisect_right(times, from_ms) - 1
    after = next((i for i, one in enumerate(times) if one >= to_ms), len(times))
    beside = [states[i] for i in (before, after) if 0 <= i < len(states)] or [states[0]]
    error = max(_state_error(case, mover, state) for state in beside)
    if before < 0 or after >= len(states):
        nearest = states[0] if before < 0 else states[-1]
        gap = max(abs(from_ms - nearest.at_ms), abs(to_ms - nearest.at_ms))
        return error - (-speed_mm_s(mover.mover) * gap // 1000)
    return error + astray_mm(mover.mover, times[after] - times[before])


def _state_error(case: Case, mover: Mover, state: State) -> int:
    late = state.time_error_ms
    if late is None:
        late = 0 if case.same_clock else OTHER_CLOCK_MS
    speed = state.speed_mm_s if state.speed_mm_s is not None else speed_mm_s(mover.mover)
    return (state.error_mm or 0) + -(-speed * late // 1000)
