"""Sites and movements in files: what goes out comes in again, and what is wrong is named by line and column."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from steerclear.errors import Refused
from steerclear.record.texts import NOTIFICATION
from steerclear.speech import complete, exchange, form
from steerclear.speech.authoring import Draft, from_file
from steerclear.speech.exchange.columns import columns
from steerclear.speech.samples import examples

SITE, MOVEMENT = "site.notify", "movement.notify"
KINDS = (SITE, MOVEMENT)


def body_of(draft: Draft) -> Any:
    made = form.filled(draft.kind, {}, draft.body)
    assert isinstance(made, tuple), made
    return made[1]


def example(kind: str) -> Any:
    draft = from_file(examples()[f"{kind}.toml"], ".toml")
    assert isinstance(draft, Draft)
    return body_of(draft)


def one(data: bytes, suffix: str, kind: str) -> Any:
    records, faults = exchange.read(data, suffix, kind)
    assert faults == [] and len(records) == 1, faults
    draft = exchange.draft_of(records[0])
    assert isinstance(draft, Draft), draft
    return body_of(draft)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", exchange.SUFFIXES)
def test_what_goes_out_comes_in_again(kind: str, suffix: str) -> None:
    body = example(kind)
    if kind == MOVEMENT:  # a channel has no column
        body = msgspec.structs.replace(body, contacts=body.contacts[:1])
    data = exchange.write([exchange.record_of(kind, body)], suffix, kind, (NOTIFICATION,))
    assert one(data, suffix, kind) == body
    assert NOTIFICATION in data.decode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", exchange.SUFFIXES)
def test_a_template_is_a_whole_notice(kind: str, suffix: str) -> None:
    body = one(exchange.template(suffix, kind, (NOTIFICATION,)), suffix, kind)
    assert complete.missing(kind, body) == ()


def table(kind: str, *rows: dict[str, str]) -> bytes:
    names = columns(kind)
    cells = (",".join('"' + row.get(name, "").replace('"', '""') + '"' for name in names) for row in rows)
    return "\n".join(("# a remark", ",".join(names), *cells)).encode()


ROW = {
    "name": "Clinic, north",
    "lat": "41.3",
    "lon": "19.8",
    "error": "20 m",
    "second": "41°18'00\"N 019°48'00\"E",
    "function": "clinic",
}


@pytest.mark.parametrize(
    ("bent", "column", "code"),
    [
        ({"lat": "91"}, "lat", "out-of-range"),
        ({"lat": "41,3"}, "lat", ""),
        ({"lon": ""}, "lat", "half-a-position"),
        ({"error": "20"}, "error", "bad-quantity"),
        ({"second": "nowhere"}, "second", ""),
        ({"verified_at": "yesterday"}, "verified_at", ""),
        ({"function": "barracks"}, "function", ""),
        ({"occupancy": "217"}, "occupancy", ""),
        ({"marking": "flag;banner"}, "marking", ""),
        ({"extent": "far"}, "extent", "bad-quantity"),
        ({"notifier": "somebody", "notifier_known": "perhaps"}, "notifier_known", ""),
    ],
)
def test_a_bad_row_is_named_by_line_and_column_and_the_others_stand(
    bent: dict[str, str], column: str, code: str
) -> None:
    data = table(SITE, ROW, ROW | bent, ROW)
    records, faults = exchange.read(data, ".csv", SITE)
    assert faults == [] and [record.line for record in records] == [3, 4, 5]
    good, bad, last = (exchange.draft_of(record) for record in records)
    assert isinstance(good, Draft) and isinstance(last, Draft)
    if isinstance(bad, Draft):  # what the form takes, the desk refuses
        filled = form.filled(SITE, {}, bad.body)
        found = filled if isinstance(filled, list) else _desk(filled[1])
        bad = [exchange.moved(records[1], fault) for fault in found]
    assert [(one.line, one.field) for one in bad] == [(4, column)], bad
    assert all(one.code and one.rule and one.remedy for one in bad)
    assert not code or bad[0].code == code


def _desk(body: Any) -> list[Refused]:
    from steerclear.speech.parameters import Parameters
    from steerclear.speech.rules import wrong

    return wrong(SITE, body, Parameters())


@pytest.mark.parametrize(
    ("data", "suffix", "code"),
    [
        (b"", ".csv", "empty"),
        (b"\xff\xfe\x00", ".csv", "not-readable"),
        (b"name,place\nx,y\n", ".csv", "unknown-column"),
        (b"name,name\nx,y\n", ".csv", "column-twice"),
        (b"name\nx,y\n", ".csv", "too-many-cells"),
        (b"{", ".geojson", "not-readable"),
        (b"[]", ".geojson", "not-geojson"),
        (b'{"type":"FeatureCollection","features":[{"type":"Feature"}]}', ".geojson", "no-geometry"),
        (b"<kml", ".kml", "not-readable"),
        (b'<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', ".kml", "not-readable"),
        (b"<kml><Placemark><name>x</name></Placemark></kml>", ".kml", "no-geometry"),
        (b"x", ".xlsx", "unknown-format"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, suffix: str, code: str) -> None:
    records, faults = exchange.read(data, suffix, SITE)
    assert records == [] and [one.code for one in faults] == [code]
    assert faults[0].remedy


@pytest.mark.parametrize("mark", [";", "\t"], ids=["semicolons", "tabs"])
def test_another_separator_of_columns_is_told_as_such(mark: str) -> None:
    header = mark.join(("name", "lat", "lon"))
    records, faults = exchange.read(f"{header}\ncamp{mark}41,5{mark}19,8\n".encode(), ".csv", SITE)
    assert records == [] and [one.field for one in faults] == ["file"]
    assert "separated by" in faults[0].rule and "commas" in faults[0].remedy
    assert exchange.read(b"name,lat,lon\ncamp,41.5,19.8\n", ".csv", SITE)[1] == []
    assert exchange.read(b"name\ncamp\n", ".csv", SITE)[1] == [], "one column alone is no other separator"


def feature(kind: str, where: Any, **properties: Any) -> bytes:
    shape = {"type": kind, "coordinates": where}
    made = {"type": "Feature", "geometry": shape, "properties": {"name": "camp", **properties}}
    return msgspec.json.encode({"type": "FeatureCollection", "features": [made]})


def test_an_outline_becomes_its_middle_and_as_far_as_its_farthest_corner() -> None:
    ring = [[19.8, 41.3], [19.81, 41.3], [19.81, 41.31], [19.8, 41.31], [19.8, 41.3]]
    drawn = one(feature("Polygon", [ring]), ".geojson", SITE)
    assert (drawn.positions[0].lat_e7, drawn.positions[0].lon_e7) == pytest.approx(
        (413050000, 198050000), abs=30_000
    )
    assert 690_000 < drawn.extent_mm < 1_000_000
    points = " ".join(f"{lon},{lat},0" for lon, lat in ring)
    kml = f"<kml><Placemark><name>camp</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{points}"
    kml += "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
    assert one(kml.encode(), ".kml", SITE) == drawn
    stated = one(feature("Polygon", [ring], extent="2 km"), ".geojson", SITE)
    assert stated.extent_mm == 2_000_000, "what is stated stands"
    for bad in ([[]], [ring[:2]], [[[200, 1], [1, 2], [3, 4]]]):
        records, faults = exchange.read(feature("Polygon", bad), ".geojson", SITE)
        assert records == [] and [(fault.line, fault.field) for fault in faults] == [(1, "geometry")]


def test_a_point_gives_longitude_first_and_an_unknown_property_is_named() -> None:
    assert one(feature("Point", [19.8, 41.3]), ".geojson", SITE).positions[0].lat_e7 == 413000000
    _, faults = exchange.read(feature("Point", [19.8, 41.3], weapon="x"), ".geojson", SITE)
    assert [(fault.line, fault.field, fault.code) for fault in faults] == [(1, "weapon", "unknown-column")]
    _, faults = exchange.read(feature("Point", [19.8, 95.0]), ".geojson", SITE)
    assert [fault.code for fault in faults] == ["bad-position"]


FIRST = {"movement": "C1", "point": "a", "at": "2026-10-23T07:00:00Z", "lat": "41.3", "lon": "19.8"}
REST = {"no_move_trigger": "weather", "lost_contact": "turn_back"}


def test_rows_of_one_movement_are_joined_and_faults_name_the_row_of_the_point() -> None:
    second = {"point": "b", "at": "2026-10-23T08:00:00", "lat": "41.2", "lon": "19.9", "check_in": "perhaps"}
    other = FIRST | REST | {"movement": "C2"}
    data = table(MOVEMENT, FIRST | REST, FIRST | {"point": "m", "at": "2026-10-23T07:30:00Z"}, second, other)
    records, faults = exchange.read(data, ".csv", MOVEMENT)
    assert faults == [] and [(record.name, record.lines) for record in records] == [
        ("C1", (3, 4, 5)),
        ("C2", (6,)),
    ]
    bad: Any = exchange.draft_of(records[0])
    assert {(fault.line, fault.field) for fault in bad} >= {(5, "check_in")}
    assert {fault.line for fault in bad} == {5}
    data = table(MOVEMENT, FIRST | REST, FIRST | {"lost_contact": "halt_and_wait"})
    records, faults = exchange.read(data, ".csv", MOVEMENT)
    assert records == [] and [(one.line, one.field, one.code) for one in faults] == [
        (4, "lost_contact", "said-otherwise")
    ]


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    record = exchange.Record(
        SITE, {"name": "=1+1", "contact_24h": "+88 165"}, ({"lat": "-33.5", "lon": "19.8"},)
    )
    data = exchange.write([record], ".csv", SITE)
    assert b"'=1+1" in data and b"'+88 165" in data and b",-33.5," in data
    again, _ = exchange.read(data, ".csv", SITE)
    assert (again[0].fields, again[0].points) == (record.fields, record.points)


@pytest.mark.parametrize(
    ("field", "line", "column"),
    [
        ("body.origin.at", 3, "at"),
        ("body.waypoints[0].positions[1].text", 4, "second"),
        ("body.waypoints[1].positions[0].lat_e7", 5, "lat"),
        ("body.waypoints[1].positions[1].error_mm", 5, "second_error"),
        ("body.waypoints[1].name", 5, "point"),
        ("body.lost_contact", 3, "lost_contact"),
        ("body.name", 3, "movement"),
        ("body.half_width_mm", 3, "half_width"),
        ("to", 3, "to"),
    ],
)
def test_a_fault_of_the_desk_is_named_by_the_row_and_column_it_comes_from(
    field: str, line: int, column: str
) -> None:
    record = exchange.Record(MOVEMENT, {"movement": "C1"}, ({}, {}, {}), (3, 4, 5))
    found = exchange.moved(record, Refused("code", field, "rule", "remedy"))
    assert found == exchange.RowFault(line, column, "code", "rule", "remedy")
