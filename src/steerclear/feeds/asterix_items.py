"""What is read of the records of each ASTERIX category: item by item, an item that is not there is
unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from steerclear.feeds import classes, quality
from steerclear.feeds.batch import ident
from steerclear.feeds.codes import ORIGIN
from steerclear.feeds.columns import MPS_PER_FT_MIN
from steerclear.space.geodesic import direct

DAY_MS: Final = 86_400_000
EARTH_M: Final = 6_371_000.0
M_PER_NM: Final = 1852.0
_NAN: Final = float("nan")

Radars = Mapping[str, tuple[float, float, float]]
"""SAC/SIC → latitude, longitude in degrees, height in metres."""


@dataclass(slots=True)
class Target:
    """One report; NaN or None where an item is absent."""

    ident: str
    at_ms: int
    lat_deg: float = _NAN
    lon_deg: float = _NAN
    error_m: float = _NAN
    baro_ft: float = _NAN
    geom_ft: float = _NAN
    geom_error_m: float = _NAN
    on_ground: bool = False
    ve_mps: float = _NAN
    vn_mps: float = _NAN
    vu_mps: float = _NAN
    v_error_mps: float = _NAN
    mover: int = 0
    callsign: str = ""
    origin: int = ORIGIN["radar"]
    sil: int | None = None


def adsb(record: Any, received_ms: int, radars: Radars) -> Target | str:
    """Category 021 (part 12): the target's own report, as a ground station received it."""
    if uint(record, "040", "SIM") or uint(record, "040", "TST"):
        return "test"
    address = uint(record, "080")
    second = number(record, "s", "073")
    at_ms = _instant(second if second == second else number(record, "s", "071"), received_ms)
    if address is None:
        return "no-identity"
    if at_ms is None:
        return "no-time"
    fine = record.get_item("131") is not None
    speed, track = number(record, "NM/s", "160", "GS"), math.radians(number(record, "°", "160", "TA"))
    climb, baro_climb = number(record, "ft/min", "157", "GVR"), number(record, "ft/min", "155", "BVR")
    own = (uint(record, "040", "ATP") or 0) in (0, 1)
    return Target(
        ident=f"icao:{address:06x}" if uint(record, "040", "ATP") in (None, 0) else f"anon:{address:06x}",
        at_ms=at_ms,
        lat_deg=number(record, "°", "131" if fine else "130", "LAT"),
        lon_deg=number(record, "°", "131" if fine else "130", "LON"),
        error_m=_error("nac_p", uint(record, "090", "NACP"), "nic", uint(record, "090", "NUCPNIC")),
        baro_ft=number(record, "FL", "145") * 100,
        geom_ft=number(record, "ft", "140"),
        geom_error_m=_error("gva", uint(record, "090", "GVA")),
        on_ground=uint(record, "040", "GBS") == 1,
        ve_mps=speed * M_PER_NM * math.sin(track),
        vn_mps=speed * M_PER_NM * math.cos(track),
        vu_mps=(climb if climb == climb else baro_climb) * MPS_PER_FT_MIN,
        v_error_mps=_error("nac_v", uint(record, "090", "NUCRNACV")),
        mover=classes.movers("asterix021").get(str(uint(record, "020")), 0),
        callsign=text(record, "170"),
        origin=ORIGIN["own" if own else "rebroadcast"],
        sil=uint(record, "090", "SIL"),
    )


def plot(record: Any, received_ms: int, radars: Radars) -> Target | str:
    """Category 048 (part 4): what a radar measured, placed from where it stands."""
    if uint(record, "020", "SIM") or uint(record, "020", "TST"):
        return "test"
    at_ms = _instant(number(record, "s", "140"), received_ms)
    if at_ms is None:
        return "no-time"
    name = f"{uint(record, '010', 'SAC')}/{uint(record, '010', 'SIC')}"
    address, track = uint(record, "220"), uint(record, "161", "TRN")
    if address is None and track is None:
        return "no-identity"
    baro_ft = number(record, "FL", "090", "FL") * 100
    height_ft = number(record, "ft", "110", "3DH")
    slant_m, bearing = number(record, "NM", "040", "RHO") * M_PER_NM, number(record, "°", "040", "THETA")
    lat, lon, error = _placed(
        radars.get(name), slant_m, bearing, baro_ft if baro_ft == baro_ft else height_ft
    )
    speed, course = number(record, "NM/s", "200", "GSP"), math.radians(number(record, "°", "200", "HDG"))
    return Target(
        ident=f"icao:{address:06x}" if address is not None else ident("radar", f"{name}/{track}"),
        at_ms=at_ms,
        lat_deg=lat,
        lon_deg=lon,
        error_m=error,
        baro_ft=baro_ft,
        ve_mps=speed * M_PER_NM * math.sin(course),
        vn_mps=speed * M_PER_NM * math.cos(course),
        callsign=text(record, "240"),
    )


def track(record: Any, received_ms: int, radars: Radars) -> Target | str:
    """Category 062 (part 9): what a tracker fused."""
    if uint(record, "080", "SIM"):
        return "test"
    at_ms = _instant(number(record, "s", "070"), received_ms)
    if at_ms is None:
        return "no-time"
    address, serial = uint(record, "380", "ADR"), uint(record, "040")
    if address is None and serial is None:
        return "no-identity"
    name = f"{uint(record, '010', 'SAC')}/{uint(record, '010', 'SIC')}"
    corrected = uint(record, "135", "QNH") == 1
    smoothed = _NAN if corrected else number(record, "FL", "135", "CTB")
    measured = number(record, "FL", "136")
    sigma = math.hypot(
        number(record, "m", "500", "APC", "X"), number(record, "m", "500", "APC", "Y")
    ) / math.sqrt(2)
    return Target(
        ident=f"icao:{address:06x}" if address is not None else ident("radar", f"{name}/{serial}"),
        at_ms=at_ms,
        lat_deg=number(record, "°", "105", "LAT"),
        lon_deg=number(record, "°", "105", "LON"),
        error_m=sigma * quality.SIGMA_TO_95_CIRCULAR,
        baro_ft=(smoothed if smoothed == smoothed else measured) * 100,
        geom_ft=number(record, "ft", "130"),
        geom_error_m=number(record, "ft", "500", "AGA") * 0.3048 * quality.SIGMA_TO_95_LINEAR,
        ve_mps=number(record, "m/s", "185", "VX"),
        vn_mps=number(record, "m/s", "185", "VY"),
        vu_mps=number(record, "ft/min", "220") * MPS_PER_FT_MIN,
        mover=classes.movers("asterix062").get(str(uint(record, "380", "EMC")), 0),
        callsign=text(record, "380", "ID") or text(record, "245", "CHR"),
    )


TARGET_OF: Final[Mapping[int, Callable[[Any, int, Radars], Target | str]]] = {21: adsb, 48: plot, 62: track}


def uint(record: Any, *path: str) -> int | None:
    """The raw value of an item or of a part of it."""
    found = _at(record, path)
    return None if found is None else int(found.variation.as_uint())


def number(record: Any, unit: str, *path: str) -> float:
    """The value in its unit; NaN where it is not there."""
    found = _at(record, path)
    return _NAN if found is None else float(found.variation.content.as_quantity(unit))


def text(record: Any, *path: str) -> str:
    found = _at(record, path)
    return "" if found is None else str(found.variation.content.as_string())


def _at(record: Any, path: tuple[str, ...]) -> Any:
    found = record.get_item(path[0])
    for name in path[1:]:
        if found is None:
            return None
        found = found.variation.get_item(name)
    return found


def _instant(second: float, received_ms: int) -> int | None:
    """Seconds since midnight UTC, of the day that lies nearest to the reception."""
    if second != second:
        return None
    today = received_ms - received_ms % DAY_MS + round(second * 1000)
    return min((today - DAY_MS, today, today + DAY_MS), key=lambda at: abs(at - received_ms))


def _error(name: str, code: int | None, other: str = "", other_code: int | None = None) -> float:
    error = float(quality.error_of(name, _NAN if code is None else code))
    if error != error and other:
        return _error(other, other_code)
    return error


def _placed(
    radar: tuple[float, float, float] | None, slant_m: float, bearing_deg: float, height_ft: float
) -> tuple[float, float, float]:
    """Slant range to a place on the ellipsoid, by the triangle with the centre of the Earth; a height that
    is not known lies between the radar's and 15 km, and half of what that leaves open is error.
    """
    if radar is None or slant_m != slant_m or bearing_deg != bearing_deg:
        return _NAN, _NAN, _NAN
    known = height_ft == height_ft
    nearest = _ground(slant_m, radar[2], height_ft * 0.3048 if known else radar[2] + min(15_000.0, slant_m))
    farthest = nearest if known else _ground(slant_m, radar[2], radar[2])
    figures = quality.table()["radar"]
    measured = math.hypot(figures["range_m"], slant_m * math.radians(figures["azimuth_deg"]))
    lat, lon = direct((radar[0], radar[1]), bearing_deg, (nearest + farthest) / 2)
    return lat, lon, measured + (farthest - nearest) / 2


def _ground(slant_m: float, from_m: float, to_m: float) -> float:
    a, b = EARTH_M + from_m, EARTH_M + to_m
    cosine = (a * a + b * b - slant_m * slant_m) / (2 * a * b)
    return EARTH_M * math.acos(max(-1.0, min(1.0, cosine)))
