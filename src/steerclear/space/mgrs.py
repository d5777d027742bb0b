"""MGRS references on WGS84, the polar caps (UPS letters) included: text ↔ degrees.

NGA.STND.0037 (2014): grid zones with the exceptions of Norway and Svalbard, 100 km squares of the AA scheme.
A reference names a square, so reading one gives its middle and the half diagonal.
"""

from __future__ import annotations

import math
import re

from steerclear.errors import Malformed
from steerclear.space.projections import (
    UPS_SCALE,
    WGS84,
    from_transverse,
    from_ups,
    to_transverse,
    to_ups,
)

UTM_SCALE = 0.9996
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")  # by zone modulo 3
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_POLAR = {  # band: (north, first easting tile, column letters, first northing tile, row letters)
    "A": (False, 8, "JKLPQRSTUXYZ", 8, "ABCDEFGHJKLMNPQRSTUVWXYZ"),
    "B": (False, 20, "ABCFGHJKLPQR", 8, "ABCDEFGHJKLMNPQRSTUVWXYZ"),
    "Y": (True, 13, "RSTUXYZ", 13, "ABCDEFGHJKLMNP"),
    "Z": (True, 20, "ABCFGHJ", 13, "ABCDEFGHJKLMNP"),
}
_TILE_M = 100_000
_FORM = re.compile(r"(\d{1,2})?([A-HJ-NP-Z])([A-HJ-NP-Z])([A-HJ-NP-Z])(\d*)", re.ASCII)


def utm_zone(lat_deg: float, lon_deg: float) -> int:
    """The zone of a place between 80° S and 84° N, with 32V and 31X, 33X, 35X, 37X widened."""
    zone = min(int((lon_deg + 180) % 360 // 6) + 1, 60)
    if 56 <= lat_deg < 64 and 3 <= lon_deg < 12:
        return 32
    if lat_deg >= 72 and 0 <= lon_deg < 42:
        return 31 + 2 * int((lon_deg + 3) // 12)
    return zone


def to_utm(lat_deg: float, lon_deg: float, zone: int = 0) -> tuple[int, bool, float, float]:
    """(zone, whether north, easting, northing) in metres with false offsets."""
    zone = zone or utm_zone(lat_deg, lon_deg)
    east, north = to_transverse(lat_deg, lon_deg, 6 * zone - 183, UTM_SCALE, WGS84)
    return zone, lat_deg >= 0, east + 500_000, north if lat_deg >= 0 else north + 10_000_000


def from_utm(zone: int, north: bool, east_m: float, north_m: float) -> tuple[float, float]:
    """(latitude, longitude) in degrees. Raises `Malformed` (`not-a-utm-position`)."""
    if not (1 <= zone <= 60 and 100_000 <= east_m < 900_000 and 0 <= north_m <= 10_000_000):
        raise Malformed(
            "not-a-utm-position",
            remedy="zone 1 to 60, easting from 100 000, northing to 10 000 000, such as 37N 403213 3711045",
        )
    shift = 0 if north else 10_000_000
    return from_transverse(east_m - 500_000, north_m - shift, 6 * zone - 183, UTM_SCALE, WGS84)


def to_mgrs(lat_deg: float, lon_deg: float, digits: int = 5) -> str:
    """The square of 10^(5 − digits) metres that holds a place, such as `37SBT9210012345`; `digits` 0 to 5."""
    if not -80 <= lat_deg < 84:
        return _to_polar(lat_deg, lon_deg, digits)
    zone, _, east, north = to_utm(lat_deg, lon_deg)
    band = _BANDS[min(int((lat_deg + 80) // 8), 19)]
    column = _COLUMNS[zone % 3][int(east // _TILE_M) - 1]
    row = _ROWS[(int(north // _TILE_M) + (0 if zone % 2 else 5)) % 20]
    return f"{zone:02d}{band}{column}{row}" + _figures(east, north, digits)


def from_mgrs(text: str, *, field: str = "") -> tuple[float, float, float]:
    """(latitude, longitude, half diagonal of the square, metres on the ground). Spaces, case do not matter.

    Raises `Malformed`: `not-mgrs`, `uneven-figures`, `no-such-square`.
    """
    match = _FORM.fullmatch(re.sub(r"[\s]", "", text).upper()) if text.isascii() else None
    if match is None or (match[1] is None) != (match[2] in "ABYZ") or match[2] in "IO":
        raise Malformed(
            "not-mgrs", field=field, remedy="write zone, band, square and figures, such as 37S BT 92100 12345"
        )
    zone, band, column, row, figures = match.groups()
    if len(figures) % 2 or len(figures) > 10:
        raise Malformed(
            "uneven-figures",
            field=field,
            remedy="write as many figures east as north, five of each at most: one may be missing or doubled",
        )
    half = len(figures) // 2
    size = 10 ** (5 - half)
    east = int(figures[:half] or 0) * size + size / 2
    north = int(figures[half:] or 0) * size + size / 2
    if zone is None:
        lat, lon = _from_polar(band, column, row, east, north, field)
        scale = UPS_SCALE
    else:
        lat, lon = _from_zone(int(zone), band, column, row, east, north, size, field)
        scale = UTM_SCALE
    return lat, lon, size * math.sqrt(0.5) / scale


def _from_zone(
    zone: int, band: str, column: str, row: str, east: float, north: float, size: int, field: str
) -> tuple[float, float]:
    nowhere = Malformed(
        "no-such-square",
        field=field,
        remedy="zone, band and letters name no square together: ask for them again, letter by letter",
    )
    if not 1 <= zone <= 60 or column not in _COLUMNS[zone % 3] or row not in _ROWS:
        raise nowhere
    if band == "X" and zone in (32, 34, 36):
        raise nowhere
    east += (_COLUMNS[zone % 3].index(column) + 1) * _TILE_M
    north += ((_ROWS.index(row) - (0 if zone % 2 else 5)) % 20) * _TILE_M
    south_edge = -80 + 8 * _BANDS.index(band)
    north_edge = 84 if band == "X" else south_edge + 8
    slack = size / 110_000 + 1e-9
    for cycle in range(5):
        full = north + cycle * 20 * _TILE_M
        shift = 0 if south_edge >= 0 else 10_000_000
        if full > 10_000_000:
            break
        lat, lon = from_transverse(east - 500_000, full - shift, 6 * zone - 183, UTM_SCALE, WGS84)
        if south_edge - slack <= lat <= north_edge + slack:
            reach = 9 if band in "VX" else 3
            wide = slack / max(math.cos(math.radians(lat)), 0.05)
            if abs((lon - (6 * zone - 183) + 540) % 360 - 180) <= reach + wide:
                return lat, lon
    raise nowhere


def _to_polar(lat_deg: float, lon_deg: float, digits: int) -> str:
    north = lat_deg > 0
    east_m, north_m = to_ups(lat_deg, lon_deg, north)
    west = east_m < 2_000_000
    band = ("Y" if west else "Z") if north else ("A" if west else "B")
    _, first_column, columns, first_row, rows = _POLAR[band]
    column = columns[int(east_m // _TILE_M) - first_column]
    row = rows[int(north_m // _TILE_M) - first_row]
    return f"{band}{column}{row}" + _figures(east_m, north_m, digits)


def _from_polar(
    band: str, column: str, row: str, east: float, north: float, field: str
) -> tuple[float, float]:
    is_north, first_column, columns, first_row, rows = _POLAR[band]
    if column not in columns or row not in rows:
        raise Malformed("no-such-square", field=field, remedy="those letters name no square of the polar cap")
    east += (columns.index(column) + first_column) * _TILE_M
    north += (rows.index(row) + first_row) * _TILE_M
    lat, lon = from_ups(east, north, is_north)
    if (is_north and lat < 83.5) or (not is_north and lat > -79.5):
        raise Malformed("no-such-square", field=field, remedy="that square lies outside the polar cap")
    return lat, lon


def _figures(east: float, north: float, digits: int) -> str:
    if digits == 0:
        return ""
    size = 10 ** (5 - digits)
    return f"{int(east % _TILE_M // size):0{digits}d}{int(north % _TILE_M // size):0{digits}d}"
