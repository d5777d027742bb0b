"""`rules`, `say --coarse`, `units`, `erase`, `inline` against two real nodes: what goes out and what stays home."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_nodes import Pair, awaited, flight, two_nodes
from cli_world import good, run

from steerclear.cli import codes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("real-nodes")]
RULES = """
every_kind = true
[[release]]
kind = "activity.voyage"
release = "two"
from_hour = 22
to_hour = 6
[[coarse]]
kind = "activity.flight"
cell_km = 20
minutes = 60
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with two_nodes(tmp_path_factory.mktemp("rules")) as made:
        yield made


def written(folder: Path, text: str, name: str = "rules.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_two_officers_change_what_a_party_lets_go_out(pair: Pair, tmp_path: Path):
    file = written(tmp_path, RULES)
    alone = run("rules", "set", file, *pair.at("blue"))
    assert alone.code == codes.NO and "release-needed" in alone.err
    told = good("rules", "set", file, *pair.at("blue"), "--co-sign", "releaser").out
    assert "22 to 06" in told and "activity.flight, cells of 20 km, slots of 60 min" in told
    shown = good("rules", "show", *pair.at("blue"), "--json").json
    assert shown["release_table"][0]["kind"] == "activity.voyage" and shown["permitted"] is None
    assert "coarse forms: none" in good("rules", "show", *pair.at("red")).out, "it stays at home"
    listed = written(
        tmp_path, '[permitted."line.check"]\nbasis = "Order 7"\nexpires = 2099-01-01T00:00:00Z\n'
    )
    told = good("rules", "set", listed, *pair.at("blue"), "--co-sign", "releaser").out
    assert "permitted: line.check, Order 7, until 2099" in told and "cells of 20 km" in told, "the rest stays"
    path = written(tmp_path, json.dumps({"mode": "EXERCISE", "body": flight()}), "flight.json")
    refused = run(
        "say", "activity.flight", "--file", path, "--to", "all", *pair.at("blue", "releaser"), "--yes"
    )
    assert refused.code == codes.NO and "kind-not-permitted" in refused.err
    good("rules", "set", written(tmp_path, "every_kind = true"), *pair.at("blue"), "--co-sign", "releaser")
    pair.say("blue", "activity.flight", flight())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad-rules"),
        ("colour = 1", "bad-rules"),
        ("[[release]\n", "bad-rules"),
        ('[[release]]\nkind = "stop"\nrelease = "nobody"', "bad-release-table"),
        ('[[release]]\nkind = "stop"\nrelease = "two"', "watch-alone"),
        ('[[release]]\nkind = "stpo"\nrelease = "two"', "release[0].kind"),
        ('[[coarse]]\nkind = "activity.flight"\ncell_km = 20.5\nminutes = 60', "coarse[0].cell_km"),
        ('permitted = ["stop"]', '[permitted."KIND"]'),
        ('permitted.stop = "Order 7"', '[permitted."stop"] with basis'),
        ('[permitted."stop"]\nbasis = " "', "basis-missing"),
        ('[permitted."stop"]\nbasis = "x"\nexpires = "soon"', "bad-rules"),
        ('[[coarse]]\nkind = "stop"\ncell_km = 20\nminutes = 60', "bad-coarse-form"),
    ],
)
def test_bad_rules_change_nothing(pair: Pair, tmp_path: Path, text: str, code: str):
    before = good("rules", "show", *pair.at("red"), "--json").json
    ran = run("rules", "set", written(tmp_path, text), *pair.at("red"), "--co-sign", "releaser")
    assert ran.code == codes.NO and code in ran.err and "do:" in ran.err
    assert good("rules", "show", *pair.at("red"), "--json").json == before


def test_a_watch_that_waits_for_a_releaser(pair: Pair, tmp_path: Path):
    path = written(tmp_path, json.dumps({"mode": "EXERCISE", "body": flight(50)}), "flight.json")
    say = ("say", "activity.flight", "--file", path, "--to", "all", *pair.at("red"), "--yes")
    none = run(*say, "--coarse")
    assert none.code == codes.NO and "no-coarse-form" in none.err
    good("rules", "set", written(tmp_path, RULES), *pair.at("red"), "--co-sign", "releaser")
    assert "release-needed" in run(*say).err
    assert "releaser-has-time" in run(*say, "--coarse").err
    (task,) = [
        one for one in good("board", *pair.at("red"), "--json").json["tasks"] if one["for_role"] == "releaser"
    ]
    assert task["key"] == "tasks.release-wanted" and task["due_ms"] - task["since_ms"] == 180_000
    entry = pair.say("red", "activity.flight", flight(50))
    assert "coarse-form" not in good("show", entry, *pair.at("red"), "--json").json["subject"]["marks"]


def test_own_units_read_back_at_home(pair: Pair):
    entry = pair.say("blue", "activity.flight", flight(80))
    code = good("show", entry, *pair.at("blue"), "--json").json["entry"]["readback"]
    told = good("units", entry, f"battery-1={code}", "battery-2", *pair.at("blue")).out
    assert "1 of 2 units read the code back" in told
    assert (
        "the list before" not in good("units", entry, "battery-1", f"battery-2={code}", *pair.at("blue")).out
    )
    short = good("units", entry, f"battery-2={code}", *pair.at("blue")).out
    assert "1 of 1 unit read the code back" in short and "the list before had 2 units" in short
    wrong = run("units", entry, "battery-1=AAAA", *pair.at("blue"))
    assert wrong.code == codes.NO and "wrong-code" in wrong.err
    assert "no unit is listed" in good("units", entry, *pair.at("blue")).out


def test_n_of_m_goes_out_as_a_word_and_opens_for_an_inquiry(pair: Pair, tmp_path: Path):
    entry = pair.say("red", "activity.flight", flight(84))
    good("show", entry, "--until", "delivered", *pair.at("red"))
    code = good("show", entry, *pair.at("blue"), "--json").json["entry"]["readback"]
    until = (datetime.now(UTC) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
    told, kept = tmp_path / "told.json", tmp_path / "count.json"
    units = ("units", entry, f"battery-1={code}", f"battery-2={code}", "battery-3", "--until", until)
    half = run(*units, "-o", told, *pair.at("blue"))
    assert half.code == codes.NO and "nothing-kept" in half.err and not told.exists()
    good(*units, "-o", told, "--keep", kept, *pair.at("blue"))
    assert kept.stat().st_mode & 0o077 == 0
    say = ("say", "dissemination", "--file", told, "--ref", entry, "--to", "all", "--yes", "--json")
    said = good(*say, *pair.at("blue", "releaser")).json["id"]
    body = awaited(pair, said, "red")["payload"]["body"]
    assert body["word"] == "part" and not {"confirmed", "units"} & body.keys()
    assert "2 of 3 units: opens" in good("count", kept, "--commitment", body["count_commitment"]).out
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(json.loads(kept.read_text()) | {"confirmed": 3}))
    lie = run("count", changed, "--commitment", body["count_commitment"])
    assert lie.code == codes.NO and "DOES NOT OPEN" in lie.out
    assert "not-a-count" in run("count", told, "--commitment", body["count_commitment"]).err


def test_payloads_are_erased_by_command(pair: Pair):
    entry = pair.say("blue", "activity.flight", flight(100))
    order = ("erase", entry, "--reason", "retention", *pair.at("blue"), "--yes")
    early = run(*order, "--co-sign", "releaser")
    assert early.code == codes.NO and "not-over" in early.err
    pair.say("blue", "withdraw", {"reason": "weather"}, "--ref", entry)
    assert "release-needed" in run(*order).err
    asked = run(*(one for one in order if one != "--yes"), "--co-sign", "releaser")
    assert asked.code == codes.DECLINED
    done = good(*order, "--co-sign", "releaser", "--json").json
    assert done["entries"] >= 1
    view = good("show", entry, *pair.at("blue"), "--json").json
    assert view["entry"]["row"]["held"] == "erased" and not view["entry"]["payload"]
    good("fsck", pair.home("blue"))


def test_what_nobody_lacks_is_not_put_into_the_log(pair: Pair):
    entry = pair.say("blue", "activity.flight", flight(120))
    party = good("line", "card", pair.home("red") / "card.note", "--json").json["party"]
    refused = run("inline", entry, "--to", party, *pair.at("blue"))
    assert refused.code == codes.NO and "do:" in refused.err
