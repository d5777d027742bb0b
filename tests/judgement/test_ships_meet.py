"""Two ships that come too near: heights do not count between them, so that nothing is said of heights (messages.md,
Distances)."""

from __future__ import annotations

import pytest

from steerclear.judgement.separation import telling
from steerclear.judgement.separation.meeting import Meeting, asked_of, meeting
from steerclear.judgement.separation.recompute import recompute
from steerclear.procedure.separation import near_collision
from steerclear.speech.parameters import Parameters
from support.movers import side

ONE, OTHER, AGREEMENT = "mmsi:273344040", "mmsi:211331640", "ab" * 32
AFLOAT = {"low_tmm": -150_000, "high_tmm": 900_000}
"""What is taken of a ship's height above the ellipsoid where none is stated: 15 m below to 90 m above."""


def two(one: str, other: str, **heights: int | None) -> Meeting:
    near = {"kt": 0.0, "source": "ais", **heights}
    a = side(ONE, mover=one, own=True, **near)  # type: ignore[arg-type]
    b = side(OTHER, mover=other, own=False, east_nm=0.05, **near)  # type: ignore[arg-type]
    return meeting(a, b, 0, asked_of(one, other, Parameters()))


def test_of_two_ships_nothing_is_said_of_heights() -> None:
    met = two("ship", "ship", **AFLOAT)
    figures = met.relative
    assert figures.loss_in_ms == 0 and figures.vertical_tmm is None is figures.least_vertical_tmm
    assert near_collision(figures.least_horizontal_mm, figures.least_vertical_tmm, Parameters()) == ""
    body = telling.body_of(met, "raised", "warning", 0, AGREEMENT, "states")
    assert body.whole_column is None, "no height was missing"
    assert recompute(body, {ONE: met.one, OTHER: met.two}, (), Parameters()).says == "agree"


@pytest.mark.parametrize(("one", "other"), [("rotary", "ship"), ("rotary", "rotary")])
def test_of_an_aircraft_and_another_it_is(one: str, other: str) -> None:
    met = two(one, other, **AFLOAT)
    figures = met.relative
    assert figures.vertical_tmm is not None and figures.least_vertical_tmm is not None
    assert near_collision(figures.least_horizontal_mm, figures.least_vertical_tmm, Parameters()) == "maybe"
    unknown = two(one, other, low_tmm=None, high_tmm=None)
    assert unknown.relative.vertical_tmm is None
    body = telling.body_of(unknown, "raised", "warning", 0, AGREEMENT, "states")
    assert body.whole_column is True
