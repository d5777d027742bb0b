"""A simulation in real time on a loopback port: lines to whoever connects, `aircraft.json` to whoever asks by
HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

from steerclear.errors import Malformed
from steerclear.simulator.sensor import reports
from steerclear.simulator.world import Wanted
from steerclear.simulator.writing import writer

HOSTS: Final = ("127.0.0.1", "::1")
MOST_WAITING: Final = 4 << 20
"""A client with more bytes unread than this is let go: it has stopped reading."""


async def serve(
    wanted: Wanted,
    name: str,
    port: int,
    *,
    host: str = HOSTS[0],
    now_ms: Callable[[], int],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ready: Callable[[int], None] = lambda port: None,
) -> None:
    """Until the simulation is over. `now_ms` is the wall clock: the simulation's second n goes out when its time
    comes. Raises `Malformed` `not-loopback`, `unknown-format`, OSError where the port is taken."""
    if host not in HOSTS:
        raise Malformed(
            "not-loopback", field="host", remedy="simulated traffic stays on this computer: 127.0.0.1 or ::1"
        )
    write, stage = writer(name), _Stage(name == "readsb")
    server = await asyncio.start_server(stage.joined, host, port)
    try:
        ready(int(server.sockets[0].getsockname()[1]))
        for end_ms, batch in reports(wanted):
            data = write(end_ms, batch)
            pause = (end_ms - now_ms()) / 1000
            if pause > 0:
                await sleep(pause)
            await stage.send(data)
    finally:
        server.close()
        stage.close()


class _Stage:
    """Who listens, and the newest document for who asks."""

    def __init__(self, documents: bool) -> None:
        self._documents = documents
        self._latest = b'{"now":0,"aircraft":[]}\n'
        self._clients: set[asyncio.StreamWriter] = set()

    async def joined(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        if not self._documents:
            self._clients.add(client)
            return
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await reader.readuntil(b"\r\n\r\n")
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(self._latest)}\r\n"
            client.write(f"{head}Connection: close\r\n\r\n".encode() + self._latest)
            await client.drain()
        client.close()

    async def send(self, data: bytes) -> None:
        if self._documents:
            self._latest = data
            return
        for client in tuple(self._clients):
            full = client.transport.get_write_buffer_size() > MOST_WAITING
            if client.is_closing() or full:
                client.transport.abort()
                self._clients.discard(client)
            else:
                client.write(data)
        await asyncio.sleep(0)

    def close(self) -> None:
        for client in self._clients:
            client.close()
