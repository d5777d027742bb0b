"""Encounters as files: Parquet and GeoJSON. Figures and units stand in the names."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from steerclear.archive.encounter import Encounter
from steerclear.archive.extra import polars
from steerclear.archive.run import Scan

NOTICE: Final = (
    "Encounters of which one side is own or a minimum was broken, among what was recorded. "
    "That none is listed is no proof that there was none."
)


def parquet(rows: Sequence[Encounter]) -> bytes:
    """One row an encounter, the fields of `Encounter` and its verdict. Raises `Malformed` `extra-missing`."""
    pl = polars()
    types: dict[type, Any] = {int: pl.Int64, bool: pl.Boolean, str: pl.String}
    schema = {"verdict": pl.String}
    for field in msgspec.structs.fields(Encounter):
        plain = [kind for kind in types if kind.__name__ in str(field.type)]
        schema[field.name] = types[plain[0]] if plain else pl.String
    values = [{"verdict": row.verdict, **msgspec.to_builtins(row)} for row in rows]
    out = io.BytesIO()
    pl.DataFrame(values, schema=schema).write_parquet(
        out, metadata={"steerclear": "encounters/v1", "notice": NOTICE}
    )
    return out.getvalue()


def geojson(rows: Sequence[Encounter]) -> bytes:
    """A line between the two at their least distance for each encounter (RFC 7946); cut at ±180° where it crosses."""
    features = [
        {
            "type": "Feature",
            "geometry": _line(row),
            "properties": {"verdict": row.verdict, **msgspec.to_builtins(row)},
        }
        for row in rows
    ]
    value = {"type": "FeatureCollection", "notice": NOTICE, "features": features}
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _line(row: Encounter) -> dict[str, Any]:
    a, b = (row.a_lon_e7 / 1e7, row.a_lat_e7 / 1e7), (row.b_lon_e7 / 1e7, row.b_lat_e7 / 1e7)
    if abs(a[0] - b[0]) <= 180:
        return {"type": "LineString", "coordinates": [a, b]}
    east = 180.0 if a[0] > 0 else -180.0
    turned = b[0] + 2 * east
    share = (east - a[0]) / (turned - a[0]) if turned != a[0] else 0.5
    lat = a[1] + (b[1] - a[1]) * share
    return {"type": "MultiLineString", "coordinates": [[a, (east, lat)], [(-east, lat), b]]}


def report(scan: Scan) -> dict[str, Any]:
    """All of a scan as JSON values, the notice with it."""
    return {
        "notice": NOTICE,
        "encounters": [{"verdict": row.verdict, **msgspec.to_builtins(row)} for row in scan.encounters],
        "judged": msgspec.to_builtins(scan.judged),
        "computed": scan.computed,
        "kept": scan.kept,
    }
