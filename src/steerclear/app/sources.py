"""Bytes of a feed from wherever its address says: sockets, HTTP, files. What they mean is the reader's (`feeds`).

A source yields `(channel, bytes)`: each connection of a listener is a channel of its own, with a reader of its own, and
`b""` says that it closed. It raises `OSError` when the way to it breaks, and ends when a recording is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx

from steerclear.config import FeedSection

Piece = tuple[int, bytes]

CHUNK = 65_536
MAX_DOCUMENT = 64 << 20
"""The largest answer or document file that is read, bytes."""
LOOK_S = 0.2
"""Between two looks at a file that is followed."""
WAITING = 4_096
"""Datagrams or pieces that may wait for their reader; what comes beyond is lost, as it is on any network."""
MAX_SENDERS = 64
"""Connections that a listener holds at once."""


def _nobody(count: int) -> None:
    """Nobody is told of datagrams that were lost."""


def pieces(
    section: FeedSection,
    home: Path,
    *,
    documents: bool,
    lines: bool = False,
    lost: Callable[[int], None] = _nobody,
) -> AsyncIterator[Piece]:
    """The source of a feed. `documents`: its format comes as whole documents (files are read again when they change,
    not followed as they grow); `lines`: as lines, of which a datagram ends one. `lost` is told how many datagrams came
    faster than they were read."""
    rest = section.address.partition(":")[2].removeprefix("//")
    if section.scheme in ("http", "https"):
        return _polled(section.address, section.every_s)
    if section.scheme in ("file", "replay"):
        path = home / rest
        if section.scheme == "replay":
            return _whole(path) if documents else _recording(path)
        return _rewritten(path) if documents else _followed(path)
    host, _, port = rest.rpartition(":")
    if section.scheme == "udp":
        return _datagrams(host.strip("[]"), int(port), documents=documents, lines=lines, lost=lost)
    made = {"tcp": _connected, "listen": _listening}[section.scheme]
    return made(host.strip("[]"), int(port))


async def _connected(host: str, port: int) -> AsyncIterator[Piece]:
    reader, writer = await asyncio.open_connection(host, port, limit=4 * CHUNK)
    try:
        while data := await reader.read(CHUNK):
            yield 0, data
    finally:
        writer.close()
    raise ConnectionResetError("the other side closed the connection")


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, into: asyncio.Queue[Piece], *, lines: bool) -> None:
        self._into = into
        self._lines = lines
        self.lost = 0
        """Datagrams for which there was no room, since anybody was told."""

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not data:  # `b""` says that a channel ended, and this one does not
            return
        try:
            self._into.put_nowait((0, data + b"\n" if self._lines and not data.endswith(b"\n") else data))
        except asyncio.QueueFull:
            self.lost += 1


async def _datagrams(
    host: str, port: int, *, documents: bool, lines: bool, lost: Callable[[int], None]
) -> AsyncIterator[Piece]:
    """Each datagram ends its line, as NMEA over UDP is sent, or is a document; other bytes are untouched."""
    queue: asyncio.Queue[Piece] = asyncio.Queue(WAITING)
    loop = asyncio.get_running_loop()
    family, _, _, _, where = (await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM))[0]
    transport, taking = await loop.create_datagram_endpoint(
        lambda: _Datagrams(queue, lines=lines), sock=_bound(family, where)
    )
    try:
        while True:
            first = await queue.get()
            if taking.lost:
                lost(taking.lost)
                taking.lost = 0
            yield first if documents else _together(first, queue)
    finally:
        transport.close()


def _bound(family: int, where: tuple[Any, ...]) -> socket.socket:
    """A socket that takes datagrams there. A multicast address is a group: it is joined on the interface that the
    host's routes name, and others on this host may join it too. Raises OSError."""
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        group = ipaddress.ip_address(where[0])
        if group.is_multicast:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
        if group.is_multicast and group.version == 4:
            made.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group.packed + bytes(4))
        elif group.is_multicast:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group.packed + bytes(4))
        made.setblocking(False)
    except BaseException:
        made.close()
        raise
    return made


def _together(first: Piece, queue: asyncio.Queue[Piece]) -> Piece:
    """What waits besides, in one piece: one turn of the reader for many small datagrams."""
    parts, size = [first[1]], len(first[1])
    while size < CHUNK and not queue.empty():
        parts.append(queue.get_nowait()[1])
        size += len(parts[-1])
    return 0, b"".join(parts)


async def _listening(host: str, port: int) -> AsyncIterator[Piece]:
    queue: asyncio.Queue[Piece] = asyncio.Queue(WAITING)
    numbers = iter(range(1 << 62))
    senders: set[asyncio.StreamWriter] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(senders) >= MAX_SENDERS:
            writer.close()
            return
        number = next(numbers)
        senders.add(writer)
        try:
            with contextlib.suppress(OSError):
                while data := await reader.read(CHUNK):
                    await queue.put((number, data))
            await queue.put((number, b""))
        except asyncio.CancelledError:
            return  # the loop ends: asyncio would print a traceback of a handler that says so
        finally:
            senders.discard(writer)
            writer.close()

    server = await asyncio.start_server(take, host, port, limit=4 * CHUNK)
    try:
        while True:
            yield await queue.get()
    finally:
        server.close()
        for writer in tuple(senders):
            writer.close()


async def _polled(url: str, every_s: float) -> AsyncIterator[Piece]:
    """One answer after the other. A receiver in the own network speaks plain HTTP; its data is a claim either way."""
    loop = asyncio.get_running_loop()
    async with httpx.AsyncClient(trust_env=False, timeout=10.0) as client:
        while True:
            began = loop.time()
            yield 0, await _asked(client, url)
            await asyncio.sleep(max(0.0, began + every_s - loop.time()))


async def _asked(client: httpx.AsyncClient, url: str) -> bytes:
    try:
        async with client.stream("GET", url) as answer:
            if answer.status_code != 200:
                raise ConnectionError(f"answered with status {answer.status_code}")
            data = bytearray()
            async for part in answer.aiter_bytes():
                data += part
                if len(data) > MAX_DOCUMENT:
                    raise ConnectionError(f"an answer over {MAX_DOCUMENT >> 20} MiB")
            return bytes(data)
    except httpx.HTTPError as error:
        raise ConnectionError(str(error) or type(error).__name__) from error


async def _rewritten(path: Path) -> AsyncIterator[Piece]:
    """A file that is replaced again and again, such as readsb's aircraft.json: whole, each time that it changed."""
    known: tuple[int, int] | None = None
    while True:
        stat = path.stat()
        if (stat.st_mtime_ns, stat.st_ino) != known:
            known = (stat.st_mtime_ns, stat.st_ino)
            yield 0, _document(path)
        await asyncio.sleep(LOOK_S)


def _document(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_DOCUMENT + 1)
    if len(data) > MAX_DOCUMENT:
        raise OSError(f"{path.name} is over {MAX_DOCUMENT >> 20} MiB")
    return data


async def _whole(path: Path) -> AsyncIterator[Piece]:
    yield 0, _document(path)


async def _followed(path: Path) -> AsyncIterator[Piece]:
    """What is added from now on; from its beginning once another file stands there, or it was cut."""
    file = path.open("rb")
    try:
        file.seek(0, os.SEEK_END)
        while True:
            while data := file.read(CHUNK):
                yield 0, data
            if _replaced(path, file.fileno(), file.tell()):
                file.close()
                file = path.open("rb")
                continue
            await asyncio.sleep(LOOK_S)
    finally:
        file.close()


def _replaced(path: Path, descriptor: int, at: int) -> bool:
    here, held = path.stat(), os.fstat(descriptor)
    return here.st_ino != held.st_ino or here.st_size < at


async def _recording(path: Path) -> AsyncIterator[Piece]:
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            yield 0, data
            await asyncio.sleep(0)
