"""GeoJSON in, volumes or faults by field out; and altitudes as written."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.errors import Malformed, Refused
from steerclear.space.altitude import Altitude
from steerclear.space.altitude_text import limit_text, parse_limit
from steerclear.space.geojson import volumes_from_geojson
from steerclear.space.volume import Circle, Corridor, Polygon

WHEN = {"start": "2015-10-20T14:00:00Z", "end": "2015-10-20T15:00:00Z"}
BLOCK = {"lower": "5000 ft MSL", "upper": "FL350", **WHEN}
SQUARE = [[36, 33], [37, 33], [37, 34], [36, 34], [36, 33]]
HOLE = [[36.4, 33.4], [36.4, 33.6], [36.6, 33.6], [36.6, 33.4], [36.4, 33.4]]


def feature(geometry, **changes):
    return {"type": "Feature", "geometry": geometry, "properties": {**BLOCK, **changes}}


def shape(kind, coordinates):
    return {"type": kind, "coordinates": coordinates}


def only(document, **kw):
    volumes, faults = volumes_from_geojson(document, **kw)
    assert faults == []
    return volumes


def test_longitude_comes_first():
    (volume,) = only(feature(shape("Polygon", [SQUARE, HOLE])))
    assert isinstance(volume.outline, Polygon)
    assert volume.outline.exterior == (
        (330_000_000, 360_000_000),
        (330_000_000, 370_000_000),
        (340_000_000, 370_000_000),
        (340_000_000, 360_000_000),
    )
    assert len(volume.outline.holes) == 1 and len(volume.outline.holes[0]) == 4
    assert volume.lower == Altitude(5000, "ft", "MSL") and volume.upper == Altitude(350, "fl", "STD")
    assert (volume.start, volume.end) == (WHEN["start"], WHEN["end"])


def test_each_geometry_becomes_its_outlines():
    two = only(feature(shape("MultiPolygon", [[SQUARE], [HOLE]])))
    assert [type(v.outline) for v in two] == [Polygon, Polygon]
    (line,) = only(feature(shape("LineString", [[36, 33], [37.5, 33.25]]), half_width_m=2500))
    assert line.outline == Corridor(((330_000_000, 360_000_000), (332_500_000, 375_000_000)), 2_500_000)
    (circle,) = only(feature(shape("Point", [-179.5, -12]), radius_mm=1_234_567))
    assert circle.outline == Circle((-120_000_000, -1_795_000_000), 1_234_567)
    mixed = only(
        feature(
            {
                "type": "GeometryCollection",
                "geometries": [shape("Polygon", [SQUARE]), shape("MultiPoint", [[1, 2]])],
            },
            radius_m=10.5,
        )
    )
    assert mixed[1].outline == Circle((20_000_000, 10_000_000), 10_500)


def test_collection_bytes_and_defaults():
    document = {
        "type": "FeatureCollection",
        "features": [feature(shape("Polygon", [SQUARE]), upper="unlimited")] * 2,
    }
    volumes = only(json.dumps(document).encode())
    assert len(volumes) == 2 and volumes[0].upper == "unlimited"
    assert len(only(shape("Polygon", [SQUARE]), defaults=BLOCK)) == 1


def test_either_winding_is_taken():
    assert len(only(feature(shape("Polygon", [SQUARE[::-1]])))) == 1


@pytest.mark.parametrize(
    ("document", "field", "rule"),
    [
        (feature(shape("Polygon", [[*SQUARE[:-1], [36, 33.1]]])), "geometry.coordinates[0]", "unclosed-ring"),
        (feature(shape("Polygon", [SQUARE[:3]])), "geometry.coordinates[0]", "too-few-vertices"),
        (feature(shape("Polygon", [])), "geometry.coordinates", "empty"),
        (feature(shape("MultiPolygon", [])), "geometry", "empty"),
        (feature(shape("Point", [33, 91]), radius_m=5), "geometry.coordinates", "latitude-over-90"),
        (feature(shape("Point", [181, 9]), radius_m=5), "geometry.coordinates", "longitude-over-180"),
        (feature(shape("Point", [36, 33, 900]), radius_m=5), "geometry.coordinates", "height-in-position"),
        (feature(shape("Point", [36, math.nan]), radius_m=5), "geometry.coordinates", "bad-position"),
        (feature(shape("Point", [36, True]), radius_m=5), "geometry.coordinates", "bad-position"),
        (feature(shape("Point", [36, 33])), "properties.radius_m", "no-size"),
        (feature(shape("Point", [36, 33]), radius_m=-1), "properties.radius_m", "no-size"),
        (feature(shape("LineString", [[36, 33], [37, 33]])), "properties.half_width_m", "no-size"),
        (
            feature(shape("LineString", [[36, 33]]), half_width_m=5),
            "geometry.coordinates",
            "too-few-vertices",
        ),
        (feature(shape("Curve", [])), "geometry.type", "unknown-geometry"),
        (feature(shape("Polygon", [SQUARE]), lower="5000"), "properties.lower", "no-unit-or-reference"),
        (feature(shape("Polygon", [SQUARE]), upper=None), "properties.upper", "missing"),
        (
            feature(shape("Polygon", [SQUARE]), upper={"value": 1, "unit": "yd", "ref": "MSL"}),
            "properties.upper",
            "bad-altitude",
        ),
        (feature(shape("Polygon", [SQUARE]), start="2015-10-20T14:00:00"), "properties.start", "no-zone"),
        (feature(shape("Polygon", [SQUARE]), end=7), "properties.end", "bad-time"),
        (feature(None), "geometry", "no-geometry"),
        ({"type": "FeatureCollection", "features": []}, "features", "empty"),
        ({"type": "FeatureCollection", "features": {}}, "features", "bad-features"),
        ({"type": "FeatureCollection", "features": [7]}, "features[0]", "not-a-feature"),
        ([1], "", "not-geojson"),
        (b"{", "", "not-json"),
    ],
)
def test_a_fault_is_named_by_field_rule_and_remedy(document, field, rule):
    volumes, faults = volumes_from_geojson(document)
    assert volumes == []
    assert (field, rule) in {(fault.field, fault.rule) for fault in faults}
    assert all(isinstance(fault, Refused) and fault.remedy for fault in faults)


def test_every_faulty_row_is_named_at_once():
    bad = {
        "type": "FeatureCollection",
        "features": [
            feature(shape("Polygon", [SQUARE]), start="now", upper="high"),
            feature(shape("Polygon", [SQUARE])),
            feature(shape("Point", [1, 2])),
        ],
    }
    _, faults = volumes_from_geojson(bad)
    assert {fault.field for fault in faults} == {
        "features[0].properties.start",
        "features[0].properties.upper",
        "features[2].properties.radius_m",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "features", "geometry", "coordinates", "properties"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(
    JSON
    | st.builds(
        lambda k, c: feature({"type": k, "coordinates": c}), st.sampled_from(["Polygon", "Point"]), JSON
    )
    | st.binary(max_size=20)
)
def test_any_document_is_volumes_or_faults(document):
    volumes, faults = volumes_from_geojson(document)
    assert bool(volumes) != bool(faults)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("FL350", Altitude(350, "fl", "STD")),
        ("fl 050", Altitude(50, "fl", "STD")),
        ("5000 ft MSL", Altitude(5000, "ft", "MSL")),
        ("10,000ft amsl", Altitude(10_000, "ft", "MSL")),
        ("-20 m MSL", Altitude(-20, "m", "MSL")),
        ("120.5 m AGL", Altitude(120_500, "mm", "AGL")),
        ("1500 m WGS84", Altitude(1500, "m", "WGS84")),
        ("3000 ft QNH 1013", Altitude(3000, "ft", "QNH", qnh_hpa_tenths=10_130)),
        ("3000 ft QNH 1013.2 hPa", Altitude(3000, "ft", "QNH", qnh_hpa_tenths=10_132)),
        ("300 m QFE OSLK", Altitude(300, "m", "QFE", aerodrome="OSLK")),
        ("GND", "surface"),
        ("unl", "unlimited"),
        ("unknown", "unknown"),
    ],
)
def test_altitudes_as_people_write_them(text, limit):
    assert parse_limit(text) == limit
    assert parse_limit(limit_text(limit)) == limit


@pytest.mark.parametrize(
    "text", ["5000", "5000 ft", "5000 MSL", "five", "", "FL", "5000 ft MSL 1013", "12.5 ft MSL", "FL350 MSL"]
)
def test_nothing_is_guessed_about_an_altitude(text):
    with pytest.raises(Malformed) as caught:
        parse_limit(text, field="lower")
    assert caught.value.field == "lower" and caught.value.remedy


@given(st.text(max_size=25))
def test_any_words_are_a_limit_or_malformed(text):
    try:
        limit = parse_limit(text)
    except Malformed:
        return
    assert parse_limit(limit_text(limit)) == limit
