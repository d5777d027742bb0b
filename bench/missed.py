"""No missed pair: the searches against brute force in a million random encounters, and against exact geodesics."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from geographiclib.geodesic import Geodesic
from tests.support import pairs_brute
from tests.support.geodesic_movers import Going, apart, least

from bench.figure import Figure, figure
from steerclear.kernels import Minima, Movers, Pairs, pairs
from steerclear.kernels.exact import geometry_error_m
from steerclear.kernels.search import Twin, twin

ENCOUNTERS = 1_000_000
CROWD = 900
GEODESIC = 4_000
MARGIN_M = 0.05
SEED = 7


@dataclass
class Tally:
    """What was seen so far: encounters are pairs that brute force says lose separation."""

    scenes: int = 0
    encounters: int = 0
    close: int = 0
    missed: int = 0
    invented: int = 0


def run() -> Iterator[Figure]:
    yield from against_brute_force(ENCOUNTERS, CROWD)
    yield from against_geodesics(GEODESIC)


def against_brute_force(encounters: int, crowd: int) -> Iterator[Figure]:
    """Crowds anywhere on the Earth until there were so many encounters; every search that runs here."""
    uses: tuple[Twin, ...] = ("numpy", "c") if twin() == "c" else ("numpy",)
    tally = Tally()
    r = np.random.default_rng(SEED)
    while tally.encounters < encounters:
        movers, minima = crowd_at(r, crowd)
        expected = pairs_brute.answers(movers, minima, MARGIN_M)
        for use in uses:
            count(tally, expected, pairs(movers, minima, use=use))
        tally.scenes += 1
        tally.encounters += len(expected.lost)
        tally.close += len(expected.close)
        if sys.stderr.isatty():
            print(f"\rmissed: {tally.encounters} encounters", end="", file=sys.stderr)
    told = (
        f"{tally.encounters} pairs that lose separation by brute force (all pairs, no grid, least of a convex function "
        f"by thirds) among {tally.scenes} crowds of {crowd} anywhere, poles and ±180° often; by {', '.join(uses)}; "
        f"{tally.close} pairs within {MARGIN_M} m and 3e-5 of their distance of the minimum count neither way"
    )
    yield figure("missed.brute_force", [tally.missed], "", bound="== 0", method=told)
    yield figure(
        "missed.invented", [tally.invented], "", bound="== 0", method="pairs found that brute force denies"
    )
    yield figure("missed.encounters", [tally.encounters], "", bound=f">= {encounters}", method=told)


def count(tally: Tally, expected: pairs_brute.Answers, answer: Pairs) -> None:
    got = set(zip(answer.i.tolist(), answer.j.tolist(), strict=True))
    tally.missed += len(expected.lost - got) + (len(answer) - len(got))
    tally.invented += len(got - expected.lost - expected.close)


def crowd_at(r: np.random.Generator, n: int) -> tuple[Movers, Minima]:
    """`n` movers within 100 km of a place: anywhere, at a pole, on ±180°; some hover, some heights are not known."""
    where = r.random()
    lat0 = float(np.degrees(np.arcsin(r.uniform(-1, 1))))
    lon0 = float(r.uniform(-180, 180))
    if where < 0.15:
        lat0 = float(r.choice([-1, 1]) * (90 - r.uniform(0, 0.5)))
    elif where < 0.3:
        lon0 = 180.0
    lat, lon = _around(r, lat0, lon0, n)
    course, speed = r.uniform(0, 2 * np.pi, n), r.uniform(0, 300, n) * (r.random(n) > 0.05)
    level = r.choice([9_144.0, 9_448.8, 9_753.6, 9_700.0], n)
    wide = np.where(r.random(n) < 0.2, r.uniform(0, 100, n), 0.0)
    wide[r.random(n) < 0.01] = np.inf
    climb = np.where(r.random(n) < 0.2, r.uniform(-10, 10, n), 0.0)
    movers = Movers.of(
        lat,
        lon,
        alt_low_m=level - wide,
        alt_high_m=level + wide,
        vu_low_mps=climb,
        vu_high_mps=climb,
        ve_mps=speed * np.sin(course),
        vn_mps=speed * np.cos(course),
        sigma_pos_m=r.uniform(0, 50, n),
        sigma_vel_mps=r.uniform(0, 2, n),
    )
    return movers, Minima.one(
        float(r.choice([500.0, 3_000.0, 9_260.0])), 304.8, 120.0, float(r.choice([0.0, 2.0]))
    )


def _around(r: np.random.Generator, lat0: float, lon0: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Places within about 100 km, by a turn of the sphere."""
    phi, lam = math.radians(lat0), math.radians(lon0)
    up = np.array([math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)])
    east = np.array([-math.sin(lam), math.cos(lam), 0.0])
    north = np.cross(up, east)
    angle, far = r.uniform(0, 2 * np.pi, n), np.sqrt(r.uniform(0, 1, n)) * 100_000 / 6_371_000
    place = up + np.outer(far * np.cos(angle), north) + np.outer(far * np.sin(angle), east)
    place /= np.linalg.norm(place, axis=1)[:, None]
    return np.degrees(np.arcsin(place[:, 2])), np.degrees(np.arctan2(place[:, 1], place[:, 0]))


def against_geodesics(count: int) -> Iterator[Figure]:
    """Pairs drawn to pass each other at 5 NM within a metre and less: each search's answer against geographiclib."""
    r = np.random.default_rng(SEED)
    minimum, ahead = 9_260.0, 120.0
    minima = Minima.one(minimum, np.inf, ahead)
    wrong, shares, beyond = 0, [], 0
    for _ in range(count):
        both = _passing(r, minimum, ahead)
        _, truth = least(*both, 0.0, ahead, steps=30)
        movers = Movers.of(
            [g.lat for g in both],
            [g.lon for g in both],
            ve_mps=[g.east for g in both],
            vn_mps=[g.north for g in both],
        )
        found = len(pairs(movers, minima)) == 1
        way = max(math.hypot(g.east, g.north) for g in both) * ahead
        bound = geometry_error_m(apart(*both, 0.0), way)
        lost = truth < minimum
        if found != lost:
            wrong += 1
            beyond += abs(truth - minimum) > bound
            shares.append(abs(truth - minimum) / bound)
    told = (
        f"{count} pairs that pass at 5 NM ± 1 m anywhere, up to 300 m/s, 120 s ahead, answers against geodesics of "
        f"geographiclib; the stated error is kernels.exact.geometry_error_m (0.6 m at most here); {wrong} answers "
        "differ within it"
    )
    yield figure("missed.geodesic", [beyond], "", bound="== 0", method=told)
    yield figure(
        "missed.geodesic_share",
        [max(shares, default=0.0)],
        "",
        bound="< 1",
        method="greatest error over the stated one",
    )


def _passing(r: np.random.Generator, minimum: float, ahead: float) -> tuple[Going, Going]:
    """Two that come within about the minimum of each other at some instant of the look-ahead."""
    lat, lon = float(np.degrees(np.arcsin(r.uniform(-1, 1)))), float(r.uniform(-180, 180))
    when, side = r.uniform(0, ahead), r.uniform(0, 360)
    beside = Geodesic.WGS84.Direct(lat, lon, side, minimum + r.uniform(-1, 1))
    # both fly at right angles to the line between them, so that this is their nearest moment
    made = []
    for place, azimuth in (((lat, lon), side), ((beside["lat2"], beside["lon2"]), beside["azi2"])):
        speed, course = r.uniform(0, 300), azimuth + r.choice([-90, 90])
        back = Geodesic.WGS84.Direct(*place, course + 180, speed * when)
        turned = math.radians(back["azi2"] + 180)
        made.append(Going(back["lat2"], back["lon2"], speed * math.sin(turned), speed * math.cos(turned)))
    return made[0], made[1]
