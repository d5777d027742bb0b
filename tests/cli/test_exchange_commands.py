"""`steerclear import` and `export` beside two running nodes, and what everything about protected places says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_world import good, run
from test_real_nodes import Pair, pair  # noqa: F401

from steerclear.cli import codes
from steerclear.record.texts import NOTIFICATION

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("real-nodes")]


def red(made: Pair) -> str:
    return str(good("line", "card", made.home("red") / "card.note", "--json").json["party"])


def send(made: Pair) -> tuple[str, ...]:
    return ("--to", red(made), "--mode", "EXERCISE", "--yes")


def sites(folder: Path, *rows: str) -> Path:
    path = folder / "sites.csv"
    path.write_text("\n".join(("name,function,lat,lon,error,second", *rows)) + "\n")
    return path


GOOD = 'North clinic,clinic,41.3275,19.8187,20 m,"41°19\'39""N 019°49\'07""E"'
BAD = "South clinic,clinic,95.0,19.8187,20 m,"


def entries(made: Pair, name: str) -> list[str]:
    told = good("log", "--kind", "site.notify", "--json", *made.at(name))
    return [row["id"] for row in told.json["entries"]]


def test_a_bad_row_is_listed_and_the_good_ones_are_said(pair: Pair, tmp_path: Path) -> None:  # noqa: F811
    path = sites(tmp_path, GOOD, BAD, "West school,school,41.40,19.70,20 m,")
    before = entries(pair, "blue")
    dry = run("import", "sites", path, "--dry-run", *send(pair), *pair.at("blue", "releaser"), "--json")
    assert dry.code == codes.NO and len(dry.json["rows"]) == 2 and dry.json["dry_run"] is True
    assert entries(pair, "blue") == before, "nothing is said by --dry-run"
    ran = run("import", "sites", path, *send(pair), *pair.at("blue", "releaser"), "--json")
    assert ran.code == codes.NO
    assert [(row["line"], row["field"]) for row in ran.json["faults"]] == [(3, "lat")]
    assert [row["line"] for row in ran.json["rows"]] == [2, 4]
    said = [row["id"] for row in ran.json["rows"]]
    assert sorted(entries(pair, "blue")) == sorted([*before, *said])
    assert ran.json["rows"][1]["marks"] == ["incomplete"] and ran.json["standing"] == [NOTIFICATION]
    mended = sites(tmp_path, GOOD, BAD.replace("95.0", "41.60"), "West school,school,41.40,19.70,20 m,")
    again = good("import", "sites", mended, *send(pair), *pair.at("blue", "releaser"), "--json")
    assert [row["stands"] for row in again.json["rows"]] == [said[0], "", said[1]], (
        "what stands is not said twice"
    )
    assert sorted(entries(pair, "blue")) == sorted([*before, *said, again.json["rows"][1]["id"]])
    words = good("import", "sites", mended, *send(pair), *pair.at("blue", "releaser")).out
    assert "stands already" in words and "0 said" in words
    for entry in said:
        good("show", entry, "--until", "delivered", *pair.at("blue"))


def test_movements_of_a_file_are_said_once_and_again_only_when_asked(pair: Pair, tmp_path: Path) -> None:  # noqa: F811
    table = good("import", "movements", "--template", "csv").out
    path = tmp_path / "moving.csv"
    path.write_text(table.replace(" (example: replace these rows)", ""))
    order = ("import", "movements", path, *send(pair), *pair.at("blue", "releaser"), "--json")
    first = good(*order).json["rows"]
    assert first and all(row["id"] and not row["stands"] for row in first)
    again = good(*order).json["rows"]
    assert [(row["id"], row["stands"]) for row in again] == [("", row["id"]) for row in first]
    asked = good(*order, "--again").json["rows"]
    assert all(row["id"] and not row["stands"] for row in asked)
    assert not {row["id"] for row in asked} & {row["id"] for row in first}
    twice = sites(
        tmp_path, *[GOOD.replace("North", "Twin").replace("41.3275", "41.9275").replace("41°19", "41°55")] * 2
    )
    rows = good("import", "sites", twice, *send(pair), *pair.at("blue", "releaser"), "--json").json["rows"]
    assert rows[0]["id"] and (rows[1]["id"], rows[1]["stands"]) == ("", rows[0]["id"]), "twice in one file"


def test_what_was_imported_is_exported_by_two(pair: Pair, tmp_path: Path) -> None:  # noqa: F811
    good("import", "sites", sites(tmp_path, GOOD), *send(pair), *pair.at("blue", "releaser"))
    alone = run("export", "sites", "--for", "the ministry", "-o", tmp_path / "out.csv", *pair.at("blue"))
    assert alone.code == codes.NO and "release-needed" in alone.err and not (tmp_path / "out.csv").exists()
    for suffix in ("csv", "geojson", "kml"):
        path = tmp_path / f"out.{suffix}"
        ran = good(
            "export", "sites", "--for", "the ministry", "-o", path, "--co-sign", "releaser", *pair.at("blue")
        )
        assert (
            NOTIFICATION in ran.out
            and NOTIFICATION in path.read_text()
            and "North clinic" in path.read_text()
        )
        again = run("import", "sites", path, "--dry-run", *send(pair), *pair.at("blue", "releaser"))
        assert again.code == codes.OK, again.out
    opened = good("log", "--kind", "opened", "--json", *pair.at("blue")).json["entries"]
    assert len(opened) >= 3, "the record shows each bulk read"


def test_a_fault_of_the_whole_file_names_no_line(pair: Pair, tmp_path: Path) -> None:  # noqa: F811
    order = (*send(pair), *pair.at("blue", "releaser"))
    (tmp_path / "empty.csv").write_text("")
    whole = run("import", "sites", tmp_path / "empty.csv", *order)
    assert whole.code == codes.NO and "refused: file: nothing in it [empty]" in whole.out + whole.err
    (tmp_path / "torn.geojson").write_text('{"type": "FeatureCollection",\n "features": [}')
    torn = run("import", "sites", tmp_path / "torn.geojson", *order)
    assert torn.code == codes.NO and "refused: line 2, file: Expecting value" in torn.out + torn.err
    assert "do: write a GeoJSON FeatureCollection" in torn.out + torn.err


def test_each_addressee_is_named(pair: Pair, tmp_path: Path) -> None:  # noqa: F811
    path = sites(tmp_path, GOOD)
    for to in ((), ("--to", "all")):
        ran = run("import", "sites", path, "--mode", "EXERCISE", "--yes", *to, *pair.at("blue", "releaser"))
        assert ran.code == codes.NO and "each-addressee" in ran.err
    table = good("import", "movements", "--template", "csv").out
    moving = tmp_path / "moving.csv"
    moving.write_text(table)
    left_in = run("import", "movements", moving, "--dry-run", *send(pair), *pair.at("blue", "releaser"))
    assert left_in.code == codes.NO and "this is the template's example" in left_in.out
    moving.write_text(table.replace(" (example: replace these rows)", ""))
    good("import", "movements", moving, "--dry-run", *send(pair), *pair.at("blue", "releaser"))
    body = {"no_move_trigger": ["weather"], "lost_contact": "turn_back"}
    form = tmp_path / "movement.json"
    form.write_text(json.dumps({"mode": "EXERCISE", "body": body}))
    refused = run(
        "say", "movement.notify", "--file", form, "--to", "all", "--yes", *pair.at("blue", "releaser")
    )
    assert refused.code == codes.NO and "each-addressee" in refused.err
    good("say", "movement.notify", "--file", form, "--to", red(pair), "--yes", *pair.at("blue", "releaser"))


def test_everything_about_protected_places_says_what_notification_is_not(pair: Pair, tmp_path: Path) -> None:  # noqa: F811
    """boundary.md: it changes no obligation, and its absence removes no protection."""
    said = good("import", "sites", sites(tmp_path, GOOD), *send(pair), *pair.at("blue", "releaser"))
    entry = entries(pair, "blue")[-1]
    outputs = {
        "import": said.out,
        "template": good("import", "sites", "--template", "kml").out,
        "show": good("show", entry, *pair.at("blue")).out,
        "show --json": good("show", entry, "--json", *pair.at("blue")).out,
        "board": good("board", *pair.at("blue")).out,
        "board --json": good("board", "--json", *pair.at("blue")).out,
        "conflicts": run("conflicts", *pair.at("blue")).out,
    }
    assert [name for name, text in outputs.items() if NOTIFICATION not in " ".join(text.split())] == [], (
        "a screen wraps its lines"
    )


def test_areas_come_from_the_files_of_others_and_go_out_in_them(pair: Pair, tmp_path: Path) -> None:  # noqa: F811
    source = tmp_path / "ranges.txt"
    shape = "AL GND\nAH 3000ft AMSL\nV X=41:30:00 N 019:30:00 E\n"
    source.write_text(f"AC R\nAN RANGE 5\n{shape}DC 4\nAC R\nAN RANGE 6\n{shape}DC 4000\n")
    window = ("--start", "2026-12-01T00:00:00Z", "--end", "2026-12-31T00:00:00Z", "--area", "special_caution")
    wanted = (
        "import",
        "areas",
        source,
        *window,
        *send(pair),
        *pair.at("blue"),
        "--co-sign",
        "releaser",
        "--json",
    )
    ran = run(*wanted)
    assert ran.code == codes.NO and [row["name"] for row in ran.json["rows"]] == ["RANGE 5"]
    assert [(row["line"], row["code"]) for row in ran.json["faults"]] == [(7, "area-too-large")], ran.json[
        "faults"
    ]
    assert ran.json["rows"][0]["flags"] == ["kept", "permanent"]
    for ending in ("kmz", "ed269.json", "ed318.json"):
        path = tmp_path / f"areas.{ending}"
        good(
            "export", "areas", "--for", "the ministry", "-o", path, "--co-sign", "releaser", *pair.at("blue")
        )
        again = good("area", "convert", path, "-o", tmp_path / f"{ending}.geojson", "--json")
        assert any("special_caution" in row["name"] for row in again.json["rows"])
        assert ending == "kmz" or NOTIFICATION in path.read_text()
    refused = run(
        "export", "areas", "--for", "x", "-o", tmp_path / "a.txt", "--co-sign", "releaser", *pair.at("blue")
    )
    assert refused.code != codes.OK and "unknown-format" in refused.err
