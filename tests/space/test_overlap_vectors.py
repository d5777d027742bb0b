"""The black-box vectors of judgement.md that are geometry's, each with its twin."""

from __future__ import annotations

import pytest

from steerclear.space.altitude import Altitude
from steerclear.space.volume import Polygon
from support.geodesics import WGS84, degrees, distance, e7, edge, edge_distance, go, holds, side, to_edge
from support.volumes import box, circle, corridor, ft, meets, polygon, volume

pytestmark = pytest.mark.slow

HOUR = 3_600_000
FOOT = 3_048


def test_identical():
    one = box(33, 36, 34, 37)
    found = meets(one, one)
    assert found.horizontal_mm == 0 and found.depth_mm > 20_000_000
    assert (found.time_ms, found.until_ms - found.from_ms) == (-HOUR, HOUR)
    assert meets(one, box(33, 37.001, 34, 38)) is None


def test_vertical_only_separated():
    one, low = box(33, 36, 34, 37), (ft(1_000), ft(2_000))
    assert meets(volume(one, *low), volume(one, ft(2_001), ft(3_000))) is None
    assert meets(volume(one, *low), volume(one, ft(1_999), ft(3_000))).vertical_tmm == -FOOT
    assert meets(volume(one, *low), volume(one, ft(3_000), ft(4_000)), vertical_tmm=1_000 * FOOT) is None
    near = meets(volume(one, *low), volume(one, ft(2_999), ft(4_000)), vertical_tmm=1_000 * FOOT)
    assert near.vertical_tmm == 999 * FOOT


def test_an_l_and_a_square_whose_boxes_overlap():
    ell = polygon((50, 10), (50, 12), (50.5, 12), (50.5, 10.5), (52, 10.5), (52, 10))
    assert meets(ell, box(51, 11, 52, 12)) is None
    assert meets(ell, box(51, 10.4, 52, 12)) is not None
    assert meets(ell, box(50.6, 10.6, 52, 12), horizontal_m=8_000) is not None


def _beside(a, b, part, least_m, most_m, left):
    """A lattice point (1e-7 degree) between two distances from an edge, on one side of it, near a part of its way."""
    line = WGS84.InverseLine(*a, *b)
    for step in range(400):
        foot = line.Position(line.s13 * part + step * 0.7)
        beside = go(
            (foot["lat2"], foot["lon2"]), foot["azi2"] + (-90 if left else 90), (least_m + most_m) / 2
        )
        place = degrees(e7(*beside))
        found, _ = to_edge(place, a, b)
        if least_m <= found <= most_m and (side(place, a, b) > 0) == left:
            return place, found
    raise AssertionError("no lattice point there")


@pytest.mark.parametrize("length", [10_000, 100_000, 300_000])
@pytest.mark.parametrize("start", [(60.0, 10.0), (-60.0, 179.2), (84.0, -120.0), (30.0, 0.0)])
@pytest.mark.parametrize("left", [True, False])
def test_a_centimetre_in_the_middle_of_a_long_edge(length, start, left):
    """A corner 8 to 12 mm over the edge is a conflict, one as far before it is none, and is one under a minimum."""
    a = degrees(e7(*start))
    b = degrees(e7(*go(a, 75, length)))
    area = Polygon((e7(*a), e7(*b), e7(*go(edge(a, b)[0](length / 2), 165, length / 3))))
    # the area lies to the right of the way from a to b: `left` is outside
    for part in (0.5, 0.31):
        corner, found = _beside(a, b, part, 0.008, 0.012, left)
        far = edge(a, b)[0](length * part)
        wedge = Polygon((e7(*corner), e7(*go(far, -25, length / 4)), e7(*go(far, -10, length / 4))))
        answer = meets(area, wedge)
        if left:
            assert answer is None
            assert meets(area, wedge, horizontal_m=found + 0.001).horizontal_mm <= found * 1000
            assert meets(area, wedge, horizontal_m=found - 0.003) is None
        else:
            assert answer is not None
            assert found * 1000 - 1 <= answer.depth_mm <= found * 1000 + 4
            assert distance(degrees((answer.lat_e7, answer.lon_e7)), corner) < 0.02


@pytest.mark.parametrize("place", [(0.0, 0.0), (45.0, -100.0), (60.0, 10.0), (-75.0, 179.999), (89.0, 0.0)])
def test_a_least_distance_of_twenty_kilometres(place):
    """From a corner to the middle of a 60 km edge, and from corner to corner: 1 cm less than 20 km is a conflict under
    20 km, 1 cm more is none.
    """
    a = degrees(e7(*place))
    b = degrees(e7(*go(a, 60, 60_000)))
    middle = edge(a, b)[0](30_000)
    area = Polygon((e7(*a), e7(*b), e7(*go(middle, 150, 40_000))))
    corner = degrees(e7(*go(middle, -30, 20_000)))
    other = Polygon((e7(*corner), e7(*go(middle, -40, 40_000)), e7(*go(middle, -20, 40_000))))
    least = to_edge(corner, a, b)[0]
    assert meets(area, other, horizontal_m=least + 0.01) is not None
    assert meets(area, other, horizontal_m=least - 0.01) is None
    found = meets(area, other, horizontal_m=30_000)
    assert least * 1000 - 4 <= found.horizontal_mm <= least * 1000
    where = degrees((found.lat_e7, found.lon_e7))
    assert abs(distance(where, corner) - least / 2) < 0.1 and abs(to_edge(where, a, b)[0] - least / 2) < 0.1


def test_a_gap_of_a_metre_under_a_minimum_of_500():
    one, two = circle(60, 10, 1_000), circle(60, 10.1, 1_000)
    gap = distance((60, 10), (60, 10.1)) - 2_000
    assert meets(one, two, horizontal_m=gap + 1) is not None
    assert meets(one, two, horizontal_m=gap - 1) is None
    near = meets(circle(60, 10, 1_000), circle(60, 10.1, 1_000 + gap - 1), horizontal_m=500)
    assert 990 <= near.horizontal_mm <= 1_000 and near.depth_mm == 0


def test_touching_in_time():
    one = box(33, 36, 34, 37)
    later = ("2015-10-20T11:00:00Z", "2015-10-20T12:00:00Z")
    sooner = ("2015-10-20T10:59:59.999Z", "2015-10-20T12:00:00Z")
    assert meets(volume(one), volume(one, start=later[0], end=later[1])) is None
    assert meets(volume(one), volume(one, start=sooner[0], end=sooner[1])).time_ms == -1
    assert meets(volume(one), volume(one, start=later[0], end=later[1]), time_ms=1).time_ms == 0
    gap = meets(volume(one), volume(one, start="2015-10-20T11:10:00Z", end=later[1]), time_ms=HOUR)
    assert gap.time_ms == 600_000 == gap.until_ms - gap.from_ms
    assert (
        meets(
            volume(one), volume(one, start="2015-10-20T12:00:00Z", end="2015-10-20T13:00:00Z"), time_ms=HOUR
        )
        is None
    )


def test_zones_are_one_time():
    one = box(33, 36, 34, 37)
    beirut = volume(one, start="2015-10-20T13:00:00+03:00", end="2015-10-20T14:00:00+03:00")
    assert meets(volume(one), beirut).until_ms - meets(volume(one), beirut).from_ms == HOUR
    utc = volume(one, start="2015-10-20T13:00:00Z", end="2015-10-20T14:00:00Z")
    assert meets(volume(one), utc) is None


def test_latitude_is_not_longitude():
    area = box(33, 36, 34, 37)
    assert meets(area, circle(33.5, 36.5, 100)) is not None
    assert meets(area, circle(36.5, 33.5, 100)) is None


def test_over_180_degrees():
    across = polygon((10, 179), (10, -179), (12, -179), (12, 179))
    assert meets(across, circle(11, 180, 1_000)) is not None
    assert meets(across, circle(11, -180, 1_000)) is not None
    assert meets(across, circle(11, 179.5, 1_000)) is not None
    assert meets(across, circle(11, 0, 1_000)) is None
    assert meets(across, circle(11, 178.9, 1_000)) is None
    assert (
        meets(corridor((0, 179), (0, -179), metres=500), corridor((-1, 180), (1, -180), metres=500))
        is not None
    )
    assert meets(circle(50, 179.99, 3_000), circle(50, -179.99, 3_000)) is not None
    assert meets(circle(50, 179.99, 500), circle(50, -179.99, 500)) is None


@pytest.mark.parametrize("sign", [1, -1])
def test_polar_caps(sign):
    cap = polygon(*[(sign * 80, lon) for lon in range(-180, 180, 30)])
    assert meets(cap, circle(sign * 90, 0, 1_000)) is not None
    assert meets(cap, circle(sign * 89, 123, 1_000)) is not None
    assert meets(cap, circle(-sign * 90, 0, 1_000)) is None
    assert meets(cap, circle(sign * 79, 15, 1_000)) is None
    rows = cap.exterior
    pole_hole = Polygon(
        rows, (tuple((sign * 850_000_000, lon) for lon in range(-1_800_000_000, 1_800_000_000, 300_000_000)),)
    )
    assert meets(pole_hole, circle(sign * 90, 0, 1_000)) is None
    assert meets(pole_hole, circle(sign * 83, 0, 1_000)) is not None
    assert (
        meets(corridor((sign * 89, 0), (sign * 89, 180), metres=100), circle(sign * 90, 77, 10)) is not None
    )
    over = polygon((sign * 89, 0), (sign * 89, 120), (sign * 89, -120))
    assert holds(over, (sign * 90, 0.0)) and meets(over, circle(sign * 90, 0, 1)) is not None


@pytest.mark.parametrize(("lat", "lon"), [(60, 0), (0, -100), (60, -100), (-85, 179.9999), (89.99, 5)])
@pytest.mark.parametrize("azimuth", [0, 37, 90, 200])
def test_circles_by_the_ellipsoid(lat, lon, azimuth):
    """5 km on a sphere is off by up to 28 m; here by less than a centimetre."""
    centre = degrees(e7(lat, lon))
    other = degrees(e7(*go(centre, azimuth, 8_000)))
    apart = distance(centre, other)
    assert meets(circle(*centre, 5_000), circle(*other, apart - 5_000 - 0.01)) is None
    found = meets(circle(*centre, 5_000), circle(*other, apart - 5_000 + 0.01))
    assert 10 <= found.depth_mm <= 14
    where = degrees((found.lat_e7, found.lon_e7))
    assert abs(distance(where, centre) - 5_000) < 0.05


def test_polygons_with_holes():
    ring = Polygon(box(50, 10, 52, 13).exterior, (box(50.5, 11, 51.5, 12).exterior,))
    assert meets(ring, box(50.8, 11.3, 51.2, 11.7)) is None
    assert meets(ring, circle(51, 11.5, 10_000)) is None
    assert meets(ring, circle(51, 11.5, 60_000)) is not None
    assert meets(ring, box(50.8, 11.3, 51.2, 12.1)) is not None
    assert meets(ring, box(50.1, 10.1, 50.2, 10.2)) is not None
    assert meets(box(49, 9, 53, 14), ring) is not None
    assert meets(ring, box(50.8, 11.3, 51.2, 11.7), horizontal_m=30_000).horizontal_mm > 10_000_000


def test_corridors_have_round_ends():
    line = corridor((60, 10), (60, 11), metres=1_000)
    end = degrees(e7(60, 11))
    ahead = degrees(e7(*go(end, 91, 2_000)))
    gap = distance(end, ahead) - 1_000
    assert meets(line, circle(*ahead, gap - 0.01)) is None
    assert meets(line, circle(*ahead, gap + 0.01)) is not None
    # in the middle of its 56 km the shortest path runs far north of the parallel
    assert meets(line, circle(60.0, 10.5, 10)) is not None
    assert meets(corridor((60, 10), (60, 14), metres=1_000), circle(60.0, 12, 10)) is None
    assert meets(corridor((60, 10), (60, 14), metres=1_000), circle(60.015, 12, 10)) is not None


def test_crossing_without_a_corner_inside():
    found = meets(box(50, 10, 50.1, 12), box(49, 10.9, 51, 11))
    assert found is not None and holds(box(50, 10, 50.1, 12), degrees((found.lat_e7, found.lon_e7)))
    assert 3_000_000 < found.depth_mm < 6_000_000
    assert (
        meets(corridor((50, 10), (50, 12), metres=1), corridor((49, 11), (51, 11), metres=1)).depth_mm
        == 2_000
    )


def test_a_shared_border_touches():
    one, two = box(50, 10, 51, 11), box(50, 11, 51, 12)
    found = meets(one, two)
    assert found is not None and (found.horizontal_mm, found.depth_mm) == (0, 0)
    assert meets(one, polygon((50, 11.0000001), (50, 12), (51, 12), (51, 11.0000010))) is None


def test_feet_and_metres_and_references():
    one = box(33, 36, 34, 37)
    metres = volume(one, Altitude(305, "m", "MSL"), Altitude(600, "m", "MSL"))
    assert meets(metres, volume(one, ft(500), ft(1_000))) is None
    assert meets(metres, volume(one, ft(500), ft(1_001))) is not None
    ellipsoid = volume(one, Altitude(305, "m", "WGS84"), Altitude(310, "m", "WGS84"))
    assert meets(ellipsoid, volume(one, ft(900), ft(930))) is not None
    assert meets(ellipsoid, volume(one, ft(500), ft(600))) is None
    pressure = volume(one, Altitude(20, "fl", "STD"), Altitude(25, "fl", "STD"))
    assert meets(pressure, volume(one, ft(500), ft(1_100))) is not None
    assert meets(pressure, volume(one, ft(5_000), ft(6_000))) is None


def test_open_limits():
    one = box(33, 36, 34, 37)
    high = volume(one, ft(60_000), ft(61_000))
    assert meets(high, volume(one, "surface", "unlimited")) is not None
    assert meets(high, volume(one, "unknown", "unknown")) is not None
    assert meets(high, volume(one, "surface", ft(59_000))) is None


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize("back", [False, True])
def test_neither_winding_nor_first_vertex_matters(turn, back):
    ring = box(33, 36, 34, 37).exterior
    ring = ring[turn:] + ring[:turn]
    area = Polygon(ring[::-1] if back else ring)
    assert meets(area, circle(33.5, 36.5, 1)) is not None
    assert meets(area, circle(33.5, 37.1, 1)) is None


@pytest.mark.parametrize("far", [False, True])
def test_one_within_the_other_in_either_order(far):
    small, large = circle(33.5, 36.5 + 2 * far, 100), box(33, 36, 34, 37)
    wedge = polygon((33.5, 36.5 + 2 * far), (33.6, 36.5 + 2 * far), (33.6, 36.6 + 2 * far))
    for inner in (small, wedge):
        assert (meets(inner, large) is None) == far
        assert (meets(large, inner) is None) == far


@pytest.mark.parametrize("size", [50_000, 7_000_000])
def test_the_other_side_of_the_earth_is_far(size):
    """Edges at antipodes lie in the same planes; a huge minimum lets no box set them apart."""
    one = Polygon(tuple(e7(*go((10, 20), 10 + azimuth, size)) for azimuth in range(0, 360, 60)))
    other = Polygon(tuple(e7(*go((-10, -160), azimuth, size)) for azimuth in range(0, 360, 60)))
    gap = edge_distance(one, other)
    assert gap > 4_000_000
    assert abs(meets(one, other, horizontal_m=gap + 1_000).horizontal_mm / 1000 - gap) < 0.01
    assert meets(one, other, horizontal_m=gap - 0.01) is None


@pytest.mark.parametrize("part", [0.03, 0.5, 0.97])
@pytest.mark.parametrize("away", [60_000, 400_000, 2_500_000])
def test_far_from_the_inside_of_a_long_edge(part, away):
    """Where the path to a far point leaves an edge is not where a plane across the edge would say."""
    a = degrees(e7(52, 179.5))
    b = degrees(e7(*go(a, 70, 99_000)))
    line = WGS84.InverseLine(*a, *b)
    foot = line.Position(line.s13 * part)
    point = degrees(e7(*go((foot["lat2"], foot["lon2"]), foot["azi2"] - 90, away)))
    least = to_edge(point, a, b)[0]
    track, dot = corridor(a, b, metres=0.001), circle(*point, 0.001)
    assert meets(track, dot, horizontal_m=least + 0.005) is not None
    assert meets(track, dot, horizontal_m=least - 0.007) is None


def test_a_corridor_is_open_unless_its_line_returns():
    bends = ((50, 10), (50.8, 10), (50.8, 11.2), (50, 11.6))
    gap = circle(50.0, 10.8, 1_000)
    assert meets(corridor(*bends, metres=100), gap) is None
    assert meets(corridor(*bends, bends[0], metres=100), gap) is not None
    assert meets(corridor(*bends, metres=100), circle(50.8, 10.6, 1_000)) is not None
