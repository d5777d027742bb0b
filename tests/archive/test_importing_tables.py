"""Tables and recordings of others into an archive, and encounters out of it as files and pictures."""

from __future__ import annotations

import json
import xml.dom.minidom
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from archive_world import HOUR, T0, Track, archive, crossing, found

from steerclear.archive import columns, importing, layout, plot, results, terms
from steerclear.archive.encounter import Encounter
from steerclear.archive.writing import Recorder
from steerclear.errors import Malformed
from steerclear.simulator.sensor import reports
from steerclear.simulator.world import Wanted
from steerclear.simulator.writing import carried, writer

HEAD = "time,icao24,lat,lon,baroaltitude,geoaltitude,onground\n"


def table(path: Path, tracks: list[Track]) -> Path:
    """The columns of OpenSky's tables, altitude in metres."""
    rows = []
    for track in tracks:
        batch = track.batch()
        for i in range(len(batch)):
            feet = batch.alt_baro_ft[i] * 0.3048
            name = batch.ident[i].decode().partition(":")[2]
            rows.append(
                f"{batch.at_ms[i] / 1000},{name},{batch.lat_deg[i]:.7f},{batch.lon_deg[i]:.7f},{feet:.2f},,false"
            )
    path.write_text(HEAD + "\n".join(rows) + "\n")
    return path


def add(root: Path, path: Path, mapped: columns.Mapped, **given: object) -> tuple[int, dict[str, int]]:
    with Recorder(root) as recorder:
        return importing.add_table(recorder, path, mapped, source="t", trust="shared", **given)  # type: ignore[arg-type]


def rows_of(root: Path) -> list[dict[str, object]]:
    return (
        pl.concat([pl.read_parquet(root / part.name) for part in layout.parts(root)]).sort("at_ms").to_dicts()
    )


def test_a_table_gives_the_same_encounter_as_the_feed(tmp_path: Path) -> None:
    csv = table(tmp_path / "states.csv", crossing())
    assert add(tmp_path / "csv", csv, columns.mapped("opensky", mover="fixed_wing")) == (122, {})
    pl.read_csv(csv, schema_overrides={"icao24": pl.String}).write_parquet(tmp_path / "states.parquet")
    assert (
        add(tmp_path / "pq", tmp_path / "states.parquet", columns.mapped("opensky", mover="fixed_wing"))[0]
        == 122
    )
    [direct] = found(archive(tmp_path / "direct", crossing()))
    for name in ("csv", "pq"):
        [one] = found(tmp_path / name)
        assert one.pair == direct.pair and abs(one.at_ms - direct.at_ms) <= 1
        assert abs(one.horizontal_mm - direct.horizontal_mm) < 20
        assert abs((one.vertical_tmm or 0) - (direct.vertical_tmm or 0)) < 500


def test_own_names_and_units_of_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("when,who,y,x,h,mine\n2026-10-31T13:00:00Z,ABC,471000000,85000000,10000,true\n")
    given = ("at=when:iso", "ident=who:radar", "lat=y:e7", "lon=x:e7", "alt_geom=h:ft", "own=mine")
    assert add(tmp_path / "a", path, columns.mapped("", given, "rotary"))[0] == 1
    [row] = rows_of(tmp_path / "a")
    assert (row["ident"], row["at_ms"], row["lat_e7"], row["own"]) == (
        "radar:abc",
        1793451600000,
        471000000,
        True,
    )
    assert row["alt_geom_m"] == pytest.approx(3048) and row["mover"] == "rotary" and row["trust"] == "shared"


def test_what_says_nothing_is_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        HEAD
        + "1700000000,4b1814,50,8,,,\n,4b1814,50,8,,,\n12,4b1814,50,8,,,\n1700000000,,50,8,,,\n"
        + "1700000000,4b1814,,8,,,\n1700000000,4b1814,95,8,,,\n1700000000,4b1814,x,8,,,\n"
    )
    taken, drops = add(tmp_path / "a", path, columns.mapped("opensky"))
    assert (taken, drops) == (1, {"no-time": 2, "no-identity": 1, "no-position": 2, "out-of-range": 1})


def test_columns_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="column-missing"):
        columns.mapped("", ["at=t:s"])
    for wrong in ("at", "when=t", "at=t:h", "alt_baro=x:furlong"):
        with pytest.raises(Malformed):
            columns.mapped("opensky", [wrong])
    with pytest.raises(Malformed, match="unknown-class"):
        columns.mapped("opensky", mover="airship")
    with pytest.raises(Malformed, match="unknown-preset"):
        columns.mapped("flightradar")
    path = tmp_path / "x.csv"
    path.write_text("time,lat,lon\n1,2,3\n")
    with pytest.raises(Malformed, match="icao24"):
        add(tmp_path / "a", path, columns.mapped("opensky"))


@pytest.mark.parametrize("name", ["sbs", "readsb", "ais", "simulated"])
def test_a_recording_is_read_as_a_feed_would(tmp_path: Path, name: str) -> None:
    what = Wanted({"aircraft": 4, "ships": 3}, seed=3, lasts_s=90)
    write, sent = writer(name), 0
    with (tmp_path / "recording").open("wb") as out:
        for end_ms, batch in reports(what):
            out.write(write(end_ms, batch))
            sent += len(carried(name, batch))
    with Recorder(tmp_path / "a") as recorder:
        taken, _ = importing.add_recording(recorder, tmp_path / "recording", name, source="r", trust="shared")
    assert taken >= sent - 7 and len({row["ident"] for row in rows_of(tmp_path / "a")}) == (
        {"ais": 3, "simulated": 7}.get(name, 4)
    )


def test_encounters_as_parquet_and_geojson(tmp_path: Path) -> None:
    rows = found(archive(tmp_path, crossing()), own=["icao:000001"])
    (tmp_path / "x.parquet").write_bytes(results.parquet(rows))
    back = pl.read_parquet(tmp_path / "x.parquet")
    assert back.columns[0] == "verdict" and set(back.columns) == {"verdict", *Encounter.__struct_fields__}
    assert back["horizontal_mm"].to_list() == [rows[0].horizontal_mm] and back["a_own"].to_list() == [True]
    value = json.loads(results.geojson(rows))
    [feature] = value["features"]
    assert "no proof" in value["notice"] and feature["properties"]["a"] == "icao:000001"
    assert feature["geometry"]["coordinates"][0] == [rows[0].a_lon_e7 / 1e7, rows[0].a_lat_e7 / 1e7]
    assert (
        pl.read_parquet(results.parquet([])).height == 0 and json.loads(results.geojson([]))["features"] == []
    )


def test_a_line_over_the_antimeridian_is_cut_there(tmp_path: Path) -> None:
    one = Track("icao:00000a", (10.0, 179.7), (10.0, 180.3))
    rows = found(
        archive(tmp_path, (one, replace(one, ident="icao:00000b", start=(10.0, 179.75), end=(10.0, 180.35))))
    )
    crossing_rows = [replace_sides(rows[0], 1799900000, -1799900000)]
    [feature] = json.loads(results.geojson(crossing_rows))["features"]
    first, second = feature["geometry"]["coordinates"]
    assert (
        feature["geometry"]["type"] == "MultiLineString" and first[1][0] == 180.0 and second[0][0] == -180.0
    )


def replace_sides(row: Encounter, a_lon: int, b_lon: int) -> Encounter:
    import msgspec

    return msgspec.structs.replace(row, a_lon_e7=a_lon, b_lon_e7=b_lon)


def test_a_picture_shows_plan_distance_and_profile(tmp_path: Path) -> None:
    root = archive(tmp_path, [replace(one, from_ms=T0 + HOUR - 300_000) for one in crossing(offset_nm=2.0)])
    [one] = found(root)
    both = plot.sides(plot.samples(root, one), one, terms.default())
    for side in both:
        assert len(side.at_s) > 20, "both sides of the hour's edge"
    apart = [plot._at(side, 0.0) for side in both]
    drawn = ((apart[0][0] - apart[1][0]) ** 2 + (apart[0][1] - apart[1][1]) ** 2) ** 0.5
    assert drawn == pytest.approx(one.horizontal_mm / 1000, abs=0.5), "what is drawn is what was found"
    assert both[0].feet[0] == 30_000
    first, again = (plot.picture(both, one, banner="EXERCISE") for _ in "ab")
    assert first == again and xml.dom.minidom.parseString(first).documentElement.tagName == "svg"
    assert first.count(b"while below") == 3, "in the plan, and where its instant is in both below"
    assert plot.picture(both, one, kind="png").startswith(b"\x89PNG")


def test_a_picture_of_what_has_no_height_says_so(tmp_path: Path) -> None:
    pair = crossing()
    root = archive(tmp_path, (pair[0], replace(pair[1], feet=None)))
    [one] = found(root)
    both = plot.sides(plot.samples(root, one), one, terms.default())
    assert "height not known" in plot._title(one) and plot.picture(both, one)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cut.parquet", b"PAR1 and nothing more"),
        ("empty.csv", b""),
        ("ragged.csv", HEAD.encode() + b"1790000000,3c6444,50,8,,,false,9,9\n"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_its_name(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Malformed) as caught:
        add(tmp_path / "tracks", path, columns.mapped("opensky"))
    assert (caught.value.rule, caught.value.field) == ("not-a-table", str(path))
    assert caught.value.remedy.startswith("give ")
    good = tmp_path / "good.csv"
    good.write_bytes(HEAD.encode() + b"1790000000,3c6444,50,8,,,false\n")
    assert add(tmp_path / "tracks", good, columns.mapped("opensky"))[0] == 1
