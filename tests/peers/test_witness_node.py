"""A node as a pure witness, and a log's own node that asks it (C2SP tlog-witness)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from peer_world import START, World, seed

from steerclear.errors import Malformed
from steerclear.node.home import write_secret
from steerclear.peers import witness
from steerclear.peers.client import Declined, Unreachable
from steerclear.record import cosignature
from steerclear.record.card import log_verifier
from steerclear.record.keys import COSIGN_ED25519, COSIGN_MLDSA44, ED25519, Signer, signer_from_seed
from steerclear.record.note import Note, format_note, parse_note
from steerclear.record.witness import AddCheckpoint, format_request

KEY = signer_from_seed("witness.example/w1", COSIGN_ED25519, seed("witness"))
BASE = "http://witness.test"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    asyncio.run(made.settle())
    watch_of(made)
    return made


def watch_of(world: World, key: Signer = KEY) -> witness.Watch:
    origin = world.origin("red")
    log = log_verifier(world.sites["red"].party.card.card, origin)
    watch = witness.Watch(key, {origin: [log]})
    world.add("witness", watch=watch)
    return watch


def ask(world: World, name: str = "red", key: Signer = KEY) -> int:
    return asyncio.run(witness.ask(world.sites[name].host, world.http, BASE, key.verifier, world.line))


def grow(world: World) -> None:
    world.stop("red", "blue")
    world.step(1000)
    world.tick()


def request(world: World, old: int, *, proof: tuple[bytes, ...] | None = None, note: bytes = b"") -> bytes:
    log = world.sites["red"].node.line(world.line).own_log
    assert log.head is not None
    size = log.head.size
    if proof is None:
        proof = tuple(log.tree.consistency(old, size)) if old <= size else ()
    return format_request(AddCheckpoint(old, proof, parse_note(note or log.checkpoint)))


def post(world: World, body: bytes) -> httpx.Response:
    return asyncio.run(world.http.post(BASE + witness.PATH, content=body))


@pytest.mark.parametrize("algorithm", [COSIGN_ED25519, COSIGN_MLDSA44])
def test_asked_again_and_again(world: World, algorithm: int) -> None:
    key = signer_from_seed("witness.example/w2", algorithm, seed("witness"))
    watch_of(world, key)
    red = world.sites["red"].node
    for _ in range(3):
        assert ask(world, key=key) == world.sites["witness"].clock.now_ms() // 1000
        note = red.run_inline(lambda n: witness.witnessed_note(n, world.line, key.verifier))
        head = red.line(world.line).own_log.head
        assert note and head and f"\n{head.size}\n".encode() in note
        assert cosignature.verify_note(parse_note(note), key.verifier)
        grow(world)


def test_who_forgot_is_told_the_size(world: World) -> None:
    ask(world)
    grow(world)
    red = world.sites["red"].node
    red.store.commit((witness.PutSide(f"{witness.WITNESSED}/{world.line}", KEY.verifier.ref, b""),))
    from steerclear.store.port import DropSide

    red.store.commit((DropSide(f"{witness.WITNESSED}/{world.line}", KEY.verifier.ref),))
    world.between.heard.clear()
    assert ask(world)
    assert [answer.status_code for _, _, _, answer, _ in world.between.heard] == [409, 200]


def test_statuses(world: World) -> None:
    log = world.sites["red"].node.line(world.line).own_log
    assert log.head is not None
    size = log.head.size
    bare = parse_note(log.checkpoint)
    blue = world.sites["blue"].node.line(world.line).own_log.checkpoint
    spoiled = format_note(Note(bare.text, (bare.signatures[0].__class__(
        bare.signatures[0].name, bare.signatures[0].key_id, b"\x00" * 64),)))  # fmt: skip
    assert post(world, b"nonsense").status_code == 400
    assert post(world, request(world, size + 1)).status_code == 400
    assert post(world, request(world, 0, note=spoiled)).status_code == 403
    assert post(world, request(world, 0, note=blue)).status_code == 404
    assert post(world, b"x" * (3 << 20)).status_code == 413
    assert post(world, request(world, 0)).status_code == 200
    known = post(world, request(world, 0))
    assert (known.status_code, known.text) == (409, f"{size}\n")
    assert known.headers["content-type"] == "text/x.tlog.size"
    assert post(world, request(world, size)).status_code == 200, "the same head again, dated now"
    grow(world)
    assert post(world, request(world, size, proof=(b"x" * 32,))).status_code == 422
    assert post(world, request(world, size)).status_code == 200


def test_two_roots_for_one_size_are_never_both_cosigned(world: World, tmp_path: Path) -> None:
    twin = World(tmp_path / "twin")
    asyncio.run(twin.settle())
    for made, later in ((world, 0), (twin, 5000)):
        made.step(later)
        made.stop("red", "blue")
        made.step(20_000 - later)
        made.tick()
    ask(world)
    other = twin.sites["red"].node.line(twin.line).own_log
    assert other.head is not None
    size = world.sites["red"].node.line(world.line).own_log.size
    while other.size < size:
        twin.stop("red", "blue")
    while world.sites["red"].node.line(world.line).own_log.size < other.size:
        world.stop("red", "blue")
    for made in (world, twin):
        made.step(1000)
        made.tick()
    ask(world)
    answer = post(world, request(twin, other.size))
    assert (answer.status_code, answer.text) == (409, "fork\n")


def test_what_was_cosigned_outlives_a_restart_and_a_failed_write(world: World) -> None:
    ask(world)
    size = world.sites["red"].node.line(world.line).own_log.size
    site = world.sites["witness"]
    assert site.watch is not None
    again = witness.Watch(KEY, site.watch.logs)
    result = site.node.run_inline(lambda node: again.take(node, request(world, 0)))
    assert getattr(result, "known_size", None) == size

    grow(world)
    real = site.node.store.commit

    def fails(batch: Any) -> None:
        raise OSError("the disk is full")

    site.node.store.commit = fails  # type: ignore[method-assign]
    with pytest.raises(OSError, match="full"):
        post(world, request(world, size))
    site.node.store.commit = real  # type: ignore[method-assign]
    assert post(world, request(world, size)).status_code == 200


def test_a_bad_answer_is_not_kept(world: World) -> None:
    other = signer_from_seed("witness.example/w1", COSIGN_ED25519, seed("somebody else"))
    with pytest.raises(Malformed, match="bad-cosignature"):
        ask(world, key=other)
    assert world.sites["red"].node.store.side(f"{witness.WITNESSED}/{world.line}") == {}
    world.between.spoil = lambda request, response, answer: b"\xff\xff"
    with pytest.raises(Malformed):
        ask(world)
    world.between.spoil = None
    world.between.cut.add("witness.test")
    with pytest.raises(Unreachable):
        ask(world)
    world.between.cut.clear()
    with pytest.raises(Declined, match="status 404"):
        ask(world, "blue")
    assert ask(world)


def test_a_witness_that_knows_more_of_us(world: World) -> None:
    """As after a restore from a backup: nothing is signed away."""
    world.between.spoil = lambda request, response, answer: answer
    real = world.between.apps["witness.test"]

    class Ahead(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(409, content=b"99\n")

    world.between.apps["witness.test"] = Ahead()  # type: ignore[assignment]
    with pytest.raises(Malformed, match="witness-ahead"):
        ask(world)
    world.between.apps["witness.test"] = real
    assert ask(world) >= START // 1000


def test_the_files_of_a_witness(tmp_path: Path, world: World) -> None:
    folder = tmp_path / "home"
    (folder / "keys").mkdir(parents=True)
    assert witness.read_watch(folder) is None
    assert witness.routes(world.sites["red"].host, None) == []
    write_secret(folder / witness.KEY_FILE, KEY)
    found = witness.read_watch(folder)
    assert found is not None and found.logs == {}
    log = log_verifier(world.sites["red"].party.card.card, world.origin("red"))
    (folder / witness.LOGS_FILE).write_text(f"# red's log\n\n{log.vkey}\n")
    found = witness.read_watch(folder)
    assert found is not None and found.logs == {world.origin("red"): [log]}
    (folder / witness.LOGS_FILE).write_text("nonsense\n")
    with pytest.raises(Malformed):
        witness.read_watch(folder)
    write_secret(folder / witness.KEY_FILE, signer_from_seed("witness.example/w1", ED25519, seed("x")))
    with pytest.raises(Malformed, match="not-a-cosigner"):
        witness.read_watch(folder)


def test_a_witness_sees_no_content_and_is_given_none(world: World) -> None:
    """It gets heads and hashes; no entry, no payload, not even the kind of what passed, on any side of its node."""
    entry = world.stop("red", "blue")
    world.step(1000)
    world.tick()
    log = world.sites["red"].node.line(world.line).own_log
    leaves = world.sites["red"].node.store.leaves(log.origin, 0, log.size)
    (leaf,) = [one for one in leaves if b'"kind":"stop"' in one]
    asked = request(world, 0)
    assert ask(world) > 0
    store = world.sites["witness"].node.store
    assert store.lines() == {} and not list(store.payload_ids()) and store.size(log.origin) == 0
    kept = b"".join(store.side("witness").values())
    for seen in (asked, kept):
        assert seen and not any(word in seen for word in (b"stop", b"kind", leaf[:64], entry.encode()))
