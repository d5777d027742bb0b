"""A world of real processes: each node is `python -m steerclear serve` with its own folder, on loopback over HTTP.

The player reaches a node as anybody does: officers over its HTTP interface, the clock over its control socket. Nothing
fails here but what the machine makes fail: faults of the wire are for the world in one process (`house.py`).
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2 as httpx

from steerclear.clock import SteppedClock
from steerclear.config import FILE_NAME
from steerclear.errors import Malformed
from steerclear.node import home as homes
from steerclear.node import lines
from steerclear.node.node import Node
from steerclear.node.opening import open_node
from steerclear.record.card import merge_signatures
from steerclear.replay.desk import Answer, Desk, Saying
from steerclear.replay.officers import Officers
from steerclear.replay.ports import free_port
from steerclear.replay.scenario import Line, Scenario
from steerclear.store.open import open_store
from steerclear.units import format_time

if TYPE_CHECKING:
    from steerclear.feeds.batch import Batch

SETUP_MS = 600_000
ROUNDS = 400
START_S = 60
PASSPHRASE = "the passphrase of an exercise"


@dataclass
class Process:
    """One node: its folder, its server, the desk of its officers."""

    name: str
    folder: Path
    control: Path
    url: str
    desk: Officers
    http: httpx.AsyncClient
    server: asyncio.subprocess.Process | None = None


@dataclass
class Processes:
    """`replay.World` over processes. `true_ms` is the player's time."""

    home: Path
    sockets: Path
    clock: SteppedClock
    at_rest_ms: int = -1
    sides: dict[str, Process] = field(default_factory=dict)
    desks: Mapping[str, Desk] = field(default_factory=dict)

    async def advance(self, true_ms: int) -> None:
        while (due := await self.next_due_ms()) is not None and due <= true_ms:
            await self._at(due)
        await self._at(max(true_ms, self.clock.true_ms()))

    async def next_due_ms(self) -> int | None:
        """The next instant after now at which a running node has something to do."""
        found = [_order(side.control, {"do": "next_due"})["due_ms"] for side in self._running()]
        return min((max(due, self.clock.true_ms() + 1) for due in found if due is not None), default=None)

    async def membership(self, line: str, act: str, party: str, signers: tuple[str, ...]) -> str:
        return "between processes nobody comes to a line or leaves it"

    async def feed(self, party: str, name: str, reports: Iterable[tuple[int, Batch]]) -> str:
        return "between processes no feed is played"

    async def fault(
        self, kind: str, party: str, between: tuple[str, ...], arguments: Mapping[str, Any]
    ) -> str:
        side = self.sides.get(party)
        if side is None or kind not in ("crash", "restart"):
            return f"between processes nothing but crash and restart can be played, not {kind}"
        self.at_rest_ms = -1
        if kind == "crash" and side.server is not None:
            side.server.kill()
            await side.server.wait()
            side.server = None
        elif kind == "restart":
            await start(side)
        await self._at(self.clock.true_ms())
        return ""

    async def carry(
        self, line: str, source: str, target: str, posts: tuple[str, ...], arguments: Mapping[str, Any]
    ) -> str:
        to = self.sides[target].desk
        path = await self.sides[source].desk.export(line, "bundle", posts, {"recipients": [to.party]})
        answer = await to.take_bundle(line, path.read_bytes())
        self.at_rest_ms = -1
        await self._at(self.clock.true_ms())
        return "" if answer.status == 200 else str(answer.json)[:400]

    async def altered(self, path: Path, arguments: Mapping[str, Any]) -> Path:
        raise Malformed("not-played", field="altered", remedy="forgers are for the world in one process")

    async def verify(self, path: Path, arguments: Mapping[str, Any]) -> Answer:
        """`steerclear verify` in an empty directory, a process of its own."""
        roots = ",".join(sorted({desk.party for desk in self.desks.values()}))
        with tempfile.TemporaryDirectory(prefix="steerclear-stranger-") as empty:
            process = await asyncio.create_subprocess_exec(
                *(
                    sys.executable,
                    "-m",
                    "steerclear",
                    "verify",
                    str(path.resolve()),
                    "--roots",
                    roots,
                    "--json",
                ),
                cwd=empty,
                stdout=asyncio.subprocess.PIPE,
            )
            out, _ = await process.communicate()
        return Answer(process.returncode or 0, json.loads(out))

    async def close(self) -> None:
        for side in self._running():
            assert side.server is not None
            side.server.terminate()
            await side.server.wait()
        for side in self.sides.values():
            await side.http.aclose()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _running(self) -> list[Process]:
        return [side for side in self.sides.values() if side.server is not None]

    async def _at(self, true_ms: int) -> None:
        """Stand at an instant until no node changes anything any more; nothing to do where they stood so already and
        nobody has said anything since."""
        running = self._running()
        if true_ms == self.at_rest_ms and all(_order(one.control, {"do": "idle"})["idle"] for one in running):
            return
        self.clock.step_to(true_ms)
        for side in running:
            _order(side.control, {"do": "step", "to_ms": true_ms})
        for _ in range(ROUNDS):
            moved = [_order(side.control, {"do": "pump"})["changed"] for side in running]
            if not any(moved):
                self.at_rest_ms = true_ms
                return
        raise Malformed(
            "never-at-rest", field="nodes", remedy="report this: two nodes keep changing each other"
        )


async def build(scenario: Scenario, home: Path) -> Processes:
    """`replay.Builder`: every party in a process of its own, on its lines, introduced, at the start's instant."""
    begun = scenario.start_ms - SETUP_MS
    world = Processes(home, Path(tempfile.mkdtemp(prefix="sc-")), SteppedClock(begun))
    try:
        for party in scenario.parties:
            if party.offset_ms or party.drift_ppm or party.twin_of:
                raise Malformed(
                    "not-played",
                    field=party.name,
                    remedy="own clocks and twins need the world in one process",
                )
            world.sides[party.name] = _make(world, party.name, tuple(party.posts), begun)
        for line in scenario.lines:
            _found(world, scenario, line)
        world.desks = {name: side.desk for name, side in world.sides.items()}
        await asyncio.gather(*(start(side) for side in world.sides.values()))
        await world.advance(begun + 1_000)
        for line in scenario.lines:
            if line.introduced:
                await _introduce(world, line)
        await world.advance(scenario.start_ms)
    except BaseException:
        await world.close()
        raise
    return world


async def start(side: Process) -> None:
    """Serve the node, and come back when it answers. Raises `Malformed` `not-started` with what it said."""
    word = side.control.with_suffix(".word")
    word.write_text(PASSPHRASE + "\n")
    word.chmod(0o600)
    log = (side.folder / "serve.log").open("ab")
    side.server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "steerclear", "serve", str(side.folder), "--passphrase-file", str(word)),
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
    )
    log.close()
    assert side.server.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            line = await side.server.stdout.readline()
    except TimeoutError:
        line = b""
    if not line.startswith(b"ready"):
        said = (side.folder / "serve.log").read_text(errors="replace")[-600:]
        raise Malformed("not-started", field=side.name, remedy=said or "the node did not answer in time")


def _make(world: Processes, name: str, posts: tuple[str, ...], begun: int) -> Process:
    folder = world.home / name
    listen = f"127.0.0.1:{free_port()}"
    homes.create(folder, passphrase=PASSPHRASE, listen=listen, officers=posts, clock="stepped")
    control = world.sockets / name
    config = folder / FILE_NAME
    told = f'clock_start = "{format_time(begun)}"\ncontrol_socket = "{control}"\n'
    config.write_text(config.read_text().replace("\n[names]", f"{told}\n[names]", 1))
    keys = {post: homes.officer(folder, post) for post in posts}
    url = f"http://{listen}"
    http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=60)
    party = homes.read(folder).party
    desk = Officers(party, folder, world.home / "files" / name, world.clock, http, keys)
    return Process(name, folder, control, url, desk, http)


def _found(world: Processes, scenario: Scenario, line: Line) -> None:
    """Genesis signed by all, joined, and officers' keys logged, in each node's folder before it runs."""
    members = [world.sides[name] for name in line.members]
    cards = [(side.folder / "card.note").read_bytes() for side in members]
    nonce = sha256(f"{scenario.id}/{line.name}".encode()).hexdigest()[:32]
    signed = [
        lines.found(
            cards,
            homes.roots_of(side.folder),
            template="replay",
            parameters={**scenario.head.parameters, **line.parameters},
            exercise=True,
            nonce=nonce,
        )
        for side in members
    ]
    genesis = merge_signatures(signed)
    for side in members:
        _name_others(side, [other for other in members if other is not side])
        posts = scenario.party(side.name).posts
        keys = [
            {"vkey": key.verifier.vkey, "post": post, "roles": list(posts[post])}
            for post, key in side.desk.keys.items()
        ]
        store = open_store("sqlite", side.folder / "store")
        try:
            node = open_node(homes.read(side.folder), store, world.clock)
            side.desk.lines[line.name] = node.run_inline(lambda one: lines.join(one, genesis, line.name))
            _enrol(node, side, line.name, {"act": "add", "keys": keys})
        finally:
            store.close()


def _name_others(side: Process, others: list[Process]) -> None:
    """This site's own names for the others; nothing of it leaves the node."""
    config = side.folder / FILE_NAME
    known = config.read_text()
    rows = [f'"{other.desk.party}" = "{other.name}"\n' for other in others if other.desk.party not in known]
    config.write_text(known + "".join(rows))


def _enrol(node: Node, side: Process, line: str, record: dict[str, Any]) -> None:
    line_id = side.desk.lines[line]
    leaf = lines.key_entry(node, line_id, record, homes.roots_of(side.folder))
    node.run_inline(lambda one: lines.submit_record(one, line_id, leaf))


async def _introduce(world: Processes, line: Line) -> None:
    members = {name: homes.read(world.sides[name].folder).card for name in line.members}
    for name in line.members:
        desk = world.sides[name].desk
        to = tuple(card.card.party for other, card in members.items() if other != name)
        for other, card in members.items():
            if other == name:
                continue
            body = {
                "peer": card.card.party,
                "card": sha256(card.text).hexdigest(),
                "same": True,
                "carrier": "telephone",
            }
            said = await desk.say(
                Saying(line.name, next(iter(desk.keys)), "introduce", body, to=to, wire=True)
            )
            if not said.accepted:
                raise Malformed("not-introduced", field=name, remedy=said.words)
    await world.advance(world.clock.true_ms() + 1_000)


def _order(control: Path, order: dict[str, Any]) -> dict[str, Any]:
    """One order to a node's control socket; the node is another process, so waiting here holds nobody up."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(120)
        link.connect(str(control))
        link.sendall(json.dumps(order).encode() + b"\n")
        with link.makefile("rb") as answers:
            answer: dict[str, Any] = json.loads(answers.readline())
    if "error" in answer:
        raise Malformed("control", field=str(control), remedy=str(answer["error"]))
    return answer
