"""What people write: units, times, places, bands, channels; each with what it becomes or why it is
refused.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from speech_desk import draft

from steerclear.errors import Malformed
from steerclear.speech import form
from steerclear.speech.authoring import Draft, from_file
from steerclear.speech.drawing import point, position, volume
from steerclear.speech.quantities import degrees_e7, quantity, time
from steerclear.speech.samples import examples


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("5 NM", "mm", 9_260_000),
        ("5nm", "mm", 9_260_000),
        ("1.5 km", "mm", 1_500_000),
        ("500 ft", "mm", 152_400),
        ("1000 ft", "tmm", 3_048_000),
        ("100 ft", "tmm", 304_800),
        ("3 min", "ms", 180_000),
        ("15 d", "ms", 1_296_000_000),
        ("121.5 MHz", "hz", 121_500_000),
        ("6215.5 kHz", "hz", 6_215_500),
        ("210 deg", "cdeg", 21_000),
        ("350 kt", "mm/s", 180_056),
        ("100 km/h", "mm/s", 27_778),
    ],
)
def test_quantities(text: str, unit: str, value: int) -> None:
    assert quantity(text, unit) == value


@pytest.mark.parametrize("text", ["5", "NM", "5 miles", "five NM", "5 NM 2", "", "1e3 m", "٥ m"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        quantity(text, "mm", field="body.x")
    assert (
        caught.value.rule == "bad-quantity" and caught.value.field == "body.x" and "km" in caught.value.remedy
    )


@pytest.mark.parametrize(
    ("value", "e7"), [("33.5138", 335_138_000), (33, 330_000_000), ("-0.00000005", -1), ("0.00000004", 0)]
)
def test_degrees(value: Any, e7: int) -> None:
    assert degrees_e7(value, 90) == e7


@pytest.mark.parametrize("value", ["90.0000001", "NaN", "Infinity", "33N", None, True, [], "1" * 400])
def test_what_is_no_latitude(value: Any) -> None:
    with pytest.raises(Malformed):
        degrees_e7(value, 90)


def test_times() -> None:
    assert time("201405zoct26") == "2026-10-20T14:05:00Z"
    assert time("2026-10-20T14:05:00") == "2026-10-20T14:05:00", "left to the desk, which refuses it"
    for text in ("321405ZOCT26", "201405ZXXX26"):
        with pytest.raises(Malformed):
            time(text)


HERE = [413_275_000, 198_187_000]


@pytest.mark.parametrize(
    "written",
    [
        [41.3275, 19.8187],
        {"lat": "41.3275", "lon": "19.8187"},
        "41.3275 19.8187",
        "41.3275, 19.8187",
        "41°19'39\"N 019°49'07.32\"E",
        "34TDL0114375786",
    ],
)
def test_one_point_in_many_forms(written: Any) -> None:
    found = point(
        json.loads(json.dumps(written), parse_float=str) if not isinstance(written, str) else written, "p"
    )
    assert abs(found[0] - HERE[0]) <= 200 and abs(found[1] - HERE[1]) <= 200, found


@pytest.mark.parametrize(
    "written", [[41.3], [1, 2, 3], {"lat": 1}, 7, None, "somewhere", {"lat": 91, "lon": 0}]
)
def test_what_is_no_point(written: Any) -> None:
    with pytest.raises(Malformed):
        point(written, "p")


def test_positions_keep_the_form_in_which_they_were_passed() -> None:
    assert position("34TCL9510376119", "p") == {"form": "mgrs", "text": "34TCL9510376119"}
    assert position("34N 400000 4576000", "p")["form"] == "utm"
    assert position("SK42 X 3711045 Y 7412345", "p") == {"form": "sk42", "text": "X 3711045 Y 7412345"}
    bearing = {
        "from_place": "Lighthouse",
        "from_lat": 41,
        "from_lon": 19,
        "bearing": "45 deg",
        "distance": "10 km",
    }
    assert position(bearing, "p") == {
        "form": "bearing",
        "from_place": "Lighthouse",
        "from_lat_e7": 410_000_000,
        "from_lon_e7": 190_000_000,
        "bearing_cdeg": 4500,
        "distance_mm": 10_000_000,
    }


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("x", "not-a-table"),
        ({"polygon": [], "circle": {}}, "one-outline"),
        ({"lower": "surface"}, "one-outline"),
        ({"circle": {"centre": [1, 2]}}, "bad-quantity"),
        ({"circle": {"radius": "1 km"}}, "bad-outline"),
        ({"circle": {"centre": [1, 2], "radius": "1 km", "diameter": "2 km"}}, "bad-outline"),
        ({"polygon": 5}, "not-a-list"),
        ({"polygon": [[1, 2], [1, 3], [2, 3]], "upper": "high"}, "bad-altitude"),
        ({"polygon": [[1, 2], [1, 3], [2, 3]], "upper": "5000 ft"}, "no-unit-or-reference"),
        ({"polygon": [[1, 2], [1, 3], [2, 3]], "colour": "red"}, "unknown-fields"),
    ],
)
def test_volumes_that_cannot_be_read(written: Any, rule: str) -> None:
    with pytest.raises(Malformed) as caught:
        volume(written, "v")
    assert caught.value.rule == rule and caught.value.remedy


def test_a_ring_may_repeat_its_first_point() -> None:
    open_ring, closed = [[1, 2], [1, 3], [2, 3]], [[1, 2], [1, 3], [2, 3], [1, 2]]
    assert volume({"polygon": open_ring}, "v") == volume({"polygon": closed}, "v")


def toml(text: str, kind: str = "") -> Any:
    return from_file(text.encode(), ".toml", kind)


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("kind = ", "not-readable", "file"),
        ('kind = "strike"', "unknown-kind", "kind"),
        ('mode = "REAL"', "unknown-kind", "kind"),
        ('kind = "stop"\ncolour = "red"', "unknown-fields", "colour"),
        ('kind = "stop"\n[body]\nsince = 2026-10-20T14:05:00', "no-zone", "body.since"),
        ('kind = "activity.flight"\n[body]\nnumber = "some"', "bad-band", "body.number"),
        ('kind = "activity.flight"\n[body]\nnumber = 1.5', "float", "body.number"),
        ('kind = "stop"\n[body]\nplace = 2026-10-20', "not-a-time-field", "body.place"),
        ('kind = "stop"\n[body]\nstray = [1.5]', "float", "body.stray[0]"),
        ('kind = "activity.flight"\n[body]\nmonitored = ["121.5"]', "bad-channel", "body.monitored[0]"),
        ('kind = "dissemination"\n[body]\ncode = "zulu"', "not-a-read-back-code", "body.code"),
        ('kind = "stop"\nreply_by = "soon"', "bad-time", "reply_by"),
        ('kind = "warning.radio"\n[body.to_whom]\nlat = 91', "out-of-range", "body.to_whom.lat"),
    ],
)
def test_faults_of_a_file(text: str, code: str, field: str) -> None:
    found = toml(text)
    assert isinstance(found, list) and (code, field) in [(fault.code, fault.field) for fault in found], found
    assert all(fault.remedy for fault in found)


def test_the_command_and_the_file_name_one_kind() -> None:
    assert [fault.code for fault in toml('kind = "stop"', "receipt")] == ["two-kinds"]
    assert isinstance(toml("", "stop"), Draft)


def test_unknown_fields_of_a_body_reach_the_desk() -> None:
    made = toml('kind = "stop"\n[body]\ncolour = "red"')
    assert isinstance(made, Draft)
    faults = form.filled("stop", made.inner, made.body)
    assert [(fault.code, fault.field) for fault in faults] == [("unknown-fields", "body.colour")]


def test_a_code_may_be_written_as_it_was_spoken() -> None:
    assert (
        toml('kind = "dissemination"\n[body]\nword = "all"\ncode = "kilo seven alfa x-ray"').body["code"]
        == "K7AX"
    )


def test_json_is_read_like_toml() -> None:
    circle = '{"circle": {"centre": [41.1, 19.2], "radius": "5 NM"}}'
    text = f'{{"kind": "activity.flight", "body": {{"number": "2-4", "volumes": [{circle}]}}}}'
    made = from_file(text.encode(), ".json")
    assert made.body["number"] == {"least": 2, "most": 4}
    assert made.body["volumes"][0]["outline"] == {
        "type": "circle",
        "centre": [411_000_000, 192_000_000],
        "radius_mm": 9_260_000,
    }


@pytest.mark.parametrize(
    "text", ["[]", "NaN", '{"kind": "stop", "kind": "stop"}', "{", '{"kind": NaN}', "[" * 9999]
)
def test_json_that_is_no_form(text: str) -> None:
    assert isinstance(from_file(text.encode(), ".json"), list)


def test_geojson_draws_what_toml_draws() -> None:
    made = draft("activity.flight.geojson")
    ring = [
        [400_000_000, 190_000_000],
        [400_000_000, 195_000_000],
        [404_000_000, 195_000_000],
        [404_000_000, 190_000_000],
    ]
    assert made.body["volumes"][0]["outline"] == {"type": "polygon", "exterior": ring}
    document = json.loads(examples()["activity.flight.geojson"])
    document["steerclear"]["kind"] = "amend"
    document["steerclear"]["body"] = {"kind": "activity.flight", "notice": {}}
    amended = from_file(json.dumps(document).encode(), ".geojson")
    assert amended.body["notice"]["volumes"] == made.body["volumes"]
    document["features"][0]["properties"]["start"] = "2026-11-01T08:00:00"
    assert [fault.rule for fault in from_file(json.dumps(document).encode(), ".geojson")] == ["no-zone"]


@given(
    st.binary(max_size=120),
    st.sampled_from([".toml", ".json", ".geojson", ""]),
    st.sampled_from(["", "stop"]),
)
def test_any_bytes(data: bytes, suffix: str, kind: str) -> None:
    found = from_file(data, suffix, kind)
    assert isinstance(found, Draft) or found


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.floats()
    | st.lists(st.integers(), max_size=3)
)


@given(st.sampled_from(sorted(examples())), st.data())
def test_an_example_with_any_value_in_a_field(name: str, data: st.DataObject) -> None:
    made = draft(name)
    if not made.body:
        return
    field = data.draw(st.sampled_from(sorted(made.body)))
    tables = {"kind": made.kind, "body": {**made.body, field: data.draw(VALUES)}}
    found = from_file(json.dumps(tables).encode(), ".json")
    assert isinstance(found, Draft) or found
