"""`steerclear judge`: exit codes that scripts can use, and the sentences that must stand there."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from cli_world import run

from steerclear.cli import codes

PLAN = """
[[{list}]]
id = "{id}"
party = "{party}"
[[{list}.volumes]]
polygon = [[41.0, {lon}], [41.0, {lon2}], [41.4, {lon2}], [41.4, {lon}]]
lower = "FL100"
upper = "FL120"
start = "2026-11-01T08:00:00Z"
end = "2026-11-01T09:00:00Z"
"""


def plan(id: str, party: str, lon: float, list: str = "notices") -> str:
    return PLAN.format(id=id, party=party, lon=lon, lon2=lon + 0.5, list=list)


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        (plan("A", "blue", 19.0) + plan("B", "red", 19.2), codes.CONFLICT, "CONFLICT"),
        (plan("A", "blue", 19.0) + plan("B", "red", 25.0), codes.OK, "NO CONFLICT"),
        (plan("A", "blue", 19.0) + '[[notices]]\nid = "B"\nparty = "red"\n', codes.NOT_JUDGED, "NOT JUDGED"),
    ],
)
def test_the_exit_code_is_the_verdict(tmp_path: Path, text: str, code: int, word: str):
    path = tmp_path / "what-if.toml"
    path.write_text(text)
    ran = run("judge", path)
    assert ran.code == code and ran.out.startswith(word), ran
    assert "no clearance" in ran.out and "not_judged(sealed)" in ran.out
    assert "international humanitarian law" in ran.out
    told = run("judge", path, "--json")
    assert told.code == code and told.json["verdict"].replace("_", " ").upper() == word


def test_a_conflict_says_where_how_much_and_who_gives_way(tmp_path: Path):
    path = tmp_path / "what-if.toml"
    path.write_text(plan("A", "blue", 19.0) + plan("B", "red", 19.2))
    out = run("judge", path).out
    assert "A#0" in out and "B#0" in out and " m" in out and "2026-11-01T08:00:00Z (010800ZNOV26)" in out
    assert "neither has priority" in out


def test_faults_come_by_field_rule_and_remedy(tmp_path: Path):
    path = tmp_path / "bad.toml"
    path.write_text(plan("A", "blue", 19.0).replace("FL120", "FL90") + "[what]\n")
    ran = run("judge", path)
    assert ran.code == codes.NO and "notices[0]" in ran.err and "do:" in ran.err and "what" in ran.err
    assert run("judge", path, "--json").json["faults"]
    path.write_text("= no toml")
    assert run("judge", path).code == codes.NO
    assert run("judge", tmp_path / "absent.toml").code == codes.NO
    assert run("judge").code == codes.USAGE


def test_the_schemas_are_published(tmp_path: Path):
    made = json.loads(run("judge", "--schema").out)
    for schema in made.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    path = tmp_path / "what-if.toml"
    path.write_text(plan("A", "blue", 19.0) + plan("B", "red", 19.2))
    jsonschema.validate(run("judge", path, "--json").json, made["judge-report"])


def test_movers_are_a_table_with_every_measure(tmp_path: Path):
    path = tmp_path / "movers.toml"
    text = files("steerclear.judgement").joinpath("examples/movers.toml").read_text()
    path.write_text(text)
    ran = run("judge", path)
    assert ran.code == codes.CONFLICT and ran.out.startswith("CONFLICT")
    assert all(
        word in ran.out for word in ("nearest in", "HMD", "VMD", "τ_mod", "TCOA", "loss after", "worst case")
    )
    assert "WARNING: N1 and N2 lose separation" in ran.out and "no clearance" in ran.out
    assert "VMD: the least vertical distance" in ran.out
    (line,) = [row for row in ran.out.splitlines() if row.startswith("conflict ")]
    assert re.split(r"  +", line.strip())[1:] == [
        *("warning", "N1", "N2", "62.1 s", "0.2 m", "0.0 m", "42.1 to 82.2 s", "41.6 to 82.9 s"),
        *("62.1 s", "55.7 s", "0.0 s", "62.0 s"),
    ]
    path.write_text(text.replace('altitude = "FL310"\n', "", 1))
    unknown = run("judge", path).out
    assert re.search(r"0\.2 m +height not known: any", unknown) and "the whole column was judged" in unknown
    path.write_text(
        text.replace('"-450 kt"', '"450 kt"').replace('altitude = "FL310"', 'altitude = "FL400"', 1)
    )
    ran = run("judge", path)
    assert ran.code == codes.OK and "NO CONFLICT" in ran.out
    path.write_text(text.replace('east = "230 m/s"\n', ""))
    assert run("judge", path).code == codes.NOT_JUDGED


def test_where_a_table_of_well_clear_is_named_its_own_tau_mod_stands_last(tmp_path: Path):
    path = tmp_path / "movers.toml"
    text = files("steerclear.judgement").joinpath("examples/movers.toml").read_text()
    path.write_text(text)
    table = [re.split(r"  +", row.strip()) for row in run("judge", path).out.splitlines()[2:4]]
    assert [row[-1] for row in table] == ["τ_mod DO-365", "62.0 s"], (
        "DMOD 4,000 ft, where the minimum is 5 NM"
    )
    path.write_text(text.replace('well_clear = "en_route"', ""))
    assert "DO-365" not in run("judge", path).out.splitlines()[2]
