"""Who is answered on which path: a member of the line, one of another line of the same node, a stranger; and that
nothing of one line or one addressee is in any answer to anybody else."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from peer_world import World

from steerclear.peers import server, wire
from steerclear.peers.request import HEADER, sign_request
from steerclear.record.note import parse_note


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Red is on two lines: one with blue and green, one with black. Grey is on none."""
    made = World(tmp_path, ("red", "blue", "green"), alone=("black", "grey"))
    first = made.line

    async def play() -> None:
        await made.introduced("red", "blue", "green")
        made.found(("red", "black"))
        await made.introduced("red", "black")

    asyncio.run(play())
    made.other, made.line = made.line, first  # type: ignore[attr-defined]
    return made


def requests_on(world: World, line: str, entry: str) -> list[tuple[str, str, bytes]]:
    """Every path of a line with a body that a member may send."""
    node = world.sites["red"].node
    log = node.line(line).own_log
    base = f"/lines/{line}"
    logs = [one.name for one in node.line(line).logs.values()]
    head = log.checkpoint.decode()
    beat = wire.encode_padded(wire.Beat(node.clock.now_ms(), head, {log.origin: log.size}))
    width = min(log.size, 256)
    return [
        *(("GET", f"{base}/logs/{name}/checkpoint", b"") for name in logs),
        *(("GET", f"{base}/logs/{name}/checkpoint?covering=1", b"") for name in logs),
        *(("GET", f"{base}/logs/{name}/cosigned?start=0", b"") for name in logs),
        ("GET", f"{base}/logs/{log.name}/tile/entries/000.p/{width}", b""),
        ("GET", f"{base}/logs/{log.name}/tile/0/000.p/{width}", b""),
        ("GET", f"{base}/payloads/{entry}", b""),
        ("POST", f"{base}/heartbeat", beat),
        ("POST", f"{base}/cosignatures", wire.encode(wire.Cosigned((head,)))),
        ("POST", f"{base}/hint", wire.encode(wire.Hint(log.origin, log.size))),
    ]


async def send(world: World, who: str, method: str, target: str, body: bytes) -> httpx.Response:
    site = world.sites[who]
    nonce = world.nonce(16).hex()
    value = sign_request(site.node.keys.node, method, target, body, site.clock.now_ms(), nonce)
    return await world.http.request(method, "http://red.test" + target, content=body, headers={HEADER: value})


def test_every_path_for_everybody(world: World) -> None:
    async def play() -> None:
        for line, members in ((world.line, ("blue", "green")), (world.other, ("black",))):  # type: ignore[attr-defined]
            entry = world.flight("red", members[0], line=line)
            for method, target, body in requests_on(world, line, entry):
                for who in ("blue", "green", "black", "grey", "red"):
                    answer = await send(world, who, method, target, body)
                    entitled = members[:1] if "payloads" in target else members
                    assert answer.status_code == (200 if who in entitled else 404), (who, target)
                    assert who in entitled or answer.content == b""

    asyncio.run(play())


def test_what_is_not_there_is_answered_as_what_is_not_yours(world: World) -> None:
    async def play() -> None:
        base = f"/lines/{world.line}"
        mine = f"{base}/logs/{world.id('red')}"
        for target in (
            f"{base}/payloads/{'0' * 64}",
            f"{base}/payloads/nonsense",
            f"{mine}/2/checkpoint",
            f"{base}/logs/{world.id('grey')}/1/checkpoint",
            f"{mine}/1/checkpoint?covering=100000",
            f"{mine}/1/tile/entries/001",
            f"{mine}/1/tile/1/000.p/1",
            f"/lines/{'0' * 64}/logs/{world.id('red')}/1/checkpoint",
        ):
            answer = await send(world, "blue", "GET", target, b"")
            assert (answer.status_code, answer.content) == (404, b""), target

    asyncio.run(play())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "logs/{log}/cosigned?start=-1", b""),
        ("GET", "logs/{log}/cosigned?start=01", b""),
        ("GET", "logs/{log}/cosigned?start=99999999999999999999", b""),
        ("GET", "logs/{log}/checkpoint?covering=x", b""),
        ("GET", "logs/{log}/tile/entries/0", b""),
        ("GET", "logs/{log}/tile/64/000", b""),
        ("POST", "heartbeat", b"{}"),
        ("POST", "heartbeat", b'{"time_ms":1,"more":2}'),
        ("POST", "heartbeat", b'{"time_ms":1,"holds":{"x":1}}'),
        ("POST", "cosignatures", b'{"notes":["x"]}'),
        ("POST", "hint", b'{"origin":"x","size":1}'),
        ("POST", "carried", b'{"note":"x","salt":"","payload":""}'),
        ("POST", "carried", b'{"note":"x","salt":"xy","payload":""}'),
        ("POST", "carried", b"\xff"),
    ],
)
def test_a_member_is_told_what_was_wrong(world: World, method: str, path: str, body: bytes) -> None:
    async def play() -> None:
        log = world.sites["red"].node.line(world.line).own_log.name
        target = f"/lines/{world.line}/{path.format(log=log)}"
        before = world.sites["red"].node.line(world.line).own_log.size
        answer = await send(world, "blue", method, target, body)
        assert answer.status_code == 400 and answer.text.endswith("\n") and len(answer.text) > 5
        assert (await send(world, "grey", method, target, body)).status_code == 404
        assert world.sites["red"].node.line(world.line).own_log.size == before

    asyncio.run(play())


def test_a_strangers_body_is_not_read_and_a_members_is_bounded(world: World) -> None:
    async def play() -> None:
        target, big = f"/lines/{world.line}/cosignatures", b" " * (wire.MAX_BODY + 1)
        read: list[int] = []

        async def drip() -> Any:
            for at in range(0, len(big), 1 << 20):
                read.append(at)
                yield big[at : at + (1 << 20)]

        site = world.sites["grey"]
        value = sign_request(site.node.keys.node, "POST", target, big, site.clock.now_ms(), "0" * 32)
        scope = {"type": "http", "method": "POST", "path": target, "raw_path": target.encode()}
        scope |= {"query_string": b"", "headers": [(HEADER.encode(), value.encode())]}
        said: list[Any] = []

        async def receive() -> Any:
            read.append(1)
            return {"type": "http.request", "body": big, "more_body": True}

        async def tell(message: Any) -> None:
            said.append(message)

        from starlette.applications import Starlette

        app = Starlette(routes=server.routes(world.sites["red"].host))
        await app({**scope, "http_version": "1.1", "server": ("red", 80)}, receive, tell)
        assert said[0]["status"] == 404 and not read
        assert (await send(world, "blue", "POST", target, big)).status_code == 413
        assert (await send(world, "blue", "POST", target, big[:100])).status_code == 400

    asyncio.run(play())


def test_notes_that_prove_nothing_change_nothing_and_hold_up_no_good_one(world: World) -> None:
    async def play() -> None:
        node = world.sites["red"].node
        log = node.line(world.line).own_log
        world.flight("red", "blue")
        world.step(200)
        world.tick()
        await world.pull("blue", "red")
        blue = world.sites["blue"].node
        world.step(5000)
        from steerclear.node.ingest import cosign

        good = blue.run_inline(lambda n: cosign(n, n.line(world.line), n.line(world.line).logs[log.origin]))
        mark = b"\n\xe2\x80\x94 " + world.id("blue").encode()
        at = good.rfind(mark) + len(mark) + 10
        bad = good[:at] + (b"A" if good[at : at + 1] != b"A" else b"B") + good[at + 1 :]
        parse_note(bad)
        target, size = f"/lines/{world.line}/cosignatures", len(node.store.cosignatures(log.origin))
        for notes, more in (((bad,), 0), ((bad, good, bad), 1)):
            body = wire.encode(wire.Cosigned(tuple(one.decode() for one in notes)))
            assert (await send(world, "blue", "POST", target, body)).status_code == 200
            assert len(node.store.cosignatures(log.origin)) == size + more

    asyncio.run(play())


def test_markers_reach_their_addressees_alone(world: World) -> None:
    """One random marker a line and addressee; every byte that others get, headers included, is searched for it, for
    its hash and for its salt."""

    async def play() -> None:
        first, other = world.line, world.other  # type: ignore[attr-defined]
        markers: dict[tuple[str, str], str] = {}
        entries: dict[tuple[str, str], str] = {}
        for line, to in ((first, "blue"), (first, "green"), (other, "black")):
            marker = f"marker {hashlib.sha256((line + to).encode()).hexdigest()[:16]}"
            markers[line, to] = marker
            entries[line, to] = world.flight("red", to, office=marker, line=line)
        world.step(200)
        world.tick()
        world.between.heard.clear()
        got: dict[str, list[bytes]] = {name: [] for name in world.sites}
        for line in (first, other):
            for entry in entries.values():
                for method, target, body in requests_on(world, line, entry):
                    for who in world.sites:
                        answer = await send(world, who, method, target, body)
                        heads = b"\n".join(name + b": " + value for name, value in answer.headers.raw)
                        got[who].append(heads + b"\n\n" + answer.content)
        everything = {who: b"\n".join(answers) for who, answers in got.items()}
        node = world.sites["red"].node
        for (line, to), marker in markers.items():
            from steerclear.node import payloads

            opening = payloads.opened(node, node.line(line), entries[line, to])
            assert opening is not None and marker.encode() in opening.payload
            secrets = (
                marker.encode(),
                opening.salt.hex().encode(),
                hashlib.sha256(opening.payload).hexdigest().encode(),
            )
            for who, seen in everything.items():
                for secret in secrets[:2]:
                    assert (secret in seen) == (who == to), (who, to)
                assert secrets[2] not in seen
        # nothing of the other line at all
        for who in ("blue", "green"):
            assert other.encode() not in everything[who] and world.id("black").encode() not in everything[who]
        assert (
            first.encode() not in everything["black"] and world.id("blue").encode() not in everything["black"]
        )
        assert set(everything["grey"].split()) <= {b"content-length:", b"0"}

    asyncio.run(play())
