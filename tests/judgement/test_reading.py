"""From what was said to what is judged."""

from __future__ import annotations

import pytest
from judged_samples import NO_MINIMA, square, verdicts, volume

from steerclear.judgement import notice_of
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.activity_hazard import Hazard
from steerclear.speech.kinds.activity_voyage import Voyage
from steerclear.speech.kinds.area_declare import AreaDeclare
from steerclear.speech.kinds.common import Recurrence

HERE = (volume(square(33, 36)),)


def read(kind, body, **more):
    return notice_of(**{"id": "e", "party": "blue", "kind": kind, "mode": "REAL", "body": body, **more})


@pytest.mark.parametrize(
    ("kind", "body", "mover"),
    [
        ("activity.flight", Flight(volumes=HERE, aircraft_class="rotary"), "rotary"),
        ("activity.flight", Flight(volumes=HERE), ""),
        ("activity.voyage", Voyage(volumes=HERE), "ship"),
        ("activity.hazard", Hazard(volumes=HERE), "hazard"),
        ("area.declare", AreaDeclare(volumes=HERE, area="airfield", precision="exact"), "airfield"),
    ],
)
def test_each_judged_kind(kind, body, mover):
    notice = read(kind, body)
    assert notice is not None and notice.mover == mover and notice.volumes == HERE and notice.unjudged == ""


def test_what_is_not_judged_here():
    assert read("stop", Flight(volumes=HERE)) is None
    assert (
        read("area.declare", AreaDeclare(precision="sealed", month="2026-10", commitments=("0" * 64,)))
        is None
    )
    assert read("activity.flight", None, held="not_addressed") is None
    assert read("activity.flight", None, held="erased") is None
    for held, reason in (("locked", "locked"), ("missing", "missing"), ("malformed", "incomplete")):
        notice = read("activity.flight", None, held=held)
        assert notice is not None and notice.unjudged == reason
    assert read("activity.flight", Flight()).unjudged == "incomplete"


def test_precision_is_never_finer_than_said():
    assert read("area.declare", AreaDeclare(volumes=HERE, area="personnel")).precision == "broad"
    assert (
        read("area.declare", AreaDeclare(volumes=HERE, area="airfield", precision="exact")).precision
        == "exact"
    )


def test_a_proposed_zone_is_not_agreed_until_an_agreement_carries_it():
    zone = AreaDeclare(volumes=HERE, area="no_fly_proposed", precision="exact")
    assert not read("area.declare", zone).agreed
    assert read("area.declare", zone, agreed=True).agreed
    assert read("area.declare", AreaDeclare(volumes=HERE, area="airfield", precision="exact")).agreed


def test_recurrence_holds_on_each_day():
    body = Flight(volumes=(*HERE, volume(square(40, 36))), recurrence=Recurrence(every_hours=24, times=3))
    daily = read("activity.flight", body)
    assert len(daily.volumes) == 6
    assert daily.volumes[4].start == "2015-10-22T14:00:00Z"
    other = read(
        "activity.flight",
        Flight(volumes=(volume(square(33, 36), start="2015-10-22T14:30:00Z", end="2015-10-22T14:40:00Z"),)),
        id="f",
        party="red",
    )
    assert verdicts(daily, other) == ["conflict"]
    once = read("activity.flight", Flight(volumes=body.volumes))
    assert verdicts(once, other, NO_MINIMA) == ["no_conflict"]
    vague = Flight(volumes=(volume(square(33, 36), start="2015-10-20T14:00:00"),), recurrence=body.recurrence)
    assert read("activity.flight", vague).volumes[1].start == "2015-10-21T14:00:00", (
        "a missing zone stays missing"
    )
