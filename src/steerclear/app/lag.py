"""How late the event loop wakes: what everything that this node answers waits for, at least."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

EVERY_S: Final = 0.05


async def watch(told: Callable[[float], None]) -> None:
    """Sleep again and again, and tell by how many seconds each wake came late; until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY_S
        await asyncio.sleep(EVERY_S)
        told(max(0.0, loop.time() - due))
