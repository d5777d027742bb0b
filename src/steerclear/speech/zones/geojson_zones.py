"""Areas as GeoJSON (RFC 7946): what space.geojson reads, a zone a feature; every property that is none of
ours is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from steerclear.space.altitude_text import limit_text
from steerclear.space.geojson import volumes_from_geojson
from steerclear.space.volume import Circle, Corridor, Polygon, Volume4D, limits_of
from steerclear.speech.exchange.features import features_of, not_readable
from steerclear.speech.exchange.record import RowFault
from steerclear.speech.zones.zone import Window, Zone, flagged, text_of

OURS: Final = ("lower", "upper", "start", "end", "name")
_SIZES: Final = {"radius": Circle, "half_width": Corridor}
"""Whose size is meant, in `_m` or `_mm`; of any other outline it is kept."""


def read(data: bytes, window: Window) -> tuple[list[Zone], list[RowFault]]:
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return [], [not_readable(error, data)]
    features = features_of(document)
    if isinstance(features, RowFault):
        return [], [features]
    zones: list[Zone] = []
    faults: list[RowFault] = []
    defaults = {name: value for name, value in (("start", window.start), ("end", window.end)) if value}
    for number, feature in enumerate(features, 1):
        made = zone_of(feature, number, defaults)
        if isinstance(made, Zone):
            zones.append(made)
        else:
            faults += made
    return zones, faults


def zone_of(feature: Any, number: int, defaults: Mapping[str, str]) -> Zone | list[RowFault]:
    """The zone of one feature, or its faults."""
    if not isinstance(feature, dict):
        return [
            RowFault(number, "feature", "not-a-feature", "no object", 'each member has "type": "Feature"')
        ]
    volumes, refused = volumes_from_geojson(feature | {"type": "Feature"}, defaults=defaults)
    if refused:
        return [
            RowFault(number, one.field.removeprefix("properties."), one.rule, one.rule, one.remedy)
            for one in refused
        ]
    properties = feature.get("properties") or {}
    used = {size for size, shape in _SIZES.items() if any(isinstance(one.outline, shape) for one in volumes)}
    ours = {*OURS, *(f"{size}_{unit}" for size in used for unit in ("m", "mm"))}
    kept = {name: value for name, value in properties.items() if name not in ours}
    if feature.get("id") is not None and "id" not in kept:
        kept["id"] = feature["id"]
    name = properties.get("name")
    two = any(len(limits_of(limit)) > 1 for one in volumes for limit in (one.lower, one.upper))
    return Zone(
        "" if name is None else text_of(name),
        tuple(volumes),
        number,
        kept,
        flagged(bool(kept) and "kept", two and "two-limits"),
    )


def write(zones: Sequence[Zone], says: Sequence[str] = ()) -> tuple[bytes, list[RowFault]]:
    features = [feature for zone in zones for feature in _features(zone)]
    document = {"type": "FeatureCollection", "notice": list(says), "features": features}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n", []


def _features(zone: Zone) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "geometry": geometry(one),
            "properties": {**zone.kept, "name": zone.name, **properties(one)},
        }
        for one in zone.volumes
    ]


def properties(volume: Volume4D) -> dict[str, Any]:
    """Limits, window and size as text and figures that `read` takes; of two limits the words of both."""
    shape = volume.outline
    made: dict[str, Any] = {
        name: " or ".join(limit_text(one) for one in limits_of(limit))
        for name, limit in (("lower", volume.lower), ("upper", volume.upper))
    }
    made |= {"start": volume.start, "end": volume.end}
    if isinstance(shape, Circle):
        made["radius_mm"] = shape.radius_mm
    if isinstance(shape, Corridor):
        made["half_width_mm"] = shape.half_width_mm
    return made


def geometry(volume: Volume4D) -> dict[str, Any]:
    """Longitude first; a ring ends with its first position."""
    match volume.outline:
        case Circle(centre, _):
            return {"type": "Point", "coordinates": [centre[1] / 1e7, centre[0] / 1e7]}
        case Corridor(line, _):
            return {"type": "LineString", "coordinates": pairs(line)}
        case Polygon(exterior, holes):
            return {
                "type": "Polygon",
                "coordinates": [[*pairs(one), *pairs(one[:1])] for one in (exterior, *holes)],
            }


def pairs(points: Sequence[tuple[int, int]]) -> list[list[float]]:
    return [[lon / 1e7, lat / 1e7] for lat, lon in points]
