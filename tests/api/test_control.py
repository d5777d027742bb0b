"""A node on a stepped clock moves only when its player says so."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from api_world import START, World, run, world

from steerclear.app import control
from steerclear.app.build import build
from steerclear.clock import SteppedClock, SystemClock
from steerclear.errors import Malformed
from steerclear.node import zeroize


async def _ask(path: Path, *orders: Any) -> list[Any]:
    reader, writer = await asyncio.open_unix_connection(path)
    out = []
    for order in orders:
        writer.write((order if isinstance(order, bytes) else json.dumps(order).encode()) + b"\n")
        await writer.drain()
        out.append(json.loads(await reader.readline()))
    writer.close()
    return out


def test_a_player_steps_a_node(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        app = made.sides[0].app
        path = tmp_path / "control"
        async with control.control_socket(app, path):
            assert path.stat().st_mode & 0o777 == 0o600
            now, due = await _ask(path, {"do": "now"}, {"do": "next_due"})
            assert now["now_ms"] == made.clock.true_ms() >= START and due["due_ms"] > now["now_ms"]
            (stepped,) = await _ask(path, {"do": "step", "to_ms": due["due_ms"]})
            assert stepped["local_ms"] == due["due_ms"]
            pumped, idle, again = await _ask(path, {"do": "pump"}, {"do": "idle"}, {"do": "pump"})
            assert (idle, again) == ({"idle": True}, {"changed": False}), pumped
            for bad in ({"do": "fly"}, {"do": "now", "more": 1}, b"\xff", b"[1]"):
                (answer,) = await _ask(path, bad)
                assert "error" in answer
            (still,) = await _ask(path, {"do": "now"})
            assert still == stepped
        assert not path.exists()
        await made.close()

    run(play())


def test_nothing_moves_by_itself(tmp_path: Path) -> None:
    """Hours pass on the clock; only a round makes the machine's check of them."""

    async def play() -> None:
        made: World = await world(tmp_path)
        app, line = made.sides[0].app, made.sides[0].line
        size = app.node.line(line).own_log.size
        made.clock.step_to(made.clock.true_ms() + 4_000_000)
        assert app.node.line(line).own_log.size == size
        await made.settle()
        assert app.node.line(line).own_log.size > size
        assert not [one for one in app.node.line(line).line_alarms if one.rule == "line"], "nobody was silent"
        await made.close()

    run(play())


def test_a_stepped_clock_meets_no_real_line(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path, exercise=False, clock=SystemClock())
        side = made.sides[0]
        await made.close()
        with pytest.raises(Malformed, match="clock-not-allowed"):
            build(side.home, clock=SteppedClock(START))
        again = build(side.home, clock=SystemClock())
        await again.close()
        with pytest.raises(Malformed, match="not-stepped"):
            async with control.control_socket(again, tmp_path / "control"):
                pass

    run(play())


def test_a_node_that_is_zeroized_deletes_what_its_settings_say_it_recorded(tmp_path: Path) -> None:
    async def play() -> None:
        made = await world(tmp_path)
        side = made.sides[0]
        await made.close()
        with (side.home / "steerclear.toml").open("a") as settings:
            settings.write('\n[archive]\nfolder = "tracks"\n')
        track = side.home / "tracks" / "day=2026-11-22" / "hour=11" / f"shared-{'0' * 16}.parquet"
        for path in (track, side.home / "other" / "day=2026-11-22" / "hour=11" / track.name):
            path.parent.mkdir(parents=True)
            path.write_bytes(b"x")
        again = build(side.home, clock=SteppedClock(START))
        done = again.node.run_inline(zeroize.zeroize)
        assert (done.tracks, done.tracks_left) == (1, ()) and not track.exists() and path.exists()
        await again.close()

    run(play())
