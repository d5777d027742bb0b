"""A client written from the document alone mirrors a node's log, is believed by it, and believes nothing unproved."""

from __future__ import annotations

import ast
import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import second_client
from peer_world import World, seed
from second_client import Mirror, Wrong

Spoil = Callable[[str, int, bytes], tuple[int, bytes]]


def mirror_of(world: World, name: str = "blue", spoil: Spoil | None = None) -> Mirror:
    """The client in the place of `name`, asking red."""

    def send(method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        async def go() -> tuple[int, bytes]:
            answer = await world.http.request(
                method, "http://red.test" + target, headers=headers, content=body
            )
            return answer.status_code, answer.content

        status, answer = asyncio.run(go())
        return spoil(target, status, answer) if spoil else (status, answer)

    return Mirror(
        world.genesis,
        world.line,
        world.id(name),
        seed(name, "node"),
        seed(name, "mirror"),
        send,
        world.sites[name].clock.now_ms,
    )


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, ("red", "blue", "green"))
    asyncio.run(made.introduced())
    return made


def test_it_knows_nothing_of_ours() -> None:
    tree = ast.parse(Path(second_client.__file__).read_text())
    names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    names += [alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names]
    assert names
    assert {name.split(".")[0] for name in names} <= {
        *("__future__", "base64", "collections", "cryptography"),
        *("dataclasses", "hashlib", "json", "os", "struct"),
    }


def test_mirrors_a_log_and_is_believed(world: World) -> None:
    entry = world.flight("red", "blue", office="Air Operations")
    world.step(200)
    world.tick()
    node = world.sites["red"].node
    log = node.line(world.line).own_log
    assert log.cosigned_to.get(world.id("blue"), 0) < log.size

    mirror = mirror_of(world)
    held = mirror.pull(log.name)
    assert held.leaves == list(node.store.iter_leaves(log.origin))
    assert json.loads(held.payloads[entry])["inner"]["office"] == "Air Operations"
    mirror.cosign(held)
    assert log.cosigned_to[world.id("blue")] == log.size

    more = world.flight("red", "blue")
    world.step(200)
    world.tick()
    assert more in mirror.pull(log.name).payloads


def test_reads_a_bundle_of_more_than_256(world: World) -> None:
    for _ in range(260):
        world.stop("red", "blue")
    log = world.sites["red"].node.line(world.line).own_log
    assert len(mirror_of(world).pull(log.name).leaves) == log.size > 256


def test_another_members_logs_are_read_at_red(world: World) -> None:
    name = f"{world.id('green')}/1"
    held = mirror_of(world).pull(name)
    assert held.leaves == list(world.sites["green"].node.store.iter_leaves(world.origin("green")))


def flip(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


@pytest.mark.parametrize("part", ["checkpoint", "tile", "payloads"])
@pytest.mark.parametrize("where", [0.1, 0.35, 0.5, 0.8, 0.99])
def test_refuses_what_was_altered(world: World, part: str, where: float) -> None:
    world.flight("red", "blue")
    world.step(200)
    world.tick()
    touched = []

    def spoil(target: str, status: int, body: bytes) -> tuple[int, bytes]:
        if part in target and status == 200:
            touched.append(target)
            limit = body.rfind(b"\n\xe2\x80\x94") if part == "checkpoint" else len(body)
            return status, flip(body, int(where * (limit - 1)))
        return status, body

    log = world.sites["red"].node.line(world.line).own_log
    with pytest.raises((Wrong, ValueError, KeyError)):
        mirror_of(world, spoil=spoil).pull(log.name)
    assert touched


def test_refuses_a_shorter_log_and_a_payload_of_another_entry(world: World) -> None:
    log = world.sites["red"].node.line(world.line).own_log
    mirror = mirror_of(world)
    old = mirror.pull(log.name)
    first, second = world.flight("red", "blue"), world.flight("red", "blue", office="Another office")
    world.step(200)
    world.tick()
    swapped = mirror_of(world, spoil=lambda t, s, b: (s, b))
    plain = swapped.send

    def swap(method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        status, answer = plain(method, target, headers, body)
        return (status, payload) if first in target else (status, answer)

    payload = swapped.ask("GET", f"/lines/{world.line}/payloads/{second}")[1]
    swapped.send = swap
    with pytest.raises(Wrong, match="committed"):
        swapped.pull(log.name)

    mirror.pull(log.name)
    older = mirror_of(world, spoil=lambda t, s, b: (s, old.head) if "checkpoint" in t else (s, b))
    older.logs = mirror.logs
    with pytest.raises(Wrong, match="shrunk"):
        older.pull(log.name)


def test_a_cosignature_by_another_key_is_passed_over(world: World) -> None:
    world.stop("red", "blue")
    log = world.sites["red"].node.line(world.line).own_log
    mirror = mirror_of(world)
    held = mirror.pull(log.name)
    before = dict(log.cosigned_to)
    mirror.mirror = mirror.node
    mirror.cosign(held)
    assert log.cosigned_to == before


def test_what_red_shows_of_what_blue_may_read(world: World) -> None:
    """And nothing of what is green's alone; the same from a peer that does not know the question."""
    ours, others = world.flight("red", "blue"), world.flight("red", "green")
    world.step(200)
    world.tick()
    shown = mirror_of(world).shown_by([ours, others, "0" * 64])
    assert list(shown) == [ours]
    assert shown[ours]["life"] == "released" and shown[ours]["addressees"] == {world.id("blue"): "sent"}
    old = mirror_of(world, spoil=lambda t, s, b: (404, b"") if t.endswith("/compare") else (s, b))
    assert old.shown_by([ours]) == {}


def test_a_member_of_nothing_is_answered_nothing(world: World) -> None:
    world.add("grey")
    log = world.sites["red"].node.line(world.line).own_log
    for target in (f"/lines/{world.line}/logs/{log.name}/checkpoint", "/lines/" + "0" * 64 + "/heartbeat"):
        assert mirror_of(world, "grey").ask("GET", target) in ((404, b""), (405, b"Method Not Allowed"))


def test_path_numbers() -> None:
    assert [second_client.number_path(n) for n in (0, 7, 999, 1000, 1_234_067)] == [
        *("000", "007", "999", "x001/000", "x001/x234/067"),
    ]
    assert all(re.fullmatch(r"(x\d{3}/)*\d{3}", second_client.number_path(n)) for n in range(0, 3000, 7))
