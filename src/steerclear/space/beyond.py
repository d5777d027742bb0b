"""How far points lie outside an outline, many at once: below zero inside it."""

from __future__ import annotations

import numpy as np

from steerclear.space.geodesic import MEAN_M, Floats, vectors
from steerclear.space.nearest import depths
from steerclear.space.outline import Core, inside, sideways


def beyond_m(core: Core, lat_e7: Floats, lon_e7: Floats) -> Floats:
    """(n,) signed distance of each point from the outline (its radius included), m: positive outside. Exact near the
    outline to `geodesic.arc_error_m`; which side a point is on is right to the error bound of the edges."""
    _, points = vectors(np.stack([lat_e7, lon_e7], axis=1).astype(np.float64))
    if core.kind == "point" or not len(core.pieces.first):
        apart = points - core.points[0]
        straight = np.sqrt((apart * apart).sum(axis=1))
        edge: Floats = 2 * MEAN_M * np.arcsin(np.minimum(straight / (2 * MEAN_M), 1.0))
    else:
        edge = depths(core, points)
        if core.kind == "area":
            edge = np.where(inside(core, points, sideways(core, points) >= 0), -edge, edge)
    out: Floats = edge - core.radius_mm / 1000
    return out
