"""KML 2.2: a Placemark a site (Point, or Polygon whose outline becomes a point and its extent) or a movement
(LineString).

Columns are `ExtendedData/Data`; of a movement those of its points are lists with `;` between the positions. Read with
defusedxml: no entity, no external document. The line of a fault is the number of the Placemark, from 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from steerclear.errors import Malformed
from steerclear.speech.exchange.columns import OF, POINTS_OF
from steerclear.speech.exchange.features import not_readable
from steerclear.speech.exchange.geojson_text import made
from steerclear.speech.exchange.record import MOVEMENT_KIND, Record, RowFault

SPACE: Final = "http://www.opengis.net/kml/2.2"


def read(data: bytes, kind: str) -> tuple[list[Record], list[RowFault]]:
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        return [], [not_readable(error, data, "write KML 2.2 without a DTD")]
    records: list[Record] = []
    faults: list[RowFault] = []
    for number, mark in enumerate((one for one in root.iter() if _local(one) == "Placemark"), 1):
        try:
            records.append(_record(mark, kind, number))
        except Malformed as error:
            faults.append(RowFault(number, error.field or "geometry", error.rule, error.rule, error.remedy))
    return records, faults


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _below(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in element.iter() if _local(one) == name)


def _record(mark: ElementTree.Element, kind: str, number: int) -> Record:
    first = OF[kind][0]
    properties: dict[str, Any] = {}
    for child in mark:
        if _local(child) == "name" and (child.text or "").strip():
            properties[first] = (child.text or "").strip()
    for data in _below(mark, "Data"):
        value = next((one.text or "" for one in _below(data, "value")), "").strip()
        if value:
            properties[data.get("name", "")] = value
    if kind == MOVEMENT_KIND:
        for name in POINTS_OF[kind]:
            if name in properties:
                properties[name] = [part.strip() for part in properties[name].split(";")]
    return made(kind, number, _geometry(mark), properties)


def _geometry(mark: ElementTree.Element) -> dict[str, Any]:
    """As GeoJSON writes it, figures as text."""
    for name in ("Point", "LineString", "Polygon"):
        for element in _below(mark, name):
            where = _numbers(next(_below(element, "coordinates"), None))
            if name == "Polygon":
                return {"type": name, "coordinates": [where]}
            return {"type": name, "coordinates": where[0] if name == "Point" and where else where}
    raise Malformed("no-geometry", remedy="each Placemark has a Point, a LineString or a Polygon")


def _numbers(element: ElementTree.Element | None) -> list[list[str]]:
    text = (element.text or "") if element is not None else ""
    return [part.split(",") for part in text.split()]


def write(records: Sequence[Record], kind: str, says: Sequence[str] = ()) -> bytes:
    root = ElementTree.Element("kml", xmlns=SPACE)
    document = ElementTree.SubElement(root, "Document")
    ElementTree.SubElement(document, "description").text = " ".join(says)
    for record in records:
        _mark(document, record)
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _mark(document: ElementTree.Element, record: Record) -> None:
    mark = ElementTree.SubElement(document, "Placemark")
    first = OF[record.kind][0]
    ElementTree.SubElement(mark, "name").text = record.fields.get(first, "")
    extended = ElementTree.SubElement(mark, "ExtendedData")
    placed = [point for point in record.points if "lat" in point and "lon" in point]
    rows = {name: text for name, text in record.fields.items() if name != first}
    for name in POINTS_OF[record.kind]:
        if name not in ("lat", "lon") and any(name in point for point in placed):
            rows[name] = ";".join(point.get(name, "") for point in placed)
    for name, text in rows.items():
        data = ElementTree.SubElement(extended, "Data", name=name)
        ElementTree.SubElement(data, "value").text = text
    shape = ElementTree.SubElement(mark, "LineString" if record.kind == MOVEMENT_KIND else "Point")
    where = " ".join(f"{point['lon']},{point['lat']}" for point in placed)
    ElementTree.SubElement(shape, "coordinates").text = where
