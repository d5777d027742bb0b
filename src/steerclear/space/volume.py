"""What a volume is on the wire: an outline, two altitude limits and a window of time. Integers and text only.

A point is `[lat_e7, lon_e7]`, 1e-7 degree on WGS84. Edges are shortest paths on WGS84 (as ASTM F3548 defines
them). A ring is listed **without repeating its first vertex**; it closes by itself, in either winding, and
encloses the smaller side of the Earth. Times are RFC 3339 with a zone, the window is half-open `[start,
end)`.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from steerclear.space.altitude import Altitude, Limit

Point: TypeAlias = tuple[int, int]
Ring: TypeAlias = tuple[Point, ...]

LAT_MAX_E7 = 900_000_000
LON_MAX_E7 = 1_800_000_000


class Polygon(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag="polygon"):
    """The surface inside `exterior` and outside every hole."""

    exterior: Ring
    holes: tuple[Ring, ...] = ()


class Circle(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag="circle"):
    """Every point no farther than `radius_mm` from `centre`, measured on the ellipsoid."""

    centre: Point
    radius_mm: int


class Corridor(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag="corridor"):
    """Every point no farther than `half_width_mm` from `line`, so its ends are round. A line may cross
    itself."""

    line: Ring
    half_width_mm: int


Outline: TypeAlias = Polygon | Circle | Corridor

UpperLimit: TypeAlias = Limit | tuple[Limit, ...]
"""One limit. A list of several is what arrives from a notice with two upper limits: the desk refuses it, an
arriving one is marked `two-limits` and judged on the highest (scenarios.md, AT19); likewise the lowest of
several floors."""


class Volume4D(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One outline between two altitudes during one window. Conflict needs outline, altitude *and* time of one
    volume."""

    outline: Outline
    lower: UpperLimit
    upper: UpperLimit
    start: str
    end: str


def limits_of(limit: UpperLimit) -> tuple[Limit, ...]:
    """The limits that a field holds: one, unless the notice is faulty."""
    if isinstance(limit, Altitude | str):
        return (limit,)
    return limit


def points_of(outline: Outline) -> tuple[Point, ...]:
    """Every vertex as written, exterior first."""
    match outline:
        case Polygon(exterior, holes):
            return exterior + tuple(point for hole in holes for point in hole)
        case Circle(centre, _):
            return (centre,)
        case Corridor(line, _):
            return line
