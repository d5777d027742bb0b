"""The mark of one copy: who a file of protected places was made for can be told from a leaked part of it.

boundary.md: watermarks never move a position beyond its stated error and never add decoys. What carries the mark
(docs/adr/0014-watermark.md), each place by itself so that any part of a copy carries it, and in the figures alone so
that another format carries it too:

- a position with a stated error of 1 m or more is moved by at most a quarter of that error and at most 100 m, and the
  copy states the error a quarter larger, so that what it states stays true;
- a circle is drawn as a polygon of 72 points around it, turned by an angle: it holds the whole circle;
- a polygon begins at another of its vertices.

A position without a stated error, or written as text, is never touched. Keyed by HMAC-SHA-256: without the node's
secret nobody can tell where a position stood, or make the mark of somebody else.
"""

from __future__ import annotations

import hmac
import math
from hashlib import sha256
from typing import Any, Final

import msgspec

from steerclear.space.geodesic import MEAN_M, direct, to_e7
from steerclear.space.volume import Circle, Outline, Polygon, Volume4D
from steerclear.speech.kinds.common import Position

TAG: Final = b"steerclear/watermark/v1\n"
LEAST_ERROR_MM: Final = 1_000
"""A position stated finer than this is never touched."""
SHARE: Final = 4
MOST_MM: Final = 100_000
CORNERS: Final = 72
_OUTSIDE: Final = 1.001
_ROUNDING_M: Final = 0.03
"""The polygon stays outside the circle, whatever the ellipsoid and the rounding to 1e-7 degree do."""
Point = tuple[int, int]


def key_of(secret: bytes, line: str, nonce: str, recipient: str) -> bytes:
    """The key of one copy, of the node's secret, the order's nonce and who it is for."""
    return hmac.digest(secret, TAG + "\n".join((line, nonce, recipient)).encode(), sha256)


def name_of(key: bytes) -> str:
    """What the copy is called at its head and in the record; says nothing of the recipient."""
    return hmac.digest(key, b"name", sha256).hex()[:16]


def reach_mm(error_mm: int | None) -> int:
    """How far at most a position with this stated error is moved; 0: it is not."""
    if error_mm is None or error_mm < LEAST_ERROR_MM:
        return 0
    return min(error_mm // SHARE, MOST_MM)


def moved(key: bytes, point: Point, error_mm: int | None) -> Point:
    """Where this copy has a position that stands at `point`; at most `reach_mm` from it."""
    reach = reach_mm(error_mm) - 20  # the rounding to 1e-7 degree
    if reach <= 0:
        return point
    one, two = _fractions(key, b"point", point, (error_mm or 0,))
    return _to(point, 360 * one, math.sqrt(two) * reach / 1000)


def ring(key: bytes, circle: Circle) -> tuple[Point, ...]:
    """72 points around a circle, none inside it; the angle of the first is the mark."""
    half = math.pi / CORNERS
    angle = circle.radius_mm / 1000 / MEAN_M
    around = math.atan2(math.sin(angle), math.cos(angle) * math.cos(half))  # right-angled spherical triangle
    begin = _fractions(key, b"ring", circle.centre, (circle.radius_mm,))[0]
    step = 360 / CORNERS
    return tuple(
        _to(circle.centre, (begin + i) * step, around * MEAN_M * _OUTSIDE + _ROUNDING_M)
        for i in range(CORNERS)
    )


def turned(key: bytes, polygon: Polygon) -> Polygon:
    """The same polygon, written from another vertex on."""
    return Polygon(_turned(key, polygon.exterior), tuple(_turned(key, hole) for hole in polygon.holes))


def first_of(key: bytes, vertices: tuple[Point, ...]) -> int:
    """Which vertex stands first in this copy."""
    flat = tuple(figure for vertex in vertices[:1] for figure in vertex)
    return int(_fractions(key, b"turn", (flat[0], flat[1]), (len(vertices),))[0] * len(vertices))


def outline(key: bytes, shape: Outline) -> Outline:
    """The outline as this copy writes it; a corridor stays as it is."""
    if isinstance(shape, Circle):
        return Polygon(ring(key, shape))
    return turned(key, shape) if isinstance(shape, Polygon) else shape


def marked(key: bytes, value: Any) -> Any:
    """A body with every position and outline in it as this copy has them; as many as before."""
    if isinstance(value, Position):
        return _position(key, value)
    if isinstance(value, Volume4D):
        return msgspec.structs.replace(value, outline=outline(key, value.outline))
    if isinstance(value, tuple):
        return tuple(marked(key, one) for one in value)
    if not isinstance(value, msgspec.Struct):
        return value
    changed = {name: marked(key, getattr(value, name)) for name in value.__struct_fields__}
    return msgspec.structs.replace(value, **changed)


def _position(key: bytes, value: Position) -> Position:
    if value.lat_e7 is None or value.lon_e7 is None or not reach_mm(value.error_mm):
        return value
    lat, lon = moved(key, (value.lat_e7, value.lon_e7), value.error_mm)
    error = value.error_mm + reach_mm(value.error_mm) if value.error_mm is not None else None
    return msgspec.structs.replace(value, lat_e7=lat, lon_e7=lon, error_mm=error)


def _turned(key: bytes, vertices: tuple[Point, ...]) -> tuple[Point, ...]:
    if not vertices:
        return vertices
    first = first_of(key, vertices)
    return vertices[first:] + vertices[:first]


def _to(point: Point, bearing_deg: float, metres: float) -> Point:
    return to_e7(direct((point[0] / 1e7, point[1] / 1e7), bearing_deg, metres))


def _fractions(key: bytes, what: bytes, point: Point, more: tuple[int, ...]) -> tuple[float, float]:
    """Two figures in [0, 1), the same for the same place in the same copy."""
    text = what + b" " + " ".join(map(str, (*point, *more))).encode()
    made = hmac.digest(key, text, sha256)
    return int.from_bytes(made[:6], "big") / 2**48, int.from_bytes(made[6:12], "big") / 2**48
