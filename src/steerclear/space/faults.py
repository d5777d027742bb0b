"""What is wrong with an outline, in words for the person who drew it (judgement.md, Bad input).

Conventions: a ring lists each vertex once and closes by itself (ASTM F3548; GeoJSON's closed rings are read
by geojson.py). Edges may not cross, touch or run along one another; holes lie inside the exterior and apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from steerclear.errors import Malformed
from steerclear.space.geodesic import ERROR_MM, latlon
from steerclear.space.outline import BLOCK, Core, build, build_area, chords, inside, sideways
from steerclear.space.volume import LAT_MAX_E7, LON_MAX_E7, Circle, Corridor, Outline, Polygon, Ring

SOURCE = "judgement.md, Bad input"

_LATITUDE = "write latitude first, from -900000000 to 900000000 (1e-7 degree)"
_LONGITUDE = "write longitude second, from -1800000000 to 1800000000 (1e-7 degree)"
_ORDER = "order the vertices along the boundary, or divide the outline"


def outline_faults(outline: Outline) -> Iterator[Malformed]:
    """Every fault of an outline, fields relative to it; faults of shape only where each vertex is legal."""
    found = False
    for fault in _written_faults(outline):
        found = True
        yield fault
    if not found:
        yield from _shape_faults(outline)


def _written_faults(outline: Outline) -> Iterator[Malformed]:
    match outline:
        case Circle(centre, radius_mm):
            yield from _place_faults("centre", centre)
            if radius_mm <= 0:
                yield _fault("empty-volume", "radius_mm", "write a radius above zero, in millimetres")
        case Corridor(line, half_width_mm):
            yield from _chain_faults("line", line)
            if len(line) < 2:
                yield _fault("fewer-than-two-vertices", "line", "give two vertices or more, or a circle")
            if half_width_mm <= 0:
                yield _fault("empty-volume", "half_width_mm", "write a half-width above zero, in millimetres")
        case Polygon(exterior, holes):
            yield from _ring_faults("exterior", exterior)
            for number, hole in enumerate(holes):
                yield from _ring_faults(f"holes[{number}]", hole)


def _ring_faults(name: str, ring: Ring) -> Iterator[Malformed]:
    if len(ring) > 1 and ring[0] == ring[-1]:
        remedy = "leave the last vertex out: a ring closes by itself"
        yield _fault("ring-repeats-first", f"{name}[{len(ring) - 1}]", remedy)
        ring = ring[:-1]
    if len(ring) < 3:
        yield _fault("fewer-than-three-vertices", name, "give at least three different vertices")
    yield from _chain_faults(name, ring)


def _chain_faults(name: str, chain: Ring) -> Iterator[Malformed]:
    for at, point in enumerate(chain):
        yield from _place_faults(f"{name}[{at}]", point)
        if at and point == chain[at - 1]:
            yield _fault("repeated-vertex", f"{name}[{at}]", "leave it out: it stands at the one before it")


def _place_faults(name: str, point: tuple[int, int]) -> Iterator[Malformed]:
    if abs(point[0]) > LAT_MAX_E7:
        yield _fault("latitude-over-90", f"{name}[0]", _LATITUDE)
    if abs(point[1]) > LON_MAX_E7:
        yield _fault("longitude-over-180", f"{name}[1]", _LONGITUDE)


def _shape_faults(outline: Outline) -> Iterator[Malformed]:
    field = {Polygon: "exterior", Circle: "centre", Corridor: "line"}[type(outline)]
    try:
        core = build(outline)
    except Malformed as error:
        yield _fault(error.rule, field, error.remedy)
        return
    if isinstance(outline, Corridor) and core.kind != "line":
        yield _fault("fewer-than-two-vertices", field, "its vertices are one place: write a circle")
    if isinstance(outline, Polygon) and core.kind != "area":
        yield _fault("empty-volume", field, "its vertices are one or two places: give three that are apart")
    if isinstance(outline, Polygon) and core.kind == "area":
        clash = self_crossing(core)
        if clash is not None:
            lat, lon = clash
            yield _fault("self-crossing", field, f"edges meet near {lat:.5f}, {lon:.5f}: {_ORDER}")
        elif outline.holes:
            yield from _hole_faults(outline)


def _hole_faults(outline: Polygon) -> Iterator[Malformed]:
    """Where no edges meet, one vertex says for a whole ring where it is."""
    whole = build_area(outline.exterior, (), 0)
    holes = [build_area(hole, (), 0) for hole in outline.holes]
    for number, hole in enumerate(holes):
        if not _starts_in(hole, whole):
            yield _fault("hole-outside", f"holes[{number}]", "draw it inside the exterior, or leave it out")
        for other_number, other in enumerate(holes):
            if other is not hole and _starts_in(hole, other):
                remedy = f"it lies in holes[{other_number}]: an island in a hole is a volume of its own"
                yield _fault("hole-in-hole", f"holes[{number}]", remedy)


def _starts_in(ring: Core, area: Core) -> bool:
    first = ring.points[:1]
    return area.kind == "area" and bool(inside(area, first, sideways(area, first) >= 0)[0])


def self_crossing(core: Core) -> tuple[float, float] | None:
    """Where two edges of an area's rings cross, touch or run together; None where the rings are simple.

    Looks for a vertex within the error bound of an edge that is not its own, and for two edges of which each
    has its ends on both sides of the other.
    """
    pieces = core.pieces
    count = len(pieces.first)
    step = max(1, BLOCK // count)
    left = np.empty((count, count), dtype=np.bool_)
    flat = np.empty((count, count), dtype=np.bool_)
    for start in range(0, count, step):
        rows = slice(start, min(count, start + step))
        queries = core.points[rows]
        offsets = sideways(core, queries)
        left[rows] = offsets >= 0
        flat[rows] = np.abs(offsets) <= ERROR_MM / 1000
        close = chords(pieces, queries, offsets)[0] <= (ERROR_MM / 1000) ** 2
        own = np.arange(rows.start, rows.stop)[:, None]
        close &= (pieces.first[None, :] != own) & (pieces.last[None, :] != own)
        if close.any():
            return latlon(queries[int(np.argwhere(close)[0, 0])])
    over = left[pieces.first] != left[pieces.last]
    over &= over.T
    # Pieces of one meridian lie in one plane, where the side is only rounding; if they met, a vertex was close.
    along = flat[pieces.first] & flat[pieces.last]
    over &= ~(along & along.T)
    over &= (pieces.first[:, None] != pieces.last) & (pieces.last[:, None] != pieces.first)
    np.fill_diagonal(over, False)
    pairs = np.argwhere(over)
    return latlon(core.points[pieces.first[int(pairs[0, 0])]]) if len(pairs) else None


def _fault(rule: str, field: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=SOURCE)
