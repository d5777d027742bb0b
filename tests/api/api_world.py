"""Nodes in one process: real homes and SQLite in a folder, a stepped clock, ASGI between them, officers with keys."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import msgspec

from steerclear.api.native import auth
from steerclear.app import App, build
from steerclear.clock import SteppedClock
from steerclear.node import exports, lines
from steerclear.node import home as homes
from steerclear.record.card import merge_signatures
from steerclear.record.header import Header
from steerclear.record.keys import Signer
from steerclear.record.leaf import finish_leaf
from steerclear.record.note import Note, format_note
from steerclear.units import parse_time

START = parse_time("2026-10-20T14:00:00Z")
ROLES = ("releaser", "watch_officer")
PASSPHRASE = "a passphrase of the watch"


@dataclass
class Officer:
    """One officer at one node: a key, a token, the node's HTTP interface."""

    side: Side
    key: Signer
    token: str = ""

    async def login(self) -> httpx.Response:
        side = self.side
        note = auth.sign_act(
            auth.LOGIN, [self.key], side.party, side.line, side.app.node.clock.now_ms(), secrets.token_hex(16)
        )
        answer = await side.http.post("/api/login", json={"note": note})
        if answer.status_code == 200:
            self.token = answer.json()["token"]
        return answer

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.side.http.get(self.side.path(path), params=query, headers=self._headers())

    async def post(self, path: str, body: Any, key: str = "") -> httpx.Response:
        headers = self._headers() | ({"idempotency-key": key} if key else {})
        return await self.side.http.post(self.side.path(path), json=body, headers=headers)

    async def draft(
        self, kind: str, body: dict[str, Any], *, by: tuple[Officer, ...] = (), **header: Any
    ) -> httpx.Response:
        signers = [one.key.verifier.ref for one in (self, *by)]
        given = {"mode": "EXERCISE", "to": self.side.others} | header
        return await self.post("/prepare", {"kind": kind, "signers": signers, "body": body} | given)

    async def signed(
        self, kind: str, body: dict[str, Any], *, by: tuple[Officer, ...] = (), **header: Any
    ) -> dict[str, str]:
        """A submission ready to be posted."""
        answer = await self.draft(kind, body, by=by, **header)
        assert answer.status_code == 200, answer.text
        return self.sign(answer.json(), *by)

    def sign(self, prepared: dict[str, Any], *by: Officer) -> dict[str, str]:
        text = prepared["text"].encode()
        leaf = finish_leaf(text, [one.key.sign(text) for one in (self, *by)])
        return {"leaf": leaf.decode(), "salt": prepared["salt"], "payload": prepared["payload"]}

    async def say(
        self, kind: str, body: dict[str, Any], *, by: tuple[Officer, ...] = (), **header: Any
    ) -> str:
        """Prepare, sign, submit; the entry's id."""
        answer = await self.post("/entries", await self.signed(kind, body, by=by, **header))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass
class Side:
    """One party's node."""

    name: str
    home: Path
    app: App
    http: httpx.AsyncClient
    line: str = ""
    others: list[str] = field(default_factory=list)
    officers: list[Officer] = field(default_factory=list)

    @property
    def party(self) -> str:
        return self.app.node.party

    def path(self, path: str) -> str:
        return path if path.startswith("/api") else f"/api/lines/{self.line}{path}"

    def admin(self) -> dict[str, str]:
        return {"authorization": f"Bearer {auth.admin_token(self.home)}"}


@dataclass
class World:
    clock: Any
    sides: list[Side]
    between: Between
    peers: httpx.AsyncClient

    def cut(self, side: Side) -> None:
        """Nobody reaches this node any more."""
        self.between.cut.add(f"{side.name}.test")

    def join(self, side: Side) -> None:
        self.between.cut.discard(f"{side.name}.test")

    async def second_line(self) -> None:
        """The same parties begin another line; the sides and their officers are on it from now on."""
        await begin(self, {})

    def restart(self, side: Side) -> None:
        """The node ends and begins again from its folder, locked; everybody is logged out."""
        side.app.node.store.close()
        side.app = build(side.home, clock=self.clock, http=self.peers, inline=True)
        transport = httpx.ASGITransport(side.app.asgi)
        self.between.apps[f"{side.name}.test"] = transport
        side.http = httpx.AsyncClient(transport=transport, base_url=f"http://{side.name}.test")

    async def revoke(self, side: Side, officer: Officer) -> None:
        """The officer's key no longer counts in the party's log."""

        def command(node: Any) -> None:
            log = node.line(side.line).own_log
            record = {"act": "revoke", "keys": [officer.key.verifier.ref], "from": log.size}
            lines.submit_record(
                node, side.line, lines.key_entry(node, side.line, record, homes.roots_of(side.home))
            )

        await side.app.host.run(command)

    async def settle(self) -> None:
        """Rounds until no node changes anything, then the checkpoints that wait for their 100 ms."""
        for _ in range(3):
            for _ in range(30):
                if not any([await side.app.pump() for side in self.sides]):
                    break
            else:
                raise AssertionError("never at rest")
            if self.clock.simulated:
                self.clock.step_to(self.clock.true_ms() + 100)

    async def step(self, ms: int) -> None:
        self.clock.step_to(self.clock.true_ms() + ms)
        await self.settle()

    async def close(self) -> None:
        for side in self.sides:
            await side.app.close()
            await side.http.aclose()


class Between(httpx.AsyncBaseTransport):
    """Requests go to the app of the host's name; `cut` names that answer nobody."""

    def __init__(self) -> None:
        self.apps: dict[str, httpx.ASGITransport] = {}
        self.cut: set[str] = set()
        self.seen: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in self.cut:
            raise httpx.ConnectError("cut")
        return await self.apps[request.url.host].handle_async_request(request)


async def world(
    folder: Path,
    names: tuple[str, ...] = ("red", "blue"),
    *,
    parameters: dict[str, Any] | None = None,
    officers: tuple[str, ...] = ("watch-1", "watch-2"),
    introduced: bool = True,
    inline: bool = True,
    exercise: bool = True,
    clock: Any = None,
    policy: dict[str, Any] | None = None,
) -> World:
    """Parties on one exercise line, keys logged, introduced to each other unless told otherwise."""
    between, clock = Between(), clock or SteppedClock(START)
    peers = httpx.AsyncClient(transport=between)
    sides = []
    for name in names:
        home = folder / name
        homes.create(
            home, passphrase=PASSPHRASE, urls=(f"http://{name}.test",), officers=officers, clock="stepped"
        )
        app = build(home, passphrase=PASSPHRASE, clock=clock, http=peers, inline=inline)
        app.start()
        between.apps[f"{name}.test"] = httpx.ASGITransport(app.asgi)
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app.asgi), base_url=f"http://{name}.test")
        sides.append(Side(name, home, app, http))
    made = World(clock, sides, between, peers)
    await begin(made, parameters or {}, exercise=exercise, policy=policy)
    if introduced and exercise:
        await introduce(made)
    return made


async def begin(
    made: World, parameters: dict[str, Any], *, exercise: bool = True, policy: dict[str, Any] | None = None
) -> None:
    """Found a line, join it, add the officers' keys, log in."""
    sides = made.sides
    cards = [side.app.node.home.card.note for side in sides]
    nonce = secrets.token_hex(16)
    genesis = merge_signatures(
        lines.found(
            cards,
            homes.roots_of(side.home),
            template="test",
            parameters=parameters,
            exercise=exercise,
            nonce=nonce,
            **(policy or {}),
        )
        for side in sides
    )
    for side in sides:
        side.line = await side.app.host.run(lambda node: lines.join(node, genesis, "the line"))
        side.others = [other.party for other in sides if other is not side]
        await add_officers(side, tuple(sorted(path.stem for path in (side.home / "officers").iterdir())))
    await made.settle()
    for side in sides:
        for officer in side.officers:
            answer = await officer.login()
            assert answer.status_code == 200, answer.text


async def add_officers(side: Side, posts: tuple[str, ...]) -> None:
    keys = [homes.officer(side.home, post) for post in posts]
    record = {
        "act": "add",
        "keys": [
            {"vkey": key.verifier.vkey, "post": post, "roles": list(ROLES)}
            for key, post in zip(keys, posts, strict=True)
        ],
    }

    def command(node: Any) -> None:
        lines.submit_record(
            node, side.line, lines.key_entry(node, side.line, record, homes.roots_of(side.home))
        )

    await side.app.host.run(command)
    side.officers = [Officer(side, key) for key in keys]


async def introduce(made: World) -> None:
    from hashlib import sha256

    for side in made.sides:
        for other in made.sides:
            if other is not side:
                card = sha256(other.app.node.home.card.text).hexdigest()
                await side.officers[0].say(
                    "introduce",
                    {"peer": other.party, "card": card, "same": True, "carrier": "telephone"},
                    to=[other.party],
                )
    await made.settle()


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def header_of(prepared: dict[str, Any]) -> Header:
    return msgspec.convert(prepared["header"], Header)


FLIGHT = {
    "aircraft_class": "fixed_wing",
    "number": {"least": 2, "most": 2},
    "transponder": "on",
    "planning": "planned",
    "monitored": [{"use": "guard", "hz": 121_500_000}],
    "volumes": [
        {
            "outline": {
                "type": "circle",
                "centre": [400_000_000, 190_000_000],
                "radius_mm": 20_000_000,
            },
            "lower": {"value": 5000, "unit": "ft", "ref": "MSL"},
            "upper": {"value": 8000, "unit": "ft", "ref": "MSL"},
            "start": "2026-10-22T08:00:00Z",
            "end": "2026-10-22T09:00:00Z",
        }
    ],
}


HAZARD = [
    FLIGHT["volumes"][0]
    | {"lower": "surface", "start": "2026-10-28T08:00:00Z", "end": "2026-10-28T09:00:00Z"}
]
"""Volumes of a danger area, days ahead."""


async def ask(side: Side, method: str, path: str, *, token: str = "", **more: Any) -> httpx.Response:
    """One request with or without a token."""
    headers = more.pop("headers", {}) | ({"authorization": f"Bearer {token}"} if token else {})
    return await side.http.request(method, side.path(path), headers=headers, **more)


def order(side: Side, what: str, *signers: Signer, **asked: Any) -> dict[str, str]:
    """An export order signed by these keys."""
    made = exports.Order(
        line=asked.pop("line", side.line),
        what=what,
        at_ms=side.app.node.clock.now_ms(),
        nonce=secrets.token_hex(16),
        **asked,
    )
    text = exports.order_text(made)
    return {"order": format_note(Note(text, tuple(key.sign(text) for key in signers))).decode()}


def codes(answer: httpx.Response) -> list[str]:
    return [row["code"] for row in answer.json()["errors"]]
