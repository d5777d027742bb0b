"""`steerclear area convert`, and what `import areas` refuses before it asks a node."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from cli_world import good, run

from steerclear.cli import codes, zones
from steerclear.speech.kinds.area_declare import AreaType
from steerclear.speech.zones import FORMATS, TWO

OPENAIR = """AC R
AN RANGE 5
AL GND
AH FL195
V X=50:00:00 N 008:00:00 E
DC 4
AC R
AN BROKEN
AL GND
AH high
DC 4
"""
WINDOW = ("--start", "2026-12-01T00:00:00Z", "--end", "310000ZDEC26")


def test_the_command_line_names_every_format_and_every_type_of_area() -> None:
    assert zones.TWO == TWO
    assert set(zones.FORMATS) == set(FORMATS) and set(zones.TYPES) == set(get_args(AreaType))


def test_a_file_is_converted_and_the_bad_row_is_named(tmp_path: Path) -> None:
    source, out = tmp_path / "ranges.txt", tmp_path / "ranges.geojson"
    source.write_text(OPENAIR)
    ran = run("area", "convert", source, *WINDOW, "-o", out, "--json")
    assert ran.code == codes.NO and {row["line"] for row in ran.json["faults"]} == {10, 11}
    assert ran.json["rows"][0]["name"] == "RANGE 5" and "permanent" in ran.json["rows"][0]["flags"]
    (feature,) = json.loads(out.read_text())["features"]
    assert feature["properties"]["upper"] == "FL195" and feature["properties"]["radius_mm"] == 7_408_000
    assert feature["properties"]["end"] == "2026-12-31T00:00:00Z"
    for ending in ("kml", "kmz", "ed269.json", "ed318.json", "notam", "txt"):
        told = good("area", "convert", out, "-o", tmp_path / f"again.{ending}")
        assert ": 1 area" in told.out
    assert "limit-widened" in good("area", "convert", out, "-o", tmp_path / "again.ed318.json").out


def test_a_window_is_asked_for_where_the_file_states_none(tmp_path: Path) -> None:
    source = tmp_path / "ranges.txt"
    source.write_text(OPENAIR[: OPENAIR.index("AC R\nAN BROKEN")])
    ran = run("area", "convert", source, "-o", tmp_path / "x.kml")
    assert ran.code == codes.NO and "--start" in ran.out and not (tmp_path / "x.kml").exists()
    good("area", "convert", source, *WINDOW, "-o", tmp_path / "x.kml")


def test_no_file_says_what_an_area_is_to_the_line(tmp_path: Path) -> None:
    source = tmp_path / "ranges.txt"
    source.write_text(OPENAIR)
    ran = run("import", "areas", source, "--to", "red", "--home", tmp_path)
    assert ran.code != codes.OK and "no-area-type" in ran.err


@pytest.mark.parametrize(
    ("start", "end", "rule"),
    [
        ("tomorrow", "2026-12-31T00:00:00Z", "bad-time"),
        ("2026-12-01T00:00:00Z", "2026-12-31T00:00:00", "no-zone"),
        ("2026-12-31T00:00:00Z", "2026-12-01T00:00:00Z", "end-before-start"),
    ],
)
def test_a_window_that_is_none_is_refused_and_nothing_is_written(
    tmp_path: Path, start: str, end: str, rule: str
) -> None:
    source, out = tmp_path / "ranges.txt", tmp_path / "ranges.geojson"
    source.write_text(OPENAIR)
    ran = run("area", "convert", source, "--start", start, "--end", end, "-o", out)
    assert ran.code == codes.NO and rule in ran.err and not out.exists()


NOTAM = """Q) EDXX/QRTCA/IV/BO/W/000/{level}/5000N00800E004
A) EDXX B) 2612010000 C) 2612020000
E) RANGE 5
F) SFC G) FL320
"""


def test_nothing_is_written_strictly_where_anything_would_be_lost(tmp_path: Path) -> None:
    source, out = tmp_path / "range.notam", tmp_path / "range.txt"
    source.write_text(NOTAM.format(level=320))
    told = good("area", "convert", source, "-o", out)
    assert "kept-left-out" in told.out and "FIR" in told.out and out.exists()
    out.unlink()
    ran = run("area", "convert", source, "--strict", "-o", out, "--json")
    assert ran.code == codes.NO and not out.exists() and ran.json["file"] == ""
    assert {row["code"] for row in ran.json["written_otherwise"]} == {"kept-left-out"}
    good("area", "convert", source, "--strict", "-o", tmp_path / "range.geojson")


def test_of_two_limits_one_is_chosen(tmp_path: Path) -> None:
    source, out = tmp_path / "range.notam", tmp_path / "range.geojson"
    source.write_text(NOTAM.format(level=260))

    def upper(*given: str) -> str:
        good("area", "convert", source, *given, "-o", out)
        return str(json.loads(out.read_text())["features"][0]["properties"]["upper"])

    told = good("area", "convert", source, "-o", out).out
    assert "upper: FL320 or FL260; choose with --two-limits" in told
    assert [upper(), upper("--two-limits", "items"), upper("--two-limits", "q-line")] == [
        "FL320 or FL260",
        "FL320",
        "FL260",
    ]
    assert upper() == "FL320 or FL260"
    assert "two-limits" in good("area", "convert", out, "-o", tmp_path / "again.kml").out, (
        "it goes on as it is"
    )
