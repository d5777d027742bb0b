"""The most protective reading of an outline that arrived (prepare.py has the table): never smaller than
meant."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from steerclear.errors import Malformed
from steerclear.space.chain import MAX_PIECES
from steerclear.space.faults import outline_faults
from steerclear.space.geodesic import latlon, normals_at, surface, to_e7, vectors
from steerclear.space.outline import Core, build, build_area, cap_of
from steerclear.space.volume import LAT_MAX_E7, Circle, Corridor, Outline, Point, Polygon, Ring

_HULL_MM = 10_000
"""Drawn around a hull, whose edges were found on the sphere: an edge that the ellipsoid puts a little outside
it is still inside."""
_MOST_RADIUS_MM = 6_420_000_000
"""Above the largest radius of curvature of WGS84 (6,399,594 m), with room for edges that bulge."""
_MEANS_THE_SAME = frozenset(["ring-repeats-first", "repeated-vertex"])
_MEANT_OTHERWISE = frozenset(["self-crossing", "hole-outside", "hole-in-hole", "longitude-over-180"])


def repaired(outline: Outline, marks: set[str]) -> Core:
    """A core for any outline, and its marks. Raises `Malformed` where no reading is left: no vertex at all, a
    latitude over 90°, or an outline larger than the smaller side of the Earth.
    """
    rules = {fault.rule for fault in outline_faults(outline)}
    if not rules:
        return build(outline)
    outline = _turned(outline)
    if rules - _MEANS_THE_SAME:
        rules |= {fault.rule for fault in outline_faults(outline)}
    marks |= {"inconsistent" if rule in _MEANT_OTHERWISE else "malformed" for rule in rules - _MEANS_THE_SAME}
    match outline:
        case Circle(centre, radius_mm):
            return build(Circle(_placed((centre,))[0], abs(radius_mm)))
        case Corridor(line, half_width_mm):
            if "too-many-vertices" in rules:
                return build(_round(_placed(line), abs(half_width_mm)))
            return build(Corridor(_placed(line), abs(half_width_mm)))
        case Polygon(exterior, holes):
            return _area(_placed(exterior), holes)


def _area(exterior: Ring, holes: tuple[Ring, ...]) -> Core:
    """The polygon with its holes if that is sound, without them if that is, else the hull, else a circle."""
    if len(exterior) > MAX_PIECES:
        return build(_round(exterior, 0))
    for tried in (Polygon(exterior, holes), Polygon(exterior)):
        rules = {fault.rule for fault in outline_faults(tried)}
        if not rules - _MEANS_THE_SAME:
            return build(tried)
    if "too-many-vertices" in rules:
        return build(_round(exterior, 0))
    plain = build_area(exterior, (), 0)
    if plain.kind != "area":
        return plain
    hull = _hull(exterior, plain)
    if hull is not None and not {fault.rule for fault in outline_faults(Polygon(hull))} - _MEANS_THE_SAME:
        return build_area(hull, (), _HULL_MM)
    return build(_round(exterior, 0))


def _round(chain: Ring, more_mm: int) -> Circle:
    """A circle that holds every edge between the vertices, and `more_mm` round them."""
    normals, _ = vectors(np.array(chain, dtype=np.float64))
    middle, cap = cap_of(normals)
    return Circle(
        to_e7(latlon(surface(middle[None])[0])), math.ceil(cap * _MOST_RADIUS_MM) + _HULL_MM + more_mm
    )


def _hull(ring: Ring, core: Core) -> Ring | None:
    """The convex hull of the vertices: geodesics of the sphere are straight in a gnomonic chart at the
    middle."""
    middle = normals_at(core.middle[None])[0]
    if core.ball_m > 3_000_000:
        return None
    east = (-middle[1], middle[0], 0.0) if abs(middle[2]) < 0.99 else (0.0, -middle[2], middle[1])
    size = math.sqrt(sum(part * part for part in east))
    ex, ey, ez = (float(part) / size for part in east)
    mx, my, mz = (float(part) for part in middle)
    nx, ny, nz = my * ez - mz * ey, mz * ex - mx * ez, mx * ey - my * ex
    flat: dict[tuple[float, float], Point] = {}
    for lat_e7, lon_e7 in ring:
        lat, lon = math.radians(lat_e7 / 1e7), math.radians(lon_e7 / 1e7)
        x, y, z = math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
        depth = x * mx + y * my + z * mz
        if depth < 0.1:
            return None
        chart = ((x * ex + y * ey + z * ez) / depth, (x * nx + y * ny + z * nz) / depth)
        flat[chart] = (lat_e7, lon_e7)
    order = sorted(flat)
    if len(order) < 3:
        return None
    rim = _half(order)[:-1] + _half(order[::-1])[:-1]
    return tuple(flat[place] for place in rim)


def _half(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """One side of the hull of places in order, by turns (Andrew's monotone chain)."""
    kept: list[tuple[float, float]] = []
    for place in places:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], place) <= 0:
            kept.pop()
        kept.append(place)
    return kept


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _placed(chain: Ring) -> Ring:
    if not chain:
        raise Malformed("no-outline", remedy="give at least one vertex")
    for lat_e7, _ in chain:
        if abs(lat_e7) > LAT_MAX_E7:
            raise Malformed("latitude-over-90", remedy="write latitude first, at most 90 degrees")
    return chain


def _turned(outline: Outline) -> Outline:
    """Longitudes turned into ±180°."""
    match outline:
        case Circle(centre, _):
            return msgspec.structs.replace(outline, centre=_point(centre))
        case Corridor(line, _):
            return msgspec.structs.replace(outline, line=tuple(_point(point) for point in line))
        case Polygon(exterior, holes):
            return Polygon(
                tuple(_point(point) for point in exterior),
                tuple(tuple(_point(point) for point in hole) for hole in holes),
            )


def _point(point: Point) -> Point:
    lat_e7, lon_e7 = point
    if abs(lon_e7) <= 1_800_000_000:
        return point
    return lat_e7, (lon_e7 + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
