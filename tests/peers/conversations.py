"""The golden conversations: what nodes really say to each other over HTTP, as text.

    .venv/bin/python tests/peers/conversations.py     writes them again (review the difference before you commit it)

`test_golden.py` plays them against real nodes and compares every byte. Keys, clock, salts and nonces are fixed, so the
same code gives the same text. Of each request the line, the header `steerclear-request` and the body are written, of
each answer status, content type and body; no other header means anything. A body is written as it is; where bytes of
it are no text, after `(binary)`, these as `\\xNN` and a backslash as two; 64 zeroes or more as `0{number}`.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2 as httpx

sys.path.insert(0, str(Path(__file__).parent))

from peer_world import World, seed

from steerclear.node import compare as comparing
from steerclear.node import recover
from steerclear.node import standing as standing_notes
from steerclear.peers import request as requests
from steerclear.peers import sync, wire, witness
from steerclear.peers.client import Declined
from steerclear.record.card import log_verifier
from steerclear.record.keys import COSIGN_ED25519, signer_from_seed
from steerclear.record.payload import Opening

GOLDEN = Path(__file__).parent / "golden"
Scene = Callable[[World, list[str]], Awaitable[None]]


async def heartbeat(world: World, said: list[str]) -> None:
    """Red tells that it is there; blue answers. Blue cannot cosign yet: it holds nothing. Then blue asks red."""
    await world.beat("red", "blue")
    world.step(1000)
    await world.beat("blue", "red")
    said.append("After blue has pulled red's log, its answer brings its cosignature on the head just sent.")
    await hushed(world, world.pull("blue", "red"))
    world.step(14_000)
    await world.beat("red", "blue")


async def first_pull(world: World, said: list[str]) -> None:
    """Blue has heard red's heartbeat and holds nothing: head, cosigned heads, entries, then its own cosignature."""
    await hushed(world, world.beat("blue", "red"))
    await world.pull("blue", "red")


async def payload(world: World, said: list[str]) -> None:
    """An entry from red to blue alone. Nobody else learns even whether a payload of that name exists."""
    await hushed(world, world.introduced())
    entry = world.flight("red", "blue")
    await hushed(world, world.settle("green", "red"))
    said.append("The addressee.")
    await world.client("blue", "red").payload(entry)
    said.append("Another member of the line.")
    await world.client("green", "red").payload(entry)
    said.append("The same for a name that no entry has.")
    await world.client("green", "red").payload("0" * 64)
    said.append("A stranger, with a key of his own.")
    await world.client("grey", "red").payload(entry)


async def compare(world: World, said: list[str]) -> None:
    """Red and blue each plan a flight; they conflict. Blue asks red what it shows of that, and of both flights."""
    await hushed(world, world.introduced())
    for name, other in (("red", "blue"), ("blue", "red")):
        world.plan(name, other)
    await hushed(world, world.settle())
    await world.compare("blue", "red")
    said.append("Blue's judgement now says something else; it asks for red's answer.")
    line = world.sites["blue"].node.line(world.line)
    [(id_, (judgement, _))] = line.judged.items()
    line.judged[id_] = (judgement, "0" * 64)
    await world.compare("blue", "red")
    said.append("Green, to whom neither is addressed, asks the same.")
    asked = comparing.Asked((comparing._pair(judgement),), (judgement.a.entry,))
    await world.client("green", "red").compare(asked)


async def cosignatures(world: World, said: list[str]) -> None:
    """Blue posts to red its cosignature on red's newest head, dated now."""
    await hushed(world, world.settle())
    world.step(60_000)
    node = world.sites["blue"].node
    log = node.line(world.line).logs[world.origin("red")]

    def again(node):  # type: ignore[no-untyped-def]
        from steerclear.node.ingest import cosign

        return cosign(node, node.line(world.line), log)

    await world.client("blue", "red").cosignatures((node.run_inline(again),))


async def hint(world: World, said: list[str]) -> None:
    """Red's log has grown; red says so, and blue pulls when it likes."""
    await hushed(world, world.settle())
    world.introduce("red", "blue")
    log = world.sites["red"].node.line(world.line).own_log
    await world.client("red", "blue").hint(log.origin, log.size)


async def carried(world: World, said: list[str]) -> None:
    """Red's log cannot sign (recovery), and red says stop: a stand-alone note, with its payload for the addressee."""
    await hushed(world, world.settle())
    site = world.sites["red"]
    site.node.run_inline(lambda node: recover.enter(node, node.line(world.line), "for the example"))
    leaf, salt, payload = world.prepare("red", "stop", {}, to=("blue",), life_safety=True)
    site.node.run_inline(
        lambda node: standing_notes.submit_standing(node, node.line(world.line), leaf, Opening(salt, payload))
    )
    await sync.push_standing(site.host, world.client("red", "blue"), world.id("blue"))


async def refused(world: World, said: list[str]) -> None:
    """What is not answered."""
    await hushed(world, world.settle())
    origin, site = world.origin("red"), world.sites["blue"]
    target = f"/lines/{world.line}/logs/{origin.split('/', 1)[1]}/checkpoint"

    async def send(method: str, target: str, body: bytes, signed: bytes, at_ms: int, nonce: str) -> None:
        value = requests.sign_request(site.node.keys.node, method, target, signed, at_ms, nonce)
        await world.http.request(
            method, "http://red.test" + target, content=body, headers={requests.HEADER: value}
        )

    now = site.clock.now_ms()
    said.append("A request as it should be.")
    await send("GET", target, b"", b"", now, "00" * 16)
    said.append("The same bytes again: the nonce has been used.")
    await send("GET", target, b"", b"", now, "00" * 16)
    said.append("Signed by a clock that is five minutes and one millisecond fast.")
    await send("GET", target, b"", b"", now + requests.WINDOW_MS + 1, "01" * 16)
    said.append("Five minutes are still good.")
    await send("GET", target, b"", b"", now + requests.WINDOW_MS, "02" * 16)
    said.append("Another body than the one that was signed.")
    hinted = wire.encode(wire.Hint(origin, 3))
    await send("POST", f"/lines/{world.line}/hint", wire.encode(wire.Hint(origin, 9)), hinted, now, "03" * 16)
    said.append("A member's signature on what this path does not take.")
    await send("POST", f"/lines/{world.line}/hint", b"{}", b"{}", now, "04" * 16)
    said.append("No signature.")
    await world.http.get("http://red.test" + target)


async def witnessed(world: World, said: list[str]) -> None:
    """Red has its log cosigned by a witness who reads nothing of it (C2SP tlog-witness)."""
    key = signer_from_seed("witness.example/w1", COSIGN_ED25519, seed("witness"))
    red = world.sites["red"]
    origin = world.origin("red")
    log = log_verifier(red.party.card.card, origin)
    world.add("witness", watch=witness.Watch(key, {origin: [log]}))
    base = "http://witness.test"
    said.append("The first time: from the empty tree, so no proof.")
    await witness.ask(red.host, world.http, base, key.verifier, world.line)
    said.append("The log grew: with the proof that the new tree begins with the old one.")
    await hushed(world, world.settle())
    world.introduce("red", "blue")
    world.step(200)
    world.tick()
    await witness.ask(red.host, world.http, base, key.verifier, world.line)
    said.append("A sender who does not know what the witness cosigned last is told so.")
    await world.http.post(base + witness.PATH, content=world.between.heard[0][2])
    said.append("A log that this witness does not serve.")
    blue = world.sites["blue"].node.line(world.line).own_log
    bare = b"old 0\n\n" + blue.checkpoint
    await world.http.post(base + witness.PATH, content=bare)


SCENES: dict[str, Scene] = {
    scene.__name__.replace("_", "-"): scene
    for scene in (heartbeat, first_pull, payload, compare, cosignatures, hint, carried, refused, witnessed)
}


async def hushed(world: World, what: Awaitable[object]) -> None:
    """Something that belongs to the scene's past."""
    before = list(world.between.heard)
    await what
    world.between.heard[:] = before


async def play(name: str, folder: Path) -> str:
    """The text of one conversation."""
    scene = SCENES[name]
    world = World(folder, ("red", "blue", "green"), alone=("grey",))
    heard, said = _Commented(), _Comments()
    world.between.heard = heard
    said.heard = heard
    try:
        await scene(world, said)
    except Declined as error:
        raise AssertionError(f"{name}: {error}") from error
    await world.http.aclose()
    doc = " ".join((scene.__doc__ or "").split())
    parts = [f"# {doc}\n"]
    for at, (host, request, body, response, answer) in enumerate(heard):
        parts += [f"\n# {comment}\n" for comment in heard.comments.get(at, ())]
        parts.append("\n" + exchange(host, request, body, response, answer))
    return "".join(parts)


class _Commented(list[tuple[str, httpx.Request, bytes, httpx.Response, bytes]]):
    def __init__(self) -> None:
        super().__init__()
        self.comments: dict[int, list[str]] = {}


class _Comments(list[str]):
    """Appending says something before the exchange that comes next."""

    heard: _Commented

    def append(self, text: str) -> None:
        self.heard.comments.setdefault(len(self.heard), []).append(text)


def exchange(host: str, request: httpx.Request, body: bytes, response: httpx.Response, answer: bytes) -> str:
    target = request.url.raw_path.decode()
    lines = [f"{request.method} {target} to {host.removesuffix('.test')}"]
    if requests.HEADER in request.headers:
        lines.append(f"{requests.HEADER}: {request.headers[requests.HEADER]}")
    if body:
        lines += ["", *text_of(body).split("\n")]
    kind = response.headers.get("content-type", "")
    back = [f"{response.status_code} {kind}".strip()]
    if answer:
        back += ["", *text_of(answer).split("\n")]
    return "".join(
        (f"{mark} {line}" if line else mark) + "\n"
        for mark, part in ((">", lines), ("<", back))
        for line in part
    )


def text_of(body: bytes) -> str:
    """A body so that it can be read and no two bodies look alike."""
    try:
        text = body.decode()
        binary = any(c < " " and c != "\n" for c in text)
    except UnicodeDecodeError:
        binary = True
    if binary:
        text = body.replace(b"\\", b"\\\\").decode("utf-8", "surrogateescape")
        text = re.sub(
            "[\x00-\x09\x0b-\x1f\udc80-\udcff]",
            lambda found: f"\\x{ord(found[0]) - (0xDC00 if ord(found[0]) > 255 else 0):02x}",
            text,
        )
        text = "(binary)\n" + text
    return re.sub("0{64,}", lambda zeroes: f"0{{{len(zeroes[0])}}}", text)


async def write_all() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name in SCENES:
        with tempfile.TemporaryDirectory() as folder:
            (GOLDEN / f"{name}.txt").write_text(await play(name, Path(folder)))


if __name__ == "__main__":
    asyncio.run(write_all())
