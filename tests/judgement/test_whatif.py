"""`judge FILE`: a document in, an explained report out, faults by field; both sides have a JSON Schema."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steerclear.judgement import judge_file, schemas
from support.effort import examples

DOCUMENT = files("steerclear.judgement").joinpath("examples/what-if.toml").read_text()


def parsed(text: str = DOCUMENT):
    return tomllib.loads(text, parse_float=Decimal)


def test_a_document_is_judged_and_explained():
    report = judge_file(parsed())
    assert report["verdict"] == "conflict" and report["compared"] == 3 and report["faults"] == []
    first, *rest = report["judgements"]
    assert (first["a"]["entry"], first["b"]["entry"]) == ("F1", "F2")
    assert first["gives_way"] == {"party": "blue", "by": "medical"}
    assert first["minima"] == {"horizontal_mm": 9_260_000, "vertical_mm": 304_800, "time_ms": 600_000}
    assert first["words"].startswith("CONFLICT of F1") and len(first["judgement_hash"]) == 64
    assert [j["verdict"] for j in rest] == ["no_conflict", "no_conflict"]
    assert report["standing"] == ["not_judged(sealed)"] and "no clearance" in report["notice"]
    json.dumps(report)


def test_any_parser_of_numbers_gives_the_same_report():
    exact, floats = judge_file(parsed()), judge_file(tomllib.loads(DOCUMENT))
    assert exact == floats and exact["judgements"]
    document = json.loads(
        json.dumps(parsed(), default=lambda x: float(x) if isinstance(x, Decimal) else x.isoformat())
    )
    assert judge_file(document) == exact
    document["notices"][0]["volumes"][0]["polygon"][0] = [float("nan"), 19.8]
    assert judge_file(document)["faults"]


def test_the_report_and_the_document_fit_their_schemas():
    made = schemas()
    for schema in made.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(judge_file(parsed()), made["judge-report"])
    jsonschema.validate(judge_file({}), made["judge-report"])
    plain = json.loads(json.dumps(parsed(), default=str))
    jsonschema.validate(plain, made["judge-document"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"notices": [{"party": "blue"}]}, made["judge-document"])


def test_no_conflict_and_not_judged_are_told_apart():
    text = DOCUMENT.replace('"FL250"', '"FL400"').replace('"FL280"', '"FL410"')
    assert judge_file(parsed(text))["verdict"] == "no_conflict"
    document = parsed(text)
    del document["notices"][1]["geojson"]
    report = judge_file(document)
    assert report["verdict"] == "not_judged"
    assert {j.get("reason") for j in report["judgements"] if j["verdict"] == "not_judged"} == {"incomplete"}


@pytest.mark.parametrize(
    ("old", "new", "field", "rule"),
    [
        ('upper = "FL260"', 'upper = "FL100"', "notices[0].volumes[0].upper", "upper-below-lower"),
        ("2026-11-01T11:00:00Z", "2026-11-01T07:00:00Z", "notices[0].volumes[0].end", "end-not-after-start"),
        ("[41.0, 19.8]", "[91.0, 19.8]", "notices[0].volumes[0].polygon[0]", None),
        ('upper = "FL260"', 'upper = "FL260 MSL"', "notices[0].volumes[0].upper", None),
        ("coordinates = [20, 41]", "coordinates = [20, 410]", "notices[1].geojson", "latitude-over-90"),
        ('id = "F2"', 'id = "F1"', "notices", "id-twice"),
        ('priority = "medical"', 'priority = "first"', "notices[1]", "bad-notice"),
        ('priority = "medical"', "colour = 7", "notices[1]", "bad-notice"),
        ('horizontal = "5 NM"', "horizontal = 5.5", "parameters.horizontal_mm", "float"),
        ('give_way = ["life', 'give_weigh = ["life', "parameters.give_weigh", "unknown-parameter"),
        ("[[areas]]", "[[fields]]", "fields", "unknown-field"),
    ],
)
def test_faults_come_back_with_field_rule_and_remedy_and_nothing_is_judged(old, new, field, rule):
    assert old in DOCUMENT
    text = DOCUMENT.replace(old, new, 1)
    if "[[fields]]" in text:
        text = text.replace("[[areas.volumes]]", "[[fields.volumes]]")
    report = judge_file(parsed(text))
    assert report["verdict"] == "not_judged" and report["judgements"] == []
    hits = [f for f in report["faults"] if f["field"].startswith(field) and rule in (None, f["rule"])]
    assert hits and all(f["remedy"] for f in report["faults"]), report["faults"]
    jsonschema.validate(report, schemas()["judge-report"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "notices",
                    "areas",
                    "parameters",
                    "volumes",
                    "id",
                    "party",
                    "minima",
                    "circle",
                    "lower",
                    "geojson",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=examples(200), deadline=None)
@given(JSON | st.fixed_dictionaries({"notices": st.lists(JSON, max_size=2), "parameters": JSON}))
def test_any_document_gives_a_report(document):
    report = judge_file(document)
    assert report["judgements"] or report["faults"] or report["compared"] == 0


# ---- movers

MOVERS = files("steerclear.judgement").joinpath("examples/movers.toml").read_text()


def test_movers_are_judged_and_explained_beside_notices():
    report = judge_file(parsed(MOVERS))
    assert report["verdict"] == "conflict" and report["compared"] == 3 and report["judgements"] == []
    first, *rest = report["movers"]
    assert (first["a"], first["b"], first["level"]) == ("N1", "N2", "warning")
    assert first["loss"]["from_ms"] > first["worst_loss"]["from_ms"] > first["at_ms"]
    assert {"cpa_ms", "hmd_mm", "vmd_mm", "tau_ms", "tau_mod_ms", "tcoa_ms", "well_clear"} <= set(first)
    assert first["words"].startswith("WARNING: N1 and N2") and len(first["judgement_hash"]) == 64
    assert [(m["verdict"], m["vmd_mm"]) for m in rest] == [("no_conflict", 304_800)] * 2
    jsonschema.validate(report, schemas()["judge-report"])
    plain = json.loads(json.dumps(parsed(MOVERS), default=str))
    jsonschema.validate(plain, schemas()["judge-document"])


def test_notices_and_movers_of_one_file_give_the_worst_of_both():
    document = parsed(DOCUMENT) | {"movers": parsed(MOVERS)["movers"]}
    report = judge_file(document)
    assert report["compared"] == 6 and report["judgements"] and report["movers"]
    apart = parsed(MOVERS)
    apart["movers"][1]["altitude"] = "FL400"
    assert judge_file(apart)["verdict"] == "no_conflict"
    del apart["movers"][1]["position_sigma"]
    report = judge_file(apart)
    assert report["verdict"] == "not_judged"
    assert {m.get("reason") for m in report["movers"]} == {"no-uncertainty", None}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('mover = "fixed_wing"', 'mover = "plane"', ("fixed_wing, ground, rotary", "left out")),
        ('east = "230 m/s"', "east = 230", ("with its unit", "240 m/s")),
    ],
)
def test_what_is_wrong_of_a_mover_says_what_may_stand_there(old: str, new: str, words: tuple[str, ...]):
    (fault,) = judge_file(parsed(MOVERS.replace(old, new, 1)))["faults"]
    assert all(word in fault["remedy"] for word in words) and "$" not in fault["remedy"]


@pytest.mark.parametrize(
    ("old", "new", "field", "rule"),
    [
        ("lat = 50.0", "lat = 91", "movers[0].lat", "out-of-range"),
        ("time = 2026-11-22T10:00:00Z", "time = 2026-11-22T10:00:00", "movers[0].time", "no-zone"),
        ('east = "230 m/s"', 'east = "230"', "movers[0].east", "bad-quantity"),
        ('east = "230 m/s"', 'east = "23000 m/s"', "movers[0].east", "out-of-range"),
        ('altitude = "FL310"', 'altitude = "31000 ft"', "movers[0].altitude", "no-unit-or-reference"),
        ('position_sigma = "30 m"', 'position_sigma = "-30 m"', "movers[0].position_sigma", "out-of-range"),
        ('id = "N2"', 'id = "N1"', "movers", "id-twice"),
        ('id = "N2"', 'id = "N2"\nspeed = 3', "movers[1]", "bad-mover"),
        ('east = "230 m/s"', "east = 230", "movers[0].east", "bad-mover"),
        ('mover = "fixed_wing"', 'mover = "plane"', "movers[0].mover", "bad-mover"),
        ('mover = "fixed_wing"', 'mover = "no_fire"', "movers[0].mover", "bad-mover"),
        (
            "time = 2026-11-22T10:01:20Z",
            "time = 2026-11-22T10:00:10Z",
            "movers[2].legs[1].time",
            "leg-not-later",
        ),
        (
            "lon = 179.95, time = 2026-11-22T10:00:20Z",
            'lon = "x", time = 5',
            "movers[2].legs[0].lon",
            "bad-degrees",
        ),
    ],
)
def test_faults_of_movers_come_by_field_and_nothing_is_judged(old, new, field, rule):
    assert old in MOVERS
    report = judge_file(parsed(MOVERS.replace(old, new, 1)))
    assert report["verdict"] == "not_judged" and report["movers"] == []
    assert (field, rule) in {(fault["field"], fault["rule"]) for fault in report["faults"]}


def plan(name: str, party: str, lon: float, upper: str = "FL100") -> dict[str, object]:
    circle = {"centre": [41, lon], "radius": "5 km"}
    window = {"start": "2026-10-22T08:00:00Z", "end": "2026-10-22T09:00:00Z"}
    volume = {"circle": circle, "lower": "surface", "upper": upper} | window
    return {"id": name, "party": party, "kind": "activity.flight", "volumes": [volume]}


@pytest.mark.parametrize(
    ("lon", "words"), [(20.5, "horizontally apart by 116 km"), (30, "horizontally apart by 915 km")]
)
def test_far_apart_is_a_figure_and_never_without_end(lon: float, words: str) -> None:
    (found,) = judge_file({"notices": [plan("F1", "blue", 19), plan("F2", "red", lon)]})["judgements"]
    assert words in found["words"] and "by without end" not in found["words"]


def test_what_has_no_upper_limit_overlaps_without_end() -> None:
    both = [plan("F1", "blue", 19, "unlimited"), plan("F2", "red", 19, "unlimited")]
    (found,) = judge_file({"notices": both})["judgements"]
    assert "vertically overlapping without end" in found["words"] and "by without" not in found["words"]
