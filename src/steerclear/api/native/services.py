"""What the endpoints share besides the node: sessions, the pulse of the event streams, counters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

from steerclear.api.native.auth import Sessions, admin_token
from steerclear.api.native.metrics import Metrics
from steerclear.clock import Clock
from steerclear.node.host import Host


class Pulse:
    """Wakes the event streams of a line. `moved` and `end` may be called from any thread; waiting is the loop's own.
    `ended` tells every stream to close, so that a stop waits for none."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self.ended = False

    def listen(self, line: str) -> asyncio.Event:
        """An event that is set at each movement of the line from now on; give it back with `leave`."""
        self._loop = asyncio.get_running_loop()
        event = asyncio.Event()
        self._waiting.setdefault(line, set()).add(event)
        return event

    def leave(self, line: str, event: asyncio.Event) -> None:
        self._waiting.get(line, set()).discard(event)

    def moved(self, lines: set[str]) -> None:
        loop = self._loop
        if loop is None or loop.is_closed() or not any(self._waiting.values()):
            return
        loop.call_soon_threadsafe(self._wake, frozenset(lines))

    def end(self) -> None:
        self.ended = True
        self.moved(set(self._waiting))

    def _wake(self, lines: frozenset[str]) -> None:
        for line in lines:
            for event in self._waiting.get(line, ()):
                event.set()


class Services:
    """One a node. `host` and `recover` (line, reason → leaves of the own log taken back, notes logged) are set once by
    `app`, before the first request."""

    host: Host
    recover: Callable[[str, str], Awaitable[tuple[int, int]]]

    def __init__(self, clock: Clock, home: Path) -> None:
        self.clock = clock
        self.home = home
        self.sessions = Sessions(sha256(admin_token(home).encode()).digest())
        self.pulse = Pulse()
        self.metrics = Metrics()
        self.answered = Answered()
        self.unlocking = asyncio.Lock()
        self.streams: set[asyncio.Event] = set()


class Answered:
    """Answers to requests with an idempotency key that the running commit has not stored yet. Touched by commands
    alone; forgotten whenever the node read its state again, since then the store alone knows."""

    def __init__(self) -> None:
        self._state: object = None
        self._fresh: dict[str, bytes] = {}

    def fresh(self, state: object) -> dict[str, bytes]:
        """`state` is what the node replaces when it reloads."""
        if state is not self._state or len(self._fresh) > 4096:
            self._state, self._fresh = state, {}
        return self._fresh
