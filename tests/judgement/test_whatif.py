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
