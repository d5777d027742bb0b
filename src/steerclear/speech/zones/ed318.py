"""EUROCAE ED-318 geographical zones: GeoJSON features whose geometry carries a `layer`, in and out.

ED-318 chapter 4: `layer` {upper, upperReference, lower, lowerReference, uom}; a circle is a Point with
`extent` {subType "Circle", radius}; `limitedApplicability` a list of windows, none where it always holds;
`name` a list of texts by language.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed
from steerclear.space.volume import Circle, Outline, Volume4D
from steerclear.speech.exchange.features import not_readable
from steerclear.speech.exchange.record import RowFault
from steerclear.speech.zones.ed269 import (
    as_given,
    circle,
    limits,
    polygon,
    rings,
    stated,
    unidentified,
    written_limits,
)
from steerclear.speech.zones.shapes import polygons
from steerclear.speech.zones.zone import Window, Zone, flagged, grouped

_OURS: Final = ("name", "limitedApplicability")
_DEEP: Final = 4


def read(data: bytes, window: Window) -> tuple[list[Zone], list[RowFault]]:
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return [], [not_readable(error, data, "write an ED-318 document")]
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        return [], [
            RowFault(0, "features", "not-ed318", "no features", "write a FeatureCollection of ED-318")
        ]
    zones: list[Zone] = []
    faults: list[RowFault] = []
    for number, feature in enumerate(features, 1):
        try:
            zones.append(_zone(feature, number, window))
        except Malformed as error:
            faults.append(RowFault(number, error.field, error.rule, error.rule, error.remedy))
    return zones, faults


def _zone(feature: Any, number: int, window: Window) -> Zone:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(properties, dict):
        raise Malformed("not-a-feature", field="properties", remedy="a feature with properties")
    flags: list[str] = []
    windows = _windows(properties.get("limitedApplicability"), window, flags)
    volumes = [
        Volume4D(outline, lower, upper, start, end)
        for outline, lower, upper in _layers(feature.get("geometry"), "geometry", flags, 0)
        for start, end in windows
    ]
    if not volumes:
        raise Malformed("no-geometry", field="geometry", remedy="give a geometry with its layer")
    kept = {name: value for name, value in properties.items() if name not in _OURS}
    if properties.get("limitedApplicability"):
        kept["limitedApplicability"] = properties["limitedApplicability"]
    names = properties.get("name")
    if isinstance(names, list) and len(names) > 1:
        kept["names"] = names
    flags.append("" if properties.get("identifier") else "no-identifier")
    name = _text(properties.get("name")) or str(properties.get("identifier") or "")
    return Zone(name, tuple(volumes), number, kept, flagged(*flags, bool(kept) and "kept"))


def _layers(geometry: Any, at: str, flags: list[str], depth: int) -> Iterator[tuple[Outline, Any, Any]]:
    if not isinstance(geometry, dict):
        raise Malformed("no-geometry", field=at, remedy="a geometry with its layer")
    if geometry.get("type") == "GeometryCollection" and depth < _DEEP:
        members = geometry.get("geometries")
        for i, one in enumerate(members if isinstance(members, list) else []):
            yield from _layers(one, f"{at}.geometries[{i}]", flags, depth + 1)
        return
    layer = geometry.get("layer")
    if not isinstance(layer, dict):
        raise Malformed(
            "no-layer", field=f"{at}.layer", remedy="lower, lowerReference, upper, upperReference, uom"
        )
    lower, upper = limits(layer, "uom", ("lower", "upper"), "Reference", f"{at}.layer", flags)
    where = geometry.get("coordinates")
    if geometry.get("type") == "Polygon":
        yield polygon(where, at), lower, upper
        return
    extent = geometry.get("extent")
    if geometry.get("type") == "Point" and isinstance(extent, dict) and extent.get("subType") == "Circle":
        yield circle(where, extent.get("radius"), at), lower, upper
        return
    raise Malformed("unknown-geometry", field=f"{at}.type", remedy="Polygon, or Point with extent Circle")


def _windows(given: Any, window: Window, flags: list[str]) -> list[tuple[str, str]]:
    if not isinstance(given, list) or not given:
        flags.append("permanent")
        return [window.of(None, None)]
    made = []
    for one in given:
        if not isinstance(one, dict):
            raise Malformed("bad-applicability", field="limitedApplicability", remedy="a list of objects")
        if one.get("schedule"):
            flags.append("schedule-not-applied")
        made.append(window.of(*stated(one, "limitedApplicability")))
    return list(dict.fromkeys(made))


def _text(name: Any) -> str:
    """English where there is any, else the first."""
    if not isinstance(name, list):
        return name if isinstance(name, str) else ""
    texts = [one for one in name if isinstance(one, dict) and isinstance(one.get("text"), str)]
    english = [one for one in texts if str(one.get("lang", "")).lower().startswith("en")]
    return str((english or texts or [{"text": ""}])[0]["text"])


def write(zones: Sequence[Zone], says: Sequence[str] = ()) -> tuple[bytes, list[RowFault]]:
    faults: list[RowFault] = []
    features = [one for number, zone in enumerate(zones, 1) for one in _features(zone, number, faults)]
    metadata = {"description": [{"text": one, "lang": "en-GB"} for one in says]}
    document = {"type": "FeatureCollection", "metadata": metadata, "features": features}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n", faults


def _features(zone: Zone, number: int, faults: list[RowFault]) -> Iterator[dict[str, Any]]:
    """A feature for each outline and block, with every window in which it holds."""
    faults += unidentified(zone, number)
    for (shape, lower, upper), windows in grouped(zone).items():
        layer = written_limits(lower, upper, number, zone.name, faults)
        made: list[dict[str, Any]]
        if isinstance(shape, Circle):
            extent = {"subType": "Circle", "radius": shape.radius_mm / 1000}
            where = [shape.centre[1] / 1e7, shape.centre[0] / 1e7]
            made = [{"type": "Point", "coordinates": where, "extent": extent, "layer": layer}]
        else:
            outlines, flag = polygons(shape)
            made = [{"type": "Polygon", "coordinates": rings(one), "layer": layer} for one in outlines]
            if flag:
                faults.append(
                    RowFault(number, "geometry", flag, zone.name, "ED-318 holds polygons and circles")
                )
        properties = _properties(zone, windows)
        geometry = made[0] if len(made) == 1 else {"type": "GeometryCollection", "geometries": made}
        yield {"type": "Feature", "geometry": geometry, "properties": properties}


def _properties(zone: Zone, windows: Sequence[tuple[str, str]]) -> dict[str, Any]:
    kept = {name: value for name, value in zone.kept.items() if name not in (*_OURS, "names")}
    if "restriction" in kept:  # as ED-269 calls the two
        kept |= {"type": kept.pop("restriction"), "variant": kept.get("type", "COMMON")}
    names = zone.kept.get("names")
    return {
        "identifier": "",
        "country": "",
        "type": "CONDITIONAL",
        "variant": "COMMON",
        **kept,
        "name": names
        if isinstance(names, list) and _text(names) == zone.name
        else [{"text": zone.name, "lang": "en-GB"}],
        "limitedApplicability": as_given(zone.kept.get("limitedApplicability"), windows, _windows)
        or [{"startDateTime": start, "endDateTime": end} for start, end in windows],
    }
