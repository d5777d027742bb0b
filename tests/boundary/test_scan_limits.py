"""What `scan` may be asked: encounters of own movers, and minima that were broken. Nothing else
(spec/boundary.md)."""

from __future__ import annotations

import argparse
import inspect
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from steerclear.api.native.table import ENDPOINTS
from steerclear.archive import points, results, run, scan, terms, work, writing
from steerclear.archive.encounter import Encounter
from steerclear.archive.terms import Terms
from steerclear.cli.parser import build
from steerclear.errors import Malformed
from steerclear.feeds.batch import Batch, batch_of
from steerclear.feeds.codes import MOVER, ORIGIN
from steerclear.speech.table import KINDS

T0 = 1_699_999_200_000
SEARCHES = re.compile(
    r"place|area|box|region|near|around|where|lat|lon|mgrs|circle|polygon|ident\b|icao|mmsi|callsign|name|class|type|dwell"
    r"|stay|loiter|stop|formation|group|rendez|together|meet|follow|since|from|until|time|hour|day|speed|height|level"
)
ALLOWED = {"--plot-type"}


def options_of(command: str) -> set[str]:
    """Every option of a command, and what it stands for."""
    [commands] = [one for one in build()._actions if isinstance(one, argparse._SubParsersAction)]
    return {text for action in commands.choices[command]._actions for text in action.option_strings}


def test_scan_has_no_search_by_place_identity_dwell_formation_or_rendezvous() -> None:
    asked = options_of("scan")
    assert {"--own", "--within", "--vertical", "--terms"} <= asked
    wrong = {one for one in asked - ALLOWED if SEARCHES.search(one)}
    assert wrong == set()
    assert SEARCHES.search("--around") and SEARCHES.search("--ident"), "the test itself would see one"


def test_neither_do_the_functions_behind_it() -> None:
    assert set(inspect.signature(scan.scan_partition).parameters) == {"points", "start_ms", "end_ms", "terms"}
    assert set(inspect.signature(work.units).parameters) == {"root", "own", "terms", "most_samples"}
    assert set(inspect.signature(points.read).parameters) == {"paths", "start_ms", "end_ms", "edge_ms", "own"}
    assert {one.name for one in fields(Terms)} == {
        *("gap_ms", "join_ms", "std_error_tmm", "std_to_geom_tmm", "error_mm", "geom_error_tmm", "broken"),
        *("turn", "speed", "own_horizontal_mm", "own_vertical_tmm"),
    }


def flight(ident: str, lat: float, feet: float = 30_000) -> Batch:
    return batch_of(
        61,
        {
            "ident": [ident.encode()] * 61,
            "at_ms": [T0 + k * 10_000 for k in range(61)],
            "lat_deg": lat,
            "lon_deg": [k * 0.02 for k in range(61)],
            "alt_baro_ft": feet,
            "error_m": 10.0,
            "mover": MOVER["fixed_wing"],
            "origin": ORIGIN["own"],
        },
    )


def pairs(root: Path, own: tuple[str, ...], limits: Terms) -> list[tuple[str, str]]:
    return [one.pair for one in run.scan(work.units(root, own, limits)).encounters]


def test_two_others_are_told_only_where_they_broke_a_minimum_however_wide_the_search(tmp_path: Path) -> None:
    with writing.Recorder(tmp_path) as recorder:
        for ident, lat in (("icao:00000a", 50.0), ("icao:00000b", 50.2), ("icao:00000c", 50.35)):
            recorder.take(flight(ident, lat), source="x", trust="shared")
    wide = terms.default().with_own(25 * 1_852_000, 30_480_000)
    assert pairs(tmp_path, (), terms.default()) == pairs(tmp_path, (), wide) == []
    assert pairs(tmp_path, ("icao:00000a",), wide) == [
        ("icao:00000a", "icao:00000b"),
        ("icao:00000a", "icao:00000c"),
    ]
    with writing.Recorder(tmp_path) as recorder:
        recorder.take(flight("icao:00000d", 50.36), source="x", trust="shared")
    assert pairs(tmp_path, (), terms.default()) == [("icao:00000c", "icao:00000d")]


def test_a_search_that_is_no_encounter_is_refused() -> None:
    for horizontal, vertical in ((51 * 1_852_000, 3_048_000), (1_852_000, 31_000_000)):
        with pytest.raises(Malformed, match="too-wide"):
            terms.default().with_own(horizontal, vertical)
    assert terms.default().with_own(50 * 1_852_000, 30_480_000).own_horizontal_mm
    shipped = terms.files("steerclear.archive").joinpath("data/terms.toml").read_text()
    row = '[[separation]]\na = "aircraft"\nb = "aircraft"\nhorizontal_mm = {}\nvertical_tmm = 3048000\n'
    with pytest.raises(Malformed, match="too-wide"):
        terms.read((shipped + row.format(11 * 1_852_000)).encode())
    assert (
        terms.read((shipped + row.format(3 * 1_852_000)).encode()).broken["aircraft/aircraft"][0]
        == 3 * 1_852_000
    )


def test_an_encounter_says_nothing_of_who_or_why() -> None:
    names = set(Encounter.__struct_fields__)
    assert not {
        name for name in names if re.search(r"call|name|flag|operator|intent|target|purpose|party", name)
    }
    assert "no proof" in results.NOTICE


def test_own_movers_are_named_whole(tmp_path: Path) -> None:
    from steerclear.cli.faults import Stop
    from steerclear.cli.scan import own_of

    for pattern in ("icao:*", "icao:00?", "mmsi:2%", "everybody"):
        with pytest.raises(Stop):
            own_of([pattern])
    listed = tmp_path / "own.txt"
    listed.write_text("icao:00000a\nmmsi:200000001 # the tender\n")
    assert own_of([str(listed), "rid:x"]) == ("icao:00000a", "mmsi:200000001", "rid:x")


def test_nobody_is_named_own_whom_neither_the_archive_nor_the_settings_say_is(tmp_path: Path) -> None:
    from steerclear.cli.faults import Stop
    from steerclear.cli.scan import only_own

    root, home = tmp_path / "tracks", tmp_path / "home"
    with writing.Recorder(root, own=frozenset({"icao:00000a"})) as recorder:
        for ident in ("icao:00000a", "icao:00000b", "mmsi:211000001"):
            recorder.take(flight(ident, 50.0), source="x", trust="shared")
    only_own(root, ("icao:00000a",), home)
    for theirs in ("icao:00000b", "mmsi:211000001"):
        with pytest.raises(Stop, match="search by identity"):
            only_own(root, ("icao:00000a", theirs), home)
    home.mkdir()
    feed = '[[feed]]\nname = "roof"\nformat = "ais"\naddress = "udp:127.0.0.1:9"\nown = ["mmsi:2110*"]\n'
    (home / "steerclear.toml").write_text(feed)
    only_own(root, ("icao:00000a", "mmsi:211000001"), home)
    with pytest.raises(Stop, match="icao:00000b: own neither"):
        only_own(root, ("icao:00000b", "mmsi:211000001"), home)


def test_no_track_file_goes_anywhere() -> None:
    """What knows track files is the archive and its commands: no kind, no path and no kit carries one, and the room
    that talks to other nodes cannot even import it."""
    source = Path(writing.__file__).parents[1]
    knowing = {
        path.relative_to(source).parts[0]
        for path in source.rglob("*.py")
        if re.search(r"steerclear\.archive|from steerclear import archive", path.read_text())
    }
    assert knowing <= {"archive", "cli", "app"}, "not peers, not api, not node, not record"
    carries = re.compile(r"tracks?_(file|archive)|parquet", re.IGNORECASE)
    assert not [one for one in KINDS if carries.search(one)]
    assert [one.path for one in ENDPOINTS if "archiv" in one.path] == ["/api/lines/{line}/archived"]
    [row] = [one for one in ENDPOINTS if "archiv" in one.path]
    assert row.body is not None and row.body.__struct_fields__ == ("manifest",), "a hash, and nothing else"


def test_terms_that_change_the_answer_change_its_key() -> None:
    assert replace(terms.default(), gap_ms=60_000).hash != terms.default().hash == terms.default().hash
