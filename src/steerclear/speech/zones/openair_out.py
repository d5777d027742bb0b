"""Areas as OpenAIR airspaces (read by `openair`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from steerclear.space.altitude import Altitude, Limit
from steerclear.space.altitude_text import limit_text
from steerclear.space.volume import Circle, Corridor, Outline, Point, Polygon, limits_of
from steerclear.speech.exchange.record import RowFault
from steerclear.speech.zones.openair import NM_MM
from steerclear.speech.zones.zone import Zone, grouped, text_of
from steerclear.units import format_time, parse_time


def write(zones: Sequence[Zone], says: Sequence[str] = ()) -> tuple[bytes, list[RowFault]]:
    """Every outline with its limits an airspace, an `AA` for each of its windows. Seconds have two decimals (0.3 m). A
    hole, and of two limits the second, cannot be held.
    """
    lines, faults = [f"* {one}" for one in says], list[RowFault]()
    for number, zone in enumerate(zones, 1):
        for (outline, lower, upper), windows in grouped(zone).items():
            if isinstance(outline, Polygon) and outline.holes:
                remedy = "OpenAIR knows no holes: the whole outline is written"
                faults.append(RowFault(number, "outline", "holes-filled", zone.name, remedy))
            lines += ["", f"AC {_plain(text_of(zone.kept.get('AC') or 'Q'))}", f"AN {_plain(zone.name)}"]
            for code, limit in (("AL", lower), ("AH", upper)):
                given = limits_of(limit)
                if len(given) != 1 or given[0] == "unknown":
                    remedy = "OpenAIR holds one limit that is known; the widest stands in the file"
                    faults.append(RowFault(number, code, "limit-widened", zone.name, remedy))
                lines.append(f"{code} {_written(given, code)}")
            lines += [f"AA {_zulu(start)}/{_zulu(end)}" for start, end in windows]
            lines += [
                f"{name} {_plain(text_of(value))}"
                for name, value in zone.kept.items()
                if re.fullmatch("A[A-Z]", name) and name not in _OURS
            ]
            lines += _drawn(outline)
    return "\r\n".join([*lines, ""]).encode(), faults


_OURS: Final = ("AA", "AC", "AH", "AL", "AN", "AT")


def _zulu(text: str) -> str:
    """An instant in UTC, no finer than it has to be."""
    rfc = format_time(parse_time(text)).removesuffix("Z")
    return f"{rfc.removesuffix(':00')}Z"


def _plain(text: str) -> str:
    return " ".join(text.replace("*", " ").split())


def _written(given: Sequence[Limit], code: str) -> str:
    one = given[0] if len(given) == 1 else "unknown"
    if not isinstance(one, Altitude):
        return "SFC" if code == "AL" or one == "surface" else "UNL"
    return limit_text(one).replace(" MSL", " AMSL")


def _drawn(outline: Outline) -> list[str]:
    match outline:
        case Circle(centre, radius_mm):
            return [f"V X={_dms(centre)}", f"DC {_miles(radius_mm)}"]
        case Corridor(line, half_width_mm):
            return [f"V W={_miles(2 * half_width_mm)}", *(f"DY {_dms(one)}" for one in line)]
        case Polygon(exterior, _):
            return [f"DP {_dms(one)}" for one in (*exterior, exterior[0])]


def _miles(mm: int) -> str:
    """Nautical miles, never less: four decimals (0.2 m)."""
    return f"{-(-mm * 10_000 // NM_MM) / 10_000:.4f}"


def _dms(point: Point) -> str:
    north, east = "NS"[point[0] < 0], "EW"[point[1] < 0]
    return f"{_sexagesimal(point[0], 2)} {north} {_sexagesimal(point[1], 3)} {east}"


def _sexagesimal(e7: int, width: int) -> str:
    hundredths = round(abs(e7) * 36 / 1000)
    degrees, rest = divmod(hundredths, 360_000)
    minutes, rest = divmod(rest, 6_000)
    return f"{degrees:0{width}d}:{minutes:02d}:{rest / 100:05.2f}"
