"""Areas to keep away from as CSV, GeoJSON or KML, one way only: what stands, for a map or a planner.

A row a volume. A polygon is its vertices, a corridor its line with `half_width_m`, a circle the polygon that the
copy's mark drew around it (`watermark.outline`), so that no file names its centre.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

from steerclear.space.altitude_text import limit_text
from steerclear.space.volume import Corridor, Polygon, Volume4D, limits_of
from steerclear.speech.exchange.kml_text import SPACE
from steerclear.speech.exchange.record import degrees
from steerclear.speech.kinds.area_declare import AreaDeclare

COLUMNS: Final = (
    *("entry", "whose", "area", "precision", "marks", "lower", "upper", "start", "end", "half_width_m"),
    *("outline", "holes"),
)


@dataclass(frozen=True)
class Row:
    """One volume of one area; `ring` and `holes` [(lat_e7, lon_e7)], `fields` what stands beside it."""

    fields: Mapping[str, str]
    ring: tuple[tuple[int, int], ...]
    holes: tuple[tuple[tuple[int, int], ...], ...] = ()
    line: bool = False


def rows_of(entry: str, whose: str, marks: Sequence[str], body: AreaDeclare) -> list[Row]:
    """`body` as the copy's mark left it."""
    fields = {
        "entry": entry,
        "whose": whose,
        "area": body.area or "not stated",
        "precision": body.precision or "not stated",
        "marks": ";".join(marks),
    }
    return [_row(fields, volume) for volume in body.volumes]


def _row(fields: Mapping[str, str], volume: Volume4D) -> Row:
    named = {
        **fields,
        "lower": " or ".join(limit_text(one) for one in limits_of(volume.lower)),
        "upper": " or ".join(limit_text(one) for one in limits_of(volume.upper)),
        "start": volume.start,
        "end": volume.end,
    }
    shape = volume.outline
    if isinstance(shape, Corridor):
        return Row({**named, "half_width_m": f"{shape.half_width_mm / 1000:g}"}, shape.line, line=True)
    assert isinstance(shape, Polygon)  # a circle has become one
    return Row(named, shape.exterior, shape.holes)


def write(rows: Sequence[Row], suffix: str, says: Sequence[str]) -> bytes:
    """The file; `says` stands at its head (boundary.md)."""
    return {".csv": _csv, ".geojson": _geojson, ".kml": _kml}[suffix](rows, says)


def _csv(rows: Sequence[Row], says: Sequence[str]) -> bytes:
    out = io.StringIO()
    for line in says:
        out.write(f"# {line}\r\n")
    made = csv.writer(out)
    made.writerow(COLUMNS)
    for row in rows:
        shape = {"outline": _plain(row.ring), "holes": " | ".join(_plain(hole) for hole in row.holes)}
        made.writerow([{**row.fields, **shape}.get(name, "") for name in COLUMNS])
    return out.getvalue().encode()


def _plain(ring: Sequence[tuple[int, int]]) -> str:
    return "; ".join(f"{degrees(lat)} {degrees(lon)}" for lat, lon in ring)


def _geojson(rows: Sequence[Row], says: Sequence[str]) -> bytes:
    features = [{"type": "Feature", "geometry": _shape(row), "properties": dict(row.fields)} for row in rows]
    document = {"type": "FeatureCollection", "notice": list(says), "features": features}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _shape(row: Row) -> dict[str, Any]:
    if row.line:
        return {"type": "LineString", "coordinates": _pairs(row.ring)}
    rings = [[*_pairs(ring), *_pairs(ring[:1])] for ring in (row.ring, *row.holes)]
    return {"type": "Polygon", "coordinates": rings}


def _pairs(ring: Sequence[tuple[int, int]]) -> list[list[float]]:
    return [[lon / 1e7, lat / 1e7] for lat, lon in ring]


def _kml(rows: Sequence[Row], says: Sequence[str]) -> bytes:
    root = ElementTree.Element("kml", xmlns=SPACE)
    document = ElementTree.SubElement(root, "Document")
    ElementTree.SubElement(document, "description").text = " ".join(says)
    for row in rows:
        mark = ElementTree.SubElement(document, "Placemark")
        ElementTree.SubElement(mark, "name").text = f"{row.fields['area']} ({row.fields['whose']})"
        extended = ElementTree.SubElement(mark, "ExtendedData")
        for name, text in row.fields.items():
            data = ElementTree.SubElement(extended, "Data", name=name)
            ElementTree.SubElement(data, "value").text = text
        if row.line:
            _coordinates(ElementTree.SubElement(mark, "LineString"), row.ring)
            continue
        shape = ElementTree.SubElement(mark, "Polygon")
        for tag, ring in (("outerBoundaryIs", row.ring), *(("innerBoundaryIs", hole) for hole in row.holes)):
            inner = ElementTree.SubElement(ElementTree.SubElement(shape, tag), "LinearRing")
            _coordinates(inner, (*ring, *ring[:1]))
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _coordinates(element: ElementTree.Element, ring: Sequence[tuple[int, int]]) -> None:
    text = " ".join(f"{degrees(lon)},{degrees(lat)}" for lat, lon in ring)
    ElementTree.SubElement(element, "coordinates").text = text
