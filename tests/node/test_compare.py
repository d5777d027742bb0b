"""What two nodes show of the same things, told to each other: judgement hashes with both answers where they differ,
states of subjects side by side, and nothing of either to whom it is not addressed (judgement.md; record.md, State)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from node.pair import MINIMA, Sites, party
from steerclear.judgement import pair as judging_pair
from steerclear.node import compare, conflicts, queries
from steerclear.node.compare import Asked, PairTold, Told
from steerclear.procedure.context import InForce
from steerclear.speech.parameters import Parameters
from steerclear.units import format_time
from steerclear.views.compared import Compared, TheyShow

APART_E7 = 2_366_000
"""Degrees between two circles of 10 km, so that they are 2 km apart: less than the line's minimum of 5 km."""


@pytest.fixture
def world(tmp_path: Path) -> Sites:
    return Sites(tmp_path, "ab")


def ask(world: Sites, one: str, other: str, change: Callable[[Told], Told] = lambda told: told) -> Told:
    """One question of `one` to `other` as `peers.sync.compare` asks it; its first answer."""

    def go(asked: Asked) -> Told:
        told = world.run(other, lambda n: compare.answer(n, world.line, party(one), asked))
        told = change(told)
        world.run(one, lambda n: compare.take(n, world.line, party(other), asked, told))
        return told

    asked = world.run(one, lambda n: compare.to_ask(n, world.line, party(other)))
    first = go(asked)
    wanted = world.run(one, lambda n: compare.to_fetch(n, world.line, party(other), asked))
    if wanted.conflicts:
        go(wanted)
    return first


def crossing(world: Sites, east_e7: int = 50_000) -> None:
    world.flight("a", "b")
    world.flight("b", "a", east_e7=east_e7)
    world.settle()


def beside(world: Sites, name: str) -> Compared:
    """How the one conflict at `name` stands beside the other's."""
    [row] = world.board(name).conflicts
    [found] = row.compared
    return found


def judge_again(world: Sites, name: str) -> None:
    """Everything that stands at this node is judged anew."""

    def go(node: Any) -> None:
        line = node.line(world.line)
        line.active = None
        conflicts.refresh(node, line, [])

    world.run(name, go)


def test_the_same_answer_is_shown_as_equal_and_none_as_not_compared_yet(world: Sites) -> None:
    crossing(world)
    assert beside(world, "a") == Compared(party("b"), "not compared yet")
    told = ask(world, "a", "b")
    [row] = world.board("b").conflicts
    assert told.conflicts == (PairTold(row.judgement.id, row.hash),)
    assert beside(world, "a") == Compared(party("b"), "equal", told.time_ms, row.hash)
    assert beside(world, "b").state == "not compared yet"
    ask(world, "b", "a")
    assert beside(world, "b").state == "equal"


def test_another_version_of_the_judge_differs_with_both_answers(
    world: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    crossing(world)
    ask(world, "a", "b")
    with monkeypatch.context() as patch:
        patch.setattr(judging_pair, "JUDGE_VERSION", "plans/2")
        judge_again(world, "b")
    ask(world, "a", "b")
    found = beside(world, "a")
    [ours], [theirs] = world.board("a").conflicts, world.board("b").conflicts
    assert ours.judgement.judge_version == "plans/1"
    assert (found.state, found.hash, found.theirs) == ("differs", theirs.hash, theirs.judgement)
    assert found.theirs is not None and found.theirs.judge_version == "plans/2"
    judge_again(world, "b")
    ask(world, "a", "b")
    assert beside(world, "a").state == "equal" and beside(world, "a").theirs is None


@pytest.mark.parametrize("verdict", ["conflict", "no_conflict"])
def test_other_parameters_differ_with_both_answers(
    world: Sites, monkeypatch: pytest.MonkeyPatch, verdict: str
) -> None:
    """Under other terms the conflict id is another, or there is no conflict at all: found by the pair."""
    crossing(world, APART_E7)
    ask(world, "a", "b")
    assert beside(world, "a").state == "equal"
    least = {"conflict": 4_000_000, "no_conflict": 0}[verdict]
    other = Parameters.from_dict({"minima": [{**MINIMA["minima"][0], "horizontal_mm": least}]})
    with monkeypatch.context() as patch:
        patch.setattr(conflicts, "in_force", lambda line, now: InForce((-1, "", -1), other, True))
        judge_again(world, "b")
        line = world.state("b")
        assert line.active.rules.parameters == other
        asked = world.run("a", lambda n: compare.to_ask(n, world.line, party("b")))
        told = world.run("b", lambda n: compare.answer(n, world.line, party("a"), asked))
        world.run("a", lambda n: compare.take(n, world.line, party("b"), asked, told))
        asked = world.run("a", lambda n: compare.to_fetch(n, world.line, party("b"), asked))
        told = world.run("b", lambda n: compare.answer(n, world.line, party("a"), asked))
        world.run("a", lambda n: compare.take(n, world.line, party("b"), asked, told))
    found = beside(world, "a")
    assert found.state == "differs" and found.theirs is not None
    assert found.theirs.verdict == verdict
    [ours] = world.board("a").conflicts
    assert found.theirs.id != ours.judgement.id and ours.judgement.verdict == "conflict"


def changed_answer(**fields: Any) -> Callable[[Told], Told]:
    def change(told: Told) -> Told:
        rows = []
        for one in told.conflicts:
            answer = {**one.answer, **fields} if one.answer is not None else None
            rows.append(PairTold(one.id, "e" * 64, answer))
        return Told(told.time_ms, told.holds, tuple(rows), told.subjects)

    return change


def test_an_answer_that_is_not_what_was_hashed_is_not_shown(world: Sites) -> None:
    crossing(world)
    ask(world, "a", "b", changed_answer(reason="you give way"))
    assert beside(world, "a").state == "differs" and beside(world, "a").theirs is None


@pytest.mark.parametrize(
    "bad",
    [
        {"reason": "\x1b[2Jall is well"},
        {"reason": "x" * 300},
        {"marks": ["x"] * 5000},
        {"from_ms": 1 << 52},
        {"from_ms": -1},
        {"unknown": 1},
        {"figure": 1.5},
        {"verdict": "clear"},
        {"a": {"entry": "f" * 64}},
    ],
)
def test_what_cannot_be_shown_as_it_stands_is_left_out(world: Sites, bad: dict[str, Any]) -> None:
    """Even under its right hash; the same answer without it is read."""
    from steerclear.judgement import Judgement, judgement_hash

    crossing(world)
    [row] = world.board("b").conflicts
    asked = compare._pair(row.judgement)
    plain = msgspec.to_builtins(row.judgement)
    assert compare._read(PairTold(row.judgement.id, row.hash, plain), asked) == row.judgement
    answer = {**plain, **bad}
    try:
        hashed = judgement_hash(msgspec.convert(answer, Judgement))
    except msgspec.ValidationError:
        hashed = row.hash
    assert compare._read(PairTold(row.judgement.id, hashed, answer), asked) is None


def test_what_is_over_is_forgotten(world: Sites) -> None:
    crossing(world)
    ask(world, "a", "b")
    flight = next(
        one.id
        for one in world.board("a").notices
        if one.author == party("a") and one.kind == "activity.flight"
    )
    assert world.state("a").peer(party("b")).compared
    world.say("a", "withdraw", {}, refs=(flight,), to="b")
    world.settle()
    assert world.board("a").conflicts == ()
    ask(world, "a", "b")
    assert world.state("a").peer(party("b")).compared == {}


def test_nothing_of_others_conflicts_is_asked_or_told(tmp_path: Path) -> None:
    world = Sites(tmp_path, "abc")
    private = {world.flight("a", "b"), world.flight("b", "a", east_e7=50_000)}
    shared = world.flight("a", "bc", hours=90)
    world.settle()
    asked = world.run("b", lambda n: compare.to_ask(n, world.line, party("a")))
    assert len(asked.conflicts) == 1
    for to in "ab":
        mine = world.run("c", lambda n, to=to: compare.to_ask(n, world.line, party(to)))
        assert mine.conflicts == ()
        told = world.run("a", lambda n, to=to: compare.to_ask(n, world.line, party("c")))
        assert told.conflicts == () and shared in told.subjects and not private & set(told.subjects)
    guessed = Asked(
        tuple(msgspec.structs.replace(one, whole=True) for one in asked.conflicts), asked.subjects
    )
    unknown = tuple(msgspec.structs.replace(one, id="0" * 64) for one in guessed.conflicts)
    to_c = world.run("a", lambda n: compare.answer(n, world.line, party("c"), guessed))
    ids = {one.id for one in to_c.subjects}
    assert to_c.conflicts == () and shared in ids and not private & ids and private <= set(guessed.subjects)
    by_pair = world.run("a", lambda n: compare.answer(n, world.line, party("c"), Asked(unknown)))
    assert by_pair.conflicts == ()
    to_b = world.run("a", lambda n: compare.answer(n, world.line, party("b"), guessed))
    assert len(to_b.conflicts) == 1 and to_b.conflicts[0].answer is not None
    assert {one.id for one in to_b.subjects} == set(asked.subjects)


def told_of(world: Sites, name: str, entry: str) -> list[TheyShow]:
    return list(world.run(name, lambda n: queries.they_show(n, world.line, entry)))


def test_each_side_may_show_another_state_and_both_are_shown(world: Sites) -> None:
    flight = world.flight("a", "b")
    world.settle()
    assert told_of(world, "a", flight) == []
    ask(world, "a", "b")
    [row] = told_of(world, "a", flight)
    assert (row.life, row.differs, row.party) == ("released", (), party("b"))
    world.say("a", "withdraw", {}, refs=(flight,), to="b")
    before = world.state("b").logs[f"{world.line}/{party('a')}/1"].size
    world.step(5_000)
    ask(world, "a", "b")
    [row] = [one for one in world.board("a").they_show if one.subject == flight]
    assert world.subject("a", flight).life == "cancelled"
    assert (row.subject, row.life, "life" in row.differs) == (flight, "released", True)
    assert (row.as_of, row.at_ms) == (before, world.clock.now_ms())
    world.settle()
    ask(world, "a", "b")
    [row] = told_of(world, "a", flight)
    assert (row.life, row.differs) == ("cancelled", ())
    assert row.as_of > before


def test_a_stop_heard_there_and_not_yet_here(world: Sites) -> None:
    stop = world.stop("a", "b")
    world.settle()
    ask(world, "a", "b")
    assert [one.stop for one in told_of(world, "a", stop)] == ["raised"]
    world.say(
        "b",
        "receipt",
        {"level": "understood", "post_class": "operations"},
        refs=(stop,),
        to="a",
        life_safety=True,
    )
    ask(world, "a", "b")
    [row] = told_of(world, "a", stop)
    assert row.stop != world.subject("a", stop).stop.state and "stop" in row.differs
    world.settle()
    ask(world, "a", "b")
    [row] = told_of(world, "a", stop)
    assert row.stop == world.subject("a", stop).stop.state and row.differs == ()


def test_a_state_says_nothing_of_what_was_said_to_others_or_at_home(tmp_path: Path) -> None:
    """c answers a alone: what a tells b is the same as before, without a row of c; units stay at home."""
    world = Sites(tmp_path, "abc")
    flight = world.flight("a", "bc")
    world.settle()
    asked = Asked(subjects=(flight,))
    before = world.run("a", lambda n: compare.answer(n, world.line, party("b"), asked)).subjects
    world.say("c", "reply", {"answer": "NOTED"}, refs=(flight,), to="a")
    world.settle()
    assert next(one for one in world.subject("a", flight).addressees if one.party == party("c")).answer
    after = world.run("a", lambda n: compare.answer(n, world.line, party("b"), asked)).subjects
    assert after == before and len(after) == 1
    assert party("c") not in msgspec.json.encode(after).decode()
    [to_c] = world.run("a", lambda n: compare.answer(n, world.line, party("c"), asked)).subjects
    assert to_c.addressees == {party("c"): "answered"}


def test_a_stop_is_told_as_the_other_could_fold_it_himself(tmp_path: Path) -> None:
    """c's promise to hold is for a alone: what it says moves the stop at a, and nothing that a tells b."""
    world = Sites(tmp_path, "abc")
    stop = world.stop("a", "bc")
    world.settle()
    until = format_time(world.clock.now_ms() + 3_600_000)
    world.say("c", "receipt", {"level": "read"}, refs=(stop,), to="a", life_safety=True)
    world.say("c", "reply", {"answer": "HOLDING", "until": until}, refs=(stop,), to="a", life_safety=True)
    world.settle()
    asked = Asked(subjects=(stop,))
    told = {
        to: world.run("a", lambda n, to=to: compare.answer(n, world.line, party(to), asked)).subjects[0].stop
        for to in "bc"
    }
    here = {name: world.subject(name, stop).stop.state for name in "abc"}
    assert here["a"] != here["b"], "else this shows nothing"
    assert told == {"b": here["b"], "c": here["a"]}


def test_what_was_never_asked_comes_first_then_what_was_asked_longest_ago() -> None:
    ids = [f"{number:064x}" for number in range(60)]
    first = compare._next(ids, {})
    assert first == ids[: compare.MOST]
    asked = dict.fromkeys(first, 1000)
    second = compare._next(ids, asked)
    assert second == ids[compare.MOST : 2 * compare.MOST]
    asked |= dict.fromkeys(second, 2000)
    third = compare._next(ids, asked)
    assert third == [*ids[2 * compare.MOST :], *ids[: 3 * compare.MOST - len(ids)]]
