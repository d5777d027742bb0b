"""Alerts as a watch reads them: one row a pair, figures with the units that people say, degrees in a draft."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from steerclear.api.native.wording import SAYS, denied
from steerclear.cli.alert import alert_table, by_pair, locked_lines
from steerclear.cli.encounter import in_degrees
from steerclear.judgement.separation.form import mover_of
from steerclear.node.mover_state import OwnMover
from steerclear.speech.authoring import from_tables
from steerclear.speech.kinds.alert import Relative
from steerclear.speech.kinds.common import Interval
from steerclear.speech.reading import quantity, read_struct

NAMES = {"aa": "blue", "bb": "us"}
PAIR = ("icao:f00000", "icao:f00001")


def row(id: str, party: str = "aa", **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": id * 32,
        "party": party,
        "at_home": False,
        "state": "confirmed",
        "level": "warning",
        "first_ms": 0,
        "over_ms": None,
        "reason": "",
        "least_low_mm": 0,
        "least_high_mm": 1_900_000,
        "vertical_low_tmm": 0,
        "vertical_high_tmm": 3_048_000,
        "whole_column": False,
        "rule": "minima",
        "age_ms": 8_000,
        "movers": PAIR,
        "own": (),
        "here": None,
        "same": (),
    }
    return plain | more


def test_one_row_a_pair_has_the_word_of_both_sides_and_all_has_every_row() -> None:
    here = {"says": "agree"}
    mine, theirs = row("01", "bb", own=(PAIR[1],)), row("02", here=here)
    caution = row("03", level="caution", state="cleared", reason="worse", over_ms=5)
    rows = [theirs, mine, caution]
    (pair,) = by_pair(rows)
    assert pair == rows
    head, line = alert_table([pair], NAMES)
    assert "blue: confirmed; us: confirmed" in line and "icao:f00001" in line and "agree" in line
    assert "judged by" in head and "minima" in line and "8 s old" in line
    assert len(alert_table([[one] for one in rows], NAMES)) == 4


def test_other_pairs_and_what_stays_at_home_have_rows_of_their_own() -> None:
    others = row("04", movers=("icao:f00000", "icao:f00002"))
    home = row("05", at_home=True, movers=())
    unread = row("06", movers=())
    assert len(by_pair([row("01"), others, home, unread])) == 4
    known = row("07", movers=(), same=("01" * 32,))
    assert [len(pair) for pair in by_pair([row("01"), known])] == [2], "known as one of the same two"


def test_what_a_side_said_of_an_earlier_encounter_of_the_same_two_is_not_its_word_of_this_one() -> None:
    minute = 60_000
    now = row("01", "bb", first_ms=40 * minute)
    earlier = row("02", first_ms=8 * minute, state="cleared", reason="apart", over_ms=12 * minute)
    pairs = by_pair([now, earlier])
    assert pairs == [[now], [earlier]]
    line = alert_table(pairs, NAMES)[1]
    assert "us: confirmed" in line and "blue" not in line
    beside = row("03", first_ms=39 * minute)
    assert by_pair([now, beside, earlier]) == [[now, beside], [earlier]], (
        "in one slot or the next it is this one"
    )


def test_an_empty_list_of_a_locked_node_says_what_it_cannot_tell() -> None:
    ring = {
        "rule": "locked-movers",
        "key": "movers.locked-fleet",
        "parameters": {"count": 2},
        "text": "Own movers",
    }
    assert locked_lines({"alarms": [ring, ring | {"rule": "separation"}]}) == ["Own movers"]
    assert locked_lines({"alarms": []}) == []


def test_figures_of_an_alert_are_read_in_the_units_that_people_say() -> None:
    figures = Relative(
        horizontal_mm=Interval(low=4_812_000, high=5_003_400),
        vertical_tmm=Interval(low=1_000, high=3_048_001),
        nearest_in_ms=62_000,
    )
    told = [one.value for one in read_struct(figures, "en", "body.relative")]
    assert told == ["4.812 km - 5.0034 km", "0 ft - 1001 ft", "62 s"]
    same = Relative(horizontal_mm=Interval(low=9_000, high=9_000))
    assert [one.value for one in read_struct(same, "en", "body.relative")] == ["9 m"]
    assert quantity(-450, "mm/s") == "-0.45 m/s" and quantity(205_777, "mm/s") == "205.777 m/s"


def test_a_draft_in_degrees_is_read_back_as_the_same_places() -> None:
    fix = {"at": "2026-11-22T10:00:00Z", "lat_e7": -412_345_678, "lon_e7": 5, "error_mm": 93_000}
    body = {"form": "safety_account", "own": [fix], "begin": "2026-11-22T10:00:00Z"}
    shown = in_degrees(body)
    assert shown["own"][0]["lat"] == "-41.2345678" and shown["own"][0]["lon"] == "0.0000005"
    assert "e7" not in str(shown)
    draft = from_tables({"kind": "encounter.report", "mode": "EXERCISE", "body": shown})
    assert not isinstance(draft, list) and draft.body["own"][0] == fix


@pytest.mark.parametrize("ident", ["ICAO:43C6E1", "43c6e1", "icao:43c6 e1", ""])
def test_a_mover_that_is_named_wrongly_is_refused_in_words(ident: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert({"ident": ident}, OwnMover)
    made = denied(caught.value, "bad-json", "body").refused
    assert made.field == "ident" and "icao:43c6e1" in made.remedy and "[" not in made.rule + made.remedy
    assert msgspec.convert({"ident": "icao:43c6e1"}, OwnMover)


def test_every_pattern_is_said_in_words_with_an_example_and_what_is_none_stays_as_it_was() -> None:
    for pattern, (rule, remedy) in SAYS.items():
        error = msgspec.ValidationError(f"Expected `str` matching regex {pattern!r} - at `$.movers[0].ident`")
        made = denied(error, "bad-json", "body").refused
        assert (made.rule, made.remedy, made.field) == (rule, remedy, "movers[0].ident")
        assert re.search(r"[0-9]", remedy)
    other = denied(ValueError("Expected `int`, got `str` - at `$.x`"), "bad-json", "body").refused
    assert other.field == "body" and "`int`" in other.rule


def test_a_class_of_movers_that_is_none_is_refused_with_those_that_are() -> None:
    faults: list[Any] = []
    plain = {"id": "N1", "lat": 50, "lon": 8, "time": "2026-11-22T10:00:00Z"}
    assert mover_of(plain | {"mover": "plane"}, "movers[0]", faults) is None
    assert "fixed_wing" in faults[0].remedy and "ship" in faults[0].remedy and "*" not in faults[0].remedy
    assert (
        mover_of(plain | {"speed": 3}, "movers[0]", faults) is None and "velocity_sigma" in faults[1].remedy
    )
    assert mover_of(plain | {"mover": "fixed_wing"}, "movers[0]", faults) is not None and len(faults) == 2
