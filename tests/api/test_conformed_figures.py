"""What of own and of undeclared movers is told again: states, and figures that moved by as much as matters."""

from __future__ import annotations

from typing import Any

import pytest

from steerclear.app.conforming import Conformed
from steerclear.judgement.conformance.danger import Endangered
from steerclear.judgement.conformance.rows import Standing, Uncoordinated
from steerclear.judgement.separation.life import Lives, Look, Seen, rules_of, step
from steerclear.speech.parameters import Parameters

KEY = ("rid:D1", "", "area")


def standing(**figures: Any) -> Conformed:
    return Conformed((Standing("ab" * 32, "rid:D1", "leaving", **figures),))


def alive(what: Any) -> Lives[Any]:
    """One life that this look shows."""
    return step(Lives(), Look(0, (Seen(KEY, "caution", 0, what),), {"rid:D1"}), rules_of(Parameters()))[0]


def undeclared(lat_e7: int, lon_e7: int = 192_000_500) -> Conformed:
    return Conformed(undeclared=alive(Uncoordinated("area", lat_e7, lon_e7, 1_000, None, None, 0)))


def endangered(in_ms: int) -> Conformed:
    return Conformed(in_danger=alive(Endangered("area", "rid:D1", "entering", in_ms)))


@pytest.mark.parametrize(
    ("before", "after", "tells"),
    [
        (standing(in_ms=65_000), standing(in_ms=64_000), False),
        (standing(in_ms=65_000), standing(in_ms=60_000), True),
        (standing(in_ms=60_000), standing(in_ms=8_000), True),
        (standing(beyond_mm=1_200_000), standing(beyond_mm=1_250_000), False),
        (standing(beyond_mm=1_200_000), standing(beyond_mm=5_000_000), True),
        (standing(in_ms=60_000), standing(), True),
        (undeclared(413_000_100), undeclared(413_000_900), False),
        (undeclared(413_000_100), undeclared(413_100_100), True),
        (undeclared(413_000_100), undeclared(413_000_100, 192_200_000), True),
        (endangered(90_000), endangered(80_000), False),
        (endangered(90_000), endangered(10_000), True),
    ],
)
def test_a_figure_is_told_again_where_it_moved_by_as_much_as_matters(
    before: Conformed, after: Conformed, tells: bool
) -> None:
    assert after.differs(before) is tells and not after.differs(after)
