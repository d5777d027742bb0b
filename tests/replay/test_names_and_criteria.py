"""Stand-ins are filled in exactly, and each comparison can hold and not hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from scenario_files import STORY

from steerclear.errors import Malformed
from steerclear.replay.criteria import judge
from steerclear.replay.names import Names, Unsaid, dms
from steerclear.replay.scenario import Criterion, parse
from steerclear.space.positions import fix_of
from steerclear.speech import serial
from steerclear.speech.kinds.common import Position
from steerclear.units import parse_time

START = parse_time("2016-06-16T04:00:00Z")


def names() -> Names:
    made = Names(START)
    made.values = {"cease": "ab" * 32, "south": "cd" * 16, "cease.readback": "K7AX"}
    return made


def criterion(**tests: Any) -> Criterion:
    return Criterion(text="t", needs=("cease",), get="/board", where="seen", **tests)


def test_names_instants_and_second_forms_are_filled_in() -> None:
    filled = names().fill(
        {
            "refs": ["$cease"],
            "code": "$cease.readback",
            "since": "@+00:10:00",
            "local": "@local-01:00:00",
            "n": 3,
        }
    )
    assert filled == {
        "refs": ["ab" * 32],
        "code": "K7AX",
        "since": "2016-06-16T04:10:00Z",
        "local": "2016-06-16T03:00:00",
        "n": 3,
    }
    assert names().query("x[?id=='$cease' && at > {+00:00:01}]") == (
        f"x[?id=='{'ab' * 32}' && at > `{START + 1000}`]"
    )


def test_a_name_without_a_value_is_unsaid() -> None:
    with pytest.raises(Unsaid):
        names().fill("$nobody")


@pytest.mark.parametrize(("lat", "lon"), [(33.5081, 38.6179), (-0.0001, 179.99999), (89.9, -0.5)])
def test_the_second_form_is_the_same_place(lat: float, lon: float) -> None:
    fix = fix_of(Position(form="dms", text=dms(lat, lon)))
    assert abs(fix.lat_e7 - round(lat * 1e7)) < 100 and abs(fix.lon_e7 - round(lon * 1e7)) < 100


@pytest.mark.parametrize(
    ("seen", "tests", "held"),
    [
        ("heard", {"equals": "heard"}, True),
        ("heard", {"equals": "raised"}, False),
        (1, {"equals": True}, False),
        (True, {"equals": True}, True),
        ([1, "x"], {"equals": [1, "x"]}, True),
        (["a", "b"], {"contains": "a"}, True),
        (["a", "b"], {"contains": ["a", "c"]}, False),
        ("NO PLAY: real", {"contains": "no play"}, True),
        (None, {"contains": "a"}, False),
        (["a"], {"lacks": ["b", "c"]}, True),
        (["a", "b"], {"lacks": ["b"]}, False),
        (None, {"lacks": "b"}, False),
        (5, {"at_least": 5, "at_most": 5}, True),
        (5, {"at_least": 6}, False),
        (5, {"at_most": 4}, False),
        (True, {"at_least": 0}, False),
        ("5", {"at_least": 0}, False),
        (START + 60_000, {"within": ["+00:00:59", "+00:01:00"]}, True),
        (START + 60_001, {"within": ["+00:00:59", "+00:01:00"]}, False),
        (START, {"equals": "+00:00:00"}, True),
        ("cd" * 16, {"equals": "$south"}, True),
    ],
)
def test_comparisons(seen: Any, tests: dict[str, Any], held: bool) -> None:
    assert judge(criterion(**tests), {"seen": seen}, names()).held is held


def test_a_query_that_does_not_fit_the_answer_does_not_hold() -> None:
    asked = Criterion(text="t", needs=("cease",), get="/board", where="contains(x, 'a')", equals=True)
    assert judge(asked, {"x": "ab"}, names()).held
    assert not judge(asked, {"x": None}, names()).held


def test_a_query_that_is_none_is_refused() -> None:
    asked = Criterion(text="t", needs=("cease",), get="/board", where="x[?", equals=True)
    with pytest.raises(Malformed) as caught:
        judge(asked, {}, names())
    assert caught.value.rule == "bad-query"


def test_positions_keep_their_digits() -> None:
    position = parse(STORY).step[0].body["positions"][0]
    assert position["lat"] == Decimal("33.5")


def test_a_serial_is_that_of_a_party_and_a_day_and_a_wrong_one_is_wrong() -> None:
    right = names().fill("~serial $south +23:00:00 7")
    read = serial.parse(right)
    assert (read.party, read.day, read.number) == (serial.party_number("cd" * 16), "160617", 7)
    with pytest.raises(Malformed, match="wrong-check-digits"):
        serial.parse(names().fill("~serial $south +23:00:00 7 wrong"))
    with pytest.raises(Unsaid):
        names().fill("~serial $nobody +23:00:00 7")
