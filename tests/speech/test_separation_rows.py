"""How far movers stay apart, as data: which row holds for two classes, and what an agreement may not write."""

from __future__ import annotations

import pytest

from steerclear.errors import Malformed
from steerclear.speech.parameters import Parameters
from steerclear.speech.separation import DEFAULT_SEPARATION, Separation, moving_class

PLAIN = Parameters()
ROW = {"a": "ship", "b": "ship", "horizontal_mm": 5, "look_ahead_ms": 3, "caution_ms": 2, "warning_ms": 1}


def test_classes_of_plans_are_read_as_those_of_feeds():
    assert [moving_class(one) for one in ("fixed_wing", "rotary", "balloon", "ship", "unmanned")] == [
        *("aircraft", "aircraft", "aircraft", "ship", "unmanned")
    ]
    assert moving_class("") == moving_class("protected_site") == "*"


def test_each_pair_of_classes_has_its_row_in_either_order():
    for row in DEFAULT_SEPARATION:
        for a, b in ((row.a, row.b), (row.b, row.a)):
            found = PLAIN.separation_for(a, b)
            assert (found.horizontal_mm, found.vertical_tmm) == (row.horizontal_mm, row.vertical_tmm)
            assert (found.look_ahead_ms, found.caution_ms) == (row.look_ahead_ms, row.caution_ms)
            assert found.warning_ms == row.warning_ms


def test_air_to_air_is_five_miles_and_a_thousand_feet_and_ships_ask_nothing_of_altitude():
    air = PLAIN.separation_for("fixed_wing", "rotary")
    assert (air.horizontal_mm, air.vertical_tmm) == (9_260_000, 3_048_000)
    assert PLAIN.separation_for("ship", "ship").vertical_tmm is None
    assert PLAIN.separation_for("ground", "ship").horizontal_mm == 0


def test_a_class_that_is_not_known_asks_for_the_most():
    found = PLAIN.separation_for("", "ship")
    assert found.horizontal_mm == 1_852_000 and found.look_ahead_ms == 30 * 60_000
    assert found.vertical_tmm == 3_000_000
    assert PLAIN.separation_for("", "").horizontal_mm == 9_260_000


def test_the_agreement_sets_rows_and_the_pair_s_own_stands_over_a_wide_one():
    made = Parameters.from_dict({"separation": [ROW | {"b": "*", "horizontal_mm": 9}, ROW]})
    assert made.separation_for("ship", "ship").horizontal_mm == 5
    assert made.separation_for("ship", "aircraft").horizontal_mm == 9
    assert made.separation_for("aircraft", "aircraft") == Separation()
    assert made.hash != PLAIN.hash and Parameters.from_dict(made.to_dict()) == made


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([ROW | {"a": "ship", "b": "aircraft"}, ROW | {"a": "aircraft", "b": "ship"}], "separation-twice"),
        ([ROW | {"warning_ms": 3}], "warning-before-caution"),
        ([ROW | {"caution_ms": 4}], "warning-before-caution"),
        ([ROW | {"a": "submarine"}], "bad-parameter"),
        ([ROW | {"horizontal_mm": -1}], "bad-parameter"),
    ],
)
def test_what_no_agreement_may_say(rows, rule):
    with pytest.raises(Malformed) as refused:
        Parameters.from_dict({"separation": rows})
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"well_clear": "dwc"}, "parameters.well_clear", "one of none, en_route, terminal, non_cooperative"),
        (
            {"separation": [ROW | {"b": "plane"}]},
            "parameters.separation[0].b",
            "one of *, aircraft, unmanned, ship, ground",
        ),
        ({"give_way": ["first_seen", "x"]}, "parameters.give_way[1]", "one of life_safety, medical, rescue"),
        ({"minima": 3}, "parameters.minima", "a list in brackets"),
    ],
)
def test_a_word_that_is_none_of_its_list_is_refused_with_the_list(values, field, words):
    with pytest.raises(Malformed) as refused:
        Parameters.from_dict(values)
    assert refused.value.field == field and words in refused.value.remedy
    assert Parameters.from_dict({"well_clear": "terminal"}).well_clear == "terminal"
