"""Accounts of one meeting side by side: joined, bounded, covered or not, and never judged (A7)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import msgspec
from procedure_world import MIN, A, B, C, S, World, t

from steerclear.procedure.encounters import Encounter, Plan, encounters
from steerclear.procedure.said import Said
from steerclear.space.altitude import Altitude
from steerclear.space.volume import Circle, Polygon, Volume4D
from steerclear.speech.kinds.common import Fix, Interval
from steerclear.speech.kinds.encounter_report import ConductItem, EncounterReport, Separation

LAT, LON = 362_000_000, 389_000_000
FLOWN = Altitude(22_000, "ft", "MSL")


def fix(at: int = 2 * MIN, lat: int = LAT, lon: int = LON, **more: Any) -> Fix:
    known: dict[str, Any] = {"altitude": FLOWN, "altitude_error_tmm": 1_524_000, "error_mm": 1_852_000} | more
    return Fix(at=t(at), lat_e7=lat, lon_e7=lon, **known)


def report(low: int = 4, high: int = 9, *fixes: Fix, **more: Any) -> EncounterReport:
    least = Separation(horizontal_mm=Interval(low=low * 1_000_000, high=high * 1_000_000))
    return EncounterReport(form="safety_account", own=fixes or (fix(),), least_separation=least, **more)


def plan(
    lower: int = 20_000, upper: int = 24_000, start: int = 0, end: int = 5 * MIN, lat: int = LAT
) -> Plan:
    circle = Circle((lat, LON), 5_000_000)
    low, high = Altitude(lower, "ft", "MSL"), Altitude(upper, "ft", "MSL")
    return Plan("f" * 64, A, (Volume4D(circle, low, high, t(start), t(end)),))


def filed(world: World, *bodies: tuple[str, EncounterReport], about: Said | None = None) -> list[Said]:
    return [
        world.say("encounter.report", who, body, i * MIN, about=about) for i, (who, body) in enumerate(bodies)
    ]


def only(rows: tuple[Encounter, ...]) -> Encounter:
    assert len(rows) == 1
    return rows[0]


def test_two_accounts_of_one_meeting_join_whatever_their_order() -> None:
    said = filed(World(), (A, report(4, 9)), (B, report(3, 7, fix(lat=LAT + 400_000))))
    rows = {encounters(order, ()) for order in permutations(said)}
    row = only(rows.pop())
    assert not rows
    assert row.reports == tuple(one.id for one in said) and row.parties == (A, B) and not row.one_sided
    assert (row.horizontal_low_mm, row.horizontal_high_mm) == (3_000_000, 9_000_000)
    assert (row.vertical_low_tmm, row.vertical_high_tmm) == (None, None)
    assert row.verdict == "none"


def test_far_apart_in_place_or_time_they_are_two() -> None:
    away = report(3, 7, fix(lat=LAT + 5_000_000))
    later = report(3, 7, fix(at=30 * MIN))
    for other in (away, later):
        rows = encounters(filed(World(), (A, report()), (B, other)), ())
        assert [row.one_sided for row in rows] == [True, True]


def test_a_reference_joins_what_place_and_time_do_not() -> None:
    world = World()
    first = filed(world, (A, report()))[0]
    second = world.say("encounter.report", B, report(3, 7, fix(at=30 * MIN)), MIN, about=first)
    assert only(encounters([first, second], ())).reports == (first.id, second.id)


def test_one_partys_two_reports_join_only_by_reference() -> None:
    assert len(encounters(filed(World(), (A, report()), (A, report())), ())) == 2


def test_a_third_account_joins_two_that_did_not_meet() -> None:
    world = World(members=(A, B, C))
    one, two = filed(world, (A, report()), (B, report(3, 7, fix(at=9 * MIN))))
    assert len(encounters([one, two], ())) == 2
    between = world.say("encounter.report", C, report(1, 2, fix(at=5 * MIN)), 3 * MIN)
    assert only(encounters([one, two, between], ())).parties == (A, B, C)


def test_covered_or_uncoordinated() -> None:
    said = filed(World(), (A, report()))
    bare = only(encounters(said, ()))
    assert bare.uncoordinated and bare.covered_by == ()
    held = only(encounters(said, (plan(),)))
    assert not held.uncoordinated and held.covered_by == ("f" * 64,)
    for beside in (
        plan(lower=30_000, upper=34_000),
        plan(start=10 * MIN, end=20 * MIN),
        plan(lat=LAT + 5_000_000),
    ):
        assert only(encounters(said, (beside,))).uncoordinated


def test_an_unknown_height_may_be_covered_at_any_height() -> None:
    said = filed(World(), (A, report(4, 9, fix(altitude=None))))
    assert only(encounters(said, (plan(lower=30_000, upper=34_000),))).covered_by == ("f" * 64,)


def test_what_cannot_be_compared_is_said_and_is_not_uncoordinated() -> None:
    said = filed(World(), (A, report()))
    broken = msgspec.structs.replace(plan().volumes[0], outline=Polygon(()))
    row = only(encounters(said, (Plan("e" * 64, B, (broken,)),)))
    assert row.not_judged == ("e" * 64,) and not row.uncoordinated and row.covered_by == ()


def test_the_checklist_stands_as_each_filled_it() -> None:
    rule = "incsea.navigation-lights"
    mine = report(checklist=(ConductItem(rule=rule, own="yes", other="no"),))
    theirs = report(checklist=(ConductItem(rule=rule, own="yes"),))
    row = only(encounters(filed(World(), (A, mine), (B, theirs)), ()))
    assert [(one.party, one.own, one.other) for one in row.checklist] == [
        (A, "yes", "no"),
        (B, "yes", "not_said"),
    ]


def test_what_is_no_report_is_passed_over() -> None:
    world = World()
    world.say("stop", A, None, S)
    assert encounters(world.entries, ()) == ()
