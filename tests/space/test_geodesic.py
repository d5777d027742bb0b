"""The bounds that the geometry rests on, measured with geographiclib."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.space import geodesic
from steerclear.space.outline import build, on_piece, sideways
from steerclear.space.volume import Corridor
from support.geodesics import WGS84, degrees, distance, e7, edge, go, to_edge

latitudes = st.floats(-90, 90, allow_nan=False)
longitudes = st.floats(-180, 180, allow_nan=False)
azimuths = st.floats(0, 360, allow_nan=False)


@given(latitudes, longitudes, st.floats(-600, 10))
def test_a_vector_comes_back_as_its_position(lat, lon, height):
    point = geodesic.point_at((lat, lon))
    high = point + geodesic.normals_at(point[None])[0] * height
    back = geodesic.latlon(high)
    assert abs(back[0] - lat) < 1e-12
    assert abs((back[1] - lon + 180) % 360 - 180) * math.cos(math.radians(lat)) < 1e-11


@given(latitudes, longitudes, azimuths, st.floats(1, 100_000), st.floats(0, 1))
def test_a_piece_leaves_the_geodesic_by_less_than_a_millimetre(lat, lon, azimuth, length, part):
    a, b = (lat, lon), go((lat, lon), azimuth, length)
    core = build(Corridor((e7(*a), e7(*b)), 1))
    if core.kind != "line":
        return
    at, whole = edge(degrees(e7(*a)), degrees(e7(*b)))
    on_it = geodesic.point_at(at(whole * part))
    assert np.abs(sideways(core, on_it[None])).min() < 0.0007


def test_the_bound_of_a_piece_is_not_idle():
    """A piece of three times the length breaks it, so that the cutting matters."""
    rng = random.Random(5)
    worst = 0.0
    for _ in range(200):
        a = (rng.uniform(-80, 80), rng.uniform(-180, 180))
        b = go(a, rng.uniform(0, 360), 300_000)
        ends = np.array([[a[0] * 1e7, a[1] * 1e7], [b[0] * 1e7, b[1] * 1e7]])
        normals, points = geodesic.vectors(ends)
        along = points[1] - points[0]
        side = np.cross(along, normals[0] + normals[1])
        side /= np.linalg.norm(side)
        for part in (0.25, 0.5):
            middle = geodesic.point_at(edge(a, b)[0](300_000 * part))
            worst = max(worst, abs(float((middle - points[0]) @ side)))
    assert worst > 0.01


@pytest.mark.parametrize("length", [250_000, 3_000_000, 9_000_000])
def test_a_long_edge_is_cut_on_its_geodesic(length):
    a = (61.2345678, 17.7654321)
    b = go(a, 300, length)
    core = build(Corridor((e7(*a), e7(*b)), 1))
    places = [geodesic.latlon(p) for p in core.points]
    assert len(places) == math.ceil(length / 100_000) + 1
    for one, two in itertools.pairwise(places):
        assert distance(one, two) <= 100_000.001
    for piece, half in enumerate((core.pieces.length / 2).tolist()):
        middle = geodesic.latlon(on_piece(core, piece, half))
        assert to_edge(middle, degrees(e7(*a)), degrees(e7(*b)))[0] < 0.001


@given(latitudes, longitudes, azimuths, st.floats(0, 3_000_000))
def test_a_straight_distance_tells_the_one_along_the_earth_within_its_bound(lat, lon, azimuth, length):
    a, b = geodesic.point_at((lat, lon)), geodesic.point_at(go((lat, lon), azimuth, length))
    arc = geodesic.arc_m(float(np.linalg.norm(b - a)))
    assert abs(arc - length) <= geodesic.arc_error_m(length)


@given(latitudes, longitudes, azimuths, st.floats(1, 5_000_000))
def test_inverse_and_direct_are_geographiclib(lat, lon, azimuth, length):
    there = geodesic.direct((lat, lon), azimuth, length)
    assert geodesic.inverse((lat, lon), there)[0] == WGS84.Inverse(lat, lon, *there)["s12"]
    assert abs(geodesic.inverse((lat, lon), there)[0] - length) < 1e-6


@given(latitudes, st.floats(-540, 540, allow_nan=False))
def test_positions_round_into_range(lat, lon):
    lat_e7, lon_e7 = geodesic.to_e7((lat, lon))
    assert abs(lat_e7) <= 900_000_000 and -1_800_000_000 <= lon_e7 < 1_800_000_000
    assert abs(lat_e7 / 1e7 - lat) < 1e-7
