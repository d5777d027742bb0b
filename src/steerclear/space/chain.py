"""A ring or a line of vertices → vectors: repeated places dropped, long edges cut on their geodesic."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from steerclear.errors import Malformed
from steerclear.space.geodesic import PIECE_M, Floats, Ints, cuts, vectors
from steerclear.space.volume import Ring

MAX_PIECES = 6_000
_SAME_PLACE_M = 0.001


class Chain(NamedTuple):
    """(n, 3) unit normals and earth-centred points of vertices and cuts; `vertices` counts without the cuts."""

    normals: Floats
    points: Floats
    vertices: int


def chain_of(ring: Ring, *, closed: bool) -> Chain:
    """Vertices of legal latitude → their chain. Neighbours less than a millimetre apart are one (a pole has many
    longitudes, ±180° two). Raises `Malformed`: `no-outline` without vertices, `too-many-vertices`.
    """
    if not ring:
        raise Malformed("no-outline", remedy="give at least one vertex")
    normals, points = vectors(np.array(ring, dtype=np.float64))
    if len(ring) == 1:
        return Chain(normals, points, 1)
    steps = np.empty_like(points)
    np.subtract(points[1:], points[:-1], out=steps[:-1])
    np.subtract(points[0], points[-1], out=steps[-1])
    squares = (steps * steps).sum(axis=1)
    if not closed:
        squares[-1] = PIECE_M
    if squares.min() < _SAME_PLACE_M**2:
        kept = tuple(point for point, square in zip(ring, squares.tolist(), strict=True) if square >= 1e-6)
        return chain_of(kept or ring[:1], closed=closed)
    if len(ring) > MAX_PIECES or squares.max() > (PIECE_M - 100) ** 2:
        whole = _cut(ring, (squares > (PIECE_M - 100) ** 2).tolist())
        normals, points = vectors(np.array(whole, dtype=np.float64))
    return Chain(normals, points, len(ring))


def _cut(ring: Ring, long: list[bool]) -> list[tuple[float, float]]:
    """The vertices in 1e-7 degree with further points on each long edge."""
    whole: list[tuple[float, float]] = []
    for index, (lat_e7, lon_e7) in enumerate(ring):
        whole.append((lat_e7, lon_e7))
        if long[index]:
            between = cuts(ring[index], ring[(index + 1) % len(ring)])
            whole += [(lat * 1e7, lon * 1e7) for lat, lon in between]
        if len(whole) > MAX_PIECES:
            remedy = f"use at most {MAX_PIECES} vertices and pieces of edge of 100 km"
            raise Malformed("too-many-vertices", remedy=remedy)
    return whole


@lru_cache(maxsize=1_024)
def ends(sizes: tuple[int, ...], closed: bool) -> tuple[Ints, Ints]:
    """(first, last) point of each piece of chains one after the other; shared, for they are the same for all."""
    if not closed:
        index = np.arange(sizes[0], dtype=np.intp)
        return index[:-1], index[1:]
    first = np.arange(sum(sizes), dtype=np.intp)
    last = first + 1
    start = 0
    for size in sizes:
        last[start + size - 1] = start
        start += size
    return first, last
