"""The course that an own mover declared, followed leg by leg beside the straight one: losses behind a turn.

judgement.md, Separation: declared intent is followed leg by leg; straight extrapolation is good for two minutes. A
notice declares volumes. Of these a corridor alone says where its mover turns: one that flies along the line of a
corridor of its own notice, in its time, is taken to go on along that line at its present speed, and on along the
corridor that begins where this one ends. It is judged so *besides* straight on, never instead: nobody turns because a
plan says so, so that what is declared may raise an alert and never keeps one away. What others declared is not
followed: a notice says of nobody which mover it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from steerclear.judgement.separation.levels import Levels, apart
from steerclear.judgement.separation.meeting import Side, carried
from steerclear.judgement.separation.tables import minima_of
from steerclear.kernels import Minima, Movers
from steerclear.kernels.movers import Floats
from steerclear.kernels.pairwise import pairwise
from steerclear.space.geodesic import LatLon, inverse, onward
from steerclear.speech.parameters import Parameters

SLOW_MPS: Final = 2.0
"""Slower than this a mover has no course of its own (ours: a walk, as in conformance)."""
ALONG_DEG: Final = 60.0
"""Within this of the line's direction, either way, a mover goes along it (ours)."""
EARTH_M: Final = 6_335_000.0
"""The smallest radius of curvature: a chord so measured is no longer than the way."""


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """A corridor of an own notice: its line in 1e-7 degree, and when it holds."""

    points: tuple[tuple[int, int], ...]
    half_width_mm: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Leg:
    """Straight from `from_s` to `until_s` after the look. The place is where it would have been at the look, had it
    come straight to this leg."""

    lat_deg: float
    lon_deg: float
    ve_mps: float
    vn_mps: float
    from_s: float
    until_s: float


def legs_of(side: Side, lines: Sequence[DeclaredLine], now_ms: int, ahead_s: float) -> tuple[Leg, ...]:
    """Where `side` goes within `ahead_s` by each line that it goes along now; none where it goes along none."""
    speed = math.hypot(side.east_mm_s, side.north_mm_s) / 1e3
    if speed < SLOW_MPS:
        return ()
    place, track = carried(side, now_ms), math.degrees(math.atan2(side.east_mm_s, side.north_mm_s))
    out: list[Leg] = []
    for line in lines:
        if line.start_ms <= now_ms < line.end_ms:
            ahead = _vertices(place, track, line, side.error_mm)
            out += _legs(place, _chained(ahead, line, lines), speed, ahead_s)
    return tuple(out)


def _vertices(place: LatLon, track_deg: float, line: DeclaredLine, error_mm: int) -> list[LatLon]:
    """The line's points that lie ahead of one at `place`; none where it is beside the line or goes across it."""
    points = [(lat / 1e7, lon / 1e7) for lat, lon in line.points]
    wide_m = (line.half_width_mm + error_mm) / 1e3
    best: tuple[float, list[LatLon]] | None = None
    for k in range(len(points) - 1):
        length, azimuth = inverse(points[k], points[k + 1])
        distance, towards = inverse(points[k], place)
        turn = math.radians(towards - azimuth)
        along, across = distance * math.cos(turn), abs(distance * math.sin(turn))
        if across > wide_m or not -wide_m <= along <= length + wide_m:
            continue
        off = abs((track_deg - azimuth + 180) % 360 - 180)
        if off <= ALONG_DEG:
            rest = points[k + 1 :] if along < length else points[k + 2 :]
        elif off >= 180 - ALONG_DEG:
            off, rest = 180 - off, (points[k::-1] if along > 0 else points[:k][::-1])
        else:
            continue
        if best is None or off < best[0]:
            best = off, rest
    return [] if best is None else best[1]


def _chained(ahead: list[LatLon], first: DeclaredLine, lines: Sequence[DeclaredLine]) -> list[LatLon]:
    """The same with the lines that begin, in place and in time, where the one before ends."""
    out, last = list(ahead), first
    left = [line for line in lines if line is not first]
    while out:
        following = next(
            (line for line in left if line.start_ms <= last.end_ms <= line.end_ms and _joins(out[-1], line)),
            None,
        )
        if following is None:
            break
        left.remove(following)
        out += [(lat / 1e7, lon / 1e7) for lat, lon in following.points[1:]]
        last = following
    return out


def _joins(end: LatLon, line: DeclaredLine) -> bool:
    lat, lon = line.points[0]
    return inverse(end, (lat / 1e7, lon / 1e7))[0] * 1e3 <= line.half_width_mm


def _legs(place: LatLon, ahead: list[LatLon], speed: float, ahead_s: float) -> list[Leg]:
    """From place to place at one speed, then straight on."""
    out: list[Leg] = []
    at, passed_s, azimuth = place, 0.0, math.nan
    for vertex in ahead:
        distance, azimuth = inverse(at, vertex)
        if distance < 1.0:
            continue
        until_s = passed_s + distance / speed
        out.append(_leg(at, azimuth, speed, passed_s, min(until_s, ahead_s)))
        azimuth = onward(at, azimuth, distance)[2]
        at, passed_s = vertex, until_s
        if passed_s >= ahead_s:
            return out
    return [*out, _leg(at, azimuth, speed, passed_s, ahead_s)] if out else []


def _leg(at: LatLon, azimuth: float, speed: float, from_s: float, until_s: float) -> Leg:
    lat, lon, back = onward(at, azimuth + 180, speed * from_s)
    course = math.radians(back + 180)
    return Leg(lat, lon, speed * math.sin(course), speed * math.cos(course), from_s, until_s)


# ---- what is lost along them


def losses_ms(
    movers: Movers,
    legs: Mapping[int, Sequence[Leg]],
    others: NDArray[np.bool_],
    parameters: Parameters,
    levels: Levels | None = None,
    percent: int = 100,
) -> dict[tuple[int, int], float]:
    """Pairs (i, j), i < j, of a row with `legs` and one of `others`, and in how many milliseconds their loss begins on
    a leg, in the worst case, within the time of a caution. `percent` widens the minima (hysteresis)."""
    if not legs:
        return {}
    asked, units = minima_of(parameters, percent, "caution"), _units(movers)
    out: dict[tuple[int, int], float] = {}
    for i, found in legs.items():
        rows = _within(movers, units, i, others, asked)
        for leg in found if len(rows) else ():
            for j, begins_s in _lost(movers, i, rows, leg, asked, levels):
                pair = min(i, j), max(i, j)
                out[pair] = min(begins_s * 1e3, out.get(pair, math.inf))
    return out


def _within(
    movers: Movers, units: Floats, i: int, others: NDArray[np.bool_], asked: Minima
) -> NDArray[np.intp]:
    """Rows that could meet `i` within the look-ahead, whatever way it goes. It may take in too many."""
    group = movers.group
    ahead = asked.look_ahead_s[group[i], group]
    speed = np.hypot(movers.ve_mps, movers.vn_mps)
    grown = asked.z * (
        movers.sigma_pos_m + movers.sigma_pos_m[i] + (movers.sigma_vel_mps + movers.sigma_vel_mps[i]) * ahead
    )
    reach = (asked.horizontal_m[group[i], group] + grown + (speed + speed[i]) * ahead) * 1.01 + 1_000
    chord = np.linalg.norm(units - units[i], axis=1) * EARTH_M
    near = others & (chord <= reach) & (asked.horizontal_m[group[i], group] > 0)
    near[i] = False
    return np.flatnonzero(near)


def _lost(
    movers: Movers, i: int, rows: NDArray[np.intp], leg: Leg, asked: Minima, levels: Levels | None
) -> list[tuple[int, float]]:
    """(row, seconds until the loss begins) on one leg."""
    group = movers.group
    until = np.minimum(asked.look_ahead_s[group[i], group[rows]], leg.until_s)
    rows, until = rows[until > leg.from_s], until[until > leg.from_s]
    if not len(rows):
        return []
    mine = movers.rows(np.full(len(rows), i))
    on_leg = {"lat_deg": leg.lat_deg, "lon_deg": leg.lon_deg, "ve_mps": leg.ve_mps, "vn_mps": leg.vn_mps}
    mine = replace(mine, **{name: np.full(len(rows), value) for name, value in on_leg.items()})
    vertical_m = asked.vertical_m[group[i], group[rows]]
    g = pairwise(
        mine, movers.rows(rows), asked.horizontal_m[group[i], group[rows]], vertical_m, until, asked.z
    )
    begins = np.maximum(g.t_in_s, leg.from_s)
    hit = g.judged & (g.t_out_s > leg.from_s)
    if levels is not None:
        least_tmm = np.where(np.isfinite(vertical_m), np.round(vertical_m * 1e4), np.inf)
        hit &= ~apart(levels, np.full(len(rows), i), rows, least_tmm, begins, g.t_out_s)
    return list(zip(rows[hit].tolist(), begins[hit].tolist(), strict=True))


def _units(movers: Movers) -> Floats:
    lat, lon = np.radians(movers.lat_deg), np.radians(movers.lon_deg)
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
