"""Areas in the files of others: read with their limits and windows, flagged where the format says more or
less, and back.
"""

from __future__ import annotations

import io
import json
import zipfile
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.space.altitude import Altitude
from steerclear.space.check import check_volumes
from steerclear.space.nearest import nearest
from steerclear.space.outline import build
from steerclear.space.prepare import prepare_protective
from steerclear.space.volume import Circle, Corridor, Polygon, Volume4D
from steerclear.speech import zones
from steerclear.speech.zones import FLAGS, FORMATS, Zone
from support.vectors import folder

START, END = "2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z"
KM = 1_000_000


def read(data: str | bytes, form: str, **window: str) -> tuple[list[Zone], list[Any]]:
    raw = data.encode() if isinstance(data, str) else data
    return zones.read(raw, form, **({"start": START, "end": END} | window))


def one(data: str | bytes, form: str, **window: str) -> Zone:
    found, faults = read(data, form, **window)
    assert not faults and len(found) == 1, faults
    return found[0]


def fault(data: str | bytes, form: str, **window: str) -> Any:
    found, faults = read(data, form, **window)
    assert not found and len(faults) == 1, (found, faults)
    return faults[0]


OPENAIR = """* a comment
AC R
AN BERGEN RANGE * the name
AY DANGER
AL GND
AH FL195
DP 46:57:13 N 007:26:08 E
DP 46:57:13 S 007:26:08 W
DP 47:10.5N 008:00.25E
"""


def test_an_openair_airspace() -> None:
    got = one(OPENAIR, "openair")
    assert (got.name, got.line) == ("BERGEN RANGE", 2)
    (volume,) = got.volumes
    assert (volume.lower, volume.upper) == ("surface", Altitude(195, "fl", "STD"))
    assert (volume.start, volume.end) == (START, END)
    assert isinstance(volume.outline, Polygon)
    assert volume.outline.exterior[0] == (469_536_111, 74_355_556)
    assert volume.outline.exterior[1] == (-469_536_111, -74_355_556)
    assert volume.outline.exterior[2] == (471_750_000, 80_041_667)
    assert got.kept == {"AC": "R", "AY": "DANGER"} and set(got.flags) == {"kept", "permanent"}


def test_openair_circles_arcs_and_airways() -> None:
    head = "AC D\nAN X\nAL 1000ft AMSL\nAH 5000\nV X=50:00:00 N 008:00:00 E\n"
    circle = one(head + "DC 5", "openair")
    assert circle.volumes[0].outline == Circle((500_000_000, 80_000_000), 9_260_000)
    assert circle.volumes[0].upper == Altitude(5000, "ft", "MSL") and "reference-by-format" in circle.flags
    whole = one(head + "DA 5,0,180\nDA 5,180,360", "openair").volumes[0].outline
    assert isinstance(whole, Polygon) and len(whole.exterior) > 300
    left = one(head + "V D=-\nDA 5,90,0\nDP 50:00:00 N 008:00:00 E", "openair").volumes[0].outline
    assert isinstance(left, Polygon) and all(
        lat >= 499_990_000 and lon >= 79_990_000 for lat, lon in left.exterior
    )
    between = one(
        head + "DB 50:05:00 N 008:00:00 E, 50:00:00 N 008:07:46 E\nDP 50:00:00 N 008:00:00 E", "openair"
    )
    assert isinstance(between.volumes[0].outline, Polygon) and "arc-as-chords" in between.flags
    airway = one(head + "V W=10\nDY 50:00:00 N 008:00:00 E\nDY 51:00:00 N 008:00:00 E", "openair")
    line = ((500_000_000, 80_000_000), (510_000_000, 80_000_000))
    assert airway.volumes[0].outline == Corridor(line, 9_260_000)


NOWHERE = "AC R\nAL GND\nAH FL100\n"


@pytest.mark.parametrize(
    ("text", "line", "field", "rule"),
    [
        ("AN X", 1, "AN", "outside-airspace"),
        (NOWHERE + "DC 5", 4, "V X", "no-centre"),
        (NOWHERE, 1, "DP", "no-geometry"),
        ("AC R\nAL GND\nV X=50:00:00 N 008:00:00 E\nDC 5", 1, "AH", "no-limit"),
        ("AC R\nAL GND\nAH high\nV X=50:00:00 N 008:00:00 E\nDC 5", 3, "AH", "bad-altitude"),
        (NOWHERE + "DP nowhere", 4, "DP", "bad-position"),
        (NOWHERE + "DP 95:00:00 N 008:00:00 E", 4, "DP", "bad-position"),
    ],
)
def test_an_openair_fault_names_its_line(text: str, line: int, field: str, rule: str) -> None:
    found, faults = read(text, "openair")
    assert not found and (faults[0].line, faults[0].field, faults[0].code) == (line, field, rule)
    assert faults[0].remedy


def test_one_bad_airspace_leaves_the_others() -> None:
    found, faults = read(OPENAIR + "AC D\nAN BAD\nAL GND\nAH high\nDC 5\n" + OPENAIR, "openair")
    assert [zone.name for zone in found] == ["BERGEN RANGE"] * 2
    assert {one.line for one in faults} >= {13, 14}


def test_a_window_is_never_guessed() -> None:
    assert fault(OPENAIR, "openair", end="").code == "no-window"
    assert fault(OPENAIR, "openair", start="").field == "start"


NOTAM = """(A1492/14 NOTAMN
Q) UKXX/QRTCA/IV/BO/W/260/320/4820N03807E095
A) UKDV B) 1407141800 C) 1408142359EST
D) DAILY 0600-1800
E) TEMPORARY RESTRICTED AREA WITHIN
495355N0373900E - 485213N0372217E - 480122N0370253E - 495355N0373900E
F) FL260 G) FL320)
"""


def test_a_notam_with_its_ring_its_window_and_its_limits() -> None:
    got = one(NOTAM, "notam", start="", end="")
    (volume,) = got.volumes
    assert (volume.lower, volume.upper) == (Altitude(260, "fl", "STD"), Altitude(320, "fl", "STD"))
    assert (volume.start, volume.end) == ("2014-07-14T18:00:00Z", "2014-08-14T23:59:00Z")
    assert isinstance(volume.outline, Polygon) and volume.outline.exterior[0] == (498_986_111, 376_500_000)
    assert set(got.flags) == {"kept", "schedule-not-applied", "end-estimated", "outline-from-text"}
    assert got.kept["D"] == "DAILY 0600-1800" and got.kept["FIR"] == "UKXX" and got.name == "A1492/14"
    circle = one(NOTAM.replace(" - 495355N0373900E", ""), "notam").volumes[0].outline
    around = Circle((483_333_333, 381_166_667), 95 * 1_852_000)
    assert circle == around, "no ring that closes: the circle of Q)"


def test_two_upper_limits_are_refused_at_the_desk_and_judged_on_the_higher_where_they_arrive() -> None:
    """AT19: Q) says FL260, G) FL320, as over Donetsk in July 2014."""
    got = one(NOTAM.replace("/260/320/", "/000/260/"), "notam")
    assert "two-limits" in got.flags
    (volume,) = got.volumes
    assert volume.upper == (Altitude(320, "fl", "STD"), Altitude(260, "fl", "STD"))
    assert [one.rule for one in check_volumes(got.volumes)] == ["two-limits"]
    prepared, marks = prepare_protective(volume)
    assert "two-limits" in marks
    higher = Altitude(320, "fl", "STD")
    single, _ = prepare_protective(Volume4D(volume.outline, volume.lower, higher, volume.start, volume.end))
    assert prepared.ceiling == single.ceiling  # type: ignore[union-attr]
    assert not check_volumes(one(NOTAM, "notam").volumes), "its twin with one limit is taken"


@pytest.mark.parametrize(
    ("levels", "items", "limits"),
    [
        ("000/999", "F) SFC G) UNL", ("surface", "unlimited")),
        ("000/050", "F) SFC G) 5000FT AMSL", ("surface", Altitude(5000, "ft", "MSL"))),
        (
            "000/040",
            "F) SFC G) 1500M AMSL",
            ("surface", (Altitude(1500, "m", "MSL"), Altitude(40, "fl", "STD"))),
        ),
        ("000/015", "F) GND G) 500FT AGL", ("surface", Altitude(500, "ft", "AGL"))),
        ("095/195", "", (Altitude(95, "fl", "STD"), Altitude(195, "fl", "STD"))),
        ("000/999", "F) SFC G) FL195", ("surface", Altitude(195, "fl", "STD"))),
    ],
)
def test_q_and_the_items_agree_where_one_rounds_the_other(
    levels: str, items: str, limits: tuple[Any, Any]
) -> None:
    text = f"Q) EDXX/QRDCA/IV/BO/W/{levels}/5000N00800E005 A) EDXX B) 2611221200 C) PERM E) X {items}"
    got = one(text, "notam")
    assert (got.volumes[0].lower, got.volumes[0].upper) == limits
    assert got.volumes[0].end == END and "permanent" in got.flags


def test_notam_faults_name_the_item_and_cancelling_is_no_area() -> None:
    good = "Q) EDXX/QRDCA/IV/BO/W/000/050/5000N00800E005 A) EDXX B) 2611221200 C) 2611231200 E) X"
    assert one(good, "notam")
    assert fault(good.replace("5000N00800E005", "5000N00800E999"), "notam").code == "no-size"
    assert fault(good.replace("/000/", "/low/"), "notam").field == "Q"
    assert fault(good.replace("2611221200", "2613221200"), "notam").field == "B"
    assert fault("(A0001/26 NOTAMC A0002/26\n" + good, "notam").code == "cancels"
    both, faults = read(good + "\n\n" + good.replace("QRDCA", "QRPCA"), "notam")
    assert [zone.kept["code"] for zone in both] == ["QRDCA", "QRPCA"] and not faults


def test_the_ed269_sample_of_others() -> None:
    data = folder("geozones").joinpath("cis_source_sample_ed269.json").read_bytes()
    got = one(data, "ed269")
    assert (got.name, got.line) == ("LSXX City Sample", 1)
    (volume,) = got.volumes
    assert (volume.lower, volume.upper) == (Altitude(0, "m", "AGL"), "unknown")
    assert isinstance(volume.outline, Polygon) and len(volume.outline.exterior) == 4
    assert got.kept["zoneAuthority"][0]["name"] == "LSXX City Sample"
    assert set(got.flags) == {"kept", "permanent", "upper-unknown"}
    assert not check_volumes(got.volumes)
    again = one(zones.write([got], "ed269")[0], "ed269")
    assert again.volumes == got.volumes and again.kept["restriction"] == got.kept["restriction"]


def test_the_ed318_sample_of_others() -> None:
    data = folder("geozones").joinpath("cis_source_sample_ed318.json").read_bytes()
    assert zones.format_of("swiss.json", data) == "ed318"
    found, faults = read(data, "ed318")
    assert not faults and len(found) == len(json.loads(data)["features"])
    assert found[0].name == "LSZB Bern-Belp 2" and found[0].kept["identifier"] == "LSZB003"
    assert (found[0].volumes[0].lower, found[0].volumes[0].upper) == (Altitude(60, "m", "AGL"), "unlimited")
    assert not check_volumes([volume for zone in found for volume in zone.volumes])
    made, lost = zones.write(found, "ed318")
    again, faults = read(made, "ed318")
    assert not faults and not lost and [zone.volumes for zone in again] == [zone.volumes for zone in found]


def test_hours_of_days_are_kept_and_the_zone_holds_all_the_time_between() -> None:
    data = json.loads(zones.write([Zone("X", (VOLUME,))], "ed269")[0])
    hours = [{"day": ["MON"], "startTime": "08:00Z", "endTime": "09:00Z"}]
    data["UASZoneList"][0]["applicability"][0]["schedule"] = hours
    got = one(json.dumps(data), "ed269")
    assert "schedule-not-applied" in got.flags and (got.volumes[0].start, got.volumes[0].end) == (START, END)


RING = (
    (500_000_000, 80_000_000),
    (501_000_000, 80_000_000),
    (501_000_000, 82_000_000),
    (500_000_000, 82_000_000),
)
VOLUME = Volume4D(Polygon(RING), Altitude(100, "m", "AGL"), Altitude(2000, "m", "MSL"), START, END)
CORRIDOR = Volume4D(Corridor(RING[:3], 5 * KM), "surface", Altitude(300, "m", "WGS84"), START, END)
CIRCLE = Volume4D(Circle(RING[0], 7_408_000), "surface", Altitude(195, "fl", "STD"), START, END)


@pytest.mark.parametrize("form", FORMATS)
def test_a_polygon_comes_back_as_it_went_out(form: str) -> None:
    zone = Zone("Range 5", (VOLUME,), kept={"note": "x"} if form in ("geojson", "kml") else {})
    data, faults = zones.write([zone], form, ["Notification changes no obligation."])
    told = {
        "notam": ["circle-around", "name-changed"],
        "ed269": ["no-identifier"],
        "ed318": ["no-identifier"],
    }
    assert [one.code for one in faults] == told.get(form, [])
    got = one(data, form)
    assert got.volumes[0].lower == VOLUME.lower and got.volumes[0].upper == VOLUME.upper
    assert isinstance(got.volumes[0].outline, Polygon)
    near = zip(got.volumes[0].outline.exterior, RING, strict=True)
    assert all(abs(a - b) <= 20 for one_, other in near for a, b in zip(one_, other, strict=True))
    assert (got.volumes[0].start, got.volumes[0].end) == (START, END)
    assert b"changes no obligation" in data or form == "kmz"
    assert set(got.flags) <= set(FLAGS)
    if form in ("geojson", "kml"):
        assert got.kept["note"] == "x" and "kept" in got.flags


@pytest.mark.parametrize("form", ["geojson", "kml", "kmz", "openair"])
def test_circles_and_corridors_stay_what_they_are_where_the_format_knows_them(form: str) -> None:
    data, faults = zones.write([Zone("A", (CIRCLE,)), Zone("B", (CORRIDOR,))], form)
    found, bad = read(data, form)
    assert not faults and not bad
    circle, corridor = (zone.volumes[0].outline for zone in found)
    assert isinstance(circle, Circle) and abs(circle.radius_mm - 7_408_000) < 200
    assert isinstance(corridor, Corridor) and abs(corridor.half_width_mm - 5 * KM) < 200
    assert [zone.volumes[0].upper for zone in found] == [CIRCLE.upper, CORRIDOR.upper]


@pytest.mark.parametrize("form", ["ed269", "ed318"])
def test_what_a_format_cannot_hold_becomes_wider_and_is_said(form: str) -> None:
    data, faults = zones.write([Zone("A", (CIRCLE,)), Zone("B", (CORRIDOR,))], form)
    told = [(one.line, one.code) for one in faults if one.code != "no-identifier"]
    assert told == [(1, "limit-widened"), (2, "corridor-in-pieces")]
    found, _ = read(data, form)
    assert found[0].volumes[0].upper == "unknown", "a flight level is no height above sea level"
    pieces = [volume for zone in found[1:] for volume in zone.volumes]
    assert len(pieces) == 2 and not check_volumes(pieces)
    for piece, leg in zip(pieces, pairwise(RING[:3]), strict=True):
        core = build(Corridor(leg, 1))
        assert isinstance(piece.outline, Polygon)
        for vertex in piece.outline.exterior:
            apart = nearest(build(Circle(vertex, 1)), core, 6_000)
            assert apart is not None and 5_000 < apart.distance_m < 5_100, (
                "outside of the half-width, by little"
            )


def test_a_kmz_is_bounded_and_its_kml_is_read() -> None:
    data, _ = zones.write([Zone("A", (VOLUME,))], "kmz")
    assert one(data, "kmz").name == "A"
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", b"<kml>" + b" " * (17 << 20))
    assert len(bomb.getvalue()) < 1 << 16 and fault(bomb.getvalue(), "kmz").code == "too-large"
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", b"x")
    assert fault(empty.getvalue(), "kmz").code == "not-kmz"
    assert fault(b"PK\x03\x04 not a zip", "kmz").code == "not-readable"


def test_xml_with_entities_is_refused() -> None:
    data = b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>'
    assert fault(data, "kml").code == "not-readable"


def test_a_time_span_is_the_window_and_unknown_columns_are_kept() -> None:
    data = """<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>A</name>
    <TimeSpan><begin>2026-01-01T00:00:00Z</begin><end>2026-01-02T00:00:00Z</end></TimeSpan>
    <ExtendedData><Data name="lower"><value>surface</value></Data><Data name="upper"><value>FL100</value></Data>
    <Data name="radius_m"><value>500</value></Data><Data name="colour"><value>red</value></Data></ExtendedData>
    <Point><altitudeMode>absolute</altitudeMode><coordinates>8,50,300</coordinates></Point></Placemark></kml>"""
    got = one(data, "kml", start="", end="")
    assert got.volumes[0].start == "2026-01-01T00:00:00Z" and got.kept == {
        "colour": "red",
        "altitudeMode": "absolute",
    }


@pytest.mark.parametrize("form", FORMATS)
@given(st.binary(max_size=120) | st.text(max_size=120).map(str.encode))
def test_any_bytes_are_zones_or_faults(form: str, data: bytes) -> None:
    found, faults = read(data, form)
    assert found or faults
    assert all(one.code and one.remedy for one in faults)


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.integers(-200, 200),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "geometry",
                    "type",
                    "coordinates",
                    "layer",
                    "upper",
                    "lower",
                    "uom",
                    "applicability",
                    "properties",
                    "name",
                ]
            ),
            inner,
        )
    ),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("form", "key"), [("ed269", "UASZoneList"), ("ed318", "features"), ("geojson", "features")]
)
@given(st.lists(JUNK, min_size=1, max_size=3))
def test_any_json_is_zones_or_faults(form: str, key: str, listed: list[Any]) -> None:
    found, faults = read(json.dumps({"type": "FeatureCollection", key: listed}), form)
    assert len({one.line for one in faults}) + len(found) >= len(listed)


def test_a_format_is_known_by_its_ending_and_its_first_letters() -> None:
    assert zones.format_of("a.TXT") == zones.format_of("b.openair") == "openair"
    assert zones.format_of("x.ed318.json") == "ed318" and zones.format_of("x.kmz") == "kmz"
    assert zones.format_of("x.json", b'{"UASZoneList": []}') == "ed269"
    assert zones.format_of("x.json", b'{"type": "FeatureCollection"}') == "geojson"
    assert zones.format_of("x.doc") == "" and fault(b"", "").code == "unknown-format"


def test_a_zone_becomes_the_form_of_an_area() -> None:
    draft = zones.draft_of(Zone("Range 5", (VOLUME,)), "special_caution", "exact")
    assert draft.kind == "area.declare" and draft.body["text"] == "Range 5"
    assert draft.body["volumes"][0]["upper"] == {"value": 2000, "unit": "m", "ref": "MSL"}
