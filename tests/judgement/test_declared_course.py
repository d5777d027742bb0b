"""What an own mover declared is followed leg by leg in live looks: beside the straight course, never instead of it."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from test_separation_judged import flight

from steerclear.judgement import Fix, Rules, judge_two
from steerclear.judgement.separation import watch
from steerclear.judgement.separation.course import DeclaredLine, Leg, legs_of
from steerclear.judgement.separation.levels import Levels
from steerclear.judgement.separation.life import Look
from steerclear.judgement.separation.meeting import Meeting, Side
from steerclear.kernels import Movers
from steerclear.space.geodesic import direct, inverse
from steerclear.speech.parameters import Parameters
from support.movers import OTHER, OWN, side

NOW = 1_800_000_000_000
PLAIN = Parameters()
START = (40.0, 19.0)
TURN = direct(START, 90, 8_000)
END = direct(TURN, 0, 60_000)
SPEED = 200.0


def e7(place: tuple[float, float]) -> tuple[int, int]:
    return round(place[0] * 1e7), round(place[1] * 1e7)


LINE = DeclaredLine((e7(START), e7(TURN), e7(END)), 2_000_000, NOW - 60_000, NOW + 3_600_000)


def going(
    ident: str, place: tuple[float, float], east: float = 0.0, north: float = 0.0, **more: object
) -> Side:
    lat_e7, lon_e7 = e7(place)
    moves = {
        "lat_e7": lat_e7,
        "lon_e7": lon_e7,
        "east_mm_s": round(east * 1e3),
        "north_mm_s": round(north * 1e3),
    }
    return side(ident, at_ms=NOW, **moves | more)


def look(
    one: Side, two: Side, *lines: DeclaredLine, numbers: Parameters = PLAIN, levels: Levels | None = None
) -> Look[Meeting]:
    sides = (one, two)
    movers = Movers.of(
        [s.lat_e7 / 1e7 for s in sides],
        [s.lon_e7 / 1e7 for s in sides],
        alt_low_m=[s.low_tmm / 1e4 for s in sides],
        alt_high_m=[s.high_tmm / 1e4 for s in sides],
        ve_mps=[s.east_mm_s / 1e3 for s in sides],
        vn_mps=[s.north_mm_s / 1e3 for s in sides],
        group=1,
    )
    legs = legs_of(one, lines, NOW, 600.0)
    handles = [s.handle for s in sides]
    own = np.array([s.own for s in sides])
    return watch.look(
        movers, handles, own, sides.__getitem__, NOW, numbers, levels=levels, legs={0: legs} if legs else {}
    )


OURS = going(OWN, START, SPEED)
BEHIND = going(OTHER, direct(TURN, 0, 24_000), 0.0, -50.0)
"""24 km beyond the turn: the straight course keeps more than 5 NM away from it within two minutes."""


def test_a_loss_behind_a_declared_turn_is_found_and_says_by_what() -> None:
    assert not look(OURS, BEHIND).seen, "straight on the two never come near"
    (seen,) = look(OURS, BEHIND, LINE).seen
    assert seen.level is not None and seen.what.rule == "course"
    assert seen.what.relative.loss_in_ms is None, "the figures are those of the two states"
    away = going(OTHER, direct(TURN, 180, 24_000), 0.0, -50.0)
    assert not look(OURS, away, LINE).seen, "and whoever flies where it does not turn to is not met"


def test_what_is_declared_keeps_no_alert_away() -> None:
    """The straight course loses its separation though the declared one turns off before."""
    ahead = going(OTHER, direct(START, 90, 30_000), -SPEED)
    for lines in ((), (LINE,)):
        (seen,) = look(OURS, ahead, *lines).seen
        assert (seen.level, seen.what.rule) == ("warning", "minima")


def test_the_loss_begins_when_the_judge_of_two_says() -> None:
    """The same course as declared legs of the what-if; it differs by the straight course being judged too."""
    first_s = 8_000 / SPEED
    legs = (
        Fix(at_ms=NOW + round(first_s * 1e3), lat_e7=LINE.points[1][0], lon_e7=LINE.points[1][1]),
        Fix(
            at_ms=NOW + round((8_000 + 60_000) / SPEED * 1e3),
            lat_e7=LINE.points[2][0],
            lon_e7=LINE.points[2][1],
        ),
    )
    exact = {"sigma_pos_mm": 0, "sigma_vel_mm_s": 0}
    one = flight("A", *START, SPEED, legs=legs, **exact)
    two = flight("B", BEHIND.lat_e7 / 1e7, BEHIND.lon_e7 / 1e7, 0, -50, **exact)
    judged = judge_two(one, two, Rules(PLAIN))
    assert judged.loss is not None
    from steerclear.judgement.separation.course import losses_ms

    states = Movers.of(
        [s.lat_e7 / 1e7 for s in (OURS, BEHIND)],
        [s.lon_e7 / 1e7 for s in (OURS, BEHIND)],
        alt_low_m=9_000.0,
        alt_high_m=9_000.0,
        ve_mps=[SPEED, 0.0],
        vn_mps=[0.0, -50.0],
        group=1,
    )
    found = losses_ms(states, {0: legs_of(OURS, (LINE,), NOW, 600.0)}, np.array([False, True]), PLAIN)
    assert found[0, 1] == pytest.approx(judged.loss.from_ms - NOW, abs=20)


def test_two_of_one_setting_are_compared_in_it() -> None:
    values = (np.array([220_000_000, 220_000_000 + 3_048_000]), np.zeros(2), np.zeros(2))
    apart = Levels(np.array([1, 1], np.uint8), *values)
    assert [one.level for one in look(OURS, BEHIND, LINE, levels=apart).seen] == [None]
    near = Levels(np.array([1, 1], np.uint8), np.array([0, 3_047_999]), *values[1:])
    assert look(OURS, BEHIND, LINE, levels=near).seen[0].what.rule == "course"


@pytest.mark.parametrize(
    ("place", "east", "north", "at_ms", "follows"),
    [
        (START, SPEED, 0.0, 0, True),
        (direct(START, 0, 1_900), SPEED, 0.0, 0, True),
        (direct(START, 0, 2_900), SPEED, 0.0, 0, False),
        (START, 0.0, SPEED, 0, False),
        (direct(TURN, 0, 5_000), 0.0, -SPEED, 0, True),
        (START, 1.0, 0.0, 0, False),
        (START, SPEED, 0.0, 7_200_000, False),
    ],
    ids=["along", "beside", "outside", "across", "backwards", "still", "over"],
)
def test_who_goes_along_a_line_follows_it(
    place: tuple[float, float], east: float, north: float, at_ms: int, follows: bool
) -> None:
    line = DeclaredLine(LINE.points, LINE.half_width_mm, LINE.start_ms - at_ms, LINE.end_ms - at_ms)
    legs = legs_of(going(OWN, place, east, north), (line,), NOW, 300.0)
    assert bool(legs) is follows
    if follows:
        assert legs[0].from_s == 0 and legs[-1].until_s == 300.0
        assert all(one.until_s == two.from_s for one, two in pairwise(legs))


def place_of(leg: Leg, after_s: float) -> tuple[float, float]:
    course = math.degrees(math.atan2(leg.ve_mps, leg.vn_mps))
    return direct((leg.lat_deg, leg.lon_deg), course, math.hypot(leg.ve_mps, leg.vn_mps) * after_s)


def test_legs_join_at_the_turns_and_go_on_straight_behind_the_last() -> None:
    legs = legs_of(OURS, (LINE,), NOW, 400.0)
    assert len(legs) == 3 and legs[0].until_s == pytest.approx(40.0, abs=0.01)
    for one, two, corner in zip(legs, legs[1:], (TURN, END), strict=False):
        for leg in (one, two):
            assert inverse(place_of(leg, one.until_s), corner)[0] < 1.0
    assert legs[1].vn_mps == pytest.approx(SPEED, abs=0.5) and legs[2].vn_mps == pytest.approx(SPEED, abs=0.5)


def test_a_corridor_that_begins_where_and_when_another_ends_goes_on() -> None:
    first = DeclaredLine(LINE.points[:2], 2_000_000, NOW - 60_000, NOW + 60_000)
    then = DeclaredLine(LINE.points[1:], 2_000_000, NOW + 60_000, NOW + 3_600_000)
    elsewhere = DeclaredLine(then.points, 2_000_000, NOW + 120_000, NOW + 3_600_000)
    assert len(legs_of(OURS, (first, then), NOW, 400.0)) == 3
    assert look(OURS, BEHIND, first, then).seen
    assert len(legs_of(OURS, (first, elsewhere), NOW, 400.0)) == 2, (
        "it begins later: nobody knows what is between"
    )
    assert not look(OURS, BEHIND, first).seen


def test_where_a_leg_would_have_come_from_nobody_is_met() -> None:
    """A leg is carried back to the look to be compared; what it would have met on that way is no loss."""
    far = direct(START, 90, 20_000)
    line = DeclaredLine(
        (e7(START), e7(far), e7(direct(far, 0, 60_000))), 2_000_000, NOW - 60_000, NOW + 3_600_000
    )
    (first, second, *_) = legs_of(OURS, (line,), NOW, 600.0)
    assert second.from_s == pytest.approx(100.0, abs=0.1) and first.until_s == second.from_s
    there = going(OTHER, (second.lat_deg, second.lon_deg), 0.0, -SPEED)
    assert not look(OURS, there, line).seen
