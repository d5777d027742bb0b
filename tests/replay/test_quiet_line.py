"""What real nodes do by themselves on a line on which little is said; asked over their public API."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from scenario_files import STORY

from steerclear.replay.desk import Saying
from steerclear.replay.house import House, build_house
from steerclear.replay.scenario import parse

pytestmark = pytest.mark.slow
MINUTE = 60_000

FLIGHT = {
    "aircraft_class": "fixed_wing",
    "number": "2",
    "transponder": "on",
    "planning": "planned",
    "monitored": ["guard 121.5 MHz"],
    "volumes": [
        {
            "circle": {"centre": ["40.0", "19.0"], "radius": "20 km"},
            "lower": "5000 ft MSL",
            "upper": "8000 ft MSL",
            "start": "2016-06-18T08:00:00Z",
            "end": "2016-06-18T09:00:00Z",
        }
    ],
}


def with_house(tmp_path: Path, act: Callable[[House], Awaitable[None]]) -> None:
    async def run() -> None:
        house = await build_house(parse(STORY), tmp_path)
        try:
            await act(house)
        finally:
            await house.close()

    asyncio.run(run())


async def rows(house: House, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await house.desks[name].get("line", "/entries")).json
    return found


async def say(house: House, name: str, kind: str, body: dict[str, Any], refs: tuple[str, ...] = ()) -> str:
    to = tuple(desk.party for other, desk in house.desks.items() if other != name)
    outcome = await house.desks[name].say(Saying("line", "watch", kind, body, to=to, refs=refs))
    assert outcome.accepted, outcome.words
    await house.advance(house.now_ms + 1000)
    return outcome.entry


def test_a_quiet_line_writes_its_hourly_checks_and_nothing_else(tmp_path: Path) -> None:
    """No cosignature, changed `seen` or refreshed checkpoint causes an entry (record.md, Delivered)."""

    async def act(house: House) -> None:
        before = Counter(row["kind"] for row in await rows(house, "north"))
        first = house.now_ms
        sizes = {name: side.app.node.lines for name, side in house.sides.items()}
        for _ in range(25):
            await house.advance(house.now_ms + 5 * MINUTE)
            for lines in sizes.values():
                (line,) = lines.values()
                assert house.now_ms - line.own_log.checkpoint_ms <= 4 * MINUTE + 1000
        after = Counter(row["kind"] for row in await rows(house, "north"))
        assert after - before == Counter({"line.check": 4}), after - before
        checks = [row for row in await rows(house, "south") if row["kind"] == "line.check"]
        for row in checks:
            body = (await house.desks["south"].get("line", f"/entries/{row['id']}")).json["payload"]["body"]
            assert body["by"] == "machine" and body["beats"][0]["heard"] > 0 and "skew_ms" in body["beats"][0]
            assert "text" not in body
        assert house.now_ms - first == 125 * MINUTE

    with_house(tmp_path, act)


def test_each_alarm_is_recorded_as_fired_once_by_each_node(tmp_path: Path) -> None:
    async def act(house: House) -> None:
        stop = await say(
            house, "north", "stop", {"place": "Ferry", "evidence": ["radio"], "call_back": "Watch"}
        )
        await house.advance(house.now_ms + 30 * MINUTE)
        fired = (await house.desks["south"].get("line", "/audit")).json["fired"]
        keys = Counter((row["by"], row["subject"], row["rule"], row["step"]) for row in fired)
        assert {key[2] for key in keys} >= {"heard", "new-life-safety"} and set(keys.values()) == {1}
        assert {key[1] for key in keys} == {stop} and len({key[0] for key in keys}) == 2

    with_house(tmp_path, act)


def test_a_plan_is_unchecked_until_both_logs_have_seen_each_other(tmp_path: Path) -> None:
    """judgement.md, Concurrency: unchecked against B until B cosigned it and this node mirrored B back."""

    async def act(house: House) -> None:
        await house.fault("partition", "", (), {})
        plan = await say(house, "north", "activity.flight", FLIGHT)
        board = (await house.desks["north"].get("line", "/board")).json
        waiting = [row for row in board["unchecked"] if row["notice"] == plan]
        assert waiting and waiting[0]["parties"] == [house.desks["south"].party] and waiting[0]["as_of"]
        await house.fault("heal", "", (), {})
        await house.advance(house.now_ms + 5 * MINUTE)
        board = (await house.desks["north"].get("line", "/board")).json
        assert not board["unchecked"] and board["as_of"]

    with_house(tmp_path, act)


def test_a_conflict_of_plans_is_a_view_and_no_entry(tmp_path: Path) -> None:
    async def act(house: House) -> None:
        before = len(await rows(house, "north"))
        await say(house, "north", "activity.flight", FLIGHT)
        await say(house, "south", "activity.flight", FLIGHT)
        found = (await house.desks["north"].get("line", "/conflicts")).json
        assert [row["judgement"]["verdict"] for row in found] == ["conflict"]
        assert len(await rows(house, "north")) == before + 2

    with_house(tmp_path, act)
