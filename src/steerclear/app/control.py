"""The local socket by which a player moves a node on a stepped clock (architecture.md, One Clock port).

One JSON object a line in, one out: {"do": "now"} · {"do": "step", "to_ms": true time} · {"do": "pump"} (rounds until
one changes nothing) · {"do": "idle"} · {"do": "next_due"}. Times are the player's, Unix ms UTC. A fault is answered
with {"error": "…"} and changes nothing. The socket is the owner's alone (mode 0600).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from steerclear.clock import SteppedClock
from steerclear.errors import Malformed

if TYPE_CHECKING:
    from steerclear.app.build import App

MAX_ROUNDS = 100
"""A node that still changes after so many rounds at one instant is broken, and the player should hear of it."""


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a player sends."""

    do: Literal["now", "step", "pump", "idle", "next_due"]
    to_ms: int = 0


_decode = msgspec.json.Decoder(Order).decode


@asynccontextmanager
async def control_socket(app: App, path: Path) -> AsyncIterator[None]:
    """Listens while the context is open. Raises `Malformed` `not-stepped` on a node that runs by itself."""
    clock = app.node.clock
    if not isinstance(clock, SteppedClock):
        raise Malformed("not-stepped", field="node.control_socket", remedy='set clock = "stepped"')

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(msgspec.json.encode(await answer(app, clock, line)) + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            return
        finally:
            writer.close()

    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(serve, path)
    finally:
        os.umask(before)
    async with server:
        yield
    path.unlink(missing_ok=True)


async def answer(app: App, clock: SteppedClock, line: bytes) -> dict[str, Any]:
    """What one line of the player gets."""
    try:
        order = _decode(line)
    except msgspec.DecodeError as error:
        return {"error": str(error)}
    if order.do == "step":
        clock.step_to(order.to_ms)
    elif order.do == "pump":
        return {"changed": await pump_until_idle(app)}
    elif order.do == "idle":
        return {"idle": await app.idle()}
    elif order.do == "next_due":
        due = await app.next_due_ms()
        return {"due_ms": None if due is None else clock.true_of(due)}
    return {"now_ms": clock.true_ms(), "local_ms": clock.now_ms()}


async def pump_until_idle(app: App) -> bool:
    """Rounds until one changes nothing; whether any changed something."""
    for rounds in range(MAX_ROUNDS):
        if not await app.pump():
            return rounds > 0
    raise RuntimeError(f"still changing after {MAX_ROUNDS} rounds at one instant")
