"""Tracks → kernels → alerts: what each line's feeds show is judged again and again, and what follows goes to the node.

On the system's clock a look is taken as soon as reports came, at most every `LEAST_S` and at least each second, in a
thread of its own and outside the interpreter's lock (`kernels`); on a stepped clock the same look is driven inline.
No track leaves: the node is told of pairs in alert, of own movers, and of how each feed is heard.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from steerclear.app.feeding import Feeding, Receiving
from steerclear.feeds.batch import Batch
from steerclear.feeds.reader import Read
from steerclear.node import feeds
from steerclear.node.host import Host
from steerclear.node.node import Node
from steerclear.store.port import StoreError
from steerclear.store.sequencer import Stopped

log = structlog.get_logger(__name__)

LEAST_S, MOST_S = 0.05, 1.0
"""Between two looks: from a report to its alert stays under 200 ms, and every pair is judged each second."""
SHARE: Final = 4
"""A look may take a quarter of the time: the next one waits this many times as long as it took."""
FORGET_MS: Final = 60_000


class Watching:
    """The feeds of a node and what is seen in them."""

    def __init__(self, feeding: Feeding, host: Host) -> None:
        self.feeding = feeding
        self.host = host
        self._looked_ms = -1
        self._forgot_ms = 0

    def give(self, name: str, batch: Batch) -> None:
        """What a feed brings on a stepped clock, as its reader would."""
        self.feeding.take(name, Read(batch, {}, len(batch)), self.feeding.clock.now_ms())

    async def look(self) -> bool:
        """One look at everything, on the caller's thread; whether the node's picture moved."""
        await self._follow()
        return await self._tell()

    def next_due_ms(self) -> int | None:
        """When to look again on a stepped clock: each second while anybody is known."""
        return None

    async def run(self) -> None:
        """Sources, looks and counts on the system's clock, until cancelled."""
        arrived = asyncio.Event()
        await self._follow()
        async with asyncio.TaskGroup() as group:
            group.create_task(Receiving(self.feeding).run(arrived))
            group.create_task(self._looks(arrived))

    async def _looks(self, arrived: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "picture"):
            while True:
                began = loop.time()
                arrived.clear()
                try:
                    await self._follow()
                    await self._tell()
                except StoreError as error:
                    log.error("the store did not answer", reason=str(error))
                except Stopped:
                    return
                took = loop.time() - began
                await asyncio.sleep(max(LEAST_S, SHARE * took))
                await _wait(arrived, MOST_S)

    async def _follow(self) -> None:
        """Tracks for each line that the node is on now."""
        lines = await self.host.run(lambda node: {one.id: one.line.exercise for one in node.lines.values()})
        if lines != self.feeding.exercise:
            self.feeding.follow(lines)

    async def _tell(self) -> bool:
        """How each feed is heard; whether one began, stopped or came back."""
        states = self.feeding.states()

        def command(node: Node) -> bool:
            return feeds.note(node, states)

        return await self.host.run(command)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
