"""GeoJSON (RFC 7946): a feature a site (Point, or Polygon whose outline becomes a point and its extent), a LineString a
movement whose properties `point`, `at`, `tolerance`, `check_in`, `second` … are lists, one value a position.

The line of a fault is the number of the feature, from 1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from steerclear.errors import Malformed
from steerclear.speech.exchange.columns import OF, PASSED, POINTS_OF
from steerclear.speech.exchange.features import features_of, not_readable
from steerclear.speech.exchange.outlines import point_of, reach
from steerclear.speech.exchange.record import MOVEMENT_KIND, Record, RowFault


def read(data: bytes, kind: str) -> tuple[list[Record], list[RowFault]]:
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        return [], [not_readable(error, data)]
    features = features_of(document)
    if isinstance(features, RowFault):
        return [], [features]
    records: list[Record] = []
    faults: list[RowFault] = []
    for number, feature in enumerate(features, 1):
        try:
            records.append(_record(feature, kind, number))
        except Malformed as error:
            faults.append(RowFault(number, error.field or "geometry", error.rule, error.rule, error.remedy))
    return records, faults


def _record(feature: Any, kind: str, number: int) -> Record:
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        raise Malformed("no-geometry", remedy="each feature has a geometry and properties")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise Malformed("bad-properties", field="properties", remedy="an object of columns")
    return made(kind, number, feature["geometry"], properties)


def made(kind: str, number: int, geometry: Mapping[str, Any], properties: Mapping[str, Any]) -> Record:
    """The record of a geometry (strings for figures) and its properties. Raises `Malformed`."""
    for name in properties:
        if name not in (*OF[kind], *POINTS_OF[kind]) or name in ("lat", "lon"):
            raise Malformed(
                "unknown-column", field=name, remedy="one of " + ", ".join((*OF[kind], *POINTS_OF[kind]))
            )
    fields = {
        name: _text(properties[name], name) for name in OF[kind] if properties.get(name) not in (None, "")
    }
    where = geometry.get("coordinates")
    if kind == MOVEMENT_KIND:
        if geometry.get("type") != "LineString" or not isinstance(where, list) or len(where) < 2:
            raise Malformed("not-a-line", remedy="a movement is a LineString of two positions or more")
        points = [_position(one) for one in where]
        for name in POINTS_OF[kind]:
            _spread(name, properties.get(name), points)
        return Record(kind, fields, tuple(points), (number,) * len(points))
    point = {
        name: _text(properties[name], name)
        for name in POINTS_OF[kind]
        if properties.get(name) not in (None, "")
    }
    if geometry.get("type") == "Polygon" and isinstance(where, list) and where and isinstance(where[0], list):
        ring = [_pair(one) for one in where[0]]
        middle, extent = reach(ring)
        return Record(kind, {"extent": extent, **fields}, ({**point, **middle},), (number,))
    if geometry.get("type") != "Point":
        raise Malformed("not-a-point", remedy="a site is a Point or a Polygon")
    return Record(kind, fields, ({**point, **_position(where)},), (number,))


def _spread(name: str, values: Any, points: list[dict[str, str]]) -> None:
    if values is None:
        return
    if not isinstance(values, list) or len(values) != len(points):
        raise Malformed(
            "not-one-a-position", field=name, remedy=f"a list of {len(points)}, one for each position"
        )
    for point, value in zip(points, values, strict=True):
        if value not in (None, ""):
            point[name] = _text(value, name)


def _pair(position: Any) -> tuple[str, str]:
    if not isinstance(position, list) or not 2 <= len(position) <= 3:
        raise Malformed(
            "bad-position",
            remedy="two figures in decimal degrees, longitude first, such as 19.8187 and 41.3275",
        )
    return str(position[0]), str(position[1])


def _position(position: Any) -> dict[str, str]:
    return point_of(*_pair(position))


def _text(value: Any, name: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ";".join(value)
    if not isinstance(value, str):
        raise Malformed("not-text", field=name, remedy="write text")
    return value.strip()


def write(records: Sequence[Record], kind: str, says: Sequence[str] = ()) -> bytes:
    features = [_feature(record) for record in records]
    document = {"type": "FeatureCollection", "notice": list(says), "features": features}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _feature(record: Record) -> dict[str, Any]:
    properties: dict[str, Any] = dict(record.fields)
    names = [name for name in (*PASSED, *POINTS_OF["site.notify"]) if name not in ("lat", "lon")]
    placed = [point for point in record.points if "lat" in point and "lon" in point]
    if record.kind == MOVEMENT_KIND:
        for name in names:
            if any(name in point for point in placed):
                properties[name] = [point.get(name, "") for point in placed]
        line = [[float(point["lon"]), float(point["lat"])] for point in placed]
        geometry: dict[str, Any] | None = (
            {"type": "LineString", "coordinates": line} if len(line) > 1 else None
        )
    else:
        point = record.points[0]
        properties |= {name: point[name] for name in names if name in point}
        where = [float(point["lon"]), float(point["lat"])] if placed else None
        geometry = {"type": "Point", "coordinates": where} if where else None
    return {"type": "Feature", "geometry": geometry, "properties": properties}
