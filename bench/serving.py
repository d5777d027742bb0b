"""Real `steerclear serve` processes of two parties on loopback, and a client of theirs that costs little itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.line import PASSPHRASE, Party
from bench.pair import Pair, fresh_line, introduce, settle
from steerclear.api.native import auth
from steerclear.clock import SystemClock
from steerclear.node import home
from steerclear.node.opening import open_node
from steerclear.record.keys import Signer, generate
from steerclear.replay.ports import free_port
from steerclear.speech.parameters import Parameters
from steerclear.store.open import open_store

IDLE_S = 3.0
"""The server closes a connection that was idle for 5 s."""


@dataclass
class Site:
    """One party at its folder: where it listens, its officers. The node itself runs elsewhere."""

    folder: Path
    party: str
    port: int
    officers: list[Signer]


@contextlib.contextmanager
def founding(
    folder: Path, stores: list[str], officers: int, parameters: Parameters | None = None
) -> Iterator[tuple[Pair, list[Site]]]:
    """Two parties on a fresh exercise line, introduced to each other, open in this process; closed on the way out,
    ready to be served. `stores` as in the configuration: `sqlite` or a PostgreSQL address."""
    sites, parties = [], []
    for number, store in enumerate(stores):
        where, port = folder / f"site-{number}", free_port()
        home.create(where, passphrase=PASSPHRASE, listen=f"127.0.0.1:{port}", store=store, officers=())
        node = open_node(home.read(where, PASSPHRASE), open_store(store, where / "store"), SystemClock())
        keys = [generate(f"{node.party}/post-{i}") for i in range(officers)]
        parties.append(Party(node, keys))
        sites.append(Site(where, node.party, port, keys))
    pair = Pair(fresh_line(parties, 0, parameters), parties)
    introduce(pair)
    settle(pair)
    try:
        yield pair, sites
        settle(pair)
    finally:
        for party in parties:
            party.node.store.close()


@contextlib.contextmanager
def served(site: Site, program: tuple[str, ...] = ("-m", "steerclear")) -> Iterator[int]:
    """The node of a site in its own process, answering; its process id."""
    argv = [sys.executable, *program, "serve", str(site.folder), "--json"]
    env = os.environ | {"STEERCLEAR_PASSPHRASE": PASSPHRASE}
    node = subprocess.Popen(argv, stdout=subprocess.PIPE, env=env)
    try:
        assert node.stdout is not None
        if not json.loads(node.stdout.readline() or b"{}").get("ready"):
            raise RuntimeError(f"the node at {site.folder} did not start")
        yield node.pid
    finally:
        node.terminate()
        node.wait(60)


def cpu_s(pid: int) -> float:
    """User and system time of a process, all its threads, s."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Client:
    """One officer's connection to its node: HTTP/1.1 kept alive, one request at a time."""

    def __init__(self, port: int, line: str, party: str, key: Signer) -> None:
        self.port, self.line, self.party, self.key = port, line, party, key
        self.token = ""
        self.used = 0.0

    async def login(self) -> None:
        await self._open()
        now = SystemClock().now_ms()
        note = auth.sign_act(auth.LOGIN, [self.key], self.party, self.line, now, secrets.token_hex(16))
        self.token = (await self.ask("POST", "/api/login", {"note": note}))["token"]

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The decoded answer. Raises `RuntimeError` on any status but 200 and 201."""
        data = b"" if body is None else json.dumps(body).encode()
        if time.monotonic() - self.used > IDLE_S:
            self.writer.close()
            await self._open()
        self._send(method, path, data)
        head = await self.reader.readuntil(b"\r\n\r\n")
        content = await self.reader.readexactly(_length(head))
        self.used = time.monotonic()
        if head[9:12] not in (b"200", b"201"):
            raise RuntimeError(f"{method} {path}: {head[9:12].decode()} {content.decode()[:500]}")
        return json.loads(content)

    async def events(self) -> None:
        """Ask for the event stream of the line; then read lines with `next_event`."""
        self._send("GET", f"/api/lines/{self.line}/events", b"")
        head = await self.reader.readuntil(b"\r\n\r\n")
        if head[9:12] != b"200":
            raise RuntimeError(f"no events: {head.decode()}")

    async def next_event(self) -> tuple[str, Any]:
        """(name, data) of the next event."""
        name = ""
        while True:
            row = (await self.reader.readline()).decode().rstrip("\r\n")
            if row.startswith("event:"):
                name = row[6:].strip()
            elif row.startswith("data:") and name:
                return name, json.loads(row[5:])

    async def _open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.used = time.monotonic()

    def close(self) -> None:
        self.writer.close()

    def _send(self, method: str, path: str, data: bytes) -> None:
        token = f"authorization: Bearer {self.token}\r\n" if self.token else ""
        head = f"{method} {path} HTTP/1.1\r\nhost: node\r\n{token}content-length: {len(data)}\r\n"
        self.writer.write(f"{head}content-type: application/json\r\n\r\n".encode() + data)


def _length(head: bytes) -> int:
    for row in head.split(b"\r\n"):
        if row.lower().startswith(b"content-length:"):
            return int(row.partition(b":")[2])
    raise RuntimeError("an answer without its length")
