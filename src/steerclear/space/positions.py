"""One point in the forms that people pass: WGS84, MGRS, UTM, DMS, SK-42, bearing and distance; each with its
error.

messages.md, `site.notify`: positions come in two independent forms, so that a wrong figure is seen (AT03: a
place passed 9 km off). Every reading gives the middle of what the words can mean and a radius that holds all
of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from geographiclib.geodesic import Geodesic

from steerclear.errors import Malformed
from steerclear.space import mgrs, sk42
from steerclear.units import MM_PER_NAUTICAL_MILE

SITE_LIMIT_MM = 500_000
AREA_LIMIT_MM = 5_000_000
"""AT03: farther apart than this, two forms of one position cannot become understood."""

_E7_ERROR_MM = 8  # half of 1e-7 degree, in both directions
_MM_PER_DEGREE = 111_700_000  # at the pole, where a degree of latitude is longest
_KM = 1_000_000


class Fix(NamedTuple):
    """A point and the radius, in mm, of what the words that named it can mean."""

    lat_e7: int
    lon_e7: int
    error_mm: int


class Passed(Protocol):
    """A position as it was passed; `speech` has the struct (`kinds.common.Position`)."""

    @property
    def form(self) -> str: ...
    @property
    def lat_e7(self) -> int | None: ...
    @property
    def lon_e7(self) -> int | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def from_lat_e7(self) -> int | None: ...
    @property
    def from_lon_e7(self) -> int | None: ...
    @property
    def bearing_cdeg(self) -> int | None: ...
    @property
    def distance_mm(self) -> int | None: ...
    @property
    def error_mm(self) -> int | None: ...


class Agreement(NamedTuple):
    """How far apart the forms of one position are: `agrees` is None with fewer than two readable forms that
    differ.

    `distance_mm` is the greatest between two forms, `error_mm` what their own errors add up to for that pair;
    `unreadable` are the forms that mean nothing, by index.
    """

    agrees: bool | None
    distance_mm: int
    error_mm: int
    fixes: tuple[Fix, ...]
    unreadable: tuple[int, ...]


def fix_of(position: Passed, *, field: str = "") -> Fix:
    """The point that was passed, its stated error added to the form's own. Raises `Malformed`."""
    if position.form == "wgs84":
        fix = _from_e7(position.lat_e7, position.lon_e7, field)
    elif position.form == "bearing":
        fix = _from_bearing(position, field)
    elif position.form in _READERS:
        if not position.text:
            raise Malformed("no-text", field=f"{field}.text", remedy=f"write the {position.form} position")
        fix = _READERS[position.form](position.text, f"{field}.text".lstrip("."))
    else:
        raise Malformed(
            "unknown-form", field=f"{field}.form", remedy="wgs84, mgrs, utm, dms, sk42 or bearing"
        )
    return fix._replace(error_mm=fix.error_mm + (position.error_mm or 0))


def distance_mm(a: Fix, b: Fix) -> int:
    """Geodesic distance on WGS84 between two points, rounded up."""
    line = Geodesic.WGS84.Inverse(
        a.lat_e7 / 1e7, a.lon_e7 / 1e7, b.lat_e7 / 1e7, b.lon_e7 / 1e7, Geodesic.DISTANCE
    )
    return math.ceil(float(line["s12"]) * 1000)


def agree(a: Fix, b: Fix, limit_mm: int) -> tuple[bool, int]:
    """(whether two readings of one position agree, how far apart they are in mm); exactly the limit
    agrees.
    """
    apart = distance_mm(a, b)
    return apart <= limit_mm, apart


def compare(positions: Sequence[Passed], limit_mm: int) -> Agreement:
    """Every pair of differing forms against the limit; one pair too far apart is enough to disagree."""
    fixes: list[Fix] = []
    forms: list[str] = []
    unreadable: list[int] = []
    for i, position in enumerate(positions):
        try:
            fixes.append(fix_of(position, field=f"positions[{i}]"))
            forms.append(position.form)
        except Malformed:
            unreadable.append(i)
    worst = (-1, 0)
    for i in range(len(fixes)):
        for j in range(i):
            if forms[i] != forms[j]:
                worst = max(worst, (distance_mm(fixes[i], fixes[j]), fixes[i].error_mm + fixes[j].error_mm))
    agrees = None if worst[0] < 0 else worst[0] <= limit_mm
    return Agreement(agrees, max(worst[0], 0), worst[1], tuple(fixes), tuple(unreadable))


# ---- reading


def read_mgrs(text: str, field: str = "") -> Fix:
    """`37S BT 92100 12345`, any number of figures; also of the polar caps."""
    lat, lon, half_m = mgrs.from_mgrs(text, field=field)
    return _fix(lat, lon, half_m * 1000)


def read_utm(text: str, field: str = "") -> Fix:
    """`37N 403213 3711045`: zone, hemisphere N or S, easting and northing in whole metres."""
    match = re.fullmatch(r"(\d{1,2}) ?([NSns]) (\d{6})(?: ?m?E)? (\d{1,8})(?: ?m?N)?", text.strip(), re.ASCII)
    if match is None:
        raise Malformed(
            "not-utm", field=field, remedy="write zone, N or S, easting, northing: 37N 403213 3711045"
        )
    try:
        lat, lon = mgrs.from_utm(int(match[1]), match[2] in "Nn", float(match[3]), float(match[4]))
    except Malformed as error:
        raise Malformed(error.rule, field=field, remedy=error.remedy) from None
    return _fix(lat, lon, 709)


def read_dms(text: str, field: str = "") -> Fix:
    """Degrees, minutes and seconds with their hemispheres, latitude first: `33°30'49.7"N 036°16'35.4"E`,
    `33 30 49 N 36 16 35 E`, `333049N 0361635E`, `3330.8N 03616.6E`. The error is half of the last figure.
    """
    match = _DMS.fullmatch(re.sub(r"[°º'’′\"”″:,\s]+", " ", text.upper().replace("''", " ")).strip())
    if match is None:
        raise Malformed(
            "not-dms",
            field=field,
            remedy="write latitude then longitude with N/S and E/W: 33°30'49\"N 036°16'35\"E",
        )
    lat, lat_step = _angle(match[1], 2, field)
    lon, lon_step = _angle(match[3], 3, field)
    if lat > 90 or lon > 180:
        raise Malformed("out-of-range", field=field, remedy="latitude to 90, longitude to 180 degrees")
    lat, lon = (-lat if match[2] == "S" else lat), (-lon if match[4] == "W" else lon)
    wide = math.cos(math.radians(max(abs(lat) - lat_step, 0)))
    return _fix(lat, lon, math.hypot(lat_step, lon_step * wide) / 2 * _MM_PER_DEGREE)


def read_sk42(text: str, field: str = "") -> Fix:
    """SK-42 as degrees (any form of DMS, or `33.51380 36.27650`), or as `X 3711045 Y 7412345` in metres."""
    grid = re.fullmatch(r"X ?(-?\d{1,8}),? Y ?(\d{7,8})", text.strip().upper(), re.ASCII)
    if grid is not None:
        if not 1 <= int(grid[2]) // 1_000_000 <= 60 or abs(int(grid[1])) > 10_003_000:
            raise Malformed("not-sk42", field=field, remedy="Y begins with its zone: X 3711045 Y 7412345")
        lat, lon = sk42.gauss_kruger_to_wgs84(float(grid[1]), float(grid[2]))
        return _fix(lat, lon, sk42.ERROR_MM + 709)
    plain = re.fullmatch(r"(-?\d{1,2}(?:\.(\d{1,9}))?),? (-?\d{1,3}(?:\.(\d{1,9}))?)", text.strip(), re.ASCII)
    if plain is not None:
        step = 10.0 ** -min(len(plain[2] or ""), len(plain[4] or ""))
        lat, lon, own = float(plain[1]), float(plain[3]), step * _MM_PER_DEGREE * math.sqrt(0.5)
        if abs(lat) > 90 or abs(lon) > 180:
            raise Malformed("out-of-range", field=field, remedy="latitude to 90, longitude to 180 degrees")
    else:
        fix = read_dms(text, field)
        lat, lon, own = fix.lat_e7 / 1e7, fix.lon_e7 / 1e7, float(fix.error_mm)
    return _fix(*sk42.sk42_to_wgs84(lat, lon), own + sk42.ERROR_MM)


_READERS = {"mgrs": read_mgrs, "utm": read_utm, "dms": read_dms, "sk42": read_sk42}
_DMS = re.compile(r"([\d .]+?) ?([NS]) ?([\d .]+?) ?([EW])", re.ASCII)


def _angle(text: str, width: int, field: str) -> tuple[float, float]:
    """(degrees, what one unit of the last figure is) of `33 30 49.7` or packed `333049.7`, `3330.8`, `33`."""
    parts = text.split()
    if len(parts) == 1 and len(parts[0].split(".")[0]) > width:
        whole, dot, rest = parts[0].partition(".")
        cuts = [whole[:width], *(whole[i : i + 2] for i in range(width, len(whole), 2))]
        parts = [*cuts[:-1], cuts[-1] + dot + rest]
        if len(cuts) > 1 and len(cuts[-1]) != 2:
            parts = []
    bad = Malformed(
        "not-dms", field=field, remedy="degrees, minutes to 59, seconds to 59, only the last with a point"
    )
    if not 1 <= len(parts) <= 3 or any("." in part for part in parts[:-1]):
        raise bad
    try:
        figures = [float(part) for part in parts]
    except ValueError:
        raise bad from None
    if any(figure >= 60 for figure in figures[1:]):
        raise bad
    step = 10.0 ** -len(parts[-1].partition(".")[2]) / 60 ** (len(parts) - 1)
    return sum(figure / 60**i for i, figure in enumerate(figures)), step


def _from_e7(lat_e7: int | None, lon_e7: int | None, field: str) -> Fix:
    if lat_e7 is None or lon_e7 is None:
        raise Malformed("half-a-position", field=field, remedy="give both lat_e7 and lon_e7")
    if abs(lat_e7) > 900_000_000 or abs(lon_e7) > 1_800_000_000:
        raise Malformed("out-of-range", field=field, remedy="latitude to 90, longitude to 180 degrees")
    return Fix(lat_e7, lon_e7, _E7_ERROR_MM)


def _from_bearing(position: Passed, field: str) -> Fix:
    """From the named place's own position. Round figures are taken as rounded: 45° and 10 km mean ± 0.5° and
    ± 500 m.
    """
    start = _from_e7(position.from_lat_e7, position.from_lon_e7, f"{field}.from_place".lstrip("."))
    bearing, distance = position.bearing_cdeg, position.distance_mm
    if bearing is None or distance is None:
        raise Malformed("half-a-position", field=field, remedy="give both the bearing and the distance")
    if not 0 <= bearing < 36_000 or not 0 <= distance <= 20_000 * _KM:
        raise Malformed("out-of-range", field=field, remedy="bearing under 360°, distance at most 20 000 km")
    bearing_step = next(step for step in (500, 100, 10, 1) if bearing % step == 0)
    distance_step = next(
        step for step in (_KM, MM_PER_NAUTICAL_MILE, 100_000, 10_000, 1000, 1) if distance % step == 0
    )
    end = Geodesic.WGS84.Direct(start.lat_e7 / 1e7, start.lon_e7 / 1e7, bearing / 100, distance / 1000)
    aside = distance * math.radians(bearing_step / 200)
    error = math.hypot(aside, distance_step / 2) + start.error_mm
    return _fix(end["lat2"], end["lon2"], error)


def _fix(lat_deg: float, lon_deg: float, error_mm: float) -> Fix:
    lon = round(((lon_deg + 540) % 360 - 180) * 1e7)
    return Fix(
        max(min(round(lat_deg * 1e7), 900_000_000), -900_000_000), lon, math.ceil(error_mm) + _E7_ERROR_MM
    )


# ---- writing


def write_mgrs(lat_e7: int, lon_e7: int, digits: int = 5) -> str:
    """`37SBT9210012345`: the square of 10^(5 − digits) m that holds the point."""
    return mgrs.to_mgrs(lat_e7 / 1e7, lon_e7 / 1e7, digits)


def write_utm(lat_e7: int, lon_e7: int) -> str:
    """`37N 403213 3711045`, rounded to the metre. Raises `Malformed` (`polar`) beyond 80° S and 84° N."""
    if not -800_000_000 <= lat_e7 < 840_000_000:
        raise Malformed("polar", remedy="UTM ends at 80° S and 84° N: write MGRS, which has the polar caps")
    zone, north, east, northing = mgrs.to_utm(lat_e7 / 1e7, lon_e7 / 1e7)
    return f"{zone}{'N' if north else 'S'} {round(east)} {round(northing)}"


def write_dms(lat_e7: int, lon_e7: int, decimals: int = 1) -> str:
    """`33°30'49.7"N 036°16'35.4"E`, rounded in integers, so that 59.96 seconds carry to the next minute."""
    lat, lon = _dms(lat_e7, 2, decimals), _dms(lon_e7, 3, decimals)
    return f"{lat}{'S' if lat_e7 < 0 else 'N'} {lon}{'W' if lon_e7 < 0 else 'E'}"


def write_sk42(lat_e7: int, lon_e7: int) -> str:
    """`X 3711045 Y 7412345`: Gauss-Krüger metres, the zone in front of Y."""
    north, east = sk42.wgs84_to_gauss_kruger(lat_e7 / 1e7, lon_e7 / 1e7)
    return f"X {round(north)} Y {round(east)}"


def bearing_and_distance(from_lat_e7: int, from_lon_e7: int, lat_e7: int, lon_e7: int) -> tuple[int, int]:
    """(true bearing in hundredths of a degree, distance in mm) from a place to a point."""
    line = Geodesic.WGS84.Inverse(from_lat_e7 / 1e7, from_lon_e7 / 1e7, lat_e7 / 1e7, lon_e7 / 1e7)
    return round(line["azi1"] * 100) % 36_000, round(line["s12"] * 1000)


def _dms(angle_e7: int, width: int, decimals: int) -> str:
    per_second = 10**decimals
    units = (abs(angle_e7) * 3600 * per_second + 5_000_000) // 10_000_000
    seconds, part = divmod(units, per_second)
    minutes, second = divmod(seconds, 60)
    fraction = f".{part:0{decimals}d}" if decimals else ""
    return f"{minutes // 60:0{width}d}°{minutes % 60:02d}'{second:02d}{fraction}\""
