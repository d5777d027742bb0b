"""Refusals of form at the desk: each names its own field, its rule and what to write, in words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from steerclear.speech import authoring, form, table
from steerclear.speech.salvage import salvage

SITE = {"name": "School 5", "function": "school", "occupancy": "50_to_200", "marking": ["flag"]}


def told(body: Any, kind: str = "site.notify") -> dict[str, tuple[str, str]]:
    """Field → (rule, remedy)."""
    found = form.filled(kind, {}, body)
    return {one.field: (one.rule, one.remedy) for one in found} if isinstance(found, list) else {}


def test_what_is_right_is_taken() -> None:
    assert told(SITE) == {}


@pytest.mark.parametrize(
    ("change", "field", "rule", "remedy"),
    [
        ({"function": "scool"}, "body.function", "'scool' is none of its values", "perhaps school; one of"),
        ({"occupancy": "few"}, "body.occupancy", "'few' is none of its values", "one of up_to_10, 10_to_50"),
        ({"marking": ["red crescent"]}, "body.marking[0]", "none of its values", "perhaps red_crescent"),
        ({"name": 5}, "body.name", "5 is not", "text in quotation marks (1 to 200 long)"),
        ({"extent_mm": -4}, "body.extent_mm", "-4 is not", "a whole number from 0 to"),
        ({"marking": "flag"}, "body.marking", "'flag' is not", "a list in brackets"),
        ({"nmae": "x"}, "body.nmae", "unknown field", "perhaps name"),
        ({"positions": [{}]}, "body.positions[0].form", "it is required", "give one of wgs84"),
    ],
    ids=["near", "far", "in a list", "no text", "below", "no list", "unknown", "missing"],
)
def test_each_fault_says_what_to_write(change: dict[str, Any], field: str, rule: str, remedy: str) -> None:
    found = told(SITE | change)
    assert rule in found[field][0] and remedy in found[field][1], found


def test_of_two_faults_each_has_its_own_words() -> None:
    found = told(SITE | {"function": "scool", "occupancy": "few"})
    assert "scool" in found["body.function"][0] and "few" in found["body.occupancy"][0]


def test_of_a_place_only_what_is_wrong_is_refused() -> None:
    text = 'mode = "REAL"\n[body]\npositions = [{ lat = "41N", lon = 19.8187 }]\nverified_at = 2026-10-31T09:00:00\n'
    found = authoring.from_file(text.encode(), ".toml", "site.notify")
    assert isinstance(found, list)
    assert [one.field for one in found] == ["body.positions[0].lat", "body.verified_at"]
    beside = authoring.from_file(
        b'mode = "REAL"\n[body]\nextent = "wide"\nname = 1.5\n', ".toml", "site.notify"
    )
    assert isinstance(beside, list) and "body.name" in [one.field for one in beside], (
        "a fraction of its own is told"
    )


def test_a_body_without_its_heading_is_told_once() -> None:
    text = b'mode = "REAL"\n[inner]\noffice = "Cell"\nname = "x"\nverified_at = 2026-10-31T09:00:00Z\nextent = 1.5\n'
    found = authoring.from_file(text, ".toml", "site.notify")
    assert isinstance(found, list) and [(one.code, one.field) for one in found] == [("not-a-table", "body")]
    assert "[body] above extent, verified_at" in found[0].remedy
    whole = text.replace(b"name =", b"[body]\nname =").replace(b"1.5", b'"300 m"')
    assert not isinstance(authoring.from_file(whole, ".toml", "site.notify"), list)


def test_no_refusal_shows_an_expression_or_a_path_of_a_decoder() -> None:
    for kind in table.spoken():
        assert kind.body is not None
        for wrong in (7, "%", [7], {}, {"%": 1}, True, None):
            body = dict.fromkeys((field for field in kind.body.__struct_fields__), wrong)
            for one in form.filled(kind.name, {}, body) or ():
                words = f"{getattr(one, 'rule', '')} {getattr(one, 'remedy', '')}"
                assert not re.search(r"`\$|\^\[|regex|steerclear schema|Expected", words), words


def test_what_arrives_is_read_as_before() -> None:
    row = table.kind("site.notify")
    assert row is not None and row.body is not None
    read, faults = salvage(row.body, SITE | {"occupancy": "few"})
    assert read is not None and faults == [("malformed", "occupancy")]
