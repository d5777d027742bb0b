"""From a leaked file, or a part of it in any format, to the copy that it was taken from, with how sure that is.

Every pair of decimal figures in the file is looked at as a position, in either order. A position that stands where
one copy has one of its places, to the precision with which the file writes it, speaks for that copy by as much as it
would be there by chance: the room that the precision leaves, in the room within which copies differ.
"""

from __future__ import annotations

import io
import math
import re
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from steerclear.space.volume import Circle, Polygon
from steerclear.speech import watermark
from steerclear.speech.kinds.common import Position
from steerclear.speech.walk import structs

MAX_PAIRS: Final = 400_000
_NUMBER: Final = re.compile(r"(?<![0-9.])-?[0-9]{1,3}\.[0-9]{2,12}(?![0-9.])", re.ASCII)
_MM_PER_E7: Final = 11.132
_SURE, _LIKELY = 6.0, 3.0
Sure = Literal["sure", "likely", "weak"]
Floats = NDArray[np.float64]
Spot = tuple[int, int, int]
"""Latitude and longitude in 1e-7 degree, and the stated error in mm."""


@dataclass(frozen=True)
class Places:
    """What copies were made of: positions with their error, circles, polygons; each once."""

    spots: tuple[Spot, ...]
    circles: tuple[Circle, ...]
    rings: tuple[tuple[watermark.Point, ...], ...]


class Found(msgspec.Struct, frozen=True):
    """How a copy fits the file: `matched` of its places stand there as in this copy, of `places` that stand there
    within reach at all; by chance once in 10^`odds` (tenths: `odds_tenths`). `named`: the file says this copy's name,
    which anybody can write."""

    matched: int
    places: int
    odds_tenths: int
    sure: Sure
    named: bool = False


def places_of(bodies: Iterable[Any]) -> Places:
    """Everything in these bodies that a mark can stand in."""
    spots: dict[Spot, None] = {}
    circles: dict[Circle, None] = {}
    rings: dict[tuple[watermark.Point, ...], None] = {}
    for body in bodies:
        for _, one in (*structs(body, Position), *structs(body, Circle), *structs(body, Polygon)):
            if isinstance(one, Position) and one.lat_e7 is not None and one.lon_e7 is not None:
                if watermark.reach_mm(one.error_mm):
                    spots[(one.lat_e7, one.lon_e7, one.error_mm or 0)] = None
            elif isinstance(one, Circle):
                circles[one] = None
            elif isinstance(one, Polygon):
                rings.update(dict.fromkeys((one.exterior, *one.holes)))
    return Places(tuple(spots), tuple(circles), tuple(rings))


def trace(data: bytes, places: Places, keys: Mapping[str, bytes]) -> dict[str, Found]:
    """Name of each copy (a key of `keys`) that fits at all → how well, the surest first."""
    text = text_of(data)
    points, room = pairs(text)
    near_spots = [(spot, _near(points, spot[:2], watermark.reach_mm(spot[2]))) for spot in places.spots]
    near_spots = [(spot, rows) for spot, rows in near_spots if len(rows)]
    near_rings = [(one, _around(points, one)) for one in places.circles]
    near_rings = [(one, rows) for one, rows in near_rings if len(rows)]
    first = [(ring, _first(points, room, ring)) for ring in places.rings]
    first = [(ring, at) for ring, at in first if at is not None]
    out = {}
    for name, key in keys.items():
        odds, matched = 0.0, 0
        for spot, rows in near_spots:
            found = _spot_odds(key, spot, points[rows], room[rows])
            odds, matched = odds + found, matched + (found > 0)
        for circle, rows in near_rings:
            found = _ring_odds(key, circle, points[rows], room[rows])
            odds, matched = odds + found, matched + (found > 0)
        for ring, at in first:
            found = math.log10(len(ring)) if watermark.first_of(key, ring) == at else 0.0
            odds, matched = odds + found, matched + (found > 0)
        named = name in text
        if matched or named:
            total = len(near_spots) + len(near_rings) + len(first)
            tenths = max(0, int(10 * (odds - math.log10(max(1, len(keys))))))
            sure: Sure = "sure" if tenths >= 10 * _SURE else "likely" if tenths >= 10 * _LIKELY else "weak"
            out[name] = Found(matched, total, tenths, sure, named)
    return dict(sorted(out.items(), key=lambda row: (-row[1].odds_tenths, -row[1].matched, row[0])))


def text_of(data: bytes) -> str:
    """The file's text; of a tar or zip (KMZ, a kit) that of all its parts. What cannot be unpacked is read as it is."""
    return "\n".join(one.decode("utf-8", "replace") for one in parts_of(data))


def parts_of(data: bytes) -> tuple[bytes, ...]:
    """The files in a tar or zip; else the file itself alone."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as tar:
            files = [tar.extractfile(one) for one in tar if one.isfile()]
            return tuple(one.read() for one in files if one is not None)
    except (tarfile.TarError, EOFError, OSError):
        pass_on = data
    try:
        with zipfile.ZipFile(io.BytesIO(pass_on)) as packed:
            if sum(one.file_size for one in packed.infolist()) > 64 << 20:
                return ()
            return tuple(packed.read(one) for one in packed.infolist())
    except (zipfile.BadZipFile, OSError, RuntimeError):
        return (pass_on,)


def pairs(text: str) -> tuple[Floats, Floats]:
    """((n, 2) positions in degrees, (n,) half of the last digit in degrees): figures that follow each other, in both
    orders. A figure shorter than most of the file ended in zeros that were left out."""
    figures = [(float(one.group()), len(one.group().partition(".")[2])) for one in _NUMBER.finditer(text)]
    usual = sorted(digits for _, digits in figures)[len(figures) // 2] if figures else 0
    rows, room = [], []
    for (a, digits_a), (b, digits_b) in pairwise(figures[:MAX_PAIRS]):
        for lat, lon in ((a, b), (b, a)):
            if abs(lat) <= 90 and abs(lon) <= 180:
                rows.append((lat, lon))
                room.append(0.5 * 10.0 ** -max(usual, min(digits_a, digits_b)) + 1e-7)
    return np.array(rows, dtype=np.float64).reshape(-1, 2), np.array(room, dtype=np.float64)


def _near(points: Floats, spot: Sequence[int], reach_mm: int) -> Any:
    """Rows within twice the reach of a place."""
    lat, lon = spot[0] / 1e7, spot[1] / 1e7
    high = 2 * (reach_mm + 1_500) / _MM_PER_E7 / 1e7
    wide = min(180.0, high / max(math.cos(math.radians(lat)), 1e-6))
    off = np.abs((points[:, 1] - lon + 180) % 360 - 180)
    return np.nonzero((np.abs(points[:, 0] - lat) <= high) & (off <= wide))[0]


def _around(points: Floats, circle: Circle) -> Any:
    return _near(points, circle.centre, circle.radius_mm)


def _hits(at: watermark.Point, points: Floats, room: Floats) -> NDArray[np.bool_]:
    off = np.abs((points[:, 1] - at[1] / 1e7 + 180) % 360 - 180)
    hits: NDArray[np.bool_] = (np.abs(points[:, 0] - at[0] / 1e7) <= room) & (off <= room)
    return hits


def _spot_odds(key: bytes, spot: Spot, points: Floats, room: Floats) -> float:
    """How many powers of ten a place speaks for the copy."""
    hits = _hits(watermark.moved(key, spot[:2], spot[2]), points, room)
    if not hits.any():
        return 0.0
    side_mm = 2 * float(room[hits].min()) * 1e7 * _MM_PER_E7
    wide = side_mm * max(math.cos(math.radians(spot[0] / 1e7)), 1e-6)
    chance = len(np.unique(points, axis=0)) * side_mm * wide / (math.pi * watermark.reach_mm(spot[2]) ** 2)
    return max(0.0, -math.log10(chance))


def _ring_odds(key: bytes, circle: Circle, points: Floats, room: Floats) -> float:
    """A ring is one angle, however many of its points are there."""
    best = 0.0
    for corner in watermark.ring(key, circle):
        hits = _hits(corner, points, room)
        if hits.any():
            side_mm = 2 * float(room[hits].min()) * 1e7 * _MM_PER_E7
            step_mm = 2 * math.pi * circle.radius_mm / watermark.CORNERS
            best = max(best, -math.log10(min(1.0, 2 * side_mm / step_mm)))
    return best


def _first(points: Floats, room: Floats, ring: tuple[watermark.Point, ...]) -> int | None:
    """Which vertex of a polygon stands first in the file, where all of them stand there."""
    rows = [np.nonzero(_hits(vertex, points, room))[0] for vertex in ring]
    if len(ring) < 3 or not all(len(one) for one in rows):
        return None
    return min(range(len(ring)), key=lambda i: int(rows[i][0]))
