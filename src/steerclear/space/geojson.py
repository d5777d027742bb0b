"""Volumes from GeoJSON (RFC 7946): positions are [longitude, latitude] in degrees; rings close; either
winding.

| geometry | becomes | needs |
|---|---|---|
| Polygon | one polygon with its holes | |
| MultiPolygon | one volume a polygon | |
| LineString | a corridor | property `half_width_m` (or `_mm`) |
| MultiLineString | one corridor a line | the same |
| Point | a circle | property `radius_m` (or `_mm`) |
| MultiPoint | one circle a point | the same |
| GeometryCollection | what its members become | what they need |

`lower`, `upper`, `start` and `end` are properties of each Feature, or given once as `defaults`. A limit is
text (`FL350`, `5000 ft MSL`; `FL320 or FL260` where a notice states two, which the desk refuses) or the struct of
altitude.py. A third number in a position (height) is refused, for GeoJSON does not say from where it counts and a
block has two ends. Faults are collected feature by feature.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from steerclear.errors import Malformed, Refused, refusal
from steerclear.space.altitude import Altitude
from steerclear.space.altitude_text import parse_limit
from steerclear.space.volume import Circle, Corridor, Outline, Point, Polygon, Ring, UpperLimit, Volume4D
from steerclear.units import parse_time

MAX_FEATURES = 1_000
_MAX_DEPTH = 4
_SOURCE = "RFC 7946"


def volumes_from_geojson(
    document: bytes | str | Mapping[str, Any], *, defaults: Mapping[str, Any] | None = None
) -> tuple[list[Volume4D], list[Refused]]:
    """Every volume of a Feature, FeatureCollection or bare geometry, and every fault with its field.

    Volumes come back only without faults. Whether a volume is legal as a notice is `volume.check_volume`'s to
    say.
    """
    if isinstance(document, bytes | str):
        try:
            document = msgspec.json.decode(document)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return [], [Refused("malformed", "", "not-json", f"write a GeoJSON document: {error}", _SOURCE)]
    volumes: list[Volume4D] = []
    faults: list[Refused] = []
    try:
        features = list(_features(document))
    except Malformed as error:
        return [], [refusal(error)]
    for field, geometry, properties in features:
        try:
            volumes += _volumes(field, geometry, {**(defaults or {}), **properties}, faults)
        except Malformed as error:
            faults.append(refusal(error))
    if not features:
        faults.append(Refused("malformed", "features", "empty", "give at least one feature", _SOURCE))
    return ([] if faults else volumes), faults


def _features(document: Any) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    """(field, geometry, properties) of each feature."""
    if not isinstance(document, Mapping):
        raise _bad("", "not-geojson", "write a Feature, a FeatureCollection or a geometry")
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list | tuple) or len(features) > MAX_FEATURES:
            raise _bad("features", "bad-features", f"a list of at most {MAX_FEATURES} features")
        for i, feature in enumerate(features):
            if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
                raise _bad(f"features[{i}]", "not-a-feature", 'each member has "type": "Feature"')
            yield _feature(f"features[{i}].", feature)
    elif kind == "Feature":
        yield _feature("", document)
    else:
        yield "", document, {}


def _feature(field: str, feature: Mapping[str, Any]) -> tuple[str, Any, Mapping[str, Any]]:
    properties = feature.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise _bad(f"{field}properties", "bad-properties", "an object with lower, upper, start, end")
    return field, feature.get("geometry"), properties


def _volumes(
    field: str, geometry: Any, properties: Mapping[str, Any], faults: list[Refused]
) -> list[Volume4D]:
    lower = _collect(faults, _limit, properties, "lower", field)
    upper = _collect(faults, _limit, properties, "upper", field)
    start = _collect(faults, _time, properties, "start", field)
    end = _collect(faults, _time, properties, "end", field)
    outlines = list(_outlines(f"{field}geometry", geometry, properties, 0))
    if not outlines:
        raise _bad(f"{field}geometry", "empty", "give a geometry")
    if lower is None or upper is None or start is None or end is None:
        return []
    return [Volume4D(outline, lower, upper, start, end) for outline in outlines]


def _collect(faults: list[Refused], read: Any, properties: Mapping[str, Any], name: str, field: str) -> Any:
    try:
        return read(properties.get(name), f"{field}properties.{name}")
    except Malformed as error:
        faults.append(refusal(error))
        return None


def _limit(value: Any, field: str) -> UpperLimit:
    if value is None:
        raise _bad(field, "missing", 'write "surface", "FL350", "5000 ft MSL" …')
    if isinstance(value, Altitude):
        return value
    if isinstance(value, str):
        several = tuple(parse_limit(one, field=field) for one in value.split(" or "))
        return several if len(several) > 1 else several[0]
    try:
        return msgspec.convert(value, Altitude, strict=True)
    except msgspec.ValidationError as error:
        raise _bad(field, "bad-altitude", f'write "5000 ft MSL", or value, unit and ref: {error}') from None


def _time(value: Any, field: str) -> str:
    if value is None:
        raise _bad(field, "missing", "write RFC 3339 with its zone such as 2015-10-20T14:05:00Z")
    parse_time(value, field=field)
    return str(value)


def _outlines(field: str, geometry: Any, properties: Mapping[str, Any], depth: int) -> Iterator[Outline]:
    if not isinstance(geometry, Mapping):
        raise _bad(field, "no-geometry", "a feature needs its geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    where = f"{field}.coordinates"
    match kind:
        case "Polygon":
            yield _polygon(where, coordinates)
        case "MultiPolygon":
            for i, part in enumerate(_list(where, coordinates)):
                yield _polygon(f"{where}[{i}]", part)
        case "LineString":
            yield _corridor(where, coordinates, properties)
        case "MultiLineString":
            for i, part in enumerate(_list(where, coordinates)):
                yield _corridor(f"{where}[{i}]", part, properties)
        case "Point":
            yield Circle(_point(where, coordinates), _length(properties, "radius", where))
        case "MultiPoint":
            for i, part in enumerate(_list(where, coordinates)):
                yield Circle(_point(f"{where}[{i}]", part), _length(properties, "radius", where))
        case "GeometryCollection" if depth < _MAX_DEPTH:
            for i, part in enumerate(_list(f"{field}.geometries", geometry.get("geometries"))):
                yield from _outlines(f"{field}.geometries[{i}]", part, properties, depth + 1)
        case _:
            raise _bad(f"{field}.type", "unknown-geometry", "Polygon, MultiPolygon, LineString or Point")


def _polygon(field: str, rings: Any) -> Polygon:
    closed = [_ring(f"{field}[{i}]", ring) for i, ring in enumerate(_list(field, rings))]
    if not closed:
        raise _bad(field, "empty", "a polygon has at least its outer ring")
    return Polygon(closed[0], tuple(closed[1:]))


def _ring(field: str, positions: Any) -> Ring:
    ring = tuple(_point(f"{field}[{i}]", position) for i, position in enumerate(_list(field, positions)))
    if len(ring) < 4:
        raise _bad(field, "too-few-vertices", "a ring has three vertices and the first again at its end")
    if ring[0] != ring[-1]:
        raise _bad(field, "unclosed-ring", "repeat the first position at the end of the ring")
    return ring[:-1]


def _corridor(field: str, positions: Any, properties: Mapping[str, Any]) -> Corridor:
    line = tuple(_point(f"{field}[{i}]", position) for i, position in enumerate(_list(field, positions)))
    if len(line) < 2:
        raise _bad(field, "too-few-vertices", "a line has at least two positions")
    return Corridor(line, _length(properties, "half_width", field))


def _point(field: str, position: Any) -> Point:
    if not isinstance(position, list | tuple) or len(position) < 2:
        raise _bad(field, "bad-position", "[longitude, latitude] in degrees")
    if len(position) > 2:
        raise _bad(field, "height-in-position", "leave the third number out and write lower and upper")
    if any(isinstance(n, bool) or not isinstance(n, int | float) or not math.isfinite(n) for n in position):
        raise _bad(field, "bad-position", "two finite numbers: [longitude, latitude] in degrees")
    lon, lat = position
    if abs(lat) > 90:
        raise _bad(field, "latitude-over-90", "GeoJSON writes longitude first: [longitude, latitude]")
    if abs(lon) > 180:
        raise _bad(field, "longitude-over-180", "longitudes run from -180 to 180; outlines may cross ±180°")
    return round(lat * 10_000_000), round(lon * 10_000_000)


def _length(properties: Mapping[str, Any], name: str, field: str) -> int:
    """`<name>_mm` (integer) or `<name>_m`, in mm."""
    mm, m = properties.get(f"{name}_mm"), properties.get(f"{name}_m")
    at = f"{field.split('geometry')[0]}properties.{name}_m"
    value = mm if mm is not None else m
    if (
        (mm is None) == (m is None)
        or isinstance(value, bool)
        or not isinstance(value, int if mm is not None else int | float)
        or not math.isfinite(value)
        or not 0 < value <= (20_100_000_000 if mm is not None else 20_100_000)
    ):
        raise _bad(at, "no-size", f"give {name}_m in metres, above zero, or {name}_mm; not both")
    return value if mm is not None else round(value * 1000)


def _list(field: str, value: Any) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _bad(field, "bad-coordinates", "a list of positions as RFC 7946 nests them")
    return value


def _bad(field: str, rule: str, remedy: str) -> Malformed:
    return Malformed(rule, field=field, remedy=remedy, source=_SOURCE)
