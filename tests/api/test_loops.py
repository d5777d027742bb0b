"""The real loop: system clock, sequencers, both nodes run by themselves; only events are waited for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from api_world import FLIGHT, World, introduce, run, world
from test_events import Stream

from steerclear.app import loops
from steerclear.clock import SystemClock
from steerclear.units import format_time


def flight(now_ms: int) -> dict[str, Any]:
    start, end = (format_time(now_ms + hours * 3_600_000) for hours in (30, 31))
    return FLIGHT | {"volumes": [FLIGHT["volumes"][0] | {"start": start, "end": end}]}


@contextlib.asynccontextmanager
async def running(folder: Path, names: tuple[str, ...] = ("red", "blue")) -> AsyncIterator[World]:
    made = await world(folder, names, inline=False, clock=SystemClock(), introduced=False)
    tasks = [asyncio.create_task(loops.run(side.app)) for side in made.sides]
    try:
        async with contextlib.AsyncExitStack() as stack:
            streams = [await stack.enter_async_context(Stream(side.officers[0])) for side in made.sides]
            for stream in streams:
                await stream.until("health")
            await introduce(made)
            for stream in streams:
                for _ in range(len(names) * (len(names) - 1)):  # from each member to each other
                    await stream.until("entry", kind="introduce")
        yield made
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        await made.close()
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended


def test_a_conflict_shows_at_the_other_side(tmp_path: Path) -> None:
    """Released at one side, in conflict at the other, with no round by hand."""

    async def play() -> None:
        async with running(tmp_path) as made:
            red, blue = made.sides
            one, two = red.officers[0], blue.officers[0]
            async with Stream(two) as there, Stream(one) as here:
                await there.until("health", observed="up")
                await here.until("health", observed="up")
                body = flight(made.clock.now_ms())
                await one.say("activity.flight", body)
                await two.say("activity.flight", body)
                seen = await there.until("conflict", verdict="conflict")
                mine = await here.until("conflict", verdict="conflict")
                assert seen[-1][2]["hash"] == mine[-1][2]["hash"]

    run(play())


def test_a_cut_link_mends_itself(tmp_path: Path) -> None:
    """What was said while nobody could be reached arrives after the next heartbeat; the third member goes on."""

    async def play() -> None:
        async with running(tmp_path, ("red", "blue", "gold")) as made:
            red, blue, gold = made.sides
            one = red.officers[0]
            async with Stream(blue.officers[0]) as there, Stream(gold.officers[0]) as third:
                await there.until("health", party=red.party, observed="up")
                await third.until("health", party=red.party, observed="up")
                made.cut(blue)
                first = await one.say("activity.flight", flight(made.clock.now_ms()))
                await third.until("entry", id=first)
                assert first not in blue.app.node.line(blue.line).positions
                made.join(blue)
                second = await one.say("activity.flight", flight(made.clock.now_ms()))
                seen = await there.until("entry", id=second)
                assert first in [data.get("id") for _, _, data in seen]

    run(play())
