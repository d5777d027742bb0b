"""Volumes on the wire, and how large an outline is."""

from __future__ import annotations

import math
import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steerclear.space.box import geo_box
from steerclear.space.geodesic import latlon, point_at
from steerclear.space.outline import build
from steerclear.space.size import area_km2, area_mm2
from steerclear.space.volume import Circle, Corridor, Polygon, Volume4D, limits_of, points_of
from support.geodesics import e7, go, star
from support.volumes import box, circle, corridor, ft, polygon, volume

SQUARE = box(33, 36, 34, 37)
OUTLINES = (
    Polygon(SQUARE.exterior, (box(33.2, 36.2, 33.4, 36.4).exterior,)),
    circle(33, 36, 5_000),
    corridor((33, 36), (34, 37), metres=500),
)


@pytest.mark.parametrize("outline", OUTLINES)
@pytest.mark.parametrize("upper", [ft(2_000), "unlimited", (ft(1), "unknown")])
def test_the_wire_form_is_a_round_trip_without_floats(outline, upper):
    one = volume(outline, "surface", upper)
    text = msgspec.json.encode(one)
    assert msgspec.json.decode(text, type=Volume4D) == one and b"." not in text
    assert hash(msgspec.json.decode(text, type=Volume4D)) == hash(one)


def test_the_wire_form_is_what_the_house_says():
    one = volume(Circle((1, 2), 3), ft(4), "unlimited", "a", "b")
    assert msgspec.to_builtins(one) == {
        "outline": {"type": "circle", "centre": (1, 2), "radius_mm": 3},
        "lower": {"value": 4, "unit": "ft", "ref": "MSL"},
        "upper": "unlimited",
        "start": "a",
        "end": "b",
    }


@pytest.mark.parametrize(
    "text",
    [
        b'{"type":"circle","centre":[1.5,2],"radius_mm":3}',
        b'{"type":"circle","centre":[1,2,3],"radius_mm":3}',
        b'{"type":"circle","centre":[1,2],"radius_mm":3,"target":1}',
        b'{"type":"box","centre":[1,2],"radius_mm":3}',
        b'{"centre":[1,2],"radius_mm":3}',
    ],
)
def test_other_forms_are_not_read(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Polygon | Circle | Corridor)


def test_limits_and_points_as_lists():
    assert limits_of("surface") == ("surface",) and limits_of(ft(1)) == (ft(1),)
    assert limits_of((ft(1), ft(2))) == (ft(1), ft(2)) and limits_of(()) == ()
    assert [len(points_of(outline)) for outline in OUTLINES] == [8, 1, 2]


def test_areas_of_known_size():
    octant = polygon((0, 0), (0, 90), (90, 0))
    assert abs(area_km2(octant) - 510_065_622 / 8) < 2
    assert area_mm2(OUTLINES[0]) == pytest.approx(
        area_mm2(SQUARE) - area_mm2(box(33.2, 36.2, 33.4, 36.4)), abs=2e6
    )
    assert area_mm2(circle(60, 10, 5_000)) == pytest.approx(math.pi * 25e12, rel=0.01)
    around = Polygon(tuple(e7(*go((60, 10), i, 500_000)) for i in range(0, 360, 2)))
    assert area_mm2(circle(60, 10, 500_000)) == pytest.approx(area_mm2(around), rel=0.01)
    assert area_mm2(corridor((0, 0), (0, 1), metres=1_000)) == pytest.approx(
        111.32e9 * 2e3 + 3.14e12, rel=0.01
    )
    cap = polygon(*[(80, lon) for lon in range(0, 360, 10)])
    assert 3_800_000 < area_km2(cap) < 3_950_000
    assert area_mm2(Circle((0, 0), -5)) == 0 and area_mm2(Polygon(())) == 0 and area_mm2(Corridor((), 5)) >= 0


@pytest.mark.slow
@given(st.integers(0, 2**32), st.floats(-90, 90), st.floats(-180, 180), st.floats(100, 4_000_000))
def test_both_boxes_hold_the_outline(seed, lat, lon, size):
    """The degrees for the geoid, the earth-centred one for the index: middles of edges, and places well inside."""
    ring = star(random.Random(seed), (lat, lon), size, 7, 0.2)
    first = ring[0][0] / 1e7, ring[0][1] / 1e7
    reach = round(size * 100) / 1000
    for outline, centre, away in (
        (Polygon(ring), (lat, lon), size * 0.3),
        (Corridor(ring, round(size * 100)), first, reach * 0.999999),
        (Circle(e7(lat, lon), round(size * 1000)), (lat, lon), size * 0.999),
    ):
        core = build(outline)
        found = geo_box(core)
        middles = (core.points[core.pieces.first] + core.points[core.pieces.last]) / 2
        places = [latlon(point) for point in middles]
        places += [go(centre, azimuth, away) for azimuth in range(0, 360, 15)]
        for place in places:
            assert_held(found, place)
            point = point_at(place)
            assert (core.low <= point).all() and (point <= core.high).all()


@pytest.mark.parametrize(("sign", "edge"), [(1, "north_e7"), (-1, "south_e7")])
def test_a_polar_cap_reaches_the_pole_on_all_longitudes(sign, edge):
    cap = geo_box(build(polygon(*[(sign * 70, lon) for lon in range(0, 360, 60)])))
    assert getattr(cap, edge) == sign * 900_000_000 and cap.east_e7 - cap.west_e7 == 3_600_000_000
    beside = geo_box(build(polygon((sign * 70, 0), (sign * 70, 20), (sign * 75, 10))))
    assert abs(getattr(beside, edge)) < 751_000_000 and beside.east_e7 - beside.west_e7 < 202_000_000


def assert_held(box_, place):
    lat_e7, lon_e7 = place[0] * 1e7, place[1] * 1e7
    assert box_.south_e7 - 1 <= lat_e7 <= box_.north_e7 + 1
    width = box_.east_e7 - box_.west_e7
    if width < 3_600_000_000 and abs(lat_e7) < 899_999_990:
        assert (lon_e7 - box_.west_e7 + 1) % 3_600_000_000 <= width % 3_600_000_000 + 2
