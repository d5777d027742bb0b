"""Bytes of a feed from real sockets, files and HTTP on loopback: whole, in order, and each break told."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from steerclear.app import sources
from steerclear.app.sources import Piece, pieces
from steerclear.config import FeedSection
from steerclear.replay.ports import free_port

LINE = b"MSG,3,1,1,43C6E1,1,2026/03/02,05:00:00.000,2026/03/02,05:00:00.000,,35000,,,50.1,8.6,,,0,0,0,0\r\n"
BINARY = bytes.fromhex("30000a01020304050a0b")
"""As binary formats are: no line ends it, and what is put between two of them destroys both."""


def looped(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test on an event loop of its own."""

    @functools.wraps(test)
    def run(*args: Any, **named: Any) -> None:
        asyncio.run(test(*args, **named))

    return run


def section(address: str) -> FeedSection:
    return FeedSection(name="one", format="sbs", address=address)


async def some(source: AsyncIterator[Piece], size: int) -> bytes:
    """Until so many bytes came."""
    data = b""
    async with asyncio.timeout(90):
        async for _, piece in source:
            data += piece
            if len(data) >= size:
                break
    return data


@looped
async def test_a_server_is_connected_to_and_its_end_is_an_error(tmp_path: Path) -> None:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(LINE)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    source = pieces(section(f"tcp://127.0.0.1:{port}"), tmp_path, documents=False)
    assert await anext(source) == (0, LINE)
    with pytest.raises(OSError, match="closed"):
        await anext(source)
    server.close()


@looped
async def test_nobody_there_is_an_error(tmp_path: Path) -> None:
    source = pieces(section(f"tcp://127.0.0.1:{free_port()}"), tmp_path, documents=False)
    with pytest.raises(OSError, match=r"Connect|refused|connect"):
        await anext(source)


@looped
async def test_each_connection_of_a_listener_is_a_channel_of_its_own(tmp_path: Path) -> None:
    port = free_port()
    source = pieces(section(f"listen://127.0.0.1:{port}"), tmp_path, documents=False)
    first = asyncio.ensure_future(anext(source))
    found: list[Piece] = []
    writers = []
    for number in range(2):
        for _ in range(100):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                break
            except OSError:
                await asyncio.sleep(0)
        writers.append(writer)
        writer.write(b"%d" % number)
        found.append(await first if number == 0 else await anext(source))
    assert sorted(piece for _, piece in found) == [b"0", b"1"]
    assert len({channel for channel, _ in found}) == 2
    writers[0].close()
    async with asyncio.timeout(90):
        assert (await anext(source))[1] == b""
    writers[1].close()
    await source.aclose()  # type: ignore[attr-defined]


@looped
async def test_a_datagram_ends_its_line(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    source = pieces(section(f"udp://127.0.0.1:{port}"), tmp_path, documents=False, lines=True)
    waiting = asyncio.ensure_future(some(source, 7))
    while not waiting.done():
        with socket.socket(type=socket.SOCK_DGRAM) as sender:
            sender.sendto(b"!AIVDM", ("127.0.0.1", port))
        await asyncio.sleep(0.01)
    assert (await waiting).startswith(b"!AIVDM\n")


def test_bytes_that_are_no_lines_stay_as_they_came() -> None:
    queue: asyncio.Queue[Piece] = asyncio.Queue()
    for lines, sent in ((False, BINARY), (True, BINARY), (True, LINE)):
        sources._Datagrams(queue, lines=lines).datagram_received(sent, None)
    assert [queue.get_nowait()[1] for _ in range(3)] == [BINARY, BINARY + b"\n", LINE]
    sources._Datagrams(queue, lines=False).datagram_received(b"", None)
    assert queue.empty(), "an empty datagram ends no channel"


@looped
async def test_two_datagrams_of_asterix_come_as_they_were_sent(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    source = pieces(section(f"udp://127.0.0.1:{port}"), tmp_path, documents=False)
    waiting = asyncio.ensure_future(some(source, 2 * len(BINARY)))
    while not waiting.done():
        with socket.socket(type=socket.SOCK_DGRAM) as sender:
            sender.sendto(BINARY, ("127.0.0.1", port))
        await asyncio.sleep(0.01)
    assert (await waiting).startswith(2 * BINARY)
    await source.aclose()  # type: ignore[attr-defined]


@looped
async def test_datagrams_that_were_lost_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "WAITING", 2)
    port, lost = free_port(socket.SOCK_DGRAM), list[int]()
    source = pieces(
        section(f"udp://127.0.0.1:{port}"), tmp_path, documents=True, lines=False, lost=lost.append
    )
    first = asyncio.ensure_future(anext(source))
    async with asyncio.timeout(90):
        while not first.done():
            with socket.socket(type=socket.SOCK_DGRAM) as sender:
                sender.sendto(BINARY, ("127.0.0.1", port))
            await asyncio.sleep(0.01)
        while not lost:
            with socket.socket(type=socket.SOCK_DGRAM) as sender:
                for _ in range(8):
                    sender.sendto(BINARY, ("127.0.0.1", port))
            await asyncio.sleep(0.01)
            assert (await anext(source))[1] == BINARY, "each document by itself"
    assert sum(lost) > 0
    await source.aclose()  # type: ignore[attr-defined]


@looped
async def test_a_growing_file_is_followed_from_its_end_and_over_a_rotation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LOOK_S", 0.0)
    path = tmp_path / "log"
    path.write_bytes(b"old\n")
    source = pieces(section("file:log"), tmp_path, documents=False)
    waiting = asyncio.ensure_future(some(source, 4))
    for _ in range(5):
        await asyncio.sleep(0)
    with path.open("ab") as file:
        file.write(b"new\n")
    assert await waiting == b"new\n"
    waiting = asyncio.ensure_future(some(source, 5))
    (tmp_path / "next").write_bytes(b"next\n")
    (tmp_path / "next").replace(path)
    assert await waiting == b"next\n"


@looped
async def test_a_document_is_read_whole_each_time_that_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LOOK_S", 0.0)
    path = tmp_path / "aircraft.json"
    path.write_bytes(b"one")
    source = pieces(section("file:aircraft.json"), tmp_path, documents=True)
    assert await anext(source) == (0, b"one")
    (tmp_path / "next").write_bytes(b"two")
    (tmp_path / "next").replace(path)
    assert await anext(source) == (0, b"two")
    path.unlink()
    with pytest.raises(FileNotFoundError):
        await anext(source)


@looped
async def test_a_recording_ends(tmp_path: Path) -> None:
    (tmp_path / "day.sbs").write_bytes(LINE * 1000)
    source = pieces(section("replay:day.sbs"), tmp_path, documents=False)
    assert b"".join([piece async for _, piece in source]) == LINE * 1000


@looped
async def test_http_is_asked_again_and_again_and_says_what_it_was_refused(tmp_path: Path) -> None:
    answers = [b"200 OK", b"200 OK", b"404 Not Found"]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while answers and await reader.readuntil(b"\r\n\r\n"):
            writer.write(b"HTTP/1.1 " + answers.pop(0) + b"\r\ncontent-length: 2\r\n\r\n{}")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    source = sources._polled(f"http://127.0.0.1:{port}/data/aircraft.json", 0)
    assert await anext(source) == (0, b"{}")
    assert await anext(source) == (0, b"{}")
    with pytest.raises(ConnectionError, match="404"):
        await anext(source)
    server.close()


def test_a_multicast_address_is_a_group_that_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """As surveillance data are handed on; without it the host never sees them. Whether this host has a way to any group
    is its own affair, so what is asked of its socket is looked at."""
    asked: list[tuple[object, ...]] = []

    class Asked(socket.socket):
        def setsockopt(self, *given: Any) -> None:
            asked.append(given)

    monkeypatch.setattr(sources.socket, "socket", Asked)
    sources._bound(socket.AF_INET, ("127.0.0.1", 0)).close()
    assert not asked
    sources._bound(socket.AF_INET, ("239.255.17.4", 0)).close()
    joined = socket.inet_aton("239.255.17.4") + bytes(4)
    assert (socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined) in asked


def test_a_listener_that_ends_with_a_sender_connected_says_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def heard() -> Piece:
        port = free_port()
        source = pieces(section(f"listen://127.0.0.1:{port}"), tmp_path, documents=False)
        first = asyncio.ensure_future(anext(source))
        async with asyncio.timeout(90):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    break
                await asyncio.sleep(0.01)
            writer.write(LINE)
            return await first  # the sender stays connected while the loop ends

    assert asyncio.run(heard()) == (0, LINE)
    assert not [row for row in caplog.records if row.name == "asyncio" and row.levelname == "ERROR"]
