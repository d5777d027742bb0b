"""A site is kept away from with its error and for good; a movement on each leg of its way at its times."""

from __future__ import annotations

from typing import Any

import pytest
from judged_samples import NO_MINIMA, circle, volume

from steerclear.judgement import Notice, judge_pair, notice_of
from steerclear.speech import form
from steerclear.speech.authoring import from_file
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.samples import examples
from steerclear.speech.shape import volumes_of


def body(name: str, **changes: Any) -> Any:
    made = from_file(examples()[name], ".toml")
    assert not isinstance(made, list)
    return form.filled(made.kind, {}, made.body | changes)[1]


def told(kind: str, made: Any, **more: Any) -> Notice:
    notice = notice_of(**{"id": "s", "party": "relief", "kind": kind, "mode": "REAL", "body": made, **more})
    assert notice is not None
    return notice


def flight(lat: float, lon: float, start: str, end: str, metres: float = 10) -> Notice:
    flown = Flight(volumes=(volume(circle(lat, lon, metres), start=start, end=end),), aircraft_class="rotary")
    return told("activity.flight", flown, id="f", party="blue")


def verdicts(a: Notice, b: Notice) -> list[str]:
    return [one.verdict for one in judge_pair(a, b, NO_MINIMA)]


DAY = ("2026-10-23T12:00:00Z", "2026-10-23T13:00:00Z")
METRE = 1 / 111_060


@pytest.mark.parametrize(("metres", "verdict"), [(360, "conflict"), (375, "no_conflict")])
def test_a_site_reaches_as_far_as_it_says_and_its_errors(metres: float, verdict: str) -> None:
    """300 m, and 57 m for what its two forms and their errors can mean; the flight is 10 m wide."""
    site = told("site.notify", body("site.notify.toml"))
    assert verdicts(site, flight(41.3275 + metres * METRE, 19.8187, *DAY)) == [verdict]


@pytest.mark.parametrize("year", ["2020", "2026", "2099"])
def test_a_site_is_judged_whenever_and_past_its_review_it_is_stale(year: str) -> None:
    site = told("site.notify", body("site.notify.toml"))
    when = (f"{year}-10-23T12:00:00Z", f"{year}-10-23T13:00:00Z")
    (found,) = judge_pair(site, flight(41.3275, 19.8187, *when), NO_MINIMA)
    assert (found.rule, found.verdict, "stale" in found.marks) == ("plan-area", "conflict", year == "2099")


def test_both_places_are_kept_away_from_when_the_forms_are_apart() -> None:
    made = body("site.notify.toml")
    first = {"form": "wgs84", "lat_e7": 413275000, "lon_e7": 198187000, "error_mm": 20_000}
    other = {"form": "dms", "text": "41°28'00\"N 019°49'07\"E", "error_mm": 20_000}
    apart = body("site.notify.toml", positions=[first, other])
    assert len(volumes_of(made)) == 1 and len(volumes_of(apart)) == 2
    site = told("site.notify", apart)
    for lat, lon in ((41.3275, 19.8187), (41.46667, 19.8187)):
        assert "conflict" in verdicts(site, flight(lat, lon, *DAY))
    assert verdicts(site, flight(41.40, 19.8187, *DAY)) == ["no_conflict"]


@pytest.mark.parametrize(
    ("error", "shown"), [(20_000, True), (500_000, True), (600_000, False), (None, False)]
)
def test_a_conflict_shows_a_point_only_of_a_site_told_exactly(error: int | None, shown: bool) -> None:
    place: dict[str, Any] = {"form": "wgs84", "lat_e7": 413275000, "lon_e7": 198187000}
    site = told(
        "site.notify", body("site.notify.toml", positions=[place | ({"error_mm": error} if error else {})])
    )
    (found,) = judge_pair(site, flight(41.3275, 19.8187, *DAY), NO_MINIMA)
    assert found.verdict == "conflict" and (found.where is not None) is shown


def test_a_site_without_a_place_is_not_judged() -> None:
    site = told("site.notify", body("site.notify.toml", positions=[]))
    (found,) = judge_pair(site, flight(41.3275, 19.8187, *DAY), NO_MINIMA)
    assert (found.verdict, found.reason) == ("not_judged", "incomplete")


@pytest.mark.parametrize(
    ("lat", "lon", "start", "end", "verdict"),
    [
        (41.3275, 19.8187, "06:30", "06:45", "no_conflict"),  # before it may leave
        (41.3275, 19.8187, "06:30", "06:46", "conflict"),
        (41.2638, 19.8594, "07:20", "07:30", "conflict"),  # halfway to the bridge
        (41.2638, 19.8594, "08:20", "08:40", "no_conflict"),  # by then it has passed the bridge
        (41.1000, 20.0500, "07:20", "07:30", "no_conflict"),  # nowhere near the end yet
        (41.1000, 20.0500, "09:59", "10:10", "conflict"),
        (41.1000, 20.0500, "10:00", "10:10", "no_conflict"),
        (41.2638, 19.8700, "07:20", "07:30", "no_conflict"),  # 700 m beside the way
    ],
)
def test_a_movement_is_judged_leg_by_leg(lat: float, lon: float, start: str, end: str, verdict: str) -> None:
    convoy = told("movement.notify", body("movement.notify.toml"))
    when = (f"2026-10-23T{start}:00Z", f"2026-10-23T{end}:00Z")
    assert set(verdicts(convoy, flight(lat, lon, *when))) == {verdict}


def test_a_movement_with_a_point_that_says_no_place_or_time_is_not_judged_whole() -> None:
    whole = body("movement.notify.toml")
    for name in ("positions", "at"):
        made = from_file(examples()["movement.notify.toml"], ".toml")
        assert not isinstance(made, list)
        points = [dict(one) for one in made.body["waypoints"]]
        del points[1][name]
        convoy = told("movement.notify", body("movement.notify.toml", waypoints=points))
        assert convoy.unjudged == "incomplete" and len(convoy.volumes) == len(volumes_of(whole)) - 1
        found = verdicts(convoy, flight(41.3275, 19.8187, "2026-10-23T07:00:00Z", "2026-10-23T07:10:00Z"))
        assert sorted(found) == ["conflict", "not_judged"]
    assert told("movement.notify", whole).unjudged == ""
