"""What a site or a movement keeps others away from, as volumes: drawn from its points, errors and times.

judgement.md, Bad input: on the most protective reading, so the union of all forms of a position with their errors. A
site has no time of its own: it protects until its release, so its volume runs from the first day to the last (its
`review` is the end of what was declared). A movement's legs are corridors, each from the earliest departure of its
first point to the latest passing of its last. From the surface up without limit: what is to be kept away is whatever
could harm those on the ground.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

from steerclear.errors import Malformed
from steerclear.space.positions import SITE_LIMIT_MM, Fix, distance_mm, fix_of
from steerclear.space.volume import Circle, Corridor, Volume4D
from steerclear.speech.kinds.common import Position
from steerclear.speech.kinds.movement_notify import (
    DEFAULT_HALF_WIDTH_MM,
    DEFAULT_TOLERANCE_S,
    Movement,
    Waypoint,
    points,
)
from steerclear.speech.kinds.site_notify import DEFAULT_EXTENT_MM, Site
from steerclear.units import format_time, parse_time_lenient

FIRST_DAY: Final = "0001-01-01T00:00:00Z"
LAST_DAY: Final = "9999-12-31T23:59:59Z"
_ZONE_BEFORE_MS: Final = 14 * 3_600_000
_ZONE_AFTER_MS: Final = 12 * 3_600_000


def volumes_of(body: Any) -> tuple[Volume4D, ...]:
    """The volumes of any notice: those that it carries, else those that its points make."""
    if isinstance(body, Site):
        return site_volumes(body)
    if isinstance(body, Movement):
        return movement_volumes(body)
    return getattr(body, "volumes", ()) or ()


def site_volumes(site: Site) -> tuple[Volume4D, ...]:
    """One circle round the site, or one round each place that its forms name where these are over 500 m apart."""
    fixes = readable(site.positions)
    extent = site.extent_mm if site.extent_mm is not None else DEFAULT_EXTENT_MM
    until = site.review or LAST_DAY
    return tuple(
        Volume4D(Circle((lat, lon), max(extent + more, 1)), "surface", "unlimited", FIRST_DAY, until)
        for lat, lon, more in spread(fixes)
    )


def movement_volumes(movement: Movement) -> tuple[Volume4D, ...]:
    """One corridor a leg; several where a point's forms are over 500 m apart. A leg whose points name no place or no
    time is left out (`complete.missing` asks for it)."""
    wide = movement.half_width_mm if movement.half_width_mm is not None else DEFAULT_HALF_WIDTH_MM
    out = []
    for one, two in pairwise(points(movement)):
        start, end = earliest_ms(one), latest_ms(two)
        if start is None or end is None or end <= start:
            continue
        when = (format_time(start), format_time(end))
        for a in spread(readable(one.positions)):
            for b in spread(readable(two.positions)):
                half = max(wide + max(a.error_mm, b.error_mm), 1)
                out.append(Volume4D(_between(a, b, half), "surface", "unlimited", *when))
    return tuple(out)


def _between(a: Fix, b: Fix, half_mm: int) -> Corridor | Circle:
    """A leg that ends where it began is a circle."""
    if a[:2] == b[:2]:
        return Circle(a[:2], half_mm)
    return Corridor((a[:2], b[:2]), half_mm)


def earliest_ms(point: Waypoint) -> int | None:
    """When a point may be left at the earliest: its time less its tolerance; without a zone in the earliest zone."""
    return _edge(point, -1, -_ZONE_BEFORE_MS)


def latest_ms(point: Waypoint) -> int | None:
    """When a point is passed at the latest."""
    return _edge(point, 1, _ZONE_AFTER_MS)


def _edge(point: Waypoint, sign: int, zoneless: int) -> int | None:
    if point.at is None:
        return None
    try:
        at, zoned = parse_time_lenient(point.at)
    except Malformed:
        return None
    tolerance = point.tolerance_s if point.tolerance_s is not None else DEFAULT_TOLERANCE_S
    return int(at) + sign * tolerance * 1_000 + (0 if zoned else zoneless)


def readable(positions: Iterable[Position]) -> tuple[Fix, ...]:
    """The positions that mean a place."""
    out = []
    for position in positions:
        try:
            out.append(fix_of(position))
        except Malformed:
            continue
    return tuple(out)


def spread(fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
    """The forms of one point as one place whose error holds them all; each by itself where two are over 500 m apart."""
    if not fixes:
        return ()
    first = fixes[0]
    if any(distance_mm(a, b) > SITE_LIMIT_MM for i, a in enumerate(fixes) for b in fixes[:i]):
        return fixes
    reach = max(distance_mm(first, one) + one.error_mm for one in fixes)
    return (first._replace(error_mm=reach),)
