"""From two empty folders to a conflict that both sides show, a reply and a receipt, over HTTP in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from api_world import FLIGHT, run, world

pytestmark = pytest.mark.quick


def test_from_init_to_the_answer(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        red, blue = made.sides
        one, two = red.officers[0], blue.officers[0]
        terms = {"act": "ratify", "name": "Memorandum", "disclosure": "bilateral"}
        for officer in (one, two):
            await officer.say("agreement", terms)
        await made.settle()
        line = (await one.get("")).json()
        assert line["agreement"]["state"] == "in-force", line
        assert not line["unauthenticated"]

        first = await one.say("activity.flight", FLIGHT)
        await made.settle()
        second = await two.say("activity.flight", FLIGHT)
        await made.settle()
        judged: list[Any] = [(await officer.get("/conflicts")).json() for officer in (one, two)]
        assert [row["judgement"]["verdict"] for row in judged[0]] == ["conflict"], judged
        assert [row["hash"] for row in judged[0]] == [row["hash"] for row in judged[1]]

        reply = await one.say(
            "reply", {"answer": "CONFLICT", "conflicts": [judged[0][0]["judgement"]["id"]]}, refs=[second]
        )
        receipt = await two.say(
            "receipt", {"level": "read", "post_class": "operations", "post": "Watch"}, refs=[first]
        )
        await made.settle()
        for officer in (one, two):
            mine = (await officer.get(f"/subjects/{first}")).json()
            other = (await officer.get(f"/subjects/{second}")).json()
            assert mine["addressees"][0]["state"] == "read", mine
            assert mine["addressees"][0]["delivered_ms"]
            assert other["addressees"][0]["answer"] == "CONFLICT", other
            assert {receipt} <= set(mine["entries"]) and {reply} <= set(other["entries"])
            board = (await officer.get("/board")).json()
            assert {row["id"] for row in board["notices"]} >= {first, second}
            assert board["mode"] == "EXERCISE EXERCISE EXERCISE"

        assert [row["compared"][0]["state"] for row in judged[0]] == ["not compared yet"]
        await made.step(20_000)
        await made.settle()
        for officer, other in ((one, blue), (two, red)):
            [row] = (await officer.get("/conflicts")).json()
            [beside] = row["compared"]
            assert (beside["party"], beside["state"], beside["hash"]) == (other.party, "equal", row["hash"])
            [shown] = (await officer.get(f"/subjects/{first}/they-show")).json()
            assert (shown["party"], shown["life"], shown["differs"]) == (other.party, "released", []), shown
            board = (await officer.get("/board")).json()
            assert [(row["party"], row["observed"]) for row in board["members"]] == [(other.party, "up")]
        await made.close()

    run(play())
