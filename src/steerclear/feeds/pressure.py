"""The local pressure surface: how far 1013.25 hPa stands above where the standard atmosphere has it, from
aircraft that send both heights.

A donor says geometric minus pressure altitude at its place and height. For a mover that sends pressure
altitude alone the surface is the median of donors within 25 NM (50 NM where those are too few), of those
at about its own height where they are enough, and its half-width the sum of: their spread (median absolute
deviation as for 95 % of a normal distribution), the median of what temperature may do over the difference
in height, and the donors' own error (design/feeds-and-console.md; `data/altitude.toml`).
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
MOST_A_CELL: Final = 24
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
    """The surface that fresh, airborne movers with both heights make. Which of many in a cell are used follows from
    who they are, and not from who was known first."""
    offset = state.alt_geom_m - state.alt_baro_ft * M_PER_FT
    rows = np.flatnonzero(fresh & ~state.on_ground & np.isfinite(offset) & ~disagreeing(state))
    error = geometric_error_m(state)[rows]
    cell = _cell(state.lat_deg[rows], state.lon_deg[rows])
    order = np.lexsort((state.ident[rows], error, cell))
    order = order[_rank(cell[order]) < MOST_A_CELL]
    rows = rows[order]
    return Surface(
        cell[order],
        _unit(state.lat_deg[rows], state.lon_deg[rows]),
        offset[rows],
        error[order],
        state.alt_baro_ft[rows],
    )


def geometric_error_m(state: Batch) -> Floats:
    """As stated, else the worst that is certified."""
    unstated = figures()["geometric"]["unstated_error_m"]
    return np.where(np.isnan(state.alt_geom_error_m), unstated, state.alt_geom_error_m)


def disagreeing(state: Batch) -> Flags:
    """Who sends a geometric and a pressure altitude that no weather brings together: one of the two is
    broken, and nobody knows which.
    """
    table = figures()
    pressure_m = state.alt_baro_ft * M_PER_FT
    weather = table["pressure"]["unknown_surface_ft"] * M_PER_FT + table["pressure"]["temperature"] * np.abs(
        pressure_m
    )
    most = weather + table["geoid"]["most_m"] + geometric_error_m(state)
    return np.asarray(np.abs(state.alt_geom_m - pressure_m) > most)


def offsets(surface: Surface, lat_deg: Floats, lon_deg: Floats, baro_ft: Floats) -> tuple[Floats, Floats]:
    """(offset, its half-width) in metres at each place and pressure altitude; NaN where too few donors are
    near.
    """
    count = len(lat_deg)
    middle, half = np.full(count, np.nan), np.full(count, np.nan)
    if not len(surface) or not count:
        return middle, half
    table = figures()["surface"]
    who, donor, near = _pairs(surface, lat_deg, lon_deg)
    used = _preferred(who, near, table["near_count"], count)
    who, donor = who[used], donor[used]
    apart_m = np.abs(surface.baro_ft[donor] - baro_ft[who]) * M_PER_FT
    used = _preferred(who, apart_m <= table["level_ft"] * M_PER_FT, table["least_count"], count)
    used &= np.bincount(who, minlength=count)[who] >= table["least_count"]
    who, donor, apart_m = who[used], donor[used], apart_m[used]
    if not len(who):
        return middle, half
    names, offset = np.unique(who), surface.offset_m[donor]
    median = _median(who, offset)
    spread = MAD_TO_95 * _median(who, np.abs(offset - np.repeat(median, np.bincount(who)[names])))
    drift = _median(who, figures()["pressure"]["temperature"] * apart_m + surface.error_m[donor])
    middle[names], half[names] = median, spread + drift
    return middle, half


def _preferred(who: Any, better: Flags, least: float, count: int) -> Flags:
    """The better pairs of those who have at least so many of them, every pair of the others."""
    return np.asarray(better | (np.bincount(who[better], minlength=count) < least)[who])


def _pairs(surface: Surface, lat_deg: Floats, lon_deg: Floats) -> tuple[Any, Any, Flags]:
    """(mover, donor, within the near distance) of every pair within the far one, in order of mover;
    distances on a sphere.
    """
    table = figures()["surface"]
    near, far = ((table[name] * M_PER_NM / EARTH_M) ** 2 for name in ("near_nm", "far_nm"))
    place = _unit(lat_deg, lon_deg)
    found = []
    for cell in _around(lat_deg, lon_deg):
        first = np.searchsorted(surface.cell, cell, "left")
        many = np.where(cell < 0, 0, np.searchsorted(surface.cell, cell, "right") - first)
        start = np.cumsum(many) - many
        who = np.repeat(np.arange(len(cell)), many)
        donor = np.arange(len(who)) - np.repeat(start - first, many)
        chord = surface.place[donor] - place[who]
        square = np.einsum("ij,ij->i", chord, chord)
        inside = square <= far
        found.append((who[inside], donor[inside], square[inside] <= near))
    pairs = [np.concatenate(one) for one in zip(*found, strict=True)]
    order = np.argsort(pairs[0], kind="stable")
    return pairs[0][order], pairs[1][order], pairs[2][order]


def _around(lat_deg: Floats, lon_deg: Floats) -> list[Instants]:
    """The nine cells around each place; beside a pole, where a row has fewer than three, each once and −1
    instead.
    """
    cells: list[Instants] = []
    for row in (-1, 0, 1):
        for column in (-1, 0, 1):
            cell = _cell(lat_deg, lon_deg, row, column)
            for other in cells[3 * (row + 1) :]:
                cell = np.where(cell == other, -1, cell)
            cells.append(cell)
    return cells


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
