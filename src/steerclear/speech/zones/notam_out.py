"""Areas as drafts of NOTAM for an office that numbers and sends them (read by `notam`)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from steerclear.space.altitude import Altitude, Limit
from steerclear.space.altitude_text import limit_text
from steerclear.space.volume import Circle, Corridor, Outline, Point, Polygon, Volume4D, limits_of
from steerclear.speech.exchange.record import RowFault
from steerclear.speech.zones.notam import NM_MM, ring_of, title_of
from steerclear.speech.zones.shapes import circle_around
from steerclear.speech.zones.zone import Zone, text_of
from steerclear.units import TENTH_MM_PER_FOOT, parse_time

MOST_NM: Final = 998
"""The widest circle of a Q line; 999 says that it is wider."""
_MARGIN_M: Final = 2_624
"""How far a place may be from its whole minutes: half a minute of both, on the equator and rounded up."""
_ITEMS: Final = {
    "FIR": ("[A-Z]{4}", "ZZZZ"),
    "code": ("Q[A-Z]{4}", "QXXXX"),
    "traffic": ("[IVK]{1,2}", "IV"),
    "purpose": ("[NBOMK]{1,3}", "BO"),
    "scope": ("[AEWK]{1,2}", "W"),
}
"""Of the Q line, as another NOTAM said it, else what the office fills in."""
_MINUTE_MS: Final = 60_000


def write(zones: Sequence[Zone], says: Sequence[str] = ()) -> tuple[bytes, list[RowFault]]:
    """Every volume its own, FIR and code left to the office where none was kept."""
    lines, faults = list[str](), list[RowFault]()
    for number, zone in enumerate(zones, 1):
        for volume in zone.volumes:
            place, around = _circle(volume.outline)
            if around:
                faults.append(RowFault(number, "Q", "circle-around", zone.name, around))
            if isinstance(volume.outline, Polygon) and volume.outline.holes:
                remedy = "a NOTAM knows no holes: the whole outline is written"
                faults.append(RowFault(number, "E", "holes-filled", zone.name, remedy))
            if any(len(limits_of(limit)) != 1 for limit in (volume.lower, volume.upper)):
                faults.append(
                    RowFault(number, "G", "two-limits", zone.name, "choose one limit; the wider is written")
                )
            lines += [*_written(zone, volume, place), ""]
    head = [f"REM {one}" for one in says]
    return "\r\n".join([*head, *([""] if head else []), *lines]).encode(), faults


def _circle(outline: Outline) -> tuple[str, str]:
    """(centre and radius of the Q line, in what it differs from the outline; empty where it is the same)."""
    (lat, lon), radius_m = circle_around(outline)
    whole = isinstance(outline, Circle) and _whole_minutes(outline.centre)
    miles = max(math.ceil((radius_m + (0 if whole else _MARGIN_M)) * 1000 / NM_MM), 1)
    place = f"{_minutes(lat, 2, 'NS')}{_minutes(lon, 3, 'EW')}{min(miles, MOST_NM + 1):03d}"
    match outline:
        case Circle(_, radius_mm):
            same = whole and miles * NM_MM == radius_mm
            more = f"a Q line holds whole minutes and whole miles: {miles} NM around {place[:11]} is written"
            return place, "" if same else more
        case Corridor():
            return place, "a NOTAM knows no corridors: the circle around it is written"
    return place, "a Q line holds a circle; the outline's corners stand in E)"


def _written(zone: Zone, volume: Volume4D, place: str) -> list[str]:
    lower, upper = _wider(limits_of(volume.lower), False), _wider(limits_of(volume.upper), True)
    parts = {name: _kept(zone, name, pattern) or other for name, (pattern, other) in _ITEMS.items()}
    q = (*parts.values(), _level(lower, False), _level(upper, True), place)
    b, c = _stamp(volume.start, 0), _stamp(volume.end, _MINUTE_MS - 1)
    hours = _kept(zone, "D", r".+")
    return [
        f"Q) {'/'.join(q)}",
        f"A) {_kept(zone, 'A', r'[A-Z ]+') or parts['FIR']} B) {b} C) {c}",
        *([f"D) {hours}"] if hours else []),
        f"E) {_text(zone, volume.outline)}",
        f"F) {_item(lower, False)} G) {_item(upper, True)}",
    ]


def _kept(zone: Zone, name: str, pattern: str) -> str:
    """What another NOTAM said, on one line; empty where that is none."""
    text = " ".join(text_of(zone.kept.get(name) or "").upper().split())
    return text if re.fullmatch(pattern, text, re.ASCII) else ""


def _text(zone: Zone, outline: Outline) -> str:
    """The name on a line of its own, unless another NOTAM's text stands here already; the corners after it."""
    said = text_of(zone.kept.get("E") or "")
    named = not said or zone.name.upper() not in (title_of(said.upper()), zone.kept.get("number"))
    lines = [*([" ".join(zone.name.split()) or "AREA"] if named else []), *([said] if said else [])]
    if isinstance(outline, Polygon) and ring_of(said.upper()) != outline:
        corners = [*outline.exterior, outline.exterior[0]]
        lines.append("WITHIN " + " - ".join(_seconds(one) for one in corners))
    return "\r\n".join(lines).upper()


def _stamp(text: str, up_ms: int) -> str:
    return datetime.fromtimestamp((parse_time(text) + up_ms) / 1000, UTC).strftime("%y%m%d%H%M")


def _wider(limits: Sequence[Limit], upper: bool) -> Limit:
    """The highest ceiling or the lowest floor of several, by the figure alone; an open word before any."""
    for one in limits:
        if not isinstance(one, Altitude):
            return one
    plain = [one for one in limits if isinstance(one, Altitude)]
    return (max if upper else min)(plain, key=lambda one: one.value_tmm)


def _level(limit: Limit, upper: bool) -> str:
    if not isinstance(limit, Altitude) or limit.ref in ("AGL", "QFE"):
        return "999" if upper else "000"
    hundreds = limit.value_tmm / (100 * TENTH_MM_PER_FOOT)
    return f"{min(max(math.ceil(hundreds) if upper else math.floor(hundreds), 0), 999):03d}"


def _item(limit: Limit, upper: bool) -> str:
    """An open word as far as it reaches: an unknown floor is the surface, an unknown ceiling none."""
    if isinstance(limit, Altitude):
        return limit_text(limit).replace(" MSL", " AMSL").upper()
    return "UNL" if limit == "unlimited" or (upper and limit == "unknown") else "SFC"


def _whole_minutes(point: Point) -> bool:
    return all(abs(one * 60 / 1e7 - round(one * 60 / 1e7)) < 1e-5 for one in point)


def _minutes(degrees: float, width: int, sides: str) -> str:
    whole, rest = divmod(round(abs(degrees) * 60), 60)
    return f"{whole:0{width}d}{rest:02d}{sides[degrees < 0]}"


def _seconds(point: Point) -> str:
    """Hundredths of a second."""
    made = ""
    for e7, width, sides in ((point[0], 2, "NS"), (point[1], 3, "EW")):
        whole, rest = divmod(round(abs(e7) * 36 / 1000), 360_000)
        minutes, hundredths = divmod(rest, 6_000)
        made += f"{whole:0{width}d}{minutes:02d}{hundredths / 100:05.2f}{sides[e7 < 0]}"
    return made
