"""The local pressure surface: how far 1013.25 hPa stands above where the standard atmosphere has it, from
aircraft that send both heights.

A donor says geometric minus pressure altitude at its place and height. For a mover that sends pressure
altitude alone the surface is the median of donors within 25 NM (50 NM where those are too few), and its
half-width the sum of: their spread (median absolute deviation as for 95 % of a normal distribution), the
median of what temperature may do over the difference in height, and the donors' own error
(design/feeds-and-console.md; `data/altitude.toml`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from steerclear.feeds.batch import Batch, Flags, Floats, Instants

M_PER_NM: Final = 1852.0
M_PER_FT: Final = 0.3048
MAD_TO_95: Final = 1.96 * 1.4826
EARTH_M: Final = 6_371_000.0
MOST_A_CELL: Final = 40
"""Donors of one cell (about 50 NM square) that are used; more would cost time and change nothing."""


@lru_cache(maxsize=1)
def figures() -> Mapping[str, Mapping[str, float]]:
    """`data/altitude.toml`."""
    text = files("steerclear.feeds").joinpath("data/altitude.toml").read_text("utf-8")
    made: Mapping[str, Mapping[str, float]] = tomllib.loads(text)
    return made


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Donors in order of their cell: unit vectors (n, 3), offset and error in metres, pressure altitude in
    feet.
    """

    cell: Instants
    place: Floats
    offset_m: Floats
    error_m: Floats
    baro_ft: Floats

    def __len__(self) -> int:
        return len(self.cell)


def surface_of(state: Batch, fresh: Flags) -> Surface:
    """The surface that fresh, airborne movers with both heights make."""
    table = figures()
    offset = state.alt_geom_m - state.alt_baro_ft * M_PER_FT
    good = fresh & ~state.on_ground & (np.abs(offset) <= table["surface"]["most_offset_m"])
    rows = np.flatnonzero(good)
    error = state.alt_geom_error_m[rows]
    error = np.where(np.isnan(error), table["geometric"]["unstated_error_m"], error)
    cell = _cell(state.lat_deg[rows], state.lon_deg[rows])
    order = np.lexsort((error, cell))
    order = order[_rank(cell[order]) < MOST_A_CELL]
    rows = rows[order]
    return Surface(
        cell[order],
        _unit(state.lat_deg[rows], state.lon_deg[rows]),
        offset[rows],
        error[order],
        state.alt_baro_ft[rows],
    )


def offsets(surface: Surface, lat_deg: Floats, lon_deg: Floats, baro_ft: Floats) -> tuple[Floats, Floats]:
    """(offset, its half-width) in metres at each place and pressure altitude; NaN where too few donors are
    near.
    """
    count = len(lat_deg)
    middle, half = np.full(count, np.nan), np.full(count, np.nan)
    if not len(surface) or not count:
        return middle, half
    table = figures()["surface"]
    who, donor, range_m = _pairs(surface, lat_deg, lon_deg)
    near = range_m <= table["near_nm"] * M_PER_NM
    enough = np.bincount(who[near], minlength=count) >= table["near_count"]
    used = near | (~enough[who] & (range_m <= table["far_nm"] * M_PER_NM))
    who, donor = who[used], donor[used]
    known = np.bincount(who, minlength=count) >= table["least_count"]
    who, donor = who[known[who]], donor[known[who]]
    if not len(who):
        return middle, half
    names, offset = np.unique(who), surface.offset_m[donor]
    median = _median(who, offset)
    spread = MAD_TO_95 * _median(
        who, np.abs(offset - np.repeat(median, np.unique(who, return_counts=True)[1]))
    )
    apart_m = np.abs(surface.baro_ft[donor] - baro_ft[who]) * M_PER_FT
    drift = _median(who, figures()["pressure"]["temperature"] * apart_m + surface.error_m[donor])
    middle[names], half[names] = median, spread + drift
    return middle, half


def _pairs(surface: Surface, lat_deg: Floats, lon_deg: Floats) -> tuple[Any, Any, Floats]:
    """Every (mover, donor) of the nine cells around a mover, in order of mover, and how far apart, metres
    on a sphere.
    """
    who, donor = [], []
    for row in (-1, 0, 1):
        for column in (-1, 0, 1):
            cell = _cell(lat_deg, lon_deg, row, column)
            first = np.searchsorted(surface.cell, cell, "left")
            many = np.searchsorted(surface.cell, cell, "right") - first
            start = np.cumsum(many) - many
            who.append(np.repeat(np.arange(len(cell)), many))
            donor.append(np.arange(int(many.sum())) - np.repeat(start - first, many))
    movers, donors = np.concatenate(who), np.concatenate(donor)
    pair = np.unique(np.stack((movers, donors)), axis=1)  # beside a pole a cell is its own neighbour
    chord = surface.place[pair[1]] - _unit(lat_deg, lon_deg)[pair[0]]
    return pair[0], pair[1], EARTH_M * np.sqrt(np.einsum("ij,ij->i", chord, chord))


def _cell(lat_deg: Floats, lon_deg: Floats, row: int = 0, column: int = 0) -> Instants:
    """The cell of a place, or the one so many rows and columns on: rows of 50 NM, columns at least as
    wide, that close.
    """
    high = figures()["surface"]["far_nm"] / 60
    rows = np.floor((lat_deg + 90.0) / high).astype(np.int64) + row
    widest = np.minimum(np.maximum(np.abs(rows * high - 90.0), np.abs((rows + 1) * high - 90.0)), 90.0)
    columns = np.maximum(np.floor(360.0 * np.cos(np.radians(widest)) / high), 1).astype(np.int64)
    place = np.floor((lon_deg + 180.0) % 360.0 / 360.0 * columns).astype(np.int64) + column
    made: Instants = rows * 100_000 + place % columns
    return made


def _unit(lat_deg: Floats, lon_deg: Floats) -> Floats:
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    return np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=-1)


def _rank(ordered: Any) -> Any:
    """How many equal ones stand before each, in an ordered array."""
    starts = np.flatnonzero(
        np.concatenate([np.ones(min(len(ordered), 1), np.bool_), ordered[1:] != ordered[:-1]])
    )
    return np.arange(len(ordered)) - np.repeat(starts, np.diff(np.append(starts, len(ordered))))


def _median(group: Any, values: Floats) -> Floats:
    """The median of each group of an ordered array of groups."""
    _, many = np.unique(group, return_counts=True)
    ordered = values[np.lexsort((values, group))]
    start = np.cumsum(many) - many
    made: Floats = (ordered[start + (many - 1) // 2] + ordered[start + many // 2]) / 2
    return made
