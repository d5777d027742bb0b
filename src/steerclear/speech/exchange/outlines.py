"""A drawn outline as a point and how far the site reaches from it: the middle of its vertices and the farthest one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from steerclear.errors import Malformed
from steerclear.space.positions import Fix, distance_mm
from steerclear.speech import quantities
from steerclear.speech.exchange.record import degrees

MAX_VERTICES = 5_000


def point_of(lon: str, lat: str) -> dict[str, str]:
    """A position of a drawing as columns, rounded to 1e-7 degree. Raises `Malformed`."""
    lat_e7, lon_e7 = e7(lat, 90), e7(lon, 180)
    return {"lat": degrees(lat_e7), "lon": degrees(lon_e7)}


def e7(text: str, most: int) -> int:
    """Decimal degrees as text, exactly. Raises `Malformed`."""
    try:
        return quantities.degrees_e7(text.strip(), most)
    except Malformed:
        raise Malformed("bad-position", remedy=f"decimal degrees to {most}, longitude first") from None


def reach(ring: Sequence[tuple[str, str]]) -> tuple[dict[str, str], str]:
    """(point, extent) of vertices (lon, lat): round its middle as far as its farthest vertex. Raises `Malformed`."""
    if not 3 <= len(ring) <= MAX_VERTICES:
        raise Malformed("bad-outline", remedy=f"three to {MAX_VERTICES} vertices")
    fixes = [Fix(e7(lat, 90), e7(lon, 180), 0) for lon, lat in ring]
    x = y = z = 0.0
    for fix in fixes:
        lat, lon = math.radians(fix.lat_e7 / 1e7), math.radians(fix.lon_e7 / 1e7)
        x, y, z = x + math.cos(lat) * math.cos(lon), y + math.cos(lat) * math.sin(lon), z + math.sin(lat)
    middle = Fix(
        round(math.degrees(math.atan2(z, math.hypot(x, y))) * 1e7),
        round(math.degrees(math.atan2(y, x)) * 1e7),
        0,
    )
    far = max(distance_mm(middle, fix) for fix in fixes)
    return {"lat": degrees(middle.lat_e7), "lon": degrees(middle.lon_e7)}, f"{-(-far // 1_000)} m"
