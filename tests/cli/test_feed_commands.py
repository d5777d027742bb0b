"""`steerclear feed add|test` by hand: what is written, and each refusal beside what is taken."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from cli_world import Ran, good, run

from steerclear.app.feeding import check_formats
from steerclear.cli import codes
from steerclear.cli.feed import drops_text, feed_lines, stopwatch
from steerclear.config import FILE_NAME, FeedSection, check_feeds, check_ident, read_config
from steerclear.errors import Malformed

NODE = '[node]\nlisten = "127.0.0.1:8440"\n\n[names]\n"1f" = "Blue"\n'
SBS = "MSG,3,1,1,43C6E1,1,2026/03/02,05:00:00.000,2026/03/02,05:00:00.000,,35000,,,50.1,8.6,,,0,0,0,0\r\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / FILE_NAME).write_text(NODE)
    return tmp_path


def add(
    home: Path, *more: object, name: str = "roof", form: str = "sbs", address: str = "tcp://127.0.0.1:9"
) -> Ran:
    return run("feed", "add", name, "--format", form, "--address", address, "--home", home, *more)


def test_what_is_added_stands_in_the_settings_and_what_stood_there_stays(home: Path) -> None:
    assert add(home, "--trust", "shared", "--own", "icao:43c6e1", "--stale-after", 30).code == codes.OK
    (section,) = read_config(home).feed
    assert section == FeedSection(
        name="roof",
        format="sbs",
        address="tcp://127.0.0.1:9",
        trust="shared",
        own=("icao:43c6e1",),
        stale_after_s=30,
    )
    assert tomllib.loads((home / FILE_NAME).read_text())["names"] == {"1f": "Blue"}
    assert "feed-exists" in add(home).err
    assert add(home, name="mast").code == codes.OK


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("name", {"name": "Roof!"}),
        ("address", {"address": "serial:/dev/tty"}),
        ("address", {"address": "tcp://127.0.0.1"}),
        ("address", {"address": "file:"}),
        ("format", {"form": "morse"}),
        ("simulated", {"address": "replay:day.sbs"}),
    ],
)
def test_what_cannot_be_heard_is_refused_and_nothing_is_written(
    home: Path, field: str, changed: dict[str, str]
) -> None:
    ran = add(home, **changed)
    assert ran.code == codes.NO and field in ran.err
    assert (home / FILE_NAME).read_text() == NODE


def test_trust_is_no_higher_than_the_format_can_have(home: Path) -> None:
    assert "trust" in add(home, "--trust", "shared", form="cot").err
    assert add(home, "--trust", "local", form="cot").code == codes.OK


def test_a_recording_is_played_as_simulated_alone(home: Path) -> None:
    (home / "day.sbs").write_text(SBS)
    assert "simulated" in add(home, address="replay:day.sbs").err
    assert add(home, "--simulated", address="replay:day.sbs").code == codes.OK
    heard = good("feed", "test", "roof", "--home", home, "--seconds", 5, "--json").json
    assert (heard["positions"], heard["movers"], heard["drops"]) == (1, 1, {})
    said = good("feed", "test", "roof", "--home", home, "--seconds", 5).out
    assert "1 report, 1 position of 1 mover, read at once" in said and "as if it came now" in said


def test_what_goes_with_the_next_position_is_no_drop(home: Path) -> None:
    velocity = SBS.replace("MSG,3", "MSG,4").replace("35000,,,50.1,8.6", ",420,90,,")
    (home / "day.sbs").write_text(velocity + SBS + "nonsense\n")
    add(home, "--simulated", address="replay:day.sbs")
    said = good("feed", "test", "roof", "--home", home, "--seconds", 5).out
    assert "1 report without a position: what they say goes with the next one" in said
    assert "dropped 1: malformed" in said and "kept" not in said
    assert drops_text({"kept": 900, "late": 3}) == "late 3" and drops_text({"kept": 900}) == "-"


def test_a_feed_that_is_not_there_or_says_nothing(home: Path) -> None:
    assert "unknown-feed" in run("feed", "test", "roof", "--home", home).err
    (home / "day.sbs").write_text("nonsense\n")
    add(home, "--simulated", address="replay:day.sbs")
    ran = run("feed", "test", "roof", "--home", home, "--seconds", 5)
    assert ran.code == codes.NO and "malformed" in ran.out


def test_a_node_does_not_start_on_settings_that_cannot_be(home: Path) -> None:
    rows = (FeedSection(name="a", format="sbs", address="tcp://h:1"),) * 2
    with pytest.raises(Malformed, match="stands twice"):
        check_feeds(rows)
    with pytest.raises(Malformed, match="stale_after_s"):
        check_feeds((FeedSection(name="a", format="sbs", address="tcp://h:1", stale_after_s=0),))


def test_a_quiet_board_says_so() -> None:
    row = {"name": "roof", "state": "stopped", "age_ms": 42_000, "movers": 0}
    assert feed_lines([row]) == ["  feed roof STOPPED 00:42 ago; 0 movers known"]
    assert feed_lines([row | {"state": "live"}]) == ["  feed roof heard 00:42 ago; 0 movers known"]
    assert feed_lines([row | {"age_ms": None}]) == ["  feed roof STOPPED: never heard; 0 movers known"]
    assert feed_lines([]) == ["  no feed is set up: nothing that flies or sails is watched here"]
    assert stopwatch(3_642_000) == "1:00:42"
    assert drops_text({"late": 3, "no-position": 12}) == "no-position 12, late 3"


@pytest.mark.parametrize(
    ("ident", "stands"),
    [
        ("icao:43c6e1", True),
        ("icao:43c*", True),
        ("mmsi:273344040", True),
        ("rid:1581F4XF", True),
        ("icao:43C6E1", False),
        ("ICAO:43c6e1", False),
        ("icao:43c6e", False),
        ("43c6e1", False),
        ("", False),
    ],
)
def test_an_own_mover_is_named_as_feeds_name_it_or_refused(ident: str, stands: bool) -> None:
    """An address in capitals would match nothing, and its owner would never be warned."""
    if stands:
        check_ident(ident, "own")
        return
    with pytest.raises(Malformed) as refused:
        check_ident(ident, "own")
    assert refused.value.rule == "bad-ident" and "small letters" in refused.value.remedy


def test_on_no_line_yet_the_list_says_so_and_names_no_file_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEERCLEAR_PASSPHRASE", "low tide at the harbour wall")
    home = tmp_path / "blue"
    good("init", home, "--listen", "127.0.0.1:0")
    said = run("feed", "list", "--as", "watch", "--home", home)
    assert said.code == codes.NO and "no-line" in said.err and "steerclear line join" in said.err
    assert "keys.slots" not in said.err


@pytest.mark.slow
def test_options_and_site_are_written_so_that_the_node_reads_them_back(home: Path) -> None:
    """A radar that cannot be placed is heard for nothing: category 048 says where a plot is from its radar alone."""
    more = ("--option", 'radars={"25/201" = [50.03, 8.57, 142.0]}', "--option", 'editions={"021" = "2.4"}')
    where = {"form": "asterix", "address": "udp://239.255.17.4:8600"}
    assert add(home, *more, "--site", "50.03, 8.57", **where).code == codes.OK
    (section,) = read_config(home).feed
    assert section.options == {"radars": {"25/201": [50.03, 8.57, 142.0]}, "editions": {"021": "2.4"}}
    assert section.site == (50.03, 8.57)
    check_formats((section,))
    assert add(home, name="mast").code == codes.OK
    assert "options" not in (home / FILE_NAME).read_text().split("mast")[1]


@pytest.mark.parametrize(
    ("form", "option", "field"),
    [
        ("asterix", 'radars={"25/201" = [95.0, 8.57, 142.0]}', "feed roof: options.radars.25/201"),
        ("beast", "receiver=[52.3]", "feed roof: options.receiver"),
        ("beast", "receivr=[52.3, 4.7]", "feed roof: options.receivr"),
        ("ais", "receiver=[52.3, 4.7]", "feed roof: options.receiver"),
        ("sbs", "utc_offset_min=9999", "feed roof: options.utc_offset_min"),
        ("sbs", "utc_offset_min=east", "--option"),
        ("sbs", "utc_offset_min", "--option"),
    ],
)
def test_an_option_that_cannot_be_is_refused_and_nothing_is_written(
    home: Path, form: str, option: str, field: str
) -> None:
    ran = add(home, "--option", option, form=form)
    assert ran.code == codes.NO and f"refused: {field}" in ran.err and "  do: " in ran.err
    assert (home / FILE_NAME).read_text() == NODE


@pytest.mark.parametrize("site", ["somewhere", "50.03", "95,8"])
def test_a_site_that_is_no_place_is_refused(home: Path, site: str) -> None:
    ran = add(home, "--site", site)
    assert ran.code == codes.NO and "site" in ran.err and (home / FILE_NAME).read_text() == NODE


@pytest.mark.parametrize("form", ["readsb", "opensky", "remoteid"])
def test_documents_want_a_way_that_says_where_each_ends(home: Path, form: str) -> None:
    for way in ("tcp", "listen"):
        ran = add(home, form=form, address=f"{way}://127.0.0.1:9")
        assert ran.code == codes.NO and "address" in ran.err and "http" in ran.err
    assert add(home, form=form, address="http://127.0.0.1:9/x.json").code == codes.OK
    assert add(home, name="mast", form=form, address="udp://127.0.0.1:9").code == codes.OK
