"""What both searches start from: vectors of every mover, the box that it sweeps, and a grid to sort boxes into.

A box holds every point within half a minimum (and the uncertainty) of every place that the mover passes during its
look-ahead, so that two boxes of a pair that loses separation always meet. Angles are whole numbers of 2⁻³² of a turn:
longitude wraps by itself, and both searches sort alike to the last bit. Rows of the grid are of equal height; each has
as many columns as fit around the Earth there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from steerclear.kernels.movers import Floats, Ints, Minima, Movers

EQUATOR_M: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563
E2: Final = FLATTENING * (2 - FLATTENING)
MEAN_M: Final = 6_371_008.8
"""WGS84 (NIMA TR8350.2); kernels stand alone, so the numbers stand here as well as in `space.geodesic`."""
LEAST_M: Final = 6_335_439.0
"""The least radius of curvature (the meridian's at the equator): metres become at least enough radians."""

TURN: Final = 2**32
UNIT: Final = TURN / (2 * np.pi)
ALT_BITS: Final = 24
ALT_TOP: Final = 2 ** (ALT_BITS - 1) - 2
CELL: Final = 2.0
"""Height of a row over the mean size of a box: smaller ones cost more places, larger ones more comparisons."""
LEAST_CELL_M: Final = 50.0
MOST_CELLS: Final = 4096
"""A mover whose box covers more cells than this is compared with everybody instead."""

Bits: TypeAlias = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """n usable movers, ready to be searched.

    `use` (n,): their indices in what was given. `state` (n, 6): position on the ellipsoid, m, and velocity, m/s, both
    earth-centred. `height` (n, 4): altitude low and high in 0.1 mm (whole), rates low and high in 0.1 mm/s. `sigma`
    (n, 2). `group` (n,). `box` (n, 4): latitude low and high, west edge, width. `level` (n, 2): swept altitude
    low and high, whole metres from the bottom of the grid. `columns` (rows,): columns of each row. `before` (rows,):
    cells of all rows before it. `wide`: movers compared with everybody. `table` (g, g, 3): horizontal m, vertical
    0.1 mm, look-ahead s."""

    use: Ints
    state: Floats
    height: Floats
    sigma: Floats
    group: NDArray[np.int32]
    box: NDArray[np.int64]
    level: NDArray[np.int64]
    row_height: int
    columns: Ints
    before: Ints
    wide: NDArray[np.bool_]
    table: Floats
    z: float


def prepare(movers: Movers, minima: Minima) -> tuple[Prepared, Ints]:
    """(what is searched, indices of movers that cannot be). Raises `ValueError` where shapes or tables are wrong."""
    table = _table(minima)
    ok = usable(movers, len(table))
    use, left_out = np.flatnonzero(ok), np.flatnonzero(~ok)
    m = movers if not len(left_out) else _taken(movers, use)
    v = vectors(m)
    box, level, size_m = _boxes(m, table, minima.z, np.radians(m.lat_deg), np.radians(m.lon_deg))
    row_height, columns = _grid(size_m)
    before = np.concatenate([[0], np.cumsum(columns)[:-1]]).astype(np.int64)
    wide = _wide(box, row_height, columns)
    group = np.ascontiguousarray(m.group, np.int32)
    arrays = (v.state, v.height, v.sigma, group, box, level)
    return Prepared(use, *arrays, row_height, columns, before, wide, table, minima.z), left_out


def _table(minima: Minima) -> Floats:
    """(g, g, 3), checked."""
    table = np.stack([minima.horizontal_m, minima.vertical_m, minima.look_ahead_s], axis=2).astype(np.float64)
    if table.shape[0] != table.shape[1] or not table.size:
        raise ValueError("minima: tables of shape (groups, groups)")
    if not (table >= 0).all() or not np.isfinite(table[:, :, (0, 2)]).all():
        raise ValueError("minima: no NaN, nothing below zero, only the vertical may be infinite")
    if not (table == table.transpose(1, 0, 2)).all():
        raise ValueError("minima: the same for (a, b) as for (b, a)")
    if not (np.isfinite(minima.z) and minima.z >= 0):
        raise ValueError("minima: z is a finite number, 0 or more")
    table[:, :, 1] = np.rint(table[:, :, 1] * 1e4)
    return np.ascontiguousarray(table)


def usable(m: Movers, groups: int) -> NDArray[np.bool_]:
    """Which movers have every figure, and a possible one. Raises `ValueError` where arrays do not fit together."""
    n = len(m.lat_deg)
    columns = [getattr(m, name) for name in m.__slots__]
    if any(one.shape != (n,) for one in columns):
        raise ValueError("movers: every array has one value for each mover")
    if n and not (m.group.min() >= 0 and m.group.max() < groups):
        raise ValueError("movers: a group without a row in the minima")
    summed = m.lat_deg + m.lon_deg + m.ve_mps + m.vn_mps + m.vu_low_mps + m.vu_high_mps
    ok: NDArray[np.bool_] = np.isfinite(summed + m.sigma_pos_m + m.sigma_vel_mps)
    ok &= (np.abs(m.lat_deg) <= 90) & (np.abs(m.lon_deg) <= 540)
    ok &= (m.alt_low_m <= m.alt_high_m) & (m.alt_low_m < np.inf) & (m.alt_high_m > -np.inf)
    ok &= (m.vu_low_mps <= m.vu_high_mps) & (m.sigma_pos_m >= 0) & (m.sigma_vel_mps >= 0)
    return ok


def _taken(m: Movers, use: Ints) -> Movers:
    return Movers(**{name: getattr(m, name)[use] for name in m.__slots__})


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """`state`, `height` and `sigma` as in `Prepared`."""

    state: Floats
    height: Floats
    sigma: Floats


def vectors(m: Movers) -> Vectors:
    """Of movers that are all usable."""
    height = np.empty((len(m.lat_deg), 4))
    height[:, 0], height[:, 1] = np.rint(m.alt_low_m * 1e4), np.rint(m.alt_high_m * 1e4)
    height[:, 2], height[:, 3] = m.vu_low_mps * 1e4, m.vu_high_mps * 1e4
    return Vectors(_state(m), height, np.stack([m.sigma_pos_m, m.sigma_vel_mps], axis=1))


def _state(m: Movers) -> Floats:
    """Earth-centred position on the ellipsoid and velocity along it."""
    lat, lon = np.radians(m.lat_deg), np.radians(m.lon_deg)
    sin_lat, cos_lat, sin_lon, cos_lon = np.sin(lat), np.cos(lat), np.sin(lon), np.cos(lon)
    state = np.empty((len(lat), 6))
    prime = EQUATOR_M / np.sqrt(1 - E2 * sin_lat * sin_lat)
    across = prime * cos_lat
    state[:, 0] = across * cos_lon
    state[:, 1] = across * sin_lon
    state[:, 2] = prime * (1 - E2) * sin_lat
    inward = m.vn_mps * sin_lat
    state[:, 3] = -m.ve_mps * sin_lon - inward * cos_lon
    state[:, 4] = m.ve_mps * cos_lon - inward * sin_lon
    state[:, 5] = m.vn_mps * cos_lat
    return state


def _boxes(
    m: Movers, table: Floats, z: float, lat: Floats, lon: Floats
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """(boxes, levels, (n', 2) width and height in m of the boxes that do not go round the Earth)."""
    most = table.max(axis=1)[m.group]
    ahead = most[:, 2]
    grown = most[:, 0] / 2 + z * (m.sigma_pos_m + m.sigma_vel_mps * ahead) + 1.0
    east, north = m.ve_mps * ahead, m.vn_mps * ahead
    reach = np.sqrt(east * east + north * north) + grown
    turned = reach * 1.01 / LEAST_M
    # |cos| falls by less than the angle; the path bends by reach²·tan(lat)/2R at the most
    least_cos = np.cos(lat) - turned
    round_all = turned > 0.1 * least_cos
    least_cos = np.where(round_all, 1.0, least_cos)
    bend = reach * turned / least_cos
    grown += bend
    south, top = np.minimum(north, 0) - grown, np.maximum(north, 0) + grown
    west, right = np.minimum(east, 0) - grown, np.maximum(east, 0) + grown
    size_m = np.stack([right - west, top - south], axis=1)[~round_all]
    whole = reach * 1.01
    south, top = np.where(round_all, -whole, south), np.where(round_all, whole, top)
    box = np.empty((len(lat), 4), np.int64)
    quarter = TURN // 4
    box[:, 0] = np.clip(np.floor((lat + south / LEAST_M) * UNIT), -quarter, quarter)
    box[:, 1] = np.clip(np.ceil((lat + top / LEAST_M) * UNIT), -quarter, quarter)
    scale = UNIT / (LEAST_M * least_cos)
    edge = np.floor(lon * UNIT + west * scale).astype(np.int64)
    box[:, 2] = edge & (TURN - 1)
    width = np.minimum(np.ceil((right - west) * scale) + 2, TURN - 1)
    box[:, 3] = np.where(round_all, TURN - 1, width)
    return box, _levels(m, most[:, 1] / 2e4, ahead), size_m


def _levels(m: Movers, half_m: Floats, ahead: Floats) -> NDArray[np.int64]:
    level = np.empty((len(half_m), 2), np.int64)
    low = m.alt_low_m + np.minimum(m.vu_low_mps, 0) * ahead - half_m - 1
    high = m.alt_high_m + np.maximum(m.vu_high_mps, 0) * ahead + half_m + 1
    level[:, 0] = np.clip(np.floor(low), -ALT_TOP, ALT_TOP) + ALT_TOP
    level[:, 1] = np.clip(np.ceil(high), -ALT_TOP, ALT_TOP) + ALT_TOP
    return level


def _grid(size_m: Floats) -> tuple[int, Ints]:
    """(height of a row in angle units, columns of each row from the south)."""
    if len(size_m):
        cell = CELL * max(size_m.mean(), float(np.sqrt((size_m[:, 0] * size_m[:, 1]).mean())))
    else:
        cell = MEAN_M / 10
    angle = min(max(cell, LEAST_CELL_M) / LEAST_M, 0.2)
    row_height = int(np.ceil(angle * UNIT))
    rows = (TURN // 2) // row_height + 1
    middle = ((np.arange(rows) + 0.5) * row_height - TURN // 4) / UNIT
    columns = np.floor(2 * np.pi * np.cos(np.minimum(middle, np.pi / 2)) / angle)
    return row_height, np.maximum(columns, 1).astype(np.int64)


def rows_of(box: NDArray[np.int64], row_height: int) -> tuple[Ints, Ints]:
    """First and last row of each box."""
    return (box[:, 0] + TURN // 4) // row_height, (box[:, 1] + TURN // 4) // row_height


def _wide(box: NDArray[np.int64], row_height: int, columns: Ints) -> NDArray[np.bool_]:
    first, last = rows_of(box, row_height)
    across = box[:, 3] * np.maximum(columns[first], columns[last]) // TURN + 2
    wide: NDArray[np.bool_] = (last - first + 1) * across > MOST_CELLS
    return wide
