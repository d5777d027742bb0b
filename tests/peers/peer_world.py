"""Nodes over HTTP in one process, the same bytes every time: fixed keys, a stepped clock, counted salts and nonces.

    world = World(tmp_path, ("red", "blue"))
    entry = await world.say("red", "stop", {}, to=("blue",), life_safety=True)
    await world.client("blue", "red").payload(entry)

`world.between.heard` holds every exchange as it went over the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import httpx2 as httpx
from starlette.applications import Starlette

from steerclear.clock import SteppedClock
from steerclear.node import desk, lines, submitting, tick
from steerclear.node.draft import Draft
from steerclear.node.home import Home, NodeKeys
from steerclear.node.node import Node
from steerclear.node.opening import open_node
from steerclear.node.vault import Vault
from steerclear.peers import server, sync, witness
from steerclear.peers.client import PeerClient
from steerclear.record import card as cards
from steerclear.record.keys import (
    COSIGN_ED25519,
    COSIGN_MLDSA44,
    ED25519,
    BoxKey,
    Signer,
    signer_from_seed,
)
from steerclear.record.leaf import finish_leaf
from steerclear.store.memory import MemoryStore
from steerclear.units import format_time, parse_time

START = parse_time("2016-06-16T06:00:00Z")
POSTS = ("watch-1", "watch-2")


def seed(*words: str) -> bytes:
    """32 bytes that everybody may know: for tests only."""
    return sha256("/".join(("steerclear test key", *words)).encode()).digest()


@dataclass(frozen=True)
class Party:
    """A party with all its keys."""

    name: str
    id: str
    root: Signer
    officers: tuple[Signer, ...]
    keys: NodeKeys
    card: cards.SignedCard
    vault: Vault


def party(name: str, *, ml_dsa: bool = False, tls: str = "") -> Party:
    first, following = (signer_from_seed("root", ED25519, seed(name, one)) for one in ("root", "next"))
    roots = cards.RootSet((first.verifier.public.hex(),), 1)
    id = cards.party_id(roots)
    root = signer_from_seed(f"{id}/root-1", ED25519, seed(name, "root"))
    log, node, mirror = (
        signer_from_seed(f"{id}/{use}", kind, seed(name, use))
        for use, kind in (("log", ED25519), ("node", ED25519), ("mirror", COSIGN_ED25519))
    )
    mirrors: tuple[Signer, ...] = (mirror,)
    if ml_dsa:
        mirrors += (signer_from_seed(f"{id}/mirror", COSIGN_MLDSA44, seed(name, "mirror-mldsa")),)
    storage, delivery = BoxKey(seed(name, "storage")), BoxKey(seed(name, "delivery"))
    card = cards.Card(
        party=id,
        roots=roots,
        next=cards.root_set_hash(cards.RootSet((following.verifier.public.hex(),), 1)),
        log=log.verifier.vkey,
        node=node.verifier.vkey,
        mirrors=tuple(key.verifier.vkey for key in mirrors),
        box=delivery.public.hex,
        urls=(f"http://{name}.test",),
        tls=tls,
    )
    signed = cards.parse_card(cards.sign_text(cards.card_text(card), [root]))
    officers = tuple(signer_from_seed(f"{id}/{post}", ED25519, seed(name, post)) for post in POSTS)
    vault = Vault(storage.public, delivery.public, storage, delivery)
    return Party(name, id, root, officers, NodeKeys(log, node, mirrors), signed, vault)


def counted(name: str) -> Callable[[int], bytes]:
    """Randomness that is none: the n-th call gives the n-th bytes."""
    numbers = count(1)
    return lambda size: sha256(f"{name} {next(numbers)}".encode()).digest()[:size]


class Between(httpx.AsyncBaseTransport):
    """Requests go to the app of the host's name. `heard` are (from, to, request, its body, answer, its body);
    `cut` names whom nobody reaches; `spoil` may change or break an answer before it arrives."""

    def __init__(self) -> None:
        self.apps: dict[str, httpx.ASGITransport] = {}
        self.cut: set[str] = set()
        self.heard: list[tuple[str, httpx.Request, bytes, httpx.Response, bytes]] = []
        self.spoil: Callable[[httpx.Request, httpx.Response, bytes], Any] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in self.cut:
            raise httpx.ConnectError("cut")
        body = await request.aread()
        response = await self.apps[request.url.host].handle_async_request(request)
        answer = await response.aread()
        self.heard.append((request.url.host, request, body, response, answer))
        if self.spoil is not None:
            answer = self.spoil(request, response, answer)
            if not isinstance(answer, bytes):
                answer = await answer
        headers = {k: v for k, v in response.headers.items() if k != "content-length"}
        return httpx.Response(response.status_code, headers=headers, stream=httpx.ByteStream(answer))


class InlineHost:
    """`node.host.Host` on the caller's thread."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.clock = node.clock

    async def run(self, command: Callable[[Node], Any]) -> Any:
        return self.node.run_inline(command)


@dataclass
class Site:
    party: Party
    node: Node
    host: InlineHost
    clock: SteppedClock
    watch: witness.Watch | None = None


class World:
    """`names` found one line; `alone` run nodes too, but are on no line."""

    def __init__(
        self,
        folder: Path,
        names: tuple[str, ...] = ("red", "blue"),
        *,
        alone: tuple[str, ...] = (),
        parameters: dict[str, Any] | None = None,
        ml_dsa: bool = False,
    ) -> None:
        self.folder = folder
        self.between = Between()
        self.http = httpx.AsyncClient(transport=self.between)
        self.sites: dict[str, Site] = {}
        self.nonce = counted("nonce")
        self.line_numbers = count(1)
        for name in (*names, *alone):
            self.add(name, ml_dsa=ml_dsa)
        self.line = self.found(names, parameters or {})

    def add(self, name: str, *, watch: witness.Watch | None = None, ml_dsa: bool = False) -> Site:
        made = party(name, ml_dsa=ml_dsa)
        clock = SteppedClock(START)
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        home = Home(folder, made.card, made.keys, made.vault)
        node = open_node(home, MemoryStore(), clock, random=counted(name))
        host = InlineHost(node)
        app = Starlette(routes=[*server.routes(host), *witness.routes(host, watch)])
        self.between.apps[f"{name}.test"] = httpx.ASGITransport(app)
        self.sites[name] = Site(made, node, host, clock, watch)
        return self.sites[name]

    def found(self, names: tuple[str, ...], parameters: dict[str, Any] | None = None) -> str:
        """A line of these parties with everybody's officers in it; the world's line from now on."""
        nonce = f"{next(self.line_numbers):032x}"
        sites = [self.sites[name] for name in names]
        genesis = cards.merge_signatures(
            lines.found(
                [site.party.card.note for site in sites],
                [one.party.root],
                template="test",
                parameters=parameters or {},
                exercise=True,
                nonce=nonce,
                ml_dsa=False,
            )
            for one in sites
        )
        for site in sites:
            line = site.node.run_inline(lambda node: lines.join(node, genesis))
            rows = [
                {"vkey": key.verifier.vkey, "post": post, "roles": ["watch_officer", "releaser"]}
                for key, post in zip(site.party.officers, POSTS, strict=True)
            ]
            leaf = lines.key_entry(site.node, line, {"act": "add", "keys": rows}, [site.party.root])
            site.node.run_inline(lambda node, line=line, leaf=leaf: lines.submit_record(node, line, leaf))
        self.genesis = genesis
        self.line = line
        return line

    def id(self, name: str) -> str:
        return self.sites[name].party.id

    def origin(self, name: str, line: str = "") -> str:
        return f"{line or self.line}/{self.id(name)}/1"

    def client(self, one: str, other: str, line: str = "", timeout_s: float = 10.0) -> PeerClient:
        """How `one` asks `other`."""
        site = self.sites[one]
        return PeerClient(
            line or self.line,
            f"http://{other}.test",
            site.node.keys.node,
            site.clock,
            self.http,
            lambda: self.nonce(16).hex(),
            timeout_s,
        )

    def step(self, ms: int) -> None:
        for site in self.sites.values():
            site.clock.step_to(site.clock.true_ms() + ms)

    def tick(self) -> None:
        for site in self.sites.values():
            site.node.run_inline(tick.tick)

    def prepare(
        self,
        name: str,
        kind: str,
        body: dict[str, Any],
        *,
        to: tuple[str, ...],
        line: str = "",
        **header: Any,
    ) -> tuple[bytes, bytes, bytes]:
        """(leaf, salt, payload) as an officer's client would post them."""
        site = self.sites[name]
        key = site.party.officers[0]
        addressees = tuple(sorted(self.id(other) for other in to))
        draft = Draft(
            kind=kind,
            mode="EXERCISE",
            signers=(key.verifier.ref,),
            to=addressees,
            body=body,
            **header,
        )
        made = site.node.run_inline(lambda node: desk.prepare(node, line or self.line, draft))
        assert not isinstance(made, list), made
        text = made.text.encode()
        return finish_leaf(text, [key.sign(text)]), bytes.fromhex(made.salt), made.payload.encode()

    def say(self, name: str, kind: str, body: dict[str, Any] | None = None, **kw: Any) -> str:
        """The id of an entry said and logged."""
        leaf, salt, payload = self.prepare(name, kind, body or {}, **kw)
        line = kw.get("line") or self.line
        done = self.sites[name].node.run_inline(
            lambda node: submitting.submit(node, line, leaf, salt, payload)
        )
        assert not isinstance(done, list), done
        return done.id

    def stop(self, name: str, *to: str, **kw: Any) -> str:
        return self.say(name, "stop", {}, to=to, life_safety=True, **kw)

    def introduce(self, one: str, other: str) -> str:
        """What `one` says to `other` alone."""
        card = sha256(self.sites[other].party.card.text).hexdigest()
        body = {"peer": self.id(other), "card": card, "same": True, "carrier": "telephone"}
        return self.say(one, "introduce", body, to=(other,))

    async def introduced(self, *names: str) -> None:
        """Everybody confirms everybody, so that the line carries more than life safety; then all is at rest."""
        asked = names or tuple(n for n, site in self.sites.items() if self.line in site.node.lines)
        await self.settle(*asked)
        for one in asked:
            for other in asked:
                if one != other:
                    self.introduce(one, other)
        await self.settle(*asked)

    def flight(self, name: str, *to: str, office: str = "Air Operations", line: str = "") -> str:
        """A flight that only its addressees may read, `office` standing in the payload."""
        body = {"aircraft_class": "fixed_wing", "number": {"least": 2, "most": 2}}
        return self.say(name, "activity.flight", body, to=to, inner={"office": office}, line=line)

    def plan(self, name: str, *to: str, east_e7: int = 0) -> str:
        """A flight with a volume, a circle of 10 km tomorrow: two of them conflict."""
        start = START + 86_400_000
        volume = {
            "outline": {
                "type": "circle",
                "centre": [334_800_000, 386_500_000 + east_e7],
                "radius_mm": 10_000_000,
            },
            "lower": {"value": 5000, "unit": "ft", "ref": "MSL"},
            "upper": {"value": 15_000, "unit": "ft", "ref": "MSL"},
            "start": format_time(start),
            "end": format_time(start + 7_200_000),
        }
        return self.say(name, "activity.flight", {"volumes": [volume], "aircraft_class": "fixed_wing"}, to=to)

    async def compare(self, one: str, other: str) -> str:
        return await sync.compare(self.sites[one].host, self.client(one, other), self.id(other))

    async def beat(self, one: str, other: str) -> sync.Round:
        return await sync.beat(self.sites[one].host, self.client(one, other), self.id(other))

    async def pull(self, one: str, other: str, **kw: Any) -> sync.Round:
        return await sync.pull(self.sites[one].host, self.client(one, other, **kw), self.id(other))

    async def settle(self, *names: str, rounds: int = 12) -> None:
        """Everybody beats and pulls everybody until nothing changes."""
        asked = names or tuple(n for n, site in self.sites.items() if self.line in site.node.lines)
        pairs = [(a, b) for a in asked for b in asked if a != b]
        for _ in range(rounds):
            self.step(200)
            self.tick()
            changed = False
            for a, b in pairs:
                await self.beat(a, b)
                changed = (await self.pull(a, b)).changed or changed
            if not changed:
                return
        raise AssertionError("the nodes do not come to rest")
