"""`simulate`, `archive` and `scan` as an analyst types them; without a node."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from cli_world import run

from steerclear.cli import client, codes, heard

pytestmark = pytest.mark.slow

FEW = ("--aircraft", 6, "--ships", 2, "--meetings", 2, "--minutes", 8, "--seed", 5)


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("archive") / "tracks"
    done = run("simulate", "--format", "archive", "-o", root, "--own", 1, *FEW)
    assert (
        done.code == codes.OK and done.out.startswith("EXERCISE") and done.out.rstrip().endswith("EXERCISE")
    )
    return root


def test_scan_shows_encounters_and_what_was_judged(tracks: Path, tmp_path: Path) -> None:
    made = tmp_path / "found"
    done = run(
        *("scan", tracks, "--keep", tmp_path / "kept", "--parquet", f"{made}.parquet"),
        *("--geojson", f"{made}.geojson", "--plots", tmp_path / "pictures"),
    )
    assert done.code == codes.CONFLICT and done.out.count("EXERCISE EXERCISE EXERCISE") == 2
    assert (
        "LOSS" in done.out and " own " in done.out and "not judged: " in done.out and "no proof" in done.out
    )
    drawn = sorted((tmp_path / "pictures").iterdir())
    rows = json.loads(Path(f"{made}.geojson").read_text())["features"]
    assert len(drawn) == len(rows) >= 2 and all(one.suffix == ".svg" for one in drawn)
    assert Path(f"{made}.parquet").read_bytes()[:4] == b"PAR1"


def test_a_second_scan_takes_what_is_kept(tracks: Path, tmp_path: Path) -> None:
    first = run("scan", tracks, "--json", "--keep", tmp_path).json
    again = run("scan", tracks, "--json", "--keep", tmp_path).json
    assert (first["kept"], again["computed"]) == (0, 0) and first["encounters"] == again["encounters"]
    assert first["banner"].startswith("EXERCISE") and first["judged"]["legs"] > 100


def test_wider_minima_are_for_own_movers_alone(tracks: Path, tmp_path: Path) -> None:
    plain = run("scan", tracks, "--json", "--keep", tmp_path).json["encounters"]
    wide = run(
        "scan", tracks, "--json", "--keep", tmp_path, "--within", "30 NM", "--vertical", "9000 ft"
    ).json
    more = [one for one in wide["encounters"] if one["minimum_mm"] > 5 * 1_852_000]
    assert more and all(one["a_own"] or one["b_own"] for one in more)
    others = [one for one in wide["encounters"] if not (one["a_own"] or one["b_own"])]
    assert others == [one for one in plain if not (one["a_own"] or one["b_own"])]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--within", "60 NM"), "too-wide"),
        (("--within", "far"), "bad-quantity"),
        (("--own", "icao:*"), "no patterns"),
        (("--own", "icao:abcdef"), "not-own"),
        (("--terms", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_what_scan_does_not_do_is_refused_with_the_remedy(
    tracks: Path, given: tuple[str, str], said: str
) -> None:
    done = run("scan", tracks, *given)
    assert done.code == codes.NO and said in done.err and "do: " in done.err


def test_no_archive_and_nothing_to_judge(tmp_path: Path) -> None:
    assert "steerclear archive add" in run("scan", tmp_path).err
    lonely = tmp_path / "x.csv"
    lonely.write_text("time,icao24,lat,lon\n1700000000,4b1814,50,8\n")
    root = tmp_path / "tracks"
    added = run("archive", "add", root, "--like", "opensky", "--source", "x", "--trust", "shared", lonely)
    assert added.code == codes.OK and "tracks: 1 row\n" in added.out
    done = run("scan", root)
    assert done.code == codes.NOT_JUDGED and "0 below the minimum" in done.out


def test_what_is_added_twice_is_there_already_and_who_was_named_as_own_is_looked_for(tmp_path: Path) -> None:
    table, root = tmp_path / "x.csv", tmp_path / "tracks"
    table.write_text("time,icao24,lat,lon\n1700000000,4b1814,50,8\n1700000060,4b1814,50.1,8\n")
    add = (
        "archive",
        "add",
        root,
        "--like",
        "opensky",
        "--source",
        "x",
        "--own",
        "icao:4b1814,icao:abcdef",
        table,
    )
    first = run(*add)
    assert "added to" in first.out and ": 2 rows\n" in first.out and "already there" not in first.out
    assert "in no row of this archive: icao:abcdef" in first.out
    assert "count as local" in first.out and "--trust shared" in first.out
    again = run(*add, "--trust", "local")
    assert ": 0 rows; already there: 2" in again.out and "count as local" not in again.out
    assert again.out.splitlines()[-2] == first.out.splitlines()[-2], "the same manifest"
    scanned = run("scan", root)
    assert "own movers in these tracks: 1" in scanned.out and "NOT IN THESE TRACKS" not in scanned.out
    home = tmp_path / "home"
    home.mkdir()
    feed = '[[feed]]\nname = "roof"\nformat = "sbs"\naddress = "tcp://127.0.0.1:1"\nown = ["icao:abcdef"]\n'
    (home / "steerclear.toml").write_text(feed)
    scanned = run("scan", root, "--own", "icao:abcdef", "--home", home)
    assert "NOT IN THESE TRACKS, though named as own: icao:abcdef" in scanned.out
    found = run("scan", root, "--own", "icao:abcdef", "--home", home, "--json").json
    assert (found["own_movers"], found["own_absent"]) == (1, ["icao:abcdef"])


def test_a_scan_of_nobodys_own_says_so_and_no_format_is_trusted_above_its_feeds(tmp_path: Path) -> None:
    table, root = tmp_path / "x.csv", tmp_path / "tracks"
    table.write_text("time,icao24,lat,lon\n1700000000,4b1814,50,8\n")
    run("archive", "add", root, "--like", "opensky", "--source", "x", "--trust", "shared", table)
    assert "no mover of these tracks is own" in run("scan", root).out
    tak = ("archive", "add", root, "--format", "cot", "--source", "x", "--trust")
    assert "bad-trust" in run(*tak, "shared", table).err
    assert "bad-trust" not in run(*tak, "local", table).err


def test_files_are_added_shown_checked(tracks: Path, tmp_path: Path) -> None:
    recording, root = tmp_path / "day.sbs", tmp_path / "tracks"
    assert run("simulate", "--format", "sbs", "-o", recording, *FEW).code == codes.OK
    added = run("archive", "add", root, "--format", "sbs", "--source", "roof", "--trust", "local", recording)
    assert added.code == codes.OK and "next: steerclear scan" in added.out
    shown = run("archive", "show", root)
    assert (
        shown.code == codes.OK and "2026-01-01T00:00:00Z" in shown.out and "no file was erased" in shown.out
    )
    digest = run("archive", "show", root, "--json").json["manifest"]
    assert run("archive", "check", root, "--hash", digest[:16]).code == codes.OK
    other = run("archive", "check", root, "--hash", "0" * 16)
    assert other.code == codes.NO and "ANOTHER MANIFEST" in other.out
    next(root.glob("day=*/hour=*/local-*.parquet")).write_bytes(b"x")
    broken = run("archive", "check", root)
    assert broken.code == codes.NO and "changed" in broken.out
    assert run("archive", "check", tmp_path).code == codes.NO


def test_nothing_goes_on_record_unasked(tracks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, str]] = []

    class Node:
        def get(self, path: str = "") -> dict[str, str]:
            return {"mode": "EXERCISE"}

        def post(self, path: str, body: dict[str, str]) -> dict[str, str]:
            told.append(body)
            return {"id": "ab" * 32}

    monkeypatch.setattr(client, "officer", lambda args: Node())
    monkeypatch.setattr(heard, "mode_of", lambda row: row["mode"])
    asked = run("archive", "log", tracks)
    assert (
        asked.code == codes.DECLINED
        and told == []
        and "on record, where every party" in asked.out + asked.err
    )
    done = run("archive", "log", tracks, "--yes")
    digest = run("archive", "show", tracks, "--json").json["manifest"]
    assert done.code == codes.OK and told == [{"manifest": digest}] and "on record abab" in done.out


def test_prune_erases_local_tracks_of_yesterday(tmp_path: Path) -> None:
    """Simulated in January 2026, far more than 24 hours ago by any clock; shared ones stay."""
    recording, root = tmp_path / "day.sbs", tmp_path / "tracks"
    run("simulate", "--format", "sbs", "-o", recording, *FEW)
    run("archive", "add", root, "--format", "sbs", "--source", "radar", "--trust", "local", recording)
    run("archive", "add", root, "--format", "sbs", "--source", "roof", "--trust", "shared", recording)
    done = run("archive", "prune", root)
    assert done.code == codes.OK and "erased day=2026-01-01" in done.out and "local-" in done.out
    left = list(root.glob("day=*/hour=*/*.parquet"))
    assert left and all(one.name.startswith("shared-") for one in left)
    assert "erased since" in run("archive", "show", root).out
    assert run("archive", "check", root).code == codes.OK


def test_add_wants_a_recording_or_a_table(tmp_path: Path) -> None:
    for given in ((), ("--format", "sbs", "--like", "opensky")):
        assert run("archive", "add", tmp_path, "--source", "x", *given, tmp_path / "f").code == codes.NO


def test_simulate_wants_a_file_or_a_port(tmp_path: Path) -> None:
    assert run("simulate").code == codes.USAGE
    assert run("simulate", "-o", tmp_path / "x", "--serve", 0).code == codes.USAGE
    assert run("simulate", "--serve", 0, "--format", "archive").code == codes.USAGE
    assert run("simulate", "-o", tmp_path / "x", "--centre", "here").code == codes.NO


def test_a_port_that_is_taken_is_refused_with_a_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for port in (taken.getsockname()[1], 99_999):
            done = run("simulate", "--format", "sbs", "--serve", port, "--minutes", 1)
            assert done.code == codes.NO and "port-taken" in done.err and "0 for any that is free" in done.err


def test_what_a_format_does_not_carry_is_said_and_nothing_at_all_is_refused(tmp_path: Path) -> None:
    few = ("--minutes", 1, "-o", tmp_path / "x")
    none = run("simulate", "--format", "ais", "--aircraft", 2, *few)
    assert none.code == codes.NO and "nothing-to-tell" in none.err and not (tmp_path / "x").exists()
    some = run("simulate", "--format", "ais", "--aircraft", 2, "--ships", 1, *few)
    assert (
        "reports of 1 mover, 1 min" in some.out and "left out: 2 movers that ais does not carry" in some.out
    )
    both = run("simulate", "--format", "simulated", "--aircraft", 2, "--ships", 1, *few)
    assert "of 3 movers" in both.out and "left out" not in both.out
    crowd = ("simulate", "--aircraft", 3, "--minutes", 1, "-o", tmp_path / "y", "--meetings")
    assert "bad-meetings" in run(*crowd, 2).err and run(*crowd, 1).code == codes.OK
    assert "bad-minutes" in run("simulate", "--minutes", 0, "-o", tmp_path / "y").err


def test_two_simulations_are_one_traffic_only_where_that_is_asked_for(tmp_path: Path) -> None:
    root = tmp_path / "tracks"
    make = ("simulate", "--format", "archive", "-o", root, "--aircraft", 2, "--minutes", 1)
    assert run(*make).code == codes.OK
    digest = run("archive", "show", root, "--json").json["manifest"]
    again = run(*make, "--seed", 2)
    assert again.code == codes.NO and "archive-exists" in again.err and "--add" in again.err
    assert run("archive", "show", root, "--json").json["manifest"] == digest
    assert run(*make, "--seed", 2, "--add").code == codes.OK
    assert run("archive", "show", root, "--json").json["manifest"] != digest


def test_the_same_arguments_write_the_same_file(tmp_path: Path) -> None:
    for name in "ab":
        run("simulate", "--format", "ais", "-o", tmp_path / name, *FEW)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != b""
