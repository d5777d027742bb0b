"""Areas as KML 2.2: a Placemark a zone, `lower`, `upper`, `start`, `end`, `radius_m`, `half_width_m` as
ExtendedData.

Read with defusedxml: no entity, no external document. A `TimeSpan` is the window where no data says it.
Heights inside `coordinates` say neither a floor nor a reference that holds, so they are left to `lower`
and `upper` and flagged; `altitudeMode` is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from steerclear.errors import Malformed
from steerclear.speech.exchange.features import not_readable
from steerclear.speech.exchange.kml_text import SPACE
from steerclear.speech.exchange.record import RowFault, degrees
from steerclear.speech.zones.geojson_zones import geometry, properties, zone_of
from steerclear.speech.zones.zone import Window, Zone, flagged, text_of

_SHAPES = ("Polygon", "LineString", "Point")
_SIZES = {"radius_m": float, "half_width_m": float, "radius_mm": int, "half_width_mm": int}
_BOUNDS = ("outerBoundaryIs", "innerBoundaryIs")
_OTHERS = ("LinearRing", "Model", "Track", "MultiTrack")


def read(data: bytes, window: Window) -> tuple[list[Zone], list[RowFault]]:
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        return [], [not_readable(error, data, "write KML 2.2 without a DTD")]
    zones: list[Zone] = []
    faults: list[RowFault] = []
    defaults = {name: value for name, value in (("start", window.start), ("end", window.end)) if value}
    for number, mark in enumerate((one for one in root.iter() if _local(one) == "Placemark"), 1):
        try:
            feature = {"id": mark.get("id"), "geometry": _geometry(mark), "properties": _properties(mark)}
            flags = _left(mark)
        except Malformed as error:
            faults.append(RowFault(number, error.field, error.rule, error.rule, error.remedy))
            continue
        except ValueError:
            remedy = "longitude,latitude in degrees, positions divided by spaces"
            faults.append(RowFault(number, "coordinates", "bad-coordinates", "no figures", remedy))
            continue
        made = zone_of(feature, number, defaults)
        if isinstance(made, Zone):
            zones.append(replace(made, flags=flagged(*made.flags, *flags)))
        else:
            faults += made
    return zones, faults


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _below(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in element.iter() if _local(one) == name)


def _text(element: ElementTree.Element, name: str) -> str:
    return next(((one.text or "").strip() for one in _below(element, name)), "")


def _properties(mark: ElementTree.Element) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for child in mark:
        if _local(child) in ("name", "description") and (child.text or "").strip():
            made[_local(child)] = (child.text or "").strip()
    for name, tag in (("start", "begin"), ("end", "end")):
        if span := _text(mark, tag):
            made[name] = span
    for tag in ("altitudeMode", "when"):
        if said := _text(mark, tag):
            made[tag] = said
    for data in (*_below(mark, "Data"), *_below(mark, "SimpleData")):
        value = _text(data, "value") or (data.text or "").strip()
        if value:
            made[data.get("name", "")] = value
    for name, figure in _SIZES.items():
        if name in made:
            try:
                made[name] = figure(made[name])
            except ValueError:
                raise Malformed(
                    "no-size", field=name, remedy="a number: metres, or whole millimetres"
                ) from None
    return made


def _left(mark: ElementTree.Element) -> list[str]:
    """The flags of what a Placemark draws besides."""
    inside = sum(1 for bound in _BOUNDS for one in _below(mark, bound) for _ in _below(one, "LinearRing"))
    bare = sum(1 for name in _OTHERS for _ in _below(mark, name)) > inside
    high = any(
        any(float(part.split(",")[2]) for part in (one.text or "").split() if part.count(",") > 1)
        for one in _below(mark, "coordinates")
    )
    return [*(["shape-left-out"] if bare else []), *(["heights-not-used"] if high else [])]


def _geometry(mark: ElementTree.Element) -> dict[str, Any]:
    """Every shape of the Placemark, as a GeoJSON geometry without heights. Raises `ValueError`."""
    shapes = [_shape(one) for one in mark.iter() if _local(one) in _SHAPES]
    return shapes[0] if len(shapes) == 1 else {"type": "GeometryCollection", "geometries": shapes}


def _shape(element: ElementTree.Element) -> dict[str, Any]:
    kind = _local(element)
    if kind == "Polygon":
        outer = [_positions(one) for one in _below(element, "outerBoundaryIs")]
        return {
            "type": kind,
            "coordinates": outer + [_positions(one) for one in _below(element, "innerBoundaryIs")],
        }
    where = _positions(element)
    return {"type": kind, "coordinates": where[0] if kind == "Point" and where else where}


def _positions(element: ElementTree.Element) -> list[list[float]]:
    return [
        [float(figure) for figure in part.split(",")[:2]] for part in _text(element, "coordinates").split()
    ]


def write(zones: Sequence[Zone], says: Sequence[str] = ()) -> tuple[bytes, list[RowFault]]:
    root = ElementTree.Element("kml", xmlns=SPACE)
    document = ElementTree.SubElement(root, "Document")
    ElementTree.SubElement(document, "description").text = " ".join(says)
    for zone in zones:
        for volume in zone.volumes:
            mark = ElementTree.SubElement(document, "Placemark")
            ElementTree.SubElement(mark, "name").text = zone.name
            if "description" in zone.kept:
                ElementTree.SubElement(mark, "description").text = text_of(zone.kept["description"])
            _data(mark, {**{name: text_of(value) for name, value in zone.kept.items()}, **properties(volume)})
            _draw(mark, geometry(volume))
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n", []


def _data(mark: ElementTree.Element, rows: Mapping[str, Any]) -> None:
    extended = ElementTree.SubElement(mark, "ExtendedData")
    for name, value in rows.items():
        if name not in ("name", "description"):
            data = ElementTree.SubElement(extended, "Data", name=name)
            ElementTree.SubElement(data, "value").text = str(value)


def _draw(mark: ElementTree.Element, shape: Mapping[str, Any]) -> None:
    element = ElementTree.SubElement(mark, shape["type"])
    if shape["type"] != "Polygon":
        where = shape["coordinates"] if shape["type"] == "LineString" else [shape["coordinates"]]
        ElementTree.SubElement(element, "coordinates").text = _written(where)
        return
    for i, ring in enumerate(shape["coordinates"]):
        bound = ElementTree.SubElement(element, "innerBoundaryIs" if i else "outerBoundaryIs")
        inner = ElementTree.SubElement(bound, "LinearRing")
        ElementTree.SubElement(inner, "coordinates").text = _written(ring)


def _written(where: Sequence[Sequence[float]]) -> str:
    return " ".join(f"{degrees(round(lon * 1e7))},{degrees(round(lat * 1e7))}" for lon, lat in where)
