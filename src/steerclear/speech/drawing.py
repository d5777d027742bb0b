"""Places as people draw and write them → the wire's volumes and positions."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from steerclear.errors import Malformed, Refused
from steerclear.record import jcs
from steerclear.space.geojson import volumes_from_geojson
from steerclear.space.positions import fix_of
from steerclear.speech import quantities
from steerclear.speech.kinds.common import Position
from steerclear.speech.unreadable import unread

_OUTLINES: Final = ("polygon", "circle", "corridor", "outline")
_VOLUME: Final = (*_OUTLINES, "holes", "lower", "upper", "start", "end")


def volume(value: Any, path: str) -> Any:
    """One volume: `polygon = [points]` with `holes`, `circle = {centre, radius}` or `corridor = {line,
    half_width}`, or the wire's `outline`; `lower` and `upper` as text; `start` and `end` as any time. A ring
    closes by itself; its first point may be repeated at the end.
    """
    if not isinstance(value, dict):
        raise Malformed(
            "not-a-table", field=path, remedy="write polygon, circle or corridor, lower, upper, start, end"
        )
    for name in value:
        if name not in _VOLUME:
            raise Malformed("unknown-fields", field=f"{path}.{name}", remedy="one of " + ", ".join(_VOLUME))
    if len([name for name in _OUTLINES if name in value]) != 1:
        raise Malformed("one-outline", field=path, remedy="exactly one of polygon, circle, corridor")
    out: dict[str, Any] = {"outline": _outline(value, path)}
    for name in ("lower", "upper"):
        if name in value:
            out[name] = _limit(value[name], f"{path}.{name}")
    for name in ("start", "end"):
        if name in value:
            out[name] = quantities.time(value[name], field=f"{path}.{name}")
    return out


def _limit(value: Any, path: str) -> Any:
    if isinstance(value, list):
        return [_limit(entry, path) for entry in value]
    return quantities.altitude(value, field=path) if isinstance(value, str) else value


def _outline(value: dict[str, Any], path: str) -> Any:
    if "outline" in value:
        return value["outline"]
    if "polygon" in value:
        out = {"type": "polygon", "exterior": _ring(value["polygon"], f"{path}.polygon")}
        holes = [
            _ring(ring, f"{path}.holes[{i}]")
            for i, ring in enumerate(_list(value.get("holes", []), f"{path}.holes"))
        ]
        return out | ({"holes": holes} if holes else {})
    name = "circle" if "circle" in value else "corridor"
    drawn, field = value[name], f"{path}.{name}"
    needs = ("centre", "radius") if name == "circle" else ("line", "half_width")
    if not isinstance(drawn, dict) or set(drawn) - {*needs, f"{needs[1]}_mm"} or needs[0] not in drawn:
        raise Malformed("bad-outline", field=field, remedy=f'write {{{needs[0]} = …, {needs[1]} = "5 NM"}}')
    size = _length(drawn, needs[1], field)
    if name == "circle":
        return {"type": "circle", "centre": point(drawn["centre"], f"{field}.centre"), "radius_mm": size}
    return {"type": "corridor", "line": points(drawn["line"], f"{field}.line"), "half_width_mm": size}


def _length(drawn: dict[str, Any], name: str, field: str) -> Any:
    if f"{name}_mm" in drawn:
        return drawn[f"{name}_mm"]
    if not isinstance(drawn.get(name), str):
        raise Malformed(
            "bad-quantity", field=f"{field}.{name}", remedy='write it with its unit, such as "5 NM"'
        )
    return quantities.quantity(drawn[name], "mm", field=f"{field}.{name}")


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise Malformed("not-a-list", field=path, remedy="write a list of points")
    return value


def _ring(value: Any, path: str) -> list[list[int]]:
    ring = points(value, path)
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def points(value: Any, path: str) -> list[list[int]]:
    """A list of points."""
    return [point(entry, f"{path}[{i}]") for i, entry in enumerate(_list(value, path))]


def point(value: Any, path: str) -> list[int]:
    """`[lat, lon]` or `{lat, lon}` in decimal degrees, or text: `33.5138 36.2765`, DMS or MGRS. → `[lat_e7,
    lon_e7]`
    """
    if isinstance(value, list) and len(value) == 2:
        value = {"lat": value[0], "lon": value[1]}
    if isinstance(value, dict) and set(value) == {"lat", "lon"}:
        lat = quantities.degrees_e7(value["lat"], 90, field=f"{path}.lat")
        return [lat, quantities.degrees_e7(value["lon"], 180, field=f"{path}.lon")]
    if isinstance(value, str):
        made = position(value, path)
        fix = fix_of(msgspec.convert(made, Position), field=path)
        return [fix.lat_e7, fix.lon_e7]
    raise Malformed("bad-point", field=path, remedy="write [latitude, longitude], DMS or MGRS")


_DECIMAL = re.compile(r"([+-]?[0-9]{1,2}(?:\.[0-9]+)?)[ ,]+([+-]?[0-9]{1,3}(?:\.[0-9]+)?)", re.ASCII)
_UTM = re.compile(r"[0-9]{1,2} ?[NSns] [0-9]{6}[ mE]+[0-9]{1,8}.*", re.ASCII)
_MGRS = re.compile(r"(?:[0-9]{1,2})?[A-Za-z]{3}[0-9]*", re.ASCII)
_SPOKEN: Final = {
    "distance": ("distance_mm", "mm"),
    "bearing": ("bearing_cdeg", "cdeg"),
    "error": ("error_mm", "mm"),
}


def position(value: Any, path: str) -> Any:
    """One position: text in any form (`33.5138 36.2765`, `37SBT9210012345`, `33°30'50"N 36°16'35"E`, UTM,
    `SK42 X 3711045 Y 7412345`), `{lat, lon}`, `{from_place, from_lat, from_lon, bearing, distance}`, or a
    table with `form`; each may state its `error` and `source`.
    """
    if isinstance(value, str):
        return _from_text(value, path)
    if not isinstance(value, dict):
        raise Malformed("bad-position", field=path, remedy="write text, or a table with lat and lon")
    out: dict[str, Any] = {}
    for name, entry in value.items():
        if name in ("lat", "lon", "from_lat", "from_lon"):
            out[f"{name}_e7"] = quantities.degrees_e7(
                entry, 90 if name.endswith("lat") else 180, field=f"{path}.{name}"
            )
        elif name in _SPOKEN:
            wire, unit = _SPOKEN[name]
            out[wire] = (
                quantities.quantity(entry, unit, field=f"{path}.{name}") if isinstance(entry, str) else entry
            )
        elif name == "at":
            out |= _from_text(entry, f"{path}.at") if isinstance(entry, str) else {}
        else:
            out[name] = entry
    if "form" not in out:
        out["form"] = "bearing" if "bearing_cdeg" in out else "wgs84"
    return out


def _from_text(text: str, path: str) -> dict[str, Any]:
    plain = " ".join(text.split())
    decimal = _DECIMAL.fullmatch(plain)
    if decimal is not None:
        lat = quantities.degrees_e7(decimal[1], 90, field=path)
        return {"form": "wgs84", "lat_e7": lat, "lon_e7": quantities.degrees_e7(decimal[2], 180, field=path)}
    if plain.upper().startswith(("SK42 ", "SK-42 ")):
        return {"form": "sk42", "text": plain.split(" ", 1)[1]}
    if _UTM.fullmatch(plain):
        return {"form": "utm", "text": plain}
    return {"form": "mgrs" if _MGRS.fullmatch(plain.replace(" ", "")) else "dms", "text": plain}


def geojson(data: bytes) -> tuple[dict[str, Any], list[Any]] | list[Refused]:
    """(the foreign member `steerclear`, volumes in wire form) of a GeoJSON document, or its faults."""
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return [unread(error, data, ".geojson")]
    rest = document.get("steerclear", {}) if isinstance(document, dict) else {}
    if not isinstance(rest, dict):
        return [Refused("not-a-table", "steerclear", "header fields, inner and body", "write an object")]
    try:
        jcs.dumps(rest)
    except Malformed as error:
        return [Refused(error.rule, "steerclear", error.rule, error.remedy, error.source)]
    volumes, faults = volumes_from_geojson(document)
    return faults or (rest, jcs.loads(jcs.dumps(volumes)))
