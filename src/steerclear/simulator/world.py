"""Who flies and sails, as arrays, and how they move on, second by second, on the ellipsoid."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from steerclear.errors import Malformed
from steerclear.feeds.codes import MOVER
from steerclear.simulator.chance import Chance, Floats
from steerclear.simulator.marks import FIRST_ADDRESS, FIRST_MMSI

Ints = npt.NDArray[np.int64]
A_M: Final = 6_378_137.0
E2: Final = 0.00669437999014
"""WGS84."""
MOST: Final = 500_000
M_PER_FT: Final = 0.3048


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Mapping[str, Any]]:
    """`data/traffic.toml`: what moves how."""
    return tomllib.loads(files("steerclear.simulator").joinpath("data/traffic.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Wanted:
    """What to simulate. `counts` by kind of `data/traffic.toml`; `meetings` pairs are steered so that they meet; the
    first `own` movers are the exercising party's own. Raises `Malformed`: `too-many`, `unknown-traffic`,
    `bad-region`."""

    counts: Mapping[str, int]
    seed: int = 1
    start_ms: int = 1_767_225_600_000  # 2026-01-01T00:00:00Z
    lasts_s: int = 1_800
    lat_deg: float = 45.0
    lon_deg: float = -30.0
    radius_m: float = 150_000.0
    meetings: int = 0
    own: int = 0

    def __post_init__(self) -> None:
        for name in self.counts:
            if name not in kinds():
                raise Malformed("unknown-traffic", field=name, remedy="one of " + ", ".join(kinds()))
        if not 1 <= sum(self.counts.values()) <= MOST or min(self.counts.values()) < 0:
            raise Malformed("too-many", field="counts", remedy=f"between 1 and {MOST} movers in all")
        if not (abs(self.lat_deg) <= 80 and abs(self.lon_deg) <= 180 and 1_000 <= self.radius_m <= 2_000_000):
            raise Malformed(
                "bad-region", field="centre", remedy="between 80° S and 80° N, 1 to 2,000 km around it"
            )


@dataclass(slots=True)
class World:
    """State of all movers at `second`; every array has one row a mover. `doing`: 0 straight, 1 turns, 2 climbs, 3
    changes its speed; `until` the second at which it does something else; `goal` what it turns, climbs or speeds
    to."""

    wanted: Wanted
    chance: Chance
    idents: list[str]
    kind: Ints
    mover: Ints
    lat: Floats
    lon: Floats
    track: Floats
    speed: Floats
    feet: Floats
    doing: Ints
    until: Ints
    goal: Floats
    surface_m: float
    """How far the geometric altitude lies above the pressure altitude here."""
    meets_at: dict[int, int] = field(default_factory=dict)
    second: int = 0

    def __len__(self) -> int:
        return len(self.idents)


def figures(name: str) -> Floats:
    """One figure of each kind, in the order of the data."""
    return np.array([float(row[name]) for row in kinds().values()])


def ranges(name: str) -> tuple[Floats, Floats]:
    rows = [row[name] for row in kinds().values()]
    return np.array([float(one[0]) for one in rows]), np.array([float(one[1]) for one in rows])


def made(wanted: Wanted) -> World:
    """The world at its first second."""
    chance = Chance(wanted.seed, 1)
    names = list(kinds())
    kind = np.repeat(np.arange(len(names)), [wanted.counts.get(name, 0) for name in names])
    count = len(kind)
    away = wanted.radius_m * np.sqrt(chance.even(count))
    lat, lon = moved(
        np.full(count, np.radians(wanted.lat_deg)),
        np.full(count, np.radians(wanted.lon_deg)),
        chance.between(count, 0.0, 2 * np.pi),
        away,
    )
    speed_low, speed_high = ranges("speed")
    step, (low, high) = figures("step"), ranges("levels")
    levels = np.floor((high - low) / step)[kind] + 1
    straight_low, straight_high = ranges("straight")
    world = World(
        wanted,
        chance,
        _idents(kind, names),
        kind,
        np.array([MOVER[row["mover"]] for row in kinds().values()])[kind],
        lat,
        lon,
        chance.between(count, 0.0, 2 * np.pi),
        chance.between(count, speed_low[kind], speed_high[kind]),
        low[kind] + step[kind] * np.floor(chance.even(count) * levels),
        np.zeros(count, np.int64),
        chance.between(count, straight_low[kind], straight_high[kind]).astype(np.int64),
        np.zeros(count),
        float(chance.between(1, -120.0, 120.0)[0]),
    )
    _arrange(world)
    return world


def _idents(kind: Ints, names: list[str]) -> list[str]:
    """Ships have MMSIs, drones remote ID, the rest addresses."""
    found = []
    for number, name in enumerate(names[k] for k in kind):
        if name == "ships":
            found.append(f"mmsi:{FIRST_MMSI + number}")
        elif name == "drones":
            found.append(f"rid:EXERCISE{number:06d}")
        else:
            found.append(f"icao:{FIRST_ADDRESS + number:06x}")
    return found


def _arrange(world: World) -> None:
    """Pairs of one kind that go straight until they meet, at one level, 0 to 1 km apart, within the time
    simulated."""
    wanted, chance = world.wanted, world.chance
    rows = np.flatnonzero(np.arange(len(world)) % 2 == 0)
    rows = rows[(rows + 1 < len(world))]
    rows = rows[world.kind[rows] == world.kind[rows + 1]][: wanted.meetings]
    for first in rows.tolist():
        second = first + 1
        at_s = 60 + int(chance.even(1)[0] * max(1, min(900, wanted.lasts_s - 120)))
        for one in (first, second):
            world.doing[one], world.until[one] = 0, at_s + 90
            world.meets_at[one] = at_s
        world.feet[second] = world.feet[first]
        world.track[second] = world.track[first] + chance.between(1, 0.5, 5.5)[0]
        away = float(chance.between(1, 0.0, 1_000.0)[0])
        there = world.lat[[first]], world.lon[[first]]
        for _ in range(at_s):
            there = moved(*there, world.track[[first]], world.speed[[first]])
        back = moved(*there, world.track[[second]] + np.pi / 2, np.array([away]))
        for _ in range(at_s):
            back = moved(*back, world.track[[second]] + np.pi, world.speed[[second]])
        world.lat[second], world.lon[second] = back[0][0], back[1][0]


def moved(lat: Floats, lon: Floats, track: Floats, way_m: Floats) -> tuple[Floats, Floats]:
    """Radians on, a short way along a track, by the ellipsoid's radii at the place."""
    sin = np.sin(lat)
    root = np.sqrt(1 - E2 * sin**2)
    north, east = A_M * (1 - E2) / root**3, A_M / root
    new = lat + way_m * np.cos(track) / north
    turned = lon + way_m * np.sin(track) / (east * np.maximum(np.cos(lat), 0.01))
    return new, (turned + np.pi) % (2 * np.pi) - np.pi


def step(world: World) -> None:
    """One second on."""
    kind = world.kind
    world.lat, world.lon = moved(world.lat, world.lon, world.track, world.speed)
    turn = np.radians(figures("turn"))[kind]
    turning = world.doing == 1
    world.track = np.where(turning, world.track + np.clip(world.goal, -turn, turn), world.track)
    world.goal = np.where(turning, world.goal - np.clip(world.goal, -turn, turn), world.goal)
    climb = figures("climb")[kind] / M_PER_FT
    climbing = world.doing == 2
    world.feet += np.where(climbing, np.clip(world.goal - world.feet, -climb, climb), 0.0)
    faster = world.doing == 3
    world.speed += np.where(faster, np.clip(world.goal - world.speed, -1.0, 1.0), 0.0)
    world.second += 1
    due = np.flatnonzero(world.until <= world.second)
    if len(due):
        _decide(world, due)


def _decide(world: World, due: Ints) -> None:
    """What those whose manoeuvre is over do next; who has left the region turns back to its middle."""
    chance, kind, count = world.chance, world.kind[due], len(due)
    low, high = ranges("straight")
    what, how = chance.even(count), chance.even(count)
    after_straight = world.doing[due] == 0
    turns, climbs = figures("turns")[kind], figures("climbs")[kind]
    doing = np.where(what < turns, 1, np.where(what < turns + climbs, 2, 3))
    doing = np.where(after_straight, doing, 0)
    home = _home(world, due)
    astray = ~np.isnan(home)
    doing = np.where(astray & after_straight, 1, doing)
    step_ft, (lowest, highest) = figures("step")[kind], ranges("levels")
    slow, fast = ranges("speed")
    levels = np.floor((highest - lowest)[kind] / step_ft) + 1
    level = lowest[kind] + step_ft * np.floor(how * levels)
    turn = np.where(astray, home, (how - 0.5) * 2 * np.pi)
    goal = np.select(
        [doing == 1, doing == 2, doing == 3], [turn, level, slow[kind] + (fast - slow)[kind] * how], 0.0
    )
    takes = np.select(
        [doing == 1, doing == 2, doing == 3],
        [
            np.abs(turn) / np.radians(figures("turn")[kind]),
            np.abs(level - world.feet[due]) * M_PER_FT / np.maximum(figures("climb")[kind], 0.1),
            np.abs(goal - world.speed[due]),
        ],
        chance.between(count, low[kind], high[kind]),
    )
    world.doing[due], world.goal[due] = doing, goal
    world.until[due] = world.second + 1 + np.ceil(takes).astype(np.int64)


def _home(world: World, rows: Ints) -> Floats:
    """The turn towards the region's middle, radians, for those outside it; NaN for the rest."""
    lat0, lon0 = np.radians(world.wanted.lat_deg), np.radians(world.wanted.lon_deg)
    north = (lat0 - world.lat[rows]) * A_M
    east = ((lon0 - world.lon[rows] + np.pi) % (2 * np.pi) - np.pi) * A_M * np.cos(lat0)
    turn = (np.arctan2(east, north) - world.track[rows] + np.pi) % (2 * np.pi) - np.pi
    return np.where(np.hypot(north, east) > world.wanted.radius_m, turn, np.nan)
