"""Where a mover will be: its declared legs, then straight on, in pieces short enough to be straight.

judgement.md, Separation: declared intent is followed leg by leg; straight extrapolation is good for two minutes. A
piece is at most a minute of a geodesic, so that the plane of the pair's middle carries it (kernels/exact.py).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from steerclear.judgement.separation.state import (
    NOWHERE,
    Fix,
    Height,
    State,
    first_height,
    height_of,
    rates_of,
)
from steerclear.space.geodesic import inverse, onward

PIECE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Course:
    """From one instant on, straight along a geodesic at constant speed and rate."""

    at_ms: int
    lat_deg: float
    lon_deg: float
    azimuth_deg: float
    speed_mps: float
    height: Height
    rates: tuple[float, float]
    """tmm/s of the low and of the high bound of `height`; of its value too where they are equal."""


@dataclass(frozen=True, slots=True)
class Path:
    """A mover's courses, by time, and until when they hold."""

    state: State
    courses: tuple[Course, ...]
    until_ms: int

    def course(self, at_ms: int) -> Course:
        """The course that holds at an instant, carried on to it."""
        times = [one.at_ms for one in self.courses]
        return carried(self.courses[max(0, bisect_right(times, at_ms) - 1)], at_ms)

    def turns(self) -> list[int]:
        """Instants at which the course changes."""
        return [one.at_ms for one in self.courses[1:]]


def path_of(state: State, straight_ms: int) -> Path:
    """The path of a mover whose velocity is known. Fixes at or before the state's own time are past."""
    assert state.east_mm_s is not None and state.north_mm_s is not None
    height = first_height(state)
    azimuth = math.degrees(math.atan2(state.east_mm_s, state.north_mm_s))
    speed = math.hypot(state.east_mm_s, state.north_mm_s) / 1000
    place = state.lat_e7 / 1e7, state.lon_e7 / 1e7
    ahead = [fix for fix in state.legs if fix.at_ms > state.at_ms]
    if not ahead:
        low, high = rates_of(state)
        course = Course(state.at_ms, *place, azimuth, speed, height, (float(low), float(high)))
        return Path(state, (course,), state.at_ms + straight_ms)
    courses = []
    at_ms = state.at_ms
    for fix in ahead:
        course = _leg(at_ms, place, height, fix, state)
        courses.append(course)
        at_ms, place = fix.at_ms, (fix.lat_e7 / 1e7, fix.lon_e7 / 1e7)
        height = (
            height_of(fix.altitude, state.altitude_error_tmm, fix.lat_e7, fix.lon_e7)
            if fix.altitude
            else height
        )
    last = carried(courses[-1], at_ms)
    courses.append(Course(at_ms, *place, last.azimuth_deg, last.speed_mps, height, (0.0, 0.0)))
    return Path(state, tuple(courses), at_ms + straight_ms)


def _leg(at_ms: int, place: tuple[float, float], height: Height, fix: Fix, state: State) -> Course:
    there = fix.lat_e7 / 1e7, fix.lon_e7 / 1e7
    distance_m, azimuth = inverse(place, there)
    seconds = (fix.at_ms - at_ms) / 1000
    rates = (0.0, 0.0)
    if fix.altitude is not None:
        reached = height_of(fix.altitude, state.altitude_error_tmm, fix.lat_e7, fix.lon_e7)
        if reached.datum == height.datum != "":
            rate = (reached.value - height.value) / seconds
            rates = rate, rate
        elif all(map(math.isfinite, (*reached[:2], *height[:2]))):
            bounds = sorted(((reached.low - height.low) / seconds, (reached.high - height.high) / seconds))
            rates = bounds[0], bounds[1]
        else:  # one of both is the whole column: so is the leg
            height = NOWHERE
    return Course(at_ms, *place, azimuth, distance_m / seconds, height, rates)


def carried(course: Course, at_ms: int) -> Course:
    """The course at a later instant."""
    seconds = (at_ms - course.at_ms) / 1000
    if not seconds:
        return course
    place = course.lat_deg, course.lon_deg
    lat, lon, azimuth = onward(place, course.azimuth_deg, course.speed_mps * seconds)
    (slow, fast), old = course.rates, course.height
    known = slow == fast
    height = Height(
        old.low + slow * seconds,
        old.high + fast * seconds,
        old.datum if known else "",
        old.value + round(slow * seconds) if known else 0,
        old.error,
    )
    return Course(at_ms, lat, lon, azimuth, course.speed_mps, height, course.rates)


def spans(paths: tuple[Path, Path], start_ms: int, until_ms: int) -> list[tuple[int, int]]:
    """[start, until] cut where either turns, and into pieces of at most `PIECE_MS`."""
    cuts = sorted(
        {start_ms, until_ms, *(t for path in paths for t in path.turns() if start_ms < t < until_ms)}
    )
    out = []
    for begin, end in pairwise(cuts):
        pieces = max(1, -(-(end - begin) // PIECE_MS))
        edges = [begin + (end - begin) * k // pieces for k in range(pieces + 1)]
        out += list(pairwise(edges))
    return out or [(start_ms, until_ms)]
