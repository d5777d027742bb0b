"""What both show, over HTTP: of one size whatever stands open, bounded, and no worse with a peer that does not know
the question or answers nonsense."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from peer_world import World

from steerclear.errors import Malformed
from steerclear.node import queries
from steerclear.node.compare import MOST
from steerclear.peers import wire

ID = "a" * 64


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Red and blue with a conflict between them."""
    made = World(tmp_path)
    asyncio.run(made.introduced())
    made.plan("red", "blue")
    made.plan("blue", "red")
    asyncio.run(made.settle())
    return made


def state(world: World, name: str) -> str:
    [row] = world.sites[name].node.run_inline(lambda n: queries.conflicts_of(n, world.line))
    [beside] = row.compared
    return beside.state


def sizes(world: World) -> list[tuple[int, int]]:
    heard = [one for one in world.between.heard if one[1].url.path.endswith("/compare")]
    return [(len(body), len(answer)) for _, _, body, _, answer in heard]


def test_it_is_equal_at_both_and_one_size_whatever_stands_open(world: World, tmp_path: Path) -> None:
    assert state(world, "red") == state(world, "blue") == "not compared yet"
    assert asyncio.run(world.compare("red", "blue")) == asyncio.run(world.compare("blue", "red")) == ""
    assert state(world, "red") == state(world, "blue") == "equal"
    quiet = World(tmp_path / "quiet")
    asyncio.run(quiet.compare("red", "blue"))
    assert sizes(world) == [(wire.BEAT_SIZE, wire.BEAT_SIZE)] * 2
    assert sizes(quiet) == [(wire.BEAT_SIZE, wire.BEAT_SIZE)]


def test_the_fullest_question_and_answer_are_of_that_size_too(world: World) -> None:
    for number in range(MOST):
        world.plan("red", "blue", east_e7=number)
    asyncio.run(world.settle())
    world.between.heard.clear()
    asyncio.run(world.compare("blue", "red"))
    assert sizes(world) == [(wire.BEAT_SIZE, wire.BEAT_SIZE)]
    [(_, _, body, _, answer)] = [one for one in world.between.heard if one[1].url.path.endswith("/compare")]
    assert len(json.loads(body)["conflicts"]) == len(json.loads(answer)["conflicts"]) == MOST
    assert len(json.loads(body)["subjects"]) == len(json.loads(answer)["subjects"]) == MOST


@pytest.mark.parametrize("status", [404, 405])
def test_an_old_peer_is_not_compared_and_all_else_goes_on(world: World, status: int) -> None:
    transport = world.between.apps["blue.test"]

    class Old(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/compare"):
                return httpx.Response(status, stream=httpx.ByteStream(b""))
            return await transport.handle_async_request(request)

    world.between.apps["blue.test"] = Old()  # type: ignore[assignment]
    assert asyncio.run(world.beat("red", "blue")).reached
    assert asyncio.run(world.compare("red", "blue")) == "it does not compare"
    assert state(world, "red") == "not compared yet"
    world.between.apps["blue.test"] = transport
    assert asyncio.run(world.compare("red", "blue")) == ""
    assert state(world, "red") == "equal"


@pytest.mark.parametrize(
    "change",
    [
        {"time_ms": 0},
        {"conflicts": [{"id": ID, "hash": "EQUAL"}]},
        {"conflicts": [{"id": ID, "hash": ID}] * (MOST + 1)},
        {"subjects": [{"id": ID, "version": ID, "life": "\u001b[2J"}]},
        {"subjects": [{"id": ID, "version": ID, "life": "active", "stop": "all is well"}]},
        {"subjects": [{"id": ID, "version": "", "life": "active"}]},
        {"subjects": [{"id": ID, "version": ID, "life": "active", "addressees": {"you": "read"}}]},
        {"subjects": [{"id": ID, "version": ID, "life": "active", "units": {}}]},
        {"holds": {"elsewhere": 1}},
        {"extra": 1},
        "[]",
    ],
)
def test_nonsense_changes_nothing(world: World, change: Any) -> None:
    asyncio.run(world.compare("red", "blue"))

    def spoil(request: httpx.Request, response: httpx.Response, answer: bytes) -> bytes:
        if not request.url.path.endswith("/compare"):
            return answer
        return b"[]" if change == "[]" else json.dumps({**json.loads(answer), **change}).encode()

    world.between.spoil = spoil
    assert asyncio.run(world.compare("red", "blue")) != ""
    assert state(world, "red") == "equal"
    world.between.spoil = lambda request, response, answer: answer
    assert asyncio.run(world.compare("red", "blue")) == ""


def question(**fields: Any) -> wire.Compare:
    return wire.decode(json.dumps(fields).encode(), wire.Compare)


def test_what_may_be_asked_is_bounded() -> None:
    pair = {"id": ID, "rule": "plan-plan", "a": [ID, 0], "b": ["", -1]}
    assert len(wire.asked(question(conflicts=[pair] * MOST, subjects=[ID] * MOST)).conflicts) == 1
    for bad in (
        {"conflicts": [pair] * (MOST + 1)},
        {"subjects": [ID] * (MOST + 1)},
        {"subjects": ["x"]},
        {"conflicts": [{**pair, "a": ["x", 0]}]},
        {"conflicts": [{**pair, "a": [ID, -2]}]},
        {"conflicts": [{**pair, "id": ""}]},
    ):
        with pytest.raises(Malformed):
            wire.asked(question(**bad))
