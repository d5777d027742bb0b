"""Live separation: an alert says where two come as near as a near mid-air collision (messages.md, Distances)."""

from __future__ import annotations

import pytest

from steerclear.procedure.separation import known, near_collision
from steerclear.procedure.subject import SeparationAlert
from steerclear.speech.kinds.common import Interval
from steerclear.speech.parameters import Parameters
from steerclear.speech.separation import DEFAULT_SEPARATION

FOOT_MM, FOOT_TMM = 304.8, 3_048
NUMBERS = Parameters()


def feet(low: float, high: float, a_foot: float) -> Interval:
    return Interval(low=round(low * a_foot), high=round(high * a_foot))


def test_aircraft_keep_five_miles_or_a_thousand_feet_by_default():
    row = next(one for one in DEFAULT_SEPARATION if (one.a, one.b) == ("aircraft", "aircraft"))
    assert (row.horizontal_mm, row.vertical_tmm) == (5 * 1_852_000, 1_000 * FOOT_TMM)
    assert (NUMBERS.near_miss_mm, NUMBERS.near_miss_tmm) == (round(500 * FOOT_MM), 100 * FOOT_TMM)


@pytest.mark.parametrize(
    ("least", "high", "found"),
    [
        ((100, 499), (0, 99), "yes"),
        ((100, 500), (0, 99), "maybe"),
        ((100, 499), (0, 100), "maybe"),
        ((500, 600), (0, 99), ""),
        ((100, 499), (100, 200), ""),
        ((9_000, 9_500), (900, 1_000), ""),
    ],
)
def test_nearer_than_500_ft_and_100_ft_at_once(least, high, found):
    made = near_collision(feet(*least, FOOT_MM), feet(*high, FOOT_TMM), NUMBERS)
    assert made == found


def test_a_height_that_is_not_known_or_does_not_count_is_no_collision_in_the_air():
    assert near_collision(feet(0, 10, FOOT_MM), None, NUMBERS) == ""
    assert near_collision(None, feet(0, 10, FOOT_TMM), NUMBERS) == ""


def test_the_alarm_says_so():
    def said(near: str) -> list[str]:
        return [part["key"] for part in known(SeparationAlert("", "raised", near_collision=near))]

    assert said("yes") == ["movers.part.near-collision"]
    assert said("maybe") == ["movers.part.near-collision-maybe"]
    assert said("") == ["movers.part.nothing-more"]
