"""Within the error bound the answer is conflict (judgement.md, Geometry that must be right); beyond it, it is none."""

from __future__ import annotations

from math import floor

import pytest

from steerclear.space.geodesic import ERROR_MM
from steerclear.space.volume import Circle
from support.geodesics import degrees, distance, e7, go
from support.volumes import meets


@pytest.mark.parametrize("place", [(0.0, 0.0), (33.0, 36.0), (60.0, -100.0), (-75.0, 179.999)])
@pytest.mark.parametrize("metres", [3_000, 40_000, 300_000])
def test_a_gap_inside_the_bound_is_a_conflict(place: tuple[float, float], metres: int) -> None:
    here, there = e7(*place), e7(*go(place, 37, metres))
    apart_mm = distance(degrees(here), degrees(there)) * 1000
    first = floor(apart_mm / 3)
    touching = floor(apart_mm) - first
    assert 0 <= apart_mm - first - touching < 1 < ERROR_MM
    assert meets(Circle(here, first), Circle(there, touching)) is not None
    assert meets(Circle(here, first), Circle(there, touching - 3 * ERROR_MM)) is None
    minimum = (apart_mm - first - touching + 500) / 1000
    assert meets(
        Circle(here, first), Circle(there, touching - 500), horizontal_m=floor(minimum * 1000) / 1000
    )
    assert not meets(
        Circle(here, first),
        Circle(there, touching - 500),
        horizontal_m=floor(minimum * 1000 - 3 * ERROR_MM) / 1000,
    )
