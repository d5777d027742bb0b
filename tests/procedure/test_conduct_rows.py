"""Conduct beside entries: from the set of entries alone, alike at every node; alarms of turned bearings come and go."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import msgspec
from procedure_world import MIN, A, B, D, S, World, t, with_bounds

from steerclear.judgement.conduct import Place
from steerclear.procedure import conduct
from steerclear.procedure.encounters import Area, encounters
from steerclear.procedure.said import Said
from steerclear.space.altitude import Altitude
from steerclear.space.geodesic import direct
from steerclear.space.volume import Circle, Volume4D
from steerclear.speech.kinds.activity_hazard import Hazard
from steerclear.speech.kinds.common import Fix, Interval, Published
from steerclear.speech.kinds.encounter_report import (
    Circumstance,
    ConductAct,
    ConductItem,
    EncounterReport,
    Separation,
)

SITE = (36.2, 38.9)
FLOWN = Altitude(5_000, "m", "MSL")


def fix(at: int, azimuth: float = 0, apart_m: float = 0, error_m: int = 10) -> Fix:
    lat, lon = direct(SITE, azimuth, apart_m)
    return Fix(
        at=t(at),
        time_error_ms=0,
        lat_e7=round(lat * 1e7),
        lon_e7=round(lon * 1e7),
        error_mm=error_m * 1000,
        altitude=FLOWN,
        altitude_error_tmm=50_000,
        speed_mm_s=80_000,
    )


def report(own: tuple[Fix, ...], other: tuple[Fix, ...] = (), **more: Any) -> EncounterReport:
    known: dict[str, Any] = {
        "own_class": "fixed_wing",
        "other_class": "fixed_wing",
        "begin": t(0),
        "end": t(MIN),
    }
    return EncounterReport(form="statement", own=own, other=other, **(known | more))


def pair() -> tuple[World, list[Said]]:
    world = World()
    first = world.say(
        "encounter.report",
        A,
        report(
            (fix(0),),
            (fix(0, 90, 60),),
            acts=(ConductAct(what="flare", by="other", distance_mm=Interval(low=10_000, high=40_000)),),
            circumstances=(Circumstance(what="interception", of="other"),),
            least_separation=Separation(horizontal_mm=Interval(low=20_000, high=90_000)),
        ),
        2 * MIN,
    )
    second = world.say(
        "encounter.report",
        B,
        report((fix(0, 90, 70),), checklist=(ConductItem(rule="air.no-flares", own="no"),)),
        3 * MIN,
        about=first,
    )
    return world, [first, second]


def test_the_same_rows_whatever_the_order_and_at_whichever_node() -> None:
    world, said = pair()
    seen = {
        tuple(row.hash for row in one.conduct)
        for order in permutations(said)
        for own in (A, B)
        for one in encounters(order, (), replace(world.context(), own=own))
    }
    assert len(seen) == 1 and len(seen.pop()) > 30


def test_each_account_by_itself_and_both_own_positions_together() -> None:
    world, said = pair()
    (one,) = encounters(said, (), world.context())
    rows = [row.judged for row in one.conduct]
    flares = [
        (row.accounts, row.about, row.party, row.verdict) for row in rows if row.rule == "air.no-flares"
    ]
    assert ((said[0].id,), "other", B, "not_compliant") in flares
    assert ((said[1].id,), "author", B, "compliant") in flares
    both = [row for row in rows if len(row.accounts) == 2]
    assert {row.rule for row in both} >= {"bands.separation", "bands.near-miss", "air.interception-least"}
    (near,) = [row for row in both if row.rule == "air.interception-least"]
    assert (near.about, near.party, near.verdict) == ("other", B, "not_compliant")
    assert one.verdict == "none"


def test_without_a_context_nothing_is_judged() -> None:
    _, said = pair()
    assert encounters(said, ())[0].conduct == ()


def test_an_area_counts_while_it_stood() -> None:
    world = World()
    said = world.say("encounter.report", A, report((fix(0),), own_class="rotary"), 2 * MIN)
    circle = Circle((round(SITE[0] * 1e7), round(SITE[1] * 1e7)), 1_000_000)
    place = Place(
        entry="f" * 64, area="no_fire", volumes=(Volume4D(circle, "surface", "unlimited", t(-D), t(D)),)
    )
    begins = 1_466_067_600_000

    def ring(area: Area) -> str:
        (one,) = encounters([said], (), world.context(), (area,))
        row = next(
            r.judged
            for r in one.conduct
            if r.judged.rule == "bands.ring-contact" and r.judged.about == "author"
        )
        return row.reason

    assert ring(Area(place, begins - D)) == "not-said"
    assert ring(Area(place, begins - D, begins - S)) == "no-area"
    assert ring(Area(place, begins + D)) == "no-area"


def hazard(start: int, *systems: str) -> Hazard:
    circle = Circle((380_000_000, 190_000_000), 25_000_000)
    return Hazard(
        volumes=(Volume4D(circle, "surface", Altitude(5_000, "ft", "MSL"), t(start), t(start + D)),),
        danger="firing",
        domain="sea",
        published=tuple(Published(system=one, number="1") for one in systems),  # type: ignore[arg-type]
    )


def words(said: Said, world: World) -> dict[str, str]:
    return {row.judged.rule: row.judged.verdict for row in conduct.of_notice(said, said, world.context())}


def test_a_danger_notice_is_judged_on_its_proved_interval() -> None:
    world = World()
    said = world.say("activity.hazard", A, hazard(3 * D + MIN, "NAVAREA"))
    rules = words(said, world)
    assert rules["incsea.danger-notice"] == "compliant"
    assert rules["incsea.danger-notice-five-days"] == "not_compliant"
    assert rules["incsea.danger-broadcast"] == "compliant"
    proved_later = with_bounds(said, said.after_ms, said.header.released_ms + 2 * MIN)
    assert words(proved_later, world)["incsea.danger-notice"] == "not_judged"
    short = world.say("activity.hazard", A, hazard(D))
    assert words(short, world)["incsea.danger-notice"] == "not_compliant"
    assert words(short, world)["incsea.danger-broadcast"] == "not_compliant"


TIMES = tuple(i * 10 * S for i in range(4))
PATH = ((60, 24_000), (70, 23_000), (80, 22_000), (90, 21_000))


def turned(by: int) -> EncounterReport:
    own = tuple(fix(at) for at in TIMES)
    other = tuple(fix(at, a + by, d) for at, (a, d) in zip(TIMES, PATH, strict=True))
    return report(own, other, own_class="ground", other_class="not_known")


def test_a_turned_radar_is_alarmed_until_the_account_is_given_again() -> None:
    world = World()
    seen = world.say("encounter.report", A, turned(107), MIN)
    known = world.say(
        "encounter.report",
        B,
        report(tuple(fix(at, a, d) for at, (a, d) in zip(TIMES, PATH, strict=True))),
        2 * MIN,
    )
    given = world.context()
    (found,) = [one for one in conduct.offsets(world.entries, given) if one.account == seen.id]
    assert found.flagged and found.against == known.id
    (alarm,) = conduct.offset_alarms([found], {seen.id: 1, known.id: 2})
    assert (alarm.rule, alarm.subject, alarm.since_ms) == ("bearing-offset", seen.id, 2)
    world.say("encounter.report", A, turned(0), 5 * MIN, about=seen)
    again = conduct.offsets(world.entries, given)
    assert seen.id not in {one.account for one in again}
    assert conduct.offset_alarms(again, {}) == ()


def test_the_agreement_may_ask_for_another_angle() -> None:
    world = World()
    world.say("encounter.report", A, turned(20), MIN)
    world.say(
        "encounter.report",
        B,
        report(tuple(fix(at, a, d) for at, (a, d) in zip(TIMES, PATH, strict=True))),
        2 * MIN,
    )
    given = world.context()
    force = given.in_force[0]
    wide = msgspec.structs.replace(force.parameters, bearing_offset_cdeg=3_000)
    lax = replace(given, in_force=(replace(force, parameters=wide),))
    assert any(one.flagged for one in conduct.offsets(world.entries, given))
    assert not any(one.flagged for one in conduct.offsets(world.entries, lax))
