"""OpenAIR airspaces (OpenAir Terrain and Airspace description language, Winpilot), read (written by `openair_out`).

An airspace begins at `AC`. `AN` its name, `AL` and `AH` its limits, `DP` a vertex, `V X=`, `V D=`
variables, `DA` and `DB` arcs, `DC` a circle in nautical miles, `V W=` and `DY` an airway. Coordinates are
`dd:mm:ss N ddd:mm:ss E` or `dd:mm.mmm`. An altitude without a reference counts from mean sea level in this
format, which is flagged; one without a unit is feet. `AA` states when it holds (Naviter, SeeYou OpenAir 2.1: ISO 8601
interval in UTC, `NONE` for an open end), which older readers pass over; where it stands nowhere the window is the one
that was asked for. Other records (AF, AG, AY, …) are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from steerclear.errors import Malformed
from steerclear.space.altitude import Altitude, Limit
from steerclear.space.altitude_text import parse_limit
from steerclear.space.geodesic import LatLon, inverse, to_e7
from steerclear.space.volume import Circle, Corridor, Outline, Point, Polygon, Volume4D
from steerclear.speech.exchange.record import RowFault
from steerclear.speech.zones.shapes import arc
from steerclear.speech.zones.zone import Window, Zone, flagged
from steerclear.units import format_time, parse_time

NM_MM: Final = 1_852_000
_ANGLE: Final = r"(\d{1,3})(?::(\d{1,2})(?::(\d{1,2}(?:\.\d+)?)|(\.\d+))?|(\.\d+))?\s*"
_PLACE: Final = re.compile(_ANGLE + r"([NS])[\s,]*" + _ANGLE + r"([EW])", re.ASCII | re.IGNORECASE)
_AT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}):?(\d{2})(?::?(\d{2}(?:\.\d{1,3})?))?Z", re.ASCII)
_BARE: Final = re.compile(r"(-?\d{1,6})\s*(FT|F|M)?", re.ASCII | re.IGNORECASE)


@dataclass
class _Airspace:
    """What was read of one so far."""

    line: int
    kind: str
    name: str = ""
    lower: Limit | None = None
    upper: Limit | None = None
    points: list[Point] = field(default_factory=list)
    airway: list[Point] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)
    windows: list[tuple[str | None, str | None]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


@dataclass
class _Variables:
    centre: LatLon | None = None
    clockwise: bool = True
    width_nm: float | None = None


def read(data: bytes, window: Window) -> tuple[list[Zone], list[RowFault]]:
    text = _decoded(data)
    zones: list[Zone] = []
    faults: list[RowFault] = []
    for airspace in _airspaces(text, faults):
        if airspace.faults:  # what follows from them is no second fault
            faults += airspace.faults
            continue
        made = _zone(airspace, window)
        if isinstance(made, RowFault):
            faults.append(made)
        else:
            zones.append(made)
    return zones, faults


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _airspaces(text: str, faults: list[RowFault]) -> Iterator[_Airspace]:
    current: _Airspace | None = None
    variables = _Variables()
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.partition("*")[0].strip()
        if not line:
            continue
        code, _, rest = line.partition(" ")
        code, rest = code.upper(), rest.strip()
        if code == "AC":
            if current is not None:
                yield current
            current, variables = _Airspace(number, rest, kept={"AC": rest}), _Variables()
        elif current is None:
            faults.append(
                RowFault(number, code[:20], "outside-airspace", "no AC before it", "begin each with AC")
            )
        else:
            try:
                _record(code, rest, current, variables)
            except Malformed as error:
                current.faults.append(
                    RowFault(number, error.field or code, error.rule, error.rule, error.remedy)
                )
    if current is not None:
        yield current


def _record(code: str, rest: str, into: _Airspace, variables: _Variables) -> None:
    """One record. Raises `Malformed`."""
    match code:
        case "AN":
            into.name = rest
        case "AL":
            into.lower = _limit(rest, "AL", into)
        case "AH":
            into.upper = _limit(rest, "AH", into)
        case "V":
            _variable(rest, variables)
        case "DP":
            into.points.append(to_e7(_place(rest, "DP")))
        case "DY":
            into.airway.append(to_e7(_place(rest, "DY")))
            into.kept["W"] = variables.width_nm
        case "DC":
            into.circles.append(Circle(to_e7(_centre(variables)), round(_figure(rest, "DC") * NM_MM)))
        case "DA" | "DB":
            into.points += _arc(code, rest, variables)
            into.flags.append("arc-as-chords")
        case "AA":
            _times(rest, into)
        case "AT" | "TO" | "TC" | "SP" | "SB":
            return  # how it is drawn
        case _:
            before = into.kept.get(code[:20])
            into.kept[code[:20]] = f"{before}; {rest}" if before else rest


def _times(rest: str, into: _Airspace) -> None:
    """One interval; what is none is kept, and the airspace is taken as holding all the time."""
    start, _, end = rest.upper().replace(" ", "").partition("/")
    try:
        into.windows.append((_instant(start), _instant(end or "NONE")))
    except Malformed:
        into.kept["AA"] = "; ".join(part for part in (into.kept.get("AA"), rest) if part)
        into.flags.append("schedule-not-applied")


def _instant(text: str) -> str | None:
    """RFC 3339; None for `NONE`. Raises `Malformed`."""
    if text == "NONE":
        return None
    match = _AT.fullmatch(text)
    if match is None:
        raise Malformed(
            "bad-time", field="AA", remedy="2026-12-01T00:00Z/2026-12-31T00:00Z, or NONE for an open end"
        )
    day, hour, minute, second = match.groups()
    if (hour, minute) == ("24", "00"):
        return format_time(parse_time(f"{day}T00:00:00Z", field="AA") + 86_400_000)
    made = f"{day}T{hour}:{minute}:{second or '00'}Z"
    parse_time(made, field="AA")
    return made


def _variable(rest: str, variables: _Variables) -> None:
    name, _, value = rest.partition("=")
    match name.strip().upper():
        case "X":
            variables.centre = _place(value, "V X")
        case "D":
            variables.clockwise = value.strip() != "-"
        case "W":
            variables.width_nm = _figure(value, "V W")


def _arc(code: str, rest: str, variables: _Variables) -> list[Point]:
    centre = _centre(variables)
    if code == "DA":
        parts = [_figure(part, code) for part in rest.split(",")]
        if len(parts) != 3:
            raise Malformed("bad-arc", field=code, remedy="DA radius in NM, start, end in degrees")
        return arc(centre, parts[0] * 1852, parts[1], parts[2], clockwise=variables.clockwise)
    found = list(_PLACE.finditer(rest))
    if len(found) != 2:
        raise Malformed("bad-arc", field=code, remedy="DB two coordinates, divided by a comma")
    ends = [_matched(one, code) for one in found]
    (radius, start), (_, end) = (inverse(centre, one)[:2] for one in ends)
    made = arc(centre, radius, start, end, clockwise=variables.clockwise)
    return [to_e7(ends[0]), *made[1:-1], to_e7(ends[1])]


def _centre(variables: _Variables) -> LatLon:
    if variables.centre is None:
        raise Malformed(
            "no-centre", field="V X", remedy="write V X= with the centre before the arc or the circle"
        )
    return variables.centre


def _figure(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise Malformed("bad-figure", field=name, remedy="a number") from None
    if not -360 <= value <= 10_000:
        raise Malformed("bad-figure", field=name, remedy="nautical miles up to 10,000, degrees up to 360")
    return value


def _place(text: str, name: str) -> LatLon:
    match = _PLACE.search(text)
    if match is None:
        raise Malformed(
            "bad-position", field=name, remedy="dd:mm:ss N ddd:mm:ss E, or dd:mm.mmm N ddd:mm.mmm E"
        )
    return _matched(match, name)


def _matched(match: re.Match[str], name: str) -> LatLon:
    lat, lon = _angle(match.groups()[:5]), _angle(match.groups()[6:11])
    if lat > 90 or lon > 180:
        raise Malformed("bad-position", field=name, remedy="latitude up to 90, longitude up to 180")
    return (-lat if match[6].upper() == "S" else lat), (-lon if match[12].upper() == "W" else lon)


def _angle(parts: Sequence[str | None]) -> float:
    degrees, minutes, seconds, of_minute, of_degree = parts
    whole = float(degrees or 0) + float(of_degree or 0)
    return whole + (float(minutes or 0) + float(of_minute or 0)) / 60 + float(seconds or 0) / 3600


def _limit(text: str, name: str, into: _Airspace) -> Limit:
    plain = (
        " ".join(text.upper().split()).removesuffix(" ALT").replace("UNLIM", "UNL").replace("UNLTD", "UNL")
    )
    if plain.startswith("UNL"):
        return "unlimited"
    if bare := _BARE.fullmatch(plain):
        into.flags.append("reference-by-format")
        return Altitude(int(bare[1]), "m" if (bare[2] or "").upper() == "M" else "ft", "MSL")
    return parse_limit(plain.replace("GND AGL", "GND"), field=name)


def _zone(airspace: _Airspace, window: Window) -> Zone | RowFault:
    given = airspace.windows if "AA" not in airspace.kept else []  # of times half read the whole window holds
    try:
        windows = list(dict.fromkeys(window.of(*one) for one in given or [(None, None)]))
        if airspace.lower is None or airspace.upper is None:
            raise Malformed(
                "no-limit", field="AL" if airspace.lower is None else "AH", remedy="write AL and AH"
            )
        outlines: list[Outline] = list(airspace.circles)
        if airspace.points:
            ring = airspace.points[:-1] if airspace.points[0] == airspace.points[-1] else airspace.points
            if len(ring) < 3:
                raise Malformed("too-few-vertices", field="DP", remedy="at least three DP, or a circle by DC")
            outlines.append(Polygon(tuple(ring)))
        if airspace.airway:
            width = airspace.kept.pop("W", None)
            if width is None or len(airspace.airway) < 2:
                raise Malformed(
                    "no-width", field="DY", remedy="V W= with the width in NM before two DY or more"
                )
            outlines.append(Corridor(tuple(airspace.airway), round(width * NM_MM / 2)))
        if not outlines:
            raise Malformed("no-geometry", field="DP", remedy="write DP, DC, DA or DY")
    except Malformed as error:
        return RowFault(airspace.line, error.field, error.rule, error.rule, error.remedy)
    volumes = tuple(
        Volume4D(one, airspace.lower, airspace.upper, start, end)
        for one in outlines
        for start, end in windows
    )
    always = not given or any(None in one for one in given)
    flags = flagged(*airspace.flags, "kept", always and "permanent")
    return Zone(airspace.name, volumes, airspace.line, airspace.kept, flags)
