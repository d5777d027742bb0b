"""Height of mean sea level (EGM96) above the WGS84 ellipsoid, from a shipped grid of half a degree.

The grid is the half-degree part of NGA's 15-minute EGM96 grid (public domain; `tools/make_egm96_grid.py`).
Bilinear interpolation in it is off the source by 0.14 m rms and 3.93 m at most; `BOUND_TMM` adds a metre for
what lies between the source's own points. The file is read once, on first use.
"""

from __future__ import annotations

import math
import zlib
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from steerclear.units import TENTH_MM_PER_METRE

BOUND_TMM = 5 * TENTH_MM_PER_METRE
"""The undulation of EGM96 is within this of what the functions here return."""

_STEP_E7 = 5_000_000
_ROWS, _COLUMNS = 361, 720
_TURN_E7 = 3_600_000_000
_TMM_PER_CM = 100


class GeoBox(NamedTuple):
    """Latitudes and longitudes in 1e-7 degree, from south-west to north-east; `west > east` crosses ±180°."""

    south_e7: int
    west_e7: int
    north_e7: int
    east_e7: int


def point_box(lat_e7: int, lon_e7: int) -> GeoBox:
    """The box that holds one point."""
    return GeoBox(lat_e7, lon_e7, lat_e7, lon_e7)


def undulation_tmm(lat_e7: int, lon_e7: int) -> int:
    """Height of EGM96 above the ellipsoid at a point, tmm, within `BOUND_TMM`."""
    row, y = _place(lat_e7 + 900_000_000, _ROWS - 2)
    column, x = _place((lon_e7 + 1_800_000_000) % _TURN_E7, _COLUMNS)
    grid = _grid()
    south = grid[row, column] * (1 - x) + grid[row, column + 1] * x
    north = grid[row + 1, column] * (1 - x) + grid[row + 1, column + 1] * x
    return round(float(south * (1 - y) + north * y) * _TMM_PER_CM)


def undulations_m(
    lat_deg: npt.NDArray[np.float64], lon_deg: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """`undulation_tmm` of many points, in metres; NaN where a coordinate is NaN."""
    known = np.isfinite(lat_deg) & np.isfinite(lon_deg)
    north = np.where(known, np.clip(lat_deg, -90.0, 90.0) + 90.0, 0.0) * 2
    east = np.where(known, (lon_deg + 180.0) % 360.0, 0.0) * 2
    row = np.minimum(north.astype(np.intp), _ROWS - 2)
    column = np.minimum(east.astype(np.intp), _COLUMNS - 1)
    y, x, grid = north - row, east - column, _grid()
    south = grid[row, column] * (1 - x) + grid[row, column + 1] * x
    above = grid[row + 1, column] * (1 - x) + grid[row + 1, column + 1] * x
    return np.where(known, (south * (1 - y) + above * y) / 100, np.nan)


def undulation_range_tmm(box: GeoBox) -> tuple[int, int]:
    """(lowest, highest) interpolated undulation anywhere in a box, rounded outwards, tmm.

    A bilinear patch takes its extremes at its corners, so the box's own edges and the grid lines inside
    suffice.
    """
    if box.south_e7 == box.north_e7 and box.west_e7 == box.east_e7:
        value = undulation_tmm(box.south_e7, box.west_e7)
        return value, value
    return _range(box)


@lru_cache(maxsize=4096)
def _range(box: GeoBox) -> tuple[int, int]:
    width = (box.east_e7 - box.west_e7) % _TURN_E7
    if box.east_e7 - box.west_e7 >= _TURN_E7:
        width = _TURN_E7
    west = (box.west_e7 + 1_800_000_000) % _TURN_E7
    ys = _cuts(max(box.south_e7, -900_000_000) + 900_000_000, min(box.north_e7, 900_000_000) + 900_000_000)
    xs = _cuts(west, west + width)
    rows = np.minimum(ys // _STEP_E7, _ROWS - 2)
    y = ((ys - rows * _STEP_E7) / _STEP_E7)[:, None]
    columns = (xs // _STEP_E7) % _COLUMNS
    x = ((xs % _STEP_E7) / _STEP_E7)[None, :]
    grid = _grid()
    at = grid[np.ix_(rows, columns)] * (1 - x) + grid[np.ix_(rows, columns + 1)] * x
    above = grid[np.ix_(rows + 1, columns)] * (1 - x) + grid[np.ix_(rows + 1, columns + 1)] * x
    heights = (at * (1 - y) + above * y) * _TMM_PER_CM
    return math.floor(heights.min()), math.ceil(heights.max())


def _cuts(low: int, high: int) -> npt.NDArray[np.int64]:
    """Both ends and every grid line between, in 1e-7 degree."""
    inner = np.arange(low // _STEP_E7 + 1, -(-high // _STEP_E7), dtype=np.int64) * _STEP_E7
    return np.concatenate([[low], inner, [max(low, high)]]).astype(np.int64)


def _place(offset_e7: int, last: int) -> tuple[int, float]:
    cell = min(max(offset_e7, 0) // _STEP_E7, last)
    return cell, min((offset_e7 - cell * _STEP_E7) / _STEP_E7, 1.0)


@lru_cache(maxsize=1)
def _grid() -> npt.NDArray[np.float64]:
    """Centimetres, 361 × 721: from 90° S and 180° W, the first column repeated at the end."""
    raw = zlib.decompress(files("steerclear.space").joinpath("data/egm96_half_degree.bin").read_bytes())
    differences = np.frombuffer(raw, "<i2").reshape(_ROWS, _COLUMNS)
    heights = np.cumsum(differences, axis=1, dtype=np.int16).astype(np.float64)
    return np.concatenate([heights, heights[:, :1]], axis=1)
