"""The local zone is shown beside UTC, never in its place (messages.md, Distances); JSON has UTC alone."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_world import good, run

from steerclear.cli import codes, show, zone
from steerclear.config import FILE_NAME, read_config
from steerclear.errors import Malformed
from steerclear.units import parse_time

AT = parse_time("2015-10-20T14:05:00Z")
LATE = parse_time("2015-10-20T22:30:00Z")


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    yield
    zone.use(Namespace())


def use(name: str, **more: Any) -> None:
    zone.use(Namespace(zone=name, node=more.pop("node", "http://x"), **more))


def test_without_a_zone_there_is_utc_alone() -> None:
    zone.use(Namespace())
    assert show.instant(AT) == "2015-10-20T14:05:00Z (201405ZOCT15)"
    assert (show.clock(AT), zone.in_text("until 201405ZOCT15")) == ("1405Z", "until 201405ZOCT15")


@pytest.mark.parametrize(
    ("name", "at", "local"),
    [
        ("Europe/Tirane", AT, "16:05 (+02:00)"),
        ("Europe/Tirane", LATE, "2015-10-21 00:30 (+02:00)"),
        ("Europe/Tirane", parse_time("2015-10-25T01:30:00Z"), "02:30 (+01:00)"),
        ("Asia/Kathmandu", AT, "19:50 (+05:45)"),
        ("America/New_York", parse_time("2015-10-20T02:00:00Z"), "2015-10-19 22:00 (-04:00)"),
    ],
)
def test_utc_stands_first_and_the_local_time_beside_it(name: str, at: int, local: str) -> None:
    plain = show.instant(at)
    use(name)
    assert show.instant(at) == f"{plain}, local {local}"
    assert show.instant(None) == "-"


def test_the_time_of_day_and_words_have_it_too() -> None:
    use("Europe/Tirane")
    assert show.clock(AT) == "1405Z, 1605 local"
    assert zone.in_text("Flight: 201405ZOCT15 to 202230ZOCT15") == (
        "Flight: 201405ZOCT15 [local 16:05 (+02:00)] to 202230ZOCT15 [local 2015-10-21 00:30 (+02:00)]"
    )
    assert (
        zone.in_text("from 2015-10-20T14:05:00Z on") == "from 2015-10-20T14:05:00Z [local 16:05 (+02:00)] on"
    )
    assert zone.in_text("ended 201405ZOCT15.") == "ended 201405ZOCT15 [local 16:05 (+02:00)]."
    assert zone.in_text(show.instant(AT)) == show.instant(AT), "not twice"
    assert zone.in_text("990000ZXXX15") == "990000ZXXX15"


def test_json_stays_utc_inside_an_answer_and_as_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    use("Europe/Tirane")
    payload = '{\n "start": "2015-10-20T14:05:00Z"\n}'
    show.emit(Namespace(json=False), {}, [payload, "at 2015-10-20T14:05:00Z"])
    assert capsys.readouterr().out == f"{payload}\nat 2015-10-20T14:05:00Z [local 16:05 (+02:00)]\n"
    show.emit(Namespace(json=True), {"at": "2015-10-20T14:05:00Z"}, [])
    assert "local" not in capsys.readouterr().out


def test_the_site_sets_it_and_the_option_stands_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEERCLEAR_PASSPHRASE", "low tide")
    home = tmp_path / "blue"
    good("init", home, "--zone", "Asia/Kathmandu")
    assert read_config(home).node.zone == "Asia/Kathmandu"
    zone.use(Namespace(zone="", node="", home=home))
    assert zone.beside(AT) == ", local 19:50 (+05:45)"
    zone.use(Namespace(zone="Europe/Tirane", node="", home=home))
    assert zone.beside(AT) == ", local 16:05 (+02:00)"
    zone.use(Namespace(zone="", node="http://elsewhere", home=home))
    assert zone.beside(AT) == "", "another machine's folder says nothing about this one"
    zone.use(Namespace(zone="", node="", home=tmp_path / "none"))
    assert zone.beside(AT) == ""


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "/etc/localtime", "UTC+2", "Europe"])
def test_a_zone_that_is_none_is_refused_with_its_remedy(name: str) -> None:
    use("UTC")
    with pytest.raises(Malformed, match="unknown-zone") as caught:
        use(name)
    assert caught.value.field == "--zone"
    assert "Europe/Tirane" in caught.value.remedy


def test_a_command_refuses_it_by_field_rule_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEERCLEAR_PASSPHRASE", "low tide")
    home = tmp_path / "blue"
    good("init", home)
    ran = run("board", "--home", home, "--as", "watch", "--zone", "Mars/Olympus")
    assert (ran.code, "unknown-zone" in ran.err, "--zone" in ran.err) == (codes.NO, True, True)
    path = home / FILE_NAME
    path.write_text(path.read_text().replace("[node]\n", '[node]\nzone = "Mars/Olympus"\n'))
    ran = run("board", "--home", home, "--as", "watch")
    assert (ran.code, "node.zone" in ran.err) == (codes.NO, True)
