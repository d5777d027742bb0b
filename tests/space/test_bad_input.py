"""Every bad input of judgement.md at the author's desk: refused by field, rule and remedy; its twin accepted."""

from __future__ import annotations

import pytest

from steerclear.errors import Malformed
from steerclear.space.altitude import Altitude
from steerclear.space.check import check_volume, check_volumes
from steerclear.space.limits import Limits
from steerclear.space.prepare import prepare
from steerclear.space.volume import Circle, Corridor, Polygon, Volume4D
from support.geodesics import e7, go
from support.volumes import END, START, box, circle, corridor, ft, polygon, volume

SQUARE = box(33, 36, 34, 37)
DIAMOND = tuple(e7(*go((50, 10), 90 * i, 20_000)) for i in range(4))


def moved(point, north=0, east=0):
    return point[0] + north, point[1] + east


HOLE = box(33.2, 36.2, 33.4, 36.4).exterior

CASES = {
    "end before start": (
        volume(SQUARE, start=END, end=START), "end", "end-not-after-start", volume(SQUARE),
    ),
    "end at start": (
        volume(SQUARE, start=START, end=START), "end", "end-not-after-start",
        volume(SQUARE, start=START, end="2015-10-20T10:00:00.001Z"),
    ),
    "missing zone": (
        volume(SQUARE, start="2015-10-20T10:00:00"), "start", "no-zone",
        volume(SQUARE, start="2015-10-20T12:00:00+03:00", end="2015-10-20T13:00:00+03:00"),
    ),
    "no time": (volume(SQUARE, end="tomorrow"), "end", "bad-time", volume(SQUARE)),
    "window too long": (
        volume(SQUARE, end="2016-10-21T10:00:00Z"), "end", "window-too-long",
        volume(SQUARE, end="2016-10-20T10:00:00Z"),
    ),
    "upper below lower": (
        volume(SQUARE, ft(2_000), ft(1_999)), "upper", "upper-below-lower", volume(SQUARE, ft(2_000), ft(2_000)),
    ),
    "two upper limits": (
        volume(SQUARE, ft(0), (ft(1_000), ft(2_000))), "upper", "two-limits", volume(SQUARE, ft(0), (ft(2_000),)),
    ),
    "no lower limit": (volume(SQUARE, lower=()), "lower", "no-limit", volume(SQUARE, lower="unknown")),
    "unlimited floor": (volume(SQUARE, "unlimited"), "lower", "unlimited-floor", volume(SQUARE, "surface")),
    "a metre is no flight level": (
        volume(SQUARE, Altitude(10, "fl", "MSL")), "lower.ref", "flight-level-is-standard-pressure",
        volume(SQUARE, Altitude(10, "fl", "STD")),
    ),
    "latitude over 90": (
        volume(Polygon((*SQUARE.exterior[:3], (900_000_001, 0)))), "outline.exterior[3][0]", "latitude-over-90",
        volume(Polygon((*DIAMOND[:3], e7(50, 9)))),
    ),
    "latitude of a circle": (
        volume(Circle((-900_000_001, 0), 1)), "outline.centre[0]", "latitude-over-90",
        volume(Circle((-900_000_000, 0), 1)),
    ),
    "longitude over 180": (
        volume(Corridor(((0, 1_800_000_001), (0, 0)), 1)), "outline.line[0][1]", "longitude-over-180",
        volume(Corridor(((0, 1_800_000_000), (0, 1_700_000_000)), 1)),
    ),
    "latitude of a hole": (
        volume(Polygon(SQUARE.exterior, ((*HOLE[:3], (-1_000_000_000, 0)),))),
        "outline.holes[0][3][0]", "latitude-over-90", volume(Polygon(SQUARE.exterior, (HOLE,))),
    ),
    "self-crossing": (
        volume(polygon((50, 10), (51, 11), (50, 11), (51, 10))), "outline.exterior", "self-crossing",
        volume(polygon((50, 10), (50, 11), (51, 11), (51, 10))),
    ),
    "a corner on another edge": (
        volume(polygon((0, 0), (0, 2), (1, 2), (0, 1), (1, 0))), "outline.exterior", "self-crossing",
        volume(polygon((0, 0), (0, 2), (1, 2), (0.0000002, 1), (1, 0))),
    ),
    "a spike": (
        volume(polygon((0, 0), (0, 2), (0, 1), (1, 1))), "outline.exterior", "self-crossing",
        volume(polygon((0, 0), (0, 2), (0.0000002, 1), (1, 1))),
    ),
    "a figure of eight that touches itself": (
        volume(polygon((0, 0), (1, 1), (2, 2), (2, 0), (1, 1), (0, 2))), "outline.exterior", "self-crossing",
        volume(polygon((0, 0), (1, 1), (2, 0), (2, 2), (1.001, 1), (0, 2))),
    ),
    "closed twice": (
        volume(Polygon((*SQUARE.exterior, SQUARE.exterior[0]))), "outline.exterior[4]", "ring-repeats-first",
        volume(SQUARE),
    ),
    "a vertex twice": (
        volume(Polygon((SQUARE.exterior[0], *SQUARE.exterior))), "outline.exterior[1]", "repeated-vertex",
        volume(SQUARE),
    ),
    "two vertices": (
        volume(Polygon(SQUARE.exterior[:2])), "outline.exterior", "fewer-than-three-vertices",
        volume(Polygon(SQUARE.exterior[:3])),
    ),
    "no vertices": (volume(Polygon(())), "outline.exterior", "fewer-than-three-vertices", volume(SQUARE)),
    "two vertices of a hole": (
        volume(Polygon(SQUARE.exterior, (HOLE[:2],))), "outline.holes[0]", "fewer-than-three-vertices",
        volume(Polygon(SQUARE.exterior, (HOLE[:3],))),
    ),
    "three names of the pole": (
        volume(polygon((90, 0), (90, 10), (90, 20))), "outline.exterior", "empty-volume",
        volume(polygon((89, 0), (89, 120), (89, -120))),
    ),
    "a flat triangle": (
        volume(Polygon(((0, 0), (0, 10_000_000), (0, 20_000_000)))), "outline.exterior", "self-crossing",
        volume(Polygon(((0, 0), (1, 10_000_000), (0, 20_000_000)))),
    ),
    "one vertex of a line": (
        volume(corridor((0, 0), metres=5)), "outline.line", "fewer-than-two-vertices",
        volume(corridor((0, 0), (0, 1), metres=5)),
    ),
    "empty circle": (volume(circle(0, 0, 0)), "outline.radius_mm", "empty-volume", volume(Circle((0, 0), 1))),
    "negative circle": (
        volume(Circle((0, 0), -5)), "outline.radius_mm", "empty-volume", volume(Circle((0, 0), 5)),
    ),
    "empty corridor": (
        volume(corridor((0, 0), (0, 1), metres=0)), "outline.half_width_mm", "empty-volume",
        volume(corridor((0, 0), (0, 1), metres=1)),
    ),
    "hole outside": (
        volume(Polygon(SQUARE.exterior, (box(35, 36, 36, 37).exterior,))), "outline.holes[0]", "hole-outside",
        volume(Polygon(SQUARE.exterior, (HOLE,))),
    ),
    "hole over the edge": (
        volume(Polygon(SQUARE.exterior, (box(33.5, 36.5, 34.5, 36.8).exterior,))), "outline.exterior",
        "self-crossing", volume(Polygon(SQUARE.exterior, (box(33.5, 36.5, 33.9, 36.8).exterior,))),
    ),
    "hole in a hole": (
        volume(Polygon(SQUARE.exterior, (HOLE, box(33.25, 36.25, 33.3, 36.3).exterior))), "outline.holes[1]",
        "hole-in-hole", volume(Polygon(SQUARE.exterior, (HOLE, box(33.5, 36.5, 33.6, 36.6).exterior))),
    ),
    "around the Earth": (
        volume(polygon((0, 0), (0, 120), (0.1, -120))), "outline.exterior", "too-large",
        volume(polygon((60, 0), (60, 120), (60, -120))),
    ),
}  # fmt: skip

WIDE = Limits(max_outline_km2=520_000_000)


@pytest.mark.parametrize("name", CASES)
def test_refused_and_its_twin_accepted(name):
    bad, field, rule, twin = CASES[name]
    refused = check_volume(bad, field="volumes[2]", limits=WIDE)
    found = [one for one in refused if (one.field, one.rule) == (f"volumes[2].{field}", rule)]
    assert found, refused
    assert all(one.code and one.field and one.rule and len(one.remedy) > 10 for one in refused)
    if rule not in ("window-too-long",):
        with pytest.raises(Malformed):
            prepare(bad)
    assert check_volume(twin, field="volumes[2]", limits=WIDE) == []
    prepare(twin)


def test_area_larger_than_the_agreement_allows():
    cap = Limits(max_outline_km2=10_000)
    assert [one.rule for one in check_volume(box_of(33, 36, 34, 37.1), limits=cap)] == ["area-too-large"]
    assert check_volume(box_of(33, 36, 33.9, 37), limits=cap) == []
    assert [one.rule for one in check_volume(volume(circle(33, 36, 57_000)), limits=cap)] == [
        "area-too-large"
    ]
    assert check_volume(volume(circle(33, 36, 56_000)), limits=cap) == []
    wide = volume(corridor((33, 36), (33, 37), metres=60_000))
    assert [one.rule for one in check_volume(wide, limits=cap)] == ["area-too-large"]
    assert check_volume(volume(corridor((33, 36), (33, 37), metres=30_000)), limits=cap) == []


def box_of(*sides):
    return volume(box(*sides))


def test_more_vertices_than_allowed_are_refused_and_not_cut():
    ring = tuple(e7(*go((50, 10), i, 20_000)) for i in range(0, 360, 36))
    assert check_volume(volume(Polygon(ring)), limits=Limits(max_vertices=10)) == []
    refused = check_volume(volume(Polygon(ring)), limits=Limits(max_vertices=9))
    assert [(one.field, one.rule) for one in refused] == [("outline", "too-many-vertices")]
    assert "at most 9" in refused[0].remedy


def test_more_volumes_than_allowed():
    volumes = [volume(SQUARE)] * 3
    assert check_volumes(volumes, limits=Limits(max_volumes=3)) == []
    assert [one.rule for one in check_volumes(volumes, limits=Limits(max_volumes=2))] == ["too-many-volumes"]
    mixed = [volume(SQUARE), volume(Polygon(()))]
    assert {one.field for one in check_volumes(mixed)} == {"volumes[1].outline.exterior"}


def test_all_faults_come_at_once():
    bad = Volume4D(Circle((900_000_001, 0), 0), ft(10), ft(5), "2015-10-20T10:00:00", "never")
    found = {one.field for one in check_volume(bad)}
    assert found == {"outline.centre[0]", "outline.radius_mm", "upper", "start", "end"}
