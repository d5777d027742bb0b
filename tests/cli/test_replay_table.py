"""`replay --all`: every shipped scenario, a table of them, and an exit code for all."""

from __future__ import annotations

from typing import Any

import pytest
from cli_world import run

from steerclear.cli import codes, replay
from steerclear.replay import player
from steerclear.replay.criteria import Judged
from steerclear.replay.player import Result


@pytest.mark.parametrize("failing", ["", "AT07"])
def test_all_of_them_in_a_table(monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    played: list[str] = []

    def play(scenario: Any, build: Any, **kw: Any) -> Result:
        played.append(scenario.id)
        one = Judged("it held", scenario.id != failing, "seen")
        return Result(scenario.id, scenario.head.title, one.held, (one,))

    monkeypatch.setattr(player, "play", play)
    ran = run("replay", "--all")
    assert len(played) == len(set(played)) == len(list(replay.folder().glob("*.toml"))) > 25
    rows = ran.out.splitlines()[1:]
    assert rows[0].split() == ["scenario", "result", "criteria", "title"]
    assert [row.split()[0] for row in rows[1 : len(played) + 1]] == played
    assert [row.split()[0] for row in rows if "DID NOT HOLD" in row] == ([failing] if failing else [])
    assert ran.code == (codes.NO if failing else codes.OK)
    assert ran.err.count(f" of {len(played)}: ") == len(played), "how far it is"
    told = run("replay", "--all", "--json").json
    assert [set(one) for one in told] == [{"id", "passed", "criteria"}] * len(told)
    assert [one["id"] for one in told if not one["passed"]] == ([failing] if failing else [])
