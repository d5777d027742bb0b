"""The published set of notices for `bench.conflict`: the same on every machine from the same seed.

Integers only: `random.Random.getrandbits`, and sines by an integer series, so that no machine's library of sines
decides a coordinate. What it holds:

- outlines of 10 to 60 vertices, ragged stars, every edge between 1 and 100 km;
- *groups*: notices of different parties around one place and one level, each of which truly conflicts with each other
  one. A new notice is one more member of the group of a notice drawn from the set. Nine in ten notices stand in
  groups of 1 to 8, one in ten (the dense ones) in groups of 10 to 46, so that a new notice has 5 true candidates in
  the median and never more than 50, counting those that chance adds;
- one in five is `unmanned`, the class that must keep 5 km and 1,000 ft from every class (`PARAMETERS`), and reaches
  up to 2.4 km short of the group's place, so that the minimum alone makes its conflicts; the rest are compared as
  drawn;
- all windows overlap; levels are 24 blocks in feet above mean sea level, 1,000 ft apart at the least, which the
  minimum just allows; neighbours in place and level are near misses of boxes that meet and outlines that do not;
- density does not depend on size: a set of 100,000 covers the Earth between 75° S and 75° N, one of 10,000 a tenth
  of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from random import Random

import msgspec

from steerclear.judgement import Notice
from steerclear.space.altitude import Altitude
from steerclear.space.volume import Point, Polygon, Volume4D
from steerclear.speech.parameters import Minimum, Parameters

SEED = 20_261_101
MINIMUM_MM, MINIMUM_TMM = 5_000_000, 3_048_000
PARAMETERS = Parameters(
    minima=(Minimum(a="unmanned", b="*", horizontal_mm=MINIMUM_MM, vertical_tmm=MINIMUM_TMM),)
)
PARTIES = tuple(hashlib.sha256(b"bench party %d" % i).hexdigest()[:32] for i in range(64))
CLASSES = ("fixed_wing", "rotary", "tanker_airlift", "ship")
LEVELS = 24
WHOLE_EARTH = 100_000
"""Notices on the Earth between the two 75th parallels."""

_ONE = 10**12
_PI = 3_141_592_653_590
_E7_PER_KM = 89_932
"""1e-7 degree of a great circle in a kilometre of the mean sphere, rounded."""
_SHORT_M, _LONG_M, _MOST_RADIUS_M = 1_100, 90_000, 120_000


@dataclass(frozen=True)
class Group:
    """A place (1e-7 degree) and a level where notices conflict with each other."""

    lat_e7: int
    lon_e7: int
    level: int


@dataclass(frozen=True)
class Made:
    """The notices that stand, and new ones with the size of the group that each joins (0: none)."""

    standing: list[Notice]
    new: list[tuple[Notice, int]]

    @property
    def sha256(self) -> str:
        """Of every notice as JSON, a line each, the standing ones first."""
        return digest([*self.standing, *(notice for notice, _ in self.new)])


def digest(notices: Iterable[Notice]) -> str:
    """SHA-256 of notices as JSON, a line each."""
    whole = hashlib.sha256()
    encode = msgspec.json.Encoder().encode
    for notice in notices:
        whole.update(encode(notice) + b"\n")
    return whole.hexdigest()


def make(count: int, new: int, seed: int = SEED) -> Made:
    """`count` notices that stand and `new` more, one after the other from one stream of numbers."""
    rng = Random(seed)
    standing: list[Notice] = []
    group_of: list[tuple[Group, int, int]] = []
    while len(standing) < count:
        size = min(_size(rng), count - len(standing))
        group, first = _group(rng, count), _below(rng, len(PARTIES))
        for member in range(size):
            group_of.append((group, size, first))
            standing.append(_notice(rng, group, PARTIES[(first + member) % len(PARTIES)]))
    fresh = []
    for _ in range(new):
        group, size, first = group_of[_below(rng, count)]
        if size == 1:
            group, size = _group(rng, count), 0
        fresh.append((_notice(rng, group, PARTIES[(first + size) % len(PARTIES)]), size))
    return Made(standing, fresh)


def _size(rng: Random) -> int:
    """Of a group, such that a notice drawn at random stands in each small size equally often, and one in ten in a
    dense one."""
    small, dense = range(1, 9), range(10, 47)
    weights = [(size, 90 * 37 * _LCM // size) for size in small]
    weights += [(size, 10 * 8 * _LCM // size) for size in dense]
    at = _below(rng, sum(weight for _, weight in weights))
    for size, weight in weights:
        at -= weight
        if at < 0:
            return size
    raise AssertionError("weights")


_LCM = 10**9


def _group(rng: Random, count: int) -> Group:
    """Even over the Earth's surface: latitudes drawn evenly are kept as often as their circle is long."""
    while True:
        lat_e7 = _below(rng, 1_500_000_001) - 750_000_000
        if _below(rng, _ONE) < _cosine(lat_e7 * _PI // 1_800_000_000):
            break
    width = 3_600_000_000 * min(count, WHOLE_EARTH) // WHOLE_EARTH
    return Group(lat_e7, _turned(_below(rng, width) - width // 2 + 1_500_000_000), _below(rng, LEVELS))


def _notice(rng: Random, group: Group, party: str) -> Notice:
    near = _below(rng, 5) == 0
    floor = 1_000 + 2_000 * group.level + _below(rng, 300)
    ceiling = 1_000 + 2_000 * group.level + 700 + _below(rng, 301)
    start, end = _below(rng, 6 * 60), 12 * 60 + _below(rng, 6 * 60)
    return Notice(
        id=f"{rng.getrandbits(256):064x}",
        party=party,
        kind="activity.flight",
        mode="EXERCISE",
        mover="unmanned" if near else CLASSES[_below(rng, len(CLASSES))],
        volumes=(
            Volume4D(
                Polygon(_outline(rng, group, near)),
                Altitude(floor, "ft", "MSL"),
                Altitude(ceiling, "ft", "MSL"),
                f"2026-11-02T{start // 60:02d}:{start % 60:02d}:00Z",
                f"2026-11-02T{end // 60:02d}:{end % 60:02d}:00Z",
            ),
        ),
    )


def _outline(rng: Random, group: Group, near: bool) -> tuple[Point, ...]:
    """A star whose edges all keep the bounds. It holds the group's place, or comes up to 2.4 km near it."""
    while True:
        count = 10 + _below(rng, 51)
        radii = _radii(rng, count)
        edges = list(_edges(radii))
        if all(_SHORT_M <= edge <= _LONG_M for edge in edges):
            break
    if near:
        at = _below(rng, count)
        away = radii[at] + 100 + _below(rng, 2_300)
        angle = 2 * _PI * at // count
    else:
        inner = min(radii) * _cosine(_PI // count) // _ONE
        away, angle = inner * _below(rng, 900) // 1_000, _below(rng, 2 * _PI)
    centre = _moved(group.lat_e7, group.lon_e7, angle + _PI, away)
    return tuple(_moved(*centre, 2 * _PI * i // count, radius) for i, radius in enumerate(radii))


def _radii(rng: Random, count: int) -> list[int]:
    """m; the longest one drawn so that each doubling from the least to the most is as likely as another."""
    least = _SHORT_M * _ONE // _sine(_PI // count) * 7 // 10
    doublings = 0
    while least << (doublings + 1) <= _MOST_RADIUS_M:
        doublings += 1
    base = least << _below(rng, doublings + 1)
    longest = min(base + _below(rng, base), _MOST_RADIUS_M)
    return [longest * (600 + _below(rng, 401)) // 1_000 for _ in range(count)]


def _edges(radii: list[int]) -> Iterator[int]:
    """Lengths in the plane, m."""
    turn = _cosine(2 * _PI // len(radii))
    for a, b in zip(radii, radii[1:] + radii[:1], strict=True):
        yield isqrt(a * a + b * b - 2 * a * b * turn // _ONE)


def _moved(lat_e7: int, lon_e7: int, angle: int, metres: int) -> Point:
    """A place in a direction from another one, on a sphere that is flat enough for a star."""
    north = metres * _cosine(angle) // _ONE * _E7_PER_KM // 1_000
    east = metres * _sine(angle) // _ONE * _E7_PER_KM // 1_000
    across = _cosine((lat_e7 + north // 2) * _PI // 1_800_000_000)
    return lat_e7 + north, _turned(lon_e7 + east * _ONE // across)


def _turned(lon_e7: int) -> int:
    return (lon_e7 + 1_800_000_000) % 3_600_000_000 - 1_800_000_000


def _cosine(angle: int) -> int:
    """Of an angle in 1e-12 rad, as a share of 1e12."""
    return _sine(angle + _PI // 2)


@lru_cache(maxsize=100_000)
def _sine(angle: int) -> int:
    """By its series after folding into a quarter of a turn; integers only."""
    angle = (angle + _PI) % (2 * _PI) - _PI
    if angle > _PI // 2:
        angle = _PI - angle
    elif angle < -_PI // 2:
        angle = -_PI - angle
    square = angle * angle // _ONE
    term = total = angle
    for step in (6, 20, 42, 72, 110, 156, 210):
        term = -term * square // (step * _ONE)
        total += term
    return total


def _below(rng: Random, end: int) -> int:
    """Evenly from 0 to `end` − 1 (to 1e-9 for the numbers used here); the same in every version of Python."""
    return rng.getrandbits(96) % end
