"""A world of real nodes in one process: homes and stores in a folder, stepped clocks, HTTP from app to app.

Nothing here is a stand-in for the product: each node is what `app.build` gives, each desk speaks to it over its
native API, each node asks the others over its peers' protocol. Only the wires between them are ours, and the time.
"""

from __future__ import annotations

import heapq
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
import msgspec

from steerclear.app import App, build
from steerclear.app.links import beat_due_ms
from steerclear.clock import SteppedClock
from steerclear.config import FILE_NAME
from steerclear.errors import Malformed
from steerclear.node import home as homes
from steerclear.node import lines
from steerclear.node.node import Node
from steerclear.record import verify
from steerclear.record.card import merge_signatures
from steerclear.record.kitfiles import pack, unpack
from steerclear.replay import membership
from steerclear.replay.desk import Answer
from steerclear.replay.network import Network, address, altered
from steerclear.replay.scenario import Line, Party, Scenario
from steerclear.replay.side import Desk, Side
from steerclear.speech.templates import check_members, template

if TYPE_CHECKING:
    from steerclear.feeds.batch import Batch

PASSPHRASE = "the passphrase of an exercise"
SETUP_MS = 600_000
ROUNDS = 400
MENDS = ("heal", "thaw", "restart", "restore-backup", "deliver-payload")


@dataclass
class House:
    """`replay.World` over real nodes."""

    home: Path
    network: Network = field(default_factory=Network)
    sides: dict[str, Side] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    now_ms: int = 0
    mending_ms: int = 0
    made: int = 0
    policies: dict[str, list[bytes]] = field(default_factory=dict)
    posts: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    scenario_lines: dict[str, Line] = field(default_factory=dict)
    reports: list[tuple[int, int, str, str, Batch]] = field(default_factory=list)

    async def advance(self, true_ms: int) -> None:
        while True:
            due = await self.next_due_ms()
            if due is None or due > true_ms:
                break
            await self._at(due)
        await self._at(max(true_ms, self.now_ms))

    async def next_due_ms(self) -> int | None:
        """The next instant after now at which a running node has something to do besides heartbeats; after something
        was mended heartbeats count for a while, since they find the others again."""
        found = []
        for side in self._running():
            due = [await side.app.next_due_ms()]
            if self.now_ms < self.mending_ms:
                due += [beat_due_ms(link) for link in side.app.links.values()]
            found += [max(side.clock.true_of(at), self.now_ms + 1) for at in due if at is not None]
        if self.reports:
            found.append(max(self.reports[0][0], self.now_ms + 1))
        return min(found, default=None)

    async def fault(
        self, kind: str, party: str, between: tuple[str, ...], arguments: Mapping[str, Any]
    ) -> str:
        network = self.network
        pairs = _pairs(between or tuple(self.sides))
        if kind == "partition":
            network.cut |= {frozenset(pair) for pair in pairs}
        elif kind == "heal":
            network.heal(between)
        elif kind in ("freeze", "crash"):
            network.down.add(party)
        elif kind == "thaw":
            network.down.discard(party)
        elif kind == "drop-payload":
            network.withheld |= set(pairs)
        elif kind == "deliver-payload":
            network.withheld -= set(pairs)
        elif kind == "tamper":
            what = {"entries": "tile/entries", "payload": "payloads"}.get(arguments.get("what", ""), "")
            network.forged |= dict.fromkeys(pairs, what)
        elif kind == "fork":
            await self._fork(party, between)
        if kind in ("crash", "restart", "backup", "restore-backup"):
            await self._restart(kind, self.sides[party])
        if kind in MENDS:
            periods = [link.peer.heartbeat_ms for side in self._running() for link in side.app.links.values()]
            self.mending_ms = self.now_ms + 2 * max(periods, default=0)
        await self._at(self.now_ms)
        return ""

    async def feed(self, party: str, name: str, reports: Iterable[tuple[int, Batch]]) -> str:
        for at_ms, batch in reports:
            self.made += 1
            heapq.heappush(self.reports, (at_ms, self.made, party, name, batch))
        await self._at(self.now_ms)
        return ""

    async def membership(self, line: str, act: str, party: str, signers: tuple[str, ...]) -> str:
        return await membership.change(self, self.scenario_lines[line], act, party, signers)

    async def carry(
        self, line: str, source: str, target: str, posts: tuple[str, ...], arguments: Mapping[str, Any]
    ) -> str:
        to = self.desks[target]
        path = await self.desks[source].export(line, "bundle", posts, {"recipients": [to.party]})
        data = path.read_bytes()
        answer = await to.take_bundle(line, altered(data) if arguments.get("tamper") else data)
        await self._at(self.now_ms)
        return "" if answer.status == 200 else str(answer.json)[:400]

    async def altered(self, path: Path, arguments: Mapping[str, Any]) -> Path:
        """A kit with one byte changed in its first file whose name ends as `what` says."""
        files = dict(unpack(path.read_bytes()))
        what = arguments.get("what", "leaf")
        name = next((one for one in sorted(files) if one.endswith(f"/{what}")), "")
        if not name:
            raise Malformed("nothing-to-alter", field="arguments.what", remedy=f"the kit holds no {what}")
        files[name] = altered(files[name])
        self.made += 1
        copy = path.with_name(f"altered-{self.made}.tar")
        copy.write_bytes(pack(files))
        return copy

    async def verify(self, path: Path, arguments: Mapping[str, Any]) -> Answer:
        verdict = verify.check(unpack(path.read_bytes()), {desk.party for desk in self.desks.values()})
        return Answer(verdict.exit_code, msgspec.json.decode(msgspec.json.encode(verdict)))

    async def close(self) -> None:
        for side in self.sides.values():
            await side.app.close()
            await side.peers.aclose()

    def _running(self) -> list[Side]:
        return [side for side in self.sides.values() if side.name not in self.network.down]

    async def _at(self, true_ms: int) -> None:
        """Stand at an instant until no node changes anything any more."""
        self.now_ms = true_ms
        for side in self.sides.values():
            side.clock.step_to(true_ms)
        while self.reports and self.reports[0][0] <= true_ms:
            _, _, party, name, batch = heapq.heappop(self.reports)
            side = self.sides[party]
            if party not in self.network.down and side.app.watching is not None:
                side.app.watching.give(name, batch)
        for _ in range(ROUNDS):
            moved = [await side.app.pump() for side in self._running()]
            if not any(moved):
                return
        raise Malformed(
            "never-at-rest", field="nodes", remedy="report this: two nodes keep changing each other"
        )

    async def _fork(self, twin: str, between: tuple[str, ...]) -> None:
        """A second node of the same party starts from a copy, and is what `between` reach from now on."""
        side = self.sides[twin]
        real = next(s for s in self.sides.values() if s.desk.party == side.desk.party and s is not side)
        await self._restart("backup", real, side.folder)
        self._start(side)
        for name in self.sides:
            if name in between:
                self.network.faces[name, real.name] = twin
                self.network.cut.add(frozenset((name, real.name)))
            elif name != twin:
                self.network.cut.add(frozenset((name, twin)))
        for name in between:
            self.network.cut.discard(frozenset((name, twin)))
        self.network.down.discard(twin)

    async def _restart(self, kind: str, side: Side, target: Path | None = None) -> None:
        copy = target or side.folder.with_name(f"{side.name}.backup")
        if kind != "restart":
            await side.app.close()
        if kind == "backup":
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(side.folder, copy)
        if kind == "restore-backup":
            shutil.rmtree(side.folder)
            shutil.copytree(copy, side.folder)
        if kind != "crash":
            self.network.down.discard(side.name)
            self._start(side)

    def _start(self, side: Side) -> None:
        side.app = build(side.folder, passphrase=PASSPHRASE, clock=side.clock, http=side.peers, inline=True)
        side.app.start()
        self.network.apps[side.name] = httpx.ASGITransport(side.app.asgi)
        side.desk.reconnect(_officers_client(side.name, side.app))


async def build_house(scenario: Scenario, home: Path, *, store: str = "sqlite") -> House:
    """`replay.Builder`: every party of the scenario on its lines, keys logged, introduced, at the start's instant.
    A `store` of "memory" is gone when its node ends: only for a play that stops and starts none."""
    begun = scenario.start_ms - SETUP_MS
    house = House(home, now_ms=begun)
    for party in scenario.parties:
        if not party.twin_of:
            house.sides[party.name] = _make_side(house, party, begun, store)
    house.posts = {party.name: dict(party.posts) for party in scenario.parties}
    house.scenario_lines = {line.name: line for line in scenario.lines}
    for line in scenario.lines:
        await _make_line(house, scenario, line)
    for party in scenario.parties:
        if party.twin_of:
            _make_twin(house, party, begun)
    house.desks = {name: side.desk for name, side in house.sides.items()}
    await house.advance(begun + 1_000)
    for line in scenario.lines:
        if line.introduced:
            await _introduce(house, line)
    await house.advance(scenario.start_ms)
    return house


def _make_side(house: House, party: Party, begun: int, store: str) -> Side:
    folder = house.home / party.name
    posts = tuple(party.posts)
    urls = (address(party.name),)
    homes.create(folder, passphrase=PASSPHRASE, store=store, urls=urls, officers=posts, clock="stepped")
    with (folder / FILE_NAME).open("a") as file:
        file.writelines(one.toml() for one in party.feed)
    clock = SteppedClock(begun, offset_ms=party.offset_ms, drift_ppm=party.drift_ppm)
    peers = house.network.client(party.name)
    app = build(folder, passphrase=PASSPHRASE, clock=clock, http=peers, inline=True)
    app.start()
    house.network.apps[party.name] = httpx.ASGITransport(app.asgi)
    keys = {post: homes.officer(folder, post) for post in posts}
    out = house.home / "files" / party.name
    desk = Desk(app.node.party, folder, out, clock, _officers_client(party.name, app), keys)
    desk.side = Side(party.name, folder, clock, app, peers, desk)
    return desk.side


def _make_twin(house: House, party: Party, begun: int) -> None:
    """Silent until the fault `fork` gives it a copy of the other's folder."""
    real = house.sides[party.twin_of]
    clock = SteppedClock(begun, offset_ms=party.offset_ms, drift_ppm=party.drift_ppm)
    out = house.home / "files" / party.name
    folder = house.home / party.name
    desk = Desk(
        real.desk.party, folder, out, clock, _officers_client(real.name, real.app), dict(real.desk.keys)
    )
    desk.lines = dict(real.desk.lines)
    desk.side = Side(party.name, folder, clock, real.app, house.network.client(party.name), desk)
    house.sides[party.name] = desk.side
    house.network.down.add(party.name)


async def _make_line(house: House, scenario: Scenario, line: Line) -> None:
    members = [house.sides[name] for name in line.members]
    cards = [side.app.node.home.card.note for side in members]
    nonce = sha256(f"{scenario.id}/{line.name}".encode()).hexdigest()[:32]
    model = template(line.template) if line.template else None
    if model is not None:
        check_members(model, len(members))
    parameters = {**(model.parameters if model else {}), **scenario.head.parameters, **line.parameters}
    signed = [
        lines.found(
            cards,
            homes.roots_of(side.folder),
            template=line.template or "replay",
            parameters=parameters,
            exercise=True,
            nonce=nonce,
            quorum=model.quorum if model else "all",
        )
        for side in members
    ]
    genesis = merge_signatures(signed)
    for side in members:
        record = membership.keys_record(side, house.posts[side.name])
        roots = homes.roots_of(side.folder)

        def join(node: Node, record: dict[str, Any] = record, roots: Any = roots) -> str:
            made = lines.join(node, genesis, line.name)
            lines.submit_record(node, made, lines.key_entry(node, made, record, roots))
            return made

        side.desk.lines[line.name] = await side.app.host.run(join)


async def _introduce(house: House, line: Line) -> None:
    for name in line.members:
        for other in line.members:
            if other != name:
                await membership.introduced(house, line, name, other, line.members)
    await house.advance(house.now_ms + 1_000)


def _officers_client(name: str, app: App) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app.asgi), base_url=address(name))


def _pairs(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(one, two) for one in names for two in names if one != two]
