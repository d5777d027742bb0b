"""What looks across subjects, or at the line itself."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from procedure_world import LINE, MIN, T0, A, B, C, D, H, S, World, alarm, hexid, t, wgs84

from steerclear.procedure import residue
from steerclear.procedure.acts import Genesis, acts
from steerclear.procedure.flood import floods, grouped, not_life_safety
from steerclear.procedure.fold import fold
from steerclear.procedure.gaps import gaps
from steerclear.procedure.line import fold_line
from steerclear.procedure.observed import Heard, next_change, observed
from steerclear.procedure.reminders import OpenConflict, next_reminder, reminders
from steerclear.procedure.repeats import StopPlace, place_of, repeats, repeats_of
from steerclear.procedure.said import Said
from steerclear.procedure.subjects import Subjects, group
from steerclear.speech.kinds.activity_flight import Flight
from steerclear.speech.kinds.agreement import Agreement
from steerclear.speech.kinds.common import Window
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.encounter_report import EncounterReport
from steerclear.speech.kinds.introduce import Introduce
from steerclear.speech.kinds.line_check import LineCheck
from steerclear.speech.kinds.line_status import LineStatus
from steerclear.speech.kinds.receipt import Receipt
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.parameters import Parameters

PLACE = wgs84(330_000_000, 380_000_000)
NEAR = wgs84(330_800_000, 380_000_000)  # 8.9 km
FAR = wgs84(331_000_000, 380_000_000)  # 11 km


def stop_place(world: World, said: Said) -> StopPlace:
    mine = [row for row in world.entries if row is said or said.id in row.header.refs]
    found = place_of(mine, world.context())
    assert found is not None
    return found


def two_stops(
    second: Stop, at: int = 90 * MIN, first: Stop | None = None, resolved: int | None = None
) -> bool:
    """Whether a stop said at `at` repeats one said at 0."""
    world = World()
    old = world.say("stop", A, first or Stop(positions=(PLACE,), since=t(-MIN)))
    if resolved is not None:
        world.say("complete", A, Complete(), resolved, about=old)
    new = world.say("stop", A, second, at)
    found = repeats([stop_place(world, new), stop_place(world, old)])
    assert found == repeats_of([*group(world.entries).values()], world.context())
    assert found in ({}, {new.id: (old.id,)})
    return bool(found)


def test_the_same_place_again_before_resolution_is_a_repeat() -> None:
    assert two_stops(Stop(positions=(NEAR,), since=t(89 * MIN)))
    assert not two_stops(Stop(positions=(FAR,), since=t(89 * MIN)))
    assert two_stops(Stop(positions=(FAR, PLACE), since=t(89 * MIN))), "any reading of the place"


def test_a_second_account_of_the_same_event_is_no_repeat() -> None:
    assert not two_stops(Stop(positions=(PLACE,), since=t(-30 * S)), at=MIN)
    assert not two_stops(Stop(positions=(PLACE,), since=t(0)), at=MIN)
    assert two_stops(Stop(positions=(PLACE,), since=t(1)), at=MIN)


def test_without_a_position_the_site_decides() -> None:
    site = "7" * 64
    assert two_stops(Stop(site=site), first=Stop(site=site))
    assert not two_stops(Stop(site="8" * 64), first=Stop(site=site))
    assert not two_stops(Stop(), first=Stop())


@pytest.mark.parametrize(("at", "again"), [(D, True), (D + 1, False)])
def test_after_resolution_the_area_is_watched_for_a_day(at: int, again: bool) -> None:
    assert two_stops(Stop(positions=(PLACE,)), at=at, resolved=H) == again
    assert two_stops(Stop(positions=(PLACE,)), at=at), "not resolved: at any time"


def test_the_new_stop_rings_at_once() -> None:
    world = World()
    new = world.say("stop", A, Stop(positions=(PLACE,)))
    subject = world.at(0, repeats={new.id: ("8" * 64,)})
    assert "repeat-after-warning" in subject.marks
    assert subject.stop.repeats == ("8" * 64,)
    assert alarm(subject, "repeat-after-warning", "new-event", "").since_ms == T0
    assert alarm(world.at(0), "repeat-after-warning", "new-event", "") is None


# ---- floods


def flood_of(count: int, apart: int) -> tuple[World, list[Said]]:
    world = World()
    return world, [world.say("stop", A, Stop(), i * apart) for i in range(count)]


@pytest.mark.parametrize(("count", "apart", "is_one"), [(7, MIN, True), (6, MIN, False), (7, 100 * S, False)])
def test_more_than_six_in_ten_minutes_are_grouped(count: int, apart: int, is_one: bool) -> None:
    world, stops = flood_of(count, apart)
    found = floods(world.entries, Parameters())
    assert [flood.ids for flood in found] == ([tuple(said.id for said in stops)] if is_one else [])


def test_a_flood_rings_once_and_everything_is_kept() -> None:
    world, stops = flood_of(8, S)
    world.say("reply", B, Reply(answer="NOT_LIFE_SAFETY", reason="late notice"), MIN, about=stops[0])
    subjects = [fold(held, world.context(), T0 + MIN) for held in group(world.entries).values()]
    found = floods(world.entries, Parameters())
    rings = grouped(subjects, found)
    assert [ring.rule for ring in rings] == ["flood"]
    assert len(rings[0].grouped) == sum(len(subject.alarms) for subject in subjects)
    assert len(grouped(subjects, ())) > 1
    assert [(ratio.party, ratio.marked, ratio.total) for ratio in not_life_safety(subjects)] == [(A, 1, 8)]


def test_what_a_node_says_by_itself_groups_no_stop_away() -> None:
    _, said = flood_of(9, S)
    alerts = [replace(one, header=msgspec.structs.replace(one.header, kind="alert")) for one in said[:7]]
    found = floods([*alerts, *said[7:]], Parameters())
    assert [flood.ids for flood in found] == [tuple(one.id for one in alerts)]
    assert [flood.ids for flood in floods(said, Parameters())] == [tuple(one.id for one in said)]


def test_no_play_is_never_grouped_away() -> None:
    world, stops = flood_of(8, S)
    world.facts["exercise_line"] = True
    subjects = [fold(held, world.context(), T0 + MIN) for held in group(world.entries).values()]
    rings = [ring.rule for ring in grouped(subjects, floods(world.entries, Parameters()))]
    assert (rings.count("no-play"), rings.count("flood"), len(rings)) == (len(stops), 1, len(stops) + 1)


# ---- reminders


@pytest.mark.parametrize(("at", "rings"), [(15 * MIN, False), (15 * MIN + 1, True)])
def test_a_report_and_a_conflict_remind_after_15_min(at: int, rings: bool) -> None:
    world = World(own=B)
    world.say("encounter.report", A, EncounterReport(form="statement"))
    conflict = OpenConflict("c" * 64, "d" * 64, "e" * 64, T0)
    subject = world.at(at)
    found = reminders([subject], [conflict], [], world.context(), 15 * MIN, T0 + at)
    assert [alarm.step for alarm in found] == (["conflict", "encounter"] if rings else []) or [
        alarm.step for alarm in found
    ] == (["encounter", "conflict"] if rings else [])
    assert next_reminder([subject], [conflict], world.context(), 15 * MIN, T0) == T0 + 15 * MIN + 1


def test_an_entry_sent_about_it_ends_the_reminder_and_another_does_not() -> None:
    world = World(own=B)
    report = world.say("encounter.report", A, EncounterReport(form="statement"))
    other = world.say("reply", B, Reply(answer="NOTED"), MIN, about=replace(report, id="f" * 64))
    now = T0 + H

    def rung(sent: list[Said]) -> int:
        return len(reminders([world.at(H)], [], sent, world.context(), 15 * MIN, now))

    assert rung([other]) == 1
    mine = world.say("reply", B, Reply(answer="NOTED"), 2 * MIN, about=report)
    assert rung([mine]) == 0
    conflict = OpenConflict("c" * 64, "d" * 64, "e" * 64, T0)
    warned = world.say("amend", B, None, MIN, about=replace(report, id="d" * 64))
    assert len(reminders([], [conflict], [], world.context(), 15 * MIN, now)) == 1
    assert reminders([], [conflict], [warned], world.context(), 15 * MIN, now) == ()
    early = OpenConflict("c" * 64, "d" * 64, "e" * 64, T0 + 2 * MIN)
    assert len(reminders([], [early], [warned], world.context(), 15 * MIN, now)) == 1, (
        "sent before it was known"
    )


# ---- grouping


def test_entries_are_grouped_by_their_root_whatever_comes_first() -> None:
    world = World()
    stop = world.say("stop", A, Stop())
    reply = world.say("reply", B, Reply(answer="CHECKING"), S, about=stop)
    read = world.say("receipt", A, Receipt(level="read"), 2 * S, about=reply)
    other = world.say("stop", A, Stop(), 3 * S, about=stop)
    for order in ([stop, reply, read, other], [read, reply, other, stop], [other, read, stop, reply]):
        held = group(order)
        assert {root: {said.id for said in rows} for root, rows in held.items() if rows} == {
            stop.id: {stop.id, reply.id, read.id},
            other.id: {other.id},
        }


def test_an_orphan_waits_under_what_is_missing_and_moves_when_it_comes() -> None:
    world = World()
    stop = world.say("stop", A, Stop())
    reply = world.say("reply", B, Reply(answer="CHECKING"), S, about=stop)
    read = world.say("receipt", A, Receipt(level="read"), 2 * S, about=reply)
    subjects = Subjects()
    assert subjects.add(read.id, reply.id) == (reply.id,)
    assert set(subjects.add(reply.id, stop.id)) == {stop.id, reply.id}
    assert subjects.entries(reply.id) == ()
    assert subjects.add(stop.id, "") == (stop.id,)
    assert set(subjects.entries(stop.id)) == {stop.id, reply.id, read.id}
    assert subjects.ids() == (stop.id,)
    assert subjects.add(reply.id, stop.id) == (stop.id,)
    assert sorted(subjects.entries(stop.id)) == sorted({stop.id, reply.id, read.id})


# ---- the line


def terms(**more: object) -> Agreement:
    body = {"name": "memorandum", "text_hash": hexid("text"), "parameters": {"relay_ms": 60_000}, **more}
    return Agreement(act="ratify", **body)  # type: ignore[arg-type]


GENESIS = Genesis(LINE, (A, B))


def test_an_agreement_is_in_force_when_all_members_ratified_the_same_terms() -> None:
    world = World()
    world.say("agreement", A, terms())
    line = fold_line(world.entries, GENESIS, A, {}, T0)
    assert (line.interim, line.agreement.state, line.agreement.waiting_for) == (True, "ratifying", (B,))
    world.say("agreement", B, terms(name="another"))
    assert fold_line(world.entries, GENESIS, A, {}, T0).interim
    last = world.say("agreement", B, terms())
    line = fold_line(world.entries, GENESIS, A, {}, T0)
    assert (line.interim, line.agreement.state) == (False, "in-force")
    done = acts(world.entries, GENESIS)
    assert (done.in_force[-1].begin, done.in_force[-1].parameters.relay_ms) == (last.key, 60_000)
    three = Genesis(LINE, (A, B, C))
    assert fold_line(world.entries, three, A, {}, T0).interim
    world.say("agreement", C, terms())
    assert fold_line(world.entries, GENESIS, A, {}, T0).agreement.state == "in-force", "no member, no vote"
    assert not fold_line(world.entries, three, A, {}, T0).interim


def test_suspending_an_agreement_restores_the_genesis_parameters_until_its_own_resume() -> None:
    world = World()
    for party in (A, B):
        world.say("agreement", party, terms())
    world.say("agreement", B, Agreement(act="suspend", categories=("notices",), reason="talks ended"))
    line = fold_line(world.entries, GENESIS, A, {}, T0)
    assert (line.interim, line.agreement.state, line.agreement.suspended_by) == (True, "suspended", (B,))
    assert [row.categories for row in line.suspensions] == [("notices",)]
    world.say("agreement", A, Agreement(act="resume"))
    assert fold_line(world.entries, GENESIS, A, {}, T0).interim, "not by another"
    world.say("agreement", B, Agreement(act="resume"))
    line = fold_line(world.entries, GENESIS, A, {}, T0)
    assert (line.interim, line.suspensions) == (False, ())


def test_a_declared_suspension_ends_by_its_own_resumed_only() -> None:
    world = World()
    off = world.say(
        "line.status", B, LineStatus(status="suspended", categories=("notices",), reason="x", terms="y")
    )
    line = fold_line(world.entries, GENESIS, A, {}, T0)
    assert [(row.party, row.reason, row.terms) for row in line.suspensions] == [(B, "x", "y")]
    assert line.peers[0].declared == "suspended"
    world.say("line.status", A, LineStatus(status="resumed"), about=off)
    assert len(fold_line(world.entries, GENESIS, A, {}, T0).suspensions) == 1
    world.say("line.status", B, LineStatus(status="resumed"), about=off)
    line = fold_line(world.entries, GENESIS, A, {}, T0)
    assert (line.suspensions, line.peers[0].declared) == ((), "open")


def test_a_resumed_that_names_one_suspension_leaves_the_other() -> None:
    world = World()
    one = world.say("line.status", B, LineStatus(status="suspended", categories=("notices",)))
    world.say("line.status", B, LineStatus(status="suspended", categories=("planning",)))
    world.say("line.status", B, LineStatus(status="resumed"), about=one)
    line = fold_line(world.entries, GENESIS, A, {}, T0)
    assert [row.categories for row in line.suspensions] == [("planning",)]


def test_exercise_periods_of_the_agreement_open_and_close_half_open() -> None:
    world = World()
    for party in (A, B):
        world.say("agreement", party, terms(exercise_periods=(Window(start=t(H), end=t(2 * H)),)))
    opened = {
        at: fold_line(world.entries, GENESIS, A, {}, T0 + at).exercise_open
        for at in (H - 1, H, 2 * H - 1, 2 * H)
    }
    assert opened == {H - 1: False, H: True, 2 * H - 1: True, 2 * H: False}
    assert fold_line(world.entries, GENESIS, A, {}, T0).next_due_ms == T0 + H


def test_an_agreement_ends_on_its_own_date() -> None:
    world = World()
    for party in (A, B):
        world.say("agreement", party, terms(until=t(D)))
    assert not fold_line(world.entries, GENESIS, A, {}, T0 + D - 1).interim
    ended = fold_line(world.entries, GENESIS, A, {}, T0 + D)
    assert (ended.interim, ended.agreement.state) == (True, "ended")


def test_a_line_is_authenticated_by_both_confirmations() -> None:
    world = World()
    card = hexid("card")
    assert fold_line(world.entries, GENESIS, A, {}, T0).unauthenticated
    world.say("introduce", A, Introduce(peer=B, card=card, same=True))
    assert fold_line(world.entries, GENESIS, A, {}, T0).unauthenticated
    world.say("introduce", B, Introduce(peer=A, card=card, same=True))
    assert not fold_line(world.entries, GENESIS, A, {}, T0).unauthenticated
    world.say("introduce", B, Introduce(peer=A, card=card, same=False))
    line = fold_line(world.entries, GENESIS, A, {}, T0)
    assert line.unauthenticated
    assert [alarm.step for alarm in line.alarms] == ["card-differs"]


@pytest.mark.parametrize(
    ("age", "status"),
    [(60 * S - 1, "up"), (60 * S, "degraded"), (5 * MIN - 1, "degraded"), (5 * MIN, "silent"), (D, "silent")],
)
def test_degraded_after_a_minute_and_silent_after_five(age: int, status: str) -> None:
    heard = Heard(T0)
    assert observed(heard, Parameters(), T0 + age) == status
    line = fold_line([], GENESIS, A, {B: heard}, T0 + age)
    assert line.peers[0].observed == status
    assert [alarm.since_ms for alarm in line.alarms] == ([T0 + 5 * MIN] if status == "silent" else [])


def test_observed_beside_declared() -> None:
    numbers, heard = Parameters(), Heard(T0)
    assert observed(heard, numbers, T0 + S, suspended=True) == "suspended-but-alive"
    assert observed(heard, numbers, T0 + H, suspended=True) == "suspended"
    assert observed(heard, numbers, T0 + H, dormant=True) == "dormant"
    assert observed(heard, numbers, T0 + S, dormant=True) == "up"
    assert observed(Heard(T0, forked=True), numbers, T0) == "fork-held"
    assert observed(Heard(), numbers, T0) == "never-heard"
    back = Heard(T0 + H, restored_ms=T0 + H)
    assert observed(back, numbers, T0 + H) == "restored"
    assert observed(back, numbers, T0 + H, checked_ms=T0 + H) == "up"
    assert observed(replace(back, last_ms=T0 + 2 * H), numbers, T0 + 2 * H) == "up"
    assert next_change(heard, numbers, T0) == T0 + MIN
    assert next_change(heard, numbers, T0 + MIN) == T0 + 5 * MIN
    slow = Parameters(degraded_after_ms=D, silent_after_ms=2 * D)
    assert observed(heard, slow, T0 + H) == "up", "periods are parameters"


@pytest.mark.parametrize(("at", "since"), [(12 * H - 1, None), (12 * H, T0)])
def test_nobody_heard_since_the_last_check_by_a_person(at: int, since: int | None) -> None:
    world = World()
    world.say("line.check", B, LineCheck(by="person"))
    world.say("line.check", B, LineCheck(by="machine"), 11 * H)
    assert fold_line(world.entries, GENESIS, A, {}, T0 + at).peers[0].nobody_heard_since_ms == since


def test_a_freeze_is_one_long_gap_with_its_reason() -> None:
    world = World()
    flight = Flight()
    world.say("activity.flight", A, flight, 0)
    world.say("line.status", B, LineStatus(status="suspended", categories=("notices",), reason="freeze"), H)
    world.say("line.check", B, LineCheck(by="person"), 30 * D)
    world.say("stop", A, Stop(), 100 * D)
    world.say("line.status", B, LineStatus(status="resumed"), 539 * D)
    world.say("activity.flight", B, flight, 540 * D)
    world.say("activity.flight", B, flight, 540 * D + H)
    found = gaps(world.entries, acts(world.entries, GENESIS), D, T0 + 540 * D + 2 * H)
    assert len(found) == 1
    assert (found[0].from_ms, found[0].to_ms, found[0].duration_ms) == (T0, T0 + 540 * D, 540 * D)
    assert (found[0].suspended_by, found[0].reasons, found[0].life_safety) == ((B,), ("freeze",), 1)
    still = gaps(world.entries, acts(world.entries, GENESIS), D, T0 + 542 * D)
    assert still[-1].to_ms is None


def test_residue_is_read_from_erased_entries_and_nonsense_is_passed_over() -> None:
    world = World()
    good = {
        "id": "d" * 64,
        "kind": "stop",
        "life": "done",
        "end_ms": None,
        "term_ms": T0,
        "verdicts": ["e" * 64],
    }
    bad = [{"id": 5}, {"id": "x", "life": "green"}, "text", {"id": "y", "life": "done", "end_ms": "late"}]
    world.say("erased", A, record={"entries": [*bad, good]})
    world.say("erased", A, record={"entries": [good | {"life": "cancelled"}]})
    world.say("erased", A, record={"entries": 7})
    found = residue.read(world.entries)
    assert list(found) == ["d" * 64]
    assert (found["d" * 64].life, found["d" * 64].verdicts) == ("done", ("e" * 64,))
