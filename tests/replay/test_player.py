"""The player itself, in a world that only pretends: order, expectations, names, timelines, results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from scenario_files import STORY

from steerclear.replay.desk import Answer, Outcome, Saying
from steerclear.replay.player import Result, play
from steerclear.replay.scenario import Scenario, parse
from steerclear.replay.timeline import changes, picture


class Pretended:
    """Desks that remember what was said and answer boards made of it; `refuse` kinds are refused with a code."""

    def __init__(self, scenario: Scenario, refuse: Mapping[str, str]) -> None:
        self.now_ms = 0
        self.said: list[tuple[int, str, Saying]] = []
        self.refuse = refuse
        self.desks = {party.name: _Desk(self, party.name) for party in scenario.parties}
        for name, desk in self.desks.items():
            desk.lines = {line.name: line.name for line in scenario.lines if name in line.members}

    async def advance(self, true_ms: int) -> None:
        assert true_ms >= self.now_ms
        self.now_ms = true_ms

    async def fault(
        self, kind: str, party: str, between: tuple[str, ...], arguments: Mapping[str, Any]
    ) -> str:
        return "" if kind == "heal" else "cannot do that"

    async def carry(self, *arguments: Any) -> str:
        return ""

    async def membership(self, *arguments: Any) -> str:
        return "" if "accede" in arguments else "cannot do that"

    async def altered(self, path: Path, arguments: Mapping[str, Any]) -> Path:
        return path

    async def verify(self, path: Path, arguments: Mapping[str, Any]) -> Answer:
        return Answer(0, {"status": "verified"})

    async def close(self) -> None: ...


class _Desk:
    def __init__(self, world: Pretended, name: str) -> None:
        self.world, self.name = world, name
        self.party = f"{name}-id"
        self.folder = Path()
        self.lines: dict[str, str] = {}

    async def say(self, saying: Saying) -> Outcome:
        if saying.kind in self.world.refuse:
            return Outcome("", (self.world.refuse[saying.kind],), "no")
        self.world.said.append((self.world.now_ms, self.name, saying))
        return Outcome(entry=f"entry-{len(self.world.said)}")

    async def attempt(self, saying: Saying) -> Answer:
        return Answer(422, {"errors": [{"code": "refused-here"}]})

    async def get(self, line: str, path: str) -> Answer:
        if path == "/board":
            life = "active" if len(self.world.said) > 1 else "released"
            rows = [{"id": "entry-1", "kind": "stop", "life": life}] if self.world.said else []
            return Answer(200, {"notices": rows, "alarms": [], "tasks": [], "conflicts": []})
        heard = [f"{name}-id" for _, name, said in self.world.said if said.kind == "receipt"]
        return Answer(200, {"path": path, "stop": {"heard_by": heard}})

    async def local(self, *arguments: Any) -> Outcome:
        return Outcome(entry="done")

    async def export(self, *arguments: Any) -> Path:
        return Path("/nowhere")

    async def zeroize(self, *arguments: Any) -> Outcome:
        return Outcome(entry="zeroized")


def perform(
    text: str, *, refuse: Mapping[str, str] | None = None, watch: bool = False
) -> tuple[Result, Pretended]:
    made: list[Pretended] = []

    async def build(scenario: Scenario, home: Path) -> Pretended:
        made.append(Pretended(scenario, refuse or {}))
        return made[0]

    return play(parse(text), build, watch=watch), made[0]


def test_steps_come_in_order_with_names_filled_in() -> None:
    result, world = perform(STORY)
    assert result.passed, result.criteria
    start = parse(STORY).start_ms
    assert [(at - start, name, said.kind) for at, name, said in world.said] == [
        (300_000, "north", "stop"),
        (360_000, "south", "receipt"),
    ]
    assert world.said[1][2].refs == ("entry-1",)
    assert world.said[0][2].to == ("south-id",)
    assert world.said[0][2].body["since"] == "2016-06-16T04:04:00Z"


def test_a_criterion_is_asked_at_its_instant() -> None:
    result, _ = perform(STORY.replace('at = "+00:07:00"', 'at = "+00:05:30"'))
    assert not result.passed
    assert [one.held for one in result.criteria] == [False]


def test_a_step_refused_when_it_should_pass_is_a_line_that_did_not_hold() -> None:
    result, _ = perform(STORY, refuse={"stop": "not-today"})
    assert not result.passed
    assert "not-today" in result.criteria[0].seen
    assert result.criteria[-1].seen == "nothing was said as $cease"


@pytest.mark.parametrize(("expected", "passes"), [("not-today", True), ("something-else", False)])
def test_an_expected_refusal_must_be_that_refusal(expected: str, passes: bool) -> None:
    more = f'[[step]]\nat = "+00:06:30"\nparty = "north"\nsay = "line.check"\nexpect = "refused:{expected}"\n'
    result, _ = perform(STORY + more, refuse={"line.check": "not-today"})
    assert result.passed is passes


def test_an_expected_refusal_that_passes_is_a_fault() -> None:
    more = '[[step]]\nat = "+00:06:30"\nparty = "north"\nsay = "line.check"\nexpect = "refused:any"\n'
    assert not perform(STORY + more)[0].passed


def test_a_fault_that_cannot_be_made_is_a_fault_of_the_play() -> None:
    assert perform(STORY + '[[step]]\nat = "+00:06:30"\nfault = "heal"\n')[0].passed
    assert not perform(STORY + '[[step]]\nat = "+00:06:30"\nfault = "partition"\n')[0].passed


def test_an_attempt_is_a_query() -> None:
    asked = '[[criterion]]\ntext = "x"\nparty = "north"\nattempt = { say = "stop" }\nneeds = ["cease"]\n'
    result, world = perform(STORY + asked + 'where = "errors[0].code"\nequals = "refused-here"\n')
    assert result.passed and len(world.said) == 2


def test_the_summary_has_the_published_shape() -> None:
    summary = perform(STORY)[0].summary()
    assert summary == {
        "id": "S1",
        "passed": True,
        "criteria": [{"text": "it was heard", "held": True, "seen": '["south-id"]'}],
    }


def test_a_watched_play_tells_what_each_board_showed() -> None:
    result, _ = perform(STORY, watch=True)
    start = parse(STORY).start_ms
    told = [(event.at_ms - start, event.text) for event in result.timelines["south"]]
    assert told == [(300_000, "stop cease released"), (360_000, "stop cease active")]
    assert not perform(STORY)[0].timelines


def test_a_timeline_names_both_notices_of_a_conflict_and_what_was_found() -> None:
    judgement = {"id": "c" * 64, "a": {"entry": "a" * 64}, "b": {"entry": "b" * 64}, "verdict": "conflict"}
    board = {"conflicts": [{"judgement": judgement, "hash": "d" * 64, "since_ms": 1}]}
    assert list(changes({}, picture(board, {"a" * 64: "flight"}))) == ["flight and bbbbbbbb: conflict"]
    alone = {**judgement, "b": {"entry": ""}, "verdict": "not_judged", "reason": "incomplete"}
    board["conflicts"][0]["judgement"] = alone
    assert list(changes({}, picture(board, {"a" * 64: "flight"}))) == ["flight: not_judged (incomplete)"]
