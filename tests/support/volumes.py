"""Short ways to write volumes in tests."""

from __future__ import annotations

from steerclear.space.altitude import Altitude
from steerclear.space.overlap import Minima, overlap
from steerclear.space.prepare import prepare
from steerclear.space.volume import Circle, Corridor, Polygon, Volume4D
from support.geodesics import e7

START, END = "2015-10-20T10:00:00Z", "2015-10-20T11:00:00Z"


def ft(value, ref="MSL"):
    return Altitude(value, "ft", ref)


def polygon(*places, holes=()):
    """Vertices as (lat, lon) in degrees."""
    return Polygon(tuple(e7(*p) for p in places), tuple(tuple(e7(*p) for p in hole) for hole in holes))


def box(south, west, north, east):
    return polygon((south, west), (south, east), (north, east), (north, west))


def circle(lat, lon, metres):
    return Circle(e7(lat, lon), round(metres * 1000))


def corridor(*places, metres):
    return Corridor(tuple(e7(*p) for p in places), round(metres * 1000))


def volume(outline, lower=None, upper=None, start=START, end=END):
    lower, upper = ft(1_000) if lower is None else lower, ft(2_000) if upper is None else upper
    return Volume4D(outline, lower, upper, start, end)


def meets(one, two, horizontal_m=0.0, vertical_tmm=0, time_ms=0):
    """The witness for two outlines or volumes."""
    a, b = (prepare(v if isinstance(v, Volume4D) else volume(v)) for v in (one, two))
    return overlap(a, b, Minima(round(horizontal_m * 1000), vertical_tmm, time_ms))
