"""Every format of areas, out and in: what went out comes back, or is named as lost.

`CASES` are areas that some format cannot hold; `TOLD` says, for each and each format, what is named. That nothing else
was lost is judged here by `differences`, which knows nothing of how `speech.zones.lost` finds out.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from steerclear.space.altitude import Altitude
from steerclear.space.volume import Circle, Corridor, Polygon, Volume4D, limits_of
from steerclear.speech import zones
from steerclear.speech.zones import FLAGS, FORMATS, Zone, lost
from steerclear.units import parse_time

START, END = "2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z"
NM = 1_852_000
SQUARE = ((500_000_000, 80_000_000), (501_000_000, 80_000_000), (501_000_000, 82_000_000))
HOLE = ((500_100_000, 80_100_000), (500_200_000, 80_100_000), (500_200_000, 80_200_000))
LOW, HIGH = Altitude(1000, "ft", "MSL"), Altitude(5000, "ft", "MSL")
FLAT = Volume4D(Polygon(SQUARE), LOW, HIGH, START, END)
IDENTITY = {"identifier": "ABC001", "country": "XXX"}


def area(name: str = "RANGE 5", kept: dict[str, Any] | None = None, **fields: Any) -> Zone:
    """An area that every format holds as it is, but for what `fields` say."""
    values = {name: getattr(FLAT, name) for name in FLAT.__struct_fields__}
    return Zone(name, (Volume4D(**{**values, **fields}),), 1, {**IDENTITY, **(kept or {})})


def both(*volumes: Volume4D) -> Zone:
    return Zone("RANGE 5", volumes, 1, IDENTITY)


def at(volume: Volume4D, **fields: Any) -> Volume4D:
    values = {name: getattr(volume, name) for name in volume.__struct_fields__}
    return Volume4D(**{**values, **fields})


LATER = at(FLAT, start=END, end="2026-11-24T12:00:00Z")
CASES = {
    "plain": area(),
    "no identity": Zone("RANGE 5", (FLAT,)),
    "no name": area(""),
    "small letters": area("Übungsplatz 5*"),
    "circle": area(outline=Circle((500_000_000, 80_000_000), 4 * NM)),
    "odd circle": area(outline=Circle((500_012_345, 80_012_345), 7_408_123)),
    "wide circle": area(outline=Circle((500_000_000, 80_000_000), 1_200 * NM)),
    "corridor": area(outline=Corridor(SQUARE, 5_000_123)),
    "hole": area(outline=Polygon(SQUARE, (HOLE,))),
    "level": area(upper=Altitude(195, "fl", "STD")),
    "setting": area(upper=Altitude(3000, "ft", "QNH", qnh_hpa_tenths=10_130)),
    "ground": area(lower="surface", upper=Altitude(120, "m", "AGL")),
    "open": area(lower="unknown", upper="unlimited"),
    "two limits": area(upper=(Altitude(320, "fl", "STD"), Altitude(260, "fl", "STD"))),
    "seconds": area(start="2026-11-22T12:00:30Z", end="2026-11-23T12:00:30.500Z"),
    "own zone": area(start="2026-11-22T14:00:00+02:00"),
    "far year": area(end="2079-01-01T00:00:00Z"),
    "two windows": both(FLAT, LATER),
    "two outlines": both(FLAT, at(FLAT, outline=Circle((510_000_000, 80_000_000), 4 * NM))),
    "two of two": both(FLAT, at(LATER, outline=Circle((510_000_000, 80_000_000), 4 * NM))),
    "said besides": area(
        kept={"colour": "red", "depth": {"a": [1, 2]}, "description": "a\nb", "AF": "118.1\nAC R"}
    ),
}
ALL = dict.fromkeys(FORMATS, ())
TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    "plain": ALL,
    "no identity": {"ed269": ("no-identifier",), "ed318": ("no-identifier",)},
    "no name": dict.fromkeys(("notam", "ed269", "ed318"), ("name-changed",)),
    "small letters": {"openair": ("name-changed",), "notam": ("name-changed",)},
    "circle": {},
    "odd circle": {"notam": ("circle-around",)},
    "wide circle": {"notam": ("not-read-back",)},
    "corridor": {
        "notam": ("circle-around",),
        "ed269": ("corridor-in-pieces",),
        "ed318": ("corridor-in-pieces",),
    },
    "hole": {"openair": ("holes-filled",), "notam": ("circle-around", "holes-filled")},
    "level": {"ed269": ("limit-widened",), "ed318": ("limit-widened",)},
    "setting": {"ed269": ("limit-widened",), "ed318": ("limit-widened",)},
    "ground": {},
    "open": {"openair": ("limit-widened",), "notam": ("limit-changed",)},
    "two limits": {
        "openair": ("limit-widened",),
        "notam": ("two-limits",),
        "ed269": ("limit-widened",),
        "ed318": ("limit-widened",),
    },
    "seconds": {"notam": ("window-changed",)},
    "own zone": {},
    "far year": {"notam": ("window-changed",)},
    "two windows": dict.fromkeys(("geojson", "kml", "kmz", "notam"), ("in-parts",)),
    "two outlines": {form: ("in-parts",) for form in FORMATS if form != "ed269"},
    "two of two": {form: ("combined",) if form == "ed269" else ("in-parts",) for form in FORMATS},
    "said besides": {"openair": ("kept-left-out",), "notam": ("kept-left-out",)},
}
ALWAYS = {
    "openair": ("kept-left-out",),  # identifier and country
    "notam": ("circle-around", "kept-left-out"),  # a polygon's Q line
}


def expected(case: str, form: str) -> set[str]:
    codes = {*TOLD[case].get(form, ()), *ALWAYS.get(form, ())}
    if form == "notam" and case in ("circle", "wide circle"):
        codes.discard("circle-around")
    if case == "no identity" or "not-read-back" in codes:
        codes.discard("kept-left-out")
    return codes


@pytest.mark.parametrize(("case", "form"), list(product(CASES, FORMATS)))
def test_what_went_out_comes_back_or_is_named(case: str, form: str) -> None:
    zone = CASES[case]
    data, faults = zones.write([zone], form)
    assert {one.code for one in faults} == expected(case, form)
    assert all(one.line == 1 and one.field and one.remedy and one.code in FLAGS for one in faults)
    back, unread = zones.read(data, form)
    if "not-read-back" in expected(case, form):
        assert unread
        return
    assert not unread
    named = {field for one in faults for field in FIELDS[one.code]}
    assert differences(zone, back) <= named, "nothing is lost in silence"


FIELDS = {
    "name-changed": ("name",),
    "window-changed": ("window",),
    "limit-changed": ("lower", "upper"),
    "limit-widened": ("lower", "upper"),
    "two-limits": ("lower", "upper"),
    "circle-around": ("outline",),
    "corridor-in-pieces": ("outline", "parts"),
    "holes-filled": ("outline",),
    "in-parts": ("parts",),
    "combined": ("parts",),
    "no-identifier": (),
    "kept-left-out": ("kept",),
}
"""Which differences a code names."""


def differences(zone: Zone, back: list[Zone]) -> set[str]:
    """What is no longer as it was, by field."""
    found = set()
    now = [volume for one in back for volume in one.volumes]
    if {one.name for one in back} != {zone.name}:
        found.add("name")
    if {window(one) for one in now} != {window(one) for one in zone.volumes}:
        found.add("window")
    for end in ("lower", "upper"):
        if {limits(getattr(one, end)) for one in now} != {limits(getattr(one, end)) for one in zone.volumes}:
            found.add(end)
    if not all(any(same(one.outline, other.outline) for other in now) for one in zone.volumes):
        found.add("outline")
    if len(back) != 1 or len(now) != len(zone.volumes):
        found.add("parts")
    for one in back:
        if any(
            said(one.kept.get(key, "")) != said(value)
            for key, value in zone.kept.items()
            if key not in RENAMED
        ):
            found.add("kept")
    return found


RENAMED = ("restriction", "type", "variant")
"""ED-269 and ED-318 call these otherwise; a test of their own looks at them."""


def said(value: Any) -> str:
    return " ".join(zones.zone.text_of(value).split())


def window(volume: Volume4D) -> tuple[int, int]:
    return parse_time(volume.start), parse_time(volume.end)


def limits(limit: Any) -> tuple[Any, ...]:
    """In millimetres; the surface is 0 m above ground."""
    return tuple(
        (one.ref, round(one.value_tmm / 10), one.qnh_hpa_tenths)
        if isinstance(one, Altitude)
        else ("AGL", 0, 0)
        if one == "surface"
        else one
        for one in limits_of(limit)
    )


def same(a: Any, b: Any) -> bool:
    """Within 0.3 m, which are hundredths of an arc second."""
    if type(a) is not type(b):
        return False
    points = {
        Polygon: lambda one: one.exterior,
        Circle: lambda one: (one.centre,),
        Corridor: lambda one: one.line,
    }
    one, other = (points[type(a)](shape) for shape in (a, b))
    sizes = [getattr(a, name, 0) - getattr(b, name, 0) for name in ("radius_mm", "half_width_mm")]
    holes = [getattr(shape, "holes", ()) for shape in (a, b)]
    return (
        len(one) == len(other)
        and all(abs(x - y) <= 20 for p, q in zip(one, other, strict=True) for x, y in zip(p, q, strict=True))
        and all(abs(size) <= 300 for size in sizes)
        and len(holes[0]) == len(holes[1])
    )


@pytest.mark.parametrize(("first", "second"), list(product(FORMATS, FORMATS)))
def test_every_pair_of_formats(first: str, second: str) -> None:
    """A file of one format, read, written in another, read again: what differs was named at one of the two steps."""
    zone = CASES["ground"]
    data, faults = zones.write([zone], first)
    [got], unread = zones.read(data, first)
    assert not unread
    data, more = zones.write([got], second)
    back, unread = zones.read(data, second)
    assert not unread
    named = {field for one in (*faults, *more) for field in FIELDS[one.code]}
    assert differences(zone, back) <= named
    assert differences(got, back) <= {field for one in more for field in FIELDS[one.code]}


def test_openair_states_its_times_and_older_files_do_not() -> None:
    data, _ = zones.write([CASES["two windows"]], "openair")
    assert data.count(b"\r\nAA ") == 2 and b"AA 2026-11-22T12:00Z/2026-11-23T12:00Z" in data
    head = "AC R\nAN X\nAL GND\nAH FL100\nV X=50:00:00 N 008:00:00 E\nDC 5\n"
    asked = {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"}

    def windows(*lines: str, **given: str) -> tuple[list[tuple[str, str]], set[str]]:
        found, faults = zones.read((head + "\n".join(lines)).encode(), "openair", **given)
        assert not faults
        return [(one.start, one.end) for one in found[0].volumes], set(found[0].flags)

    whole = [(asked["start"], asked["end"])]
    assert windows(**asked) == (whole, {"kept", "permanent"})
    day = [("2026-03-01T08:00:00Z", "2026-03-02T00:00:00Z")]
    assert windows("AA 2026-03-01T08:00Z/2026-03-01T24:00Z") == (day, {"kept"})
    assert windows("AA 2026-03-01T08:00:30Z/NONE", **asked)[0] == [("2026-03-01T08:00:30Z", asked["end"])]
    assert windows("AA NONE", **asked) == (whole, {"kept", "permanent"})
    got = windows("AA 2026-03-01T08:00Z/2026-03-02T08:00Z", "AA MON-FRI", **asked)
    assert got == (whole, {"kept", "permanent", "schedule-not-applied"}), "hours that are not read widen"
    found, faults = zones.read((head + "AA NONE").encode(), "openair")
    assert not found and faults[0].code == "no-window"


NOTAM = """Q) UKXX/QRTCA/IV/NBO/W/000/260/4820N03807E095
A) UKDV B) 1407141800 C) 1408142359
D) DAILY 0600-1800
E) SHOOTING RANGE
ALL CLEAR OTHERWISE
F) SFC G) FL320
"""


def test_of_two_limits_the_one_that_is_asked_for_holds() -> None:
    [got], _ = zones.read(NOTAM.encode(), "notam")
    items, q = Altitude(320, "fl", "STD"), Altitude(260, "fl", "STD")
    assert got.volumes[0].upper == (items, q) and "two-limits" in got.flags
    for which, upper in (("items", items), ("q-line", q)):
        one = zones.chosen(got, which)
        assert one.volumes[0].upper == upper and one.volumes[0].lower == got.volumes[0].lower
        assert "limit-chosen" in one.flags and "two-limits" not in one.flags
        assert "two-limits" not in {row.code for row in zones.write([one], "notam")[1]}
    plain = zones.read(NOTAM.replace("260", "320").encode(), "notam")[0][0]
    assert zones.chosen(plain, "items") == plain


def test_a_name_goes_through_a_notam_and_its_text_and_hours_too() -> None:
    [got], _ = zones.read(NOTAM.replace("260", "320").encode(), "notam")
    assert got.name == "SHOOTING RANGE" and got.kept["purpose"] == "NBO"
    data, faults = zones.write([got], "notam")
    assert not faults and b"D) DAILY 0600-1800" in data and b"/NBO/" in data
    [again], _ = zones.read(data, "notam")
    assert (again.name, again.volumes, again.kept) == (got.name, got.volumes, got.kept)
    numbered = zones.read(b"A1492/14 NOTAMR A1400/14\n" + NOTAM.encode(), "notam")[0][0]
    assert (numbered.name, numbered.kept["replaces"]) == ("A1492/14", "A1400/14")
    rows = {row.code: row for row in zones.write([numbered], "notam")[1]}
    assert "A1492/14" in rows["name-changed"].remedy and rows["kept-left-out"].field == "number, replaces"


def test_a_notam_without_a_q_line_is_a_fault_and_those_around_it_stay() -> None:
    numbers = [f"(A000{k}/26 NOTAMN\n" for k in (1, 2, 3)]
    text = numbers[0] + NOTAM + numbers[1] + "E) A CRANE\n" + numbers[2] + NOTAM
    found, faults = zones.read(text.encode(), "notam")
    assert [one.name for one in found] == ["A0001/26", "A0003/26"]
    assert [(one.line, one.code) for one in faults] == [(8, "no-q-line")]
    ended = zones.read((numbers[0] + NOTAM + "(A0004/26 NOTAMC A0001/26\nA) UKDV").encode(), "notam")[1]
    assert [one.code for one in ended] == ["cancels"]


@pytest.mark.parametrize("form", ["ed269", "ed318"])
def test_an_empty_identifier_is_told_in_and_out(form: str) -> None:
    data, faults = zones.write([CASES["no identity"]], form)
    assert [(one.code, one.field) for one in faults] == [("no-identifier", "identifier, country")]
    assert "no-identifier" in zones.read(data, form)[0][0].flags
    data, faults = zones.write([CASES["plain"]], form)
    assert not faults and "no-identifier" not in zones.read(data, form)[0][0].flags


@pytest.mark.parametrize("form", ["ed269", "ed318"])
def test_hours_of_days_go_through_and_a_bad_time_is_a_fault(form: str) -> None:
    name = {"ed269": "applicability", "ed318": "limitedApplicability"}[form]
    hours = [
        {"startDateTime": START, "endDateTime": END, "schedule": [{"day": ["MON"], "startTime": "08:00Z"}]}
    ]
    data, faults = zones.write([area(kept={name: hours})], form)
    assert not faults
    [got], _ = zones.read(data, form)
    assert got.kept[name] == hours and "schedule-not-applied" in got.flags
    moved = replace(got, volumes=(at(got.volumes[0], end="2026-11-25T00:00:00Z"),))
    assert [row.code for row in zones.write([moved], form)[1]] == ["kept-left-out"], "hours of another window"
    found, faults = zones.read(data.replace(END.encode(), b"2026-11-23 noon"), form)
    assert not found and faults[0].code in ("bad-time", "no-zone") and faults[0].field.startswith(name)


def test_ed269_and_ed318_call_two_things_otherwise_and_hold_both() -> None:
    old = area(kept={"restriction": "PROHIBITED", "type": "COMMON"})
    data, faults = zones.write([old], "ed318")
    [new], _ = zones.read(data, "ed318")
    assert not faults and (new.kept["type"], new.kept["variant"]) == ("PROHIBITED", "COMMON")
    data, faults = zones.write([new], "ed269")
    [again], _ = zones.read(data, "ed269")
    assert not faults and (again.kept["restriction"], again.kept["type"]) == ("PROHIBITED", "COMMON")


def test_names_in_several_languages_go_through_ed318() -> None:
    names = [{"text": "Aire", "lang": "fr-FR"}, {"text": "Area", "lang": "en-GB"}]
    data, faults = zones.write([area("Area", {"names": names})], "ed318")
    [got], _ = zones.read(data, "ed318")
    assert not faults and got.name == "Area" and got.kept["names"] == names


def test_what_a_kml_draws_besides_is_flagged() -> None:
    ring = "<LinearRing><coordinates>8,50,{h} 8,51,{h} 9,51,{h} 8,50,{h}</coordinates></LinearRing>"
    text = """<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark id="p7"><name>A</name>
    <TimeStamp><when>2026-01-01</when></TimeStamp>
    <ExtendedData><Data name="lower"><value>surface</value></Data>
    <Data name="upper"><value>FL100</value></Data></ExtendedData>
    <MultiGeometry><Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>{more}</MultiGeometry>
    </Placemark></kml>"""

    def read(more: str, height: int) -> Zone:
        data = text.format(ring=ring.format(h=height), more=more).encode()
        found, faults = zones.read(data, "kml", start=START, end=END)
        assert not faults
        return found[0]

    assert read("", 0).flags == ("kept",)
    assert read("", 0).kept == {"id": "p7", "when": "2026-01-01"}
    assert set(read(ring.format(h=0), 300).flags) == {"kept", "shape-left-out", "heights-not-used"}


def test_a_second_document_of_a_kmz_is_named_and_a_bad_size_by_its_field() -> None:
    made, _ = zones.write([CASES["circle"]], "kml")

    def zipped(*documents: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for number, one in enumerate(documents):
                archive.writestr(f"doc{number}.kml", one)
        return out.getvalue()

    found, faults = zones.read(zipped(made), "kmz")
    assert len(found) == 1 and not faults
    found, faults = zones.read(zipped(made, made), "kmz")
    assert len(found) == 1 and [(one.field, one.code) for one in faults] == [("doc1.kml", "another-kml")]
    found, faults = zones.read(made.replace(b">7408000<", b">wide<"), "kml")
    assert not found and [(one.field, one.code) for one in faults] == [("radius_mm", "no-size")]


def test_a_size_that_nothing_uses_and_a_number_for_a_name_are_kept() -> None:
    feature = {
        "type": "Feature",
        "id": 7,
        "geometry": {"type": "Polygon", "coordinates": [[[8, 50], [8, 51], [9, 51], [8, 50]]]},
        "properties": {"name": 5, "radius_m": 3, "lower": "surface", "upper": "FL320 or FL260", "flags": "x"},
    }
    [got] = zones.read(zones.zone.text_of(feature).encode(), "geojson", start=START, end=END)[0]
    assert (got.name, got.kept) == ("5", {"radius_m": 3, "flags": "x", "id": 7})
    assert got.volumes[0].upper == (Altitude(320, "fl", "STD"), Altitude(260, "fl", "STD"))
    assert set(got.flags) == {"kept", "two-limits"}


def test_what_cannot_be_read_back_is_named_and_a_good_zone_beside_it_is_not() -> None:
    bad = area("bell \x07")
    _, faults = zones.write([CASES["plain"], bad], "kml")
    assert [(one.line, one.code) for one in faults] == [(2, "not-read-back")]
    assert lost.words((LOW, HIGH)) == "1000 ft MSL or 5000 ft MSL"
