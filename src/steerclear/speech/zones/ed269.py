"""EUROCAE ED-269 geographical zones (`UASZoneList`, or the older `features`), in and out.

ED-269 chapter 8: limits in `uomDimensions` above `AGL` or `AMSL`; a polygon is rings of [longitude,
latitude], a circle a centre and a radius. A zone of several applicabilities is one volume for each. Hours
of days are kept, and the zone is taken as holding all the time between. What else a zone says
(restriction, reason, authority …) is kept as given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.space.altitude import Altitude, Limit
from steerclear.space.volume import Circle, Outline, Polygon, Ring, Volume4D, limits_of
from steerclear.speech.exchange.features import not_readable
from steerclear.speech.exchange.record import RowFault
from steerclear.speech.zones.geojson_zones import pairs
from steerclear.speech.zones.shapes import polygons
from steerclear.speech.zones.zone import Window, Zone, altitude, flagged, point
from steerclear.units import parse_time

_OURS: Final = ("geometry", "name")
MOST_M: Final = 20_100_000


def read(data: bytes, window: Window) -> tuple[list[Zone], list[RowFault]]:
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return [], [not_readable(error, data, "write an ED-269 document")]
    listed = None
    if isinstance(document, dict):
        listed = document.get("UASZoneList", document.get("features"))
    if not isinstance(listed, list):
        return [], [RowFault(0, "UASZoneList", "not-ed269", "no list of zones", "write UASZoneList")]
    zones: list[Zone] = []
    faults: list[RowFault] = []
    for number, one in enumerate(listed, 1):
        try:
            zones.append(_zone(one, number, window))
        except Malformed as error:
            faults.append(RowFault(number, error.field, error.rule, error.rule, error.remedy))
    return zones, faults


def _zone(zone: Any, number: int, window: Window) -> Zone:
    parts = zone.get("geometry") if isinstance(zone, dict) else None
    if not isinstance(zone, dict) or not isinstance(parts, list) or not parts:
        raise Malformed("no-geometry", field="geometry", remedy="each zone has a list of geometries")
    flags: list[str] = []
    windows = _windows(zone.get("applicability"), window, flags)
    volumes = []
    for i, part in enumerate(parts):
        at = f"geometry[{i}]"
        if not isinstance(part, dict):
            raise Malformed("no-geometry", field=at, remedy="an object")
        outline = _outline(part.get("horizontalProjection"), f"{at}.horizontalProjection")
        lower, upper = limits(
            part, "uomDimensions", ("lowerLimit", "upperLimit"), "VerticalReference", at, flags
        )
        volumes += [Volume4D(outline, lower, upper, start, end) for start, end in windows]
    flags.append("" if zone.get("identifier") else "no-identifier")
    name = zone.get("name") or zone.get("identifier")
    kept = {key: value for key, value in zone.items() if key not in _OURS}
    return Zone(
        name if isinstance(name, str) else "",
        tuple(volumes),
        number,
        kept,
        flagged(*flags, bool(kept) and "kept"),
    )


def limits(
    part: Mapping[str, Any], unit: str, names: tuple[str, str], ending: str, at: str, flags: list[str]
) -> tuple[Limit, Limit]:
    """Both ends of a layer; what is null is unknown, and flagged. 99,999 is unlimited, as ED-318 data
    writes it.
    """
    made: list[Limit] = []
    for name, flag in zip(names, ("lower-unknown", "upper-unknown"), strict=True):
        value = part.get(name)
        if value is None or value == "":
            flags.append(flag)
            made.append("unknown")
        elif flag == "upper-unknown" and value in (99_999, "99999"):
            made.append("unlimited")
        else:
            reference = part.get(name.removesuffix("Limit") + ending)
            made.append(altitude(value, str(part.get(unit, "")), str(reference or ""), field=f"{at}.{name}"))
    return made[0], made[1]


def _windows(applicability: Any, window: Window, flags: list[str]) -> list[tuple[str, str]]:
    if not isinstance(applicability, list) or not applicability:
        flags.append("permanent")
        return [window.of(None, None)]
    made = []
    for one in applicability:
        if not isinstance(one, dict):
            raise Malformed("bad-applicability", field="applicability", remedy="a list of objects")
        if one.get("permanent") in ("YES", True):
            flags.append("permanent")
        if _scheduled(one.get("schedule") or one.get("dailyPeriod")):
            flags.append("schedule-not-applied")
        made.append(window.of(*stated(one, "applicability")))
    return list(dict.fromkeys(made))


def stated(applicability: Mapping[str, Any], field: str) -> tuple[str | None, str | None]:
    """Start and end of one window; None where it states none. Raises `Malformed`."""
    found = []
    for name in ("startDateTime", "endDateTime"):
        given = applicability.get(name)
        if given is not None:
            if not isinstance(given, str):
                raise Malformed("bad-time", field=f"{field}.{name}", remedy="RFC 3339 with its zone")
            parse_time(given, field=f"{field}.{name}")
        found.append(given)
    return found[0], found[1]


def _scheduled(periods: Any) -> bool:
    return isinstance(periods, list) and any(
        isinstance(one, dict) and any(one.get(name) for name in ("day", "startTime", "endTime"))
        for one in periods
    )


def _outline(shape: Any, at: str) -> Outline:
    if not isinstance(shape, dict):
        raise Malformed("no-geometry", field=at, remedy="a polygon or a circle")
    if shape.get("type") == "Circle":
        return circle(shape.get("center"), shape.get("radius"), at)
    return polygon(shape.get("coordinates"), at)


def circle(centre: Any, radius_m: Any, at: str) -> Circle:
    """Raises `Malformed`."""
    if not isinstance(centre, list) or len(centre) < 2:
        raise Malformed("bad-position", field=at, remedy="[longitude, latitude] of the centre")
    if isinstance(radius_m, bool) or not isinstance(radius_m, int | float) or not 0 < radius_m <= MOST_M:
        raise Malformed("no-size", field=at, remedy="a radius in metres, above zero")
    return Circle(point(centre[0], centre[1], field=at), round(radius_m * 1000))


def polygon(rings: Any, at: str) -> Polygon:
    """Closed rings of [longitude, latitude]. Raises `Malformed`."""
    if not isinstance(rings, list) or not rings:
        raise Malformed("empty", field=at, remedy="rings of [longitude, latitude]")
    made: list[Ring] = []
    for ring in rings:
        if not isinstance(ring, list) or not all(isinstance(one, list) and len(one) >= 2 for one in ring):
            raise Malformed("bad-coordinates", field=at, remedy="rings of [longitude, latitude]")
        points = tuple(point(one[0], one[1], field=at) for one in ring)
        if len(points) < 4 or points[0] != points[-1]:
            raise Malformed(
                "unclosed-ring", field=at, remedy="three vertices or more, and the first again at the end"
            )
        made.append(points[:-1])
    return Polygon(made[0], tuple(made[1:]))


def write(zones: Sequence[Zone], says: Sequence[str] = ()) -> tuple[bytes, list[RowFault]]:
    faults: list[RowFault] = []
    listed = [_written(zone, number, faults) for number, zone in enumerate(zones, 1)]
    document = {"formatVersion": "1.0.0", "description": " ".join(says), "UASZoneList": listed}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n", faults


def _written(zone: Zone, number: int, faults: list[RowFault]) -> dict[str, Any]:
    windows = list(dict.fromkeys((one.start, one.end) for one in zone.volumes))
    shapes = list(dict.fromkeys((one.outline, one.lower, one.upper) for one in zone.volumes))
    parts = []
    for shape, lower, upper in shapes:
        projections: list[dict[str, Any]]
        if isinstance(shape, Circle):
            centre = [shape.centre[1] / 1e7, shape.centre[0] / 1e7]
            projections = [{"type": "Circle", "center": centre, "radius": shape.radius_mm / 1000}]
        else:
            made, flag = polygons(shape)
            projections = [{"type": "Polygon", "coordinates": rings(one)} for one in made]
            if flag:
                faults.append(
                    RowFault(number, "geometry", flag, zone.name, "ED-269 holds polygons and circles")
                )
        layer = written_limits(lower, upper, number, zone.name, faults)
        parts += [
            {
                "uomDimensions": layer["uom"].upper(),
                **{f"{end}Limit": layer[end] for end in ("lower", "upper")},
                **{f"{end}VerticalReference": layer[f"{end}Reference"] for end in ("lower", "upper")},
                "horizontalProjection": one,
            }
            for one in projections
        ]
    kept = dict(zone.kept)
    if "variant" in kept:
        kept |= {"restriction": kept.get("type", _NEEDED["restriction"]), "type": kept.pop("variant")}
    faults += unidentified(zone, number)
    return {
        **_NEEDED,
        **kept,
        "name": zone.name,
        "applicability": as_given(kept.get("applicability"), windows, _windows)
        or [{"permanent": "NO", "startDateTime": start, "endDateTime": end} for start, end in windows],
        "geometry": parts,
    }


def as_given(applicability: Any, windows: Sequence[tuple[str, str]], read: Callable[..., Any]) -> Any:
    """What the file that a zone came from said of its windows, hours of days too, where they are still its own."""
    try:
        same = read(applicability, Window(), []) == list(windows)
    except Malformed:
        return None
    return applicability if same else None


def unidentified(zone: Zone, number: int) -> list[RowFault]:
    """Nothing is made up for a zone that nobody gave an identifier or a country."""
    missing = [name for name in ("identifier", "country") if not zone.kept.get(name)]
    remedy = "left empty: the standard asks for it; write it as a property, or have the publisher assign it"
    return [RowFault(number, ", ".join(missing), "no-identifier", zone.name, remedy)] if missing else []


_NEEDED: Final[Mapping[str, Any]] = {
    "identifier": "",
    "country": "",
    "type": "COMMON",
    "restriction": "CONDITIONAL",
}


def rings(shape: Polygon) -> list[list[list[float]]]:
    return [[*pairs(one), *pairs(one[:1])] for one in (shape.exterior, *shape.holes)]


def written_limits(lower: Any, upper: Any, number: int, name: str, faults: list[RowFault]) -> dict[str, Any]:
    """A layer of ED-318's names: one unit for both ends, above ground, sea level or the ellipsoid. What
    these formats cannot hold (pressure levels, two limits) becomes the wider end, and a fault says so.
    """
    given = {"lower": limits_of(lower), "upper": limits_of(upper)}
    plain = [one for end in given.values() for one in end if isinstance(one, Altitude)]
    unit = "ft" if plain and all(one.unit == "ft" for one in plain) else "m"
    layer: dict[str, Any] = {"uom": unit}
    for end, limits_ in given.items():
        one = limits_[0] if len(limits_) == 1 else "unknown"
        if isinstance(one, Altitude) and one.ref in _REFERENCE and one.unit in ("ft", "m", "mm"):
            layer |= {end: _figure(one, unit), f"{end}Reference": _REFERENCE[one.ref]}
            continue
        if isinstance(one, Altitude) or len(limits_) != 1:
            remedy = (
                "these formats hold one figure above ground, sea level or the ellipsoid; the end is left open"
            )
            faults.append(RowFault(number, end, "limit-widened", name, remedy))
        layer |= {end: 0 if one == "surface" else None, f"{end}Reference": "AGL"}
        if end == "upper" and one == "unlimited":
            layer[end] = 99_999
    return layer


_REFERENCE: Final = {"AGL": "AGL", "MSL": "AMSL", "WGS84": "WGS84"}


def _figure(one: Altitude, unit: str) -> int | float:
    if unit == one.unit:
        return one.value
    metres = one.value_tmm / 10_000
    return int(metres) if metres == int(metres) else metres
