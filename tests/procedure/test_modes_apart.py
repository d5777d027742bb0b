"""What is not REAL has its own timers and counters (messages.md, Header): an exercise period open on a real line."""

from __future__ import annotations

import pytest
from procedure_world import MIN, T0, A, B, D, H, S, World, alarm, deadline, hexid, row, t, wgs84

from steerclear.procedure.acts import Genesis, acts
from steerclear.procedure.flood import Ratio, floods, grouped, not_life_safety
from steerclear.procedure.fold import fold
from steerclear.procedure.reminders import OpenConflict, reminders
from steerclear.procedure.repeats import repeats_of
from steerclear.procedure.said import Said
from steerclear.procedure.subject import Subject
from steerclear.procedure.subjects import group
from steerclear.speech.kinds.agreement import Agreement
from steerclear.speech.kinds.amend import Amend
from steerclear.speech.kinds.common import Window
from steerclear.speech.kinds.complete import Complete
from steerclear.speech.kinds.encounter_report import EncounterReport
from steerclear.speech.kinds.receipt import Receipt
from steerclear.speech.kinds.reply import Reply
from steerclear.speech.kinds.stop import Stop
from steerclear.speech.parameters import Parameters

REAL, EXERCISE = "REAL", "EXERCISE"
PLACE = wgs84(330_000_000, 380_000_000)


def open_line(own: str = A) -> World:
    """A real line inside an exercise period of its agreement."""
    made = World()
    terms = {
        "name": "memorandum",
        "text_hash": hexid("text"),
        "exercise_periods": (Window(start=t(-D), end=t(D)),),
    }
    for party in (A, B):
        made.say("agreement", party, Agreement(act="ratify", **terms))  # type: ignore[arg-type]
    force = acts(made.entries, Genesis("1" * 64, (A, B))).in_force
    return World(own=own, facts={"in_force": force})


def subjects_of(world: World, at: int) -> list[Subject]:
    return [fold(held, world.context(), T0 + at) for held in group(world.entries).values()]


def stops(world: World, modes: str, apart: int = S) -> dict[str, list[Said]]:
    """One stop for each letter of `modes` (r, e), one after the other."""
    out: dict[str, list[Said]] = {REAL: [], EXERCISE: []}
    for i, letter in enumerate(modes):
        mode = REAL if letter == "r" else EXERCISE
        out[mode].append(world.say("stop", A, Stop(), i * apart, mode=mode, depth=10 + i))
    return out


@pytest.mark.parametrize(
    ("modes", "flooded"),
    [
        ("eeeeeer", []),
        ("rrrrrre", []),
        ("eeeeeee", [EXERCISE]),
        ("rrrrrrreee", [REAL]),
        ("rerererererere", [EXERCISE, REAL]),
    ],
)
def test_a_flood_is_of_one_mode(modes: str, flooded: list[str]) -> None:
    world = open_line()
    said = stops(world, modes)
    found = floods(world.entries, Parameters())
    assert [(flood.mode, flood.ids) for flood in found] == [
        (mode, tuple(one.id for one in said[mode])) for mode in flooded
    ]


def test_stops_of_an_exercise_never_group_the_alarms_of_a_real_one() -> None:
    world = open_line()
    said = stops(world, "eeeeeeeer")
    subjects = subjects_of(world, MIN)
    rings = grouped(subjects, floods(world.entries, Parameters()))
    real = said[REAL][0].id
    (flood,) = [ring for ring in rings if ring.rule == "flood"]
    assert flood.subject != real and "EXERCISE" in flood.text
    assert {ring.rule for ring in rings if ring.subject == real} >= {"new-life-safety", "no-play"}
    assert not any(made.startswith(real) for made in flood.grouped)


def test_a_flood_of_real_stops_leaves_those_of_the_exercise_alone() -> None:
    world = open_line()
    said = stops(world, "rrrrrrre")
    rings = grouped(subjects_of(world, MIN), floods(world.entries, Parameters()))
    (flood,) = [ring for ring in rings if ring.rule == "flood"]
    assert "REAL" in flood.text and not any(made.startswith(said[EXERCISE][0].id) for made in flood.grouped)
    assert [ring.rule for ring in rings if ring.subject == said[EXERCISE][0].id] == ["new-life-safety"]


def test_the_ratio_of_marks_is_counted_in_each_mode() -> None:
    world = open_line()
    said = stops(world, "rrreeee")
    for one in said[EXERCISE][:2]:
        world.say("reply", B, Reply(answer="NOT_LIFE_SAFETY", reason="drill"), MIN, about=one, mode=EXERCISE)
    assert not_life_safety(subjects_of(world, MIN)) == (Ratio(A, EXERCISE, 2, 4), Ratio(A, REAL, 0, 3))
    world.say("reply", B, Reply(answer="NOT_LIFE_SAFETY", reason="late"), MIN, about=said[REAL][0])
    assert not_life_safety(subjects_of(world, MIN))[1] == Ratio(A, REAL, 1, 3)


@pytest.mark.parametrize(("mode", "other"), [(REAL, EXERCISE), (EXERCISE, REAL)])
def test_only_what_is_of_the_same_mode_ends_a_reminder(mode: str, other: str) -> None:
    world = open_line(own=B)
    report = world.say("encounter.report", A, EncounterReport(form="statement"), mode=mode)
    conflict = OpenConflict("c" * 64, "d" * 64, "e" * 64, T0, mode)

    def rung(*sent: Said) -> list[str]:
        subject = fold([report], world.context(), T0 + H)
        found = reminders([subject], [conflict], sent, world.context(), 15 * MIN, T0 + H)
        return sorted(one.step for one in found)

    def about(mode: str) -> tuple[Said, Said]:
        answer = world.say("reply", B, Reply(answer="NOTED"), MIN, about=report, mode=mode)
        return answer, world.say("amend", B, None, MIN, refs=("d" * 64,), mode=mode)

    assert rung() == rung(*about(other)) == ["conflict", "encounter"]
    assert rung(*about(mode)) == []


@pytest.mark.parametrize(
    ("first", "second", "repeat"),
    [(REAL, REAL, True), (EXERCISE, EXERCISE, True), (EXERCISE, REAL, False), (REAL, EXERCISE, False)],
)
def test_a_stop_repeats_only_one_of_its_own_mode(first: str, second: str, repeat: bool) -> None:
    world = open_line()
    old = world.say("stop", A, Stop(positions=(PLACE,), since=t(-MIN)), mode=first)
    new = world.say("stop", A, Stop(positions=(PLACE,), since=t(H)), H + MIN, mode=second)
    found = repeats_of(group(world.entries).values(), world.context())
    assert found == ({new.id: (old.id,)} if repeat else {})


@pytest.mark.parametrize(("mode", "other"), [(REAL, EXERCISE), (EXERCISE, REAL)])
def test_a_timer_is_met_in_its_own_mode_only(mode: str, other: str) -> None:
    """What no honest desk lets pass is stored, marked, and stops no clock."""
    world = open_line()
    stop = world.say("stop", A, Stop(positions=(PLACE,)), mode=mode)
    wrong = world.say("receipt", B, Receipt(level="read", post_class="operations"), S, about=stop, mode=other)
    closed = world.say("complete", A, Complete(), 2 * S, about=stop, mode=other)
    subject = world.at(2 * MIN)
    assert [(one.entry, one.mark) for one in subject.no_effect] == [
        (wrong.id, "mode-differs"),
        (closed.id, "mode-differs"),
    ]
    assert "mode-differs" in subject.marks and subject.closed_by == "" and row(subject, B).read_ms is None
    assert deadline(subject, "heard", "first-person").state == "missed"
    assert alarm(subject, "heard", "first-person") is not None
    world.say("receipt", B, Receipt(level="read", post_class="operations"), 30 * S, about=stop, mode=mode)
    subject = world.at(2 * MIN)
    assert deadline(subject, "heard", "first-person").state == "met"
    assert alarm(subject, "heard", "first-person") is None


def test_test_and_exercise_are_one_play() -> None:
    world = World(facts={"exercise_line": True})
    stop = world.say("stop", A, Stop(), mode="TEST")
    world.say("receipt", B, Receipt(level="read"), S, about=stop, mode=EXERCISE)
    assert world.at(MIN).no_effect == () and row(world.at(MIN), B).read_ms is not None


def test_an_amend_of_another_mode_makes_no_version() -> None:
    world = open_line()
    stop = world.say("stop", A, Stop(positions=(PLACE,)), mode=REAL)
    wrong = world.say("amend", A, Amend(kind="stop", notice={}), S, about=stop, mode=EXERCISE)
    assert world.at(MIN).version == stop.id
    assert [one.entry for one in world.at(MIN).no_effect] == [wrong.id]
    right = world.say("amend", A, Amend(kind="stop", notice={}), 2 * S, about=stop, mode=REAL)
    assert world.at(MIN).version == right.id
